namespace HadamardNtk;

public static partial class TorchBackend
{
    private static partial (IKernelBackend? Backend, string Reason) Create(TorchDevice device, TorchSettings settings) =>
        (null, $"this build has no TorchSharp; build it with -p:Torch={(device.IsCuda ? "cuda" : "cpu")} to have it");
}
