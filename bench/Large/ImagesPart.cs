namespace HadamardNtk.Bench;

/// <summary>
/// Kernels of networks on images, beside the time of their strips alone, and their growth with depth and positions.
/// </summary>
internal static class ImagesPart
{
    private const string Layer = "conv(w=1.41421356,b=0.1) relu";

    private static readonly string[] Pools =
        [.. Enumerable.Repeat($"({Layer})^2", 3)];

    internal static Section Run(LargeContext context, string title)
    {
        var quick = context.Size(1, 0) == 0;
        List<Case> cases =
        [
            new(32, $"({Layer})^5 global_avg_pool dense", 5 * Pairs(32), 48, Precision.Float32),
            new(32, $"({Layer})^5 global_avg_pool dense", 5 * Pairs(32), 48, Precision.Float64),
            new(16, $"({Layer})^5 global_avg_pool dense", 5 * Pairs(16), 64, Precision.Float32),
            new(16, $"({Layer.Replace("relu", "tanh")})^5 global_avg_pool dense", 5 * Pairs(16), 64, Precision.Float32),
            new(
                16, $"({Layer.Replace("b=0.1", "b=0.1,pad=circular")})^5 global_avg_pool dense", 5 * Pairs(16), 64,
                Precision.Float32),
            new(16, $"({Layer})^10 global_avg_pool dense", 10 * Pairs(16), 64, Precision.Float32),
            new(8, $"({Layer})^5 global_avg_pool dense", 5 * Pairs(8), 128, Precision.Float32),
            new(
                32, string.Join(" avg_pool ", Pools) + " global_avg_pool dense",
                2 * (Pairs(32) + Pairs(16) + Pairs(8)), 48, Precision.Float32),
            new(32, $"({Layer})^20 flatten dense", 20 * 1024, 256, Precision.Float32),
            new(16, $"({Layer})^20 flatten dense", 20 * 256, 256, Precision.Float32),
        ];
        if (!quick)
        {
            cases.Add(new(32, $"({Layer})^20 global_avg_pool dense", 20 * Pairs(32), 48, Precision.Float32));
        }

        var strips = new StripTime();
        var rounds = Rounds.Of(
            context.Options.Rounds, [.. cases.Select(c => c.Subject()), .. strips.Subjects()]);
        return new(
            title,
            "Tangent kernels of `image(SxSx3)` and the network. us are wall clock for an entry of the symmetric matrix on "
                + "all cores; ns are those of a core for each layer and each pair of positions that is computed, and the "
                + "floor is what strips of the same precision take for a pair of rows and a layer of `"
                + StripTime.Network + "`.",
            new Table(
                ["network", "S", "samples", "precision", "us/entry", "ns/position pair", "floor"],
                [.. cases.Select(c => c.Row(rounds, strips))]));
    }

    private static double Pairs(int side) => Math.Pow(side, 4);

    // The strips of a flat network, whose inner products of few features take no time.
    private sealed class StripTime
    {
        internal const string Network = "(dense(w=1.41421356,b=0.1) relu)^20 dense";
        private const int Samples = 2048;
        private const int Layers = 20;

        private readonly InfiniteKernel _kernel = HadamardNtk.Network.Parse(Network).Ntk();
        private readonly Matrix _x = Inputs.Normal(Samples, 4);

        internal IEnumerable<Subject> Subjects() =>
            from precision in new[] { Precision.Float32, Precision.Float64 }
            select new Subject(Name(precision), () => _kernel.Gram(_x, new() { Precision = precision, Threads = 1 }));

        internal double Nanoseconds(Rounds rounds, Precision precision) =>
            rounds.Seconds(Name(precision)) / (Samples * (Samples + 1.0) / 2) / Layers * 1e9;

        private static string Name(Precision precision) => $"strips {precision}";
    }

    private sealed class Case(int side, string network, double perPair, int samples, Precision precision)
    {
        private readonly InfiniteKernel _kernel =
            Network.Parse($"image({side}x{side}x3) {network}").Ntk();
        private readonly Matrix _x = Inputs.Normal(samples, side * side * 3);

        private string Name => $"{side} {network} {precision}";

        internal Subject Subject() => new(Name, () => _kernel.Gram(_x, new() { Precision = precision }));

        internal string[] Row(Rounds rounds, StripTime strips)
        {
            var seconds = rounds.Seconds(Name);
            // Tiles of 16 on and above the diagonal, whose vectors of samples below it are left out.
            var lanes = (int)VectorWidths.Widest / (precision == Precision.Float32 ? 32 : 64);
            var computed = Enumerable.Range(0, samples).Sum(i => (double)(samples - i / lanes * lanes));
            var threads = Environment.ProcessorCount;
            return
            [
                $"`{network}`", $"{side}", $"{samples}", precision == Precision.Float32 ? "f32" : "f64",
                Show.Number(seconds * 1e6 / samples / samples),
                Show.Number(seconds * threads / computed / perPair * 1e9),
                Show.Number(strips.Nanoseconds(rounds, precision)),
            ];
        }
    }
}
