using System.Globalization;
using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// The parts of one Gram matrix in a folder, as <c>kernel.WriteGramPart</c> and <c>hntk gram --part</c>
/// write them. The object is immutable; it says what was there when it was opened.
/// </summary>
/// <example><code>
/// kernel.WriteGramPart("parts", new GramPart(3, 16), x);          // on each machine another number
/// GramParts.Open("parts").Join("K.npy");                          // when all sixteen are there
/// </code></example>
public sealed class GramParts
{
    private readonly string _folder;
    private readonly PartHead _first;

    private GramParts(string folder, PartHead first, SortedDictionary<int, string> paths)
    {
        (_folder, _first, Files) = (folder, first, [.. paths.Values]);
        Missing = [.. Enumerable.Range(1, Count).Where(k => !paths.ContainsKey(k))];
    }

    /// <summary>The number of parts of the matrix.</summary>
    public int Count => _first.Part.Count;

    /// <summary>The numbers of the parts that are not there, ascending.</summary>
    public IReadOnlyList<int> Missing { get; }

    /// <summary>The paths of the parts that are there, in the order of their numbers.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>
    /// The provenance of the matrix, without the length and the fingerprint of its file. The names of its inputs are
    /// those of the first part that is there.
    /// </summary>
    public GramProvenance Provenance => _first.Provenance;

    /// <summary>
    /// Reads the heads of all files <c>part-K-of-N.gram</c> of a folder, and checks that they are parts of one matrix:
    /// network, kernel, precision, inputs, backend, its vectors and tiles, and the program must be the same.
    /// </summary>
    /// <param name="folder">The folder. Other files in it do not count.</param>
    /// <exception cref="DataFormatException">
    /// There is no such folder or no part in it, a file is cut short or damaged, or one is part of another matrix; the
    /// message names the file, and what differs.
    /// </exception>
    public static GramParts Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var (paths, first) = (new SortedDictionary<int, string>(), default((string Path, PartHead Head)?));
        foreach (var path in FilesOf(folder))
        {
            var head = PartFile.Open(path).Head;
            first ??= (path, head);
            RequireSame(first.Value, path, head);
            if (Path.GetFileName(path) != head.Part.FileName)
            {
                throw PartFile.Damaged(path, $"part {head.Part} under this name, which is not {head.Part.FileName}");
            }

            paths.Add(head.Part.Number, path);
        }

        return first is var (_, known)
            ? new(folder, known, paths)
            : throw new DataFormatException(
                folder, "files part-K-of-N.gram, as gram --part writes them", "a folder without any",
                "name the folder of the parts");
    }

    /// <summary>
    /// Joins the parts to one file, which has the bytes of the file that <c>WriteGram</c> writes, with its provenance
    /// beside it. The numbers of the parts are streamed through memory for one tile and the index of one part, and
    /// their checksums are checked. Parts stay as they are.
    /// </summary>
    /// <param name="path">
    /// The path of the file, in the format that its name states, as for <c>WriteGram</c>. It appears when it is
    /// complete, and replaces another file of that name.
    /// </param>
    /// <param name="progress">Receives the share of the pairs that are joined, in (0, 1]. It may be null.</param>
    /// <param name="cancellation">The token that stops the work. Nothing is left at the path then.</param>
    /// <returns>Whether the file was written; false where a finished one of this matrix was there.</returns>
    /// <exception cref="DataFormatException">Parts are missing, or one is damaged; the message names them.</exception>
    /// <exception cref="OutputException">The file or its provenance cannot be written.</exception>
    public bool Join(string path, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArrayFile.RequireWritable(path);
        ProvenanceFile.RequireWritable(path);
        if (IsFinished(path))
        {
            return false;
        }

        RequireAll();
        var provenance = Provenance;
        GramFile.Write(
            path, provenance.Rows, provenance.Columns, provenance.Precision, _first.IsSymmetric,
            sink => Give(sink, progress, cancellation), cancellation);
        ProvenanceFile.Write(path, provenance);
        return true;
    }

    private bool IsFinished(string path)
    {
        try
        {
            return ProvenanceFile.Read(path) is { } there && Provenance.Difference(there) is null;
        }
        catch (DataFormatException)
        {
            return false;
        }
    }

    private void RequireAll()
    {
        if (Missing.Count > 0)
        {
            throw new DataFormatException(
                _folder, $"all of {Count} parts", $"a folder without {Ranges(Missing)}",
                $"compute them by gram --part {Missing[0]}/{Count} and so on, or copy them there");
        }
    }

    private void Give(IGramSink sink, IProgress<double>? progress, CancellationToken cancellation)
    {
        if (Provenance.Precision == Precision.Float64)
        {
            Give<double>(sink, progress, cancellation);
        }
        else
        {
            Give<float>(sink, progress, cancellation);
        }
    }

    // The parts follow one another in the order of the pairs, and so do the tiles of each part once they are sorted.
    private void Give<T>(IGramSink sink, IProgress<double>? progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (pairs, given, next) = (_first.Pairs, 0L, 0L);
        foreach (var path in Files)
        {
            var file = PartFile.Open(path);
            next = Follow(path, file, next);
            file.Read<T>(
                (tile, entries) =>
                {
                    sink.Write(tile, entries, tile.Columns);
                    given += pairs.Pairs(tile);
                    progress?.Report((double)given / pairs.Total);
                },
                cancellation);
        }

        if (next != pairs.Total)
        {
            throw new DataFormatException(
                _folder, $"parts with all of {pairs.Total} pairs", $"{next}", "compute the parts again");
        }
    }

    private long Follow(string path, PartFile file, long next)
    {
        RequireSame((Files[0], _first), path, file.Head);
        foreach (var (first, count) in file.Tiles.Select(t => (_first.Pairs.Before(t.Tile), _first.Pairs.Pairs(t.Tile)))
            .Where(run => run.Item2 > 0).Order())
        {
            next = first == next
                ? next + count
                : throw PartFile.Damaged(path, $"one whose pairs are {first} and on, where {next} is next");
        }

        return next;
    }

    private static void RequireSame((string Path, PartHead Head) first, string path, PartHead head)
    {
        if (first.Head.Identity.Difference(head.Identity) is var (name, here, came))
        {
            throw new DataFormatException(
                path, $"the {name} of {Path.GetFileName(first.Path)}, {here}", came,
                "delete the one that does not belong here, and compute that part again");
        }
    }

    private static IEnumerable<string> FilesOf(string folder) => DataSource.Guard(folder, () =>
        Directory.Exists(folder)
            ? Directory.GetFiles(folder, "part-*-of-*.gram").Order(StringComparer.Ordinal)
            : throw new DataFormatException(
                folder, "the folder of the parts", File.Exists(folder) ? "a file" : "no such folder",
                "name the folder that --part wrote to"));

    // At most ten ranges, as in 3, 7-12, 14.
    private static string Ranges(IReadOnlyList<int> numbers)
    {
        const int most = 10;
        var ranges = new List<(int First, int Last)>();
        foreach (var k in numbers)
        {
            if (ranges.Count > 0 && ranges[^1].Last == k - 1)
            {
                ranges[^1] = (ranges[^1].First, k);
            }
            else
            {
                ranges.Add((k, k));
            }
        }

        var shown = ranges.Take(most).Select(r => r.First == r.Last
            ? r.First.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{r.First}-{r.Last}"));
        return string.Join(", ", shown) + (ranges.Count > most ? $" and others, {numbers.Count} in all" : "");
    }
}
