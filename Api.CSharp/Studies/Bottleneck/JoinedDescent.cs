namespace HadamardNtk;

/// <summary>
/// The descent of the network without bottlenecks, whose loss is known at any time by the eigenvalues of its kernel:
/// |(I − η K/n)^t r_0|²/(2n).
/// </summary>
internal sealed class JoinedDescent
{
    private readonly double[] _factors;
    private readonly Matrix _vectors;

    internal JoinedDescent(InfiniteKernel kernel, Matrix x, CancellationToken cancellation)
    {
        var eigen = SymmetricEigen.Decompose(
            kernel.Gram(x, null, cancellation), new(Environment.ProcessorCount, cancellation), DenseLibraries.Own);
        var greatest = eigen.Values[^1];
        (Rate, _vectors) = (x.Rows / greatest, eigen.Vectors);
        _factors = Array.ConvertAll(eigen.Values, value => Math.Clamp(1 - (value / greatest), 0, 1));
    }

    /// <summary>η = n/λ_1, half of the greatest stable rate.</summary>
    internal double Rate { get; }

    /// <summary>
    /// The loss after each of some numbers of steps from residuals r_0, relative to that at the start.
    /// </summary>
    internal double[] Losses(double[] residuals, IEnumerable<double> steps)
    {
        double[] squares =
        [
            .. Enumerable.Range(0, _vectors.Rows)
                .Select(j => RowProducts.Dot(_vectors.Row(j), residuals)).Select(part => part * part),
        ];
        var whole = squares.Sum();
        return [.. steps.Select(t => squares.Select((s, j) => s * Math.Pow(_factors[j], 2 * t)).Sum() / whole)];
    }

    /// <summary>The number of steps until a part of the loss at the start is left; infinity if it never is.</summary>
    internal double Steps(double[] residuals, double part)
    {
        double Loss(double t) => Losses(residuals, [t])[0];
        var (before, after) = (0.0, 1.0);
        while (Loss(after) > part)
        {
            (before, after) = (after, 2 * after);
            if (after > 1e12)
            {
                return double.PositiveInfinity;
            }
        }

        while (after - before > 1)
        {
            var middle = Math.Floor((before + after) / 2);
            (before, after) = Loss(middle) > part ? (before: middle, after) : (before, middle);
        }

        return Crossing(before, Loss(before), after, Loss(after), part);
    }

    /// <summary>The time between two at which a loss falls to a value, by interpolation in its logarithm.</summary>
    internal static double Crossing(double before, double high, double after, double low, double value) =>
        before + ((after - before) * Math.Log(high / value) / Math.Log(high / Math.Max(low, 1e-300)));
}
