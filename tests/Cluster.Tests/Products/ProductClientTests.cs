using System.Runtime.InteropServices;
using Xunit;

namespace HadamardNtk.Cluster.Tests.Products;

/// <summary>The client's end of a job of products.</summary>
public class ProductClientTests
{
    private static readonly GramRequest Request = new(Network.Parse("dense relu dense"), Samples.Random(100, 3, 1));
    private static readonly Matrix V = Samples.Random(100, 1, 2);

    [Fact]
    public async Task A_failure_of_a_round_that_is_over_is_not_that_of_the_next_one()
    {
        var client = new ProductClient(Request, new(100, 128));
        _ = client.Begin(RoundKind.Product, V);
        client.End();
        _ = client.Begin(RoundKind.Product, V);
        await client.Fail("w", 1, "late");
        Assert.Null(client.Failure);
        await client.Fail("w", 2, "not finite");
        Assert.Equal("w: not finite", Assert.IsType<ArithmeticException>(client.Failure).Message);
    }

    [Fact]
    public async Task A_failure_of_a_worker_that_is_known_as_wrong_fails_no_round()
    {
        var bands = new ProductBands(100, 128);
        using var kernel = new BandKernel(Request, Backends.Default, "none", new(0));
        var client = new ProductClient(Request, bands, new(kernel, bands, 100, 1, CancellationToken.None));
        _ = client.Begin(RoundKind.Product, V);
        var zeros = MemoryMarshal.AsBytes(new double[100].AsSpan()).ToArray();
        Assert.True(await client.Take("w", new(1, 0, 0, 100, zeros, TileHash.Of(zeros), false)));
        Assert.True(SpinWait.SpinUntil(() => client.Wrong.Count == 1, TimeSpan.FromSeconds(60)));
        await client.Fail("w", 1, "a hash does not fit");
        Assert.Null(client.Failure);
    }

    [Fact]
    public async Task An_error_of_the_clients_own_check_is_reported_as_it_is()
    {
        var bands = new ProductBands(100, 128);
        using var kernel = new BandKernel(Request, new Full(), "none", new(0));
        var client = new ProductClient(Request, bands, new(kernel, bands, 100, 1, CancellationToken.None));
        _ = client.Begin(RoundKind.Product, V);
        var zeros = MemoryMarshal.AsBytes(new double[100].AsSpan()).ToArray();
        Assert.True(await client.Take("w", new(1, 0, 0, 100, zeros, TileHash.Of(zeros), false)));
        Assert.True(SpinWait.SpinUntil(() => client.Failure is not null, TimeSpan.FromSeconds(60)));
        Assert.IsType<OutOfMemoryException>(client.Failure);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    [InlineData((1 << 21) + 7)]
    public void The_hash_of_many_numbers_is_that_of_their_bytes(int count)
    {
        var numbers = new double[count];
        new Random(1).NextBytes(MemoryMarshal.AsBytes(numbers.AsSpan()));
        Assert.Equal(TileHash.Of(MemoryMarshal.AsBytes(numbers.AsSpan())), TileHash.Of<double>(numbers));
    }

    [Fact]
    public void More_numbers_than_a_span_has_bytes_have_a_hash()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("HNTK_LONG") == "1", "takes 2 GB; set HNTK_LONG=1.");
        var numbers = new double[(1 << 28) + 1];
        var hash = TileHash.Of<double>(numbers);
        numbers[^1] = 1;
        Assert.NotEqual(hash, TileHash.Of<double>(numbers));
    }

    // A backend on a machine without memory.
    private sealed class Full : IKernelBackend
    {
        public string Name => "cpu";

        public string Description => "none";

        public void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation) =>
            throw new OutOfMemoryException();
    }
}
