using TorchSharp;

namespace HadamardNtk;

/// <summary>Changes settings of the whole process while the backend works, and restores them when it ends.</summary>
/// <remarks>
/// If several contexts exist at once, TensorFloat-32 is allowed only if all of them allow it. The last one restores it.
/// </remarks>
internal sealed class TorchContext : IDisposable
{
    private static readonly Lock Flag = new();
    private static int _working;
    private static int _forbidding;
    private static bool _before;

    private readonly int _threads = torch.get_num_threads();
    private readonly IDisposable _noGradients = torch.no_grad();
    private readonly bool _isCuda;
    private readonly bool _allows;

    internal TorchContext(TorchDevice device, TorchSettings settings, int threads)
    {
        (_isCuda, _allows) = (device.IsCuda, settings.AllowTensorFloat32);
        torch.set_num_threads(threads);
        if (_isCuda)
        {
            Count(1);
        }
    }

    public void Dispose()
    {
        _noGradients.Dispose();
        torch.set_num_threads(_threads);
        if (_isCuda)
        {
            Count(-1);
        }
    }

    private void Count(int by)
    {
        lock (Flag)
        {
            _before = _working == 0 ? torch.backends.cuda.matmul.allow_tf32 : _before;
            _working += by;
            _forbidding += _allows ? 0 : by;
            torch.backends.cuda.matmul.allow_tf32 = _working == 0 ? _before : _forbidding == 0;
        }
    }
}
