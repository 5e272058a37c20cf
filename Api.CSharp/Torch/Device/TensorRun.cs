using HadamardNtk.Core;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>One run of a program on tensors, which keeps the values and frees them after their last use.</summary>
internal sealed class TensorRun
{
    private readonly TensorPairs _pairs;
    private readonly Tensor _product;
    private readonly long[] _shape;
    private readonly long _count;
    private readonly TensorConstants _constants;
    private readonly TensorOperations _operations;
    private readonly (Tensor? Tensor, bool IsFull)[] _values;
    private readonly Tensor?[] _rows;
    private readonly Tensor?[] _columns;
    private readonly bool _single;

    internal TensorRun(TensorPairs pairs, Tensor product, TensorConstants constants, int instructions, bool single)
    {
        (_pairs, _product, _constants, _single) = (pairs, product, constants, single);
        (_shape, _count) = (product.shape, product.numel());
        _operations = new(constants.One, single);
        _values = new (Tensor?, bool)[instructions];
        (_rows, _columns) = (new Tensor?[pairs.Rows.Values.shape[0]], new Tensor?[pairs.Columns.Values.shape[0]]);
    }

    /// <summary>
    /// The value of an instruction that was run, in the shape of the pairs. A value that depends on one sample or none
    /// is broadcast to that shape.
    /// </summary>
    internal Tensor Full(int i) =>
        _values[i] is (var value, true) ? value! : _values[i].Tensor!.expand(_shape).contiguous();

    /// <summary>Runs instruction i.</summary>
    /// <param name="i">Its number.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="isLast">Whether nothing after it reads an operand.</param>
    internal void Step(int i, StripInstruction instruction, Predicate<StripOperand> isLast)
    {
        var operands = instruction.Operands;
        var on = Array.ConvertAll(operands, o => Find(o, isLast(o)));
        var value = instruction.Operation switch
        {
            StripOperation.Series => TensorSeries.Sum(
                _pairs, instruction.Table,
                on[0].IsFull ? on[0].Tensor : on[0].Tensor.expand(_shape).contiguous(), _single),
            StripOperation.Greatest when _constants.IsZero(operands[0]) => TensorOperations.Size(on[1]),
            _ => _operations.Apply(instruction.Operation, on),
        };
        _values[i] = (value, value.dim() == _shape.Length && value.numel() == _count);
        foreach (var o in on)
        {
            if (o.IsFree && !ReferenceEquals(o.Tensor, value))
            {
                o.Tensor.Dispose();
            }
        }
    }

    private TensorOperand Find(StripOperand o, bool isLast) => o.Place switch
    {
        StripPlace.Constant => new(_constants[o.Index], false, false, _constants.FactorOf(o)),
        StripPlace.Row => Sample(_rows[o.Index] ??= Sample(_pairs.Rows, _pairs.OfRow, o.Index)),
        StripPlace.Column => Sample(_columns[o.Index] ??= Sample(_pairs.Columns, _pairs.OfColumn, o.Index)),
        StripPlace.Value => new(_values[o.Index].Tensor!, _values[o.Index].IsFull, isLast, null),
        _ => new(_product, true, isLast, null),
    };

    // The values of samples are full only for a list, which has one for each pair.
    private TensorOperand Sample(Tensor numbers) => new(numbers, _pairs.IsList, false, null);

    private static Tensor Sample(TensorSamples samples, Func<Tensor, Tensor> take, int index)
    {
        using var all = samples.Values.select(0, index);
        return take(all);
    }
}
