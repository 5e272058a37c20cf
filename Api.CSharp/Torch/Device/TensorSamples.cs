using System.Numerics;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// The data of samples, as tensors on a device: the rows, the values that the program reads for each sample, and the
/// coefficients of its series.
/// </summary>
internal sealed class TensorSamples : IDisposable
{
    private readonly Tensor? _rows;
    private readonly Func<int, int, Tensor> _upload;

    private TensorSamples(
        Tensor? rows, Func<int, int, Tensor> upload, Tensor values, TensorTable?[] tables, bool hasSmall) =>
        (_rows, _upload, Values, Tables, HasSmall) = (rows, upload, values, tables, hasSmall);

    /// <summary>Whether a sample has a value that is out of the range of float32.</summary>
    internal bool HasSmall { get; }

    /// <summary>The values: value s of sample i is at [s, i].</summary>
    internal Tensor Values { get; }

    /// <summary>The coefficients by table; null if no series reads the table.</summary>
    internal TensorTable?[] Tables { get; }

    /// <summary>All tensors of the samples.</summary>
    internal IEnumerable<Tensor?> All =>
        [_rows, Values, .. Tables.SelectMany(table => new[] { table?.Coefficients, table?.LastTails })];

    /// <summary>Uploads samples. They belong to the caller's scope until they are detached from it.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="plan">The plan of the program.</param>
    /// <param name="device">The device.</param>
    /// <param name="room">
    /// The number of bytes that the rows may take on the device. If they need more, they are uploaded at every use.
    /// </param>
    /// <param name="workers">The threads for the host's part.</param>
    /// <typeparam name="T">float or double.</typeparam>
    internal static unsafe TensorSamples Create<T>(
        SampleSet samples, StripPlan plan, Device device, long room, Workers workers)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var read = new StripSamples<T>(samples, plan, workers, StripTables.Apart);
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
        var tables = Array.ConvertAll(
            read.Tables, table => table is null ? null : TensorTable.Create(table, n, device));
        var rows = (long)n * x.Columns * sizeof(T) <= room ? Rows(0, n) : null;
        return new(rows, Rows, values, tables, read.HasSmall);
    }

    /// <summary>Some rows, count × d. They belong to the caller's scope.</summary>
    internal Tensor Rows(int first, int count) =>
        _rows is { } all ? all.narrow(0, first, count) : _upload(first, count);

    /// <summary>Chosen rows.</summary>
    /// <param name="device">Their indices, on the device.</param>
    /// <param name="host">The same indices on the host.</param>
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
