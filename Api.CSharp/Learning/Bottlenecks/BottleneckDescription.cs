using System.Globalization;

namespace HadamardNtk;

/// <summary>Everything on which the bits of a training with bottlenecks depend.</summary>
internal static class BottleneckDescription
{
    /// <summary>Describes a training.</summary>
    /// <exception cref="NotSupportedException">The network has a custom activation.</exception>
    internal static RunDescription Of(
        BottleneckNetwork network,
        Matrix samples,
        Matrix targets,
        Matrix? testTargets,
        BottleneckOptions options) => new(
        [
            ("network", ResumableGram.Text(network.Network)),
            ("mode", options.Mode.ToString().ToLowerInvariant()),
            ("width of the heads", Number(options.Width)),
            ("learning rate of the heads", Number(options.HeadRate)),
            ("learning rate of g", Number(options.FeatureRate)),
            ("loss", options.Loss.ToString().ToLowerInvariant()),
            ("output multiplier", Number(options.OutputMultiplier)),
            ("seed", options.Seed.ToString(CultureInfo.InvariantCulture)),
            ("steps between records", Number(options.Every)),
            ("step control", options.StepControl.ToString()),
            ("joined network", options.TrainJoined.ToString()),
            ("kernels", options.KeepKernels ? "kept" : "not kept"),
            ("start", options.Start is { } start ? Print(start) : "drawn"),
            ("samples", Print(samples)),
            ("targets", Print(targets)),
            ("test targets", testTargets is null ? "none" : Print(testTargets)),
            .. ResumableGram.Computed(new(network.Features, samples), options.Gram.Backend),
        ]);

    private static string Number(double? value) => value is { } x
        ? x.ToString("R", CultureInfo.InvariantCulture)
        : "by the start";

    private static string Print(BottleneckStart start) =>
        $"{Print(start.Embeddings)}, heads of width {start.HeadWidth}, "
        + string.Join(", ", start.Heads.Select(head => Print(Matrix.Wrap(head, 1, head.Length))));

    private static string Print(Matrix m) =>
        $"{m.Rows} x {m.Columns}, SHA-256 {NumberChecksum.Of(m)}";
}
