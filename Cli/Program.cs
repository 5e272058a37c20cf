using System.CommandLine;
using HadamardNtk.Cli;
using HadamardNtk.Cli.Commands;

StandardStreams.Prepare();
var root = CommandList.Root();
var (libtorch, separator) = (KnownBackends.Libtorch(), InputFiles.Separator());
foreach (var command in CommandList.Of(args))
{
    InputFiles.AddTo(command, separator);
    KnownBackends.AddTo(command, libtorch);
    command.Add(new VersionOption { Description = Help.VersionText });
    root.Add(command);
}

Help.AddTo(root);
Completion.Prepare(root, args);

// An argument that begins with @ is not a file of options. In '--net @FILE' our own code reads the file.
// Without any argument the help is what is asked for.
string[] asked = args.Length > 0 ? args : ["--help"];
var parsed = root.Parse(asked, new ParserConfiguration { ResponseFileTokenReplacer = null });
RunRecord.Begin(parsed, args);

// With --help and --version wrong values are no errors. A wrong value, and a missing one, cannot be read.
var isRead = parsed.Errors.Count == 0 && parsed.Action is not { ClearsParseErrors: true };
KnownBackends.LibtorchFolder = isRead ? parsed.GetValue(libtorch) : null;
InputFiles.Text = new() { Separator = isRead ? parsed.GetValue(separator) : default };
Stdout.IsTaken = false;
return parsed.Errors.Count > 0 ? Failures.Usage(parsed)
    : Help.IsWanted(parsed) ? Interruption.Unneeded(parsed)
    : Interruption.Run(parsed).GetAwaiter().GetResult();
