using System.Globalization;

namespace HadamardNtk.Cli.Commands;

/// <summary>Says where a model takes its targets for functions of the kernel's own size, and they are not.</summary>
internal static class ScaleNote
{
    // Mean squares within this factor are of one size.
    private const double Most = 10;

    /// <summary>
    /// Adds a note if the evidence chose at unit scale, and the mean square of the targets, without the means that the
    /// model adds, is far from the mean of K's diagonal.
    /// </summary>
    /// <param name="notes">The notes.</param>
    /// <param name="model">The model.</param>
    /// <param name="targets">The targets, n × C.</param>
    /// <param name="options">The options of the fit.</param>
    /// <param name="chosenBy">The criterion of a choice, or null.</param>
    /// <param name="stop">Stops the work.</param>
    internal static void OfFit<TSamples>(
        Notes notes, KernelRegression<TSamples> model, Matrix targets, RegressionOptions options,
        SelectionCriterion? chosenBy, CancellationToken stop)
        where TSamples : class
    {
        if (options.Scale != VarianceScale.Unit || chosenBy?.Name != SelectionCriterion.Evidence.Name)
        {
            return;
        }

        var means = model.TargetMeans;
        var square = targets.Data.Select((y, t) => Math.Pow(y - means[t % means.Count], 2)).Average();
        var ratio = square / model.Kernel.Diagonal(model.Samples, stop).Average();
        if (IsFar(ratio))
        {
            notes.Add(FormattableString.Invariant(
                $"the mean square of the targets is {Short(ratio)} times the mean of K's diagonal, and the evidence takes ")
                + "them for functions of the kernel's size; --scale auto estimates their scale, for the ridge and for "
                + "intervals");
        }
    }

    /// <summary>
    /// Adds a note if deviations are asked for whose scale is the kernel's, and that of the targets is far from it.
    /// </summary>
    /// <param name="notes">The notes.</param>
    /// <param name="fitted">The model.</param>
    /// <param name="choice">What is asked for.</param>
    /// <param name="stop">Stops the work.</param>
    internal static void OfSpread(Notes notes, Predictor fitted, SpreadChoice choice, CancellationToken stop)
    {
        if (fitted.Classes is null && choice.IsNeeded && fitted.ForgoneScale(stop) is { } scale && IsFar(scale * scale))
        {
            notes.Add(FormattableString.Invariant(
                $"deviations and intervals are those of the kernel's own scale; these targets have {Short(scale)} times ")
                + "that, which fit --scale auto estimates");
        }
    }

    /// <summary>
    /// The scale s of s² = yᵀ(K + r I)⁻¹y/n, the mean over outputs, that a model of unit scale does without; null where
    /// it has scales of its own, or rounding leaves no digit.
    /// </summary>
    internal static double? Forgone<TSamples>(
        KernelRegression<TSamples> model, GramOptions options, CancellationToken stop)
        where TSamples : class
    {
        if (model.Targets.Scales is not null)
        {
            return null;
        }

        try
        {
            return Math.Sqrt(model.EstimatedScales(options, stop).Average(s => s * s));
        }
        catch (ArithmeticException)
        {
            return null;
        }
    }

    // Three digits, and powers of ten for sizes that no one counts zeros of.
    private static string Short(double x) => x is >= 1e-4 and < 1e6
        ? decimal.Parse(x.ToString("G3", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture)
            .ToString(CultureInfo.InvariantCulture)
        : x.ToString("G3", CultureInfo.InvariantCulture);

    // Targets that are all 0 have no size.
    private static bool IsFar(double ratio) => ratio is > Most or (> 0 and < 1 / Most);
}
