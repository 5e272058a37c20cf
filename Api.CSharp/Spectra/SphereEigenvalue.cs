namespace HadamardNtk;

/// <summary>An eigenvalue of a kernel on a sphere, with its eigenspace.</summary>
public sealed record SphereEigenvalue
{
    internal SphereEigenvalue(Core.SphereLevel level)
    {
        (Degree, Eigenvalue, LogEigenvalue) = (level.Degree, level.Eigenvalue, level.LogEigenvalue);
        (RelativeError, Multiplicity, Power) = (level.RelativeError, level.Multiplicity, level.Power);
    }

    /// <summary>k, the degree.</summary>
    public int Degree { get; }

    /// <summary>
    /// μ_k. It is exactly 0 if symmetry makes it so, or if it is below 1e-308, where <see cref="LogEigenvalue"/> still
    /// holds it; it is NaN if no digit of it is known.
    /// </summary>
    public double Eigenvalue { get; }

    /// <summary>log μ_k: −∞ if μ_k is 0.</summary>
    public double LogEigenvalue { get; }

    /// <summary>
    /// A bound for the relative error of μ_k by rounding, with an estimate of the part that was extrapolated; 0 for
    /// an exact 0. The number itself is rounded to float64 in the end, which adds 1e-16.
    /// </summary>
    public double RelativeError { get; }

    /// <summary>N(d, k), the dimension of the eigenspace; ∞ above 1.8e308.</summary>
    public double Multiplicity { get; }

    /// <summary>N(d, k) μ_k, the part of the degree in the trace.</summary>
    public double Power { get; }
}
