namespace HadamardNtk;

/// <summary>Why a matrix has no Cholesky factor: its first leading minor that is not positive in float64.</summary>
/// <param name="Order">The order of that minor, from 1: leading minors of smaller order are positive.</param>
/// <param name="Pivot">
/// The pivot a[j, j] - sum over k &lt; j of L[j, k]² met there: zero, negative, infinite or NaN.
/// </param>
internal readonly record struct FailingMinor(nint Order, double Pivot);
