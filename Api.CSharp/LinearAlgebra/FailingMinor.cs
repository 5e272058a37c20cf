namespace HadamardNtk;

/// <summary>
/// The first leading minor that is not positive in float64, so that the matrix has no Cholesky factor.
/// </summary>
/// <param name="Order">The order of that minor, from 1. Leading minors of smaller order are positive.</param>
/// <param name="Pivot">
/// The pivot there, a[j, j] - sum over k &lt; j of L[j, k]²: zero, negative, infinite or NaN.
/// </param>
internal readonly record struct FailingMinor(nint Order, double Pivot);
