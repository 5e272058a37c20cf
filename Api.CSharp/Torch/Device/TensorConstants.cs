using HadamardNtk.Core;
using static TorchSharp.torch;
using Factor = TorchSharp.Scalar;

namespace HadamardNtk;

/// <summary>A program's constants on a device, as tensors without dimensions and as factors of operations.</summary>
internal sealed class TensorConstants : IDisposable
{
    private readonly double[] _values;
    private readonly Factor[] _factors;

    internal TensorConstants(double[] values, ScalarType type, Device device)
    {
        _values = values;
        Tensors = Array.ConvertAll([.. values, 1.0], c => tensor(c, dtype: type, device: device));
        _factors = Array.ConvertAll(values, c => (Factor)c);
    }

    /// <summary>
    /// All tensors. They belong to the scope in which they were created until they are detached from it.
    /// </summary>
    internal Tensor[] Tensors { get; }

    /// <summary>The tensor 1.</summary>
    internal Tensor One => Tensors[^1];

    /// <summary>A constant as a tensor.</summary>
    internal Tensor this[int index] => Tensors[index];

    /// <summary>An operand as a factor, held for the life of the program; null if it is not a constant.</summary>
    internal Factor? FactorOf(StripOperand o) => o.Place == StripPlace.Constant ? _factors[o.Index] : null;

    /// <summary>Whether an operand is the constant 0.</summary>
    internal bool IsZero(StripOperand o) => o.Place == StripPlace.Constant && _values[o.Index] == 0;

    public void Dispose()
    {
        foreach (var constant in Tensors)
        {
            constant.Dispose();
        }

        foreach (var factor in _factors)
        {
            factor.Dispose();
        }
    }
}
