namespace HadamardNtk.Bench;

/// <summary>Matrices larger than memory would like.</summary>
internal static class FilesPart
{
    internal static Section Run(LargeContext context, string title)
    {
        using var folder = new ScratchFolder(context.Options.Folder);
        var rows = new List<string[]>();
        var notes = new List<string>();
        Measure(new(context.Size(20_000, 3_000), 784, folder), 3, "600");
        if (context.Options.IsHuge)
        {
            Measure(new(context.Size(60_000, 6_000), 16, folder), 1, "-");
        }

        return new(title, [
            $"`{ReferenceFigures.Relu3}`, tangent kernel, float32, by the process hntk, from the start of the process to the file on the disk; beside it the inner products alone, and the same bytes alone written and brought to the disk. Times in seconds; the ratio is to the sum of both; the most memory the process held in MB.{string.Concat(notes)}",
            new Table(["n", "d", "GB", "gram", "products", "write", "ratio", "aim", "MB", "aim"], rows),
        ]);

        void Measure(FileCase file, int rounds, string memoryAim)
        {
            if (file.HasRoom)
            {
                rows.Add(file.Row(file.Measure(rounds), memoryAim));
            }
            else
            {
                notes.Add($" n = {file.Rows}: the disk has {folder.Free / 1e9:F1} GB free, too few.");
            }
        }
    }
}
