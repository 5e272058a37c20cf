using HadamardNtk.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>One run of a program on tensors: the values so far, and what each operation does to tensors.</summary>
internal sealed class TensorRun
{
    private readonly TensorPairs _pairs;
    private readonly Tensor _product;
    private readonly Tensor[] _constants;
    private readonly Tensor?[] _values;
    private readonly Tensor?[] _rows;
    private readonly Tensor?[] _columns;
    private readonly Tensor _one;
    private readonly bool _single;

    internal TensorRun(TensorPairs pairs, Tensor product, Tensor[] constants, int instructions, bool single)
    {
        (_pairs, _product, _constants, _values, _single) = (pairs, product, constants, new Tensor?[instructions], single);
        _one = ones([], dtype: product.dtype, device: product.device);
        Shape = product.shape;
        (_rows, _columns) = (new Tensor?[pairs.Rows.Values.shape[0]], new Tensor?[pairs.Columns.Values.shape[0]]);
    }

    /// <summary>The shape of the pairs.</summary>
    internal long[] Shape { get; }

    /// <summary>A value in the shape of the pairs; what depends on one sample alone, or on none, is spread over all.</summary>
    internal Tensor Full(Tensor value) => IsFull(value) ? value : value.expand(Shape).contiguous();

    /// <summary>The value of an instruction that was run.</summary>
    internal Tensor Value(int i) => _values[i]!;

    /// <summary>Runs instruction i.</summary>
    /// <param name="i">Its number.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="isLast">Whether nothing after it reads an operand.</param>
    internal void Step(int i, StripInstruction instruction, Predicate<StripOperand> isLast)
    {
        var operands = instruction.Operands;
        var (a, b, c) = (At(operands, 0), At(operands, 1), At(operands, 2));
        bool IsFree(int k) => k < operands.Length && isLast(operands[k]) && IsFull(At(operands, k)!);
        var value = Apply(instruction, a!, b, c, IsFree(0), IsFree(1), IsFree(2));
        _values[i] = value;
        foreach (var o in operands)
        {
            if (isLast(o) && Find(o) is { } done && !ReferenceEquals(done, value))
            {
                done.Dispose();
            }
        }
    }

    private Tensor? At(StripOperand[] operands, int k) => k < operands.Length ? Find(operands[k]) : null;

    private Tensor Find(StripOperand o) => o.Place switch
    {
        StripPlace.Constant => _constants[o.Index],
        StripPlace.Row => _rows[o.Index] ??= Sample(_pairs.Rows, _pairs.OfRow, o.Index),
        StripPlace.Column => _columns[o.Index] ??= Sample(_pairs.Columns, _pairs.OfColumn, o.Index),
        StripPlace.Value => _values[o.Index]!,
        _ => _product,
    };

    private static Tensor Sample(TensorSamples samples, Func<Tensor, Tensor> take, int index)
    {
        using var all = samples.Values.select(0, index);
        return take(all);
    }

    private Tensor Apply(StripInstruction instruction, Tensor a, Tensor? b, Tensor? c, bool freeA, bool freeB, bool freeC) => instruction.Operation switch
    {
        StripOperation.Add => freeA ? Same(a, a.add_(b!, Held.One)) : freeB ? Same(b!, b!.add_(a, Held.One)) : a.add(b!, Held.One),
        StripOperation.Subtract => freeA ? Same(a, a.sub_(b!)) : a.sub(b!),
        StripOperation.Multiply => freeA ? Same(a, a.mul_(b!)) : freeB ? Same(b!, b!.mul_(a)) : a.mul(b!),
        StripOperation.Divide => freeA ? Same(a, a.div_(b!)) : a.div(b!),
        StripOperation.Fma => Fma(a, b!, c!, freeA, freeB, freeC),
        StripOperation.Correlation => Times(freeA ? Same(a, a.mul_(b!)) : a.mul(b!), c!),
        StripOperation.Sqrt => freeA ? Same(a, a.sqrt_()) : a.sqrt(),
        StripOperation.Exp => freeA ? Same(a, a.exp_()) : a.exp(),
        StripOperation.Angle => freeA ? Same(a, a.acos_()) : a.acos(),
        StripOperation.Atan2 or StripOperation.AtanRight => freeA ? Same(a, a.atan2_(b!)) : a.atan2(b!),
        StripOperation.SineSquared => SineSquared(a),
        StripOperation.Sine => Root(SineSquared(a)),
        StripOperation.Greatest => Greatest(a, b!),
        StripOperation.Clamped => a.clamp(Held.MinusOne, Held.One),
        StripOperation.Cancelled => Cancelled(a, b!),
        StripOperation.Strained => Strained(a, b!),
        StripOperation.OddPart => OddPart(a, b!, c!),
        StripOperation.Turn => Turn(a, b!),
        StripOperation.IfZero => IfZero(a, b!, c!),
        StripOperation.Series => TensorSeries.Sum(_pairs, instruction.Table, Full(a), _single),
        _ => throw new InvalidOperationException($"{instruction.Operation} is not known on tensors."),
    };

    // In place; versions of TorchSharp differ in whether the operation returns the tensor itself or another name for it.
    private static Tensor Same(Tensor tensor, Tensor returned)
    {
        if (!ReferenceEquals(tensor, returned))
        {
            returned.Dispose();
        }

        return tensor;
    }

    private bool IsFull(Tensor tensor) => tensor.shape.AsSpan().SequenceEqual(Shape);

    private Tensor Times(Tensor a, Tensor b) => IsFull(a) ? Same(a, a.mul_(b)) : a.mul(b);

    private static Tensor Root(Tensor a) => Same(a, a.sqrt_());

    // One operation where at most one factor is to be spread; more are slow together.
    private Tensor Fma(Tensor a, Tensor b, Tensor c, bool freeA, bool freeB, bool freeC)
    {
        var spread = (IsFull(a) ? 0 : 1) + (IsFull(b) ? 0 : 1);
        if (spread <= 1 && IsFull(c))
        {
            return freeC ? Same(c, c.addcmul_(a, b, Held.One)) : c.addcmul(a, b, Held.One);
        }

        var product = freeA ? Same(a, a.mul_(b)) : freeB ? Same(b, b.mul_(a)) : a.mul(b);
        return IsFull(product) ? Same(product, product.add_(c, Held.One)) : product.add(c, Held.One);
    }

    // (1 - a)(1 + a): where |a| is near 1 one factor is exact and the other known to its last digit.
    private Tensor SineSquared(Tensor a)
    {
        using var less = _one.sub(a);
        var more = a.add(_one, Held.One);
        return Same(more, more.mul_(less));
    }

    private static Tensor Greatest(Tensor a, Tensor b)
    {
        using var size = b.abs();
        return a.maximum(size);
    }

    // 2 where an exponential of a is not small and a is a sum of much greater numbers, b of them; else 0.
    private Tensor Cancelled(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var (great, small) = _single ? (8.0, -20.0) : (1e3, -40.0);
        var both = Held.With(great, b.gt).logical_and(Held.With(small, a.gt));
        return both.to_type(a.dtype).mul_(Held.Two).MoveToOuterDisposeScope();
    }

    // 1 where a = b, -1 where a = -b, 0 elsewhere and where a = 0.
    private static Tensor Turn(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var (along, against) = (a.eq(b).to_type(a.dtype), a.eq(b.neg()).to_type(a.dtype));
        return along.sub_(against).MoveToOuterDisposeScope();
    }

    // b where a = 0, c elsewhere.
    private static Tensor IfZero(Tensor a, Tensor b, Tensor c)
    {
        using var isZero = Held.With(0.0, a.eq);
        return where(isZero, b, c);
    }

    // 1 - (1 - |a|) min(1, b)
    private static Tensor Strained(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return a.abs().sub_(Held.One).mul(b.clamp_max(Held.One)).add_(Held.One, Held.One).MoveToOuterDisposeScope();
    }

    // 1 - min(1, (1 - |a|) b)
    private static Tensor Near(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var distance = a.abs().neg_().add_(Held.One, Held.One);
        return Held.With(1e-18, distance.add_).mul(b).clamp_max(Held.One).neg_().add_(Held.One, Held.One).MoveToOuterDisposeScope();
    }

    // exp(-m) sinh(c) for a = exp(c - m), b = exp(-c - m): b (exp(2c) - 1)/2 keeps all digits at small c.
    private static Tensor OddPart(Tensor a, Tensor b, Tensor c)
    {
        using var scope = NewDisposeScope();
        var isSmall = c.abs().lt(Held.Eighth);
        var small = c.mul(Held.Two).expm1().mul(b);
        return where(isSmall, small, a.sub(b)).mul_(Held.Half).MoveToOuterDisposeScope();
    }
}
