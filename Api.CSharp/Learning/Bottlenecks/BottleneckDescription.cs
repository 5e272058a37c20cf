using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace HadamardNtk;

/// <summary>Everything on which the bits of a training with bottlenecks depend.</summary>
internal static class BottleneckDescription
{
    internal static RunDescription Of(
        BottleneckNetwork network,
        Matrix samples,
        Matrix targets,
        Matrix? testTargets,
        BottleneckOptions options) => new(
        [
            ("network", network.Network.ToString()),
            ("mode", options.Mode.ToString().ToLowerInvariant()),
            ("width of the heads", options.HeadWidth.ToString()),
            ("learning rate of the heads", Number(options.HeadRate)),
            ("learning rate of g", Number(options.FeatureRate)),
            ("loss", options.Loss.ToString().ToLowerInvariant()),
            ("output multiplier", Number(options.OutputMultiplier)),
            ("seed", options.Seed.ToString()),
            ("steps between records", options.Every.ToString()),
            ("step control", options.StepControl.ToString()),
            ("joined network", options.TrainJoined.ToString()),
            ("kernels", options.KeepKernels ? "kept" : "not kept"),
            ("start", options.Start is { } start ? Print(start) : "drawn"),
            ("samples", Print(samples)),
            ("targets", Print(targets)),
            ("test targets", testTargets is null ? "none" : Print(testTargets)),
        ]);

    private static string Number(double? value) => value is { } x ? x.ToString("R") : "by the start";

    private static string Print(BottleneckStart start) =>
        $"{Print(start.Embeddings)}, heads of width {start.HeadWidth}, "
        + string.Join(", ", start.Heads.Select(head => Print(Matrix.Wrap(head, 1, head.Length))));

    private static string Print(Matrix m) =>
        $"{m.Rows} x {m.Columns}, SHA-256 {Hash(m.Data)}";

    private static string Hash(double[] numbers)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var at = 0; at < numbers.Length; at += 1 << 20)
        {
            hash.AppendData(MemoryMarshal.AsBytes(numbers.AsSpan(at, Math.Min(1 << 20, numbers.Length - at))));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
