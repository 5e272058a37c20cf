namespace HadamardNtk.Bench;

/// <summary>The README's tables, taken from a committed result file: generated, not typed.</summary>
internal static class ReadmeTable
{
    private const string Begin = "<!-- bench:begin -->", End = "<!-- bench:end -->";

    /// <summary>Puts them between the markers.</summary>
    /// <param name="args">The result file; that of this processor if none.</param>
    internal static int Write(string[] args)
    {
        var path = args.Length > 0 ? args[0] : ResultFile.Place;
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"No results at {path}: run 'large' first.");
            return 1;
        }

        return Place(ResultFile.Read(path), Path.GetFileName(path));
    }

    private static int Place(ResultFile results, string name)
    {
        var text = File.ReadAllText(Repository.Readme);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (from < 0 || to < from)
        {
            Console.Error.WriteLine($"The README lacks the lines {Begin} and {End}.");
            return 1;
        }

        File.WriteAllText(Repository.Readme, $"{text[..(from + Begin.Length)]}\n{Body(results, name)}\n{text[to..]}");
        return 0;
    }

    private static string Body(ResultFile results, string name)
    {
        var sections = Parts.All.Where(p => p.IsInReadme).Select(p => Section(results.Lines(p.Title))).Where(text => text != "");
        return $"{string.Join("\n\n", sections)}\n\nFrom `bench/results/{name}`, which says on what and with which versions.";
    }

    // A heading one deeper.
    private static string Section(IReadOnlyList<string> lines) =>
        lines.Count == 0 ? "" : $"#{string.Join('\n', lines).Trim()}";
}
