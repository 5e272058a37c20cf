using HadamardNtk.Core;
using TorchSharp;
using static TorchSharp.torch.nn;
using Scalar = TorchSharp.Scalar;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// The activations of the notation on tensors. Autograd has their derivatives. At a kink it takes that of TorchSharp's
/// own function (0 for relu at 0), where the finite reading takes the mean of both sides.
/// </summary>
internal static class TensorActivation
{
    /// <summary>The function φ, entry by entry.</summary>
    /// <exception cref="NotSupportedException">φ is a function of the user.</exception>
    internal static Func<Tensor, Tensor> Of(Core.Activation phi)
    {
        if (!phi.Origin.IsWord)
        {
            throw new NotSupportedException(
                $"Expected an activation of the notation; '{phi}' is a function of your own, which has no tensor form. "
                + "Read the network by FiniteNetwork instead.");
        }

        return phi.Form switch
        {
            Form.Polynomial form => Polynomial([.. form.Item]),
            Form.Kinked form => Kinked(form.a, form.b, form.k),
            _ => Named(phi.Name, Catalogue.optionValues(phi).SelectMany(option => option.Item2).ToArray()),
        };
    }

    /// <summary>log(1 + e^x), with all digits of float64.</summary>
    internal static Tensor Softplus(Tensor x) => x.logaddexp(torch.zeros_like(x));

    /// <summary>
    /// x above 0 and e^x − 1 below. TorchSharp's own functions of a parameter create scalars that the garbage collector
    /// may free during the call.
    /// </summary>
    private static Tensor ExponentialUnit(Tensor x)
    {
        var zeros = torch.zeros_like(x);
        return x.maximum(zeros).add(x.minimum(zeros).expm1(), Held.One);
    }

    private static Func<Tensor, Tensor> Named(string word, double[] option) => (word, option) switch
    {
        ("gelu", []) => functional.gelu,
        ("tanh", []) => x => x.tanh(),
        ("sigmoid", []) => x => x.sigmoid(),
        ("softplus", []) => Softplus,
        ("swish", []) => x => functional.silu(x),
        ("mish", []) => x => x.mul(Softplus(x).tanh()),
        ("elu", []) => ExponentialUnit,
        ("selu", []) => x => functional.selu(x),
        ("sigmoid_like", []) => Affine(Catalogue.sigmoidLikeWidth, 0, x => x.erf(), 0.5, 0.5),
        ("erf", [var a, var b, var c]) => Affine(b, 0, x => x.erf(), a, c),
        ("sin", [var a, var b, var c]) => Affine(b, c, x => x.sin(), a, 0),
        ("cos", [var a, var b, var c]) => Affine(b, c, x => x.cos(), a, 0),
        ("rbf", [var gamma]) => Affine(Math.Sqrt(2 * gamma), Math.PI / 4, x => x.sin(), Math.Sqrt(2), 0),
        ("exp", [var a, var b]) => Affine(b, 0, x => x.exp(), a, 0),
        ("gaussian", [var a, var b]) => Gaussian(a, b),
        _ => throw new NotSupportedException($"Expected an activation with a tensor form, not '{word}'."),
    };

    /// <summary>outer f(inner x + phase) + offset.</summary>
    private static Func<Tensor, Tensor> Affine(
        double inner, double phase, Func<Tensor, Tensor> f, double outer, double offset)
    {
        var (into, shift) = (Times(inner), Plus(phase));
        var (from, add) = (Times(outer), Plus(offset));
        return x => add(from(f(shift(into(x)))));
    }

    /// <summary>a e^(b x²).</summary>
    private static Func<Tensor, Tensor> Gaussian(double a, double b)
    {
        var (inner, outer) = (Times(b), Times(a));
        return x => outer(inner(x).mul(x).exp());
    }

    /// <summary>a x^k for x below 0, b x^k above, and the mean of both sides at 0.</summary>
    private static Func<Tensor, Tensor> Kinked(double a, double b, int k)
    {
        if (k == 0)
        {
            var (half, middle) = (Times((b - a) / 2), Plus((a + b) / 2));
            return x => middle(half(x.sign()));
        }

        if (k == 1 && a == -b)
        {
            var abs = Times(b);
            return x => abs(x.abs());
        }

        // Below 0, x^k is (-1)^k relu(-x)^k.
        var (left, right) = (Times(k % 2 == 0 ? a : -a), Times(b));
        var power = Power(k);
        Tensor Right(Tensor x) => right(power(functional.relu(x)));
        Tensor Left(Tensor x) => left(power(functional.relu(x.neg())));
        return a == 0 ? Right : b == 0 ? Left : x => Right(x).add(Left(x), Held.One);
    }

    private static Func<Tensor, Tensor> Power(int k)
    {
        Scalar exponent = (double)k;
        return k == 1 ? x => x : x => x.pow(exponent);
    }

    /// <summary>c0 + c1 x + c2 x² + …, by Horner's scheme.</summary>
    private static Func<Tensor, Tensor> Polynomial(double[] c)
    {
        var degree = Math.Max(Array.FindLastIndex(c, v => v != 0), 0);
        if (degree > 0 && c[..degree].All(v => v == 0))
        {
            var (factor, power) = (Times(c[degree]), Power(degree));
            return x => factor(power(x));
        }

        var leading = Times(c.ElementAtOrDefault(degree), always: true);
        var others = c.Take(degree).Reverse().Select(v => Plus(v)).ToArray();
        return others.Length == 0
            ? Constant(c.ElementAtOrDefault(0))
            : x => others[1..].Aggregate(others[0](leading(x)), (sum, add) => add(sum.mul(x)));
    }

    // The graph is kept, so that the derivative is 0 and not missing.
    private static Func<Tensor, Tensor> Constant(double c)
    {
        var (nothing, add) = (Times(0, always: true), Plus(c));
        return x => add(nothing(x));
    }

    private static Func<Tensor, Tensor> Times(double factor, bool always = false)
    {
        Scalar held = factor;
        return factor == 1 && !always ? x => x : x => x.mul(held);
    }

    private static Func<Tensor, Tensor> Plus(double term)
    {
        Scalar held = term;
        return term == 0 ? x => x : x => x.add(held, Held.One);
    }
}
