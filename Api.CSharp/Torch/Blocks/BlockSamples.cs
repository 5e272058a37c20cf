using System.Numerics;
using HadamardNtk.Core;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// The samples of a network on positions, on a device: the features of their positions, and for every pass the values
/// that its program reads of each sample's positions.
/// </summary>
internal sealed class BlockSamples : IDisposable
{
    // Squares of smaller features may have no room in float32.
    private const double Least = 1e-15;

    private readonly Dictionary<View, Tensor> _channels = [];

    private BlockSamples(Matrix x, Tensor?[][] values) => (X, Values) = (x, values);

    /// <summary>The samples.</summary>
    internal Matrix X { get; }

    /// <summary>The values by segment and pass, S × n × P; null where a pass reads none.</summary>
    internal Tensor?[][] Values { get; }

    /// <summary>Prepares samples.</summary>
    /// <param name="program">The program.</param>
    /// <param name="x">The samples.</param>
    /// <param name="atOnce">The number of pairs of samples whose blocks the device holds at once.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <typeparam name="T">float or double.</typeparam>
    /// <exception cref="KernelUndefinedException">A value of a sample is not finite in float64.</exception>
    internal static BlockSamples Create<T>(
        BlockProgram program, Matrix x, int atOnce, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var scope = NewDisposeScope();
        var samples = new BlockSamples(
            x,
            Array.ConvertAll(program.Passes, passes => Array.ConvertAll(passes, pass => Room(program, pass, x.Rows))));
        samples.AddChannels<T>(program);
        var count = BlockSelves<T>.AtOnce(program, x.Rows, atOnce);
        for (var first = 0; first < x.Rows; first += count)
        {
            cancellation.ThrowIfCancellationRequested();
            new BlockSelves<T>(program, samples, first, Math.Min(count, x.Rows - first)).Run();
        }

        foreach (var tensor in samples.All)
        {
            tensor.DetachFromDisposeScope();
        }

        return samples;
    }

    /// <summary>x[p]·x′[p′]/C of pairs with other samples. It belongs to the caller's scope.</summary>
    /// <remarks>
    /// The products are added one after the other, so that equal patches have equal bits wherever they are.
    /// </remarks>
    internal Tensor Products(BlockSamples others, View view, SliceGrid grid, PositionPairs pairs)
    {
        using var scope = NewDisposeScope();
        var (own, other) = (_channels[view], others._channels[view]);
        var sum = zeros(pairs.Shape(grid.Count), dtype: own.dtype, device: own.device);
        for (var c = 0; c < own.shape[0]; c++)
        {
            using var channel = NewDisposeScope();
            sum.add_(pairs.OfRow(own.select(0, c)).mul(pairs.OfColumn(other.select(0, c))), Held.One);
        }

        Held.With(1.0 / own.shape[0], sum.mul_);
        return scope.MoveToOuter(sum);
    }

    /// <summary>The mean over the channels of x[p], sample by sample, from the first one on.</summary>
    internal double[] Averages(View view, int first, int count)
    {
        using var scope = NewDisposeScope();
        return TensorTransfer.Download<double>(
            _channels[view].narrow(1, first, count).to_type(ScalarType.Float64).mean([0]));
    }

    public void Dispose()
    {
        foreach (var tensor in All)
        {
            tensor.Dispose();
        }
    }

    private IEnumerable<Tensor> All =>
        [.. _channels.Values, .. Values.SelectMany(v => v).Where(v => v is not null).Select(v => v!)];

    private static Tensor? Room(BlockProgram program, BlockPass pass, int samples) =>
        pass.Program.Program.Samples.Length == 0
            ? null
            : zeros(
                [pass.Program.Program.Samples.Length, samples, pass.Plan.Grid.Count],
                dtype: program.Type,
                device: program.Device);

    // The features of each channel, C × n × P, of all views of the rows.
    private void AddChannels<T>(BlockProgram program)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var scope = NewDisposeScope();
        var rows = TensorTransfer.Upload<T>(X.Rows, X.Columns, program.Device, (i, row) =>
        {
            var x = X.Row(i);
            for (var k = 0; k < row.Length; k++)
            {
                row[k] = Number<T>(x[k], i);
            }
        });
        foreach (var (view, positions) in Views(program.Slices.Plan.Program))
        {
            if (!_channels.ContainsKey(view))
            {
                var (first, last) = view.Columns?.Value is { } taken ? (taken.Item1, taken.Item2) : (0, X.Columns);
                var channels = rows.narrow(1, first, last - first).reshape(X.Rows, positions, -1).permute(2, 0, 1);
                _channels[view] = scope.MoveToOuter(channels.contiguous());
            }
        }
    }

    // The pairs of a sample with a feature whose square float32 does not hold are computed in float64.
    private T Number<T>(double feature, int i)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        typeof(T) == typeof(float)
            ? feature != 0 && Math.Abs(feature) < Least ? T.NaN : T.CreateTruncating(feature)
            : double.IsFinite(feature)
                ? T.CreateTruncating(feature)
                : throw BlockPairs.Undefined(SpatialKernel.ofRow(X.Row(i).ToArray()), feature, i);

    private static IEnumerable<(View View, int Positions)> Views(PositionProgram program)
    {
        foreach (var instruction in program.Samples.Concat(program.Pairs))
        {
            var view = instruction.Step switch
            {
                PositionStep.Norm norm => norm.Item,
                PositionStep.Average average => average.Item,
                PositionStep.Product product => product.Item,
                _ => null,
            };
            if (view is not null)
            {
                yield return (view, SliceGrid.Of(instruction.Extents).Count);
            }
        }
    }
}
