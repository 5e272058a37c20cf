using TorchSharp;

namespace HadamardNtk;

/// <summary>The type of a tensor's numbers in a precision.</summary>
internal static class TensorPrecision
{
    /// <summary>float32 or float64.</summary>
    internal static torch.ScalarType Of(Precision precision) =>
        precision == Precision.Float32 ? torch.ScalarType.Float32 : torch.ScalarType.Float64;
}
