namespace HadamardNtk;

/// <summary>How many pairs of a Gram matrix took a lane, because the precision asked for does not know them well enough.</summary>
/// <param name="Equal">Pairs of equal rows, the diagonal among them: their own recursion's value.</param>
/// <param name="Float64">float32 pairs that went on to float64: nearly collinear, or beyond the range.</param>
/// <param name="DoubleDouble">Pairs computed in double-double: so nearly collinear that float64 does not know the angle.</param>
/// <param name="Quadrature">
/// Pairs computed one by one in float64: by quadrature where their Hermite series is too long, else because a sample is beyond
/// what vectors take.
/// </param>
public readonly record struct PrecisionReport(long Equal, long Float64, long DoubleDouble, long Quadrature);
