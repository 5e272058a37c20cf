namespace HadamardNtk;

/// <summary>
/// A kernel whose matrices other machines compute. They keep the rows of a Gram matrix between its products, so that
/// this machine holds vectors alone.
/// </summary>
/// <typeparam name="TSamples">A sequence of samples.</typeparam>
internal interface IDistantKernel<TSamples> : IKernel<TSamples> where TSamples : class
{
    /// <summary>
    /// Begins products with the Gram matrix of the samples, or with their kernels with others. Until their end, kernels
    /// between few samples and these are computed where the rows are.
    /// </summary>
    /// <param name="samples">The samples of the rows.</param>
    /// <param name="others">The samples of the columns, or null for those of the rows.</param>
    /// <param name="kept">The precision of rows that are kept, or null where they are computed every time.</param>
    /// <param name="options">The backend and the precision of the computation.</param>
    /// <exception cref="ArgumentException">The options do not go with the other machines.</exception>
    IDistantProducts Begin(TSamples samples, TSamples? others, Precision? kept, GramOptions options);

    /// <summary>All on which the bits of products with the Gram matrix of the samples depend.</summary>
    RunDescription Describe(TSamples samples, GramOptions options);
}

/// <summary>Products with a Gram matrix whose rows other machines keep.</summary>
internal interface IDistantProducts : IDisposable
{
    /// <summary>K V. The sums are in float64, and in an order that does not depend on the machines.</summary>
    Matrix Multiply(Matrix v, CancellationToken cancellation);
}
