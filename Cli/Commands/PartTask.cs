using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>gram with --part and --join: the parts of a matrix that several processes compute.</summary>
internal static class PartTask
{
    /// <summary>Computes one part to its file in a folder.</summary>
    internal static void Write(
        GramInputs inputs, GramPart part, ParseResult parsed, string folder, bool json, CancellationToken stop)
    {
        MatrixOutput.RequireFile(folder, "--out", "a part is a file in a folder");
        inputs.RequireApart(parsed, [Path.Combine(folder, part.FileName)]);
        var task = inputs.Read(parsed);
        var clock = Stopwatch.StartNew();
        var report = Output.WithProgress(
            $"part {part}", task.Entries / part.Count, progress => task.Kernel.WriteGramPart(
                folder, part, task.Samples, task.Others, task.Files, task.Watched(progress), stop));
        if (!report.IsComputed)
        {
            task.Notes.Add($"{report.Path} is finished and has this part; nothing was computed");
        }

        if (report.Damage is { } damage)
        {
            task.Notes.Add($"{report.Path} was there and damaged ({damage}); it was computed again");
        }

        task.Report(json, clock.Elapsed.TotalSeconds, report.Pairs, [
            ("part", part.Number), ("parts", part.Count), ("tiles", report.Tiles), ("pairs", report.Pairs),
        ]);
    }

    /// <summary>Joins the parts in a folder to one file.</summary>
    internal static void Join(string folder, string path, bool json, CancellationToken stop)
    {
        MatrixOutput.RequireFile(path, "--out", "parts are joined to a file");
        ArrayFile.RequireWritable(path);
        var clock = Stopwatch.StartNew();
        var parts = GramParts.Open(folder);
        foreach (var file in parts.Files)
        {
            Overwriting.Refuse([path, ProvenanceFile.PathOf(path)], ("--join", file));
        }

        var (notes, origin) = (new Notes(), parts.Provenance);
        RunRecord.Add(folder, origin.Rows, origin.Columns);
        RunRecord.Keep(origin.Network, origin.Kernel);
        (RunRecord.Current.Backend, RunRecord.Current.Precision) = (origin.Backend, origin.Precision);
        var isWritten = Output.WithProgress(
            "join", (double)origin.Rows * origin.Columns, progress => parts.Join(path, progress, stop));
        if (!isWritten)
        {
            notes.Add($"{path} is finished and has the matrix of these parts; nothing was written");
        }

        Output.Done(
            json, notes, ("rows", origin.Rows), ("columns", origin.Columns),
            ("seconds", clock.Elapsed.TotalSeconds), ("backend", origin.Backend),
            ("features", origin.Inputs[0].Columns), ("parts", parts.Count));
    }
}
