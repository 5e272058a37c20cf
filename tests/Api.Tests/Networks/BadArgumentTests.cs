using Xunit;

namespace HadamardNtk.Api.Tests.Networks;

public class BadArgumentTests
{
    private static readonly Network Dense = Network.Input.Dense();

    public static readonly IReadOnlyDictionary<string, Action> Refused = new Dictionary<string, Action>
    {
        ["dense w NaN"] = () => Network.Input.Dense(double.NaN),
        ["dense w infinite"] = () => Network.Input.Dense(double.PositiveInfinity),
        ["dense b NaN"] = () => Network.Input.Dense(1, double.NaN),
        ["dense width 0"] = () => Network.Input.Dense(width: 0),
        ["dense width -1"] = () => Network.Input.Dense(width: -1),
        ["constant infinite"] = () => Network.Constant(double.NegativeInfinity),
        ["layer_norm -1"] = () => Dense.LayerNorm(-1),
        ["layer_norm NaN"] = () => Dense.LayerNorm(double.NaN),
        ["bottleneck 0"] = () => Dense.Bottleneck(0),
        ["repeat 0"] = () => Dense.Repeat(0),
        ["repeat too often"] = () => Dense.Repeat(1_000_000),
        ["repeat of a name from outside"] = () => Network.Name("p").Dense().Repeat(2),
        ["empty sum"] = () => Network.Sum(),
        ["empty hadamard"] = () => Network.Hadamard(),
        ["empty concat"] = () => Network.Concat(),
        ["concat with a weight missing"] = () => Network.Concat([1.0], Dense, Dense),
        ["concat with weight 0"] = () => Network.Concat([1.0, 0], Dense, Dense),
        ["concat with weight -1"] = () => Network.Concat([1.0, -1], Dense, Dense),
        ["concat with weight NaN"] = () => Network.Concat([1.0, double.NaN], Dense, Dense),
        ["ccp 0"] = () => Network.Ccp(0),
        ["ccp 251"] = () => Network.Ccp(251),
        ["ncp 0"] = () => Network.Ncp(0),
        ["ncp w NaN"] = () => Network.Ncp(2, double.NaN),
        ["myrtle 6"] = () => Network.Input.Myrtle(6),
        ["gntk 0"] = () => Network.Input.Gntk(0),
        ["gntk with 251 layers"] = () => Network.Input.Gntk(2, 251),
        ["gntk with weights of no name"] = () => Network.Input.Gntk(2, 1, (NeighborWeights)7),
        ["a word as a name"] = () => Network.Name("relu"),
        ["a digit first in a name"] = () => Network.Name("1p"),
        ["an empty name"] = () => Network.Name(""),
        ["a name in its own scope"] = () => Network.Let("p", Dense, p => Network.Let("p", p, q => q)),
        ["a custom activation without a name"] = () => Activation.Custom(" ", Math.Tanh),
        ["nested too deep"] = () => Enumerable.Range(0, 1001).Aggregate(Dense, (n, _) => Network.Sum(n, Dense)),
        ["ridge -1"] = () => Ridge.Absolute(-1),
        ["ridge NaN"] = () => Ridge.Relative(double.NaN),
        ["ridge infinite"] = () => Ridge.Relative(double.PositiveInfinity),
        ["0 threads"] = () => _ = new GramOptions { Threads = 0 },
        ["no such backend"] = () => Backends.Find("abacus"),
    };

    public static readonly IReadOnlyDictionary<string, Action> Missing = new Dictionary<string, Action>
    {
        ["activation"] = () => Dense.Apply(null!),
        ["next"] = () => Dense.Then(null!),
        ["networks"] = () => Network.Sum(null!),
        ["definition"] = () => Network.Let("p", null!, p => p),
        ["body"] = () => Network.Let("p", Dense, null!),
        ["name"] = () => Activation.Custom(null!, Math.Tanh),
        ["phi"] = () => Activation.Custom("mine", null!),
        ["coefficients"] = () => Activation.Polynomial(null!),
    };

    public static TheoryData<string> RefusedNames => [.. Refused.Keys];

    public static TheoryData<string> MissingNames => [.. Missing.Keys];

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void A_bad_argument_is_refused_when_it_is_given(string what)
    {
        var error = Assert.ThrowsAny<ArgumentException>(Refused[what]);
        Assert.NotEqual("", error.Message);
    }

    [Theory]
    [MemberData(nameof(MissingNames))]
    public void A_missing_argument_is_named(string name) => Assert.Throws<ArgumentNullException>(name, Missing[name]);
}
