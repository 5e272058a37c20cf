using System.Collections.Concurrent;
using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// Computes tiles and passes them to the sink. A GPU computes one tile after the other. Meanwhile the tiles before it
/// are copied, completed on the host, and passed on, each from memory of its own. On the processor each thread computes
/// whole tiles.
/// </summary>
internal sealed class TileRun : IDisposable
{
    private readonly GramRequest _request;
    private readonly IPairTile _tile;
    private readonly HostPairs? _host;
    private readonly TileShape _shape;
    private readonly RowParts _parts;
    private readonly Device _device;
    private readonly GramRun _run;
    private readonly ComputeOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly BlockingCollection<TileSlot> _free = [];
    private readonly List<TileSlot> _slots = [];

    internal TileRun(
        GramRequest request, (IPairTile Tile, HostPairs? Host, TileShape Shape, Device Device) by, IGramSink sink,
        ComputeOptions options, CancellationToken cancellation)
    {
        (_request, _options, _cancellation) = (request, options, cancellation);
        _run = new(request, sink, options, cancellation);
        (_tile, _host, _shape, _device) = by;
        _parts = new(_shape.Height);
    }

    private bool IsCuda => _device.type == DeviceType.CUDA;

    /// <summary>Computes all tiles that the sink wants.</summary>
    /// <exception cref="InsufficientMemoryException">The device has no memory for a row of a tile.</exception>
    internal void Start()
    {
        MakeSlots();
        if (IsCuda)
        {
            Pipeline();
        }
        else
        {
            Share();
        }

        HostPairs.Count(_host, _run, _tile.Raised);
        _run.Complete();
    }

    public void Dispose()
    {
        _slots.ForEach(slot => slot.Dispose());
        _free.Dispose();
    }

    private IEnumerable<GramTile> Tiles() => _run.Wanted(_request.Tiles(_shape.Side));

    private void Pipeline()
    {
        var finishing = new List<Task>();
        try
        {
            foreach (var tile in Tiles())
            {
                finishing.RemoveAll(task => task.IsCompleted);
                finishing.Add(Begin(tile));
            }
        }
        finally
        {
            Task.WaitAll([.. finishing], CancellationToken.None);
        }
    }

    private void Share() => OwnThreads.ForEach(Tiles(), _slots.Count, tile =>
    {
        var slot = _free.Take(CancellationToken.None);
        try
        {
            Finish(slot, tile, Fill(slot, tile));
        }
        catch (Exception e)
        {
            _run.Fail(tile, e);
        }
    });

    // A GPU needs at least two slots: one for the tile that it computes, and one for the tile that the host passes on.
    private void MakeSlots()
    {
        var type = _request.Precision == Precision.Float32 ? ScalarType.Float32 : ScalarType.Float64;
        var (height, width) = (Math.Min(_shape.Side, _request.Rows), Math.Min(_shape.Side, _request.Columns));
        for (var k = 0; k < (IsCuda ? Math.Clamp(_options.Threads, 2, 6) : _options.Threads); k++)
        {
            _slots.Add(new((long)height * width, type, _device));
            _free.Add(_slots[^1]);
        }
    }

    // Fills a slot on the device. The remaining work is done while the device computes the next tile.
    private Task Begin(GramTile tile)
    {
        var slot = _free.Take(CancellationToken.None);
        try
        {
            var left = Fill(slot, tile);
            return Task.Run(() => Finish(slot, tile, left), CancellationToken.None);
        }
        catch (Exception e)
        {
            _run.Fail(tile, e);
            return Task.CompletedTask;
        }
    }

    private List<LeftPair> Fill(TileSlot slot, GramTile tile)
    {
        var left = new List<LeftPair>();
        using var products = new TileProducts(_tile, tile, _request.IsSymmetric, IsCuda);
        _parts.ForEach(tile.Row, tile.Rows, (first, count) =>
        {
            _cancellation.ThrowIfCancellationRequested();
            // Entries below the diagonal are not needed, but a GPU's result must be contiguous.
            var from = _request.IsSymmetric && !IsCuda ? Math.Clamp(first - tile.Column, 0, tile.Columns) : 0;
            using var scope = NewDisposeScope();
            var values = _tile.Compute(
                first, count, tile.Column + from, tile.Columns - from, out var pairs, products.Of(first, count));
            slot.Put(values.DetachFromDisposeScope(), first - tile.Row, from, tile.Columns);
            left.AddRange(pairs);
        });
        return left;
    }

    private void Finish(TileSlot slot, GramTile tile, List<LeftPair> left)
    {
        try
        {
            if (_request.Precision == Precision.Float32)
            {
                _run.Write<float>(tile, Complete<float>(slot, tile, left), tile.Columns);
            }
            else
            {
                _run.Write<double>(tile, Complete<double>(slot, tile, left), tile.Columns);
            }
        }
        catch (Exception e)
        {
            _run.Fail(tile, e);
        }
        finally
        {
            _free.Add(slot);
        }
    }

    // Adds the pairs that were left to the host to a tile.
    private unsafe Span<T> Complete<T>(TileSlot slot, GramTile tile, List<LeftPair> left)
        where T : unmanaged, INumber<T>
    {
        var numbers = slot.Numbers<T>(tile.Rows * tile.Columns);
        fixed (T* to = numbers)
        {
            var place = (nint)to;
            _host?.Compute(_request, left, IsCuda ? _options.Threads : 1, _cancellation, (k, value) =>
                ((T*)place)[tile.Offset(left[k].Row, left[k].Column)] = T.CreateTruncating(value));
        }

        return numbers;
    }
}
