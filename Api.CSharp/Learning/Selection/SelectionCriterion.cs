using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>What a ridge, hyper-parameters or one of several networks are chosen by. Immutable.</summary>
public sealed record SelectionCriterion
{
    // The class of each sample where every fold has its share of every class, otherwise null.
    private readonly int[]? _classes;

    private SelectionCriterion(string name, int folds, int seed) => (Name, Folds, Seed) = (name, folds, seed);

    private SelectionCriterion(SelectionCriterion other, int[] classes)
        : this(other.Name, other.Folds, other.Seed) => _classes = classes;

    /// <summary>The name: evidence, loo or folds.</summary>
    public string Name { get; }

    /// <summary>The number of folds of a cross-validation; 0 for the other criteria.</summary>
    public int Folds { get; }

    /// <summary>The seed by which samples are dealt to folds.</summary>
    public int Seed { get; }

    /// <summary>
    /// The log marginal likelihood −½ yᵀ(K + r I)⁻¹y − ½ log det(K + r I) − n/2 log 2π, summed over the outputs. It is
    /// maximized. With <see cref="VarianceScale.Estimated"/> it is that at the best scale of each output.
    /// </summary>
    public static SelectionCriterion Evidence { get; } = new("evidence", 0, 0);

    /// <summary>
    /// The root mean squared leave-one-out residual, α_i/(K + r I)⁻¹_ii with α = (K + r I)⁻¹y. It is minimized.
    /// </summary>
    public static SelectionCriterion LeaveOneOut { get; } = new("loo", 0, 0);

    /// <summary>
    /// The root mean squared residual of samples left out fold by fold, which for a fold F is ((K + r I)⁻¹_FF)⁻¹ α_F.
    /// It is minimized. What is learned before the kernel (the means of rows and targets, a relative ridge) is learned
    /// from all samples.
    /// </summary>
    /// <param name="folds">The number of folds, from 2 to the number of samples.</param>
    /// <param name="seed">The seed by which samples are dealt to the folds.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two folds.</exception>
    public static SelectionCriterion CrossValidation(int folds, int seed = 0) => folds >= 2
        ? new("folds", folds, seed)
        : throw new ArgumentOutOfRangeException(nameof(folds), folds, $"Expected at least 2 folds, not {folds}.");

    /// <summary>
    /// The same criterion with stratified folds: the numbers of samples of a class in two folds differ by at most one.
    /// <see cref="KernelClassifier"/> fits with it. The other criteria stay as they are.
    /// </summary>
    /// <param name="labels">The label of each sample.</param>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <exception cref="ArgumentException">A label is null.</exception>
    public SelectionCriterion Stratified<TLabel>(IReadOnlyList<TLabel> labels) where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(labels);
        return Folds == 0
            ? this
            : new(this, Array.ConvertAll(LabelPlaces<TLabel>.Among(labels).Of(labels), place => (int)place));
    }

    /// <inheritdoc/>
    public bool Equals(SelectionCriterion? other) =>
        other is not null && (Name, Folds, Seed) == (other.Name, other.Folds, other.Seed)
        && (_classes ?? []).AsSpan().SequenceEqual(other._classes ?? []) && _classes is null == other._classes is null;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Folds, Seed, _classes?.Length);

    /// <summary>Whether the score is an error, which is minimized.</summary>
    internal bool IsError => Name != Evidence.Name;

    /// <summary>
    /// The samples of each fold, whose sizes differ by at most one; every sample alone for leave-one-out.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// There are fewer samples than folds, or another number of samples than of labels that stratify them.
    /// </exception>
    internal int[][] Parts(int samples)
    {
        if (Folds == 0)
        {
            return [.. Enumerable.Range(0, samples).Select(i => new[] { i })];
        }

        if (Folds > samples)
        {
            throw new ArgumentException(
                $"Expected at least as many samples as folds; there are {samples} samples and {Folds} folds.");
        }

        if (_classes is not null && _classes.Length != samples)
        {
            throw new ArgumentException(
                $"Expected a label for each sample; there are {samples} samples and {_classes.Length} labels.");
        }

        // Samples are dealt class by class, so that neighbors in the order come into different folds.
        int[] order =
        [
            .. Enumerable.Range(0, samples).OrderBy(i => _classes?[i] ?? 0).ThenBy(i => Draws.uniformAt(Seed, i)),
        ];
        return
        [
            .. Enumerable.Range(0, Folds).Select(fold => DealtFolds.Of(order, Folds, fold).Order().ToArray()),
        ];
    }
}
