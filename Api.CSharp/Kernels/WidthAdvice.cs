using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The fluctuation constant of a network at a row, c = m Var Θ_m(x,x)/(E Θ_m(x,x))².</summary>
/// <param name="Value">c.</param>
/// <param name="StandardError">
/// The standard error of c, by the jackknife. It is infinite where the kernels of all seeds but one are 0.
/// </param>
public readonly record struct FluctuationConstant(double Value, double StandardError);

/// <summary>
/// The width m that a network needs so that the empirical tangent kernel Θ_m(x,x) of one seed has a relative standard
/// deviation ε: m = c/ε², rounded up, with c = m Var Θ_m(x,x)/(E Θ_m(x,x))² over seeds. Immutable.
/// </summary>
/// <remarks>
/// <para>Products of relu factors have c in closed form. For other networks it is estimated by networks of a pilot
/// width m₀, one for each seed, and their kernels at given rows: c = m₀ s²/mean², s² the sample variance. That is c at
/// m₀, which differs from its limit by a part of O(1/m₀).</para>
/// <para>Products of many factors have heavy tails: seeds that carry most of the variance are rare, and an estimate by
/// few seeds at a small m₀ is far too small, with an error that is too small as well. <see cref="IsRough"/> says so.
/// Source: docs/mathematics.md, section 6.</para>
/// </remarks>
/// <example><code>
/// var advice = WidthAdvice.Of(Network.Parse("(dense relu)^3 dense"), x, tolerance: 0.05);
/// Console.WriteLine($"{advice.LeastWidth} to {advice.MostWidth}");
/// var product = WidthAdvice.ReluProduct(degree: 3);       // c = 107, width 42800
/// </code></example>
public sealed class WidthAdvice
{
    private WidthAdvice(double tolerance, double constant)
    {
        (Tolerance, Constant) = (tolerance, constant);
        Width = LeastWidth = MostWidth = FluctuationModule.width(tolerance, constant);
    }

    private WidthAdvice(double tolerance, int pilot, Fluctuation[] rows)
    {
        var worst = Enumerable.Range(0, rows.Length).MaxBy(i => rows[i].Constant);
        (Tolerance, Row) = (tolerance, worst);
        (Constant, StandardError) = (rows[worst].Constant, rows[worst].StandardError);
        Width = FluctuationModule.width(tolerance, Constant);
        (LeastWidth, MostWidth) = FluctuationModule.interval(tolerance, rows[worst]);
        IsRough = rows.Any(row => FluctuationModule.isRough(pilot, row));
        Rows = Array.AsReadOnly(
            Array.ConvertAll(rows, row => new FluctuationConstant(row.Constant, row.StandardError)));
    }

    /// <summary>ε, the relative standard deviation of Θ_m(x,x) that is aimed at.</summary>
    public double Tolerance { get; }

    /// <summary>c, at the row where it is the largest.</summary>
    public double Constant { get; }

    /// <summary>The standard error of c; 0 for a closed form.</summary>
    public double StandardError { get; }

    /// <summary>m = c/ε², a whole number of at least 1, which may be above the largest integer.</summary>
    public double Width { get; }

    /// <summary>The width for c less two standard errors.</summary>
    public double LeastWidth { get; }

    /// <summary>The width for c plus two standard errors.</summary>
    public double MostWidth { get; }

    /// <summary>
    /// Whether the estimate at any row is a rough one: its standard error is above a third of it, or the standard
    /// deviation of the kernels at the pilot width is above a third of their mean (c &gt; m₀/9). The true c may then be
    /// larger by far; a wider pilot and more seeds make the estimate sharper.
    /// </summary>
    public bool IsRough { get; }

    /// <summary>The row at which c is the largest, counted from 0; null for a closed form.</summary>
    public int? Row { get; }

    /// <summary>The constants at all rows; none for a closed form.</summary>
    public IReadOnlyList<FluctuationConstant> Rows { get; } = [];

    /// <summary>The width with its bounds, and the deviation that it is for, in one line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"WidthAdvice: {Width} ({LeastWidth} to {MostWidth}{(IsRough ? ", roughly" : "")}), for a relative deviation of {Tolerance:G3}");

    /// <summary>
    /// Estimates the width that a network needs at the rows of x, by drawing networks of a pilot width.
    /// </summary>
    /// <param name="network">The network, whose layers below its end leave their widths to m.</param>
    /// <param name="x">At least one row of features, n × d. A few rows like those that matter are enough.</param>
    /// <param name="tolerance">ε, from 1e-6 to 1; 0.05 unless given.</param>
    /// <param name="options">The pilot width, the seeds, threads and progress; the defaults if null.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The tolerance is out of range, there are no rows, a layer below the end states its width, the network has no
    /// reading at the pilot width, or the tangent kernel is 0 at a row.
    /// </exception>
    /// <exception cref="ArithmeticException">A network overflows at a row.</exception>
    public static WidthAdvice Of(
        Network network,
        Matrix x,
        double tolerance = 0.05,
        WidthOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(x);
        options ??= new();
        Require(network, x, tolerance, options);
        var kernels = Kernels(network, x, options, cancellation);
        var rows = Enumerable.Range(0, x.Rows).Select(i => Estimate(i, options.Pilot, kernels)).ToArray();
        return new(tolerance, options.Pilot, rows);
    }

    /// <summary>
    /// The width of a product of N factors relu(w·x), f = Σ_c v_c Π_i relu(w_ic·x), all weights trained:
    /// c = 6^N (1 + 5N/3 + N(N−1)/3)/(N+1)² − 1, for every norm of x and every scale of the weights.
    /// </summary>
    /// <param name="degree">N, from 1 to 250.</param>
    /// <param name="tolerance">ε, from 1e-6 to 1; 0.05 unless given.</param>
    /// <exception cref="ArgumentException">The degree or the tolerance is out of range.</exception>
    public static WidthAdvice ReluProduct(int degree, double tolerance = 0.05) =>
        new(tolerance, ProductFluctuation.reluProduct(degree));

    /// <summary>
    /// The width of a product of N relu factors with skip connections, y_1 = relu(w_1·x),
    /// y_n = y_{n−1} (1 + relu(w_n·x)), f = Σ_c v_c y_N, at |x| = 1 with weights w ~ N(0, I), all trained.
    /// </summary>
    /// <param name="degree">N, from 1 to 250.</param>
    /// <param name="tolerance">ε, from 1e-6 to 1; 0.05 unless given.</param>
    /// <exception cref="ArgumentException">The degree or the tolerance is out of range.</exception>
    public static WidthAdvice ReluSkipProduct(int degree, double tolerance = 0.05) =>
        new(tolerance, ProductFluctuation.reluSkipProduct(degree));

    private static void Require(Network network, Matrix x, double tolerance, WidthOptions options)
    {
        FluctuationModule.width(tolerance, 0);
        FluctuationModule.requireOpen(network.Core);
        if (x.Rows == 0)
        {
            throw new ArgumentException("Expected at least one row; there are none.", nameof(x));
        }

        if (options.Seed > long.MaxValue - options.Seeds)
        {
            throw new ArgumentException(
                $"Expected a first seed that {options.Seeds} seeds can follow; it is {options.Seed}.",
                nameof(options));
        }
    }

    /// <summary>Θ_m₀(x,x) of each seed at each row.</summary>
    private static double[][] Kernels(
        Network network, Matrix x, WidthOptions options, CancellationToken cancellation)
    {
        var kernels = new double[options.Seeds][];
        new Workers(options.Threads, cancellation).For(
            options.Seeds,
            s =>
            {
                var finite = FiniteNetwork.Create(
                    network, options.Pilot, x.Columns, options.Seed + s, null, cancellation);
                kernels[s] = finite.Diagonal(KernelKind.Ntk, x, 1, new(null, cancellation));
            },
            options.Progress);
        return kernels;
    }

    private static Fluctuation Estimate(int row, int pilot, double[][] kernels)
    {
        var there = Array.ConvertAll(kernels, kernel => kernel[row]);
        return there.Any(k => k > 0)
            ? FluctuationModule.estimate(pilot, there)
            : throw new ArgumentException(
                $"row {row} (counted from 0): expected a tangent kernel above 0; it is 0 for every seed; "
                + "give a row that is not 0, and a network with trained weights",
                "x");
    }
}
