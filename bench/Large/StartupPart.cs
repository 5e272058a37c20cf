namespace HadamardNtk.Bench;

/// <summary>What starting hntk costs beside an empty program.</summary>
internal static class StartupPart
{
    internal static Section Run(LargeContext context, string title)
    {
        using var folder = new ScratchFolder(context.Options.Folder);
        var (empty, x, k) = (EmptyProgram.Build(folder), folder.File("x.npy"), folder.File("k.npy"));
        Inputs.Save(Inputs.Normal(50, 16), x);
        string[] gram = [Repository.Hntk, "gram", "--net", ReferenceFigures.Relu3, "--x", x, "--out", k];
        var plan = new RoundPlan { Count = context.Options.IsQuick ? 3 : 15, Repeated = 0, Warming = 1, Budget = 60 };
        var rounds = Rounds.Of(plan, [
            new("empty", () => ChildProcess.Run(false, empty)),
            new("help", () => ChildProcess.Run(false, Repository.Hntk, "--help")),
            new("gram", () => ChildProcess.Run(false, gram)),
        ]);
        string[] Row(string what, string name, string aim) =>
            [what, Show.Milliseconds(rounds.Seconds(name)), Show.Milliseconds(rounds.Difference(name, "empty")), aim];
        return new(
            title,
            $"Whole processes, medians of {rounds.Count} interleaved rounds; more is the median of what a round's process took more than its empty program.",
            new Table(["", "ms", "more", "aim"], [
                Row("an empty program", "empty", ""),
                Row("hntk --help", "help", "80"),
                Row("hntk gram, n = 50", "gram", "250"),
            ]));
    }
}
