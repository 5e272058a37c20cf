namespace HadamardNtk.Api.Tests.Networks;

/// <summary>Every layer and activation as canonical text and as the calls that build it.</summary>
internal static class NetworkTable
{
    private static Network Dense => Network.Input.Dense();

    internal static readonly IReadOnlyDictionary<string, Func<Network>> Layers = new Dictionary<string, Func<Network>>
    {
        ["identity"] = () => Network.Input,
        ["dense"] = () => Network.Input.Dense(),
        ["dense(w=1.5,b=0.25)"] = () => Network.Input.Dense(1.5, 0.25),
        ["dense(w=0.1)"] = () => Network.Input.Dense(0.1),
        ["dense(w=-2.5e-07)"] = () => Network.Input.Dense(-2.5e-7),
        ["dense(b=0.3,width=64,param=standard,trained=false)"] = () =>
            Network.Input.Dense(bias: 0.3, width: 64, parameterization: WeightParameterization.Standard, trained: false),
        ["constant"] = () => Network.Constant(),
        ["constant(c=-0.5)"] = () => Network.Constant(-0.5),
        ["sum(dense, identity)"] = () => Network.Sum(Dense, Network.Input),
        ["hadamard(dense, dense relu)"] = () => Network.Hadamard(Dense, Dense.Relu()),
        ["concat(dense, dense erf)"] = () => Network.Concat(Dense, Dense.Erf()),
        ["concat(dense, dense erf, weights=1:3)"] = () => Network.Concat([1.0, 3.0], Dense, Dense.Erf()),
        ["dense layer_norm relu"] = () => Dense.LayerNorm().Relu(),
        ["dense layer_norm(eps=0.001)"] = () => Dense.LayerNorm(1e-3),
        ["dense bottleneck(width=3) dense"] = () => Dense.Bottleneck(3).Dense(),
        ["(dense(w=1.5) relu)^3 dense"] = () => Network.Input.Dense(1.5).Relu().Repeat(3).Dense(),
        ["dense gelu dense tanh"] = () => Dense.Gelu().Dense().Tanh(),
        ["image(4x5x3) patches flatten"] = () => Network.Input.Image(4, 5, 3).Patches().Flatten(),
        ["sequence(8x2) patches(k=2,stride=2,pad=circular) global_avg_pool"] = () => Network.Input.Sequence(8, 2)
            .Patches(new Window(2) { Stride = [2], Padding = WindowPadding.Circular }).GlobalAveragePool(),
        ["take(0:60) image(4x5x3) avg_pool sum_pool(k=2x1,stride=1,pad=same) global_sum_pool"] = () => Network.Input.Take(0, 60)
            .Image(4, 5, 3).AveragePool().SumPool(new Window(2, 1) { Stride = [1], Padding = WindowPadding.Same }).GlobalSumPool(),
        ["aggregate dense aggregate(kind=mean) global_sum_pool"] = () =>
            Network.Input.Aggregate().Dense().Aggregate(NeighborWeights.Mean).GlobalSumPool(),
        ["image(4x4x1) self_attention(wq=0.5,wk=2,wv=3,wo=4,b=0.1) flatten"] = () =>
            Network.Input.Image(4, 4, 1).SelfAttention(0.5, 2, 3, 4, 0.1).Flatten(),
        ["image(4x4x1) self_attention(wv=2,kind=identity,scaling=root) global_avg_pool"] = () => Network.Input.Image(4, 4, 1)
            .SelfAttention(value: 2, weights: AttentionWeights.Identity, scaling: ScoreScaling.Root).GlobalAveragePool(),
        ["let p = dense in sum(hadamard(dense, p dense), p)"] = () =>
            Network.Let("p", Dense, p => Network.Sum(Network.Hadamard(Dense, p.Dense()), p)),
        ["(let q = dense in hadamard(q, q)) dense relu"] = () =>
            Network.Let("q", Dense, q => Network.Hadamard(q, q)).Dense().Relu(),
    };

    /// <summary>Words that the printer writes out in full: their text reads as what they stand for.</summary>
    internal static readonly IReadOnlyDictionary<string, Func<Network>> Written = new Dictionary<string, Func<Network>>
    {
        ["ccp(degree=3)"] = () => Network.Ccp(3),
        ["ccp(degree=2,w=1.5,b=0.5,act=relu)"] = () => Network.Ccp(2, 1.5, 0.5, Activation.Relu),
        ["ncp(degree=3,w=0.5,b=0.25)"] = () => Network.Ncp(3, 0.5, 0.25),
        ["ncp(degree=3,act=erf,skip=true)"] = () => Network.Ncp(3, activation: Activation.Erf(), skip: true),
        ["dense(w=1,b=0)"] = () => Dense,
        ["image(4x5x3) conv conv(k=5x1,stride=2,pad=valid,w=1.5,b=0.5,width=8) flatten"] = () => Network.Input.Image(4, 5, 3).Conv()
            .Conv(new Window(5, 1) { Stride = [2], Padding = WindowPadding.Valid }, 1.5, 0.5, 8).Flatten(),
        ["image(32x32x3) myrtle(5) dense"] = () => Network.Input.Image(32, 32, 3).Myrtle(5).Dense(),
        ["image(32x32x3) myrtle(depth=10,w=1.5,b=0.5) dense"] = () => Network.Input.Image(32, 32, 3).Myrtle(10, 1.5, 0.5).Dense(),
        ["gntk(3)"] = () => Network.Input.Gntk(3),
        ["gntk(blocks=2,mlp=3,kind=mean)"] = () => Network.Input.Gntk(2, 3, NeighborWeights.Mean),
        ["dense # the read-out\n relu"] = () => Dense.Relu(),
        ["(dense)^1"] = () => Dense,
    };

    internal static readonly IReadOnlyDictionary<string, Func<Activation>> Activations =
        new Dictionary<string, Func<Activation>>
        {
            ["relu"] = () => Activation.Relu,
            ["abs"] = () => Activation.Abs,
            ["sign"] = () => Activation.Sign,
            ["gelu"] = () => Activation.Gelu,
            ["tanh"] = () => Activation.Tanh,
            ["sigmoid"] = () => Activation.Sigmoid,
            ["sigmoid_like"] = () => Activation.SigmoidLike,
            ["softplus"] = () => Activation.Softplus,
            ["swish"] = () => Activation.Swish,
            ["elu"] = () => Activation.Elu,
            ["selu"] = () => Activation.Selu,
            ["mish"] = () => Activation.Mish,
            ["leaky_relu"] = () => Activation.LeakyRelu(),
            ["leaky_relu(alpha=0.2)"] = () => Activation.LeakyRelu(0.2),
            ["abrelu"] = () => Activation.AbRelu(),
            ["abrelu(a=-0.5,b=1.3)"] = () => Activation.AbRelu(-0.5, 1.3),
            ["erf"] = () => Activation.Erf(),
            ["erf(a=0.7,b=1.3,c=0.2)"] = () => Activation.Erf(0.7, 1.3, 0.2),
            ["sin"] = () => Activation.Sin(),
            ["sin(b=0.8,c=0.3)"] = () => Activation.Sin(1, 0.8, 0.3),
            ["cos"] = () => Activation.Cos(),
            ["cos(a=1.2,b=0.8,c=0.1)"] = () => Activation.Cos(1.2, 0.8, 0.1),
            ["rbf"] = () => Activation.Rbf(),
            ["rbf(gamma=0.7)"] = () => Activation.Rbf(0.7),
            ["exp"] = () => Activation.Exp(),
            ["exp(a=2,b=0.6)"] = () => Activation.Exp(2, 0.6),
            ["gaussian"] = () => Activation.Gaussian(),
            ["gaussian(a=0.8,b=-0.6)"] = () => Activation.Gaussian(0.8, -0.6),
            ["monomial(k=3)"] = () => Activation.Monomial(3),
            ["rectified_monomial(k=2)"] = () => Activation.RectifiedMonomial(2),
            ["hermite(k=4)"] = () => Activation.Hermite(4),
            ["polynomial(c=0.1:0.5:-0.3)"] = () => Activation.Polynomial(0.1, 0.5, -0.3),
        };
}
