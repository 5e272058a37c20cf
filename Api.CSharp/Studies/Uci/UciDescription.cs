using System.Globalization;

namespace HadamardNtk;

/// <summary>The description of a data set in NAME.txt.</summary>
internal sealed record UciDescription(int Features, int Classes, int Rows, string RowsFile)
{
    /// <summary>Reads the description from lines of the form <c>n_entradas= 4</c>.</summary>
    /// <exception cref="DataFormatException">The file cannot be read, or lacks a number.</exception>
    internal static UciDescription Read(string file)
    {
        var lines = UciLine.ReadAll(file).ToArray();
        RequireOneFile(file, Value(file, lines, "n_arquivos"));
        return new(
            Count(file, lines, "n_entradas", 1), Count(file, lines, "n_clases", 2), Count(file, lines, "n_patrons1", 1),
            Value(file, lines, "fich1"));
    }

    private static void RequireOneFile(string file, string count)
    {
        if (count != "1")
        {
            throw new DataFormatException(
                file, "n_arquivos= 1, one file of rows", $"n_arquivos= {count}", "join the files");
        }
    }

    private static int Count(string file, UciLine[] lines, string key, int least)
    {
        var text = Value(file, lines, key);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= least
            ? count
            : throw new DataFormatException(
                file, $"{key}= a whole number of at least {least}", MessageText.Quote(text), "correct it");
    }

    private static string Value(string file, UciLine[] lines, string key) =>
        lines.Select(line => string.Join(' ', line.Fields).Split('=', 2, StringSplitOptions.TrimEntries))
            .FirstOrDefault(parts => parts.Length == 2 && parts[0] == key)?[1]
        ?? throw new DataFormatException(
            file, $"a line '{key}= ...'", "none", "give the description of a UCI data set");
}
