namespace HadamardNtk;

/// <summary>Computes one part of a Gram matrix and writes its file.</summary>
internal static class PartWriter
{
    /// <summary>Writes a part, or finds it finished.</summary>
    /// <param name="folder">The folder of the parts, which is created where it is missing.</param>
    /// <param name="part">The part.</param>
    /// <param name="request">The request for the whole matrix.</param>
    /// <param name="files">The files of X and X2 where they are known.</param>
    /// <param name="options">The backend, threads and progress.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="OutputException">
    /// The file cannot be written, or is there and is that of another matrix.
    /// </exception>
    internal static GramPartReport Write(
        string folder,
        GramPart part,
        GramRequest request,
        (string? X, string? X2) files,
        GramOptions options,
        CancellationToken cancellation)
    {
        var backend = options.Backend ?? Backends.Default;
        var head = HeadOf(part, request, backend, files);
        var (place, path) = (WholeFolder.PlaceOf(folder), Path.Combine(folder, part.FileName));
        WholeFolder.RequireWritable(place, [part.FileName]);
        var damage = default(string);
        if (File.Exists(path) && Finished(path, head, cancellation, out damage) is { } there)
        {
            return new(path, there.Tiles.Count, there.Pairs, IsComputed: false, Damage: null);
        }

        var isNew = WholeFolder.Create(place);
        try
        {
            var (tiles, pairs) = Compute((place, path), head, request, backend, options, cancellation);
            return new(path, tiles, pairs, IsComputed: true, damage);
        }
        catch when (isNew)
        {
            WholeFolder.DeleteEmpty(place);
            throw;
        }
    }

    private static PartHead HeadOf(
        GramPart part, GramRequest request, IKernelBackend backend, (string? X, string? X2) files)
    {
        var identity = ResumableGram.Describe(request, backend);
        return new(
            part, request.IsSymmetric, new([.. identity.Fields, ("number of parts", $"{part.Count}")]),
            GramProvenance.Of(request, backend, files));
    }

    private static (int Tiles, long Pairs) Compute(
        (string Folder, string Path) place,
        PartHead head,
        GramRequest request,
        IKernelBackend backend,
        GramOptions options,
        CancellationToken cancellation)
    {
        using var file = PartialFile.Create(place.Path, PartSink.Expected(head));
        var sink = new PartSink(file, head, options.Progress);
        backend.Compute(request, sink, options with { Progress = null }, cancellation);

        // A process that made the folder and failed has deleted it where others had nameless files in it alone.
        WholeFolder.Create(place.Folder);
        return sink.Commit();
    }

    // The finished part where it is there and whole. A damaged one, which is ours, is computed again.
    private static PartFile? Finished(string path, PartHead head, CancellationToken cancellation, out string? damage)
    {
        damage = null;
        if (!PartFile.Is(path))
        {
            throw Refusal(path, "a free name for the part, or the part of an earlier run", "another file");
        }

        try
        {
            var there = PartFile.Open(path);
            if (head.Identity.Difference(there.Head.Identity) is var (name, here, came))
            {
                throw Refusal(path, $"the {name} of this run, {here}", came);
            }

            there.Check(cancellation);
            return there;
        }
        catch (DataFormatException e)
        {
            damage = e.Actual;
            return null;
        }
    }

    private static OutputException Refusal(string path, string expected, string came) => new(
        OutputFault.CannotResume, path, expected, came, "delete it, or name another folder");
}
