using Xunit;

namespace HadamardNtk.Cli.Tests;

public class TroublesomeNumberTests : CommandLine
{
    public TroublesomeNumberTests()
    {
        Put("x.csv", "2,0\n2,2\n");
        Put("y.csv", "1\n2\n");
    }

    [Theory]
    [InlineData("1,5")]
    [InlineData("1,000")]
    public void A_comma_in_a_ridge_is_refused_and_not_dropped(string ridge) =>
        Fails(2, ["fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--ridge", ridge, "--model", "m"], "--ridge", ridge);

    [Theory]
    [InlineData("--ridge", "much")]
    [InlineData("--threads", "many")]
    public void A_number_that_is_none_is_answered_without_names_of_types(string option, string value)
    {
        var said = Fails(2, ["fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--model", "m", option, value], option, value);
        Assert.DoesNotContain("System.", said);
    }

    /// <summary>In float64 a factorization may leave a pivot of 1e-16 where it should be 0, of either sign.</summary>
    [Theory]
    [InlineData("dense relu dense")]
    [InlineData(Relu)]
    [InlineData("dense erf dense")]
    public void Duplicate_rows_without_a_ridge_fail_with_the_leading_minor_named(string net)
    {
        Put("twice.npy", new double[,] { { 0.3, 0.7, 0.1 }, { 0.2, 0.5, 0.9 }, { 0.3, 0.7, 0.1 } });
        Put("y3.csv", "1\n2\n3\n");
        Fails(1, ["fit", "--net", net, "--x", "twice.npy", "--y", "y3.csv", "--ridge", "0", "--model", "m"], "leading minor of order 3", "ridge");
        Put("pair.csv", "1,2\n1,2\n");
        Fails(1, ["fit", "--net", net, "--x", "pair.csv", "--y", "y.csv", "--ridge", "0", "--model", "m"], "leading minor of order 2", "ridge");
    }

    /// <summary>
    /// At a variance of 1e40 softplus is relu, and tanh is the sign with a derivative of integral 2, of whose square the
    /// integral is 4/3; what is left is 1e-20 of the kernel.
    /// </summary>
    [Fact]
    public void Activations_without_a_closed_form_have_their_limits_at_great_variances()
    {
        Put("big.csv", "1e20,2e19\n3e20,1e20\n");
        Npy Gram(string activation)
        {
            Run("gram", "--net", $"dense {activation} dense", "--x", "big.csv", "--out", "K.npy").Succeeded();
            return Read("K.npy");
        }

        Gram("softplus").IsNear(Gram("relu"), 1e-12);
        var (tanh, angle) = (Gram("tanh"), Math.Atan(1.0 / 3) - Math.Atan(0.2));
        var off = 2 / Math.PI * (Math.PI / 2 - angle + 1 / Math.Tan(angle));
        double Self(double variance) => 1 + Math.Sqrt(variance / (2 * Math.PI)) * 4 / 3;
        double[] expected = [Self(0.52e40), off, off, Self(5e40)];
        Numbers.Near([1, 1, 1, 1], tanh.Values.Select((v, k) => v / expected[k]), 1e-9);
    }

    /// <summary>
    /// With k = x.x'/d a ccp of degree N has the NNGP kernel S = k (k+1)^(N-1), and an ncp with skips the same; the tangent
    /// kernel of the products is T = S + (N-1) k^2 (k+1)^(N-2) with a ccp, and T_N = 2 k S_(N-1) + (k+1) T_(N-1) with an ncp.
    /// A dense that reads out makes S + T of them. N products cost N roundings, 6e-14 of the kernel at 250.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(250)]
    public void Every_degree_that_the_notation_takes_has_its_kernel(int degree)
    {
        double[] products = [2, 2, 2, 4];
        double Ccp(double k) => (2 * k * Math.Pow(k + 1, degree - 1)) + ((degree - 1) * k * k * Math.Pow(k + 1, degree - 2));
        double Ncp(double k)
        {
            var (s, t) = (k, k);
            for (var n = 2; n <= degree; n++)
            {
                (s, t) = (s * (k + 1), (2 * k * s) + ((k + 1) * t));
            }

            return s + t;
        }

        foreach (var (word, kernel) in new[] { ("ccp(degree={0}) dense", Ccp), ("ncp(degree={0},skip=true) dense", (Func<double, double>)Ncp) })
        {
            Run("gram", "--net", string.Format(word, degree), "--x", "x.csv", "--out", "K.npy").Succeeded();
            Numbers.Near([1, 1, 1, 1], Read("K.npy").Values.Select((v, k) => v / kernel(products[k])), 1e-12);
        }
    }
}
