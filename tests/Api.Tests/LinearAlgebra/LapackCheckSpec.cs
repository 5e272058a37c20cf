using Xunit;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

/// <summary>A LAPACK is refused, with the routine named, unless it computes rightly.</summary>
public unsafe class LapackCheckSpec
{
    [Fact]
    public void Our_own_passes() => Assert.Equal("", Verdict(DenseLibraries.Own));

    [Fact]
    public void Each_precision_is_checked()
    {
        var wrong = new WidenedAlgebra(new Spoilt { Solved = b => *b.At(0, 0) += 1e-3 });
        Assert.Equal("spotrs computes wrongly for order 1. ", Verdict(DenseLibraries.Own with { Single = wrong }));
    }

    [Fact]
    public void A_factor_of_another_matrix_is_refused() =>
        Refused("dpotrf computes wrongly for order 1.", new() { Factored = a => *a.At(0, 0) += 1e-9 });

    [Fact]
    public void A_factorization_that_clears_the_upper_triangle_is_refused() =>
        Refused("dpotrf computes wrongly for order 2.", new() { Factored = a => *a.At(0, a.Columns - 1) = a.Columns == 1 ? *a.At(0, 0) : 0 });

    [Fact]
    public void A_factorization_that_writes_between_the_rows_is_refused() =>
        Refused("dpotrf computes wrongly for order 1.", new() { Factored = a => *a.At(0, a.Columns) = 0 });

    [Fact]
    public void A_failing_minor_of_another_order_is_refused() =>
        Refused("dpotrf computes wrongly for order 1.", new() { Failed = f => f with { Order = f.Order + 1 } });

    [Fact]
    public void A_factorization_that_does_not_see_nan_is_refused() =>
        Refused("dpotrf computes wrongly for order 1.", new() { Failed = f => double.IsNaN(f.Pivot) ? default : f });

    [Fact]
    public void A_solution_of_too_few_digits_is_refused() =>
        Refused("dpotrs computes wrongly for order 1.", new() { Solved = b => *b.At(0, 0) += 1e-9 });

    [Fact]
    public void A_product_that_writes_between_the_rows_is_refused() =>
        Refused("dgemm computes wrongly for order 1.", new() { Multiplied = c => *c.At(0, c.Columns) = 0 });

    [Fact]
    public void A_product_without_an_entry_is_refused() =>
        Refused("dgemm computes wrongly for order 2.", new() { Multiplied = c => *c.At(c.Rows - 1, 0) *= c.Columns == 0 ? 1 : 0 });

    [Fact]
    public void Eigenvalues_of_too_few_digits_are_refused() =>
        Refused("dsyevd computes wrongly for order 1.", new() { Values = values => [.. values.Select(x => x * (1 + 1e-9))] });

    [Fact]
    public void Descending_eigenvalues_are_refused() =>
        Refused("dsyevd computes wrongly for order 2.", new() { Values = values => [.. values.Reverse()] });

    [Fact]
    public void Vectors_that_are_not_unit_vectors_are_refused() =>
        Refused("dsyevd computes wrongly for order 1.", new() { Vectors = vectors => [.. vectors.Select(x => 2 * x)] });

    [Fact]
    public void The_smallest_eigenvalues_for_the_largest_are_refused() =>
        Refused("dsyevr computes wrongly for order 2.", new() { TakesSmallest = true });

    private static void Refused(string expected, Spoilt wrong) =>
        Assert.Equal(expected + " ", Verdict(DenseLibraries.Own with { Double = wrong }));

    private static string Verdict(DenseLibrary library)
    {
        Assert.Equal(LapackCheck.TryPass(library, out var reason), reason == "");
        return reason;
    }

    /// <summary>Our own, with something wrong.</summary>
    private sealed class Spoilt : DenseAlgebra<double>
    {
        private static DenseAlgebra<double> Own => DenseLibraries.Own.Double;

        internal Action<MatrixView<double>> Factored { get; init; } = _ => { };

        internal Func<FailingMinor, FailingMinor> Failed { get; init; } = f => f;

        internal Action<MatrixView<double>> Solved { get; init; } = _ => { };

        internal Action<MatrixView<double>> Multiplied { get; init; } = _ => { };

        internal Func<double[], double[]> Values { get; init; } = values => values;

        internal Func<double[], double[]> Vectors { get; init; } = vectors => vectors;

        internal bool TakesSmallest { get; init; }

        internal override bool TryFactor(MatrixView<double> a, Workers workers, IProgress<double>? progress, out FailingMinor failure)
        {
            var isFactored = Own.TryFactor(a, workers, progress, out failure);
            if (isFactored)
            {
                Factored(a);
                return true;
            }

            failure = Failed(failure);
            return failure == default;
        }

        internal override void Solve(MatrixView<double> l, MatrixView<double> b, Workers workers)
        {
            Own.Solve(l, b, workers);
            Solved(b);
        }

        internal override void Multiply(MatrixView<double> a, MatrixView<double> b, MatrixView<double> c, Workers workers)
        {
            Own.Multiply(a, b, c, workers);
            Multiplied(c);
        }

        private protected override (double[] Values, double[] Vectors) DecomposeChecked(double[] a, int n, int leading, Workers workers)
        {
            var (values, vectors) = Own.Decompose(a, n, TakesSmallest ? n : leading, workers);
            return (Values(values[..leading]), Vectors(vectors[..(leading * n)]));
        }
    }
}
