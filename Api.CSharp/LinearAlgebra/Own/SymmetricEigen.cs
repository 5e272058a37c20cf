namespace HadamardNtk;

/// <summary>
/// The eigendecomposition of a symmetric A, (n x n), by a LAPACK of this machine, or by MathNet for moderate n if there
/// is none. Its errors are those of <see cref="DenseAlgebra{T}.Decompose"/>.
/// </summary>
/// <remarks>
/// No library looks at a cancellation on the way. A large decomposition that can be canceled therefore runs on a thread
/// of its own: the caller is told at once, the thread goes on to its end, and its result is dropped. Until then it
/// holds the memory of the matrix and, with a LAPACK, the library's turn, so that other calls of that library wait.
/// </remarks>
internal static class SymmetricEigen
{
    // Below this order a decomposition takes less than a tenth of a second.
    private const int Quick = 512;

    /// <summary>
    /// All eigenvalues and eigenvectors. Only the lower triangle of A is read; the memory of A is overwritten.
    /// </summary>
    /// <param name="a">A.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="library">The library; null for the machine's LAPACK or, without one, our own.</param>
    internal static EigenPairs Decompose(Matrix a, Workers workers, DenseLibrary? library = null) =>
        Decompose(a, a.Rows, workers, library);

    /// <summary>
    /// The largest eigenvalues and their eigenvectors. Only the lower triangle of A is read; the memory of A is
    /// overwritten.
    /// </summary>
    /// <param name="a">A.</param>
    /// <param name="leading">The number of eigenvalues, from 0 to n.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="library">The library; null for the machine's LAPACK or, without one, our own.</param>
    /// <exception cref="OperationCanceledException">
    /// The work was canceled. The contents of A are undefined then, and may still change.
    /// </exception>
    internal static EigenPairs Decompose(Matrix a, int leading, Workers workers, DenseLibrary? library = null)
    {
        if (a.Rows < Quick || !workers.Cancellation.CanBeCanceled)
        {
            return DecomposeHere(a, leading, workers, library);
        }

        workers.Cancellation.ThrowIfCancellationRequested();
        var work = Task.Factory.StartNew(
            () => DecomposeHere(a, leading, workers, library),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        // A failure that comes after a cancellation is looked at here, since nobody else will.
        work.ContinueWith(late => late.Exception, TaskContinuationOptions.OnlyOnFaulted);
        Task.WaitAny([work], workers.Cancellation);
        return work.GetAwaiter().GetResult();
    }

    private static EigenPairs DecomposeHere(Matrix a, int leading, Workers workers, DenseLibrary? library)
    {
        var exponent = Exponent(a);
        ScaleDown(a, exponent);
        var (values, vectors) = (library ?? DenseLibraries.Default).Double.Decompose(a.Data, a.Rows, leading, workers);
        return new(
            exponent == 0 ? values : Array.ConvertAll(values, v => Math.ScaleB(v, exponent)),
            Matrix.Wrap(vectors, leading, a.Columns));
    }

    // The iterations square and multiply entries. A matrix beyond 2^400 or below 2^-400 is scaled to about 1 by a power
    // of two, which does not change the significant bits.
    private static int Exponent(Matrix a)
    {
        var largest = 0.0;
        for (var i = 0; i < a.Rows; i++)
        {
            foreach (var entry in a.Row(i)[..(i + 1)])
            {
                largest = Math.Max(largest, Math.Abs(entry));
            }
        }

        return largest > 0 && double.IsFinite(largest) && Math.Abs(Math.ILogB(largest)) > 400 ? Math.ILogB(largest) : 0;
    }

    private static void ScaleDown(Matrix a, int exponent)
    {
        for (var i = 0; exponent != 0 && i < a.Data.Length; i++)
        {
            a.Data[i] = Math.ScaleB(a.Data[i], -exponent);
        }
    }
}
