using TorchSharp;

namespace HadamardNtk;

internal readonly partial record struct TorchDevice
{
    /// <summary>The same as tensors know it.</summary>
    internal torch.Device Tensors => IsCuda ? new(DeviceType.CUDA, Index) : torch.CPU;
}
