using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// The inner products of a tile on the processor, made at once: a product of many rows packs its columns once for all parts. On the
/// diagonal half of it would not be needed, and a GPU's parts are great enough: there each part makes its own.
/// </summary>
internal sealed class TileProducts : IDisposable
{
    /// <summary>Columns of such a tile, at most.</summary>
    private const int Most = 1024;

    private readonly Tensor? _products;
    private readonly int _row;
    private int _next;

    internal TileProducts(TensorTile by, GramTile tile, bool isSymmetric, bool isCuda)
    {
        (_row, _next) = (tile.Row, tile.Row);
        _products = isCuda || tile.Columns > Most || (isSymmetric && tile.Row == tile.Column)
            ? null
            : by.Products(tile.Row, tile.Rows, tile.Column, tile.Columns);
    }

    /// <summary>Those of a part, whose memory may be used again; null where it makes its own: when it is tried again, too, they are used up.</summary>
    internal Tensor? Of(int first, int count)
    {
        var own = first >= _next ? _products?.narrow(0, first - _row, count) : null;
        _next = Math.Max(_next, first + count);
        return own;
    }

    public void Dispose() => _products?.Dispose();
}
