using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace HadamardNtk.Bench;

/// <summary>What a device does at its best, by tensors.</summary>
internal static class TensorYardsticks
{
    /// <summary>Multiplications and additions a second of a product of square matrices, in both types.</summary>
    internal static List<(string Type, double Flops)> Products(string name)
    {
        var device = torch.device(name);
        var n = device.type == DeviceType.CUDA ? 8192 : 2048;
        return [("f32", Product(n, ScalarType.Float32, device)), ("f64", Product(n, ScalarType.Float64, device))];
    }

    private static double Product(int n, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn([n, n], dtype: type, device: device), randn([n, n], dtype: type, device: device));
        return 2.0 * n * n * n / Rounds.Median([.. Enumerable.Range(0, 7).Select(_ => Seconds(() => a.mm(b).Dispose(), device))]);
    }

    private static double Seconds(Action work, Device device)
    {
        work();
        Finish(device);
        var clock = Stopwatch.StartNew();
        work();
        Finish(device);
        return clock.Elapsed.TotalSeconds;
    }

    // What is copied to the host waits for all that was asked before.
    private static void Finish(Device device)
    {
        using var scope = NewDisposeScope();
        zeros([1], device: device).cpu();
    }
}
