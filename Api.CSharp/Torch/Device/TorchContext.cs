using TorchSharp;

namespace HadamardNtk;

/// <summary>What is set for the whole process while the backend works, and set back when it ends.</summary>
internal sealed class TorchContext : IDisposable
{
    private readonly int _threads = torch.get_num_threads();
    private readonly bool? _tensorFloat;
    private readonly IDisposable _noGradients = torch.no_grad();

    internal TorchContext(TorchDevice device, TorchSettings settings, int threads)
    {
        torch.set_num_threads(threads);
        if (device.IsCuda)
        {
            _tensorFloat = torch.backends.cuda.matmul.allow_tf32;
            torch.backends.cuda.matmul.allow_tf32 = settings.AllowTensorFloat32;
        }
    }

    public void Dispose()
    {
        _noGradients.Dispose();
        torch.set_num_threads(_threads);
        if (_tensorFloat is { } before)
        {
            torch.backends.cuda.matmul.allow_tf32 = before;
        }
    }
}
