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
    private double _best = double.NegativeInfinity;
    private ArithmeticException? _failure;

    /// <summary>Searches from a start.</summary>
    internal Ascended From(double[] start)
    {
        _start++;
        return Ascent.maximize(
            tuning.Tolerance,
            tuning.MaximumEvaluations,
            FuncConvert.FromAction((int _, double[] at, double value) => Report(at, value)),
            FuncConvert.FromFunc<double[], ValueTuple<double, double[]>>(Value),
            space.Lower,
            space.Upper,
            start);
    }

    /// <summary>The best of several ends.</summary>
    internal TunedKernel Best(Ascended[] ends)
    {
        var end = ends.MaxBy(one => one.Value)!;
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
            Shown(end.Value),
            [.. space.Parameters.Select(parameter => kernel.Network.Parameter(parameter.Name))],
            _evaluations,
            end.Converged,
            [.. ends.Select(one => double.IsFinite(one.Value) ? Shown(one.Value) : (double?)null)]);
    }

    // The search may reject a point that it has reported, so that the score is that of the value.
    private double Shown(double value) => SelectionScore.ShownOf(tuning.Criterion, value, y.Data.Length);

    private void Report(double[] at, double value)
    {
        if (value > _best)
        {
            _best = value;
            var (kernel, ridge) = space.Point(at);
            tuning.Progress?.Report(new(_start, _evaluations, kernel.Network, ridge, Shown(value)));
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
