namespace HadamardNtk;

/// <summary>
/// A heat map of a study: the values of a matrix as colors. Row 0 is drawn at the top and column 0 on the left.
/// It is checked when it becomes part of a <see cref="StudyResult"/>.
/// </summary>
public sealed record StudyMap
{
    private readonly string _name = "";

    /// <summary>The name of the map's file without its ending: characters a-z, 0-9 and -.</summary>
    /// <exception cref="ArgumentException">The name is empty or has other characters.</exception>
    public required string Name
    {
        get => _name;
        init => _name = StudyName.Require(value, "a map");
    }

    /// <summary>The title, as plain text.</summary>
    public required string Title { get; init; }

    /// <summary>The values, at least one.</summary>
    public required Matrix Values { get; init; }

    /// <summary>What the columns are.</summary>
    public required string XTitle { get; init; }

    /// <summary>What the rows are.</summary>
    public required string YTitle { get; init; }

    /// <summary>What the map shows, as plain text; empty unless set.</summary>
    public string Caption { get; init; } = "";

    internal void Require()
    {
        if (Values is null || Values.Data.Length == 0)
        {
            throw new ArgumentException(
                $"Map '{Name}': expected a matrix with at least one value; came none. Leave the map out.");
        }
    }
}
