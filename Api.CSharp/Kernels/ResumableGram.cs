using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace HadamardNtk;

/// <summary>
/// A Gram matrix whose writing can be interrupted and resumed. Two files stand beside its file K.npy. K.npy.partial
/// becomes it, and K.npy.journal says which matrix it holds and which blocks are in it.
/// </summary>
internal static class ResumableGram
{
    private const string Format = "1";

    /// <summary>Writes the matrix, or the tiles of it that are missing.</summary>
    /// <exception cref="OutputException">
    /// The file cannot be written, or the files of the interrupted run cannot be resumed.
    /// </exception>
    internal static void Write(string path, GramRequest request, GramOptions options, CancellationToken cancellation)
    {
        path = OutputPlace.Of(path).Beside;
        RequireNpy(path);
        var backend = options.Backend ?? Backends.Default;
        var (partial, run) = (path + ".partial", Describe(request, backend));
        using var journal = Journal.Open(path + ".journal", partial, run);
        using var file = Begin(path, partial, request, journal);
        using var writer = NpyTileWriter.On(file, request.Rows, request.Columns, request.Precision);
        var sink = new JournalSink(new FileSink(writer, request.IsSymmetric), file, journal);
        try
        {
            backend.Compute(request, sink, options, cancellation);
            writer.Commit();
            journal.Delete();
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

    private static void RequireNpy(string path)
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

    private static RunDescription Describe(GramRequest request, IKernelBackend backend) => new(
    [
        ("format", Format),
        ("network", Text(request.Network)),
        ("kernel", request.Kind.ToString().ToLowerInvariant()),
        ("precision", request.Precision == Precision.Float64 ? "f64" : "f32"),
        ("shape", $"{request.Rows} x {request.Columns} of {request.X.Columns} features"),
        ("X", Contents(request.X)),
        ("X2", request.IsSymmetric ? "X itself" : Contents(request.Other)),
        ("backend", backend.Name),
        ("backend's identity", backend.Identity(request)),
        ("program", Program),
    ]);

    private static string Text(Network network)
    {
        var text = network.ToString();
        return Network.TryParse(text, out var parsed, out _) && parsed.Equals(network)
            ? text
            : throw new NotSupportedException(
                $"The network {text} has a custom activation, which a journal cannot name; "
                + "write its matrix without resuming.");
    }

    private static string Contents(Matrix x) =>
        $"SHA-256 {Convert.ToHexStringLower(SHA256.HashData(new FloatBytes(x.Data)))}";

    /// <summary>
    /// The identity of the program: the builds of the library and of its core, the runtime and its platform.
    /// </summary>
    private static string Program { get; } =
        $"{Build(typeof(InfiniteKernel))} {Build(typeof(Core.Kernel))} "
        + $"on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}";

    private static string Build(Type type) => type.Module.ModuleVersionId.ToString("N")[..12];

    /// <summary>Numbers as a stream of their bytes, of which there may be more than one span holds.</summary>
    private sealed class FloatBytes(double[] values) : ReadOnlyStream
    {
        private int _given;

        public override int Read(Span<byte> buffer)
        {
            var some = values.AsSpan(_given, Math.Min(buffer.Length / sizeof(double), values.Length - _given));
            MemoryMarshal.AsBytes(some).CopyTo(buffer);
            _given += some.Length;
            return some.Length * sizeof(double);
        }
    }
}
