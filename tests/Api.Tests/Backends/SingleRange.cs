using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>Kernels at the ends of float32: right, or refused with the row, never a wrong number.</summary>
public class SingleRange
{
    private static readonly GramOptions Single = new() { Precision = Precision.Float32 };

    /// <summary>Kernels that are finite in float64 and beyond float32 at one row.</summary>
    public static TheoryData<string, double> TooLarge => new()
    {
        { "dense", 1e20 }, { "dense monomial(k=3)", 1e7 }, { "dense(w=1e15) relu dense", 1e10 }, { "dense exp dense", 14 },
        { "hadamard(dense, dense, dense) dense", 1e7 }, { "dense(w=1e10) relu dense(w=1e10) tanh dense(w=1e20)", 1 },
    };

    [Theory]
    [MemberData(nameof(TooLarge))]
    public void A_kernel_beyond_float32_is_refused_with_its_row(string network, double size)
    {
        var kernel = Network.Parse(network).Ntk();
        Matrix x = new[,] { { 1e-3 }, { size }, { -1e-3 } };
        foreach (var kind in Enum.GetValues<KernelKind>())
        {
            Assert.True(kernel.Of(kind).Gram(x)[1, 1] > float.MaxValue);
            var error = Assert.Throws<KernelUndefinedException>(() => kernel.Of(kind).Gram(x, Single));
            Assert.Contains("float32", error.Message);
            Assert.Contains($"row {error.Row} ", error.Message);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void The_row_is_the_one_whose_kernel_is_too_large()
    {
        var kernel = Network.Parse("dense monomial(k=3)").Ntk();
        foreach (var threads in new[] { 1, 4 })
        {
            var options = Single with { Threads = threads };
            Assert.Equal(2, Assert.Throws<KernelUndefinedException>(() => kernel.Gram(new[,] { { 1.0 }, { 2 }, { 1e7 }, { 3 } }, options: options)).Row);
            Assert.Equal(1, Assert.Throws<KernelUndefinedException>(() => kernel.Cross(new[,] { { 1.0 }, { 1e7 } }, new[,] { { 1e7 } }, options: options)).Row);
        }
    }

    [Fact]
    public void A_kernel_that_float64_does_not_hold_is_refused_in_float32_with_the_same_layer_and_row()
    {
        foreach (var (network, x) in new (string, double[,])[]
                 {
                     ("dense exp(b=2) dense", new[,] { { 1.0 }, { 30 }, { 0.5 } }),
                     ("hadamard(dense(w=1e100), dense(w=1e100)) dense", new[,] { { 0.0 }, { 1 } }),
                     ("dense relu dense", new[,] { { 1.0 }, { double.NaN } }),
                 })
        {
            var kernel = Network.Parse(network).Ntk();
            var wide = Assert.Throws<KernelUndefinedException>(() => kernel.Gram(x));
            var single = Assert.Throws<KernelUndefinedException>(() => kernel.Gram(x, options: Single));
            Assert.Equal((wide.Row, wide.Layer), (single.Row, single.Layer));
        }
    }

    [Theory]
    [InlineData("dense relu dense")]
    [InlineData("(dense(w=1.4) relu)^3 dense")]
    [InlineData("dense layer_norm relu dense")]
    [InlineData("dense gelu dense")]
    public void Rows_far_from_1_in_length_have_their_kernel(string network)
    {
        var kernel = Network.Parse(network).Ntk();
        double[][] rows = [[1, 2], [2, -1], [1.5, 1], [-1, 0.2]];
        double[] sizes = [1e-12, 1e-6, 1, 1e6, 1e15];
        var x = new Matrix(sizes.SelectMany(size => rows.Select(row => row.Select(v => size * v).ToArray())));
        foreach (var kind in Enum.GetValues<KernelKind>())
        {
            var (wide, single) = (kernel.Of(kind).Gram(x), kernel.Of(kind).Gram(x, Single));
            for (var i = 0; i < x.Rows; i++)
            {
                for (var j = 0; j < x.Rows; j++)
                {
                    var scale = Math.Sqrt(wide[i, i]) * Math.Sqrt(wide[j, j]);
                    Assert.True(Math.Abs(wide[i, j] - single[i, j]) <= 2e-6 * scale, $"{kind} ({i}, {j}): {single[i, j]:R}, not {wide[i, j]:R}");
                }
            }
        }
    }
}
