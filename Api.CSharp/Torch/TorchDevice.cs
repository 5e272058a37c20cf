using System.Globalization;
using TorchSharp;

namespace HadamardNtk;

/// <summary>Where tensors live.</summary>
/// <param name="IsCuda">On a GPU.</param>
/// <param name="Index">Which GPU, from 0.</param>
internal readonly record struct TorchDevice(bool IsCuda, int Index)
{
    /// <summary>The name of the backend there.</summary>
    internal string BackendName => !IsCuda ? "torch" : Index == 0 ? "cuda" : $"cuda:{Index}";

    /// <summary>The same as tensors know it.</summary>
    internal torch.Device Tensors => IsCuda ? new(DeviceType.CUDA, Index) : torch.CPU;

    /// <summary>Reads cpu, cuda or cuda:N.</summary>
    internal static bool TryParse(string text, out TorchDevice device)
    {
        var index = 0;
        device = default;
        switch (text.Split(':'))
        {
            case ["cpu"]:
                return true;
            case ["cuda"]:
            case ["cuda", var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out index):
                device = new(true, index);
                return true;
            default:
                return false;
        }
    }
}
