using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>
/// A kernel of the distance r = |x − x′| of two rows alone, to compare networks with: the Gaussian or the Laplace
/// kernel. Immutable.
/// </summary>
/// <remarks>
/// Distances are sums of squared differences, so that near rows keep their digits. The Laplace kernel decays on the
/// sphere as the NTK of a ReLU network does. Source: Chen and Xu, Deep neural tangent kernel and Laplace kernel have
/// the same RKHS (2021).
/// </remarks>
/// <example><code>
/// var model = KernelRegression.Fit(StationaryKernel.Gaussian(length: 2), x, y);
/// </code></example>
public sealed class StationaryKernel : RowKernel
{
    // The number of rows that a thread takes at once.
    private const int Height = 16;

    private readonly Func<double, double> _ofSquare;

    private StationaryKernel(string name, double length, Func<double, double> ofSquare) =>
        (Name, Length, _ofSquare) = (name, length, ofSquare);

    /// <summary>The name, as in "Gaussian".</summary>
    public string Name { get; }

    /// <summary>l, the length scale.</summary>
    public double Length { get; }

    /// <summary>The name and the length scale, as in "Gaussian kernel of length 2".</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{Name} kernel of length {Length:G6}");

    /// <summary>The Gaussian kernel exp(−r²/(2 l²)).</summary>
    /// <param name="length">l, finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">l is not finite and above 0.</exception>
    public static StationaryKernel Gaussian(double length)
    {
        Require(length);
        return new("Gaussian", length, square => Math.Exp(-0.5 * (square / length / length)));
    }

    /// <summary>The Laplace kernel exp(−r/l).</summary>
    /// <param name="length">l, finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">l is not finite and above 0.</exception>
    public static StationaryKernel Laplace(double length)
    {
        Require(length);
        return new("Laplace", length, square => Math.Exp(-Math.Sqrt(square) / length));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A number of a row is not finite.</exception>
    public override Matrix Gram(Matrix x, GramOptions? options = null, CancellationToken cancellation = default)
    {
        RequireRows(x, x);
        return Compute(x, null, options ?? new(), cancellation);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The numbers of features differ, or a number of a row is not finite.
    /// </exception>
    public override Matrix Cross(
        Matrix x, Matrix other, GramOptions? options = null, CancellationToken cancellation = default)
    {
        RequireRows(x, other);
        return Compute(x, other, options ?? new(), cancellation);
    }

    /// <inheritdoc/>
    public override double[] Diagonal(Matrix x, CancellationToken cancellation = default)
    {
        RequireRows(x, x);
        var diagonal = new double[x.Rows];
        Array.Fill(diagonal, 1);
        return diagonal;
    }

    // Without others the matrix is that of x: the entries of a row up to the diagonal are mirrored.
    private Matrix Compute(Matrix x, Matrix? other, GramOptions options, CancellationToken cancellation)
    {
        var (rows, columns) = (x.Rows, other ?? x);
        var values = new double[MatrixSize.Of(rows, columns.Rows)];
        var done = new StepProgress(options.Progress, rows);
        options.Workers(cancellation).For(Blocking.Count(rows, Height), t =>
        {
            var (first, last) = ((int)t * Height, Math.Min(rows, ((int)t + 1) * Height));
            for (var i = first; i < last; i++)
            {
                for (var j = 0; j < (other is null ? i + 1 : columns.Rows); j++)
                {
                    var value = _ofSquare(SquaredDistance(x.Row(i), columns.Row(j)));
                    values[i * columns.Rows + j] = value;
                    if (other is null)
                    {
                        values[j * columns.Rows + i] = value;
                    }
                }
            }

            done.Add(last - first);
        });
        return Matrix.Wrap(values, rows, columns.Rows);
    }

    private static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        // Four lanes on every machine, so that the bits do not depend on the processor.
        var left = MemoryMarshal.Cast<double, Vector256<double>>(a);
        var right = MemoryMarshal.Cast<double, Vector256<double>>(b);
        var sum = Vector256<double>.Zero;
        for (var k = 0; k < left.Length; k++)
        {
            var difference = left[k] - right[k];
            sum += difference * difference;
        }

        var square = sum[0] + sum[1] + (sum[2] + sum[3]);
        for (var k = left.Length * Vector256<double>.Count; k < a.Length; k++)
        {
            square += (a[k] - b[k]) * (a[k] - b[k]);
        }

        return square;
    }

    private static void Require(double length)
    {
        if (!(double.IsFinite(length) && length > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), length, $"Expected a finite length scale above 0, not {length}.");
        }
    }

    private static void RequireRows(Matrix x, Matrix other)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(other);
        if (x.Columns != other.Columns || x.Columns == 0)
        {
            throw new ArgumentException(
                $"Expected samples with the same number of features, at least one; "
                + $"they have {x.Columns} and {other.Columns}.",
                nameof(other));
        }

        foreach (var rows in new[] { x, other })
        {
            if (Array.FindIndex(rows.Data, v => !double.IsFinite(v)) is >= 0 and var bad)
            {
                throw new ArgumentException(
                    $"Expected finite numbers; the sample in row {bad / rows.Columns}, column {bad % rows.Columns} "
                    + $"(counted from 0) is {rows.Data[bad]}.",
                    nameof(x));
            }
        }
    }
}
