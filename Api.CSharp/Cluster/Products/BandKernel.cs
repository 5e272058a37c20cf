using System.Collections.Concurrent;
using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// What a worker computes of a job of products: bands of K V, and of kernels with other samples. It keeps the rows of K
/// as far as its memory goes. A row of K V is the same sum of products whether its row of K is kept or not: that of
/// <see cref="RowProducts"/> over the whole row. Several threads may compute bands at once.
/// </summary>
internal sealed unsafe class BandKernel : IDisposable
{
    /// <summary>The largest number of entries of K that a thread holds where it does not keep them.</summary>
    private const int StripEntries = 1 << 22;

    /// <summary>The number of rows that are multiplied at once.</summary>
    private const int Height = 24;

    private static readonly GramOptions Alone = new() { Threads = 1 };

    private readonly GramRequest _request;
    private readonly IKernelBackend _backend;
    private readonly PreparedSamples _others;
    private readonly string _storage;
    private readonly ConcurrentDictionary<int, NativeBuffer<byte>> _kept = [];
    private readonly RowMemory _memory;

    /// <param name="request">The matrix.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="storage">How rows of K are kept: f64, f32, or none.</param>
    /// <param name="memory">The memory for rows that are kept.</param>
    internal BandKernel(GramRequest request, IKernelBackend backend, string storage, RowMemory memory)
    {
        (_request, _backend, _storage, _memory) = (request, backend, storage, memory);
        _others = new(request.Program, request.Other);
    }

    /// <summary>The number of bands whose rows are kept.</summary>
    internal int Kept => _kept.Count;

    /// <summary>Whether the rows of a band of this height can be kept.</summary>
    internal bool HasRoom(int rows) => _storage != "none" && _memory.Has(Bytes(rows));

    /// <summary>Computes a band.</summary>
    /// <param name="kind">What is computed.</param>
    /// <param name="number">The number of the band.</param>
    /// <param name="band">Its first row and the number of its rows.</param>
    /// <param name="factor">V, or the other samples.</param>
    /// <param name="stop">The token that stops the work.</param>
    /// <returns>The rows of the result, and whether the rows of K are kept.</returns>
    internal (Matrix Rows, bool IsKept) Compute(
        RoundKind kind, int number, (int First, int Rows) band, Matrix factor, CancellationToken stop) => kind switch
        {
            RoundKind.Kernels => (Kernels(band, factor, stop), _kept.ContainsKey(number)),
            RoundKind.Exact => (Again<double>(band, factor, Precision.Float64, stop), _kept.ContainsKey(number)),
            _ when _storage == "f32" => Product<float>(number, band, factor, stop),
            _ => Product<double>(number, band, factor, stop),
        };

    /// <summary>Frees the rows.</summary>
    public void Dispose()
    {
        foreach (var rows in _kept.Values)
        {
            _memory.Give(rows.Length);
            rows.Dispose();
        }

        _kept.Clear();
    }

    private (Matrix Rows, bool IsKept) Product<T>(
        int number, (int First, int Rows) band, Matrix v, CancellationToken stop)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!_kept.TryGetValue(number, out var rows))
        {
            if (_storage == "none" || !_memory.TryTake(Bytes(band.Rows)))
            {
                return (Again<T>(band, v, _request.Precision, stop), false);
            }

            rows = Keep(number, Filled<T>(band, stop));
        }

        var product = new double[band.Rows * v.Columns];
        Times((T*)rows.Start, band.Rows, v, product);
        GC.KeepAlive(rows);
        return (Matrix.Wrap(product, band.Rows, v.Columns), true);
    }

    private NativeBuffer<byte> Filled<T>((int First, int Rows) band, CancellationToken stop)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var bytes = Bytes(band.Rows);
        NativeBuffer<byte>? rows = null;
        try
        {
            rows = new((nint)bytes, clear: false);
            Fill(band, _request.Precision, (T*)rows.Start, stop);
            return rows;
        }
        catch
        {
            _memory.Give(bytes);
            rows?.Dispose();
            throw;
        }
    }

    // Another thread may have kept the same rows meanwhile, for an earlier round.
    private NativeBuffer<byte> Keep(int number, NativeBuffer<byte> rows)
    {
        if (_kept.TryAdd(number, rows))
        {
            return rows;
        }

        _memory.Give(rows.Length);
        rows.Dispose();
        return _kept[number];
    }

    // On cpu the product of rows that are not rounded takes the memory of a few blocks.
    private Matrix Again<T>((int First, int Rows) band, Matrix v, Precision precision, CancellationToken stop)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double) && _backend is CpuBackend && _request.Program.Positions is null)
        {
            return _backend.Multiply(Rows(band, precision), v, Alone, stop);
        }

        var product = new double[band.Rows * v.Columns];
        var height = Math.Clamp(StripEntries / _request.Columns, 1, band.Rows);
        using var strip = new NativeBuffer<T>((nint)height * _request.Columns, clear: false);
        for (var row = 0; row < band.Rows; row += height)
        {
            var count = Math.Min(height, band.Rows - row);
            Fill((band.First + row, count), precision, strip.Start, stop);
            Times(strip.Start, count, v, product.AsSpan(row * v.Columns, count * v.Columns));
        }

        return Matrix.Wrap(product, band.Rows, v.Columns);
    }

    private Matrix Kernels((int First, int Rows) band, Matrix others, CancellationToken stop)
    {
        var request = new GramRequest(
            _request.Program, others, _request.X.SelectRows(band.First, band.Rows), _request.Kind, Precision.Float64);
        var (kernels, turned) = (new double[others.Rows * band.Rows], new double[others.Rows * band.Rows]);
        fixed (double* target = kernels)
        {
            _backend.Compute(request, new MemorySink<double>(band.Rows, false, target), Alone, stop);
        }

        Transposition.Copy<double>(kernels, others.Rows, band.Rows, band.Rows, turned, others.Rows);
        return Matrix.Wrap(turned, band.Rows, others.Rows);
    }

    private void Fill<T>((int First, int Rows) band, Precision precision, T* target, CancellationToken stop)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        _backend.Compute(Rows(band, precision), new MemorySink<T>(_request.Columns, false, target), Alone, stop);

    private GramRequest Rows((int First, int Rows) band, Precision precision) =>
        new(_others, _request.X.SelectRows(band.First, band.Rows), _request.Kind, precision);

    private void Times<T>(T* rows, int count, Matrix v, Span<double> product) where T : unmanaged
    {
        var columns = _request.Columns;
        using var room = typeof(T) == typeof(float)
            ? new NativeBuffer<double>((nint)Height * columns, clear: false)
            : null;
        fixed (double* from = v.Data, to = product)
        {
            var right = new MatrixView<double>(from, columns, v.Columns, v.Columns).Transpose;
            var y = new MatrixView<double>(to, count, v.Columns, v.Columns);
            for (var row = 0; row < count; row += Height)
            {
                var some = Math.Min(Height, count - row);
                var lines = Exact(rows + (nint)row * columns, some, room);
                RowProducts.Assign(new(lines, some, columns, columns), right, y.RowBlock(row, some));
            }
        }
    }

    private double* Exact<T>(T* rows, int count, NativeBuffer<double>? room) where T : unmanaged
    {
        if (room is null)
        {
            return (double*)rows;
        }

        var columns = _request.Columns;
        for (var i = 0; i < count; i++)
        {
            Widening.Copy(
                new ReadOnlySpan<float>((float*)rows + (nint)i * columns, columns),
                new Span<double>(room.Start + (nint)i * columns, columns));
        }

        return room.Start;
    }

    private long Bytes(int rows) =>
        (long)rows * _request.Columns * (_storage == "f32" ? sizeof(float) : sizeof(double));
}
