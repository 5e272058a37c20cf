using System.Numerics;

namespace HadamardNtk;

/// <summary>Computes the kernels of one sample with a vector of others, slice by slice, on one thread.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal abstract unsafe class SliceWorker<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The number of samples of a vector.</summary>
    internal abstract int Lanes { get; }

    /// <summary>Computes the values of a block of samples that pairs read.</summary>
    /// <param name="samples">The samples, whose features are there.</param>
    /// <param name="block">The block.</param>
    /// <param name="whole">Whether the kernel of each sample with itself is computed too.</param>
    internal abstract void Prepare(SliceSamples<T> samples, int block, bool whole);

    /// <summary>Chooses the sample of the row for the pairs that follow.</summary>
    internal abstract void Begin(SliceSamples<T> rows, int i);

    /// <summary>Computes the kernels of the chosen sample with those of a block.</summary>
    /// <param name="columns">The samples.</param>
    /// <param name="block">The block.</param>
    /// <param name="to">The kernels, one for each lane.</param>
    /// <returns>The lanes that are in doubt in float32, a bit for each.</returns>
    internal abstract uint Pairs(SliceSamples<T> columns, int block, Span<double> to);

    /// <inheritdoc/>
    public abstract void Dispose();
}
