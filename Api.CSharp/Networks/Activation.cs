using HadamardNtk.Core;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>The behavior of a function under x → −x.</summary>
public enum FunctionParity
{
    /// <summary>The function is neither odd nor even.</summary>
    Neither,

    /// <summary>f(−x) = −f(x).</summary>
    Odd,

    /// <summary>f(−x) = f(x).</summary>
    Even,
}

/// <summary>
/// A pointwise nonlinearity φ. It is immutable. Two are equal if they are the same function with the same options.
/// </summary>
/// <example><code>
/// var hat = Activation.Custom("hat", x => Math.Max(0, 1 - Math.Abs(x)), kinks: [-1, 0, 1]);
/// var network = Network.Input.Dense().Apply(hat).Dense();
/// </code></example>
public sealed class Activation : IEquatable<Activation>
{
    internal Activation(Core.Activation core) => Core = core;

    internal Core.Activation Core { get; }

    /// <summary>The name: the word of the notation, or the name that was given to <see cref="Custom"/>.</summary>
    public string Name => Core.Name;

    /// <summary>max(x, 0).</summary>
    public static Activation Relu { get; } = Named("relu");

    /// <summary>|x|.</summary>
    public static Activation Abs { get; } = Named("abs");

    /// <summary>The sign of x, 0 at 0.</summary>
    public static Activation Sign { get; } = Named("sign");

    /// <summary>x Φ(x), Φ the standard normal distribution function.</summary>
    public static Activation Gelu { get; } = Named("gelu");

    /// <summary>tanh(x).</summary>
    public static Activation Tanh { get; } = Named("tanh");

    /// <summary>1/(1 + e^−x).</summary>
    public static Activation Sigmoid { get; } = Named("sigmoid");

    /// <summary>1/2 + erf(x/2.4020563531719796)/2.</summary>
    public static Activation SigmoidLike { get; } = Named("sigmoid_like");

    /// <summary>log(1 + e^x).</summary>
    public static Activation Softplus { get; } = Named("softplus");

    /// <summary>x/(1 + e^−x).</summary>
    public static Activation Swish { get; } = Named("swish");

    /// <summary>x for x ≥ 0, e^x − 1 below.</summary>
    public static Activation Elu { get; } = Named("elu");

    /// <summary>The scaled elu of self-normalizing networks.</summary>
    public static Activation Selu { get; } = Named("selu");

    /// <summary>x tanh(log(1 + e^x)).</summary>
    public static Activation Mish { get; } = Named("mish");

    /// <summary>max(x, 0) + α min(x, 0).</summary>
    /// <param name="alpha">α, the slope below 0; 0.01 unless given.</param>
    /// <exception cref="ArgumentException">An option is not a finite number.</exception>
    public static Activation LeakyRelu(double alpha = 0.01) => Named("leaky_relu", ("alpha", alpha));

    /// <summary>a min(x, 0) + b max(x, 0).</summary>
    /// <param name="a">a, the slope below 0.</param>
    /// <param name="b">b, the slope above 0.</param>
    /// <exception cref="ArgumentException">An option is not a finite number.</exception>
    public static Activation AbRelu(double a = 0, double b = 1) => Named("abrelu", ("a", a), ("b", b));

    /// <summary>a erf(b x) + c.</summary>
    /// <param name="a">a, the factor of the value.</param>
    /// <param name="b">b, the factor of x.</param>
    /// <param name="c">c, what is added to the value.</param>
    /// <exception cref="ArgumentException">An option is not a finite number.</exception>
    public static Activation Erf(double a = 1, double b = 1, double c = 0) =>
        Named("erf", ("a", a), ("b", b), ("c", c));

    /// <summary>a sin(b x + c).</summary>
    /// <param name="a">a, the factor of the value.</param>
    /// <param name="b">b, the factor of x.</param>
    /// <param name="c">c, what is added to b x.</param>
    /// <exception cref="ArgumentException">An option is not a finite number.</exception>
    public static Activation Sin(double a = 1, double b = 1, double c = 0) =>
        Named("sin", ("a", a), ("b", b), ("c", c));

    /// <summary>a cos(b x + c).</summary>
    /// <param name="a">a, the factor of the value.</param>
    /// <param name="b">b, the factor of x.</param>
    /// <param name="c">c, what is added to b x.</param>
    /// <exception cref="ArgumentException">An option is not a finite number.</exception>
    public static Activation Cos(double a = 1, double b = 1, double c = 0) =>
        Named("cos", ("a", a), ("b", b), ("c", c));

    /// <summary>√2 sin(√(2γ) x + π/4), whose NNGP kernel is the RBF kernel exp(−γ (q1 + q2 − 2c)).</summary>
    /// <param name="gamma">γ, positive.</param>
    /// <exception cref="ArgumentException">γ is not a positive number.</exception>
    public static Activation Rbf(double gamma = 1) => Named("rbf", ("gamma", gamma));

    /// <summary>a e^(b x).</summary>
    /// <param name="a">a, the factor of the value.</param>
    /// <param name="b">b, the factor of x.</param>
    /// <exception cref="ArgumentException">An option is not a finite number.</exception>
    public static Activation Exp(double a = 1, double b = 1) => Named("exp", ("a", a), ("b", b));

    /// <summary>
    /// a e^(b x²). Its kernel is defined for 1 − 4 b q &gt; 0, where q is the second moment it acts on.
    /// </summary>
    /// <param name="a">a, the factor of the value.</param>
    /// <param name="b">b, the factor of x²; −1 unless given.</param>
    /// <exception cref="ArgumentException">An option is not a finite number.</exception>
    public static Activation Gaussian(double a = 1, double b = -1) => Named("gaussian", ("a", a), ("b", b));

    /// <summary>x^k, k = 0..30.</summary>
    /// <param name="k">k, the power.</param>
    /// <exception cref="ArgumentException">The power is not from 0 to 30.</exception>
    public static Activation Monomial(int k) => Named("monomial", ("k", k));

    /// <summary>x^k for x &gt; 0 and 0 below, k = 0..5.</summary>
    /// <param name="k">k, the power; 1 is relu.</param>
    /// <exception cref="ArgumentException">The power is not from 0 to 5.</exception>
    public static Activation RectifiedMonomial(int k) => Named("rectified_monomial", ("k", k));

    /// <summary>He_k(x)/√k!, k = 0..30.</summary>
    /// <param name="k">k, the degree.</param>
    /// <exception cref="ArgumentException">The degree is not from 0 to 30.</exception>
    public static Activation Hermite(int k) => Named("hermite", ("k", k));

    /// <summary>c0 + c1 x + c2 x² + …</summary>
    /// <param name="coefficients">c0, c1, c2, …, by ascending powers.</param>
    /// <exception cref="ArgumentException">
    /// There is no coefficient, there are more than the notation takes, or one is not finite.
    /// </exception>
    public static Activation Polynomial(params double[] coefficients)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        return new(Catalogue.activation("polynomial", ListModule.OfSeq([Given("c", coefficients)])));
    }

    /// <summary>
    /// A function of your own. Its dual activation E φ(u)φ(v) comes from Hermite series and quadrature, with the
    /// relative error <see cref="ErrorBound"/>. The kernel is refused at a row whose variance does not allow this
    /// error.
    /// </summary>
    /// <param name="name">The name of the function in messages. It is no word of the notation.</param>
    /// <param name="phi">
    /// φ, a number for every x in [−16, 16], which is piecewise analytic and grows no faster than e^(b x²). It is
    /// called many times, by several threads. Features narrower than 0.0005 are not seen unless they are declared by
    /// kinks.
    /// </param>
    /// <param name="derivative">
    /// φ′, the mean of both sides at kinks. It is found by interpolation if it is null.
    /// </param>
    /// <param name="kinks">
    /// The points at which φ or a derivative of it jumps. Other kinks are searched for and found.
    /// </param>
    /// <param name="parity">The behavior of φ under x → −x, which is checked.</param>
    /// <exception cref="ArgumentException">
    /// φ fails, is not a number, has two values or cannot be resolved at a point, which the message names. Or φ has
    /// another parity or derivative there.
    /// </exception>
    public static Activation Custom(
        string name,
        Func<double, double> phi,
        Func<double, double>? derivative = null,
        IEnumerable<double>? kinks = null,
        FunctionParity parity = FunctionParity.Neither)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(phi);
        var slope = derivative is null
            ? FSharpOption<FSharpFunc<double, double>>.None
            : FSharpOption<FSharpFunc<double, double>>.Some(FuncConvert.FromFunc(derivative));
        var own = parity switch
        {
            FunctionParity.Odd => Parity.Odd,
            FunctionParity.Even => Parity.Even,
            _ => Parity.Neither,
        };
        return new(ActivationModule.custom(name, FuncConvert.FromFunc(phi), slope, ListModule.OfSeq(kinks ?? []), own));
    }

    /// <summary>
    /// The error of the dual activation, relative to √(T(x,x) T(x′,x′)). It is 0 for closed forms, which are exact to
    /// rounding.
    /// </summary>
    public double ErrorBound => Core.Dual.Value.IsExpect ? Math.Max(Core.Function.Bound, Core.Derivative.Bound) : 0;

    /// <summary>φ(x).</summary>
    /// <param name="x">x, any number.</param>
    public double Evaluate(double x) => Core.Function.Apply.Invoke(x);

    /// <summary>φ′(x).</summary>
    /// <param name="x">x, any number; at a kink φ′ is the mean of both sides.</param>
    public double EvaluateDerivative(double x) => Core.Derivative.Apply.Invoke(x);

    /// <inheritdoc/>
    public bool Equals(Activation? other) => other is not null && Core.Equals(other.Core);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Activation);

    /// <inheritdoc/>
    public override int GetHashCode() => Core.GetHashCode();

    /// <summary>The activation in the notation.</summary>
    public override string ToString() => Core.ToString();

    private static Tuple<string, FSharpList<double>> Given(string key, IEnumerable<double> values) =>
        Tuple.Create(key, ListModule.OfSeq(values));

    private static Activation Named(string word, params (string Key, double Value)[] options) =>
        new(Catalogue.activation(word, ListModule.OfSeq(options.Select(o => Given(o.Key, [o.Value])))));
}
