namespace HadamardNtk;

/// <summary>
/// A table of a study. Its rows are checked against its columns when it becomes part of a <see cref="StudyResult"/>.
/// </summary>
public sealed record StudyTable
{
    private readonly string _name = "";

    /// <summary>The name of the table's file without its ending: characters a-z, 0-9 and -.</summary>
    /// <exception cref="ArgumentException">The name is empty or has other characters.</exception>
    public required string Name
    {
        get => _name;
        init => _name = StudyName.Require(value, "a table");
    }

    /// <summary>The title, as plain text.</summary>
    public required string Title { get; init; }

    /// <summary>The headings, at least one.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>
    /// The rows, each with one cell per column. A cell is a string, an int, a long, a double, a bool, or null where
    /// there is no value.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<object?>> Rows { get; init; }

    internal void Require()
    {
        if (Columns is not { Count: > 0 } || Rows is null)
        {
            throw new ArgumentException(
                $"Table '{Name}': expected at least one column, and rows; came none. Give both.");
        }

        for (var i = 0; i < Rows.Count; i++)
        {
            RequireRow(i);
        }
    }

    private void RequireRow(int i)
    {
        if (Rows[i] is not { } row || row.Count != Columns.Count)
        {
            throw new ArgumentException(
                $"Table '{Name}', row {i}: expected {Columns.Count} cells, one per column; came {Rows[i]?.Count ?? 0}. "
                    + "Use null for a cell without a value.");
        }

        if (row.FirstOrDefault(cell => cell is not (null or string or int or long or double or bool)) is { } other)
        {
            throw new ArgumentException(
                $"Table '{Name}', row {i}: expected cells that are string, int, long, double, bool or null; "
                    + $"came {other.GetType().Name}. Convert it to one of these.");
        }
    }
}
