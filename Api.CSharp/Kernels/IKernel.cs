namespace HadamardNtk;

/// <summary>
/// A positive semidefinite kernel K(x, x′) on samples: the NTK and the NNGP kernel of a network at infinite width
/// (<see cref="InfiniteKernel"/>, <see cref="BlockKernel"/>) or at a finite one (<see cref="FiniteKernel"/>), a matrix
/// that is given (<see cref="PrecomputedKernel"/>), the Gaussian and the Laplace kernel (<see cref="StationaryKernel"/>), or that of
/// any class that implements this interface. Regression, classification, support vectors, the marginal likelihood and
/// training dynamics take any of them.
/// </summary>
/// <typeparam name="TSamples">
/// A sequence of samples, such as a <see cref="Matrix"/> with one sample a row.
/// </typeparam>
/// <remarks>
/// A kernel that implements <see cref="Count"/>, <see cref="Select"/>, <see cref="Gram"/>, <see cref="Cross"/> and
/// <see cref="Diagonal"/> is complete. The other members are made from these, with K in blocks of rows.
/// </remarks>
public interface IKernel<TSamples> where TSamples : class
{
    /// <summary>
    /// The kernel that is the covariance of the functions before training. Training dynamics compute the covariance of
    /// trained functions from it. Null, unless a kernel says otherwise, stands for one that is not known.
    /// </summary>
    IKernel<TSamples>? Prior => null;

    /// <summary>n, the number of samples.</summary>
    /// <param name="samples">The samples.</param>
    int Count(TSamples samples);

    /// <summary>Some of the samples, in the given order.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="chosen">Their places among the samples, counted from 0.</param>
    TSamples Select(TSamples samples, ReadOnlySpan<int> chosen);

    /// <summary>Computes the Gram matrix of the samples, which is n × n and symmetric to the last bit.</summary>
    /// <param name="x">The samples.</param>
    /// <param name="options">
    /// The threads, backend and progress. Null stands for the defaults. A kernel ignores what does not concern it.
    /// </param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArithmeticException">The kernel is not finite at a sample.</exception>
    Matrix Gram(TSamples x, GramOptions? options = null, CancellationToken cancellation = default);

    /// <summary>Computes the kernels between two sets of samples, a matrix of n × n′.</summary>
    /// <param name="x">The samples of the rows of the result.</param>
    /// <param name="other">The samples of its columns.</param>
    /// <param name="options">
    /// The threads, backend and progress. Null stands for the defaults. A kernel ignores what does not concern it.
    /// </param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArithmeticException">The kernel is not finite at a sample.</exception>
    Matrix Cross(TSamples x, TSamples other, GramOptions? options = null, CancellationToken cancellation = default);

    /// <summary>Computes the kernel of each sample with itself, which gives n numbers.</summary>
    /// <param name="x">The samples.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArithmeticException">The kernel is not finite at a sample.</exception>
    double[] Diagonal(TSamples x, CancellationToken cancellation = default);

    /// <summary>
    /// Computes K V without storing K, where K is the Gram matrix of x (n × n), or the kernels between x and other
    /// (n × n′).
    /// </summary>
    /// <param name="x">The samples of the rows of K.</param>
    /// <param name="v">V, which has one row for each column of K and any number of columns.</param>
    /// <param name="other">The samples of the columns of K. Null stands for x.</param>
    /// <param name="options">
    /// The threads, backend and progress. Null stands for the defaults. A kernel ignores what does not concern it.
    /// </param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">V does not fit.</exception>
    /// <exception cref="ArithmeticException">The kernel is not finite at a sample.</exception>
    Matrix Multiply(
        TSamples x,
        Matrix v,
        TSamples? other = null,
        GramOptions? options = null,
        CancellationToken cancellation = default) =>
        KernelBlocks.Multiply(this, x, v, other, options ?? new(), cancellation);

    /// <summary>
    /// Computes the Gram matrix of x, or the kernels between x and other, and gives it to a sink in tiles.
    /// </summary>
    /// <param name="x">The samples of the rows.</param>
    /// <param name="other">The samples of the columns. Null asks for the symmetric matrix of x.</param>
    /// <param name="sink">The sink. That of a symmetric matrix ignores entries below the diagonal.</param>
    /// <param name="options">The threads, backend, precision and progress.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArithmeticException">The kernel is not finite at a sample.</exception>
    void Compute(
        TSamples x, TSamples? other, IGramSink sink, GramOptions options, CancellationToken cancellation = default) =>
        KernelBlocks.Compute(this, x, other, sink, options, cancellation);
}
