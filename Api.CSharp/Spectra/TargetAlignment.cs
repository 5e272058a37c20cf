using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The agreement of targets with a kernel at n samples, one number for each of the C outputs. Immutable.
/// </summary>
/// <remarks>
/// Sources: Cristianini, Shawe-Taylor, Elisseeff and Kandola, On kernel-target alignment (2001); Cortes, Mohri and
/// Rostamizadeh, Algorithms for learning kernels based on centered alignment (2012); docs/mathematics.md, section 11.
/// </remarks>
public sealed class TargetAlignment
{
    private TargetAlignment(Matrix energies, double ridge) => (Energies, Ridge) = (energies, ridge);

    /// <summary>
    /// α(y) = yᵀK y/yᵀy. For an eigenvector it is the eigenvalue of K, which is n times that of K/n; the sum over an
    /// orthonormal basis is the trace of K.
    /// </summary>
    public IReadOnlyList<double> RayleighQuotients { get; private init; } = [];

    /// <summary>yᵀK y/(|K| yᵀy) with the Frobenius norm, from 0 to 1: 1 if K is a multiple of y yᵀ.</summary>
    public IReadOnlyList<double> Alignments { get; private init; } = [];

    /// <summary>
    /// The alignment of H K H and H y, where H takes means away (CKA with a linear kernel of the targets).
    /// </summary>
    public IReadOnlyList<double> CenteredAlignments { get; private init; } = [];

    /// <summary>
    /// yᵀ(K + r I)⁻¹y, at r = 0 the squared norm in the kernel's Hilbert space of the smallest function that takes the
    /// values y, and infinity where there is none.
    /// </summary>
    public IReadOnlyList<double> SquaredNorms { get; private init; } = [];

    /// <summary>
    /// (v_jᵀy)²/yᵀy, n × C: the part of each output along each eigenvector, by descending eigenvalue.
    /// </summary>
    public Matrix Energies { get; }

    /// <summary>The absolute ridge r of the squared norms.</summary>
    public double Ridge { get; }

    /// <summary>The alignment, the centered alignment and the squared norm of the first outputs.</summary>
    public override string ToString() => ShownText.Table(
        $"TargetAlignment: alignment, centered alignment, squared norm of {ModelText.Count(Alignments.Count, "output")}",
        Alignments.Count,
        3,
        (i, j) => ShownText.Number(j == 0 ? Alignments[i] : j == 1 ? CenteredAlignments[i] : SquaredNorms[i]));

    /// <summary>Σ_{j ≤ k} of the energies for k = 1, ..., n: n × C, with 1 in the last row.</summary>
    public Matrix CumulativePower
    {
        get
        {
            var sums = (double[])Energies.Data.Clone();
            for (var t = Energies.Columns; t < sums.Length; t++)
            {
                sums[t] += sums[t - Energies.Columns];
            }

            return Matrix.Wrap(sums, Energies.Rows, Energies.Columns);
        }
    }

    /// <summary>
    /// The mean of <see cref="Alignments"/> of a Gram matrix over outputs whose targets are not all 0.
    /// </summary>
    internal static double MeanOf(Matrix gram, Matrix y, Workers workers)
    {
        var product = MatrixProducts.Times(gram, y, workers);
        var size = Math.Sqrt(RowProducts.Dot(gram.Data, gram.Data));
        var outputs = Enumerable.Range(0, y.Columns).Select(c => (Y: y.Column(c), Product: product.Column(c)))
            .Where(output => output.Y.AsSpan().ContainsAnyExcept(0.0)).ToArray();
        return outputs.Length > 0 && size > 0
            ? outputs.Average(o => RowProducts.Dot(o.Y, o.Product) / RowProducts.Dot(o.Y, o.Y)) / size
            : 0;
    }

    internal static TargetAlignment Of(Spectrum spectrum, Matrix y, Ridge ridge, Watch watch)
    {
        Require(spectrum, y);
        var n = spectrum.Count;
        double[] values = [.. spectrum.Values.Select(value => n * value)];
        var r = ridge.IsRelative ? ridge.Value * spectrum.Trace : ridge.Value;
        var along = Squares(spectrum.Vectors, y, watch.Stage(0, 0.4));
        var centered = Squares(spectrum.Vectors, Centered(y), watch.Stage(0.4, 0.8));
        var (sizes, centeredSizes) = (Sums(along, _ => 1), Sums(centered, _ => 1));
        var (quotients, centeredQuotients) = (Sums(along, j => values[j]), Sums(centered, j => values[j]));
        var size = Math.Sqrt(values.Sum(v => v * v));
        var centeredSize = CenteredSize(spectrum.Vectors, values, watch.Stage(0.8, 1));
        return new(Entrywise.ScaleColumns(along, Array.ConvertAll(sizes, s => 1 / s)), r)
        {
            RayleighQuotients = [.. quotients.Zip(sizes, (q, s) => q / s)],
            Alignments = [.. quotients.Zip(sizes, (q, s) => q / s / size)],
            CenteredAlignments =
            [
                .. centeredQuotients.Zip(centeredSizes, (q, s) => s > 0 && centeredSize > 0 ? q / s / centeredSize : 0),
            ],
            SquaredNorms = [.. Enumerable.Range(0, y.Columns).Select(c => SquaredNorm(values, along, sizes, c, r))],
        };
    }

    // (v_j^T y)^2 for each eigenvector and output.
    private static Matrix Squares(Matrix vectors, Matrix y, Watch watch)
    {
        var along = MatrixProducts.Times(vectors, y, new(1, watch.Cancellation), watch.Progress);
        return Matrix.Wrap(Array.ConvertAll(along.Data, a => a * a), along.Rows, along.Columns);
    }

    private static double[] Sums(Matrix squares, Func<int, double> factor)
    {
        var sums = new double[squares.Columns];
        for (var t = 0; t < squares.Data.Length; t++)
        {
            sums[t % sums.Length] += factor(t / sums.Length) * squares.Data[t];
        }

        return sums;
    }

    // A mean within rounding of the numbers is taken from them; what is left of equal numbers is 0.
    private static Matrix Centered(Matrix y)
    {
        var means = ColumnMeans.Of(y);
        var transform = new RowTransform(means, false);
        return transform.Apply(y);
    }

    // |H K H| for H = I - 1 1^T/n: |K|^2 - 2 |K 1|^2/n + (1^T K 1)^2/n^2.
    private static double CenteredSize(Matrix vectors, double[] values, Watch watch)
    {
        double n = values.Length;
        var all = Matrix.Wrap([.. Enumerable.Repeat(1.0, values.Length)], values.Length, 1);
        var ones = Squares(vectors, all, watch).Data;
        var square = 0.0;
        var (along, twice) = (0.0, 0.0);
        for (var j = 0; j < values.Length; j++)
        {
            square += values[j] * values[j];
            along += values[j] * ones[j];
            twice += values[j] * values[j] * ones[j];
        }

        var rest = square - 2 * twice / n + along * along / (n * n);
        return rest > Roundoff.ofSum(values.Length) * square ? Math.Sqrt(rest) : 0;
    }

    private static double SquaredNorm(double[] values, Matrix along, double[] sizes, int output, double ridge)
    {
        var (least, norm) = (Roundoff.ofSum(values.Length) * values[0], 0.0);
        for (var j = 0; j < values.Length; j++)
        {
            var energy = along[j, output];
            if (values[j] + ridge > least)
            {
                norm += energy / (values[j] + ridge);
            }
            else if (energy > Roundoff.ofSum(values.Length) * sizes[output])
            {
                return double.PositiveInfinity;
            }
        }

        return norm;
    }

    private static void Require(Spectrum spectrum, Matrix y)
    {
        ArgumentNullException.ThrowIfNull(y);
        if (y.Rows != spectrum.Count || y.Columns == 0)
        {
            throw new ArgumentException(
                $"Expected one target row for each of the {spectrum.Count} samples, and at least one output; "
                + $"came {y.Rows} x {y.Columns}.", nameof(y));
        }

        TrainingData.RequireFinite(y, "target", nameof(y));
        for (var c = 0; c < y.Columns; c++)
        {
            if (!y.Column(c).AsSpan().ContainsAnyExcept(0.0))
            {
                throw new ArgumentException(
                    $"Expected targets that are not all 0; those of output {c} (counted from 0) are.", nameof(y));
            }
        }
    }
}
