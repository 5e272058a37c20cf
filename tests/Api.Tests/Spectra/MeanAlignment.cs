using Xunit;

namespace HadamardNtk.Api.Tests.Spectra;

/// <summary>The mean alignment of targets with a Gram matrix, which needs no eigenvalues.</summary>
public class MeanAlignment
{
    private static readonly Matrix X = Samples.Random(9, 3, 1);
    private static readonly Matrix Y = Samples.Random(9, 4, 2);

    [Fact]
    public void It_is_that_of_eigenvalues()
    {
        var kernel = Network.Parse("dense relu dense").Ntk();
        var expected = Spectrum.Of(kernel, X).Align(Y).Alignments.Average();
        Assert.Equal(expected, TargetAlignment.MeanOf(kernel.Gram(X), Y, new(1)), 1e-12);
    }

    [Fact]
    public void Outputs_without_targets_do_not_count()
    {
        var gram = Network.Parse("dense").Ntk().Gram(X);
        Matrix one = Matrix.Wrap(Y.Column(0), 9, 1), two = Matrix.Wrap([.. Y.Column(0).SelectMany(v => new[] { v, 0 })], 9, 2);
        Assert.Equal(TargetAlignment.MeanOf(gram, one, new(1)), TargetAlignment.MeanOf(gram, two, new(1)));
        Assert.Equal(0, TargetAlignment.MeanOf(gram, Matrix.Wrap(new double[9], 9, 1), new(1)));
    }

    [Fact]
    public void A_kernel_of_the_targets_alone_has_1()
    {
        var y = Matrix.Wrap(Y.Column(1), 9, 1);
        var gram = Matrix.Wrap([.. Enumerable.Range(0, 81).Select(k => 5 * y[k / 9, 0] * y[k % 9, 0])], 9, 9);
        Assert.Equal(1, TargetAlignment.MeanOf(gram, y, new(1)), 1e-12);
    }
}
