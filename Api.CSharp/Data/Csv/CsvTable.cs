namespace HadamardNtk;

/// <summary>What a text file says of its columns besides their numbers.</summary>
/// <param name="Names">The names of the columns, or null where no line names them.</param>
/// <param name="HasHeader">Whether the first line that is no comment names the columns and is no row.</param>
/// <param name="Texts">For each column with a field that is no number, the first such field.</param>
internal sealed record CsvTable(
    string[]? Names, bool HasHeader, IReadOnlyDictionary<int, CsvNoNumber> Texts)
{
    /// <summary>Requires that some columns have numbers in every row.</summary>
    /// <exception cref="DataFormatException">One has not; the message has the first field that is none.</exception>
    internal void RequireNumbers(IEnumerable<int> columns)
    {
        var found = columns.Where(Texts.ContainsKey).Select(column => Texts[column]).ToArray();
        if (found.Length > 0)
        {
            throw found.MinBy(place => place.Row)!.Error;
        }
    }
}

/// <summary>The first field of a column that is no number.</summary>
/// <param name="Row">Its row.</param>
/// <param name="Field">The field.</param>
/// <param name="Error">The error of reading the column as numbers.</param>
internal sealed record CsvNoNumber(int Row, string Field, DataFormatException Error);
