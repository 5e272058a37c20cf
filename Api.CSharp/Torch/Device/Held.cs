using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// Numbers as operations on tensors take them. TorchSharp hands libtorch the address of a <see cref="Scalar"/> and keeps no hold
/// of it: of one that nothing else holds a collection frees the number while it is read. So no number is given as it is,
/// and sums name their factor 1.
/// </summary>
internal static class Held
{
    /// <summary>-1.</summary>
    internal static readonly Scalar MinusOne = -1.0;

    /// <summary>0.</summary>
    internal static readonly Scalar Zero = 0.0;

    /// <summary>1/8.</summary>
    internal static readonly Scalar Eighth = 0.125;

    /// <summary>1/2.</summary>
    internal static readonly Scalar Half = 0.5;

    /// <summary>1.</summary>
    internal static readonly Scalar One = 1.0;

    /// <summary>The integer 1, the factor in sums of integers.</summary>
    internal static readonly Scalar Once = 1L;

    /// <summary>2.</summary>
    internal static readonly Scalar Two = 2.0;

    /// <summary>∞.</summary>
    internal static readonly Scalar Infinity = double.PositiveInfinity;

    /// <summary>Not a number.</summary>
    internal static readonly Scalar NaN = double.NaN;

    /// <summary>An operation with a number, which is held until it has ended.</summary>
    internal static Tensor With(double number, Func<Scalar, Tensor> operation)
    {
        using Scalar held = number;
        return operation(held);
    }

    /// <summary>The same with an integer.</summary>
    internal static Tensor With(long number, Func<Scalar, Tensor> operation)
    {
        using Scalar held = number;
        return operation(held);
    }
}
