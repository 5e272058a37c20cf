namespace HadamardNtk;

/// <summary>The interval that an axis shows.</summary>
/// <param name="From">The smaller end.</param>
/// <param name="To">The larger end.</param>
internal readonly record struct AxisSpan(double From, double To)
{
    private const double Padding = 0.04;

    // Logarithmic axes end here, as the library that draws them divides by the smallest numbers.
    private const double Least = 1e-290;
    private const double Greatest = 1e290;

    /// <summary>The interval of some values with a little room around them; values out of reach are left out.</summary>
    internal static AxisSpan Of(IEnumerable<double> values, StudyAxis axis)
    {
        double[] all = [.. values.Select(value => Within(value, axis))];
        var (from, to) = all.Length == 0 ? (1, 1) : (all.Min(), all.Max());
        return axis.Logarithmic ? Logarithmic(from, to) : Linear(from, to);
    }

    /// <summary>The value in the interval that is nearest.</summary>
    internal double Clamp(double value) => Math.Clamp(value, From, To);

    private static double Within(double value, StudyAxis axis) =>
        axis.Logarithmic ? Math.Clamp(value, Least, Greatest) : Math.Clamp(value, -Greatest, Greatest);

    private static AxisSpan Linear(double from, double to)
    {
        var greatest = Math.Max(Math.Abs(from), Math.Abs(to));
        var isConstant = to - from <= Math.Max(greatest * 1e-10, Least);
        var room = isConstant ? Math.Max(greatest * 0.1, greatest > Least ? 0 : 1) : (to - from) * Padding;
        return new(from - room, to + room);
    }

    private static AxisSpan Logarithmic(double from, double to)
    {
        var ratio = to / from > 1.001 ? Math.Pow(10, Math.Log10(to / from) * Padding) : 2;
        return new(from / ratio, to * ratio);
    }
}
