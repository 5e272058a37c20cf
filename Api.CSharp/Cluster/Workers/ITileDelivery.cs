using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>Brings the finished tiles of a worker to the result.</summary>
internal interface ITileDelivery : IDisposable
{
    /// <summary>The way, as logs name it.</summary>
    string Name { get; }

    /// <summary>Brings a tile, whose entries are row by row without gaps. Several threads may call it.</summary>
    void Put<T>(int number, GramTile tile, ReadOnlySpan<T> entries, CancellationToken stop)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Makes sure that what was brought outlives this machine.</summary>
    void Flush();
}

/// <summary>
/// Writes tiles by position into the partial file of the result, which the worker shares with the client.
/// </summary>
internal sealed class SharedDelivery : ITileDelivery
{
    private readonly PartialFile _file;
    private readonly NpyTileWriter _writer;
    private readonly FileSink _sink;

    internal SharedDelivery(string partial, GramRequest request)
    {
        var size = NpyTileWriter.Length(request.Rows, request.Columns, request.Precision);
        _file = PartialFile.Join(partial[..^".partial".Length], partial, size);
        _writer = NpyTileWriter.On(_file, request.Rows, request.Columns, request.Precision);
        _sink = new(_writer, request.IsSymmetric);
    }

    public string Name => "writing tiles into the shared file";

    public void Put<T>(int number, GramTile tile, ReadOnlySpan<T> entries, CancellationToken stop)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        _sink.Write(tile, entries, tile.Columns);

    public void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();
}

/// <summary>
/// Sends tiles to the client in parts of some rows, at most 4 MB each, one after the other. The client admits a few
/// tiles at a time.
/// </summary>
internal sealed class SentDelivery(IJobClient client, string worker) : ITileDelivery
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public string Name => "sending tiles to the client";

    public void Put<T>(int number, GramTile tile, ReadOnlySpan<T> entries, CancellationToken stop)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        do
        {
            while (!client.Admit(worker, number).GetAwaiter().GetResult())
            {
                stop.WaitHandle.WaitOne(Pause);
                stop.ThrowIfCancellationRequested();
            }
        }
        while (!TrySend(number, tile, entries, stop));

        client.Sent(worker, number).GetAwaiter().GetResult();
    }

    public void Flush()
    {
        // The client flushes its file before it writes its journal.
    }

    public void Dispose() => Farewells.Say(client.Leave(worker)).GetAwaiter().GetResult();

    private bool TrySend<T>(int number, GramTile tile, ReadOnlySpan<T> entries, CancellationToken stop)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var bytes = MemoryMarshal.AsBytes(entries);
        var line = tile.Columns * Unsafe.SizeOf<T>();
        var atOnce = Math.Max(1, TileRows.MostBytes / line);
        for (var row = 0; row < tile.Rows; row += atOnce)
        {
            stop.ThrowIfCancellationRequested();
            var rows = Math.Min(atOnce, tile.Rows - row);
            var part = bytes.Slice(row * line, rows * line).ToArray();
            if (!client.Take(worker, new(number, row, rows, part, TileHash.Of(part))).GetAwaiter().GetResult())
            {
                return false;
            }

            ClusterMeters.Sent.Add(part.Length);
        }

        return true;
    }
}
