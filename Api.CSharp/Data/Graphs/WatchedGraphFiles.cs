namespace HadamardNtk;

/// <summary>
/// Text files of graphs that are read one after the other. The part that is done counts their bytes; a file that is not
/// there has none.
/// </summary>
internal sealed class WatchedGraphFiles
{
    private readonly Watch _watch;
    private readonly Dictionary<string, Watch> _stages = [];

    /// <summary>Looks at the lengths of the files.</summary>
    /// <param name="files">The files in the order in which they are read.</param>
    /// <param name="watch">The listener to the part of all files that is read, and the token.</param>
    internal WatchedGraphFiles(IReadOnlyList<string> files, Watch watch)
    {
        _watch = watch;
        long[] lengths = [.. files.Select(file => File.Exists(file) ? new FileInfo(file).Length : 0)];
        var (before, all) = (0L, Math.Max(1, lengths.Sum()));
        foreach (var (file, length) in files.Zip(lengths))
        {
            _stages[file] = watch.Stage((double)before / all, (double)(before + length) / all);
            before += length;
        }
    }

    /// <summary>The lines of a file.</summary>
    /// <exception cref="DataFormatException">The file cannot be read.</exception>
    internal IReadOnlyList<GraphLine> Lines(string file) => GraphLines.Read(file, _stages[file]);

    /// <summary>Lines, or what is made of them, between two of which the token may stop the work.</summary>
    internal IEnumerable<T> Each<T>(IEnumerable<T> lines)
    {
        foreach (var line in lines)
        {
            _watch.Cancellation.ThrowIfCancellationRequested();
            yield return line;
        }
    }
}
