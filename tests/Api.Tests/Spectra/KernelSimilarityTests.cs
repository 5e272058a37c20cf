using Xunit;

namespace HadamardNtk.Api.Tests.Spectra;

/// <summary>The similarity of two kernels.</summary>
public class KernelSimilarityTests
{
    private static readonly Matrix A = Matrix.Wrap([2, 1, 1, 3], 2, 2);
    private static readonly Matrix B = Matrix.Wrap([1, 0, 0, 1], 2, 2);

    // ⟨A, B⟩ = 5, |A|² = 15, |B|² = 2; H takes [[a, b], [b, c]] to (a - 2b + c)/4 times [[1, -1], [-1, 1]].
    [Fact]
    public void Values_are_those_by_hand()
    {
        Assert.Equal(5 / Math.Sqrt(30), KernelSimilarity.Cosine(A, B), 1e-15);
        Assert.Equal(1 - (5 / Math.Sqrt(30)), KernelSimilarity.Distance(A, B), 1e-15);
        Assert.Equal(1, KernelSimilarity.CenteredAlignment(A, B), 1e-15);
        Assert.Equal(0, KernelSimilarity.Cosine(A, Matrix.Wrap(new double[4], 2, 2)));
    }

    [Fact]
    public void Scales_do_not_matter_nor_what_is_added_to_rows_once_centered()
    {
        var a = Network.Parse("dense relu dense").Ntk().Gram(Matrix.Wrap([1, 2, 3, -1, 0.5, 4, 2, 2], 4, 2));
        var b = Network.Parse("dense erf dense").Nngp().Gram(Matrix.Wrap([1, 2, 3, -1, 0.5, 4, 2, 2], 4, 2));
        var scaled = Matrix.Wrap(Array.ConvertAll(b.Data, v => 7 * v), 4, 4);
        Assert.Equal(KernelSimilarity.Cosine(a, b), KernelSimilarity.Cosine(a, scaled), 1e-14);
        Assert.Equal(1, KernelSimilarity.Cosine(b, scaled), 1e-14);
        var moved = Matrix.Wrap([.. b.Data.Select((v, k) => v + (k / 4) + (k % 4))], 4, 4);
        Assert.Equal(KernelSimilarity.CenteredAlignment(a, b), KernelSimilarity.CenteredAlignment(moved, a), 1e-13);
        Assert.InRange(KernelSimilarity.Cosine(a, b), 0, 1);
    }

    [Fact]
    public void Matrices_of_other_shapes_are_refused() =>
        Assert.Contains("2 x 2 and 1 x 4", Assert.Throws<ArgumentException>(() => KernelSimilarity.Cosine(A, Matrix.Wrap([1, 2, 3, 4], 1, 4))).Message);
}
