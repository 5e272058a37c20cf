namespace HadamardNtk;

/// <summary>The predictions of a classifier with labels of any type.</summary>
/// <typeparam name="TLabel">The type of the labels.</typeparam>
/// <param name="Labels">
/// The class of each sample, which is the one with the greatest score, or the first of several.
/// </param>
/// <param name="Scores">The regression's outputs, m × classes.</param>
public sealed record Classification<TLabel>(IReadOnlyList<TLabel> Labels, Matrix Scores) where TLabel : notnull
{
    /// <summary>The posterior standard deviations of the scores, m, where they were asked for and are shared.</summary>
    public double[]? Deviation { get; init; }

    /// <summary>The posterior covariance of the scores, m × m, as the deviations.</summary>
    public Matrix? Covariance { get; init; }

    /// <summary>The prediction of the scores as those of a regression.</summary>
    public Prediction? Posterior { get; init; }

    /// <inheritdoc cref="Classification.Probabilities(IProgress{double}, CancellationToken)"/>
    public Matrix Probabilities(IProgress<double>? progress, CancellationToken cancellation = default) =>
        ClassProbabilities.Required(Known, new(progress, cancellation));

    /// <inheritdoc cref="Classification.Probabilities(IProgress{double}, CancellationToken)"/>
    public Matrix Probabilities(CancellationToken cancellation = default) => Probabilities(null, cancellation);

    /// <summary>The numbers of samples and classes, and below them the first labels with their scores.</summary>
    public override string ToString() => Classification.Text(Scores, i => ModelText.Label(Labels[i]));

    internal ClassProbabilities? Known { get; init; }
}

/// <summary>
/// Classification by kernel regression on one-hot targets minus 1/classes, with labels of any type: texts, numbers,
/// values of an enumeration, or others that are told apart by their own equality. Immutable, and safe to share between
/// threads.
/// </summary>
/// <typeparam name="TSamples">The type of the samples that the kernel takes.</typeparam>
/// <typeparam name="TLabel">The type of the labels.</typeparam>
public abstract class KernelClassifier<TSamples, TLabel> where TSamples : class where TLabel : notnull
{
    private readonly KernelClassifier<TSamples> _places;
    private readonly LabelPlaces<TLabel> _classes;

    private protected KernelClassifier(KernelClassifier<TSamples> places, LabelPlaces<TLabel> classes) =>
        (_places, _classes) = (places, classes);

    internal static KernelClassifier<TSamples, TLabel> Of(
        KernelClassifier<TSamples> places, LabelPlaces<TLabel> classes) => new OfAny(places, classes);

    /// <summary>The regression whose outputs are the scores.</summary>
    public virtual KernelRegression<TSamples> Regression => _places.Regression;

    /// <summary>
    /// The classes, one for each output: in ascending order where labels have one (texts by their UTF-16 code units),
    /// else in the order of their first samples.
    /// </summary>
    public IReadOnlyList<TLabel> Classes => _classes.All;

    /// <summary>The classes, the kernel, the ridge and the solver in one line.</summary>
    public override string ToString() => ModelText.Line(
        this,
        ModelText.Count(Classes.Count, "class"),
        Regression.Kernel.ToString(),
        ModelText.Solved(Regression.Ridge, Regression.Solution.Kind));

    /// <summary>The classes of new samples.</summary>
    /// <param name="x">The samples.</param>
    /// <param name="uncertainty">Whether deviations, or the whole covariance, come with the scores.</param>
    /// <param name="options">Backend, threads and progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="KernelRegression{TSamples}.Predict" path="/*[not(self::param)]"/>
    public Classification<TLabel> Predict(
        TSamples x,
        Uncertainty uncertainty = Uncertainty.None,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        var found = _places.Predict(x, uncertainty, options, cancellation);
        return new(Array.ConvertAll(found.Labels, place => _classes.All[(int)place]), found.Scores)
        {
            Deviation = found.Deviation,
            Covariance = found.Covariance,
            Posterior = found.Posterior,
            Known = found.Known,
        };
    }

    /// <summary>One-hot targets minus 1/classes, n × classes. A label of no class gives a row of −1/classes.</summary>
    /// <param name="labels">The label of each sample.</param>
    public Matrix Targets(IReadOnlyList<TLabel> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return _places.Targets(_classes.Of(labels));
    }

    private sealed class OfAny(KernelClassifier<TSamples> places, LabelPlaces<TLabel> classes)
        : KernelClassifier<TSamples, TLabel>(places, classes);
}
