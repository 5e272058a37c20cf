using Xunit;

namespace HadamardNtk.Api.Tests.Learning.Solvers;

/// <summary>What does not fit into memory is refused before anything is computed, with something that fits.</summary>
public class SolverMemoryTests
{
    private const long Gigabyte = 1_000_000_000;

    private static readonly FitSize Size = new(60_000, 784, 10);

    [Fact]
    public void The_factorization_holds_one_matrix()
    {
        var bytes = SolverMemory.Plan(Solver.Cholesky, new(20_000, 784, 10), 0).Bytes;
        Assert.InRange(bytes, 8L * 20_000 * 20_000, 8L * 20_000 * 20_000 + Gigabyte);
        Assert.Equal(bytes, Solver.Cholesky.MemoryBytes(20_000, 784, 10));
    }

    [Fact]
    public void Twenty_thousand_samples_fit_into_24_GB_by_all_solvers()
    {
        foreach (var solver in new Solver[] { Solver.Cholesky, Solver.Eigen, Solver.ConjugateGradients, Solver.Falkon })
        {
            Assert.InRange(SolverMemory.Require(solver, new(20_000, 784, 10), 24 * Gigabyte).Bytes, 1, 24 * Gigabyte);
        }
    }

    [Theory]
    [InlineData(80, GramStorage.Float64)]
    [InlineData(40, GramStorage.Float32)]
    [InlineData(20, GramStorage.Float32)]
    [InlineData(8, GramStorage.None)]
    public void Conjugate_gradients_keep_what_fits(int gigabytes, GramStorage storage) => Assert.Equal(
        new ConjugateGradientSolver { Storage = storage },
        SolverMemory.Require(Solver.ConjugateGradients, Size, gigabytes * Gigabyte).Solver);

    [Theory]
    [InlineData(18, "cg", "float32")]
    [InlineData(8, "cg", "never stored")]
    [InlineData(2, "falkon with", "centers")]
    [InlineData(1, "fewer samples")]
    public void A_factorization_that_does_not_fit_is_refused_with_what_fits(int gigabytes, params string[] parts)
    {
        foreach (var solver in new Solver[] { Solver.Cholesky, Solver.Eigen })
        {
            Refused(solver, gigabytes, ["60000 samples", $"{gigabytes}.0 GB", .. parts]);
        }
    }

    [Fact]
    public void So_is_a_matrix_that_was_to_be_kept()
    {
        Refused(Solver.ConjugateGradients with { Storage = GramStorage.Float64 }, 8, "never stored", "leave the storage");
        Refused(Solver.ConjugateGradients with { Storage = GramStorage.Float32, Rank = 50_000 }, 20, "leave the storage");
        Refused(Solver.ConjugateGradients, 2, "falkon with");
        Refused(Solver.Falkon with { Centers = 60_000 }, 8, "falkon with", "or fewer");
    }

    [Fact]
    public void What_is_suggested_fits()
    {
        var said = Refused(Solver.Falkon with { Centers = 60_000 }, 8, "or fewer");
        var centers = int.Parse(said.Split("falkon with ")[1].Split(' ')[0]);
        Assert.InRange(SolverMemory.Plan(Solver.Falkon with { Centers = centers }, Size, 0).Bytes, 1, 8 * Gigabyte);
        Refused(Solver.Falkon with { Centers = centers + 1 }, 8);
    }

    [Fact]
    public void More_entries_than_one_array_has_are_refused_whatever_memory_there_is() =>
        Refused(Solver.Cholesky, 1000, "more than one array", "cg");

    [Fact]
    public void A_fit_is_refused_before_it_begins()
    {
        // 200000 samples: 320 GB. Nothing of that size is touched, so this takes no time.
        var (x, y) = (Matrix.Wrap(new double[200_000], 200_000, 1), Matrix.Wrap(new double[200_000], 200_000, 1));
        var log = new SolverLog();
        var error = Assert.Throws<ArgumentException>(() => KernelRegression.Fit(
            Network.Parse("dense").Ntk(), x, y, new() { Solver = Solver.Eigen with { Progress = log } }));
        Assert.Contains("200000 samples", error.Message);
        Assert.Empty(log.Reports);
    }

    private static string Refused(Solver solver, int gigabytes, params string[] parts)
    {
        var error = Assert.Throws<ArgumentException>(() => SolverMemory.Require(solver, Size, gigabytes * Gigabyte));
        Assert.All(parts, part => Assert.Contains(part, error.Message));
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }
}
