using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// Numbers as arguments of tensor operations. TorchSharp passes the address of a <see cref="Scalar"/> to libtorch
/// without keeping it alive; the garbage collector may free it during the call. Scalars are therefore static, or held
/// until the call returns. Sums get their factor 1 explicitly, because TorchSharp would create a scalar for it.
/// </summary>
internal static class Held
{
    /// <summary>The number -1.</summary>
    internal static readonly Scalar MinusOne = -1.0;

    /// <summary>The number 0.</summary>
    internal static readonly Scalar Zero = 0.0;

    /// <summary>The number 1/8.</summary>
    internal static readonly Scalar Eighth = 0.125;

    /// <summary>The number 1/2.</summary>
    internal static readonly Scalar Half = 0.5;

    /// <summary>The number 1.</summary>
    internal static readonly Scalar One = 1.0;

    /// <summary>The integer 1, the factor in sums of integers.</summary>
    internal static readonly Scalar Once = 1L;

    /// <summary>The number 2.</summary>
    internal static readonly Scalar Two = 2.0;

    /// <summary>Infinity.</summary>
    internal static readonly Scalar Infinity = double.PositiveInfinity;

    /// <summary>Not a number.</summary>
    internal static readonly Scalar NaN = double.NaN;

    /// <summary>Runs an operation with a number, which is held until the operation returns.</summary>
    internal static Tensor With(double number, Func<Scalar, Tensor> operation)
    {
        using Scalar held = number;
        return operation(held);
    }

    /// <summary>Runs an operation with an integer, which is held until the operation returns.</summary>
    internal static Tensor With(long number, Func<Scalar, Tensor> operation)
    {
        using Scalar held = number;
        return operation(held);
    }
}
