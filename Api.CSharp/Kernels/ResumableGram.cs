namespace HadamardNtk;

/// <summary>
/// A Gram matrix whose writing can be interrupted and resumed. Two files stand beside its file K.npy. K.npy.partial
/// becomes it, and K.npy.journal says which matrix it holds and which blocks are in it.
/// </summary>
internal static class ResumableGram
{
    private const string Format = "1";

    private static string Partial(string path) => path + ".partial";

    /// <summary>Whether a run was interrupted that a next one resumes.</summary>
    /// <param name="path">The path of the matrix's file.</param>
    internal static bool IsBegun(string path) => File.Exists(Partial(OutputPlace.Of(path).Beside));

    /// <summary>Writes the matrix, or the tiles of it that are missing.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="request">The matrix.</param>
    /// <param name="provenance">Its provenance, which is written beside it.</param>
    /// <param name="options">The backend, threads and progress.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <returns>Whether something was computed; false where the file is finished and has this matrix.</returns>
    /// <exception cref="OutputException">
    /// The file cannot be written, the files of the interrupted run cannot be resumed, or the file is finished and has
    /// another matrix.
    /// </exception>
    internal static bool Write(
        string path,
        GramRequest request,
        GramProvenance provenance,
        GramOptions options,
        CancellationToken cancellation)
    {
        path = OutputPlace.Of(path).Beside;
        RequireNpy(path);
        var backend = options.Backend ?? Backends.Default;
        var (partial, run) = (Partial(path), Describe(request, backend));
        if (!File.Exists(partial) && IsFinished(path, provenance))
        {
            DeleteJournal(path + ".journal", partial, run);
            return false;
        }

        using var journal = Journal.Open(path + ".journal", partial, run);
        using var file = Begin(path, partial, request, journal);
        using var writer = NpyTileWriter.On(file, request.Rows, request.Columns, request.Precision);
        var sink = new JournalSink(new FileSink(writer, request.IsSymmetric), file, journal);
        try
        {
            backend.Compute(request, sink, options, cancellation);
            writer.Commit();
            ProvenanceFile.Write(path, provenance);
            journal.Delete();
            return true;
        }
        catch (KernelUndefinedException)
        {
            // The matrix cannot be completed, so both files are deleted.
            Discard(partial, journal);
            throw;
        }
        catch (Exception e) when (e is not OutputException)
        {
            sink.Flush();
            throw;
        }
    }

    // A file without a provenance is of unknown origin and is replaced, as by a run that is not resumed.
    internal static bool IsFinished(string path, GramProvenance provenance)
    {
        if (Provenance(path) is not { } there)
        {
            return false;
        }

        return provenance.Difference(there) is not var (name, here, came) ? true : throw new OutputException(
            OutputFault.CannotResume, path, $"the {name} of this run, {here}", $"a finished matrix with {came}",
            $"delete {path}, name another file, or drop --resume");
    }

    private static GramProvenance? Provenance(string path)
    {
        try
        {
            return ProvenanceFile.Read(path);
        }
        catch (DataFormatException e)
        {
            throw new OutputException(
                OutputFault.CannotResume, path, $"a file that belongs to {ProvenanceFile.PathOf(path)}", e.Actual,
                $"delete {path}, name another file, or drop --resume", e);
        }
    }

    // The run was killed between its last two steps.
    private static void DeleteJournal(string path, string partial, RunDescription run)
    {
        if (File.Exists(path))
        {
            using var journal = Journal.Open(path, partial, run);
            journal.Delete();
        }
    }

    internal static void RequireNpy(string path)
    {
        if (!ArrayFormat.Of(path).IsByPosition)
        {
            throw new OutputException(
                OutputFault.CannotCreate,
                path,
                "a .npy file, which alone can be resumed",
                "a name of another format",
                "name a .npy file, or drop --resume");
        }
    }

    private static PartialFile Begin(string path, string partial, GramRequest request, Journal journal)
    {
        var size = NpyTileWriter.Length(request.Rows, request.Columns, request.Precision);

        // A journal without a partial file has no meaning: the run was killed between its last two steps.
        var afresh = journal.Done.Count == 0 || !File.Exists(partial);
        if (!afresh && new FileInfo(partial).Length != size)
        {
            throw journal.Refusal($"{partial} of {size} bytes", $"{new FileInfo(partial).Length} bytes");
        }

        journal.Begin(afresh);
        try
        {
            return PartialFile.Keep(path, partial, size);
        }
        catch (OutputException) when (afresh)
        {
            Discard(partial, journal);
            throw;
        }
    }

    private static void Discard(string partial, Journal journal)
    {
        File.Delete(partial);
        journal.Delete();
    }

    /// <summary>Describes everything on which the bits of a matrix depend.</summary>
    /// <exception cref="NotSupportedException">The network has a custom activation.</exception>
    internal static RunDescription Describe(GramRequest request, IKernelBackend backend) => new(
    [
        ("format", Format),
        ("network", Text(request.Network)),
        ("kernel", ProvenanceFile.Word(request.Kind)),
        ("precision", ProvenanceFile.Word(request.Precision)),
        ("shape", $"{request.Rows} x {request.Columns} of {request.X.Columns} features"),
        ("X", Contents(request.X)),
        ("X2", request.IsSymmetric ? "X itself" : Contents(request.Other)),
        .. Computed(request, backend),
    ]);

    /// <summary>The fields of a description that say what computes kernels.</summary>
    /// <param name="request">A request for one of the kernels.</param>
    /// <param name="backend">The backend; the default if null.</param>
    internal static IEnumerable<(string Name, string Value)> Computed(GramRequest request, IKernelBackend? backend)
    {
        backend ??= Backends.Default;
        return
        [
            ("backend", backend.Name),
            ("backend's identity", backend.Identity(request)),
            ("program", ProgramIdentity.Build),
        ];
    }

    /// <summary>A network as text, which names all of it.</summary>
    /// <exception cref="NotSupportedException">The network has a custom activation.</exception>
    internal static string Text(Network network)
    {
        var text = network.ToString();
        return Network.TryParse(text, out var parsed, out _) && parsed.Equals(network)
            ? text
            : throw new NotSupportedException(
                $"The network {text} has a custom activation, which a file to resume from cannot name; "
                + "compute the whole without one.");
    }

    private static string Contents(Matrix x) => $"SHA-256 {NumberChecksum.Of(x)}";
}
