using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk;

/// <summary>The first BLAS of this machine that loads and computes rightly.</summary>
internal static class BlasSearch
{
    private static readonly Lazy<(FoundBlas? Library, string Reason)> _found = new(() => FirstOf(BlasLoader.Files));

    /// <summary>Searches once, and remembers.</summary>
    /// <param name="library">What was found, or null.</param>
    /// <param name="reason">Why nothing was found, or empty.</param>
    internal static bool TryFind([NotNullWhen(true)] out FoundBlas? library, out string reason)
    {
        (library, reason) = _found.Value;
        return library is not null;
    }

    /// <summary>Loads and verifies one file.</summary>
    /// <param name="file">A file name, looked up as the system does, or a path.</param>
    /// <param name="library">The library, or null.</param>
    /// <param name="reason">Why not, or empty.</param>
    internal static bool TryOpen(string file, [NotNullWhen(true)] out FoundBlas? library, out string reason)
    {
        var isRight = BlasLoader.TryLoad(file, out var blas, out reason)
            && BlasCheck.TryPass(blas.SingleGemm, blas.DoubleGemm, out reason);
        library = isRight ? new FoundBlas(blas!, file) : null;
        return isRight;
    }

    /// <summary>The first library that opens, or why none does: each file that was tried, and what was wrong.</summary>
    /// <param name="files">File names or paths, best first.</param>
    internal static (FoundBlas? Library, string Reason) FirstOf(IReadOnlyList<string> files)
    {
        var reasons = new List<string>();
        foreach (var file in files)
        {
            if (TryOpen(file, out var library, out var reason))
            {
                return (library, "");
            }

            reasons.Add($"{file} {reason.TrimEnd(' ', '.')}");
        }

        return (null, $"No BLAS: {string.Join("; ", reasons)}.");
    }
}
