using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// The inner products of a whole tile on the processor, computed by one call for all parts of the tile. Each part
/// computes its own products on the diagonal, where half of them are not needed, and on a GPU, where parts are large
/// enough.
/// </summary>
internal sealed class TileProducts : IDisposable
{
    /// <summary>The largest number of columns of a tile with common products.</summary>
    private const int Most = 1024;

    private readonly Tensor? _products;
    private readonly int _row;
    private int _next;

    internal TileProducts(IPairTile by, GramTile tile, bool isSymmetric, bool isCuda)
    {
        (_row, _next) = (tile.Row, tile.Row);
        _products = isCuda || tile.Columns > Most || (isSymmetric && tile.Row == tile.Column)
            ? null
            : by.Products(tile.Row, tile.Rows, tile.Column, tile.Columns);
    }

    /// <summary>
    /// The products of a part, whose memory may be reused. The result is null if the part must compute its own, also at
    /// a second attempt, because the first one has overwritten them.
    /// </summary>
    internal Tensor? Of(int first, int count)
    {
        var own = first >= _next ? _products?.narrow(0, first - _row, count) : null;
        _next = Math.Max(_next, first + count);
        return own;
    }

    public void Dispose() => _products?.Dispose();
}
