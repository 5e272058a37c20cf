namespace HadamardNtk;

/// <summary>
/// The posterior of a regression at new samples, from their m × n kernels with the training samples and their own.
/// </summary>
internal interface IPosterior
{
    /// <summary>
    /// The standard deviations √(k(x,x) − k(x,X)(K + r I)⁻¹k(X,x)), m numbers. The diagonal holds the samples' kernels
    /// with themselves.
    /// </summary>
    double[] Deviations(Matrix cross, double[] diagonal, Workers workers);

    /// <summary>
    /// The covariance k(x,x′) − k(x,X)(K + r I)⁻¹k(X,x′), m × m and symmetric to the last bit, from the samples' own
    /// kernels, m × m.
    /// </summary>
    Matrix Covariance(Matrix cross, Matrix own, Workers workers);

    /// <summary>αᵀ(K + r I)α of each column of α, n × C, in O(n²C) operations and without a kernel.</summary>
    double[] Forms(Matrix weights, Workers workers);
}
