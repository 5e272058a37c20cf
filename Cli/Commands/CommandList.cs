using System.CommandLine;

namespace HadamardNtk.Cli.Commands;

/// <summary>The commands of hntk, in the order of its help.</summary>
internal static class CommandList
{
    private static readonly (string Name, Func<Command> Create)[] All =
    [
        ("demo", DemoCommand.Create), ("explain", ExplainCommand.Create), ("gram", GramCommand.Create),
        ("matvec", MatvecCommand.Create), ("fit", FitCommand.Create), ("predict", PredictCommand.Create),
        ("compare", CompareCommand.Create),
        ("dynamics", DynamicsCommand.Create), ("spectrum", SpectrumCommand.Create), ("align", AlignCommand.Create),
        ("phase", PhaseCommand.Create), ("extrapolate", ExtrapolateCommand.Create), ("study", StudyCommand.Create),
        ("uci", UciCommand.Create), ("graphs", GraphsCommand.Create), ("train", TrainCommand.Create),
        ("bottleneck", BottleneckCommand.Create),
        ("empirical", EmpiricalCommand.Create), ("width", WidthCommand.Create), ("layers", LayersCommand.Create),
        ("worker", WorkerCommand.Create), ("cluster", ClusterCommand.Create),
        ("backends", BackendsCommand.Create), ("completion", CompletionCommand.Create),
    ];

    /// <summary>The root command, without its commands.</summary>
    internal static RootCommand Root()
    {
        var root = new RootCommand(
            "Exact kernels of infinitely wide neural networks, and learning with them. One line of text describes a "
            + "network; it has two kernels: NNGP, the covariance of its outputs with random weights, and NTK, the "
            + "tangent kernel, which says how training at one input changes the output at another. Every command has "
            + "--help with examples; 'hntk demo' is a tour.");
        root.Examples(
            "hntk demo",
            "hntk explain --net 'hadamard(dense relu, dense relu) dense'",
            "hntk gram --net '(dense(he) relu)^3 dense' --x X.npy --out K.npy");
        return root;
    }

    /// <summary>
    /// The command that the arguments name. Without one, it is all of them: creating one alone is faster.
    /// </summary>
    internal static IEnumerable<Command> Of(string[] args)
    {
        var named = Array.FindAll(All, c => args.Length > 0 && c.Name == args[0]);
        foreach (var (_, create) in named.Length > 0 ? named : All)
        {
            yield return create();
        }
    }
}
