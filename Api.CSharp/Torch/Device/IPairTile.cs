using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>Computes parts of a Gram matrix on a device, for several threads at once.</summary>
internal interface IPairTile : IDisposable
{
    /// <summary>The number of pairs that were computed again in float64.</summary>
    long Raised { get; }

    /// <summary>
    /// The inner products of a part of the matrix, or null if the pairs have none. The caller disposes them.
    /// </summary>
    Tensor? Products(int row, int height, int column, int width);

    /// <summary>Computes a part of the matrix. The caller disposes it.</summary>
    /// <param name="row">Its first row.</param>
    /// <param name="height">The number of its rows.</param>
    /// <param name="column">Its first column.</param>
    /// <param name="width">The number of its columns.</param>
    /// <param name="left">The pairs that are left to the host.</param>
    /// <param name="products">Its inner products, whose memory is reused; null to compute them.</param>
    Tensor Compute(int row, int height, int column, int width, out LeftPair[] left, Tensor? products = null);
}
