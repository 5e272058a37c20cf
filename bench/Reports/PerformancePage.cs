namespace HadamardNtk.Bench;

/// <summary>The tables of docs/performance.md, taken from committed result files: generated, not typed.</summary>
internal static class PerformancePage
{
    private const string Begin = "<!-- bench:begin -->", End = "<!-- bench:end -->";

    /// <summary>Puts them between the markers.</summary>
    /// <param name="args">
    /// Result files, of which the first that has a section gives it; that of this processor if none.
    /// </param>
    internal static int Write(string[] args)
    {
        string[] paths = args.Length > 0 ? args : [ResultFile.Place];
        if (paths.FirstOrDefault(path => !File.Exists(path)) is { } missing)
        {
            Console.Error.WriteLine($"No results at {missing}: run 'large' first.");
            return 1;
        }

        return Place([.. paths.Select(path => (Path.GetFileName(path), ResultFile.Read(path)))]);
    }

    private static int Place(IReadOnlyList<(string Name, ResultFile Results)> files)
    {
        var text = File.ReadAllText(Repository.PerformancePage);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (from < 0 || to < from)
        {
            Console.Error.WriteLine($"docs/performance.md lacks the lines {Begin} and {End}.");
            return 1;
        }

        var sections = Parts.All.Where(part => part.IsOnPage).Select(part => Section(part, files)).Where(text => text != "");
        var body = string.Join("\n\n", sections);
        File.WriteAllText(Repository.PerformancePage, $"{text[..(from + Begin.Length)]}\n{body}\n{text[to..]}");
        return 0;
    }

    // A heading one deeper than in the results.
    private static string Section(Part part, IReadOnlyList<(string Name, ResultFile Results)> files)
    {
        var (name, results) = files.FirstOrDefault(file => file.Results.Lines(part.Title).Count > 0);
        return results is null ? "" : $"#{string.Join('\n', results.Lines(part.Title)).Trim()}\n\nFrom `bench/results/{name}`.";
    }
}
