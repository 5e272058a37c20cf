namespace HadamardNtk;

/// <summary>
/// A line of a text file that is not blank: its number, counted from 1, and its fields, separated by spaces or tabs.
/// </summary>
internal sealed record UciLine(string File, int Number, string[] Fields)
{
    /// <summary>All lines of a file that are not blank.</summary>
    /// <exception cref="DataFormatException">The file cannot be read.</exception>
    internal static IEnumerable<UciLine> ReadAll(string file)
    {
        using var reader = new StreamReader(DataSource.Open(file));
        for (var number = 1; DataSource.Guard(file, reader.ReadLine) is { } text; number++)
        {
            var fields = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 0)
            {
                yield return new(file, number, fields);
            }
        }
    }

    /// <summary>The error for a field that does not have the expected value.</summary>
    internal DataFormatException Refusal(int column, string expected, string mend) => new(
        File,
        expected,
        $"{MessageText.Quote(Fields[column])} in line {Number}, field {column + 1} (counted from 1)",
        mend);
}
