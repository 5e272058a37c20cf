namespace HadamardNtk.Bench;

/// <summary>
/// The committed results of one processor: a head that says what was measured on, then a section for each part. A later
/// run replaces the sections that it has.
/// </summary>
internal sealed class ResultFile
{
    private const string Mark = "## ";

    private readonly List<string> _head;
    private readonly List<(string Title, List<string> Lines)> _sections;

    private ResultFile(List<string> head, List<(string Title, List<string> Lines)> sections) =>
        (_head, _sections) = (head, sections);

    /// <summary>The file of this processor.</summary>
    internal static string Place => Path.Combine(Repository.Results, Processor.FileName + ".md");

    /// <summary>The lines before the first section.</summary>
    internal IReadOnlyList<string> Head => _head;

    /// <summary>Reads a file; one that is not there is empty.</summary>
    internal static ResultFile Read(string path)
    {
        var (head, sections) = (new List<string>(), new List<(string Title, List<string> Lines)>());
        foreach (var line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                sections.Add((line[Mark.Length..], []));
            }

            (sections.Count > 0 ? sections[^1].Lines : head).Add(line);
        }

        return new(head, sections);
    }

    /// <summary>The lines of a section with its heading; none where it is not there.</summary>
    internal IReadOnlyList<string> Lines(string title) => _sections.FirstOrDefault(s => s.Title == title).Lines ?? [];

    /// <summary>The file with the head and the sections of a run; other sections stay as they are.</summary>
    internal ResultFile With(IEnumerable<string> head, IEnumerable<Section> sections)
    {
        var merged = _sections.ToList();
        foreach (var section in sections)
        {
            var (at, lines) = (merged.FindIndex(s => s.Title == section.Title), section.Lines().ToList());
            merged = at < 0
                ? [.. merged, (section.Title, lines)]
                : [.. merged[..at], (section.Title, lines), .. merged[(at + 1)..]];
        }

        return new([.. head], merged);
    }

    /// <summary>Writes the file.</summary>
    internal void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var blocks = _sections.Select(s => s.Lines).Prepend(_head).Select(lines => string.Join('\n', lines).Trim());
        File.WriteAllText(path, string.Join("\n\n", blocks) + "\n");
    }
}
