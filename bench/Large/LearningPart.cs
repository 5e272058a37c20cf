namespace HadamardNtk.Bench;

/// <summary>Regression on a Gram matrix that is there, against scikit-learn's KernelRidge.</summary>
internal static class LearningPart
{
    private const double Ridge = 1e-2;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(0.25);

    internal static Section Run(LargeContext context, string title)
    {
        var (n, m) = (context.Size(4096, 512), context.Size(2048, 256));
        var kernel = Network.Parse(ReferenceFigures.Relu3).Ntk();
        var (x, y) = (Inputs.Normal(n, 16), Inputs.Normal(n, 10));
        var (gram, cross) = (kernel.Gram(x), kernel.Cross(Inputs.Normal(m, 16), x));
        var workers = Workers.All;
        var (weights, predicted) = (y, y);
        void Fit(bool isWhole)
        {
            var system = new RidgeSystem(Matrix.Wrap((double[])gram.Data.Clone(), n, n), Ridge, workers);
            weights = system.Solve(y, workers);
            _ = isWhole ? system.LeaveOneOutSquares(weights, workers)[0] + system.LogMarginalLikelihood(y, weights, TargetScale.Of(y)) : 0;
        }

        using var folder = new ScratchFolder(context.Options.Folder);
        using var peer = Start(folder.Place, gram, cross, y);
        var rounds = Rounds.Of(context.Options.Rounds, [
            new("fit", () => Fit(false)),
            new("whole", () => Fit(true)),
            new("predict", () => predicted = MatrixProducts.Times(cross, weights, workers)),
            .. peer is null ? Array.Empty<Subject>() :
            [
                new("peer fit", () => peer.Do("fit")) { Rest = Rest },
                new("peer predict", () => peer.Do("predict")) { Rest = Rest },
            ],
        ]);
        var difference = peer is null ? double.NaN : Difference(peer, folder.Place, predicted);
        string[] Row(string what, string name, string other) =>
        [
            what, Show.Milliseconds(rounds.Seconds(name)), Show.Milliseconds(rounds.Seconds(other)), Show.Number(rounds.Ratio(other, name)) + "x",
        ];
        return new(
            title,
            $"`{ReferenceFigures.Relu3}`, tangent kernel, n = {n} samples, {y.Columns} outputs, {m} new samples, ridge {Ridge}, float64; the Gram matrices "
            + $"are there already. The other is {peer?.Greeting ?? "absent: apt-get install python3-sklearn"}"
            + (peer is null ? "." : $"; the predictions differ by at most {difference:E0}."),
            new Table(["", "ms", "KernelRidge", "faster"], [
                Row("fit", "fit", "peer fit"),
                Row("fit, leave-one-out, evidence", "whole", "peer fit"),
                Row("predict", "predict", "peer predict"),
            ]));
    }

    private static PythonPeer? Start(string folder, Matrix gram, Matrix cross, Matrix y)
    {
        string Put(string name, Matrix values)
        {
            var path = Path.Combine(folder, name);
            NpyFile.Write(path, values);
            return path;
        }

        return PythonPeer.TryStart(
            Path.Combine(Repository.Root, "bench", "Measuring", "KernelRidge.py"),
            Put("K.npy", gram), Put("C.npy", cross), Put("y.npy", y), FormattableString.Invariant($"{Ridge:R}"), Path.Combine(folder, "P.npy"));
    }

    private static double Difference(PythonPeer peer, string folder, Matrix predicted)
    {
        peer.Do("save");
        var theirs = DataFile.ReadMatrix(Path.Combine(folder, "P.npy"));
        return theirs.Data.Zip(predicted.Data, (a, b) => Math.Abs(a - b)).Max();
    }
}
