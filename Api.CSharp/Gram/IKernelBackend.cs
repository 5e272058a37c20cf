namespace HadamardNtk;

/// <summary>A way to compute Gram matrices. All backends compute what the reference backend defines.</summary>
public interface IKernelBackend
{
    /// <summary>The name by which it is chosen.</summary>
    string Name { get; }

    /// <summary>One line: what it runs on.</summary>
    string Description { get; }

    /// <summary>
    /// What the bits of a result depend on besides the request, in one line: the backend and, where it matters, the width
    /// of its vectors, where inner products come from, the side of its blocks. Only the same can resume what it began.
    /// </summary>
    /// <param name="request">What to compute.</param>
    string Identity(GramRequest request) => Name;

    /// <summary>
    /// Whether entries (i, j) and (j, i) of a symmetric matrix have the same bits when each is computed for itself. Then
    /// a file too large for the memory that the system keeps files in can be written row by row.
    /// </summary>
    bool IsSymmetricToTheBit => false;

    /// <summary>Who does dense linear algebra on this backend's device; null for who does it soonest on the host.</summary>
    internal DenseLibrary? Dense => null;

    /// <summary>K V without storing K, with sums in float64. Unless a backend has a way of its own, by its tiles.</summary>
    /// <param name="request">K.</param>
    /// <param name="v">V: one row for each column of K.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    Matrix Multiply(GramRequest request, Matrix v, GramOptions options, CancellationToken cancellation)
    {
        var sink = new ProductSink(request, v);
        Compute(request, sink, options, cancellation);
        return sink.Result;
    }

    /// <summary>
    /// Computes the kernel at all pairs, tile by tile. Of a symmetric request only tiles that meet the upper triangle are
    /// given to the sink; entries of those below the diagonal are to be ignored.
    /// </summary>
    /// <param name="request">What to compute.</param>
    /// <param name="sink">Takes the tiles, from several threads at once.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    void Compute(GramRequest request, IGramSink sink, GramOptions options, CancellationToken cancellation);
}
