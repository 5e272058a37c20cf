using Xunit;

namespace HadamardNtk.Torch.Tests;

/// <summary>The backend is there, or it is said why not.</summary>
public class TorchBackendCreation
{
    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1:2")]
    public void An_unknown_device_is_none_and_the_reason_names_those_there_are(string device)
    {
        Assert.False(TorchBackend.TryCreate(device, out var backend, out var reason));
        Assert.Null(backend);
        Assert.Equal($"expected the device cpu, cuda or cuda:N, not '{device}'", reason);
    }

    [Theory]
    [InlineData("cpu", "torch")]
    [InlineData("cuda", "cuda")]
    [InlineData("cuda:7", "cuda:7")]
    public void A_device_gives_a_backend_or_a_reason_in_one_line(string device, string name)
    {
        var isThere = TorchBackend.TryCreate(device, out var backend, out var reason);
        Assert.Equal(isThere, backend is not null);
        Assert.Equal(isThere, reason.Length == 0);
        Assert.DoesNotContain('\n', reason);
        Assert.Equal(isThere ? name : null, backend?.Name);
    }

    [Fact]
    public void A_tile_has_at_least_one_row() =>
        Assert.Contains("not 0", Assert.Throws<ArgumentOutOfRangeException>(() => new TorchSettings { Tile = 0 }).Message);
}
