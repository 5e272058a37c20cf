using HadamardNtk.Core;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// The instructions of a program on tensors. Every operation is a pass over memory. A result therefore takes the memory
/// of a free operand, which saves half of the traffic, and a constant becomes a factor of another operation.
/// </summary>
/// <param name="one">The tensor 1 on the device.</param>
/// <param name="single">Whether the numbers are float32.</param>
internal sealed class TensorOperations(Tensor one, bool single)
{
    /// <summary>Runs an instruction.</summary>
    internal Tensor Apply(StripOperation operation, TensorOperand[] on)
    {
        var (a, b, c) = (on[0], on.ElementAtOrDefault(1), on.ElementAtOrDefault(2));
        return operation switch
        {
            StripOperation.Add => Add(a, b),
            StripOperation.Subtract => CanTake(a) ? Same(a.Tensor, a.Tensor.sub_(b.Tensor)) : a.Tensor.sub(b.Tensor),
            StripOperation.Multiply => Product(a, b),
            StripOperation.Divide => CanTake(a) ? Same(a.Tensor, a.Tensor.div_(b.Tensor)) : a.Tensor.div(b.Tensor),
            StripOperation.Fma => Fma(a, b, c),
            StripOperation.Correlation => Times(Product(a, b), c.Tensor, a.IsFull),
            StripOperation.Sqrt => CanTake(a) ? Root(a.Tensor) : a.Tensor.sqrt(),
            StripOperation.Exp => CanTake(a) ? Same(a.Tensor, a.Tensor.exp_()) : a.Tensor.exp(),
            StripOperation.Angle => CanTake(a) ? Same(a.Tensor, a.Tensor.acos_()) : a.Tensor.acos(),
            StripOperation.Atan2 or StripOperation.AtanRight =>
                CanTake(a) ? Same(a.Tensor, a.Tensor.atan2_(b.Tensor)) : a.Tensor.atan2(b.Tensor),
            StripOperation.SineSquared => SineSquared(a.Tensor),
            StripOperation.Sine => Root(SineSquared(a.Tensor)),
            StripOperation.Greatest => Greatest(a.Tensor, b.Tensor),
            StripOperation.Aligned => Aligned(a.Tensor),
            StripOperation.Clamped => a.Tensor.clamp(Held.MinusOne, Held.One),
            StripOperation.Cancelled => Cancelled(a.Tensor, b.Tensor),
            StripOperation.Strained => Strained(a.Tensor, b.Tensor),
            StripOperation.Near => Near(a.Tensor, b.Tensor),
            StripOperation.Turn => Turn(a.Tensor, b.Tensor),
            StripOperation.IfZero => IfZero(a.Tensor, b.Tensor, c.Tensor),
            StripOperation.OddPart => OddPart(a.Tensor, b.Tensor, c.Tensor),
            _ => throw new InvalidOperationException($"{operation} is not known on tensors."),
        };
    }

    /// <summary>|a|.</summary>
    internal static Tensor Size(TensorOperand a) => CanTake(a) ? Same(a.Tensor, a.Tensor.abs_()) : a.Tensor.abs();

    private static bool CanTake(TensorOperand o) => o is { IsFree: true, IsFull: true };

    // An operation in place returns the tensor itself or a second handle to it, depending on the version of TorchSharp.
    private static Tensor Same(Tensor tensor, Tensor returned)
    {
        if (!ReferenceEquals(tensor, returned))
        {
            returned.Dispose();
        }

        return tensor;
    }

    private static Tensor Add(TensorOperand a, TensorOperand b) =>
        CanTake(a) ? Same(a.Tensor, a.Tensor.add_(b.Tensor, Held.One))
        : CanTake(b) ? Same(b.Tensor, b.Tensor.add_(a.Tensor, Held.One))
        : a.Tensor.add(b.Tensor, Held.One);

    private static Tensor Product(TensorOperand a, TensorOperand b) =>
        CanTake(a) ? Times(a.Tensor, b.Tensor, isFull: true)
        : CanTake(b) ? Times(b.Tensor, a.Tensor, isFull: true)
        : a.Tensor.mul(b.Tensor);

    private static Tensor Times(Tensor a, Tensor b, bool isFull) => isFull ? Same(a, a.mul_(b)) : a.mul(b);

    private static Tensor Root(Tensor a) => Same(a, a.sqrt_());

    // A constant is a factor of the sum. Otherwise there is one operation if at most one factor is broadcast; one
    // operation that broadcasts more is slow.
    private static Tensor Fma(TensorOperand a, TensorOperand b, TensorOperand c)
    {
        if (a.Factor is { } factor && (b.IsFull || c.IsFull))
        {
            return CanTake(c) ? Same(c.Tensor, c.Tensor.add_(b.Tensor, factor)) : c.Tensor.add(b.Tensor, factor);
        }

        if (c.IsFull && (a.IsFull || b.IsFull))
        {
            return CanTake(c)
                ? Same(c.Tensor, c.Tensor.addcmul_(a.Tensor, b.Tensor, Held.One))
                : c.Tensor.addcmul(a.Tensor, b.Tensor, Held.One);
        }

        var product = Product(a, b);
        return a.IsFull || b.IsFull ? Same(product, product.add_(c.Tensor, Held.One)) : product.add(c.Tensor, Held.One);
    }

    // (1 - a)(1 + a). Where |a| is near 1, one factor is exact and the other one correct to its last digit.
    private Tensor SineSquared(Tensor a)
    {
        using var less = one.sub(a);
        var more = a.add(one, Held.One);
        return Same(more, more.mul_(less));
    }

    private static Tensor Greatest(Tensor a, Tensor b)
    {
        using var size = b.abs();
        return a.maximum(size);
    }

    // The correlation of equal moments has a few roundings, which depend on the place in a tensor. What is not a number
    // stays so.
    private Tensor Aligned(Tensor a)
    {
        using var scope = NewDisposeScope();
        var size = a.abs();
        var isWithin = Held.With(1 - (single ? 3e-7 : 1.5e-15), size.lt);
        return where(isWithin, a, a.div(size)).MoveToOuterDisposeScope();
    }

    // 2 where an exponential of a may not be small and a is a sum of much greater numbers, of which b is the greatest;
    // else 0. The error bound of the sum is 32 roundings of b.
    private Tensor Cancelled(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var (great, small, blur) = single
            ? (SingleCancellation.Great, SingleCancellation.Small, SingleCancellation.Blur)
            : (DoubleCancellation.Great, DoubleCancellation.Small, DoubleCancellation.Blur);
        var most = Held.With(blur, b.mul).add(a, Held.One);
        var both = Held.With(great, b.gt).logical_and(Held.With(small, most.gt));
        return both.to_type(a.dtype).mul_(Held.Two).MoveToOuterDisposeScope();
    }

    // 1 - (1 - |a|) min(1, b)
    private static Tensor Strained(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return a.abs().sub_(Held.One).mul(b.clamp_max(Held.One)).add_(Held.One, Held.One).MoveToOuterDisposeScope();
    }

    // 1 - min(1, (1 - |a|) b), with the same offset as in the vector code.
    private static Tensor Near(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var distance = a.abs().neg_().add_(Held.One, Held.One);
        return Held.With(1e-18, distance.add_).mul(b).clamp_max(Held.One)
            .neg_().add_(Held.One, Held.One).MoveToOuterDisposeScope();
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

    // exp(-m) sinh(c) for a = exp(c - m), b = exp(-c - m): b (exp(2c) - 1)/2 keeps all digits at small c.
    private static Tensor OddPart(Tensor a, Tensor b, Tensor c)
    {
        using var scope = NewDisposeScope();
        var isSmall = c.abs().lt(Held.Eighth);
        var small = c.mul(Held.Two).expm1().mul(b);
        return where(isSmall, small, a.sub(b)).mul_(Held.Half).MoveToOuterDisposeScope();
    }
}
