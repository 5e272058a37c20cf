namespace HadamardNtk.Cli;

/// <summary>Refuses outputs that are inputs, under any name, because writing one would destroy its own input.</summary>
internal static class Overwriting
{
    /// <summary>Fails if one of the outputs is one of the inputs, or another output.</summary>
    /// <param name="outputs">The files that will be written or replaced.</param>
    /// <param name="inputs">
    /// Options and their values: files with or without a selection, or @FILE. Other values are not files.
    /// </param>
    /// <exception cref="OutputException">An output is an input or another output; the message names both.</exception>
    internal static void Refuse(IReadOnlyList<string> outputs, params (string Option, string? Value)[] inputs)
    {
        var files = inputs.Select(input => (input.Option, File: FileOf(input.Option, input.Value)))
            .Where(input => input.File is not null).ToArray();
        for (var i = 0; i < outputs.Count; i++)
        {
            foreach (var (option, file) in files)
            {
                Require(outputs[i], file!, $"a name of the file that {option} reads, which would be lost");
            }

            for (var j = 0; j < i; j++)
            {
                Require(outputs[i], outputs[j], $"another name of {outputs[j]}");
            }
        }
    }

    /// <summary>The files of a model, as inputs.</summary>
    internal static (string Option, string? Value)[] Model(string folder) =>
        [.. ModelPlace.Files(folder).Select(file => ("--model", (string?)file))];

    private static void Require(string output, string other, string came)
    {
        if (IsNamed(output) && IsNamed(other) && FileStatus.AreSame(output, other))
        {
            throw new OutputException(
                OutputFault.CannotCreate, output, "a file of its own for the result", came, "name another file");
        }
    }

    private static string? FileOf(string option, string? value) =>
        value is null ? null
        : option == "--net" ? (value.StartsWith('@') ? value[1..] : null)
        : option is "--model" or "--join" ? value
        : InputFiles.IsStandard(value) ? null
        : DataArgument.Parse(value).Path;

    private static bool IsNamed(string path) =>
        path.Length > 0 && !path.Contains('\0') && !MatrixOutput.IsStandard(path);
}
