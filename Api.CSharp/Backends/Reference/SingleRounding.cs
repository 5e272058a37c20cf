using System.Collections.Concurrent;
using HadamardNtk.Core;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>
/// Rounds the entries of a kernel on positions to float32. Small ones are compared with the kernels of both samples
/// with themselves, which are computed by their definition where they are asked for, and kept. Threads may share it.
/// </summary>
internal sealed class SingleRounding(GramRequest request)
{
    private readonly ConcurrentDictionary<int, double> _rows = new();
    private readonly ConcurrentDictionary<int, double> _columns = new();
    private readonly Lazy<FSharpFunc<SpatialSample, FSharpFunc<SpatialSample, (double Nngp, double Ntk)>>> _pair =
        new(request.Program.PairByBlocks);

    /// <summary>An entry rounded to float32.</summary>
    /// <param name="i">The row.</param>
    /// <param name="j">The column.</param>
    /// <param name="value">The entry, which is finite.</param>
    /// <param name="reason">The row of X that the error names.</param>
    /// <exception cref="KernelUndefinedException">
    /// The entry is too large, or it is below the normal numbers and not negligible beside the two samples' own
    /// kernels.
    /// </exception>
    internal float Of(int i, int j, double value, int reason)
    {
        var (rounded, isNormal) = ((float)value, value == 0 || Math.Abs(value) >= PairLanes.LeastSingle);
        if (float.IsFinite(rounded) && (isNormal || PairLanes.IsNegligible(value, Row(i), Column(j))))
        {
            return rounded;
        }

        var sample = request.X.Row(reason).ToArray();
        var undefined = new Undefined(
            "the read-out in float32, where float64 has room", value, KernelModule.product(sample, sample));
        throw new KernelUndefinedException(undefined, reason);
    }

    private double Row(int i) => _rows.GetOrAdd(i, place => Self(request.X, place));

    private double Column(int j) => request.Other == request.X
        ? Row(j)
        : _columns.GetOrAdd(j, place => Self(request.Other, place));

    private double Self(Matrix x, int i)
    {
        var sample = SpatialKernel.ofRow(x.Row(i).ToArray());
        var (nngp, ntk) = _pair.Value.Invoke(sample).Invoke(sample);
        return new KernelValue(nngp, ntk)[request.Kind];
    }
}
