namespace HadamardNtk;

public sealed partial class ClusterKernel
{
    /// <summary>The largest order of a Gram matrix that is not worth a job.</summary>
    private const int Near = LeaseGrid.LeastSide;

    private readonly List<ProductSession> _sessions = [];

    /// <summary>
    /// Computes K V on the cluster, where K is the Gram matrix of the rows of x (n × n), or the kernels between them
    /// and the rows of other (n × n′). The workers share the rows of K, and each computes its rows of the product.
    /// </summary>
    /// <remarks>
    /// A row of K V is the sum of products over its whole row of K, in the order of <see cref="Kernel"/>'s products
    /// between two sets of samples. The bits depend neither on the number of workers nor on who computes which rows. On
    /// cpu, for networks without images or sequences, they are those of <see cref="Kernel"/>'s
    /// <see cref="InfiniteKernel.Multiply(Matrix, Matrix, Matrix, GramOptions, CancellationToken)"/> with other, where
    /// a copy of x may stand for other. The product of one process with a symmetric K computes half of K and adds in
    /// another order, so that it differs by rounding.
    /// </remarks>
    /// <inheritdoc cref="InfiniteKernel.Multiply(Matrix, Matrix, Matrix, GramOptions, CancellationToken)"/>
    /// <exception cref="ClusterException">The cluster does not answer, or no worker takes part.</exception>
    public override Matrix Multiply(
        Matrix x,
        Matrix v,
        Matrix? other = null,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(v);
        options ??= new();
        ProductFactor.Require(v, x.Rows, (other ?? x).Rows);
        using var kept = other is null && options.Precision == Precision.Float64 ? Kept(x, options) : null;
        if (kept is not null)
        {
            return ProductFactor.RequireFinite(kept.Run(RoundKind.Exact, v, options.Progress, cancellation));
        }

        var (request, backend) = (Request(x, other, options), ClusterJobs.Backend(options));
        using var session = new ProductSession(_connection, request, backend, "none", CheckedShare);
        var product = session.Run(RoundKind.Product, v, options.Progress, cancellation);
        Note(session.Wrong);
        return ProductFactor.RequireFinite(product);
    }

    /// <inheritdoc/>
    IDistantProducts IDistantKernel<Matrix>.Begin(
        Matrix samples, Matrix? others, Precision? kept, GramOptions options)
    {
        var (request, backend) = (Request(samples, others, options), ClusterJobs.Backend(options));
        var storage = kept is { } precision ? ProvenanceFile.Word(precision) : "none";
        var session = new ProductSession(_connection, request, backend, storage, CheckedShare);
        lock (_sessions)
        {
            _sessions.Add(session);
        }

        return new KeptProducts(this, session);
    }

    /// <inheritdoc/>
    RunDescription IDistantKernel<Matrix>.Describe(Matrix samples, GramOptions options) => Kernel
        .Describe(samples, options with { Backend = ClusterJobs.Backend(options) })
        .With("products", "of whole rows, on a cluster");

    // Kernels between few samples and those whose rows the workers keep are computed where these are.
    private Matrix? TryKept(Matrix x, Matrix other, GramOptions options, CancellationToken cancellation)
    {
        if (options.Precision != Precision.Float64 || x.Columns != other.Columns
            || (long)x.Rows * other.Rows > Array.MaxLength)
        {
            return null;
        }

        using var kept = Kept(other, options);
        if (kept is null)
        {
            return null;
        }

        var turned = kept.Run(RoundKind.Kernels, x, options.Progress, cancellation);
        var kernels = new double[turned.Data.Length];
        Transposition.Copy<double>(turned.Data, turned.Rows, turned.Columns, turned.Columns, kernels, turned.Rows);
        return Matrix.Wrap(kernels, x.Rows, other.Rows);
    }

    private Matrix? TryNear(Matrix x, GramOptions options, CancellationToken cancellation)
    {
        if (x.Rows > Near)
        {
            return null;
        }

        using var kept = Kept(null, options);
        return kept is null ? null : Kernel.Gram(x, options, cancellation);
    }

    // The session, which its other users do not end before this one has disposed of it.
    private ProductSession? Kept(Matrix? samples, GramOptions options)
    {
        var backend = ClusterJobs.Backend(options);
        lock (_sessions)
        {
            return _sessions.Find(its => its.Request.IsSymmetric && its.Backend == backend
                && (samples is null || ReferenceEquals(its.Request.X, samples)))?.Share();
        }
    }

    private sealed class KeptProducts(ClusterKernel kernel, ProductSession session) : IDistantProducts
    {
        public Matrix Multiply(Matrix v, CancellationToken cancellation) =>
            session.Run(RoundKind.Product, v, null, cancellation);

        public void Dispose()
        {
            lock (kernel._sessions)
            {
                if (!kernel._sessions.Remove(session))
                {
                    return;
                }

                kernel.WrongWorkers = [.. kernel.WrongWorkers.Union(session.Wrong)];
            }

            session.Dispose();
        }
    }
}
