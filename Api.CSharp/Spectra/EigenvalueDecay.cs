namespace HadamardNtk;

/// <summary>A power law c j^−a of eigenvalues, fitted by least squares to log λ_j against log j.</summary>
/// <param name="Exponent">a, the exponent of the decay.</param>
/// <param name="StandardError">The standard error of a, by the residuals of the fit.</param>
/// <param name="Constant">c, the value at j = 1.</param>
/// <param name="First">The first j of the fit, counted from 1.</param>
/// <param name="Last">The last j of the fit.</param>
public sealed record EigenvalueDecay(double Exponent, double StandardError, double Constant, int First, int Last);
