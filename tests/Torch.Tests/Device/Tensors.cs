using Xunit;

namespace HadamardNtk.Torch.Tests.Device;

/// <summary>The device that tests run on, cuda with HNTK_TORCH_DEVICE=cuda, and data.</summary>
internal static class Tensors
{
    internal static TorchDevice Device
    {
        get
        {
            TorchDevice.TryParse(Environment.GetEnvironmentVariable("HNTK_TORCH_DEVICE") ?? "cpu", out var device);
            return device;
        }
    }

    internal static IKernelBackend Backend(int? tile = null)
    {
        var name = Environment.GetEnvironmentVariable("HNTK_TORCH_DEVICE") ?? "cpu";
        Assert.SkipUnless(TorchBackend.TryCreate(name, new() { Tile = tile }, out var backend, out var reason), reason);
        return backend;
    }

    /// <summary>A scope for a test's tensors; the test is skipped where there can be none.</summary>
    internal static IDisposable Scope()
    {
        _ = Backend();
        return TorchSharp.torch.NewDisposeScope();
    }

    internal static Matrix Random(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return Matrix.Wrap([.. Enumerable.Range(0, rows * columns).Select(_ => Normal(random))], rows, columns);
    }

    /// <summary>Rows that differ from one another by so much in every feature.</summary>
    internal static Matrix Near(int rows, int columns, double size, int seed)
    {
        var (center, noise) = (Random(1, columns, seed), Random(rows, columns, seed + 1));
        return Matrix.Wrap([.. noise.Data.Select((z, k) => center.Data[k % columns] + size * z)], rows, columns);
    }

    /// <summary>Fails where an entry is off by more than so much of √(K_ii K_jj).</summary>
    internal static void Near(Matrix expected, Matrix actual, double tolerance, double[] rows, double[] columns)
    {
        for (var i = 0; i < expected.Rows; i++)
        {
            for (var j = 0; j < expected.Columns; j++)
            {
                var bound = tolerance * Math.Sqrt(rows[i] * columns[j]);
                Assert.True(Math.Abs(expected[i, j] - actual[i, j]) <= bound, $"({i}, {j}): {actual[i, j]:R}, not {expected[i, j]:R}");
            }
        }
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
