namespace HadamardNtk;

/// <summary>The options for reports. Immutable; change it with <c>with</c>.</summary>
public sealed record ReportOptions
{
    /// <summary>The heading of a page of several studies; <c>Studies</c> unless set. One study has its own.</summary>
    public string Title { get; init; } = "Studies";

    /// <summary>The command line that made the report, which the page shows; none unless set.</summary>
    public string? Command { get; init; }

    /// <summary>
    /// The folder of the files of <see cref="StudyFiles"/>, relative to the page, with slashes; the page's own unless
    /// set. The page of one study links to csv/NAME.csv in it, that of several to STUDY/csv/NAME.csv.
    /// </summary>
    public string Folder { get; init; } = "";
}
