namespace HadamardNtk;

/// <summary>Work that needs more memory than there is, refused before it begins.</summary>
internal static class MemoryPlan
{
    /// <summary>Fails where so many float64 numbers do not fit.</summary>
    /// <param name="numbers">How many are held at once beyond what is held already.</param>
    /// <param name="what">The work, as a sentence begins.</param>
    /// <param name="mend">What to do instead.</param>
    /// <exception cref="ArgumentException">They do not fit.</exception>
    internal static void Require(long numbers, string what, string mend)
    {
        var (needed, available) = (8 * numbers, SolverMemory.Available);
        if (needed > available)
        {
            throw new ArgumentException($"{what} needs {SolverMemory.Gigabytes(needed)} of memory, and there are {SolverMemory.Gigabytes(available)}; {mend}.");
        }
    }
}
