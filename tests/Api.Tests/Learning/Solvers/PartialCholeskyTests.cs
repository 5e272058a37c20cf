using HadamardNtk.Api.Tests.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;
using Xunit;
using Meaning = HadamardNtk.Core.Solvers;

namespace HadamardNtk.Api.Tests.Learning.Solvers;

/// <summary>Randomly pivoted partial factorizations are those of the definition at the same pivots.</summary>
public class PartialCholeskyTests
{
    private static readonly Network Net = Network.Parse("dense(w=1.4142135623730951) relu dense");

    [Theory]
    [InlineData(1, 40, 3)]
    [InlineData(7, 40, 3)]
    [InlineData(150, 260, 4)]
    [InlineData(260, 260, 4)]
    public void The_factor_is_the_one_of_the_definition_at_its_pivots(int rank, int count, int features)
    {
        var x = Samples.Random(count, features, 5);
        var partial = PartialCholesky.Draw(Rows(Net, x), rank, 3, null);
        var gram = Net.Ntk().Gram(x).ToArray();
        var expected = Meaning.partialCholesky(partial.Pivots, Matrix<double>.Build.DenseOfArray(gram));
        Assert.Equal(rank, partial.Rank);
        Assert.Equal(expected.Pivots, partial.Pivots);

        // Both leave rounding of n eps tr K times what small pivots magnify, some 1e4 here; the rest tells whether F is right.
        var trace = Enumerable.Range(0, count).Sum(i => gram[i, i]);
        Assert.Equal(trace, partial.Trace, 1e-13 * trace);
        var product = expected.Product;
        var factor = partial.Transposed;
        var own = MatrixProducts.TransposeTimes(factor, factor, Workers.All);
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(gram[i, i] - own[i, i], partial.Rest[i], 1e-10 * trace);
            Assert.All(Enumerable.Range(0, count), j => Assert.Equal(product[i, j], own[i, j], 1e-10 * trace));
        }
    }

    [Fact]
    public void No_pivot_comes_twice_though_all_samples_do()
    {
        // 30 samples, each three times, and zeros: rank 30 at most, and nothing is left.
        var once = Samples.Random(30, 40, 6);
        var x = Matrix.Wrap([.. once.Data, .. once.Data, .. once.Data, .. new double[120]], 93, 40);
        for (var seed = 0; seed < 5; seed++)
        {
            var partial = PartialCholesky.Draw(Rows(Network.Parse("dense"), x), 93, seed, null);
            Assert.Equal(30, partial.Rank);
            Assert.Equal(30, partial.Pivots.Select(s => s % 30).Distinct().Count());
            Assert.All(partial.Rest, rest => Assert.Equal(0, rest));
        }
    }

    [Fact]
    public void A_matrix_of_zeros_has_no_pivots()
    {
        var partial = PartialCholesky.Draw(Rows(Network.Parse("dense"), Matrix.Wrap(new double[10], 5, 2)), 3, 1, null);
        Assert.Equal((0, 0.0), (partial.Rank, partial.Trace));
    }

    [Fact]
    public void A_first_pivot_is_drawn_with_its_share_of_the_diagonal()
    {
        // Orthogonal rows of squares 1, 2, 3, 4: sample 3 comes first in 0.4 of the draws, within five standard deviations.
        var x = Matrix.Wrap(Matrices.Diagonal(1, Math.Sqrt(2), Math.Sqrt(3), 2), 4, 4);
        var rows = Rows(Network.Parse("dense"), x);
        var counts = new int[4];
        for (var seed = 0; seed < 2000; seed++)
        {
            counts[PartialCholesky.Draw(rows, 1, seed, null).Pivots[0]]++;
        }

        for (var i = 0; i < 4; i++)
        {
            var share = (i + 1) / 10.0;
            Assert.InRange(counts[i], 2000 * share - 5 * Math.Sqrt(2000 * share * (1 - share)), 2000 * share + 5 * Math.Sqrt(2000 * share * (1 - share)));
        }
    }

    [Fact]
    public void Proposals_in_blocks_are_draws_one_after_the_other()
    {
        // Of samples e1, e1, e2 the second pivot is e2 whatever the first was: what is left of e1 is 0. One after the other
        // the first is e1's with probability 2/3; in a block of two both e1 are proposed often, and one is rejected.
        var x = new Matrix(new double[,] { { 1, 0 }, { 1, 0 }, { 0, 1 } });
        var rows = Rows(Network.Parse("dense"), x);
        var first = 0;
        for (var seed = 0; seed < 900; seed++)
        {
            var pivots = PartialCholesky.Draw(rows, 2, seed, null).Pivots;
            Assert.Contains(2, pivots);
            first += pivots[0] < 2 ? 1 : 0;
        }

        Assert.InRange(first, 600 - 5 * Math.Sqrt(200), 600 + 5 * Math.Sqrt(200));
    }

    private static KernelRows<Matrix> Rows(Network network, Matrix x) => new(network.Ntk(), x, new(), default);
}
