using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// Computes tiles one after the other and hands them out while the next is computed: beside the tile that the device works
/// on, those before it are completed on the host and given to the sink, each from memory of its own, which on a GPU is
/// pinned.
/// </summary>
internal sealed class TileRun : IDisposable
{
    private readonly GramRequest _request;
    private readonly TensorTile _tile;
    private readonly HostPairs _host;
    private readonly TileShape _shape;
    private readonly bool _isCuda;
    private readonly BlockingCollection<Tensor> _free = [];
    private readonly List<Tensor> _slots = [];
    private readonly Lock _lock = new();
    private readonly RowParts _parts;
    private double _done;
    private Exception? _failure;

    internal TileRun(GramRequest request, TensorTile tile, HostPairs host, TileShape shape, Device device)
    {
        (_request, _tile, _host, _shape) = (request, tile, host, shape);
        (_isCuda, _parts) = (device.type == DeviceType.CUDA, new(shape.Height));
    }

    /// <summary>Computes all tiles that the sink wants.</summary>
    /// <exception cref="InsufficientMemoryException">The device has no memory for a row of a tile.</exception>
    internal void Start(IGramSink sink, GramOptions options, CancellationToken cancellation)
    {
        MakeSlots(options.Threads);
        var finishing = new List<Task>();
        foreach (var (row, column, height, width) in Tiles())
        {
            if (cancellation.IsCancellationRequested || Volatile.Read(ref _failure) is not null)
            {
                break;
            }

            if (!sink.Wants(row, column, height, width))
            {
                Report(options, row, column, height, width);
                continue;
            }

            finishing.RemoveAll(task => task.IsCompleted);
            finishing.Add(Begin(row, column, height, width, sink, options, cancellation));
        }

        Task.WaitAll([.. finishing], CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        _host.Report(options, _tile.Raised);
    }

    public void Dispose()
    {
        _slots.ForEach(slot => slot.Dispose());
        _free.Dispose();
    }

    private IEnumerable<(int Row, int Column, int Height, int Width)> Tiles()
    {
        for (var row = 0; row < _request.Rows; row += _shape.Side)
        {
            for (var column = _request.IsSymmetric ? row : 0; column < _request.Columns; column += _shape.Side)
            {
                yield return (row, column, Math.Min(_shape.Side, _request.Rows - row), Math.Min(_shape.Side, _request.Columns - column));
            }
        }
    }

    // Two tiles at least: what the device computes, and what the host hands out.
    private void MakeSlots(int threads)
    {
        var type = _request.Precision == Precision.Float32 ? ScalarType.Float32 : ScalarType.Float64;
        var (height, width) = (Math.Min(_shape.Side, _request.Rows), Math.Min(_shape.Side, _request.Columns));
        for (var k = 0; k < (_isCuda ? Math.Clamp(threads, 2, 6) : 2); k++)
        {
            var slot = empty([(long)height * width], dtype: type, device: CPU).DetachFromDisposeScope();
            _slots.Add(_isCuda ? Pinned(slot) : slot);
            _free.Add(_slots[^1]);
        }
    }

    private static Tensor Pinned(Tensor slot)
    {
        using (slot)
        {
            return slot.pin_memory().DetachFromDisposeScope();
        }
    }

    // Fills a slot on the device; what remains is done beside the next tile.
    private Task Begin(int row, int column, int height, int width, IGramSink sink, GramOptions options, CancellationToken cancellation)
    {
        var slot = _free.Take(CancellationToken.None);
        try
        {
            var left = Fill(slot, row, column, height, width, cancellation);
            return Task.Run(() => Finish(slot, left, row, column, height, width, sink, options, cancellation), CancellationToken.None);
        }
        catch (Exception e)
        {
            Fail(e);
            return Task.CompletedTask;
        }
    }

    private List<LeftPair> Fill(Tensor slot, int row, int column, int height, int width, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var place = slot.narrow(0, 0, (long)height * width).view(height, width);
        var left = new List<LeftPair>();
        _parts.ForEach(row, height, (first, count) =>
        {
            cancellation.ThrowIfCancellationRequested();
            // Below the diagonal nothing is needed; what a GPU sends must lie in one piece.
            var from = _request.IsSymmetric && !_isCuda ? Math.Clamp(first - column, 0, width) : 0;
            using var part = NewDisposeScope();
            var values = _tile.Compute(first, count, column + from, width - from, out var pairs);
            place.narrow(0, first - row, count).narrow(1, from, width - from).copy_(values, true);
            left.AddRange(pairs);
        });

        if (_isCuda)
        {
            cuda.synchronize();
        }

        return left;
    }

    private unsafe void Finish(
        Tensor slot, List<LeftPair> left, int row, int column, int height, int width, IGramSink sink, GramOptions options, CancellationToken cancellation)
    {
        try
        {
            using var place = slot.narrow(0, 0, (long)height * width);
            if (_request.Precision == Precision.Float32)
            {
                var numbers = MemoryMarshal.Cast<byte, float>(place.bytes);
                fixed (float* tile = numbers)
                {
                    var to = (nint)tile;
                    _host.Compute(_request, left, options.Threads, cancellation, (k, value) =>
                        ((float*)to)[(nint)(left[k].Row - row) * width + left[k].Column - column] = HostPairs.Single(value, _host, left[k].Row));
                }

                sink.Write(row, column, numbers, height, width, width);
            }
            else
            {
                var numbers = MemoryMarshal.Cast<byte, double>(place.bytes);
                fixed (double* tile = numbers)
                {
                    var to = (nint)tile;
                    _host.Compute(_request, left, options.Threads, cancellation, (k, value) =>
                        ((double*)to)[(nint)(left[k].Row - row) * width + left[k].Column - column] = value);
                }

                sink.Write(row, column, numbers, height, width, width);
            }

            Report(options, row, column, height, width);
        }
        catch (Exception e)
        {
            Fail(e);
        }
        finally
        {
            _free.Add(slot);
        }
    }

    private void Fail(Exception e)
    {
        lock (_lock)
        {
            _failure ??= e;
        }
    }

    // Tiles off the diagonal count twice: their mirror images are done with them.
    private void Report(GramOptions options, int row, int column, int height, int width)
    {
        if (options.Progress is { } progress)
        {
            lock (_lock)
            {
                _done += (double)height * width * (_request.IsSymmetric && column > row ? 2 : 1) / ((double)_request.Rows * _request.Columns);
                progress.Report(Math.Min(1, _done));
            }
        }
    }
}
