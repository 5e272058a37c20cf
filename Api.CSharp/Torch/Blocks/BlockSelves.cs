using System.Numerics;
using HadamardNtk.Core;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// Computes the values at the positions of some samples, for which each of them is paired with itself. Equal positions
/// come first, because their values are those of the samples at all pairs of positions.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class BlockSelves<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // The greatest number of values at positions of all samples at once.
    private const long Most = 1 << 22;

    private readonly BlockProgram _program;
    private readonly BlockSamples _samples;
    private readonly int _first;
    private readonly int _count;
    private readonly PositionPairs _pairs;

    // The values at positions, sample by sample, by the instruction of samples, and those that pairs have at equal
    // positions, by the instruction of pairs.
    private readonly Dictionary<int, double[]> _known = [];
    private readonly Dictionary<int, double[]> _selves = [];
    private readonly Dictionary<int, KeptBlock> _kept = [];

    internal BlockSelves(BlockProgram program, BlockSamples samples, int first, int count)
    {
        (_program, _samples, _first, _count) = (program, samples, first, count);
        var places = TensorTransfer.Upload<long>(
            [.. Enumerable.Range(first, count).Select(i => (long)i)], program.Device);
        _pairs = PositionPairs.List(places, places);
    }

    private SlicePlan Plan => _program.Slices.Plan;

    /// <summary>The number of samples at once.</summary>
    internal static int AtOnce(BlockProgram program, int samples, int atOnce)
    {
        var (segments, last) = (program.Slices.Segments, program.Slices.LastWithSamples);
        var most = segments.SelectMany(s => s.Slots).Select(s => s.Grid.Count).DefaultIfEmpty(1).Max();
        return (int)Math.Clamp(segments.Take(last).Any(s => s.IsAll) ? atOnce : Most / most, 1, samples);
    }

    /// <summary>Fills the values of the samples for all passes that read them.</summary>
    internal void Run()
    {
        using var scope = NewDisposeScope();
        for (var s = 0; s <= _program.Slices.LastWithSamples; s++)
        {
            using var segment = NewDisposeScope();
            var equal = AtEqual(s);
            if (s < _program.Slices.LastWithSamples)
            {
                foreach (var (pair, block) in (equal.Plan.IsAll ? AtAll(s) : equal).Ends())
                {
                    _kept[pair] = block with { Values = segment.MoveToOuter(block.Values) };
                }
            }
        }
    }

    private BlockSegment Segment(int s, bool isWhole) =>
        new(_program, s, (_samples, _samples), _pairs.At(isWhole), _kept);

    private BlockSegment AtAll(int s)
    {
        var segment = Segment(s, isWhole: true);
        for (var number = 0; number < segment.Plan.Passes.Length; number++)
        {
            segment.Run(number);
        }

        return segment;
    }

    private BlockSegment AtEqual(int s)
    {
        var segment = Segment(s, isWhole: false);
        for (var number = 0; number < segment.Plan.Passes.Length; number++)
        {
            var pass = segment.Plan.Passes[number];
            Keep(segment.Moments(number), pass.Rows, _known);
            Fill(s, number);
            segment.Run(number);
            Keep(
                [.. pass.Slots.Where(IsSelf).Select(segment.Slot)],
                [.. pass.Slots.Where(IsSelf).Select(slot => segment.Plan.Slots[slot].Pair)],
                _selves);

            bool IsSelf(int slot) => Array.IndexOf(Plan.Selves, segment.Plan.Slots[slot].Pair) >= 0;
        }

        return segment;
    }

    private static void Keep(Tensor[] values, int[] places, Dictionary<int, double[]> to)
    {
        for (var k = 0; k < values.Length; k++)
        {
            if (!to.ContainsKey(places[k]))
            {
                to[places[k]] = Download(values[k]);
            }
        }
    }

    private static double[] Download(Tensor values)
    {
        using var wide = values.to_type(ScalarType.Float64);
        return TensorTransfer.Download<double>(wide);
    }

    private void Fill(int s, int number)
    {
        var samples = _program.Passes[s][number].Program.Program.Samples;
        var positions = _program.Passes[s][number].Plan.Grid.Count;
        for (var k = 0; k < samples.Length; k++)
        {
            using var scope = NewDisposeScope();
            var numbers = Numbers(samples[k], _count * positions);
            _samples.Values[s][number]!.select(0, k).narrow(0, _first, _count)
                .copy_(TensorTransfer.Upload<T>(numbers, _program.Device).view(_count, positions));
        }
    }

    private T[] Numbers(SampleValue what, int count)
    {
        var (operand, function) = what switch
        {
            SampleValue.Stored v => (v.Item, T.CreateTruncating),
            SampleValue.Root v => (v.Item, x => T.CreateTruncating(Math.Sqrt(x))),
            SampleValue.Inverse v => (v.Item, x => T.CreateTruncating(1 / x)),
            SampleValue.InverseRoot v => (v.Item, (Func<double, T>)(x => StripSamples<T>.InverseRoot(x, T.Zero))),
            _ => throw new InvalidOperationException($"{what} is not read of positions."),
        };
        var values = Value(operand);
        var numbers = new T[count];
        for (var k = 0; k < count; k++)
        {
            numbers[k] = function(values[values.Length == 1 ? 0 : k]);
        }

        return numbers;
    }

    // The values of an operand at all positions, or one value.
    private double[] Value(Operand operand)
    {
        if (operand.Bank == Bank.Constants)
        {
            return [Plan.Constants[operand.Index]];
        }

        if (!_known.TryGetValue(operand.Index, out var values))
        {
            _known[operand.Index] = values = Compute(Plan.Program.Samples[operand.Index]);
        }

        // A sample whose values are not finite in float32 is computed in float64 with its pairs.
        for (var k = 0; k < values.Length && typeof(T) == typeof(double); k++)
        {
            if (!double.IsFinite(values[k]))
            {
                var i = _first + (int)((long)k * _count / values.Length);
                throw BlockPairs.Undefined(SpatialKernel.ofRow(_samples.X.Row(i).ToArray()), values[k], i);
            }
        }

        return values;
    }

    private double[] Compute(PositionInstruction instruction)
    {
        var grid = SliceGrid.Of(instruction.Extents);
        switch (instruction.Step)
        {
            case PositionStep.Norm norm:
                using (var products = _samples.Products(_samples, norm.Item, grid, _pairs.At(isWhole: false)))
                {
                    return Download(products);
                }

            case PositionStep.Average average:
                return _samples.Averages(average.Item, _first, _count);
            case PositionStep.Compute compute:
                return SampleOperations.Apply(
                    compute.Item, Array.ConvertAll(instruction.Operands, Value), _count * grid.Count);
            case PositionStep.Self self:
                return _selves.TryGetValue(self.pair, out var known) ? known : Equal(_kept[self.pair]);
            case PositionStep.Windows windows:
                return Windowed(instruction.Operands[0], windows.Item);
            case { IsDiagonal: true }:
                return
                [
                    .. Value(instruction.Operands[0]).Chunk(GridOf(instruction.Operands[0]).Count).Select(v => v.Sum())
                ];
            case { IsEverywhere: true }:
                return
                [
                    .. Value(instruction.Operands[0]).SelectMany(value => Enumerable.Repeat(value, grid.Count))
                ];
            default:
                throw new InvalidOperationException($"{instruction.Step} does not belong to the samples of a program.");
        }
    }

    private double[] Equal(KeptBlock kept)
    {
        using var diagonal = _pairs.At(isWhole: false).Diagonal(kept.Values, kept.Grid.Count);
        return Download(diagonal);
    }

    private SliceGrid GridOf(Operand operand) => SliceGrid.Of(Plan.Program.Samples[operand.Index].Extents);

    // The sums of pairs at equal positions, by the same additions.
    private double[] Windowed(Operand operand, Core.Window window)
    {
        using var scope = NewDisposeScope();
        var (pairs, from) = (_pairs.At(isWhole: false), GridOf(operand));
        var values = TensorTransfer.Upload<T>(Array.ConvertAll(Value(operand), T.CreateTruncating), _program.Device);
        var windows = SliceAxis.Of(window, [.. Plan.Program.Samples[operand.Index].Extents]);
        return Download(AxisSums.Windows(pairs, values.view(pairs.Shape(from.Count)), from, windows));
    }
}
