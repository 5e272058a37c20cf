using System.CommandLine;
using HadamardNtk.Cli;
using HadamardNtk.Cli.Commands;

var root = new RootCommand("Kernels of infinitely wide neural networks: NNGP and NTK of one line of text, Gram matrices, predictions.");
root.Examples(
    "hntk demo",
    "hntk explain --net 'hadamard(dense relu, dense relu) dense'",
    "hntk gram --net '(dense(w=1.41421356) relu)^3 dense' --x X.npy --out K.npy");
Command[] commands =
[
    DemoCommand.Create(), ExplainCommand.Create(), GramCommand.Create(), MatvecCommand.Create(), FitCommand.Create(),
    PredictCommand.Create(), BackendsCommand.Create(),
];
foreach (var command in commands)
{
    command.Add(new VersionOption());
    root.Add(command);
}

Help.AddExamples(root);

// Arguments starting with @ are not files of options here: '--net @FILE' is ours to read.
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
return parsed.Errors.Count > 0 ? Failures.Usage(parsed) : await Interruption.Run(parsed);
