namespace HadamardNtk;

/// <summary>What a prediction says of its uncertainty. Each value includes those before it.</summary>
public enum Uncertainty
{
    /// <summary>Nothing: the mean alone.</summary>
    None,

    /// <summary>The posterior standard deviation of each sample.</summary>
    Deviation,

    /// <summary>The posterior covariance of all samples.</summary>
    Covariance,
}

/// <summary>
/// Predictions at m new samples: the posterior of the Gaussian process whose prior is the fitted kernel and whose noise
/// is the ridge. The noise of new targets is not included.
/// </summary>
/// <param name="Mean">The posterior mean, m × C.</param>
/// <param name="Deviation">
/// The posterior standard deviation, m numbers, the same for every output, or null where
/// <see cref="Uncertainty.None"/> was asked for.
/// </param>
/// <param name="Covariance">
/// The posterior covariance k(x,x′) − k(x,X)(K + r I)⁻¹k(X,x′), m × m, the same for every output and symmetric to the
/// last bit, or null where <see cref="Uncertainty.Covariance"/> was not asked for.
/// </param>
public sealed record Prediction(Matrix Mean, double[]? Deviation = null, Matrix? Covariance = null);
