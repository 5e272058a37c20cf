using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// A function along rays t v: its values, and the degrees of the polynomials in t that they are. Immutable.
/// </summary>
/// <remarks>
/// ReLU networks without biases are homogeneous in their input, f(tv) = t f(v), and a product of N such layers has
/// f(tv) = t^N f(v). Source: docs/mathematics.md, section 12.
/// </remarks>
/// <example><code>
/// var directions = RayGrowth.RandomDirections(count: 10, features: x.Columns, seed: 1);
/// var growth = RayGrowth.Of(x => model.Predict(x).Mean, directions, [2, 3, 4, 5, 6, 7, 8]);
/// double cubic = growth.Residual(0, 3);                  // 1e-14 for a product of three ReLU layers
/// </code></example>
public sealed class RayGrowth
{
    private readonly double[] _times;
    private readonly double[][] _values;

    private RayGrowth(Matrix directions, double[] times, double[][] values, Matrix all)
    {
        (Directions, _times, _values, Values) = (directions, times, values, all);
        Times = Array.AsReadOnly(times);
    }

    /// <summary>The directions v, one a row.</summary>
    public Matrix Directions { get; }

    /// <summary>The times t, increasing and positive.</summary>
    public IReadOnlyList<double> Times { get; }

    /// <summary>
    /// f(tv): a row for each direction and output, outputs of one direction side by side; a column for each time.
    /// </summary>
    public Matrix Values { get; }

    /// <summary>Asks a function along rays.</summary>
    /// <param name="function">The function: samples, one a row, to outputs, one row a sample.</param>
    /// <param name="directions">The directions, one a row.</param>
    /// <param name="times">The times, increasing and positive, at least two.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than two times, or they do not increase from above 0.
    /// </exception>
    /// <exception cref="ArithmeticException">A value is not finite.</exception>
    public static RayGrowth Of(Func<Matrix, Matrix> function, Matrix directions, IReadOnlyList<double> times)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(directions);
        ArgumentNullException.ThrowIfNull(times);
        if (times.Count < 2 || !(times[0] > 0) || times.Zip(times.Skip(1)).Any(pair => !(pair.First < pair.Second)))
        {
            throw new ArgumentException("Expected at least two times that increase from above 0.", nameof(times));
        }

        var (rays, d) = (directions.Rows, directions.Columns);
        var points = new double[(long)rays * times.Count * d];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = times[i / d % times.Count] * directions[i / d / times.Count, i % d];
        }

        var result = function(Matrix.Wrap(points, rays * times.Count, d));
        double[][] values =
        [
            .. Enumerable.Range(0, rays * result.Columns).Select(row => Enumerable.Range(0, times.Count)
                .Select(t => result[row / result.Columns * times.Count + t, row % result.Columns]).ToArray()),
        ];
        if (values.Any(row => row.Any(value => !double.IsFinite(value))))
        {
            throw new ArithmeticException("A value along a ray is not finite; give smaller times.");
        }

        return new(
            directions, [.. times], values,
            Matrix.Wrap([.. values.SelectMany(row => row)], values.Length, times.Count));
    }

    /// <summary>Unit vectors, uniform by the draws of a seed: count × features.</summary>
    /// <param name="count">The number of directions, at least 1.</param>
    /// <param name="features">The number of features, at least 1.</param>
    /// <param name="seed">The seed.</param>
    public static Matrix RandomDirections(int count, int features, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        var directions = Draws.normals(seed, checked(count * features));
        RowNorms.Set(directions, features, 1);
        return Matrix.Wrap(directions, count, features);
    }

    /// <summary>
    /// The greatest |f(tv) − p(t)| over all rays, over the greatest |f|, for the nearest polynomials p of the powers
    /// first, ..., last: rounding (some 1e-14) if f is such a polynomial along every ray.
    /// </summary>
    /// <param name="first">The lowest power, 0 for polynomials with a constant term.</param>
    /// <param name="last">The highest power.</param>
    /// <exception cref="ArgumentException">There are no more times than powers.</exception>
    public double Residual(int first, int last) =>
        Relative(
            _values.Max(row => Extrapolation.polynomialResidual(first, last, _times, row)), row => row.Max(Math.Abs));

    /// <summary>
    /// The greatest |f(tv) (t_0/t)^N − f(t_0 v)| over all rays, over the greatest |f(t_0 v)|, where t_0 is the first
    /// time: rounding if f(tv) = t^N f(v).
    /// </summary>
    /// <param name="degree">N.</param>
    public double Homogeneity(int degree) =>
        Relative(_values.Max(row => Extrapolation.homogeneityResidual(degree, _times, row)), row => Math.Abs(row[0]));

    /// <summary>
    /// The lowest degree, up to <paramref name="most"/>, whose polynomials leave a residual below the tolerance; null
    /// if none does.
    /// </summary>
    /// <param name="tolerance">The greatest relative residual.</param>
    /// <param name="most">The greatest degree.</param>
    public int? Degree(double tolerance = 1e-10, int most = 8) => Enumerable
        .Range(0, Math.Min(most, _times.Length - 2) + 1)
        .Where(k => Residual(0, k) <= tolerance)
        .Select(k => (int?)k)
        .FirstOrDefault();

    /// <summary>
    /// The median over rays of d log |f| / d log t between the last two times: the degree to which f tends far out.
    /// </summary>
    public double Exponent
    {
        get
        {
            double[] slopes =
            [
                .. _values.Where(row => row[^1] != 0 && row[^2] != 0)
                    .Select(row => Math.Log(Math.Abs(row[^1] / row[^2])) / Math.Log(_times[^1] / _times[^2]))
                    .Order(),
            ];
            return slopes.Length == 0
                ? double.NaN
                : 0.5 * (slopes[(slopes.Length - 1) / 2] + slopes[slopes.Length / 2]);
        }
    }

    private double Relative(double residual, Func<double[], double> size) => _values.Max(size) switch
    {
        0 => residual == 0 ? 0 : double.PositiveInfinity,
        var greatest => residual / greatest,
    };
}
