using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>The rows of the backends' specification: those of every build, and that on tensors.</summary>
internal static class TestBackends
{
    /// <summary>The backend on tensors; on a GPU with HNTK_TORCH_DEVICE=cuda.</summary>
    internal const string Torch = "torch";

    internal static string[] Names => [.. Backends.All.Select(backend => backend.Name), Torch];

    /// <summary>The backend of a name; the test is skipped, with the reason, where this machine has none on tensors.</summary>
    internal static IKernelBackend Find(string name)
    {
        if (name != Torch)
        {
            return Backends.Find(name);
        }

        var device = Environment.GetEnvironmentVariable("HNTK_TORCH_DEVICE") ?? "cpu";
        Assert.SkipUnless(
            TorchBackend.TryCreate(device, new() { Tile = 128 }, out var backend, out var reason), reason);
        return backend;
    }
}
