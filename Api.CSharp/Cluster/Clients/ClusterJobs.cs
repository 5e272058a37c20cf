using System.Security.Cryptography;

namespace HadamardNtk;

/// <summary>Makes jobs from requests.</summary>
internal static class ClusterJobs
{
    private const int GroupDigits = 16;

    /// <summary>The backend of a job.</summary>
    /// <exception cref="ArgumentException">The bits of a backend depend on more than the rows of a pair.</exception>
    internal static IKernelBackend Backend(GramOptions options)
    {
        var backend = options.Backend ?? Backends.Default;
        return JobCheck.Backends.Contains(backend.Name)
            ? backend
            : throw new ArgumentException(
                $"Expected a backend of {string.Join(", ", JobCheck.Backends)} on a cluster, whose tiles have the bits of "
                + $"the whole matrix; came {backend.Name}.");
    }

    /// <summary>Fails if a network has no text that workers can read.</summary>
    /// <exception cref="NotSupportedException">It has a custom activation.</exception>
    internal static void RequireText(Network network)
    {
        var text = network.ToString();
        if (!Network.TryParse(text, out var parsed, out _) || !parsed.Equals(network))
        {
            throw new NotSupportedException(
                $"The network {text} has a custom activation, which workers do not know; compute its matrix here.");
        }
    }

    /// <summary>The description of a job, without a file.</summary>
    internal static JobDescription Describe(
        GramRequest request, IKernelBackend backend, (string? X, string? X2) files, int side, double checkedShare) =>
        new()
        {
            Network = request.Network.ToString(),
            Kernel = ProvenanceFile.Word(request.Kind),
            Precision = ProvenanceFile.Word(request.Precision),
            Backend = backend.Name,
            Identity = backend.Identity(request),
            Program = ProgramIdentity.Build,
            X = Source(files.X, request.X),
            Other = request.IsSymmetric ? null : Source(files.X2, request.Other),
            Side = side,
            CheckedShare = checkedShare,
            Token = NewToken(),
            Client = ClusterNames.Process,
            Attempt = NewToken(),
        };

    /// <summary>A name for a job that no other has.</summary>
    internal static string NewToken() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>A name for a job that begins with that of its group.</summary>
    /// <param name="group">The name of the group, which is that of a job of it or of a client.</param>
    internal static string NewToken(string group) => GroupOf(group) + NewToken()[GroupDigits..];

    /// <summary>The group of a job. A job whose name was not made for a group is alone in its own.</summary>
    internal static string GroupOf(string job) => job.Length > GroupDigits ? job[..GroupDigits] : job;

    /// <summary>The description of samples.</summary>
    private static SampleSource Source(string? file, Matrix samples) => new(
        file is null || file.StartsWith('-') ? null : Path.GetFullPath(file), samples.Rows, samples.Columns,
        NumberChecksum.Of(samples));
}
