using System.Collections.Concurrent;
using HadamardNtk.Core;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>
/// The interpolated Hermite tables of a kernel's functions. The kernel keeps them, and threads share them.
/// </summary>
internal sealed class HermiteFamilies : OptimizedClosures.FSharpFunc<ScalarFunction, double, HermiteTable?>
{
    private readonly ConcurrentDictionary<ScalarFunction, HermiteFamily> _families = new();

    public override HermiteTable? Invoke(ScalarFunction function, double variance) =>
        Of(function).Table(variance);

    /// <summary>The tables of a function.</summary>
    internal HermiteFamily Of(ScalarFunction function) => _families.GetOrAdd(function, f => new HermiteFamily(f));

    /// <summary>The same functions with tables of E f(u)² and E f(u) alone.</summary>
    internal HermiteMoments Moments => new(this);

    public override FSharpFunc<double, HermiteTable?> Invoke(ScalarFunction function) =>
        FSharpFunc<double, HermiteTable?>.FromConverter(q => Invoke(function, q));
}

/// <summary>Tables of E f(u)² and E f(u), without further coefficients.</summary>
internal sealed class HermiteMoments(HermiteFamilies families)
    : OptimizedClosures.FSharpFunc<ScalarFunction, double, HermiteTable?>
{
    public override HermiteTable? Invoke(ScalarFunction function, double variance) =>
        families.Of(function).Moments(variance);

    public override FSharpFunc<double, HermiteTable?> Invoke(ScalarFunction function) =>
        FSharpFunc<double, HermiteTable?>.FromConverter(q => Invoke(function, q));
}
