using HadamardNtk.Core;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>The searches for hyper-parameters from several starts.</summary>
internal sealed class TuningSearch(
    TuningSpace space,
    Matrix x,
    Matrix y,
    RegressionOptions options,
    TuningOptions tuning,
    CancellationToken cancellation)
{
    private readonly GramOptions _gram = options.Gram.Exact with { Progress = null };
    private int _start = -1;
    private int _evaluations;
    private double _shown;
    private double _best = double.NegativeInfinity;
    private ArithmeticException? _failure;

    /// <summary>Searches from a start.</summary>
    internal (Ascended End, double Score) From(double[] start)
    {
        _start++;
        var score = double.NaN;
        var end = Ascent.maximize(
            tuning.Tolerance,
            tuning.MaximumEvaluations,
            FuncConvert.FromAction((int _, double[] at, double value) =>
            {
                score = _shown;
                Report(at, value);
            }),
            FuncConvert.FromFunc<double[], ValueTuple<double, double[]>>(Value),
            space.Lower,
            space.Upper,
            start);
        return (end, score);
    }

    /// <summary>The best of several ends.</summary>
    internal TunedKernel Best((Ascended End, double Score)[] ends)
    {
        var (end, score) = ends.MaxBy(one => one.End.Value);
        if (!double.IsFinite(end.Value))
        {
            throw _failure ?? new ArithmeticException(
                "the criterion is not finite wherever the search looked; "
                + "scale the targets, or start at a greater ridge");
        }

        var (kernel, ridge) = space.Point(end.Point);
        return new(
            kernel,
            ridge,
            score,
            [.. space.Parameters.Select(parameter => kernel.Network.Parameter(parameter.Name))],
            _evaluations,
            end.Converged,
            [.. ends.Select(one => double.IsFinite(one.End.Value) ? one.Score : (double?)null)]);
    }

    private void Report(double[] at, double value)
    {
        if (value > _best)
        {
            _best = value;
            var (kernel, ridge) = space.Point(at);
            tuning.Progress?.Report(new(_start, _evaluations, kernel.Network, ridge, _shown));
        }
    }

    private ValueTuple<double, double[]> Value(double[] at)
    {
        cancellation.ThrowIfCancellationRequested();
        _evaluations++;
        try
        {
            var (kernel, ridge) = space.Point(at);
            var gram = kernel.Gram(x, _gram, cancellation);
            var r = ridge.For(gram);
            var score = SelectionScore.Of(
                tuning.Criterion, gram, r, y, options.Scale, _gram, cancellation);
            _shown = score.Shown;
            return (score.Value, Gradient(kernel, ridge, r, score));
        }
        catch (Exception e) when (e is NotPositiveDefiniteException or KernelUndefinedException)
        {
            _failure = (ArithmeticException)e;
            return (double.NaN, at);
        }
    }

    private double[] Gradient(InfiniteKernel kernel, Ridge ridge, double r, SelectionScore score)
    {
        var trace = score.ByRidge;
        var gradient = new List<double>();
        foreach (var start in space.Parameters)
        {
            var parameter = kernel.Network.Parameter(start.Name);
            var derivative = kernel.Derivative(parameter).Gram(x, _gram, cancellation);
            var slope = score.Along(derivative) + (ridge.IsRelative ? trace * ridge.For(derivative) : 0);
            gradient.Add(slope * (parameter.IsScale ? parameter.Value : 1));
        }

        return tuning.KeepRidge ? [.. gradient] : [.. gradient, trace * r];
    }
}
