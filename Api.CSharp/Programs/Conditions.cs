using System.Collections.Concurrent;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The samples at which roundings grow too far for the accuracy that a precision promises. Growth is a smooth function
/// of a sample's length alone, and is computed once for all samples of nearly the same length. It also depends on the
/// average feature where the input itself meets other signals. The sample without its average feature may be anything
/// there, so growth is computed for every sample.
/// </summary>
internal sealed class Conditions(Signal signal, Core.Program program)
{
    // An interval of lengths is a factor of √2 of x·x/d.
    private const double Octaves = 2;

    // Where every sample has a growth of its own, a program that predicts for ever would keep them all.
    private const int Most = 1 << 16;

    // The roundings, each grown, may add up to the promised error: 2e-6 in float32 or 1e-6 for each kink, 1e-11 and
    // 1e-10 in float64, and 1e-12 in double-double.
    private const double Single = 2e-6 / 2.9e-7;
    private const double SingleKink = 1e-6 / 2.9e-7;
    private const double DoubleNngp = 1e-11 / 4.5e-16;
    private const double DoubleNtk = 1e-10 / 4.5e-16;
    private const double Exact = 1e-12 / 1e-31;

    private readonly ConcurrentDictionary<(int Features, double Norm, double Average), Growths> _known = new();

    private readonly double _single = Math.Max(Single, SingleKink * program.GapCount);

    /// <summary>Whether float32 or float64 is too imprecise for a kernel at a sample.</summary>
    internal bool IsBeyond(KernelKind kind, bool single, int features, double norm, double average)
    {
        var growths = Of(features, norm, average);
        var growth = single ? growths.Single : growths.Double;
        return kind == KernelKind.Nngp
            ? growth.Nngp > (single ? _single : DoubleNngp)
            : growth.Ntk > (single ? _single : DoubleNtk);
    }

    /// <summary>The NTK of a sample with itself, within a few octaves. It is 0 where x·x/d is 0.</summary>
    internal double RoughNtk(int features, double norm, double average) => Of(features, norm, average).Double.Theta;

    /// <summary>Whether double-double is too imprecise for one of the kernels at a sample.</summary>
    internal bool IsLost(int features, double norm, double average) => IsLost(Of(features, norm, average).Exact);

    /// <summary>
    /// Whether a kernel in float64 loses its digits at a sample because an intermediate value is below float64's range.
    /// </summary>
    internal bool IsBelowRange(int features, double norm, double average) =>
        Greatest(Of(features, norm, average).Double) > DoubleNtk
        && !(Greatest(In(Rounding.Endless, (features, norm, average))) > DoubleNtk);

    /// <summary>
    /// Whether a kernel is lost at a sample because an intermediate value is below double-double's range.
    /// </summary>
    internal bool IsTooSmall(int features, double norm, double average) =>
        !IsLost(In(Rounding.Endless, (features, norm, average)));

    /// <summary>The length x·x/d of a row, which is 0 for rows of zeros only.</summary>
    internal static double Length(double norm, ReadOnlySpan<double> row) =>
        norm == 0 && row.ContainsAnyExcept(0.0) ? double.Epsilon : norm;

    private static bool IsLost(Growth growth) => Greatest(growth) > Exact;

    private static double Greatest(Growth growth) => Math.Max(growth.Nngp, growth.Ntk);

    private Growths Of(int features, double norm, double average)
    {
        if (!(norm > 0 && double.IsFinite(norm)))
        {
            return new(new(1, 1, 0), new(1, 1, 0), new(1, 1, 0));
        }

        var key = program.HasAverage ? (features, norm, average) : (features, Math.Floor(Octaves * Math.Log2(norm)), 0);
        if (!_known.TryGetValue(key, out var growth))
        {
            var at = program.HasAverage ? key : (features, Math.Pow(2, (key.Item2 + 0.5) / Octaves), 0);
            growth = new(In(Rounding.Float32, at), In(Rounding.Float64, at), In(Rounding.DoubleDouble, at));
            if (_known.Count >= Most)
            {
                _known.Clear();
            }

            _known[key] = growth;
        }

        return growth;
    }

    private sealed record Growths(Growth Single, Growth Double, Growth Exact);

    private Growth In(Rounding rounding, (int Features, double Norm, double Average) at) =>
        Conditioning.growth(rounding, at.Features, at.Norm, at.Average, signal);
}
