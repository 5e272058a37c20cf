using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>A pair that is left to the host.</summary>
/// <param name="Row">Its row in the matrix.</param>
/// <param name="Column">Its column in the matrix.</param>
/// <param name="IsDoubtful">Whether float64 does not determine its angle.</param>
/// <param name="IsUnknown">Whether it has no value.</param>
internal readonly record struct LeftPair(int Row, int Column, bool IsDoubtful, bool IsUnknown);

/// <summary>
/// Computes parts of a Gram matrix on a device. Pairs whose angle float32 does not determine are computed again in
/// float64, and so are pairs with longer series than most. Pairs that float64 does not determine either, and pairs of
/// equal rows, are left to the host. Several threads may compute parts at once.
/// </summary>
internal sealed class TensorTile : IPairTile
{
    /// <summary>
    /// If more than one pair in this number is in doubt, the whole part is computed in float64.
    /// </summary>
    private const int Few = 32;

    /// <summary>The number of values that a list of pairs may gather at once.</summary>
    private const long Gathered = 1 << 22;

    private readonly bool _symmetric;
    private readonly TensorLane _lane;
    private readonly Func<TensorLane> _makeDouble;
    private readonly Lock _lock = new();
    private readonly ScalarType _type;
    private readonly long _atOnce;
    private TensorLane? _double;
    private long _raised;

    internal TensorTile(GramRequest request, SampleSet rows, SampleSet columns, Device device, Workers workers)
    {
        var (plan, room) = (rows.Plan(request.Kind, columns, request.Precision), DeviceMemory.Free(device) / 8);
        _symmetric = request.IsSymmetric;
        var isSingle = request.Precision == Precision.Float32;
        _type = isSingle ? ScalarType.Float32 : ScalarType.Float64;
        _lane = isSingle
            ? TensorLane.Create<float>(rows, columns, plan, plan.SingleNearness, device, room, workers)
            : TensorLane.Create<double>(rows, columns, plan, rows.Nearness, device, room, workers);
        _makeDouble = () => isSingle
            ? TensorLane.Create<double>(rows, columns, plan, rows.Nearness, device, room, workers)
            : _lane;
        _atOnce = Math.Max(256, Gathered / Math.Max(request.X.Columns, _lane.Program.HasSeries ? Rungs.Terms[^1] : 1));
    }

    /// <inheritdoc/>
    public long Raised => Interlocked.Read(ref _raised);

    // If memory does not suffice, the next call tries again.
    private TensorLane Double
    {
        get
        {
            lock (_lock)
            {
                return _double ??= _makeDouble();
            }
        }
    }

    /// <inheritdoc/>
    public Tensor? Products(int row, int height, int column, int width) => _lane.Products(row, height, column, width);

    /// <inheritdoc/>
    public Tensor Compute(int row, int height, int column, int width, out LeftPair[] left, Tensor? products = null)
    {
        using var scope = NewDisposeScope();
        var (lane, result) = (_lane, _lane.Grid(row, height, column, width, products));
        if (lane.IsFine(result))
        {
            left = [.. Diagonal(row, height, column, width)];
            return result.Value.MoveToOuterDisposeScope();
        }

        var places = Marks(lane, result, row, height, column, width).nonzero();
        if (_type == ScalarType.Float32 && places.shape[0] > (long)height * width / Few)
        {
            lane = Double;
            result = lane.Grid(row, height, column, width);
            places = Marks(lane, result, row, height, column, width).nonzero();
            Interlocked.Add(ref _raised, (long)height * width);
        }

        var value = result.Value.to_type(_type);
        left =
        [
            .. Diagonal(row, height, column, width),
            .. places.shape[0] == 0 ? [] : Settle(lane, value, result, places, (row, column, width))
        ];
        return value.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _lane.Dispose();
        if (_double != _lane)
        {
            _double?.Dispose();
        }
    }

    private Tensor Marks(TensorLane lane, TensorResult result, int row, int height, int column, int width)
    {
        var marks = lane.Marks(result);
        if (_type == ScalarType.Float32 && lane != _lane)
        {
            using var scope = NewDisposeScope();
            marks.logical_or_(HasRoom(result.Value, result.Value.to_type(_type)).logical_not_());
        }

        lane.MarkZeros(marks, row, height, column, width);
        return _symmetric && column < row + height ? marks.triu(row - column + 1) : marks;
    }

    // The host knows the value of a row with itself.
    private IEnumerable<LeftPair> Diagonal(int row, int height, int column, int width)
    {
        for (var i = Math.Max(row, column); _symmetric && i < Math.Min(row + height, column + width); i++)
        {
            yield return new(i, i, false, false);
        }
    }

    // Computes the marked pairs again in float64 where that can help; returns those that are still in doubt.
    private LeftPair[] Settle(
        TensorLane lane, Tensor value, TensorResult result, Tensor places, (int Row, int Column, int Width) at)
    {
        var flat = Held.With((long)at.Width, places.select(1, 0).mul).add_(places.select(1, 1), Held.Once);
        var (row, column) = (Sum(places.select(1, 0), at.Row), Sum(places.select(1, 1), at.Column));
        var (rows, columns) = (TensorTransfer.Download<long>(row), TensorTransfer.Download<long>(column));
        if (lane == Double && !lane.Program.HasSeries)
        {
            return Left(lane, Pick(result, flat), value.view(-1).index_select(0, flat), rows, columns, all: true);
        }

        var left = new List<LeftPair>();
        Interlocked.Add(ref _raised, rows.Length);
        for (long first = 0; first < rows.Length; first += _atOnce)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(_atOnce, rows.Length - first);
            Tensor Part(Tensor t) => t.narrow(0, first, count);
            var (own, other) = (rows[(int)first..(int)(first + count)], columns[(int)first..(int)(first + count)]);
            var again = Double.List((Part(row), Part(column)), own, other);
            var rounded = again.Value.to_type(_type);
            value.view(-1).index_copy_(0, Part(flat), rounded);
            left.AddRange(Left(Double, again, rounded, own, other, all: false));
        }

        return [.. left];
    }

    private static Tensor Sum(Tensor places, long first) => Held.With(first, at => places.add(at, Held.Once));

    // Whether values in float64 are in the range of float32 after rounding. Small values are tested if a sample is
    // small.
    private Tensor HasRoom(Tensor value, Tensor rounded)
    {
        var isFinite = rounded.abs().lt(Held.Infinity);
        return _type == ScalarType.Float32 && (_lane.Rows.HasSmall || _lane.Columns.HasSmall)
            ? isFinite.logical_and_(Held.With(PairLanes.LeastSingle, value.abs().ge).logical_or_(value.eq(Held.Zero)))
            : isFinite;
    }

    private static TensorResult Pick(TensorResult result, Tensor flat) => new(
        result.Value.view(-1).index_select(0, flat),
        result.Doubt?.view(-1).index_select(0, flat),
        result.Likeness.view(-1).index_select(0, flat));

    // All pairs of a list, or only those that float64 does not determine and those of zero rows.
    private LeftPair[] Left(TensorLane lane, TensorResult result, Tensor value, long[] rows, long[] columns, bool all)
    {
        using var scope = NewDisposeScope();
        var isKnown = TensorLane.IsKnown(result.Value, result.Likeness).logical_and_(HasRoom(result.Value, value));
        var (known, doubtful) =
            (TensorTransfer.Download<bool>(isKnown), TensorTransfer.Download<bool>(lane.IsDoubtful(result)));
        var marked = TensorTransfer.Download<bool>(lane.Marks(result));
        var left = new List<LeftPair>();
        for (var k = 0; k < rows.Length; k++)
        {
            if (all || marked[k] || !known[k] || lane.AreZero(rows[k], columns[k]))
            {
                left.Add(new((int)rows[k], (int)columns[k], doubtful[k], !known[k]));
            }
        }

        return [.. left];
    }
}
