using System.Collections.Concurrent;
using HadamardNtk.Core;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>The Hermite tables of a kernel's functions, interpolated; kept for the kernel's life and shared by threads.</summary>
internal sealed class HermiteFamilies : OptimizedClosures.FSharpFunc<ScalarFunction, double, HermiteTable?>
{
    private readonly ConcurrentDictionary<ScalarFunction, HermiteFamily> _families = new();

    public override HermiteTable? Invoke(ScalarFunction function, double variance) =>
        _families.GetOrAdd(function, f => new HermiteFamily(f)).Table(variance);

    public override FSharpFunc<double, HermiteTable?> Invoke(ScalarFunction function) =>
        FSharpFunc<double, HermiteTable?>.FromConverter(q => Invoke(function, q));
}
