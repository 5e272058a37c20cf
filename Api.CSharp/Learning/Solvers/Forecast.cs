using System.Diagnostics;

namespace HadamardNtk;

/// <summary>
/// The seconds that are left of a fit: the seconds since the first report, times the operations that are left, over
/// those that were done in these seconds. The first report takes the seconds since the start. The operations of each
/// stage are estimated before the fit begins, at one rate for all of them, so that there is a number from the first
/// report on. It becomes exact towards the end.
/// </summary>
internal sealed class Forecast : ISolverCases<(string Stage, double Operations)[]>
{
    // Conjugate gradients take about this many steps times rank^-0.43 n^0.6, and 17 with a factor of candidates.
    private const double Steps = 13.7;
    private const double FewSteps = 20;

    private readonly FitSize _size;
    private readonly (string Stage, double Operations)[] _stages;
    private readonly long _start = Stopwatch.GetTimestamp();
    private (double Done, double Seconds)? _first;

    internal Forecast(Solver solver, FitSize size)
    {
        _size = size;
        _stages = solver.Match(this);
    }

    private double Samples => _size.Samples;

    // An inner product, and the functions of a pair.
    private double Pair => 1.5 * _size.Features + 300;

    private double Outputs => Math.Max(3, _size.Outputs);

    /// <summary>The seconds that are left now; null where nothing is done yet.</summary>
    internal double? Left(string stage, double part) =>
        Left(stage, part, Stopwatch.GetElapsedTime(_start).TotalSeconds);

    /// <summary>The seconds that are left where so many have passed.</summary>
    /// <remarks>
    /// The time up to the first call is spent on samples and code too, so that later calls take the rate since then.
    /// </remarks>
    internal double? Left(string stage, double part, double seconds)
    {
        if (Done(stage, part) is not { } done)
        {
            return null;
        }

        var (before, from) = _first is { } first && done > first.Done ? first : default;
        _first ??= (done, seconds);
        return done > before ? (seconds - from) * (_stages.Sum(s => s.Operations) - done) / (done - before) : null;
    }

    private double? Done(string stage, double part)
    {
        var place = Array.FindIndex(_stages, s => s.Stage == stage);
        return place < 0 ? null : _stages[..place].Sum(s => s.Operations) + part * _stages[place].Operations;
    }

    public (string Stage, double Operations)[] Of(CholeskySolver solver) =>
        [("gram", Gram), ("factor", 2 * Math.Pow(Samples, 3) / 3)];

    public (string Stage, double Operations)[] Of(EigenSolver solver) =>
        [("gram", Gram), ("factor", 10 * Math.Pow(Samples, 3))];

    // The pivots are drawn at half the rate of the rest. The preconditioner is made before the matrix, and a matrix in
    // float32 is computed again for two residuals.
    public (string Stage, double Operations)[] Of(ConjugateGradientSolver solver)
    {
        double rank = Math.Max(1, solver.RankFor(_size.Samples, _size.Outputs));
        var step = solver.Storage == GramStorage.None ? Gram : 2 * Samples * Samples * Outputs;
        return
        [
            ("pivots", 2 * rank * Samples * (Pair + rank)),
            ("gram", (solver.Storage == GramStorage.None ? 0 : Gram) + 4 * rank * rank * Samples),
            ("conjugate gradients",
                Steps * Math.Pow(rank, -0.43) * Math.Pow(Samples, 0.6) * (step + 4 * rank * Samples * Outputs)
                + (solver.Storage == GramStorage.Float32 ? 2 * Gram : 0)),
        ];
    }

    public (string Stage, double Operations)[] Of(FalkonSolver solver)
    {
        double centers = solver.CentersFor(_size.Samples), candidates = solver.CandidatesFor(_size.Samples);
        var rest = candidates < Samples ? Samples * centers * (3 * Pair + centers) : 0;
        var steps = candidates < Samples ? FewSteps : 1;
        return
        [
            ("pivots", candidates * centers * (Pair + centers)),
            ("conjugate gradients", candidates * centers * centers + Math.Pow(centers, 3) / 3 + rest
                + steps * 4 * Samples * centers * Outputs),
        ];
    }

    private double Gram => Samples * Samples / 2 * Pair;
}
