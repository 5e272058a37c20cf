using System.CommandLine;
using HadamardNtk.Cli;
using HadamardNtk.Cli.Commands;

StandardStreams.Prepare();
var root = new RootCommand(
    "Kernels of infinitely wide neural networks: NNGP and NTK of one line of text, Gram matrices, predictions.");
root.Examples(
    "hntk demo",
    "hntk explain --net 'hadamard(dense relu, dense relu) dense'",
    "hntk gram --net '(dense(w=1.41421356) relu)^3 dense' --x X.npy --out K.npy");
var (libtorch, separator) = (KnownBackends.Libtorch(), InputFiles.Separator());
foreach (var command in Commands(args))
{
    InputFiles.AddTo(command, separator);
    KnownBackends.AddTo(command, libtorch);
    command.Add(new VersionOption());
    root.Add(command);
}

Help.AddTo(root);

// An argument that begins with @ is not a file of options. In '--net @FILE' our own code reads the file.
// Without any argument the help is what is asked for.
string[] asked = args.Length > 0 ? args : ["--help"];
var parsed = root.Parse(asked, new ParserConfiguration { ResponseFileTokenReplacer = null });
RunRecord.Begin(parsed, args);
KnownBackends.LibtorchFolder = parsed.GetValue(libtorch);

// With --help and --version wrong values are no errors, and a wrong separator has no value.
var isRead = parsed.Errors.Count == 0 && parsed.Action is not { ClearsParseErrors: true };
InputFiles.Text = new() { Separator = isRead ? parsed.GetValue(separator) : default };
Stdout.IsTaken = false;
return parsed.Errors.Count > 0 ? Failures.Usage(parsed)
    : Help.IsWanted(parsed) ? Interruption.Unneeded(parsed)
    : Interruption.Run(parsed).GetAwaiter().GetResult();

// Only the named command is created, which is faster; without one, all are.
static IEnumerable<Command> Commands(string[] args)
{
    (string Name, Func<Command> Create)[] all =
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
        ("backends", BackendsCommand.Create),
    ];
    var named = Array.FindAll(all, c => args.Length > 0 && c.Name == args[0]);
    foreach (var (_, create) in named.Length > 0 ? named : all)
    {
        yield return create();
    }
}
