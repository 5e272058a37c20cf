using System.CommandLine;
using System.CommandLine.Parsing;

namespace HadamardNtk.Cli;

/// <summary>Reads the files of inputs: text by --separator, and standard input where one of them is named "-".</summary>
internal static class InputFiles
{
    private const string Standard = "standard input";

    private static readonly string[] Options =
    [
        "--x", "--x2", "--y", "--y2", "--v", "--validation-x", "--validation-y", "--gram", "--cross", "--diagonal",
    ];

    private static readonly (string Word, string Mark, FieldSeparator Separator)[] Separators =
    [
        ("comma", ",", FieldSeparator.Comma), ("semicolon", ";", FieldSeparator.Semicolon),
        ("tab", "\t", FieldSeparator.Tab), ("space", " ", FieldSeparator.Space),
    ];

    /// <summary>Opens standard input. The stream of a process that never writes to it does not end.</summary>
    internal static Func<Stream> OpenStandard { get; set; } = Console.OpenStandardInput;

    /// <summary>How text is read in this run.</summary>
    internal static DataFileOptions Text { get; set; } = new();

    /// <summary>The option of what separates the fields of text files.</summary>
    internal static Option<FieldSeparator> Separator() => new("--separator")
    {
        Description = "What separates the fields of a text file; space is any number of blanks. [default: comma]",
        HelpName = string.Join('|', Separators.Select(known => known.Word)),
        CustomParser = result => (FieldSeparator?)Inputs.Parsed(
            result, string.Join(" or ", Separators.Select(known => known.Word)), text =>
                Array.Find(Separators, known => known.Word == text || known.Mark == text) is { Word: not null } found
                    ? found.Separator
                    : null) ?? FieldSeparator.Comma,
    };

    /// <summary>Adds the option to a command that reads files, of which one may be standard input.</summary>
    internal static void AddTo(Command command, Option<FieldSeparator> separator)
    {
        if (command.Options.All(option => option.Name != "--x"))
        {
            return;
        }

        command.Add(separator);
        command.Validators.Add(RequireOne);
    }

    /// <summary>Reads the array of an argument.</summary>
    internal static DataArray Read(string argument)
    {
        GraphFolder.Refuse(argument);
        return IsStandard(argument)
            ? FromStandard(argument, (named, content) => DataFile.Read(named, content, Text))
            : DataFile.Read(argument, Text);
    }

    /// <summary>Reads integer labels.</summary>
    internal static long[] ReadLabels(string argument) => GraphFolder.Is(argument)
        ? [.. GraphFolder.Read(argument).Labels]
        : Read(argument).AsLabels();

    /// <summary>Reads labels, integers or texts.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="asTexts">Whether numbers of a text file are wanted as the texts that they are there.</param>
    internal static DataLabels ReadAnyLabels(string argument, bool asTexts = false) => GraphFolder.Is(argument)
        ? DataLabels.Of([.. GraphFolder.Read(argument).Labels])
        : IsStandard(argument)
        ? FromStandard(argument, (named, content) => DataLabels.Read(named, content, Text, asTexts))
        : DataLabels.Read(argument, Text, asTexts);

    /// <summary>Whether an argument names standard input, with or without a selection.</summary>
    internal static bool IsStandard(string argument) =>
        argument == DataArgument.StandardInput
        || argument.StartsWith($"{DataArgument.StandardInput}[", StringComparison.Ordinal);

    private static T FromStandard<T>(string argument, Func<DataArgument, Stream, T> read)
    {
        var named = DataArgument.Parse(argument) with { Path = Standard };
        using var content = DataSource.Hold(Standard, OpenStandard());
        return read(named, content);
    }

    private static void RequireOne(CommandResult command)
    {
        var named = command.Children.OfType<OptionResult>()
            .Where(result => Options.Contains(result.Option.Name) && result.Tokens is [var token]
                && IsStandard(token.Value))
            .Select(result => result.Option.Name).ToArray();
        if (named.Length > 1)
        {
            command.AddError(
                $"Only one input can be standard input (-), not {string.Join(" and ", named)}; name a file for the other.");
        }
    }
}
