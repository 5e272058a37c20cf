using Xunit;

namespace HadamardNtk.Api.Tests.Learning.Solvers;

/// <summary>V − Qᵀ Q V of a wide Q and few columns.</summary>
public class ThinProjections
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(16, 256, 5)]
    [InlineData(17, 257, 6)]
    [InlineData(3, 2100, 1)]
    [InlineData(40, 4097, 10)]
    [InlineData(33, 700, 12)]
    public void It_is_the_product_of_whole_matrices(int rank, int samples, int columns)
    {
        var (q, v) = (Samples.Random(rank, samples, 1), Samples.Random(samples, columns, 2));
        var products = MatrixProducts.Times(q, v, new(1));
        var expected = Entrywise.Add(v, MatrixProducts.TransposeTimes(q, products, new(1)), -1);
        // Two sums of rounded products, of n and of k terms, in units of 2^-53 of the sizes of their terms.
        var size = Samples.Size(v) * (1 + samples * rank * Samples.Size(q) * Samples.Size(q));
        var found = ThinProjection.Apply(q, v, new(2));
        Assert.InRange(Samples.Worst(expected, found), 0, (samples + rank) * Math.ScaleB(1, -53) * size);
        Samples.SameBits(found, ThinProjection.Apply(q, v, new(1)), "one thread");
    }
}
