namespace HadamardNtk;

/// <summary>The networks of <see cref="ExtrapolationStudy"/>.</summary>
internal static class ExtrapolationNetworks
{
    /// <summary>The network whose ReLU layers have no biases: those of an NCP belong to its other factors.</summary>
    internal const string UnbiasedFactors = "NCP 3";

    /// <summary>A network, the degree of its growth along rays, and its bias b.</summary>
    internal sealed record Entry(StudyNetwork Network, int Degree, double Bias);

    /// <summary>An MLP and polynomial nets, with a bias of that size or without one.</summary>
    internal static IReadOnlyList<Entry> Of(double bias) =>
    [
        new(Named("MLP, 2 layers", "dense(w=1.41421356{0}) relu dense{1}", bias), 1, bias),
        new(Named("MLP, 4 layers", "(dense(w=1.41421356{0}) relu)^3 dense{1}", bias), 1, bias),
        .. new[] { 2, 3, 4 }.Select(n => new Entry(StudyNetwork.Product(n, bias), n, bias)),
        new(Named("CCP 3", "ccp(degree=3,w=1.41421356{0},act=relu) dense{1}", bias), 3, bias),
        new(Named(UnbiasedFactors, "ncp(degree=3,w=1.41421356{0},act=relu) dense{1}", bias), 3, bias),
    ];

    private static StudyNetwork Named(string name, string format, double bias)
    {
        var text = bias.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return StudyNetwork.Parse(
            name, string.Format(null, format, bias == 0 ? "" : $",b={text}", bias == 0 ? "" : $"(b={text})"));
    }
}
