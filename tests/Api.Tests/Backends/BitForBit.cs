using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>What the cpu backend promises to the last bit.</summary>
public class BitForBit
{
    private static readonly GramOptions Reference = new() { Backend = Backends.Reference };

    public static TheoryData<string, int> NetworksAndRows()
    {
        var data = new TheoryData<string, int>();
        foreach (var network in BackendAgreement.Networks)
        {
            data.Add(network, network.Contains("tanh") ? 24 : 150);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(NetworksAndRows))]
    public void The_number_of_threads_does_not_show(string network, int rows)
    {
        var kernel = Network.Parse(network).Ntk();
        var (x, other) = (Rows(rows), Samples.Random(rows / 2, 7, 5));
        var (gram, cross) = (kernel.Gram(x, options: new() { Threads = 1 }), kernel.Cross(x, other, options: new() { Threads = 1 }));
        foreach (var threads in new[] { 2, 3, 16 })
        {
            var options = new GramOptions { Threads = threads };
            Samples.SameBits(gram, kernel.Gram(x, options: options), $"{threads} threads");
            Samples.SameBits(cross, kernel.Cross(x, other, options: options), $"{threads} threads, cross");
        }
    }

    [Theory]
    [MemberData(nameof(NetworksAndRows))]
    public void A_Gram_matrix_is_symmetric_and_the_same_as_the_cross_matrix_of_equal_rows(string network, int rows)
    {
        var kernel = Network.Parse(network).Ntk();
        var x = Rows(rows);
        var copy = new Matrix(x.ToArray());
        foreach (var kind in Enum.GetValues<KernelKind>())
        {
            var gram = kernel.Of(kind).Gram(x);
            Samples.SameBits(new Matrix(Enumerable.Range(0, rows).Select(gram.Column)), gram, "transpose");
            Samples.SameBits(gram, kernel.Of(kind).Cross(x, x), "cross with itself");
            Samples.SameBits(gram, kernel.Of(kind).Cross(x, copy), "cross with a copy");
        }
    }

    [Theory]
    [MemberData(nameof(NetworksAndRows))]
    public void The_diagonal_is_the_one_of_the_Gram_matrix(string network, int rows)
    {
        var kernel = Network.Parse(network).Ntk();
        var x = Rows(rows);
        foreach (var kind in Enum.GetValues<KernelKind>())
        {
            var gram = kernel.Of(kind).Gram(x);
            Matrices.SameBits([.. Enumerable.Range(0, rows).Select(i => gram[i, i])], kernel.Of(kind).Diagonal(x));
        }
    }

    [Theory]
    [MemberData(nameof(NetworksAndRows))]
    public void A_matrix_of_one_pair_is_the_entry_of_the_Gram_matrix(string network, int rows)
    {
        var kernel = Network.Parse(network).Ntk();
        var x = Rows(rows);
        foreach (var kind in Enum.GetValues<KernelKind>())
        {
            var gram = kernel.Of(kind).Gram(x);
            for (var i = 0; i < rows; i += 11)
            {
                for (var j = 0; j < rows; j += 7)
                {
                    var alone = kernel.Of(kind).Cross(x.SelectRows(i, 1), x.SelectRows(j, 1));
                    Matrices.SameBits([gram[i, j]], [alone[0, 0]], $"({i}, {j})");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(NetworksAndRows))]
    public void A_pair_evaluates_to_the_entry_of_the_reference(string network, int rows)
    {
        var kernel = Network.Parse(network).Ntk();
        var x = Rows(rows);
        var (ntk, nngp) = (kernel.Gram(x, Reference), kernel.Of(KernelKind.Nngp).Gram(x, Reference));
        for (var i = 0; i < rows; i += 11)
        {
            for (var j = 0; j < rows; j += 7)
            {
                var value = kernel.EvaluateBoth(x.Row(i), x.Row(j));
                Assert.Equal(nngp[i, j], value.Nngp, 1e-14 * Math.Sqrt(nngp[i, i] * nngp[j, j]));
                Assert.Equal(ntk[i, j], value.Ntk, 1e-14 * Math.Sqrt(ntk[i, i] * ntk[j, j]));
                Assert.Equal((value.Nngp, value.Ntk), (value[KernelKind.Nngp], value[KernelKind.Ntk]));
            }
        }
    }

    [Fact]
    public void An_entry_depends_on_its_two_rows_alone()
    {
        var kernel = Network.Parse(BackendAgreement.Networks[0]).Ntk();
        var x = Rows(150);
        var (whole, part) = (kernel.Gram(x), kernel.Gram(x.SelectRows(17, 60)));
        Samples.SameBits(new Matrix(Enumerable.Range(17, 60).Select(i => whole.Row(i)[17..77].ToArray())), part);
    }

    [Fact]
    public void One_kernel_may_be_used_by_many_threads_at_once()
    {
        var kernel = Network.Parse("dense(w=1.3,b=0.2) tanh dense relu dense").Ntk();
        var x = Rows(12);
        var once = kernel.Gram(x);
        var all = new Matrix[8];
        Parallel.For(0, all.Length, i => all[i] = kernel.Gram(x));
        Assert.All(all, each => Samples.SameBits(once, each));
    }

    /// <summary>Random rows with a duplicate, an antipode, a multiple and a zero row among them.</summary>
    private static Matrix Rows(int rows)
    {
        var x = Samples.Random(rows, 7, rows);
        for (var j = 0; j < 7; j++)
        {
            var first = x.Data[j];
            (x.Data[7 + j], x.Data[14 + j], x.Data[21 + j], x.Data[28 + j]) = (first, -first, 3 * first, 0);
        }

        return x;
    }
}
