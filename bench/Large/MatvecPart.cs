namespace HadamardNtk.Bench;

/// <summary>K v and K V without storing K.</summary>
internal static class MatvecPart
{
    private static readonly int[] Columns = [1, 8];

    internal static Section Run(LargeContext context, string title)
    {
        var n = context.Size(8192, 2048);
        var (kernel, x, to) = (Network.Parse(ReferenceFigures.Relu3).Ntk(), Inputs.Normal(n, 16), new float[(long)n * n]);
        var cases = (from p in new[] { Precision.Float32, Precision.Float64 } from c in Columns select (Precision: p, V: Inputs.Normal(n, c))).ToList();
        string Name((Precision Precision, Matrix V) c) => $"{c.Precision} {c.V.Columns}";
        var rounds = Rounds.Of(context.Options.Rounds, [
            new("gram", () => kernel.WriteGram(to, x, options: new() { Precision = Precision.Float32 })),
            .. cases.Select(c => new Subject(Name(c), () => kernel.Multiply(x, c.V, options: new() { Precision = c.Precision }))),
        ]);
        string[] Row(string what, string type, string name) =>
        [
            what, type, Show.Milliseconds(rounds.Seconds(name)),
            Show.Number(rounds.Seconds(name) * LargeContext.Cores / (n * (n + 1.0) / 2) * 1e9), Show.Number(rounds.Ratio(name, "gram")),
        ];
        return new(
            title,
            $"`{ReferenceFigures.Relu3}`, tangent kernel, n = {n}, d = 16, all cores. ns are those of one pair i <= j on one core.",
            new Table(["", "type", "ms", "ns/pair", "to storing"], [
                Row("K stored", "f32", "gram"),
                .. cases.Select(c => Row($"K V, {c.V.Columns} of V", c.Precision == Precision.Float32 ? "f32" : "f64", Name(c))),
            ]));
    }
}
