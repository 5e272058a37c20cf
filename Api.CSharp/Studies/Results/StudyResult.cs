namespace HadamardNtk;

/// <summary>
/// The outcome of a study as data: what was claimed and measured, with its tables, charts and maps. Immutable, but the
/// lists are kept, not copied.
/// </summary>
/// <remarks>
/// Tables, charts and maps have different names, which their files have too.
/// </remarks>
public sealed record StudyResult
{
    private readonly string _name = "";
    private readonly IReadOnlyList<StudyTable> _tables = [];
    private readonly IReadOnlyList<StudyChart> _charts = [];
    private readonly IReadOnlyList<StudyMap> _maps = [];

    /// <summary>The name of the study, such as <c>spectral-bias</c>: characters a-z, 0-9 and -.</summary>
    /// <exception cref="ArgumentException">The name is empty or has other characters.</exception>
    public required string Name
    {
        get => _name;
        init => _name = StudyName.Require(value, "a study");
    }

    /// <summary>The title, as plain text.</summary>
    public required string Title { get; init; }

    /// <summary>A paragraph about the study, as plain text.</summary>
    public required string Summary { get; init; }

    /// <summary>The settings that the study ran with; none unless set.</summary>
    public IReadOnlyList<StudyParameter> Parameters { get; init; } = [];

    /// <summary>The seed of everything random in the study; 0 unless set.</summary>
    public int Seed { get; init; }

    /// <summary>The claims that the study examined; none unless set.</summary>
    public IReadOnlyList<StudyClaim> Claims { get; init; } = [];

    /// <summary>The tables; none unless set.</summary>
    /// <exception cref="ArgumentException">
    /// A row has another number of cells than the table has columns or a cell of another type, or a name occurs twice.
    /// </exception>
    public IReadOnlyList<StudyTable> Tables
    {
        get => _tables;
        init
        {
            _tables = Checked(value, table => table.Require());
            RequireDifferentNames();
        }
    }

    /// <summary>The charts; none unless set.</summary>
    /// <exception cref="ArgumentException">
    /// The lists of a series differ in length, a shaded range is not one, or a name occurs twice.
    /// </exception>
    public IReadOnlyList<StudyChart> Charts
    {
        get => _charts;
        init
        {
            _charts = Checked(value, chart => chart.Require());
            RequireDifferentNames();
        }
    }

    /// <summary>The heat maps; none unless set.</summary>
    /// <exception cref="ArgumentException">A matrix is empty, or a name occurs twice.</exception>
    public IReadOnlyList<StudyMap> Maps
    {
        get => _maps;
        init
        {
            _maps = Checked(value, map => map.Require());
            RequireDifferentNames();
        }
    }

    /// <summary>The title, and below it the claims, each with what was found of it.</summary>
    public override string ToString() => string.Join(
        "\n  ", Claims.Select(claim => $"{claim.Verdict}: {claim.Statement}").Prepend($"{Name}: {Title}"));

    private static IReadOnlyList<T> Checked<T>(IReadOnlyList<T> parts, Action<T> require)
    {
        ArgumentNullException.ThrowIfNull(parts);
        foreach (var part in parts)
        {
            require(part);
        }

        return parts;
    }

    private void RequireDifferentNames()
    {
        var names = _tables.Select(t => t.Name).Concat(_charts.Select(c => c.Name)).Concat(_maps.Select(m => m.Name));
        if (names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ArgumentException(
                "Expected tables, charts and maps of different names, as files are named by them; came "
                + $"'{twice.Key}' twice. Rename one.");
        }
    }
}
