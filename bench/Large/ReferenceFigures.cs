namespace HadamardNtk.Bench;

/// <summary>A network of the table and what the reference needs for it.</summary>
/// <param name="Name">A short name.</param>
/// <param name="Network">In the notation.</param>
/// <param name="Features">d.</param>
/// <param name="Single">The reference's ns per entry in float32.</param>
/// <param name="Double">The reference's ns per entry in float64; null where it has none.</param>
internal sealed record ReferenceFigure(string Name, string Network, int Features, double Single, double? Double)
{
    /// <summary>Whether inner products and writing bound it, so that they are the measure.</summary>
    internal bool IsBound { get; init; }

    /// <summary>How many times faster than the reference in float32.</summary>
    internal double SingleAim { get; init; } = 10;

    /// <summary>How many times faster than the reference in float64.</summary>
    internal double DoubleAim { get; init; } = 6;

    /// <summary>Millions of pairs a second and core in float32; null for no aim.</summary>
    internal double? SingleRate { get; init; }

    /// <summary>The same in float64.</summary>
    internal double? DoubleRate { get; init; }

    /// <summary>The reference's ns per entry.</summary>
    internal double? Figure(bool single) => single ? Single : Double;

    /// <summary>How many times faster than the reference.</summary>
    internal double Aim(bool single) => single ? SingleAim : DoubleAim;
}

/// <summary>
/// neural-tangents 0.6.5 on JAX 0.4.30, jitted and warm, the full matrix of the tangent kernel, n = 4096. The figures were
/// given to this project, from two cores of another machine of the same kind, on which OpenBLAS's ssyrk took 76 to 105 ms at
/// d = 784 and 12 ms at d = 16. Measuring/NeuralTangents.py is to repeat them where JAX can be installed.
/// </summary>
internal static class ReferenceFigures
{
    /// <summary>How they were measured, in a line.</summary>
    internal const string Source = "neural-tangents 0.6.5 on JAX 0.4.30, jitted, warm, measured elsewhere";

    /// <summary>Three layers of ReLU: the network that most parts use.</summary>
    internal const string Relu3 = "(dense(w=1.41421356) relu)^3 dense";

    /// <summary>The table.</summary>
    internal static IReadOnlyList<ReferenceFigure> All { get; } =
    [
        new("relu^3", Relu3, 16, 42, 43) { SingleRate = 100, DoubleRate = 35 },
        new("relu^30", "(dense(w=1.41421356) relu)^30 dense", 16, 521, null) { SingleRate = 10 },
        new("erf^3", "(dense(w=1.4,b=0.1) erf)^3 dense", 16, 32, 42),
        new("gelu^3", "(dense(w=1.4,b=0.1) gelu)^3 dense", 16, 32, 57),
        new("product", "hadamard(dense relu, dense relu) dense", 16, 10.4, 13.7),
        new("ncp 4", "ncp(degree=4) dense", 16, 1.5, 6.3) { IsBound = true },
        new("sin", "dense sin dense", 16, 1.7, 7.7) { IsBound = true },
        new("tanh^3", "(dense(w=1.3,b=0.1) tanh)^3 dense", 16, 7200, null) { SingleAim = 250, SingleRate = 10, DoubleRate = 3 },
        new("relu^3", Relu3, 784, 46, 57) { IsBound = true },
    ];
}
