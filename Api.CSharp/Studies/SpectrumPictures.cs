namespace HadamardNtk;

/// <summary>Pictures of kernels that several studies show.</summary>
internal static class SpectrumPictures
{
    /// <summary>
    /// The eigenvalues of K/n that are more than rounding, relative to the trace, and the power law that is fitted to
    /// those from <paramref name="first"/> to n/4 if there are enough of them.
    /// </summary>
    internal static IEnumerable<StudySeries> Fitted(string name, Spectrum spectrum, int first, int group)
    {
        double[] values = [.. spectrum.Values.TakeWhile((value, j) => value > 10 * spectrum.Bounds[j])];
        yield return new()
        {
            Name = name,
            X = [.. Enumerable.Range(1, values.Length).Select(j => (double)j)],
            Y = [.. values.Select(value => value / spectrum.Trace)],
            Group = group,
        };
        var last = Math.Min(spectrum.Count / 4, values.Length);
        if (last < first + 2)
        {
            yield break;
        }

        var law = spectrum.Decay(first, last);
        double[] ends = [law.First, law.Last];
        yield return new()
        {
            Name = FormattableString.Invariant($"{name}: a = {law.Exponent:F2} ± {law.StandardError:F2}"),
            X = ends,
            Y = [.. ends.Select(j => law.Constant * Math.Pow(j, -law.Exponent) / spectrum.Trace)],
            Style = SeriesStyle.Dashed,
            Group = group,
        };
    }

    /// <summary>The NTK between points of the circle |x|² = 2 in R², relative to that of a point with itself.</summary>
    /// <param name="network">The network.</param>
    /// <param name="count">The number of points, a divisor of 360.</param>
    internal static StudyMap Circle(StudyNetwork network, int count)
    {
        var circle = new Matrix(Enumerable.Range(0, count)
            .Select(i => 2 * Math.PI * i / count)
            .Select(angle => new[] { Math.Sqrt(2) * Math.Cos(angle), Math.Sqrt(2) * Math.Sin(angle) }));
        var gram = network.Network.Ntk().Gram(circle);
        return new()
        {
            Name = "kernel",
            Title = $"The tangent kernel of {network.Name} on a circle",
            Values = Matrix.Wrap(
                [.. Enumerable.Range(0, count * count).Select(i => gram[i / count, i % count] / gram[0, 0])],
                count, count),
            XTitle = $"place of x′ on the circle, in steps of {360 / count}°",
            YTitle = $"place of x, in steps of {360 / count}°",
            Caption = "Relative to the kernel of a point with itself.",
        };
    }
}
