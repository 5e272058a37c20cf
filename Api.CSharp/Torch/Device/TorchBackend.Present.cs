namespace HadamardNtk;

public static partial class TorchBackend
{
    private static partial (IKernelBackend? Backend, string Reason) Create(TorchDevice device, TorchSettings settings)
    {
        var missing = NativeTorch.Missing(device);
        return missing.Length == 0 ? (new TensorBackend(device, settings), "") : (null, missing);
    }
}
