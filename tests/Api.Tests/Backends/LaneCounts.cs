using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>Which pairs take a lane of higher precision: those that need it, and no others.</summary>
public class LaneCounts
{
    private const string Relu = "(dense(w=1.4,b=0.1) relu)^3 dense";

    public static TheoryData<string> Networks => [.. BackendAgreement.Networks, "dense erf dense", "dense(w=0.5) rbf", "dense(b=0.3) selu dense"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Rows_in_general_position_take_none(string network)
    {
        // In 16 dimensions no two of these are within 0.3 of a line.
        var (x, other) = (Samples.Random(40, 16, 1), Samples.Random(30, 16, 2));
        foreach (var kind in Enum.GetValues<KernelKind>())
        {
            foreach (var precision in Enum.GetValues<Precision>())
            {
                Assert.Equal((40, 0, 0, 0), Of(Count(network, x, null, kind, precision)));
                Assert.Equal((0, 0, 0, 0), Of(Count(network, x, other, kind, precision)));
            }
        }
    }

    [Fact]
    public void Equal_rows_are_known_by_their_rows()
    {
        var x = With(Samples.Random(20, 16, 1), (3, 11, 1, 0), (4, 19, 1, 0));
        foreach (var precision in Enum.GetValues<Precision>())
        {
            Assert.Equal((22, 0, 0, 0), Of(Count(Relu, x, null, KernelKind.Ntk, precision)));
            Assert.Equal((24, 0, 0, 0), Of(Count(Relu, x, new Matrix(x.ToArray()), KernelKind.Ntk, precision)));
        }
    }

    [Fact]
    public void Zero_rows_are_equal()
    {
        var x = With(Samples.Random(20, 16, 1), (0, 5, 0, 0), (0, 9, 0, 0));
        foreach (var precision in Enum.GetValues<Precision>())
        {
            Assert.Equal((21, 0, 0, 0), Of(Count("dense relu dense", x, null, KernelKind.Ntk, precision)));
        }
    }

    [Theory]
    [InlineData(1, 1e-7)]
    [InlineData(-1, 1e-7)]
    [InlineData(2.5, 1e-7)]
    [InlineData(1, 1e-12)]
    public void Nearly_collinear_rows_go_to_double_double(double factor, double size)
    {
        var x = With(Samples.Random(20, 16, 1), (3, 11, factor, size), (4, 19, factor, size));
        Assert.Equal((20, 0, 2, 0), Of(Count("dense relu dense", x, null, KernelKind.Ntk, Precision.Float64)));
        Assert.Equal((20, 2, 2, 0), Of(Count("dense relu dense", x, null, KernelKind.Ntk, Precision.Float32)));
    }

    [Fact]
    public void Rows_that_only_float32_does_not_know_go_to_float64()
    {
        // An angle of about 1e-3: 1 - ρ is about 5e-7.
        var x = With(Samples.Random(20, 16, 1), (3, 11, 1, 1e-3), (4, 19, 3, 1e-3));
        Assert.Equal((20, 0, 0, 0), Of(Count(Relu, x, null, KernelKind.Ntk, Precision.Float64)));
        Assert.Equal((20, 2, 0, 0), Of(Count(Relu, x, null, KernelKind.Ntk, Precision.Float32)));
    }

    [Fact]
    public void Opposite_rows_whose_angle_a_bias_opens_need_no_lane()
    {
        // 1 - |ρ| of the inputs is 5e-7, that of the first layer above 1e-2.
        var x = With(Samples.Random(20, 16, 1), (3, 11, -1, 1e-3));
        foreach (var precision in Enum.GetValues<Precision>())
        {
            Assert.Equal((20, 0, 0, 0), Of(Count("dense(w=1.4,b=0.3) relu dense", x, null, KernelKind.Ntk, precision)));
        }
    }

    [Fact]
    public void A_kernel_without_angles_needs_no_lane()
    {
        var x = With(Samples.Random(20, 16, 1), (3, 11, -1, 1e-7), (4, 19, 3, 1e-12), (5, 7, 1, 0));
        foreach (var precision in Enum.GetValues<Precision>())
        {
            Assert.Equal((21, 0, 0, 0), Of(Count("hadamard(dense, dense) dense", x, null, KernelKind.Ntk, precision)));
        }
    }

    [Fact]
    public void A_series_that_is_too_long_becomes_a_quadrature()
    {
        // At standard deviations of about 15 tanh is nearly a step: 512 terms do not reach 2e-14 at ρ near 1.
        var x = With(Samples.Random(12, 16, 1), (3, 11, 1, 0.05), (4, 9, -1, 0.05));
        Assert.Equal((12, 0, 0, 2), Of(Count("dense(w=30) tanh", x, null, KernelKind.Ntk, Precision.Float64)));
    }

    [Fact]
    public void Threads_add_up_to_the_same_counts()
    {
        var x = With(Samples.Random(300, 16, 1), (3, 11, 1, 1e-7), (4, 290, 1, 0), (200, 250, 1, 1e-3));
        foreach (var precision in Enum.GetValues<Precision>())
        {
            var one = Of(Count(Relu, x, null, KernelKind.Ntk, precision, 1));
            Assert.Equal(precision == Precision.Float64 ? (301, 0, 1, 0) : (301, 2, 1, 0), one);
            Assert.Equal(one, Of(Count(Relu, x, null, KernelKind.Ntk, precision, 3)));
        }
    }

    private static Lanes Count(string network, Matrix x, Matrix? other, KernelKind kind, Precision precision, int threads = 2)
    {
        var lanes = new Lanes();
        var options = new GramOptions { Backend = Backends.Cpu, Lanes = lanes, Precision = precision, Threads = threads };
        var kernel = Network.Parse(network).Ntk();
        _ = other is null ? kernel.Of(kind).Gram(x, options) : kernel.Of(kind).Cross(x, other, options);
        return lanes;
    }

    private static (long Equal, long Double, long Exact, long Quadrature) Of(Lanes lanes) =>
        (lanes.Equal, lanes.Double, lanes.Exact, lanes.Quadrature);

    /// <summary>Row <c>To</c> becomes a multiple of row <c>From</c>, every number off by up to <c>Size</c> of itself.</summary>
    private static Matrix With(Matrix x, params (int From, int To, double Factor, double Size)[] plants)
    {
        foreach (var (from, to, factor, size) in plants)
        {
            var noise = Matrices.Random(1, x.Columns, 100 + to);
            for (var j = 0; j < x.Columns; j++)
            {
                x.Data[to * x.Columns + j] = factor * x.Data[from * x.Columns + j] * (1 + size * noise[j]);
            }
        }

        return x;
    }
}
