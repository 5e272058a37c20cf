namespace HadamardNtk.Bench;

/// <summary>Predictions of a model that is there: of one row, of a few, and of many.</summary>
internal static class ServingPart
{
    private const int Outputs = 10;

    internal static Section Run(LargeContext context, string title)
    {
        var cases = (from net in new[] { ReferenceFigures.Relu3, "(dense(w=1.41421356) tanh)^2 dense" }
                     from rows in new[] { 1, 16, 256 }
                     select new Case(net, 3000, 16, rows))
            .Append(new(ReferenceFigures.Relu3, context.Size(20_000, 3000), 784, context.Size(2048, 128)))
            .ToList();
        var rounds = Rounds.Of(context.Options.Rounds, [.. cases.Select(c => c.Subject())]);
        return new(
            title,
            $"Tangent kernels, {Outputs} outputs, float64; the model has predicted before. ns are wall clock for each pair of a new row and a sample, all cores where there is more than one row or a function without a closed form; bytes are managed ones a call.",
            new Table(["network", "samples", "d", "rows", "ms", "ns/pair", "kB"], [.. cases.Select(c => c.Row(rounds))]));
    }

    private sealed class Case(string network, int samples, int features, int rows)
    {
        private readonly KernelRegression _model = Model(network, samples, features);
        private readonly Matrix _x = Inputs.Normal(rows, features, seed: 3);

        private string Name => $"{network} {samples} {rows}";

        internal Subject Subject() => new(Name, () => _model.Predict(_x));

        internal string[] Row(Rounds rounds)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            _model.Predict(_x);
            var bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
            var seconds = rounds.Seconds(Name);
            return
            [
                $"`{network}`", $"{samples}", $"{features}", $"{rows}", Show.Milliseconds(seconds),
                Show.Number(seconds / samples / rows * 1e9), Show.Number(bytes / 1e3),
            ];
        }

        // The weights do not matter to the time, so that nothing is solved.
        private static KernelRegression Model(string network, int samples, int features)
        {
            var x = Inputs.Normal(samples, features);
            return new(
                Network.Parse(network).Ntk(), RowTransform.Learn(x, false, false), x, new(null, null),
                Inputs.Normal(samples, Outputs, seed: 2), 1);
        }
    }
}
