using System.Collections.Concurrent;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// Whether roundings grow too far, at samples of a kernel, for what a precision is held to. Growth depends on a sample's
/// length and average alone, smoothly: it is worked out once for all samples whose two numbers are nearly the same.
/// </summary>
internal sealed class Conditions(Signal signal)
{
    // Intervals: a factor of √2 of x·x/d, an eighth of the average over the root of that.
    private const double Octaves = 2;
    private const double Eighths = 8;

    // Four roundings, each grown, may make up what kernels are held to: 2e-6 in float32, 1e-11 and 1e-10 in float64, 1e-12
    // in double-double.
    private const double Single = 2e-6 / 2.4e-7;
    private const double DoubleNngp = 1e-11 / 4.5e-16;
    private const double DoubleNtk = 1e-10 / 4.5e-16;
    private const double Exact = 1e-12 / 1e-31;

    private readonly ConcurrentDictionary<(int Features, int Norm, int Average), Growth> _known = new();

    /// <summary>Whether float32 or float64 is not enough for a kernel at a sample.</summary>
    internal bool IsBeyond(KernelKind kind, bool single, int features, double norm, double average)
    {
        var growth = Of(features, norm, average);
        return kind == KernelKind.Nngp
            ? growth.Nngp > (single ? Single : DoubleNngp)
            : growth.Ntk > (single ? Single : DoubleNtk);
    }

    /// <summary>Whether double-double is not enough for one of the kernels at a sample.</summary>
    internal bool IsLost(int features, double norm, double average)
    {
        var growth = Of(features, norm, average);
        return Math.Max(growth.Nngp, growth.Ntk) > Exact;
    }

    private Growth Of(int features, double norm, double average)
    {
        if (!(norm > 0 && double.IsFinite(norm)))
        {
            return new Growth(1, 1);
        }

        var (n, a) = ((int)Math.Floor(Octaves * Math.Log2(norm)), (int)Math.Round(Eighths * average / Math.Sqrt(norm)));
        return _known.GetOrAdd((features, n, a), key => Make(key.Features, key.Norm, key.Average));
    }

    private Growth Make(int features, int n, int a)
    {
        var norm = Math.Pow(2, (n + 0.5) / Octaves);
        return Conditioning.growth(features, norm, a / Eighths * Math.Sqrt(norm), signal);
    }
}
