using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk;

/// <summary>
/// Checks jobs that come from the wire. Texts, sizes and counts are bounded before anything is made of them.
/// </summary>
internal static class JobCheck
{
    private const int LongestNetwork = 1 << 16;
    private const int LongestText = 4096;
    private const int MostFeatures = 1 << 24;
    private const int LengthOfSha256 = 64;

    /// <summary>
    /// The backends whose bits depend on the two rows of a pair alone, so that tiles may be computed apart.
    /// </summary>
    internal static IReadOnlyList<string> Backends { get; } = ["cpu", "reference", "exact"];

    /// <summary>The grid of a job whose numbers and texts are within bounds.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal static LeaseGrid Grid(JobDescription job)
    {
        ArgumentNullException.ThrowIfNull(job);
        RequireText(job.Network, LongestNetwork, "a network");
        RequireText(job.Identity, LongestText, "the identity of a backend");
        RequireText(job.Program, LongestText, "the identity of a program");
        RequireText(job.Client, LongestText, "the name of a client");
        Require(job.Kernel is "ntk" or "nngp", "the kernel ntk or nngp", job.Kernel);
        Require(job.Precision is "f64" or "f32", "the precision f64 or f32", job.Precision);
        Require(Backends.Contains(job.Backend), $"a backend of {string.Join(", ", Backends)}", job.Backend);
        Require(
            job.Token is { Length: 32 } && job.Token.All(char.IsAsciiHexDigit), "a token of 32 digits", "another one");
        RequireText(job.Attempt, LongestText, "the name of an attempt");
        Require(job.CheckedShare is >= 0 and <= 1, "a checked share from 0 to 1", $"{job.CheckedShare}");
        Require(job.Partial is null || IsPartial(job.Partial), "the whole path of a .partial file", "another path");
        RequireSamples(job.X);
        if (job.Other is { } other)
        {
            RequireSamples(other);
            Require(other.Columns == job.X.Columns, $"{job.X.Columns} features in both samples", $"{other.Columns}");
        }

        return new(job.X.Rows, (job.Other ?? job.X).Rows, job.Other is null, job.Side);
    }

    /// <summary>The backend of a job, where this program is the client's. It needs no samples.</summary>
    /// <param name="job">The job, whose grid is checked.</param>
    /// <param name="backend">The backend, or null.</param>
    /// <param name="reason">Why there is none.</param>
    internal static bool TryProgram(
        JobDescription job, [NotNullWhen(true)] out IKernelBackend? backend, out string reason)
    {
        if (!BackendRegistry.TryFind(job.Backend, out backend, out reason))
        {
            return false;
        }

        reason = job.Program == ProgramIdentity.Build
            ? ""
            : $"it runs another build, {ProgramIdentity.Build}, and not the client's, {job.Program}";
        return reason.Length == 0;
    }

    /// <summary>The request of a job, where its network is one and this program has the job's bits.</summary>
    /// <param name="job">The job, whose grid is checked.</param>
    /// <param name="samples">Its samples.</param>
    /// <param name="request">The request, or null.</param>
    /// <param name="backend">The backend, or null.</param>
    /// <param name="reason">Why there is none.</param>
    internal static bool TryRequest(
        JobDescription job,
        (Matrix X, Matrix? Other) samples,
        [NotNullWhen(true)] out GramRequest? request,
        [NotNullWhen(true)] out IKernelBackend? backend,
        out string reason)
    {
        request = null;
        if (!TryProgram(job, out backend, out reason))
        {
            return false;
        }

        request = new(
            HadamardNtk.Network.Parse(job.Network), samples.X, samples.Other,
            job.Kernel == "ntk" ? KernelKind.Ntk : KernelKind.Nngp,
            job.Precision == "f64" ? Precision.Float64 : Precision.Float32);
        var identity = backend.Identity(request);
        reason = identity == job.Identity
            ? ""
            : $"its processor gives other bits: its backend is {identity}, and the client's {job.Identity}";
        return reason.Length == 0;
    }

    private static bool IsPartial(string path) =>
        path.Length <= LongestText && Path.IsPathFullyQualified(path)
        && path.EndsWith(".partial", StringComparison.Ordinal) && !path.Contains('\0');

    private static void RequireSamples(SampleSource samples)
    {
        Require(samples is not null, "samples", "none");
        Require(samples!.Rows >= 1, "at least one sample", $"{samples.Rows}");
        Require(samples.Columns is >= 1 and <= MostFeatures, "1 to 2^24 features", $"{samples.Columns}");
        Require((long)samples.Rows * samples.Columns <= Array.MaxLength, "samples that fit an array", "more numbers");
        Require(
            samples.Sha256 is { Length: LengthOfSha256 } && samples.Sha256.All(char.IsAsciiHexDigit),
            "a SHA-256 of 64 digits", "another text");
        Require(samples.File is null || samples.File.Length <= LongestText, "a name of a file", "a longer text");
    }

    private static void RequireText(string text, int most, string what) =>
        Require(
            text is { Length: > 0 } && text.Length <= most, $"{what} of 1 to {most} characters", $"{text?.Length ?? 0}");

    private static void Require(bool holds, string expected, string? came)
    {
        if (!holds)
        {
            throw new ArgumentException($"Expected {expected} in a job; came {came}.");
        }
    }
}
