namespace HadamardNtk;

/// <summary>The classes among labels, and the place of each.</summary>
/// <typeparam name="TLabel">The type of the labels.</typeparam>
internal sealed class LabelPlaces<TLabel> where TLabel : notnull
{
    private const long Unknown = -1;

    private readonly Dictionary<TLabel, long> _places;

    internal LabelPlaces(TLabel[] classes)
    {
        All = Array.AsReadOnly(classes);
        _places = Enumerable.Range(0, classes.Length).ToDictionary(k => classes[k], k => (long)k);
    }

    /// <summary>The classes.</summary>
    internal IReadOnlyList<TLabel> All { get; }

    /// <summary>The classes among labels: ascending where labels have an order, else by their first samples.</summary>
    /// <exception cref="ArgumentException">A label is null.</exception>
    internal static LabelPlaces<TLabel> Among(IReadOnlyList<TLabel> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        for (var i = 0; i < labels.Count; i++)
        {
            if (labels[i] is null)
            {
                throw new ArgumentException(
                    $"Expected a label for every sample; that in row {i} (counted from 0) is null.", nameof(labels));
            }
        }

        var classes = labels.Distinct().ToArray();
        var order = typeof(TLabel) == typeof(string) ? (IComparer<TLabel>)StringComparer.Ordinal
            : typeof(IComparable<TLabel>).IsAssignableFrom(typeof(TLabel)) || typeof(TLabel).IsEnum
                ? Comparer<TLabel>.Default
                : null;
        return new(order is null ? classes : [.. classes.Order(order)]);
    }

    /// <summary>The classes of a model that was kept, which must differ.</summary>
    /// <exception cref="DataFormatException">Two of them are equal.</exception>
    internal static LabelPlaces<TLabel> Kept(string folder, TLabel[] classes) =>
        classes.CountBy(label => label).FirstOrDefault(own => own.Value > 1) is { Value: > 1 } twice
            ? throw new DataFormatException(
                folder, $"different labels of type {typeof(TLabel).Name}",
                $"{LabelText.Of(twice.Key)} for {twice.Value} of them",
                "load it by KernelClassifier.Load<TLabel> with the type of its labels, or with string")
            : new(classes);

    /// <summary>The places of labels; −1 for a label that is none of the classes.</summary>
    internal long[] Of(IReadOnlyList<TLabel> labels) =>
        [.. labels.Select(label => _places.GetValueOrDefault(label, Unknown))];
}
