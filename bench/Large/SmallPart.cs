namespace HadamardNtk.Bench;

/// <summary>Small inputs: what a call costs when there is little to compute.</summary>
internal static class SmallPart
{
    private static readonly int[] Sizes = [10, 50, 100, 500];

    internal static Section Run(LargeContext context, string title)
    {
        var kernel = Network.Parse(ReferenceFigures.Relu3).Ntk();
        var samples = Sizes.Select(n => Inputs.Normal(n, 16)).ToArray();
        Subject Gram(Matrix x, IKernelBackend backend) =>
            new($"{backend.Name} {x.Rows}", () => kernel.Gram(x, options: new() { Backend = backend }));
        var rounds = Rounds.Of(context.Options.Rounds with { Warming = 5 }, [
            .. samples.SelectMany(x => new[] { Gram(x, Backends.Cpu), Gram(x, Backends.Reference) }),
        ]);
        return new(
            title,
            $"`{ReferenceFigures.Relu3}`, tangent kernel, float64, d = 16: ms a call. The first call is that of a fresh process, from the text of the network to the matrix.",
            new Table(
                ["n", "cpu ms", "reference ms", "ratio", "first cpu", "first reference"],
                [.. samples.Select(x => Row(x.Rows, rounds, context.Options.IsQuick ? 1 : 5))]));
    }

    private static string[] Row(int n, Rounds rounds, int repeats) =>
    [
        $"{n}", Show.Milliseconds(rounds.Seconds($"cpu {n}")), Show.Milliseconds(rounds.Seconds($"reference {n}")),
        Show.Number(rounds.Ratio($"cpu {n}", $"reference {n}")), Show.Number(First(n, false, repeats)), Show.Number(First(n, true, repeats)),
    ];

    private static double First(int n, bool isReference, int repeats) =>
        Rounds.Median([.. Enumerable.Range(0, repeats).Select(_ => FirstCall.Measure(n, isReference))]);
}
