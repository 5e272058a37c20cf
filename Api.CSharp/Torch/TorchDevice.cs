using System.Globalization;
using TorchSharp;

namespace HadamardNtk;

/// <summary>A device of tensors: the processor or a GPU.</summary>
/// <param name="IsCuda">Whether it is a GPU.</param>
/// <param name="Index">The index of the GPU, from 0.</param>
internal readonly record struct TorchDevice(bool IsCuda, int Index)
{
    /// <summary>The name of the backend on this device.</summary>
    internal string BackendName => !IsCuda ? "torch" : Index == 0 ? "cuda" : $"cuda:{Index}";

    /// <summary>The device as a TorchSharp device.</summary>
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
            case ["cuda", var number]
                when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out index):
                device = new(true, index);
                return true;
            default:
                return false;
        }
    }
}
