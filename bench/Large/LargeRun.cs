using System.Diagnostics;

namespace HadamardNtk.Bench;

/// <summary>Runs the parts one after the other in one process, prints their sections, and keeps them.</summary>
internal static class LargeRun
{
    /// <summary>Runs what the command line asks for.</summary>
    /// <returns>The exit code.</returns>
    internal static int Start(string[] args)
    {
        var options = LargeOptions.Read(args);
        if (options is null || options.Only.FirstOrDefault(name => Parts.Find(name) is null) is not null)
        {
            return Usage.Show($"Not understood: {string.Join(' ', args)}");
        }

        if (Repository.Configuration == "Debug")
        {
            Console.Error.WriteLine("This is a Debug build: use -c Release.");
        }

        Processor.Name = options.Name ?? Processor.Name;
        var context = new LargeContext(options);
        string[] head = [$"# {Processor.Name}", "", .. Machine.Lines(context)];
        Print(head);
        var chosen = Parts.All.Where(p => options.Only.Count == 0 ? !p.IsAside : options.Only.Contains(p.Name));
        var measured = chosen.Select(part => Run(part, context)).ToList();
        var kept = Keep(options, head, [.. measured.OfType<Section>()]);
        return measured.Contains(null) ? 1 : kept;
    }

    // No section where the part failed.
    private static Section? Run(Part part, LargeContext context)
    {
        Console.Error.Write($"{part.Name} ... ");
        var clock = Stopwatch.StartNew();
        var section = Try(part, context);
        Console.Error.WriteLine($"{clock.Elapsed.TotalSeconds:F0} s");
        if (section is not null)
        {
            Print(section.Lines());
        }

        GC.Collect();
        return section;
    }

    // A part that fails does not keep the others from running, and its section of an earlier run stays in the file.
    private static Section? Try(Part part, LargeContext context)
    {
        try
        {
            return part.Run(context, part.Title);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException or OutOfMemoryException)
        {
            Console.Error.WriteLine($"not measured: {e.Message}");
            return null;
        }
    }

    private static void Print(IEnumerable<string> lines) => Console.WriteLine(string.Join('\n', lines) + "\n");

    private static int Keep(LargeOptions options, IEnumerable<string> head, IReadOnlyList<Section> sections)
    {
        if (!options.IsFull && !options.Writes)
        {
            return 0;
        }

        ResultFile.Read(ResultFile.Place).With(head, sections).Write(ResultFile.Place);
        Console.Error.WriteLine($"Written: bench/results/{Path.GetFileName(ResultFile.Place)}");
        return options.WritesPage ? PerformancePage.Write([]) : 0;
    }
}
