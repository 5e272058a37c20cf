using System.Numerics;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>A network on positions and its samples, in one precision.</summary>
internal sealed class BlockLane : IDisposable
{
    private readonly BlockProgram _program;
    private readonly (BlockSamples Rows, BlockSamples Columns) _samples;

    private BlockLane(BlockProgram program, (BlockSamples Rows, BlockSamples Columns) samples) =>
        (_program, _samples) = (program, samples);

    /// <summary>Uploads the program and the samples of a request to a device, and prepares them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="device">The device.</param>
    /// <param name="atOnce">The number of pairs of samples whose blocks the device holds at once.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <typeparam name="T">float or double.</typeparam>
    internal static BlockLane Create<T>(GramRequest request, Device device, int atOnce, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var precision = typeof(T) == typeof(float) ? Precision.Float32 : Precision.Float64;
        var slices = request.Program.Blocks(request.Kind, request.X.Columns, precision);
        var program = BlockProgram.Create(slices, TensorTransfer.TypeOf<T>(), device);
        BlockSamples? rows = null;
        try
        {
            rows = BlockSamples.Create<T>(program, request.X, atOnce, cancellation);
            var columns = request.Other == request.X
                ? rows
                : BlockSamples.Create<T>(program, request.Other, atOnce, cancellation);
            return new(program, (rows, columns));
        }
        catch
        {
            rows?.Dispose();
            program.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The kernels of pairs, of the shape R × C or L, and whether this precision does not know them; null if it knows
    /// all that are finite. They belong to the caller's scope.
    /// </summary>
    internal (Tensor Values, Tensor? Doubtful) Run(PositionPairs pairs)
    {
        using var scope = NewDisposeScope();
        Tensor? doubtful = null;
        var kept = new Dictionary<int, KeptBlock>();
        for (var s = 0; s < _program.Passes.Length; s++)
        {
            using var inner = NewDisposeScope();
            var plan = _program.Slices.Segments[s];
            var segment = new BlockSegment(_program, s, _samples, pairs.At(plan.IsAll), kept);
            if (Doubt(segment) is { } doubt)
            {
                var isTooGreat = Held.With(plan.MostDoubt, doubt.le).logical_not_();
                doubtful = inner.MoveToOuter(doubtful is null ? isTooGreat : isTooGreat.logical_or_(doubtful));
            }

            foreach (var (pair, block) in segment.Ends())
            {
                kept[pair] = block with { Values = inner.MoveToOuter(block.Values) };
            }
        }

        var values = _program.Slices.Constant is { } constant
            ? Held.With(constant, c => full(pairs.Shape(1), c, dtype: _program.Type, device: _program.Device))
            : kept[_program.Slices.Plan.Result.Index].Values;
        return (scope.MoveToOuter(values), doubtful is null ? null : scope.MoveToOuter(doubtful));
    }

    public void Dispose()
    {
        _program.Dispose();
        _samples.Rows.Dispose();
        if (_samples.Columns != _samples.Rows)
        {
            _samples.Columns.Dispose();
        }
    }

    // Runs all passes of a segment. The result is the sum of their doubts.
    private static Tensor? Doubt(BlockSegment segment)
    {
        Tensor? sum = null;
        for (var number = 0; number < segment.Plan.Passes.Length; number++)
        {
            if (segment.Run(number) is { } doubt)
            {
                sum = sum is null ? doubt : sum.add_(doubt, Held.One);
            }
        }

        return sum;
    }
}
