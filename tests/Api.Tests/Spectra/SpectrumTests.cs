using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using Xunit;

namespace HadamardNtk.Api.Tests.Spectra;

public class SpectrumTests
{
    private static readonly Network Net = Network.Parse("(dense(w=1.4142135623730951,b=0.1) relu)^2 dense");
    private static readonly Matrix X = Samples.Random(150, 4, 1);
    private static readonly Matrix Y = Samples.Random(150, 2, 2);
    private static readonly Lazy<Spectrum> All = new(() => Spectrum.Of(Net.Ntk(), X));

    [Fact]
    public void All_eigenvalues_are_those_of_the_matrix_over_n()
    {
        var evd = Truth(X);
        var spectrum = All.Value;
        Assert.True(spectrum.IsComplete);
        Assert.Equal((150, 0), (spectrum.Count, spectrum.Products));
        for (var j = 0; j < 150; j++)
        {
            Assert.Equal(evd.EigenValues[149 - j].Real / 150, spectrum.Values[j], 1e-12 * spectrum.Values[0]);
            Assert.InRange(spectrum.Bounds[j], 1e-16 * spectrum.Values[0], 1e-12 * spectrum.Values[0]);
        }

        Assert.Equal(Net.Ntk().Diagonal(X).Average(), spectrum.Trace, 1e-12 * spectrum.Trace);
        Assert.Equal(spectrum.Trace, spectrum.Values.Sum(), 1e-12 * spectrum.Trace);
        Samples.Near(Net.Ntk().Gram(X), Rebuilt(spectrum), 1e-10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(149)]
    [InlineData(150)]
    public void The_leading_ones_are_the_first_of_all(int count)
    {
        var leading = Spectrum.Leading(Net.Ntk(), X, count);
        Assert.Equal(count, leading.Values.Count);
        Assert.Equal(count == 150, leading.IsComplete);
        Assert.InRange(leading.Products, 1, 60);
        Assert.Equal(All.Value.Trace, leading.Trace, 1e-12 * leading.Trace);
        for (var j = 0; j < count; j++)
        {
            Assert.Equal(All.Value.Values[j], leading.Values[j], 1e-10 * All.Value.Values[0]);
            Assert.True(Math.Abs(All.Value.Values[j] - leading.Values[j]) <= leading.Bounds[j] + All.Value.Bounds[j], $"bound of {j}");
            Assert.InRange(leading.Bounds[j], 0, 2e-10 * All.Value.Values[0]);
        }

        // Eigenvectors are orthonormal, and K v = n lambda v.
        var v = Wide(leading.Vectors);
        Assert.InRange((v * v.Transpose() - Matrix<double>.Build.DenseIdentity(count)).InfinityNorm(), 0, 1e-12 * count);
        var rest = v * Wide(Net.Ntk().Gram(X)) - Matrix<double>.Build.DenseOfDiagonalArray([.. leading.Values.Select(l => 150 * l)]) * v;
        Assert.InRange(rest.RowNorms(2).Maximum(), 0, 150 * 1.1e-10 * All.Value.Values[0]);
    }

    [Fact]
    public void Copies_of_an_eigenvalue_are_found_as_often_as_they_occur()
    {
        // A linear kernel on the 2 d corners +-e_i has the eigenvalue 1/d d times, and 0 as often.
        var corners = Matrix.Wrap([.. from i in Enumerable.Range(0, 12) from j in Enumerable.Range(0, 6) select i / 2 == j ? 1.0 - 2 * (i % 2) : 0.0], 12, 6);
        var kernel = Network.Parse("dense(w=2.4494897427831779)").Nngp();
        foreach (var spectrum in new[] { Spectrum.Of(kernel, corners), Spectrum.Leading(kernel, corners, 9) })
        {
            Assert.All(Enumerable.Range(0, 9), j => Assert.Equal(j < 6 ? 1.0 / 6 : 0, spectrum.Values[j], 1e-14));
        }

        Assert.Equal(double.PositiveInfinity, Spectrum.Of(kernel, corners).ConditionNumber);
        Assert.Equal(6, Spectrum.Of(kernel, corners).ParticipationRatio, 1e-12);
    }

    [Fact]
    public void A_seed_decides_the_start_and_hardly_the_result()
    {
        var (one, same, other) = (Leading(1), Leading(1), Leading(2));
        Assert.Equal(one.Values, same.Values);
        Assert.NotEqual(one.Values, other.Values);
        Assert.All(Enumerable.Range(0, 5), j => Assert.Equal(one.Values[j], other.Values[j], 1e-12));
        Spectrum Leading(long seed) => Spectrum.Leading(Net.Ntk(), X, 5, new() { Seed = seed });
    }

    [Fact]
    public void Numbers_of_a_spectrum_are_those_of_their_definitions()
    {
        var (spectrum, leading) = (All.Value, Spectrum.Leading(Net.Ntk(), X, 20));
        Assert.Equal(spectrum.Values[0] / spectrum.Values[^1], spectrum.ConditionNumber, 1e-12 * spectrum.ConditionNumber);
        Assert.Equal(Math.Pow(spectrum.Values.Sum(), 2) / spectrum.Values.Sum(v => v * v), spectrum.ParticipationRatio, 1e-12);
        foreach (var ridge in new[] { Ridge.Absolute(3), Ridge.Relative(1e-2), Ridge.Relative(10) })
        {
            var r = ridge.IsRelative ? ridge.Value * spectrum.Trace : ridge.Value;
            var k = Wide(Net.Ntk().Gram(X));
            var truth = (k * (k + r * Matrix<double>.Build.DenseIdentity(150)).Inverse()).Trace();
            var (least, most) = spectrum.EffectiveDimension(ridge);
            Assert.Equal(truth, least, 1e-9);
            Assert.Equal(least, most);
            var bounds = leading.EffectiveDimension(ridge);
            Assert.InRange(truth, bounds.Least - 1e-9, bounds.Most + 1e-9);
            Assert.InRange(bounds.Most - bounds.Least, 0, 0.7 * truth);
        }
    }

    [Fact]
    public void A_decay_is_the_line_through_the_logarithms()
    {
        var law = All.Value.Decay(3, 40);
        var (j, l) = (Enumerable.Range(3, 38).Select(k => Math.Log(k)).ToArray(), Enumerable.Range(3, 38).Select(k => Math.Log(All.Value.Values[k - 1])).ToArray());
        var (intercept, slope) = MathNet.Numerics.Fit.Line(j, l);
        Assert.Equal(-slope, law.Exponent, 1e-12);
        Assert.Equal(Math.Exp(intercept), law.Constant, 1e-12);
        var residuals = j.Zip(l, (x, y) => y - intercept - slope * x).Sum(e => e * e);
        Assert.Equal(Math.Sqrt(residuals / 36 / j.Sum(x => Math.Pow(x - j.Average(), 2))), law.StandardError, 1e-12);
        Assert.Equal((3, 40), (law.First, law.Last));
        Assert.Throws<ArgumentException>(() => All.Value.Decay(4, 4));
        Assert.Throws<ArgumentException>(() => All.Value.Decay(0, 4));
        Assert.Throws<ArgumentException>(() => All.Value.Decay(1, 151));
    }

    [Fact]
    public void An_alignment_is_that_of_its_formulas()
    {
        var alignment = All.Value.Align(Y, Ridge.Absolute(0.5));
        var (k, h) = (Wide(Net.Ntk().Gram(X)), Matrix<double>.Build.DenseIdentity(150) - 1.0 / 150);
        var centered = h * k * h;
        for (var c = 0; c < 2; c++)
        {
            var y = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.DenseOfArray(Y.Column(c));
            Assert.Equal(y * k * y / (y * y), alignment.RayleighQuotients[c], 1e-11);
            Assert.Equal(y * k * y / (y * y) / k.FrobeniusNorm(), alignment.Alignments[c], 1e-11);
            var z = h * y;
            Assert.Equal(z * centered * z / (z * z) / centered.FrobeniusNorm(), alignment.CenteredAlignments[c], 1e-11);
            Assert.Equal(y * (k + 0.5 * Matrix<double>.Build.DenseIdentity(150)).Solve(y), alignment.SquaredNorms[c], 1e-9);
            Assert.Equal(1, alignment.CumulativePower[149, c], 1e-12);

            // Cauchy and Schwarz: |y|_K^2 >= |y|^4/(y^T (K + r) y).
            Assert.True(alignment.SquaredNorms[c] >= Math.Pow(y * y, 2) / (y * k * y + 0.5 * (y * y)));
        }
    }

    [Fact]
    public void An_eigenvector_has_its_eigenvalue_and_all_of_them_the_trace()
    {
        var vectors = Matrix.Wrap(Wide(All.Value.Vectors).Transpose().ToRowMajorArray(), 150, 150);
        var alignment = All.Value.Align(vectors);
        Assert.All(Enumerable.Range(0, 150), j => Assert.Equal(150 * All.Value.Values[j], alignment.RayleighQuotients[j], 1e-10 * All.Value.Values[0]));
        Assert.Equal(150 * All.Value.Trace, alignment.RayleighQuotients.Sum(), 1e-9);
        Assert.Equal(1, alignment.Energies[7, 7], 1e-12);
    }

    [Fact]
    public void Targets_outside_the_kernel_have_no_finite_norm_and_constant_ones_no_centered_part()
    {
        var line = Matrix.Wrap([1, 2, 3, 4, 5], 5, 1);
        var spectrum = Spectrum.Of(Network.Parse("dense").Nngp(), line);
        var alignment = spectrum.Align(Matrix.Wrap([2, 1, 3, 4, 0, 3, 6, 0, 3, 8, 0, 3, 10, 0, 3], 5, 3));
        Assert.Equal(4, alignment.SquaredNorms[0], 1e-12);
        Assert.Equal(1, alignment.Alignments[0], 1e-12);
        Assert.Equal(1, alignment.CenteredAlignments[0], 1e-12);
        Assert.Equal(double.PositiveInfinity, alignment.SquaredNorms[1]);
        Assert.Equal(0, alignment.CenteredAlignments[2]);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Contains("at least 3 samples", Assert.Throws<ArgumentException>(() => Spectrum.Of(Net.Ntk(), X.SelectRows(0, 2))).Message);
        Assert.Contains("its trace is 0", Assert.Throws<ArgumentException>(() => Spectrum.Of(Network.Parse("dense relu").Nngp(), Matrix.Wrap(new double[4], 4, 1))).Message);
        Assert.Contains("its trace is 0", Assert.Throws<ArgumentException>(() => Spectrum.Leading(Network.Parse("dense relu").Nngp(), Matrix.Wrap(new double[4], 4, 1), 2)).Message);
        Assert.Contains("from 1 to 150", Assert.Throws<ArgumentOutOfRangeException>(() => Spectrum.Leading(Net.Ntk(), X, 0)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Spectrum.Leading(Net.Ntk(), X, 151));
        var failure = Assert.Throws<NotConvergedException>(() => Spectrum.Leading(Net.Ntk(), X, 10, new() { Products = 2, Tolerance = 1e-14 }));
        Assert.Equal(2, failure.Iterations);
        var leading = Spectrum.Leading(Net.Ntk(), X, 3);
        Assert.Contains("Spectrum.Of", Assert.Throws<InvalidOperationException>(() => leading.ConditionNumber).Message);
        Assert.Throws<InvalidOperationException>(() => leading.ParticipationRatio);
        Assert.Throws<InvalidOperationException>(() => leading.Align(Y));
        Assert.Throws<ArgumentException>(() => leading.EffectiveDimension(Ridge.Absolute(0)));
        Assert.Contains("150 samples", Assert.Throws<ArgumentException>(() => All.Value.Align(Y.SelectRows(0, 3))).Message);
        Assert.Contains("output 0", Assert.Throws<ArgumentException>(() => All.Value.Align(Matrix.Wrap(new double[150], 150, 1))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpectrumOptions { Tolerance = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpectrumOptions { Products = 0 });
        Assert.ThrowsAny<OperationCanceledException>(() => Spectrum.Leading(Net.Ntk(), X, 3, null, new(true)));
    }

    [Fact]
    public void Progress_ends_at_all_digits()
    {
        var seen = new List<double>();
        Spectrum.Leading(Net.Ntk(), X, 10, new() { Gram = new() { Progress = new Told(seen.Add) } });
        Assert.True(seen.Count > 1 && seen[^1] == 1);
    }

    private static Evd<double> Truth(Matrix x) => Wide(Net.Ntk().Gram(x)).Evd(Symmetricity.Symmetric);

    private static Matrix Rebuilt(Spectrum spectrum)
    {
        var v = Wide(spectrum.Vectors);
        var k = v.Transpose() * Matrix<double>.Build.DenseOfDiagonalArray([.. spectrum.Values.Select(l => spectrum.Count * l)]) * v;
        return Matrix.Wrap(k.ToRowMajorArray(), k.RowCount, k.ColumnCount);
    }

    private static Matrix<double> Wide(Matrix m) => Matrix<double>.Build.DenseOfRowMajor(m.Rows, m.Columns, m.Data);

    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }
}
