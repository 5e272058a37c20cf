using System.Diagnostics;

namespace HadamardNtk;

/// <summary>
/// A Gram matrix that a cluster computes into a file. Beside its file K.npy stand K.npy.partial, which becomes it,
/// K.npy.journal, and K.npy.partial.token, by which workers know the partial file.
/// </summary>
internal sealed class ClusterGram(
    ClusterConnection connection, GramRequest request, IKernelBackend backend, GramOptions options, double checkedShare)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Writes the matrix, or the tiles of it that are missing.</summary>
    /// <returns>The workers that computed wrong bits, whose tiles were computed again.</returns>
    internal IReadOnlyCollection<string> Write(
        string path, GramProvenance provenance, (string? X, string? X2) files, bool resume, CancellationToken stop)
    {
        var partial = path + ".partial";
        var side = LeaseGrid.UsualSide(request.Rows, request.Columns);
        var grid = new LeaseGrid(request.Rows, request.Columns, request.IsSymmetric, side);
        if (!resume)
        {
            Delete(partial, path + ".journal", SharedFolders.TokenOf(partial));
        }

        using var journal = Journal.Open(path + ".journal", partial, ResumableGram.Describe(request, backend).With(
            "tiles", $"of a cluster, at most {side} x {side}"));
        var isKept = false;
        try
        {
            var wrong = Write(path, partial, journal, grid, side, files, stop);
            ProvenanceFile.Write(path, provenance);
            return wrong;
        }
        catch (Exception e) when (resume && e is not KernelUndefinedException)
        {
            isKept = true;
            throw;
        }
        finally
        {
            // A matrix that cannot be completed leaves nothing to resume.
            if (!isKept)
            {
                journal.Delete();
                Delete(partial, SharedFolders.TokenOf(partial));
            }
        }
    }

    private IReadOnlyCollection<string> Write(
        string path, string partial, Journal journal, LeaseGrid grid, int side, (string? X, string? X2) files,
        CancellationToken stop)
    {
        var size = NpyTileWriter.Length(request.Rows, request.Columns, request.Precision);
        var isAfresh = journal.Done.Count == 0 || !File.Exists(partial);
        if (!isAfresh && new FileInfo(partial).Length != size)
        {
            throw journal.Refusal($"{partial} of {size} bytes", $"{new FileInfo(partial).Length} bytes");
        }

        journal.Begin(isAfresh);
        using var file = PartialFile.Keep(path, partial, size);
        using var writer = NpyTileWriter.On(file, request.Rows, request.Columns, request.Precision);
        var sink = new FileSink(writer, request.IsSymmetric);
        var job = ClusterJobs.Describe(request, backend, files, side, checkedShare) with
        {
            Partial = Path.GetFullPath(partial),
            Token = Token(partial, isAfresh),
        };
        var kept = new KeptTiles(file, request);
        var session = new JobSession(connection, job, request, backend, sink) { Has = kept.Has };
        Restore(session, journal, grid);
        var keeper = new Keeper(session, file, journal, grid);
        try
        {
            Task.Run(() => session.Run(keeper.Record, options.Progress, stop), CancellationToken.None)
                .GetAwaiter().GetResult();
            Verify(session, kept, grid, sink, stop);
        }
        finally
        {
            keeper.RecordAll();
        }

        writer.Commit();
        return session.Wrong;
    }

    // Where a worker was wrong, it may have written late into tiles of others.
    private void Verify(JobSession session, KeptTiles kept, LeaseGrid grid, FileSink sink, CancellationToken stop)
    {
        if (session.Wrong.Count == 0)
        {
            return;
        }

        foreach (var (number, hash) in session.Tiles.Done)
        {
            stop.ThrowIfCancellationRequested();
            if (!kept.Has(grid[number], hash))
            {
                LocalTile.Compute(request, backend, grid[number], sink, stop);
            }
        }
    }

    // A resumed job has the token of before, so that a coordinator who still knows it goes on.
    private static string Token(string partial, bool isAfresh)
    {
        var place = SharedFolders.TokenOf(partial);
        if (!isAfresh && File.Exists(place) && File.ReadAllText(place) is { Length: 32 } known)
        {
            return known;
        }

        var token = ClusterJobs.NewToken();
        PartialFile.WriteText(place, token);
        return token;
    }

    private static void Restore(JobSession session, Journal journal, LeaseGrid grid)
    {
        if (journal.Done.Count == 0)
        {
            return;
        }

        var numbers = grid.Numbers();
        foreach (var tile in journal.Done)
        {
            if (numbers.TryGetValue(tile, out var number))
            {
                session.Tiles.Restore(number);
            }
        }
    }

    private static void Delete(params string[] paths) => Array.ForEach(paths, File.Delete);

    /// <summary>Writes finished tiles to the journal, at most once a second.</summary>
    private sealed class Keeper(JobSession session, PartialFile file, Journal journal, LeaseGrid grid)
    {
        private readonly Stopwatch _since = Stopwatch.StartNew();

        internal void Record()
        {
            if (_since.Elapsed > Patience)
            {
                RecordAll();
                _since.Restart();
            }
        }

        internal void RecordAll()
        {
            var tiles = session.Tiles;
            var isAnew = tiles.IsTakenBack;
            var fresh = isAnew ? tiles.TakeAll() : tiles.TakeFresh();
            if (fresh.Count == 0 && !isAnew)
            {
                return;
            }

            if (session.TakeWritten())
            {
                file.Flush();
            }

            if (isAnew)
            {
                journal.Begin(afresh: true);
            }

            journal.Append([.. fresh.Select(number => grid[number])]);
        }
    }
}
