using HadamardNtk.Core;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>One run of a program on tensors, which keeps the values and frees them after their last use.</summary>
internal sealed class TensorRun
{
    private readonly IPairValues _pairs;
    private readonly long[] _shape;
    private readonly long _count;
    private readonly TensorConstants _constants;
    private readonly TensorOperations _operations;
    private readonly (Tensor? Tensor, bool IsFull)[] _values;
    private readonly Tensor?[] _rows;
    private readonly Tensor?[] _columns;
    private readonly bool _single;

    internal TensorRun(IPairValues pairs, long[] shape, TensorConstants constants, int instructions, bool single)
    {
        (_pairs, _constants, _single) = (pairs, constants, single);
        (_shape, _count) = (shape, shape.Aggregate(1L, (a, b) => a * b));
        _operations = new(constants.One, single);
        _values = new (Tensor?, bool)[instructions];
        (_rows, _columns) = (new Tensor?[pairs.SampleValues], new Tensor?[pairs.SampleValues]);
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
            StripOperation.Series => _pairs.Series(
                instruction.Table, on[0].IsFull ? on[0].Tensor : on[0].Tensor.expand(_shape).contiguous(), _single),
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
        StripPlace.Row => Sample(_rows[o.Index] ??= _pairs.Row(o.Index)),
        StripPlace.Column => Sample(_columns[o.Index] ??= _pairs.Column(o.Index)),
        StripPlace.Value => new(_values[o.Index].Tensor!, _values[o.Index].IsFull, isLast, null),
        _ => new(_pairs.Known(o), true, isLast && _pairs.IsFree(o), null),
    };

    private TensorOperand Sample(Tensor numbers) => new(numbers, _pairs.AreSamplesFull, false, null);
}
