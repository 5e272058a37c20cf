using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>
/// Backends of a program's own. They stay registered in this process, so that these tests run in the collection of the
/// commands that run in it.
/// </summary>
[Collection(nameof(FuzzedOptions))]
public class RegisteredBackendTests
{
    private static readonly Matrix X = new(new double[,]
    {
        { 1, 2, 0 }, { 0.5, -1, 3 }, { 1, 2, 0 }, { 2, 4, 0 }, { -1, 0.25, 1 }, { 0, 0, 1 }, { 3, 1, 1 }, { 1e-3, 2, 5 }, { -2, -4, 0 },
    });

    static RegisteredBackendTests() => BackendRegistry.Register("processes", TryCreate);

    [Theory]
    [InlineData("(dense(w=1.41421356) relu)^3 dense", KernelKind.Ntk)]
    [InlineData("hadamard(dense relu, dense) dense(b=0.5) erf dense", KernelKind.Nngp)]
    public void A_registered_backend_that_computes_tiles_in_other_processes_gives_the_same_bits(string network, KernelKind kind)
    {
        var kernel = Network.Parse(network).Ntk();
        var (own, other) = (new GramOptions(), new GramOptions { Backend = Backends.Find("processes") });
        Assert.Equal(kernel.Of(kind).Gram(X, own).ToArray(), kernel.Of(kind).Gram(X, other).ToArray());
        var some = X.SelectRows(2, 4);
        Assert.Equal(kernel.Of(kind).Cross(X, some, own).ToArray(), kernel.Of(kind).Cross(X, some, other).ToArray());
    }

    [Fact]
    public void Names_are_taken_once_and_say_what_they_may_be()
    {
        Assert.Contains("processes", BackendRegistry.Names);
        Assert.Contains(Backends.All, backend => backend.Name == "processes");
        Assert.Contains("is registered", Assert.Throws<ArgumentException>(() => BackendRegistry.Register("cpu", TryCreate)).Message);
        Assert.Contains("'a b'", Assert.Throws<ArgumentException>(() => BackendRegistry.Register("a b", TryCreate)).Message);
        Assert.Contains("processes", Assert.Throws<ArgumentException>(() => Backends.Find("none")).Message);
    }

    [Fact]
    public void One_that_is_not_there_says_why()
    {
        BackendRegistry.Register("absent", IsAbsent);
        Assert.False(BackendRegistry.TryFind("absent", out _, out var reason));
        Assert.Equal("no such device", reason);
        Assert.Contains("no such device", Assert.Throws<ArgumentException>(() => Backends.Find("absent")).Message);
        Assert.DoesNotContain(Backends.All, backend => backend.Name == "absent");
    }

    private static bool IsAbsent([NotNullWhen(true)] out IKernelBackend? backend, out string reason)
    {
        (backend, reason) = (null, "no such device");
        return false;
    }

    private static bool TryCreate([NotNullWhen(true)] out IKernelBackend? backend, out string reason)
    {
        (backend, reason) = (new ProcessBackend(), "");
        return true;
    }
}
