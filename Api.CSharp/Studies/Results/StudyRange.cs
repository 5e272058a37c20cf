namespace HadamardNtk;

/// <summary>An interval of a chart's x axis that is shaded, such as the range of the training inputs.</summary>
/// <param name="From">The smaller end, finite.</param>
/// <param name="To">The larger end, finite.</param>
/// <param name="Label">What the interval is, such as <c>training range</c>.</param>
public sealed record StudyRange(double From, double To, string Label)
{
    internal void Require(string chart)
    {
        if (!double.IsFinite(From) || !double.IsFinite(To) || From >= To)
        {
            throw new ArgumentException(
                $"{chart}: expected a shaded range From < To of finite numbers; came {From:R} to {To:R}. Give its "
                + "ends in order.");
        }
    }
}
