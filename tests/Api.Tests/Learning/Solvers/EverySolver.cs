using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;

namespace HadamardNtk.Api.Tests.Learning.Solvers;

/// <summary>
/// Every solver and every way to keep the matrix, and a system for them. At a ridge of 1e-2 of the mean diagonal and n = 60 the
/// condition of K + r I is below n/1e-2 = 6000: a relative residual of 1e-11 is an error of 6e-8 of the weights' size at most,
/// rounding one of 6000 n ε = 8e-11.
/// </summary>
public static class EverySolver
{
    internal const int Count = 60;
    internal const double Condition = Count / 1e-2;
    internal const double Tolerance = 1e-11;
    internal const double Rounding = Condition * Count * Matrices.Epsilon;
    internal const double Close = Condition * Tolerance + Rounding;

    internal static readonly Network Net = Network.Parse("(dense(w=1.4142135623730951,b=0.1) relu)^2 dense");
    internal static readonly Matrix X = Samples.Random(Count, 3, 1);
    internal static readonly Matrix New = Samples.Random(13, 3, 2);
    internal static readonly Matrix Y = Samples.Random(Count, 2, 3);
    internal static readonly RegressionOptions Options = new() { Ridge = Ridge.Relative(1e-2) };

    private static readonly Dictionary<string, Solver> All = new()
    {
        ["cholesky"] = Solver.Cholesky,
        ["eigen"] = Solver.Eigen,
        ["plain cg"] = Solver.ConjugateGradients with { Tolerance = Tolerance, Rank = 0 },
        ["cg of rank 7"] = Solver.ConjugateGradients with { Tolerance = Tolerance, Rank = 7 },
        ["cg in float32"] = Solver.ConjugateGradients with { Tolerance = Tolerance, Rank = 7, Storage = GramStorage.Float32 },
        ["cg in a file"] = Solver.ConjugateGradients with { Tolerance = Tolerance, Rank = 7, Storage = GramStorage.File },
        ["cg never stored"] = Solver.ConjugateGradients with { Tolerance = Tolerance, Rank = 7, Storage = GramStorage.None },
        ["falkon on all"] = Solver.Falkon with { Tolerance = Tolerance },
    };

    public static TheoryData<string> Names => [.. All.Keys];

    internal static IEnumerable<string> Solvers => All.Keys;

    internal static IEnumerable<KeyValuePair<string, Solver>> Gradients => All.Where(pair => pair.Value.Kind == SolverKind.ConjugateGradients);

    internal static Solver Of(string name) => All[name];

    internal static KernelRegression Fit(Solver solver) => KernelRegression.Fit(Net.Ntk(), X, Y, Options with { Solver = solver });

    internal static double Norm(double[] v) => Math.Sqrt(v.Sum(x => x * x));
}

/// <summary>Keeps what a solver reported.</summary>
internal sealed class SolverLog(Action<SolverProgress>? then = null) : IProgress<SolverProgress>
{
    internal List<SolverProgress> Reports { get; } = [];

    public void Report(SolverProgress value)
    {
        lock (Reports)
        {
            Reports.Add(value);
        }

        then?.Invoke(value);
    }
}
