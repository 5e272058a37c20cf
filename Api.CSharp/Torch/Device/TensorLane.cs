using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>A program and the samples that it runs on, in one precision.</summary>
internal sealed class TensorLane : IDisposable
{
    private readonly double _limit;
    private readonly Tensor? _zeroRows;
    private readonly Tensor? _zeroColumns;
    private readonly (SampleSet Rows, SampleSet Columns) _samples;
    private readonly HostProducts? _products;

    private TensorLane(
        TensorProgram program,
        (TensorSamples Rows, TensorSamples Columns) on,
        (SampleSet Rows, SampleSet Columns) samples,
        HostProducts? products,
        double limit,
        Tensor? zeroRows,
        Tensor? zeroColumns)
    {
        (Program, Rows, Columns, _samples, _limit) = (program, on.Rows, on.Columns, samples, limit);
        _products = products;
        (_zeroRows, _zeroColumns) = (zeroRows, zeroColumns);
    }

    /// <summary>The program on tensors.</summary>
    internal TensorProgram Program { get; }

    /// <summary>The rows' samples.</summary>
    internal TensorSamples Rows { get; }

    /// <summary>The columns' samples.</summary>
    internal TensorSamples Columns { get; }

    /// <summary>Uploads the samples and the program to a device.</summary>
    /// <param name="rows">The rows' samples.</param>
    /// <param name="columns">The columns' samples.</param>
    /// <param name="plan">The plan of the program.</param>
    /// <param name="nearest">The bound on 1 - |ρ| below which a pair is in doubt.</param>
    /// <param name="device">The device.</param>
    /// <param name="room">The number of bytes that the rows may take on the device.</param>
    /// <param name="workers">The threads for the host's part.</param>
    internal static TensorLane Create<T>(
        SampleSet rows, SampleSet columns, StripPlan plan, double nearest, Device device, long room, Workers workers)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var scope = NewDisposeScope();
        var own = TensorSamples.Create<T>(rows, plan, device, room, workers);
        var other = rows == columns ? own : TensorSamples.Create<T>(columns, plan, device, room, workers);
        var program = new TensorProgram(plan, TensorTransfer.TypeOf<T>(), device);
        var zeroRows = Zeros(rows, device);
        var zeroColumns = zeroRows is null ? null : Zeros(columns, device);
        // After a failure before this line, the scope frees all tensors.
        foreach (var tensor in own.All.Concat(other.All).Concat(program.Constants).Append(zeroRows).Append(zeroColumns))
        {
            tensor?.DetachFromDisposeScope();
        }

        var products = device.type == DeviceType.CPU ? HostProducts.Create<T>(rows, columns, workers) : null;
        return new(program, (own, other), (rows, columns), products, 1 - nearest, zeroRows, zeroColumns);
    }

    /// <summary>The inner products of some rows and columns.</summary>
    internal Tensor Products(int row, int height, int column, int width)
    {
        if (_products is not null)
        {
            return _products.Tile(row, height, column, width);
        }

        using var columns = Columns.Rows(column, width);
        using var turned = columns.t();
        using var rows = Rows.Rows(row, height);
        return rows.mm(turned);
    }

    /// <summary>Computes all pairs of some rows and columns. The caller disposes the result.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="height">The number of rows.</param>
    /// <param name="column">The first column.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="products">Their inner products, whose memory is reused; null to compute them.</param>
    internal TensorResult Grid(int row, int height, int column, int width, Tensor? products = null) => Program.Run(
        TensorPairs.Grid(Rows, row, height, Columns, column, width),
        () => products ?? Products(row, height, column, width));

    /// <summary>Computes a list of pairs. The caller disposes the result.</summary>
    internal TensorResult List((Tensor Row, Tensor Column) on, long[] row, long[] column) => Program.Run(
        TensorPairs.List(Rows, Columns, on, row, column),
        () =>
        {
            using var columns = Columns.Rows(on.Column, column);
            using var rows = Rows.Rows(on.Row, row);
            using var products = rows.mul(columns);
            return products.sum(dim: 1);
        });

    /// <summary>
    /// A test by three numbers whether no pair is in doubt. It is sufficient, not necessary: after false there may be
    /// none.
    /// </summary>
    internal bool IsFine(TensorResult result)
    {
        using var scope = NewDisposeScope();
        var greatest = result.Doubt is { } doubt ? doubt.max() : result.Likeness.max();
        var likeness = result.Doubt is null || Program.DoubtsCoverLikeness ? greatest : result.Likeness.max();
        var worst = stack([likeness, greatest, result.Value.sum()], 0);
        var numbers = TensorTransfer.Download<double>(worst.to_type(ScalarType.Float64));
        return numbers[0] <= _limit
            && numbers[1] <= _limit
            && double.IsFinite(numbers[2])
            && (_zeroRows is null || _zeroColumns is null);
    }

    /// <summary>
    /// Marks the pairs in doubt: a value is not finite, a sample is out of range, or the angle of a likeness or another
    /// correlation is nearer to 0 or π than this precision resolves. The result belongs to the caller's scope.
    /// </summary>
    internal Tensor Marks(TensorResult result)
    {
        using var scope = NewDisposeScope();
        var worst = result.Doubt is { } doubt ? doubt.maximum(result.Likeness) : result.Likeness;
        var isFine = Held.With(_limit, worst.le).logical_and_(IsKnown(result.Value, result.Likeness));
        return isFine.logical_not_().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Marks pairs of zero rows, which have no direction, so that their likeness does not tell equal rows.
    /// </summary>
    internal void MarkZeros(Tensor marks, int row, int height, int column, int width)
    {
        if (_zeroRows is not null && _zeroColumns is not null)
        {
            using var scope = NewDisposeScope();
            marks.logical_or_(
                _zeroRows.narrow(0, row, height).unsqueeze(-1).logical_and(_zeroColumns.narrow(0, column, width)));
        }
    }

    /// <summary>Whether both rows of a pair are zero.</summary>
    internal bool AreZero(long i, long j) => _samples.Rows.Norm((int)i) == 0 && _samples.Columns.Norm((int)j) == 0;

    /// <summary>Whether the angles of pairs are in doubt.</summary>
    internal Tensor IsDoubtful(TensorResult result) =>
        result.Doubt is { } doubt
            ? Held.With(_limit, doubt.le).logical_not_()
            : zeros_like(result.Likeness, dtype: ScalarType.Bool);

    /// <summary>Whether values are known: they are finite, and both samples are in range.</summary>
    internal static Tensor IsKnown(Tensor value, Tensor likeness)
    {
        using var scope = NewDisposeScope();
        return value.abs().lt(Held.Infinity).logical_and_(likeness.lt(Held.Infinity)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Program.Dispose();
        _products?.Dispose();
        Rows.Dispose();
        if (Columns != Rows)
        {
            Columns.Dispose();
        }

        _zeroRows?.Dispose();
        _zeroColumns?.Dispose();
    }

    private static Tensor? Zeros(SampleSet samples, Device device)
    {
        var flags = new float[samples.X.Rows];
        for (var i = 0; i < flags.Length; i++)
        {
            flags[i] = samples.Norm(i) == 0 ? 1 : 0;
        }

        if (!flags.Contains(1))
        {
            return null;
        }

        using var numbers = TensorTransfer.Upload<float>(flags, device);
        return numbers.gt(Held.Half);
    }
}
