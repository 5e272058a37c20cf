using Xunit;

namespace HadamardNtk.Api.Tests.Spectra;

public class GivenGramSpectrum : DataFolder
{
    [Fact]
    public void A_given_matrix_has_the_spectrum_of_its_kernel()
    {
        var kernel = Network.Parse("(dense(he,b=0.1) relu)^2 dense").Ntk();
        var x = Samples.Random(40, 4, 1);
        var all = Spectrum.Of(kernel, x);
        var gram = kernel.Gram(x);
        Assert.Equal(all.Values, Spectrum.Of(gram).Values);
        NpyFile.Write(Place("K.npy"), gram);
        using var file = GramMatrix.Open(Place("K.npy"));
        Assert.Equal(all.Values, Spectrum.Of(file).Values);
    }

    [Fact]
    public void What_is_no_Gram_matrix_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Spectrum.Of(Samples.Random(4, 3, 1)));
        Assert.Throws<ArgumentException>(() => Spectrum.Of(Samples.Random(4, 4, 1)));
        Assert.Throws<ArgumentException>(() => Spectrum.Of(Matrix.Wrap([2, 1, 1, 2], 2, 2)));
        Assert.Throws<ArgumentNullException>(() => Spectrum.Of((GramMatrix)null!));
    }
}
