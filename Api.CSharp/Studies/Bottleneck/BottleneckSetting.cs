namespace HadamardNtk;

/// <summary>What a training of the study is of, apart from its start.</summary>
/// <param name="Depth">L_g, the number of hidden layers of g.</param>
/// <param name="Width">d.</param>
/// <param name="Head">The activation of the head, relu or erf.</param>
/// <param name="Scale">α, the factor of the targets.</param>
internal sealed record BottleneckSetting(int Depth, int Width, string Head, double Scale)
{
    private const string Relu = "dense(w=1.41421356) relu ";

    /// <summary>The network.</summary>
    internal Network Network => Network.Parse(
        $"{string.Concat(Enumerable.Repeat(Relu, Depth))}dense bottleneck(width={Width}) "
        + (Head == "erf" ? "dense erf dense" : Relu + "dense"));

    /// <summary>The name in tables and charts.</summary>
    internal string Name => Head == "erf" ? $"d = {Width}, erf" : $"d = {Width}";

    /// <summary>The settings of the study: all widths, depths at d = 2, and a head of erf at d = 2.</summary>
    internal static IReadOnlyList<BottleneckSetting> All(BottleneckStudyOptions options)
    {
        var first = options.Depths[0];
        IEnumerable<(int Depth, int Width, string Head)> shapes =
        [
            .. options.Widths.Select(d => (first, d, d == 1 ? "erf" : "relu")),
            (first, 2, "relu"),
            (first, 2, "erf"),
            .. options.Depths.Skip(1).Select(depth => (depth, 2, "relu")),
        ];
        return
        [
            .. shapes.Distinct().SelectMany(shape => options.LabelScales
                .Where(scale => shape.Head == "relu" || scale <= options.LargestErfScale)
                .Select(scale => new BottleneckSetting(shape.Depth, shape.Width, shape.Head, scale))),
        ];
    }
}
