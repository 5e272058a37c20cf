namespace HadamardNtk;

/// <summary>What stands between the fields of a text file.</summary>
public enum FieldSeparator
{
    /// <summary>A comma, as in comma-separated values (RFC 4180).</summary>
    Comma,

    /// <summary>A semicolon. Decimals have a point here too.</summary>
    Semicolon,

    /// <summary>A tab.</summary>
    Tab,

    /// <summary>One or more spaces or tabs, as numpy.loadtxt reads.</summary>
    Space,
}

/// <summary>How <see cref="DataFile"/> reads text files. Other formats need no options.</summary>
public sealed record DataFileOptions
{
    /// <summary>What separates the fields of a line; a comma unless set.</summary>
    public FieldSeparator Separator { get; init; } = FieldSeparator.Comma;

    /// <summary>The byte that separates fields.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The separator is none of those.</exception>
    internal byte Mark => Separator switch
    {
        FieldSeparator.Comma => (byte)',',
        FieldSeparator.Semicolon => (byte)';',
        FieldSeparator.Tab => (byte)'\t',
        FieldSeparator.Space => (byte)' ',
        _ => throw new ArgumentOutOfRangeException(
            nameof(Separator), Separator, "Expected Comma, Semicolon, Tab or Space."),
    };
}
