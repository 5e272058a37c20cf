using HadamardNtk.Core;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// Computes parts of a Gram matrix of a network on positions by whole blocks. Pairs that float32 does not know are
/// computed again in float64. Several threads may compute parts at once.
/// </summary>
internal sealed class BlockTile : IPairTile
{
    private readonly GramRequest _request;
    private readonly SingleRounding _rounding;
    private readonly Device _device;
    private readonly BlockShape _shape;
    private readonly ScalarType _type;
    private readonly BlockLane _lane;
    private readonly CancellationToken _cancellation;
    private readonly Lock _lock = new();
    private BlockLane? _double;
    private int _atOnce;
    private long _raised;

    internal BlockTile(GramRequest request, BlockShape shape, Device device, CancellationToken cancellation)
    {
        (_request, _device, _shape, _cancellation) = (request, device, shape, cancellation);
        _rounding = new(request);
        _atOnce = shape.AtOnce;
        var isSingle = request.Precision == Precision.Float32;
        _type = isSingle ? ScalarType.Float32 : ScalarType.Float64;
        _lane = isSingle
            ? BlockLane.Create<float>(request, device, _atOnce, cancellation)
            : BlockLane.Create<double>(request, device, _atOnce, cancellation);
    }

    /// <inheritdoc/>
    public long Raised => Interlocked.Read(ref _raised);

    // If memory does not suffice, the next call tries again.
    private BlockLane Double
    {
        get
        {
            lock (_lock)
            {
                try
                {
                    return _double ??=
                        BlockLane.Create<double>(_request, _device, Math.Max(1, _atOnce / 2), _cancellation);
                }
                catch (Exception e) when (DeviceMemory.IsExhausted(e))
                {
                    throw new InsufficientMemoryException(
                        $"the device has no memory for the values of {_request.Rows + _request.Columns} samples in "
                        + "float64 beside those in float32, for pairs that float32 does not know: give fewer rows at "
                        + "once, take float64, or the backend cpu",
                        e);
                }
            }
        }
    }

    /// <summary>Blocks have no products of rows.</summary>
    public Tensor? Products(int row, int height, int column, int width) => null;

    /// <inheritdoc/>
    public Tensor Compute(int row, int height, int column, int width, out LeftPair[] left, Tensor? products = null)
    {
        left = [];
        using var scope = NewDisposeScope();
        var values = zeros([height, width], dtype: _type, device: _device);
        var marks = zeros([height, width], dtype: ScalarType.Bool, device: _device);
        Fill((values, marks), (row, column), new(0, height, 0, width));
        var needed = _request.IsSymmetric && column < row + height ? marks.triu(row - column) : marks;
        Settle(values, needed.nonzero(), row, column);
        return scope.MoveToOuter(values);
    }

    public void Dispose()
    {
        _lane.Dispose();
        _double?.Dispose();
    }

    // Entries below the diagonal of a symmetric matrix are not needed.
    private void Fill((Tensor Values, Tensor Marks) to, (int Row, int Column) at, BlockPart part)
    {
        if (_request.IsSymmetric && at.Column + part.Column + part.Width <= at.Row + part.Row)
        {
            return;
        }

        _cancellation.ThrowIfCancellationRequested();
        if (part.Count > Volatile.Read(ref _atOnce) || !TryFill(to, at, part))
        {
            var (first, second) = part.Halves;
            Fill(to, at, first);
            Fill(to, at, second);
        }
    }

    private bool TryFill((Tensor Values, Tensor Marks) to, (int Row, int Column) at, BlockPart part)
    {
        try
        {
            using var scope = NewDisposeScope();
            var (values, doubtful) = _lane.Run(
                PositionPairs.Grid(at.Row + part.Row, part.Height, at.Column + part.Column, part.Width));
            var marks = values.isfinite().logical_not_();
            Put(to.Values, part, values);
            Put(to.Marks, part, doubtful is null ? marks : marks.logical_or_(doubtful));
            return true;
        }
        catch (Exception e) when (DeviceMemory.IsExhausted(e))
        {
            Volatile.Write(ref _atOnce, part.Count > 1 ? (int)(part.Count / 2) : throw TooLittle(e));
            return false;
        }
    }

    private static void Put(Tensor to, BlockPart part, Tensor values) =>
        to.narrow(0, part.Row, part.Height).narrow(1, part.Column, part.Width).copy_(values);

    private InsufficientMemoryException TooLittle(Exception e) =>
        BlockShape.TooLittle(_shape.PairBytes, DeviceMemory.Free(_device), e);

    // Computes the marked pairs again in float64.
    private void Settle(Tensor values, Tensor places, int row, int column)
    {
        var count = places.shape[0];
        if (count == 0)
        {
            return;
        }

        if (_type == ScalarType.Float64)
        {
            var first = TensorTransfer.Download<long>(places.narrow(0, 0, 1));
            var value = TensorTransfer.Download<double>(values.select(0, first[0]).narrow(0, first[1], 1));
            throw BlockPairs.Undefined(Sample(row + (int)first[0]), value[0], row + (int)first[0]);
        }

        Interlocked.Add(ref _raised, count);
        var flat = Held.With(values.shape[1], places.select(1, 0).mul).add_(places.select(1, 1), Held.Once);
        var (rows, columns) = (
            Held.With((long)row, places.select(1, 0).add), Held.With((long)column, places.select(1, 1).add));
        for (long first = 0; first < count;)
        {
            _cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var length = Math.Min(Math.Max(1, Volatile.Read(ref _atOnce) / 2), count - first);
            Tensor Part(Tensor t) => t.narrow(0, first, length);
            if (TryAgain(Part(rows), Part(columns)) is { } again)
            {
                values.view(-1).index_copy_(0, Part(flat), again);
                first += length;
            }
        }
    }

    // The values of a list of pairs in float64, rounded to float32. Null where memory is for fewer pairs alone.
    private Tensor? TryAgain(Tensor rows, Tensor columns)
    {
        var lane = Double;
        Tensor values;
        try
        {
            values = lane.Run(PositionPairs.List(rows, columns)).Values.view(-1);
        }
        catch (Exception e) when (DeviceMemory.IsExhausted(e))
        {
            var pairs = (int)rows.shape[0];
            Volatile.Write(ref _atOnce, pairs > 1 ? pairs : throw TooLittle(e));
            return null;
        }

        var (numbers, places) = (TensorTransfer.Download<double>(values), TensorTransfer.Download<long>(rows));
        var others = TensorTransfer.Download<long>(columns);
        for (var k = 0; k < numbers.Length; k++)
        {
            var i = (int)places[k];
            _ = double.IsFinite(numbers[k])
                ? _rounding.Of(i, (int)others[k], numbers[k], i)
                : throw BlockPairs.Undefined(Sample(i), numbers[k], i);
        }

        return values.to_type(ScalarType.Float32);
    }

    private SpatialSample Sample(int i) => SpatialKernel.ofRow(_request.X.Row(i).ToArray());
}
