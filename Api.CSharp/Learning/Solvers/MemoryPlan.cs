using System.Globalization;

namespace HadamardNtk;

/// <summary>Work that needs more memory than there is, refused before it begins.</summary>
internal static class MemoryPlan
{
    /// <summary>The memory that this process may have.</summary>
    internal static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Fails where so many float64 numbers do not fit.</summary>
    /// <param name="numbers">How many are held at once beyond what is held already.</param>
    /// <param name="what">The work, as a sentence begins.</param>
    /// <param name="mend">What to do instead.</param>
    /// <exception cref="ArgumentException">They do not fit.</exception>
    internal static void Require(long numbers, string what, string mend)
    {
        var (needed, available) = (8 * numbers, Available);
        if (needed > available)
        {
            throw new ArgumentException($"{what} needs {Gigabytes(needed)} of memory, and there are {Gigabytes(available)}; {mend}.");
        }
    }

    /// <summary>Bytes as a text, "4.1 GB".</summary>
    internal static string Gigabytes(long bytes) => (bytes / 1e9).ToString("F1", CultureInfo.InvariantCulture) + " GB";
}
