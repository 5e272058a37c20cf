using Xunit;

namespace HadamardNtk.Api.Tests.Spectra;

public class SphereTests
{
    [Theory]
    [InlineData("dense relu dense", 3)]
    [InlineData("dense(b=0.3) erf dense relu dense", 5)]
    [InlineData("hadamard(dense relu, dense relu) dense", 4)]
    public void The_spectrum_of_many_samples_tends_to_that_of_the_sphere(string net, int dimension)
    {
        // n eigenvalues of K/n gather around mu_k, N(d, k) at a time. By the addition theorem the mean of a cluster has no error
        // of first order; that of second order is mu_k/n times the sum of N(d, j) mu_j/|mu_k - mu_j| over the other levels.
        var kernel = Network.Parse(net).Ntk();
        var sphere = SphereSpectrum.Of(kernel, dimension, 8);
        const int n = 1500;
        var values = Spectrum.Of(kernel, Uniform(n, dimension, 3)).Values;
        var place = 0;
        foreach (var level in sphere.Levels.Where(level => level.Eigenvalue > 0).OrderByDescending(level => level.Eigenvalue).Take(3))
        {
            var mean = values.Skip(place).Take((int)level.Multiplicity).Average();
            var others = sphere.Levels.Where(other => other != level)
                .Sum(other => other.Multiplicity * other.Eigenvalue / Math.Abs(level.Eigenvalue - other.Eigenvalue));
            Assert.Equal(level.Eigenvalue, mean, 4 * others / n * level.Eigenvalue);
            place += (int)level.Multiplicity;
        }
    }

    [Fact]
    public void Degrees_have_a_power_law_by_parity_or_none()
    {
        var plain = SphereSpectrum.Of(Network.Parse("dense relu dense").Ntk(), 3, 200);
        Assert.Equal(3, plain.Decay(100, 200, odd: false)!.Exponent, 1e-2);
        Assert.Equal((100, 200), (plain.Decay(99, 200, odd: false)!.First, plain.Decay(99, 200, odd: false)!.Last));
        Assert.Null(plain.Decay(100, 200, odd: true));
        Assert.Equal(1, plain.Trace, 1e-15);
        Assert.Throws<ArgumentException>(() => plain.Decay(1, 7, odd: true));       // degree 1 is not 0, the others are
        Assert.Throws<ArgumentOutOfRangeException>(() => plain.Decay(1, 201, odd: false));
        Assert.Throws<ArgumentException>(() => plain.Decay(4, 4, odd: false));
    }

    [Fact]
    public void The_nngp_kernel_has_eigenvalues_of_its_own()
    {
        var network = Network.Parse("dense relu dense");
        var (ntk, nngp) = (SphereSpectrum.Of(network.Ntk(), 4, 4), SphereSpectrum.Of(network.Nngp(), 4, 4));
        Assert.Equal(0.5, nngp.Trace, 1e-15);
        Assert.True(nngp.Levels[1].Eigenvalue < ntk.Levels[1].Eigenvalue);
        Assert.Equal(1.0 / 16, nngp.Levels[1].Eigenvalue, 1e-15);                   // E relu' squared over d
    }

    [Fact]
    public void Degrees_of_too_many_harmonics_are_not_learned()
    {
        var kernel = Network.Parse("dense relu dense").Ntk();
        double Error(int degrees, int target) => SphereSpectrum.Of(kernel, 100_000, degrees).ExpectedError(
            100, Ridge.Absolute(0.1), 0, [.. Enumerable.Range(0, degrees + 1).Select(k => k == target ? 1.0 : 0)]);
        Assert.Equal(double.PositiveInfinity, SphereSpectrum.Of(kernel, 100_000, 100).Levels[100].Multiplicity);
        Assert.Equal(Error(20, 1), Error(100, 1), 1e-12);
        Assert.Equal(Error(20, 20), Error(100, 100), 1e-12);
    }

    [Fact]
    public void What_has_no_sphere_is_refused_with_a_remedy()
    {
        var kernel = Network.Parse("dense relu dense").Ntk();
        Assert.Contains("from 2 to", Assert.Throws<ArgumentOutOfRangeException>(() => SphereSpectrum.Of(kernel, 1)).Message);
        Assert.Contains("from 0 to 800", Assert.Throws<ArgumentOutOfRangeException>(() => SphereSpectrum.Of(kernel, 3, 801)).Message);
        var joined = Network.Parse("sum(identity, constant) dense").Ntk();
        Assert.Contains("Put a dense layer", Assert.Throws<ArgumentException>(() => SphereSpectrum.Of(joined, 3)).Message);
        var explosive = Network.Parse("dense(w=30) exp dense(w=30) exp dense(w=30) exp dense").Ntk();
        Assert.Throws<KernelUndefinedException>(() => SphereSpectrum.Of(explosive, 3));
    }

    // Rows uniform on |x|^2 = d.
    private static Matrix Uniform(int n, int d, int seed)
    {
        var random = new Random(seed);
        var x = new double[n * d];
        for (var i = 0; i < n; i++)
        {
            var row = x.AsSpan(i * d, d);
            foreach (ref var value in row)
            {
                value = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            }

            var norm = Math.Sqrt(row.ToArray().Sum(v => v * v) / d);
            foreach (ref var value in row)
            {
                value /= norm;
            }
        }

        return Matrix.Wrap(x, n, d);
    }
}
