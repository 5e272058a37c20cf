namespace HadamardNtk;

/// <summary>
/// The name of data: a file, the array in it where it is an npz file (<c>file.npz:member</c>), and a selection.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Member">The array in an npz file; null for the only one, and for other files.</param>
/// <param name="Selection">The selection, or null for all.</param>
internal sealed record DataArgument(string Path, string? Member, Selection? Selection)
{
    /// <summary>What stands for standard input in place of a file, where a program reads it.</summary>
    internal const string StandardInput = "-";

    private const string Archive = ".npz";

    /// <summary>Reads an argument. A file that exists under a name with colons or brackets is that file.</summary>
    /// <exception cref="DataFormatException">The text in the brackets is no selection.</exception>
    internal static DataArgument Parse(string argument)
    {
        var (path, selection) = Selection.Split(argument);
        var colon = path.LastIndexOf($"{Archive}:", StringComparison.OrdinalIgnoreCase) + Archive.Length;
        return colon < Archive.Length || colon + 1 == path.Length || File.Exists(path)
            ? new(path, null, selection)
            : new(path[..colon], path[(colon + 1)..], selection);
    }
}
