using Xunit;

namespace HadamardNtk.Cluster.Tests.Products;

/// <summary>The memory for rows of matrices is free again after every failure.</summary>
public class BandKernelTests
{
    [Fact]
    public void Rows_for_which_the_machine_has_no_memory_leave_their_share_to_others()
    {
        const int n = 1 << 16;
        var (memory, x) = (new RowMemory(long.MaxValue), Samples.Random(n, 1, 1));
        using var kernel = new BandKernel(new(Network.Parse("dense"), x), Backends.Default, "f64", memory);
        Assert.Throws<OutOfMemoryException>(
            () => kernel.Compute(RoundKind.Product, 0, (0, int.MaxValue), Samples.Random(n, 1, 2), default));
        Assert.True(memory.Has(long.MaxValue));
    }
}
