using Xunit;

namespace HadamardNtk.Api.Tests.Learning.Solvers;

/// <summary>Conjugate gradients go on from their checkpoint to the same bits, in one process.</summary>
public class GradientCheckpoints : IDisposable
{
    private const int Rows = 120;

    private static readonly InfiniteKernel Kernel = Network.Parse("(dense(w=1.41421356) relu)^2 dense").Ntk();

    private readonly string _folder = Directory.CreateTempSubdirectory("hntk-checkpoint-").FullName;
    private readonly Matrix _x = Numbers(Rows, 4, 1);
    private readonly Matrix _y = Numbers(Rows, 3, 2);

    private string File => Path.Combine(_folder, "fit.checkpoint");

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(GramStorage.Float64)]
    [InlineData(GramStorage.Float32)]
    [InlineData(GramStorage.None)]
    public void An_interrupted_fit_goes_on_to_the_same_bits(GramStorage storage)
    {
        var solver = new ConjugateGradientSolver { Rank = 5, Tolerance = 1e-11, Storage = storage };
        var whole = Fit(solver);
        var kept = solver with { Checkpoint = File, CheckpointSteps = 2, Resume = true };
        for (var stop = 3; stop < whole.Solution.Iterations; stop += 9)
        {
            using var over = new CancellationTokenSource();
            var watched = kept with { Progress = new Steps(step => { if (step == stop) { over.Cancel(); } }) };
            Assert.ThrowsAny<OperationCanceledException>(() => Fit(watched, over.Token));
        }

        var first = int.MaxValue;
        var resumed = Fit(kept with { Progress = new Steps(step => first = Math.Min(first, step)) });
        Assert.True(first > 3, $"began at step {first}");
        Assert.Equal(whole.Weights.ToArray(), resumed.Weights.ToArray());
        Assert.Equal((whole.Solution.Iterations, whole.Solution.Residual), (resumed.Solution.Iterations, resumed.Solution.Residual));
    }

    [Fact]
    public void The_checkpoint_of_another_fit_is_refused_by_what_differs()
    {
        var solver = new ConjugateGradientSolver { Rank = 5, Checkpoint = File, CheckpointSteps = 1, Resume = true };
        Fit(solver);
        Refused(() => Fit(solver with { Rank = 6 }), "rank");
        Refused(() => Fit(solver with { Seed = 1 }), "seed");
        Refused(() => Fit(solver with { Tolerance = 1e-3 }), "tolerance");
        Refused(() => Fit(solver with { Storage = GramStorage.None }), "storage");
        Refused(() => Fit(solver, ridge: 0.5), "ridge");
        Refused(() => KernelRegression.Fit(Kernel, _x, Numbers(Rows, 3, 9), Options(solver, 0.1)), "targets");
        Refused(() => KernelRegression.Fit(Kernel, Numbers(Rows, 4, 9), _y, Options(solver, 0.1)), "X");
        Refused(() => KernelRegression.Fit(Network.Parse("dense relu dense").Ntk(), _x, _y, Options(solver, 0.1)), "network");
        Refused(() => Fit(solver with { Resume = false }), "file");
        System.IO.File.WriteAllText(File, "something else");
        Refused(() => Fit(solver), "damaged");
    }

    [Fact]
    public void A_kernel_that_has_no_name_has_no_checkpoint()
    {
        var solver = new ConjugateGradientSolver { Checkpoint = File };
        var error = Assert.Throws<ArgumentException>(
            () => KernelRegression.Fit(StationaryKernel.Gaussian(1), _x, _y, new() { Solver = solver }));
        Assert.Contains("network", error.Message);
        Assert.Throws<ArgumentException>(() => Fit(new ConjugateGradientSolver { Resume = true }));
        Assert.Throws<ArgumentOutOfRangeException>(() => solver with { CheckpointSteps = 0 });
    }

    private KernelRegression Fit(ConjugateGradientSolver solver, CancellationToken stop = default, double ridge = 0.1) =>
        KernelRegression.Fit(Kernel, _x, _y, Options(solver, ridge), stop);

    private static RegressionOptions Options(Solver solver, double ridge) =>
        new() { Solver = solver, Ridge = Ridge.Absolute(ridge) };

    private static void Refused(Action act, string part) =>
        Assert.Contains(part, Assert.Throws<OutputException>(act).Message);

    private static Matrix Numbers(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var numbers = new double[rows, columns];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i / columns, i % columns] = 2 * random.NextDouble() - 1;
        }

        return numbers;
    }

    private sealed class Steps(Action<int> report) : IProgress<SolverProgress>
    {
        public void Report(SolverProgress value)
        {
            if (value.Iterations > 0)
            {
                report(value.Iterations);
            }
        }
    }
}
