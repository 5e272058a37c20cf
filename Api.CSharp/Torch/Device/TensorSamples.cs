using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// What pairs need of samples, as tensors on a device: the rows, the values that the program reads of them, and the
/// coefficients of its series.
/// </summary>
internal sealed class TensorSamples : IDisposable
{
    private readonly Matrix _x;
    private readonly Tensor? _rows;
    private readonly Func<int, int, Tensor> _upload;

    private TensorSamples(Matrix x, Tensor? rows, Func<int, int, Tensor> upload, Tensor values, TensorTable?[] tables, bool hasSmall) =>
        (_x, _rows, _upload, Values, Tables, HasSmall) = (x, rows, upload, values, tables, hasSmall);

    /// <summary>Whether a sample has something that float32 has no room for.</summary>
    internal bool HasSmall { get; }

    /// <summary>Value s of sample i at [s, i].</summary>
    internal Tensor Values { get; }

    /// <summary>The coefficients by table; null where no series reads them.</summary>
    internal TensorTable?[] Tables { get; }

    /// <summary>All of its tensors.</summary>
    internal IEnumerable<Tensor?> All => [_rows, Values, .. Tables.SelectMany(table => new[] { table?.Coefficients, table?.LastTails })];

    /// <summary>Uploads samples. The caller's scope has them until they are detached from it.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="plan">The program.</param>
    /// <param name="device">Where to.</param>
    /// <param name="room">Bytes that the rows may take there; where they need more they are uploaded whenever they are used.</param>
    /// <param name="workers">Threads for the host's part.</param>
    /// <typeparam name="T">float or double.</typeparam>
    internal static unsafe TensorSamples Create<T>(SampleSet samples, StripPlan plan, Device device, long room, Workers workers)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var read = new StripSamples<T>(samples, plan, workers);
        var (x, n) = (samples.X, samples.X.Rows);
        Tensor Rows(int first, int count) =>
            TensorTransfer.Upload<T>(count, x.Columns, device, (i, row) => Narrow(x.Row(first + i), row));

        var values = TensorTransfer.Upload<T>(
            Math.Max(plan.Program.Samples.Length, 1), n, device, (s, row) =>
            {
                if (s < plan.Program.Samples.Length)
                {
                    new ReadOnlySpan<T>(read.Value(s, 0), n).CopyTo(row);
                }
            });
        var tables = Array.ConvertAll(read.Tables, table => table is null ? null : TensorTable.Create(table, n, device));
        var rows = (long)n * x.Columns * sizeof(T) <= room ? Rows(0, n) : null;
        return new(x, rows, Rows, values, tables, read.HasSmall);
    }

    /// <summary>Some rows, count × d; the caller's scope disposes them.</summary>
    internal Tensor Rows(int first, int count) => _rows is { } all ? all.narrow(0, first, count) : _upload(first, count);

    /// <summary>Chosen rows.</summary>
    /// <param name="device">Their indices, on the device.</param>
    /// <param name="host">The same on the host.</param>
    internal Tensor Rows(Tensor device, ReadOnlySpan<long> host)
    {
        if (_rows is { } all)
        {
            return all.index_select(0, device);
        }

        var chosen = host.ToArray();
        var (least, greatest) = ((int)chosen.Min(), (int)chosen.Max());
        using var between = _upload(least, greatest - least + 1);
        using var shifted = Held.With((long)least, device.sub);
        return between.index_select(0, shifted);
    }

    public void Dispose()
    {
        foreach (var tensor in All)
        {
            tensor?.Dispose();
        }
    }

    private static void Narrow<T>(ReadOnlySpan<double> from, Span<T> to) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var k = 0; k < from.Length; k++)
        {
            to[k] = T.CreateTruncating(from[k]);
        }
    }
}
