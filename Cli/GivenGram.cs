namespace HadamardNtk.Cli;

/// <summary>A Gram matrix of training samples in a file, with what its provenance says.</summary>
internal sealed class GivenGram : IDisposable
{
    private readonly GramMatrix? _mapped;

    private GivenGram(PrecomputedKernel kernel, GramOrigin origin, int? features, GramMatrix? mapped) =>
        (Kernel, Origin, Features, _mapped) = (kernel, origin, features, mapped);

    /// <summary>The kernel with this matrix.</summary>
    internal PrecomputedKernel Kernel { get; }

    /// <summary>The origin of the matrix, as far as it is known.</summary>
    internal GramOrigin Origin { get; }

    /// <summary>The number of features of a sample, if it is known.</summary>
    internal int? Features { get; }

    /// <summary>The number of samples.</summary>
    internal int Size => Kernel.Size;

    /// <summary>Opens or reads a matrix. A .npy file of gram stays on the disk.</summary>
    /// <param name="argument">The file, perhaps with a selection.</param>
    /// <param name="notes">Receives what is worth saying of the file.</param>
    /// <param name="kind">The kernel that the command names, or null.</param>
    /// <param name="threads">The threads that check the matrix.</param>
    /// <exception cref="DataFormatException">
    /// The file is not a Gram matrix, its provenance is damaged or that of another file, or it is of another kernel.
    /// </exception>
    internal static GivenGram Read(string argument, Notes notes, KernelKind? kind, int threads)
    {
        var provenance = ProvenanceOf(argument);
        if (kind is not null && provenance is not null && kind != provenance.Kernel)
        {
            throw new DataFormatException(
                argument, $"a matrix of the kernel {ProvenanceFile.Word(kind.Value)}, which --kernel names",
                $"one of {ProvenanceFile.Word(provenance.Kernel)}", "leave --kernel out, or name another file");
        }

        var origin = OriginOf(argument, provenance);
        origin = origin with { Kind = origin.Kind ?? kind };
        var gram = Guarded(argument, () => Open(argument, notes, origin, provenance?.Inputs[0].Columns, threads));
        RunRecord.Add(argument, gram.Size, gram.Size);
        RunRecord.Keep(origin.Network, origin.Kind);
        return gram;
    }

    /// <summary>What is known of the origin of kernels in a file. A selection has other samples.</summary>
    /// <exception cref="DataFormatException">The provenance is damaged, or that of another file.</exception>
    internal static GramOrigin OriginOf(string argument) => OriginOf(argument, ProvenanceOf(argument));

    public void Dispose() => _mapped?.Dispose();

    private static GramOrigin OriginOf(string argument, GramProvenance? provenance)
    {
        var whole = GramOrigin.Of(provenance);
        return IsWhole(argument) ? whole : whole with { Samples = null };
    }

    private static GramProvenance? ProvenanceOf(string argument) =>
        Selection.Split(argument).Path is { Length: > 0 } path && File.Exists(path) ? GramProvenance.Read(path) : null;

    private static GivenGram Open(
        string argument, Notes notes, GramOrigin origin, int? features, int threads)
    {
        if (IsWhole(argument) && TryOpen(argument) is { } mapped)
        {
            GramCheck.Require(mapped, new(threads));
            return new(PrecomputedKernel.Of(mapped), origin, features, mapped);
        }

        return new(
            PrecomputedKernel.Of(notes.Looked(argument, InputFiles.Read(argument)).AsMatrix()), origin, features, null);
    }

    // Files of other formats and number types are read into memory.
    private static GramMatrix? TryOpen(string path)
    {
        try
        {
            return GramMatrix.Open(path);
        }
        catch (DataFormatException)
        {
            return null;
        }
    }

    private static bool IsWhole(string argument) => Selection.Split(argument).Path == argument;

    private static GivenGram Guarded(string argument, Func<GivenGram> open)
    {
        try
        {
            return open();
        }
        catch (ArgumentException e)
        {
            throw new DataFormatException(
                argument, "a Gram matrix", $"one that is none: {e.Message.Split(" (Parameter '")[0].TrimEnd('.')}",
                "give the matrix that gram wrote for the training samples", e);
        }
    }
}
