using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk;

/// <summary>Finds the first BLAS of this machine that loads and computes correctly.</summary>
internal static class BlasSearch
{
    private static readonly Lazy<(FoundBlas? Library, string Reason)> _found = new(() => FirstOf(BlasLoader.Files));

    /// <summary>Searches once, and keeps the result.</summary>
    /// <param name="library">The library, or null.</param>
    /// <param name="reason">The reason why none was found, or empty.</param>
    internal static bool TryFind([NotNullWhen(true)] out FoundBlas? library, out string reason)
    {
        (library, reason) = _found.Value;
        return library is not null;
    }

    /// <summary>Loads and verifies one file.</summary>
    /// <param name="file">A file name, looked up as the system does, or a path.</param>
    /// <param name="library">The library, or null.</param>
    /// <param name="reason">The reason why not, or empty.</param>
    internal static bool TryOpen(string file, [NotNullWhen(true)] out FoundBlas? library, out string reason)
    {
        var isRight = BlasLoader.TryLoad(file, out var blas, out reason)
            && BlasCheck.TryPass(blas.SingleGemm, blas.DoubleGemm, out reason);
        library = isRight ? new FoundBlas(blas!, file) : null;
        return isRight;
    }

    /// <summary>The first library that opens; if none does, the reason lists each file and its fault.</summary>
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
