namespace HadamardNtk.Bench;

/// <summary>A whole tangent kernel against the inner products that it is made of.</summary>
internal static class SyrkPart
{
    private const int Features = 784;

    internal static Section Run(LargeContext context, string title)
    {
        var n = context.Size(8192, 2048);
        var (kernel, x, to) = (Network.Parse(ReferenceFigures.Relu3).Ntk(), Inputs.Normal(n, Features), new float[(long)n * n]);
        Subject Gram(string name, ProductLibrary library) =>
            new(name, () => kernel.WriteGram(to, x, options: LargeContext.With(library, Precision.Float32)));
        var rounds = Rounds.Of(context.Options.Rounds, [
            .. Syrk.Single("syrk", context.Blas, x, to),
            Gram("own", ProductLibrary.Own),
            .. context.Blas is { } blas ? [Gram("blas", blas)] : Array.Empty<Subject>(),
        ]);
        string[] Row(string what, string name, string aim) =>
        [
            what, Show.Milliseconds(rounds.Seconds(name)), Show.Number(rounds.Seconds(name) / n / n * 1e9),
            Show.Percent(Syrk.Operations(n, Features) / rounds.Seconds(name) / context.Peak.Single), Show.Number(rounds.Ratio(name, "syrk")), aim,
        ];
        return new(
            title,
            $"`{ReferenceFigures.Relu3}`, tangent kernel, float32, n = {n}, d = {Features}, against ssyrk of the same samples; medians of {rounds.Count} interleaved rounds. The share of the peak counts the inner products alone. {YardsticksPart.Blas(context)}",
            new Table(["", "ms", "ns/entry", "of peak", "to ssyrk", "aim"], [
                Row("ssyrk, half of the matrix", "syrk", ""),
                Row("kernel, own products", "own", "2"),
                Row($"kernel, {context.Blas?.Name ?? "BLAS"} products", "blas", "1.5"),
            ]));
    }
}
