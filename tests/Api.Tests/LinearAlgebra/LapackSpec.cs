using Xunit;
using static HadamardNtk.Api.Tests.LinearAlgebra.Matrices;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

/// <summary>The LAPACK of this machine beside what we do ourselves, and what there is without one.</summary>
public class LapackSpec
{
    private static string SystemLibrary =>
        OperatingSystem.IsWindows() ? "kernel32.dll" : OperatingSystem.IsMacOS() ? "libSystem.dylib" : "libc.so.6";

    [Fact]
    public void A_library_says_in_one_line_what_it_is()
    {
        var library = Native.Library;
        Assert.Contains(library.Name, new[] { "openblas", "mkl", "accelerate", "lapack" });
        Assert.Matches($"^{library.Name}: .*, sizes of (32|64) bits, verified on loading$", library.Description);
        Assert.Same(library, DenseLibraries.Default);
    }

    /// <summary>Each eigenvalue is within the norm of its own backward error (Weyl).</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(120)]
    public void Its_eigenvalues_are_ours(int n)
    {
        var a = PositiveDefinite(n, 1);
        var (native, own) = (new DenseProblem<double>(Native.Library.Double), new DenseProblem<double>(DenseLibraries.Own.Double));
        var (expected, actual) = (own.Decompose(a, n, n).Values, native.Decompose(a, n, n).Values);
        Within(n, k => actual[k] - expected[k], _ => 8 * (n + 1) * Epsilon * Math.Sqrt(a.Sum(x => x * x)));
    }

    [Theory]
    [InlineData(32)]
    [InlineData(1024)]
    public void Its_failing_minors_are_ours(int panel)
    {
        const int n = 130;
        var algebra = ((NativeAlgebra<double>)Native.Library.Double).WithPanel(panel);
        var (native, own) = (new DenseProblem<double>(algebra), new DenseProblem<double>(DenseLibraries.Own.Double));
        for (var order = 1; order <= n; order += 7)
        {
            var a = PositiveDefinite(n, order);
            a[(order - 1) * (n + 1)] *= -1;
            var (expected, actual) = (own.Factor(a, n).Failure, native.Factor(a, n).Failure);
            Assert.Equal(expected.Order, actual.Order);
            Assert.Equal(expected.Pivot, actual.Pivot, 1e-13 * n);
        }
    }

    [Fact]
    public unsafe void Its_factorization_tells_its_progress_and_can_be_cancelled_between_panels()
    {
        const int n = 100;
        var algebra = ((NativeAlgebra<double>)Native.Library.Double).WithPanel(40);
        using var source = new CancellationTokenSource();
        var (whole, broken) = (new ProgressLog(), new ProgressLog(source.Cancel));
        fixed (double* x = PositiveDefinite(n, 5), y = PositiveDefinite(n, 5))
        {
            var (first, second) = (new MatrixView<double>(x, n, n, n), new MatrixView<double>(y, n, n, n));
            Assert.True(algebra.TryFactor(first, new(1), whole, out _));
            Assert.ThrowsAny<OperationCanceledException>(() => algebra.TryFactor(second, new(1, source.Token), broken, out _));
        }

        Assert.Equal([1 - 0.6 * 0.6 * 0.6, 1 - 0.2 * 0.2 * 0.2, 1], whole.Reports.Select(x => Math.Round(x, 12)));
        Assert.Single(broken.Reports);
    }

    [Fact]
    public void Two_callers_do_not_disturb_each_other()
    {
        const int n = 150;
        var (a, problem) = (PositiveDefinite(n, 2), new DenseProblem<double>(Native.Library.Double));
        var alone = problem.Decompose(a, n, n, threads: 1).Values;
        Parallel.For(0, 8, k => SameBits(alone, problem.Decompose(a, n, n, threads: 1).Values, $"caller {k},"));
    }

    [Fact]
    public void All_eigenpairs_are_found_without_much_working_memory_too()
    {
        const int n = 70;
        var a = PositiveDefinite(n, 3);
        var usual = (NativeAlgebra<double>)Native.Library.Double;
        var expected = new DenseProblem<double>(usual).Decompose(a, n, n).Values;
        var actual = new DenseProblem<double>(usual.WithRoom(0)).Decompose(a, n, n).Values;
        Within(n, k => actual[k] - expected[k], _ => 8 * (n + 1) * Epsilon * Math.Sqrt(a.Sum(x => x * x)));
    }

    [Fact]
    public void The_working_memory_of_all_eigenpairs_outgrows_32_bits_at_32767()
    {
        Assert.InRange(NativeAlgebra<double>.Room(32_766), 0, int.MaxValue);
        Assert.InRange(NativeAlgebra<double>.Room(32_767), int.MaxValue + 1L, long.MaxValue);
    }

    [Fact]
    public void Eigenvalues_of_a_large_matrix_without_a_lapack_are_refused_with_what_to_install()
    {
        const int n = OwnAlgebra.LargestEigen + 1;
        var error = Assert.Throws<NotSupportedException>(() => DenseLibraries.Own.Double.Decompose(new double[n * n], n, 1, new(1)));
        Assert.StartsWith($"expected a matrix of order {n - 1} at most for eigenvalues without a LAPACK, not {n}; install OpenBLAS", error.Message);
    }

    [Fact]
    public void Finding_nothing_is_explained_file_by_file()
    {
        var (library, reason) = LapackSearch.FirstOf(null, ["no-such-library-anywhere", SystemLibrary]);
        Assert.Null(library);
        Assert.Equal(
            $"No LAPACK: no-such-library-anywhere cannot be loaded; {SystemLibrary} lacks dpotrf, or another routine of LAPACK.", reason);
    }

    [Fact]
    public void Only_large_matrices_are_factorized_by_the_library()
    {
        Assert.Same(DenseLibraries.Own, DenseLibraries.ForOrder(DenseLibraries.LargeOrder - 1));
        Assert.Same(Native.Library, DenseLibraries.ForOrder(DenseLibraries.LargeOrder));
    }

    /// <summary>K + r I = 1 1ᵀ + I: the weights of y = 1 are 1/(n + 1), the leave-one-out residual of each is 1/n.</summary>
    [Fact]
    public void A_large_system_is_solved_whoever_factorizes_it()
    {
        const int n = DenseLibraries.LargeOrder;
        Matrix ones = Matrix.Wrap([.. Enumerable.Repeat(1.0, n)], n, 1);
        var system = new RidgeSystem(Matrix.Wrap([.. Enumerable.Repeat(1.0, n * n)], n, n), 1, new(2));
        var weights = system.Solve(ones, new(2));
        Within(n, i => weights[i, 0] - 1.0 / (n + 1), _ => 4 * (n + 1) * Epsilon);
        Assert.Equal(1.0 / n, Math.Sqrt(system.LeaveOneOutSquares(weights, new(2))[0] / n), 4 * (n + 1) * Epsilon);
    }

    [Fact]
    public void A_large_system_that_is_not_definite_names_its_minor()
    {
        const int n = DenseLibraries.LargeOrder;
        var k = Diagonal([.. Enumerable.Repeat(1.0, n)]);
        k[1500 * (n + 1)] = -2;
        var error = Assert.Throws<NotPositiveDefiniteException>(() => new RidgeSystem(Matrix.Wrap(k, n, n), 0.5, new(2)));
        Assert.Equal(1501, error.LeadingMinor);
        Assert.Contains("raise the ridge", error.Message);
    }

    [Fact]
    public void A_matrix_decomposed_by_default_is_decomposed_by_the_library()
    {
        const int n = 20;
        var a = PositiveDefinite(n, 4);
        var expected = Native.Library.Double.Decompose((double[])a.Clone(), n, 3, new(1));
        var (values, vectors) = SymmetricEigen.Decompose(Matrix.Wrap(a, n, n), 3, new(1));
        SameBits(expected.Values, values);
        SameBits(expected.Vectors, vectors.Data);
        Assert.Equal((3, n), (vectors.Rows, vectors.Columns));
    }
}
