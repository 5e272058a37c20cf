namespace HadamardNtk;

/// <summary>
/// The numbers of pairs of a Gram matrix that took a lane, because the chosen precision does not give their digits.
/// </summary>
/// <param name="Equal">
/// Pairs of equal rows, the diagonal included. They have the value of the row's own recursion.
/// </param>
/// <param name="Float64">
/// float32 pairs that were computed in float64, because they are nearly collinear or out of range.
/// </param>
/// <param name="DoubleDouble">
/// Pairs that were computed in double-double, because float64 does not resolve their angle.
/// </param>
/// <param name="Quadrature">
/// Pairs that were computed one by one in float64, because their Hermite series is too long and quadrature replaces it,
/// or because a sample is out of the range of the vector code.
/// </param>
public readonly record struct PrecisionReport(long Equal, long Float64, long DoubleDouble, long Quadrature);
