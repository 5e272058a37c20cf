using System.Globalization;

namespace HadamardNtk;

/// <summary>Refuses work that needs more memory than there is, before it begins.</summary>
internal static class MemoryPlan
{
    /// <summary>The bytes of memory that this process may have.</summary>
    internal static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Fails where this many float64 numbers do not fit into memory.</summary>
    /// <param name="numbers">The number of float64 numbers that are held at once, beyond those held already.</param>
    /// <param name="what">The work, as the beginning of a sentence.</param>
    /// <param name="mend">The change that the message proposes.</param>
    /// <exception cref="ArgumentException">The numbers do not fit.</exception>
    internal static void Require(long numbers, string what, string mend)
    {
        var (needed, available) = (8 * numbers, Available);
        if (needed > available)
        {
            throw new ArgumentException(
                $"{what} needs {Gigabytes(needed)} of memory, and there are {Gigabytes(available)}; {mend}.");
        }
    }

    /// <summary>The bytes as a text, as in "4.1 GB".</summary>
    internal static string Gigabytes(long bytes) => (bytes / 1e9).ToString("F1", CultureInfo.InvariantCulture) + " GB";
}
