namespace HadamardNtk.Bench;

/// <summary>
/// Kernels of networks on images, beside the time of their strips alone, and their growth with depth and positions.
/// </summary>
internal static class ImagesPart
{
    private const string Layer = "conv(w=1.41421356,b=0.1) relu";

    private static readonly string[] Pools =
        [.. Enumerable.Repeat($"({Layer})^2", 3)];

    private const string Pool5 = $"({Layer})^5 global_avg_pool dense";
    private const string Pool10 = $"({Layer})^10 global_avg_pool dense";
    private const string Flat20 = $"({Layer})^20 flatten dense";

    internal static Section Run(LargeContext context, string title)
    {
        var quick = context.Size(1, 0) == 0;
        List<Case> cases =
        [
            new(32, Pool5, 5 * Pairs(32), 48, Precision.Float32) { Reference = (660_000, 1_060_000) },
            new(32, Pool5, 5 * Pairs(32), 48, Precision.Float64) { Reference = (210_000, 250_000) },
            new(16, Pool5, 5 * Pairs(16), 64, Precision.Float32) { Reference = (35_000, 60_000) },
            new(16, Pool10, 10 * Pairs(16), 64, Precision.Float32),
            new(8, Pool5, 5 * Pairs(8), 128, Precision.Float32),
            new(
                32, string.Join(" avg_pool ", Pools) + " global_avg_pool dense",
                2 * (Pairs(32) + Pairs(16) + Pairs(8)), 48, Precision.Float32) { Reference = (370_000, 370_000) },
            new(32, Flat20, 20 * 1024, 256, Precision.Float32) { Reference = (340, 650) },
            new(16, Flat20, 20 * 256, 256, Precision.Float32),
            new(16, Pool5.Replace("relu", "tanh"), 5 * Pairs(16), 64, Precision.Float32),
            new(16, Pool5.Replace("b=0.1", "b=0.1,pad=circular"), 5 * Pairs(16), 64, Precision.Float32),
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
                + StripTime.Network + "`. JAX is " + ReferenceFigures.Source
                + ", us an entry, and times the least of it to ours.",
            new Table(
                ["network", "S", "samples", "precision", "us/entry", "ns/position pair", "floor", "JAX", "times"],
                [.. cases.Select(c => c.Row(rounds, strips))]),
            Growth(cases, rounds));
    }

    // The ratios of two cases within a round.
    private static string Growth(List<Case> cases, Rounds rounds)
    {
        string Times(int above, int below) => Show.Number(
            rounds.Ratio(cases[above].Name, cases[below].Name)
            * Math.Pow((double)cases[below].Samples / cases[above].Samples, 2));
        return $"Growth of the time of an entry: depth 5 to 10 times {Times(3, 2)}; with a global pool S = 8 to 16 times "
            + $"{Times(2, 4)} and 16 to 32 times {Times(0, 2)}, where the pairs of positions grow 16 times; with flatten "
            + $"S = 16 to 32 times {Times(6, 7)}, where the positions grow 4 times.";
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

        /// <summary>The reference's us for an entry, from the least to the most that was measured.</summary>
        internal (double Least, double Most)? Reference { get; init; }

        internal int Samples => samples;

        internal string Name => $"{side} {network} {precision}";

        internal Subject Subject() => new(Name, () => _kernel.Gram(_x, new() { Precision = precision }));

        internal string[] Row(Rounds rounds, StripTime strips)
        {
            var seconds = rounds.Seconds(Name);
            // Tiles of 16 on and above the diagonal, whose vectors of samples below it are left out.
            var lanes = (int)VectorWidths.Widest / (precision == Precision.Float32 ? 32 : 64);
            var computed = Enumerable.Range(0, samples).Sum(i => (double)(samples - i / lanes * lanes));
            var (threads, entry) = (Environment.ProcessorCount, seconds * 1e6 / samples / samples);
            return
            [
                $"`{network}`", $"{side}", $"{samples}", precision == Precision.Float32 ? "f32" : "f64",
                Show.Number(entry),
                Show.Number(seconds * threads / computed / perPair * 1e9),
                Show.Number(strips.Nanoseconds(rounds, precision)),
                Reference is var (least, most) ? least == most ? Show.Number(least) : $"{least:N0}-{most:N0}" : "",
                Reference is var (fast, _) ? Show.Number(fast / entry) : "",
            ];
        }
    }
}
