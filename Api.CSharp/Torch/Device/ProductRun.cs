using TorchSharp;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// Y = K V on a device, without storing K or copying it to the host. A part K[I, J] adds K[I, J] V[J] to Y[I] and, if K
/// is symmetric, K[I, J]ᵀ V[I] to Y[J]. Pairs that are left to the host are zero on the device and added on the host.
/// </summary>
internal sealed class ProductRun
{
    private readonly GramRequest _request;
    private readonly TensorTile _tile;
    private readonly HostPairs _host;
    private readonly TileShape _shape;
    private readonly Matrix _v;
    private readonly Tensor _right;
    private readonly Tensor _sums;
    private readonly double[] _own;

    internal ProductRun(GramRequest request, Matrix v, TensorTile tile, HostPairs host, TileShape shape, Device device)
    {
        (_request, _v, _tile, _host, _shape) = (request, v, tile, host, shape);
        _right = TensorTransfer.Upload<double>(v.Rows, v.Columns, device, (i, row) => v.Row(i).CopyTo(row));
        _sums = zeros([request.Rows, v.Columns], dtype: ScalarType.Float64, device: device);
        _own = new double[request.Rows * v.Columns];
    }

    private bool IsCuda => _sums.device_type == DeviceType.CUDA;

    /// <summary>Computes K V.</summary>
    /// <exception cref="InsufficientMemoryException">The device has no memory for a row of a tile.</exception>
    internal Matrix Run(ComputeOptions options, CancellationToken cancellation)
    {
        var (parts, inOrder) = (new RowParts(_shape.Height), new InOrder());
        var run = new GramRun(_request, options, cancellation);
        void Do(GramTile tile, int number)
        {
            var ready = new List<Action>();
            using var products = new TileProducts(_tile, tile, _request.IsSymmetric, IsCuda);
            parts.ForEach(tile.Row, tile.Rows, (first, count) =>
            {
                cancellation.ThrowIfCancellationRequested();
                ready.Add(Part(first, count, tile.Column, tile.Columns, products, options, cancellation));
            });
            inOrder.Run(number, () =>
            {
                ready.ForEach(add => add());
                run.Count(tile);
            });
        }

        var tiles = run.Wanted(_request.Tiles(_shape.Side)).Select((tile, number) => (tile, number));
        if (IsCuda)
        {
            foreach (var (tile, number) in tiles)
            {
                Do(tile, number);
            }
        }
        else
        {
            OwnThreads.ForEach(tiles, options.Threads, piece => Do(piece.tile, piece.number));
        }

        HostPairs.Count(_host, run, _tile.Raised);
        run.Complete();
        return Sum();
    }

    // Computes a part, and returns the action that adds it to the sums. That action needs no further memory.
    private Action Part(
        int row, int height, int column, int width, TileProducts products, ComputeOptions options,
        CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var part = _tile.Compute(row, height, column, width, out var left, products.Of(row, height))
            .to_type(ScalarType.Float64);
        var values = HostValues(left, options, cancellation);
        Clear(part, left, values, row, column, width);
        var isOnDiagonal = _request.IsSymmetric && column < row + height;
        var upper = isOnDiagonal ? part.triu(row - column) : part;
        var ahead = upper.mm(_right.narrow(0, column, width)).DetachFromDisposeScope();
        var mirrored = _request.IsSymmetric
            ? (isOnDiagonal ? part.triu(row - column + 1) : part).t()
                .mm(_right.narrow(0, row, height)).DetachFromDisposeScope()
            : null;
        return () =>
        {
            Add(ahead, row, height);
            Add(mirrored, column, width);
            for (var k = 0; k < left.Length; k++)
            {
                Add(left[k].Row, left[k].Column, values[k] ?? 0);
            }
        };
    }

    private void Add(Tensor? terms, int row, int height)
    {
        if (terms is not null)
        {
            using var to = _sums.narrow(0, row, height);
            to.add_(terms, Held.One);
            terms.Dispose();
        }
    }

    // A number is null if the device's value is kept.
    private double?[] HostValues(LeftPair[] left, ComputeOptions options, CancellationToken cancellation)
    {
        var values = new double?[left.Length];
        _host.Compute(_request, [.. left], IsCuda ? options.Threads : 1, cancellation, (k, value) => values[k] = value);
        return values;
    }

    private static void Clear(Tensor part, LeftPair[] left, double?[] values, int row, int column, int width)
    {
        var places = Enumerable.Range(0, left.Length).Where(k => values[k] is not null)
            .Select(k => (long)(left[k].Row - row) * width + left[k].Column - column).ToArray();
        if (places.Length > 0)
        {
            using var on = TensorTransfer.Upload<long>(places, part.device);
            part.view(-1).index_fill_(0, on, Held.Zero);
        }
    }

    private void Add(int i, int j, double value)
    {
        for (var o = 0; value != 0 && o < _v.Columns; o++)
        {
            _own[i * _v.Columns + o] += value * _v[j, o];
            if (_request.IsSymmetric && i != j)
            {
                _own[j * _v.Columns + o] += value * _v[i, o];
            }
        }
    }

    private Matrix Sum()
    {
        TensorTransfer.Download<double>(_sums, (i, row) =>
        {
            var own = _own.AsSpan(i * _v.Columns, _v.Columns);
            for (var k = 0; k < own.Length; k++)
            {
                own[k] += row[k];
            }
        });
        return Matrix.Wrap(_own, _request.Rows, _v.Columns);
    }
}
