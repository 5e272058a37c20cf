using Xunit;

namespace HadamardNtk.Api.Tests.Networks;

/// <summary>A function of the user's against its twin, a network with the same function in closed form or by its word.</summary>
public class CustomActivationTests
{
    private const string Square = "let p = dense in hadamard(p abs, p) dense";

    private static readonly IReadOnlyDictionary<string, (Activation Own, string Twin)> Twins =
        new Dictionary<string, (Activation, string)>
        {
            ["tanh"] = (Activation.Custom("own", Math.Tanh, Sech2, parity: FunctionParity.Odd), "dense tanh dense"),
            ["tanh without derivative"] = (Activation.Custom("own", Math.Tanh), "dense tanh dense"),
            ["x|x|"] = (Activation.Custom("own", x => x * Math.Abs(x), x => 2 * Math.Abs(x), [0.0], FunctionParity.Odd), Square),
            ["x|x| without derivative"] = (Activation.Custom("own", x => x * Math.Abs(x), kinks: [0.0]), Square),
            ["relu without derivative"] = (Activation.Custom("own", x => Math.Max(x, 0), kinks: [0.0]), "dense relu dense"),
            ["sin without derivative"] = (Activation.Custom("own", Math.Sin, parity: FunctionParity.Odd), "dense sin dense"),
            ["cos(3x) without derivative"] = (Activation.Custom("own", x => Math.Cos(3 * x)), "dense cos(b=3) dense"),
            ["x^2, said to be even"] =
                (Activation.Custom("own", x => x * x, x => 2 * x, parity: FunctionParity.Even), "dense monomial(k=2) dense"),
        };

    public static TheoryData<string> Names => [.. Twins.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_kernel_of_a_custom_activation_keeps_the_stated_error_bound(string name)
    {
        var (own, twin) = Twins[name];
        Assert.InRange(own.ErrorBound, 1e-16, 1e-10);
        var kernel = Network.Input.Dense().Apply(own).Dense().Ntk();
        var closed = Network.Parse(twin).Ntk();
        foreach (var (x, other) in Pairs())
        {
            // Sigma is T; Theta = T + T' k with |k| <= sqrt(q q'): both errors are bounded against sqrt of the diagonals.
            var (value, truth) = (kernel.EvaluateBoth(x, other), closed.EvaluateBoth(x, other));
            var (row, column) = (closed.EvaluateBoth(x, x), closed.EvaluateBoth(other, other));
            Assert.Equal(truth.Nngp, value.Nngp, own.ErrorBound * Math.Sqrt(row.Nngp * column.Nngp));
            Assert.Equal(truth.Ntk, value.Ntk, own.ErrorBound * Math.Sqrt(row.Ntk * column.Ntk));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_derivative_that_is_not_given_is_found(string name)
    {
        var own = Twins[name].Own;
        foreach (var x in new[] { -3.0, -0.5, 0, 0.25, 2 })
        {
            var expected = name.Split(' ')[0].TrimEnd(',') switch
            {
                "tanh" => Sech2(x),
                "x|x|" => 2 * Math.Abs(x),
                "relu" => x > 0 ? 1 : x < 0 ? 0 : 0.5,
                "sin" => Math.Cos(x),
                "cos(3x)" => -3 * Math.Sin(3 * x),
                _ => 2 * x,
            };

            // At a kink the mean of both sides is meant; x|x| has slope 0 there, found from 1e-3 away on both sides.
            var tolerance = name.StartsWith("x|x| ") && x == 0 ? 2.1e-3 : own.ErrorBound;
            Assert.Equal(expected, own.EvaluateDerivative(x), tolerance);
        }
    }

    public static TheoryData<string> Undeclared => ["max(x, 0)", "|x|", "sign", "leaky"];

    [Theory]
    [MemberData(nameof(Undeclared))]
    public void Kinks_that_are_not_declared_are_found(string name)
    {
        var (own, twin) = name switch
        {
            "max(x, 0)" => (Activation.Custom("own", x => Math.Max(x, 0)), "dense relu dense"),
            "|x|" => (Activation.Custom("own", Math.Abs), "dense abs dense"),
            "sign" => (Activation.Custom("own", x => Math.Sign(x)), "dense sign dense"),
            _ => (Activation.Custom("own", x => x < 0 ? 0.1 * x : x), "dense leaky_relu(alpha=0.1) dense"),
        };
        var (kernel, closed) = (Network.Input.Dense().Apply(own).Dense().Ntk(), Network.Parse(twin).Ntk());
        foreach (var (x, other) in Pairs())
        {
            var (value, truth) = (kernel.EvaluateBoth(x, other), closed.EvaluateBoth(x, other));
            var (row, column) = (closed.EvaluateBoth(x, x), closed.EvaluateBoth(other, other));
            Assert.Equal(truth.Nngp, value.Nngp, own.ErrorBound * Math.Sqrt(row.Nngp * column.Nngp));
            Assert.Equal(truth.Ntk, value.Ntk, own.ErrorBound * Math.Sqrt(row.Ntk * column.Ntk));
        }
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "log", "m(" },
        { "sqrt", "m(-" },
        { "x^1.5", "m(-" },
        { "throws", "no such value" },
        { "false parity", "x = 0" },
        { "false derivative", "x = " },
        { "e^e^x", "x = 6.6" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_is_no_activation_is_refused_with_the_point(string name, string word)
    {
        var e = Assert.ThrowsAny<ArgumentException>(() => name switch
        {
            "log" => Activation.Custom("m", Math.Log),
            "sqrt" => Activation.Custom("m", Math.Sqrt),
            "x^1.5" => Activation.Custom("m", x => Math.Pow(x, 1.5)),
            "throws" => Activation.Custom("m", x => x > 2 ? throw new InvalidOperationException("no such value") : x),
            "false parity" => Activation.Custom("m", x => x + 1, parity: FunctionParity.Odd),
            "false derivative" => Activation.Custom("m", Math.Tanh, Math.Tanh),
            _ => Activation.Custom("m", x => Math.Exp(Math.Exp(x))),
        });
        Assert.Contains(word, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Growth_that_small_rows_bear_is_refused_for_great_ones()
    {
        var kernel = Network.Input.Dense().Apply(Activation.Custom("e^x^2", x => Math.Exp(x * x))).Dense().Ntk();
        var closed = Network.Parse("dense gaussian(b=1) dense").Ntk();
        double[] small = [0.1, 0.2], great = [3, 1];
        Assert.Equal(closed.EvaluateBoth(small, small).Nngp, kernel.EvaluateBoth(small, small).Nngp, 1e-11);
        Assert.Throws<KernelUndefinedException>(() => kernel.EvaluateBoth(great, great));
        Assert.Throws<KernelUndefinedException>(() => kernel.EvaluateBoth(small, great));
    }

    [Fact]
    public void Activations_one_after_the_other_are_one_function()
    {
        var own = Activation.Custom("own", x => Math.Cos(Math.Max(x, 0)));
        var chain = Network.Parse("dense relu cos dense").Ntk();
        var single = Network.Input.Dense().Apply(own).Dense().Ntk();
        var mixed = Network.Input.Dense().Apply(Activation.Custom("ramp", x => Math.Max(x, 0))).Apply(Activation.Cos()).Dense().Ntk();
        foreach (var (x, other) in Pairs())
        {
            var (expected, actual, third) = (single.EvaluateBoth(x, other), chain.EvaluateBoth(x, other), mixed.EvaluateBoth(x, other));
            Assert.Equal(expected.Nngp, actual.Nngp, 2e-11);
            Assert.Equal(expected.Nngp, third.Nngp, 2e-11);
            Assert.Equal(expected.Ntk, actual.Ntk, 1e-10 * (1 + expected.Ntk));
        }
    }

    [Fact]
    public void A_custom_activation_is_equal_to_itself_alone()
    {
        var (one, two) = (Activation.Custom("own", Math.Tanh), Activation.Custom("own", Math.Tanh));
        Assert.Equal(one, one);
        Assert.NotEqual(one, two);
        Assert.Equal(Network.Input.Dense().Apply(one), Network.Input.Dense().Apply(one));
        Assert.NotEqual(Network.Input.Dense().Apply(one), Network.Input.Dense().Apply(two));
    }

    [Fact]
    public void A_custom_activation_that_takes_a_word_of_the_notation_is_not_what_the_word_means()
    {
        var impostor = Network.Input.Dense().Apply(Activation.Custom("relu", Math.Tanh)).Dense();
        Assert.Equal("dense relu dense", impostor.ToString());
        Assert.NotEqual(Network.Parse("dense relu dense"), impostor);
    }

    [Fact]
    public void A_custom_activation_prints_its_name_and_evaluates()
    {
        var own = Activation.Custom("own", x => 2 * x + 1);
        Assert.Equal("own", own.ToString());
        Assert.Equal(7, own.Evaluate(3));
        Assert.Equal(2, own.EvaluateDerivative(3), own.ErrorBound);
        Assert.Contains("own", Network.Input.Dense().Apply(own).Explain().Tree.Select(line => line.Text));
    }

    [Fact]
    public void Activations_without_a_closed_form_state_their_bound()
    {
        Assert.Equal(1e-12, Activation.Tanh.ErrorBound);
        Assert.Equal(1e-12, Activation.Mish.ErrorBound);
        Assert.Equal(0, Activation.Relu.ErrorBound);
        Assert.Equal(0, Activation.Polynomial(1, 2).ErrorBound);
    }

    [Theory]
    [InlineData("leaky_relu(alpha=0.2)", -2.0, -0.4, 0.2)]
    [InlineData("abs", 0.0, 0.0, 0.0)]
    [InlineData("sign", 0.0, 0.0, 0.0)]
    [InlineData("erf(a=2,c=1)", 0.0, 1.0, 2.2567583341910251)]
    [InlineData("monomial(k=3)", 2.0, 8.0, 12.0)]
    [InlineData("elu", 0.0, 0.0, 1.0)]
    [InlineData("sigmoid", 0.0, 0.5, 0.25)]
    public void An_activation_evaluates_as_its_formula_says(string text, double x, double value, double slope)
    {
        var known = NetworkTable.Activations.Values.Select(build => build()).Append(Activation.Erf(2, 1, 1));
        var activation = known.Single(a => a.ToString() == text);
        Assert.Equal(value, activation.Evaluate(x), 1e-14);
        Assert.Equal(slope, activation.EvaluateDerivative(x), 1e-14);
    }

    private static double Sech2(double x) => 1 / (Math.Cosh(x) * Math.Cosh(x));

    /// <summary>Pairs with x.x/d in {0.01, 1, 4} and cosines from -1 to 1.</summary>
    private static IEnumerable<(double[] X, double[] Other)> Pairs() =>
        from q in new[] { 0.01, 1, 4 }
        from ratio in new[] { 0.5, 1 }
        from rho in new[] { -1, -0.5, 0, 0.3, 0.9, 1 }
        let size = Math.Sqrt(2 * q)
        select (new[] { size, 0 }, new[] { ratio * size * rho, ratio * size * Math.Sqrt(1 - rho * rho) });
}
