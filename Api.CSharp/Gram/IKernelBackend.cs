namespace HadamardNtk;

/// <summary>A way to compute Gram matrices. All backends compute what the reference backend defines.</summary>
public interface IKernelBackend
{
    /// <summary>The name by which the backend is chosen.</summary>
    string Name { get; }

    /// <summary>One line that says what the backend runs on.</summary>
    string Description { get; }

    /// <summary>
    /// One line that names all that the bits of a result depend on besides the request: the backend and, where they
    /// matter, the width of its vectors, its library for inner products, and the side of its blocks. Only a backend
    /// with the same identity can resume a file.
    /// </summary>
    /// <param name="request">The request.</param>
    string Identity(GramRequest request) => Name;

    /// <summary>
    /// Whether entries (i, j) and (j, i) of a symmetric matrix have the same bits when each is computed by itself. If
    /// so, a file that is too large for the system's file cache can be written row by row.
    /// </summary>
    bool IsSymmetricToTheBit => false;

    /// <summary>
    /// The library for dense linear algebra on this backend's device. Null stands for the fastest one on the host.
    /// </summary>
    internal DenseLibrary? Dense => null;

    /// <summary>
    /// Computes K V without storing K, with sums in float64. By default the product is made from the backend's tiles.
    /// </summary>
    /// <param name="request">The request for K.</param>
    /// <param name="v">V, which has one row for each column of K.</param>
    /// <param name="options">The number of threads and the receivers of the progress and of the report.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled.</exception>
    Matrix Multiply(GramRequest request, Matrix v, ComputeOptions options, CancellationToken cancellation)
    {
        var sink = new ProductSink(request, v);
        Compute(request, sink, options, cancellation);
        return sink.Result;
    }

    /// <summary>
    /// Computes the kernel at all pairs, tile by tile. The sink of a symmetric request gets only the tiles that meet
    /// the upper triangle, and ignores their entries below the diagonal.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="sink">The sink, which takes tiles from several threads at once.</param>
    /// <param name="options">The number of threads and the receivers of the progress and of the report.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled.</exception>
    void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation);
}
