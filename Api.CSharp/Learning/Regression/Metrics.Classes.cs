namespace HadamardNtk;

public static partial class Metrics
{
    private const double MostRounding = 1e-9;

    /// <summary>
    /// −(mean over samples of ln p(true class)), the smaller the better; ln C for equal probabilities of C classes. It
    /// is +∞ where a true class has probability 0, as one that is none of the classes has.
    /// </summary>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="probabilities">The probabilities, n × C.</param>
    /// <param name="classes">The classes, one for each column.</param>
    /// <param name="truth">The true class of each sample, n.</param>
    /// <exception cref="ArgumentException">
    /// The shapes differ, there is no sample, or a number is no probability.
    /// </exception>
    public static double LogLoss<TLabel>(
        Matrix probabilities, IReadOnlyList<TLabel> classes, IReadOnlyList<TLabel> truth) where TLabel : notnull
    {
        var places = Places(probabilities, classes, truth);
        return places.Select((place, i) => place < 0 ? double.PositiveInfinity : -Math.Log(probabilities[i, place]))
            .Average();
    }

    /// <summary>
    /// The expected calibration error Σ (n_b/n) |accuracy_b − confidence_b| over bins b of equal width of the
    /// confidence, which is the greatest probability of a sample: 0 where the part of correct labels is what the
    /// probabilities say.
    /// </summary>
    /// <param name="probabilities">The probabilities, n × C.</param>
    /// <param name="classes">The classes, one for each column.</param>
    /// <param name="truth">The true class of each sample, n.</param>
    /// <param name="bins">The number of bins, at least 1.</param>
    /// <returns>A number between 0 and 1.</returns>
    /// <remarks>
    /// Source: Guo, Pleiss, Sun and Weinberger, <em>On calibration of modern neural networks</em> (2017).
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The shapes differ, there is no sample, or a number is no probability.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is to be no bin.</exception>
    public static double CalibrationError<TLabel>(
        Matrix probabilities, IReadOnlyList<TLabel> classes, IReadOnlyList<TLabel> truth, int bins = 10)
        where TLabel : notnull
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var places = Places(probabilities, classes, truth);
        var excess = new double[bins];
        foreach (var (best, i) in OneHot.Classes(probabilities).Select((best, i) => (best, i)))
        {
            // A confidence of 1 is in the last bin, as one that rounding leaves above 1.
            var confidence = probabilities[i, best];
            excess[Math.Min((int)(confidence * bins), bins - 1)] += (best == places[i] ? 1 : 0) - confidence;
        }

        return excess.Sum(Math.Abs) / places.Length;
    }

    /// <summary>
    /// The confusion table: how many samples of the true class i, its row, were given the class j, its column.
    /// </summary>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="predicted">The predicted class of each sample.</param>
    /// <param name="truth">The true class of each sample.</param>
    /// <param name="classes">All classes, in the order of rows and columns.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of labels differ, a class is there twice, or a label is none of the classes.
    /// </exception>
    public static int[,] Confusion<TLabel>(
        IReadOnlyList<TLabel> predicted, IReadOnlyList<TLabel> truth, IReadOnlyList<TLabel> classes)
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(truth);
        if (predicted.Count != truth.Count)
        {
            throw new ArgumentException($"Expected {predicted.Count} labels, not {truth.Count}.", nameof(truth));
        }

        var places = Distinct(classes);
        int Place(TLabel label, string argument) => places.Of([label])[0] is >= 0 and var place
            ? (int)place
            : throw new ArgumentException($"Expected one of the classes; came {label}.", argument);
        var counts = new int[classes.Count, classes.Count];
        for (var i = 0; i < truth.Count; i++)
        {
            counts[Place(truth[i], nameof(truth)), Place(predicted[i], nameof(predicted))]++;
        }

        return counts;
    }

    private static LabelPlaces<TLabel> Distinct<TLabel>(IReadOnlyList<TLabel> classes) where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(classes);
        return classes.Distinct().Count() == classes.Count
            ? new([.. classes])
            : throw new ArgumentException("Expected each class once.", nameof(classes));
    }

    private static int[] Places<TLabel>(
        Matrix probabilities, IReadOnlyList<TLabel> classes, IReadOnlyList<TLabel> truth) where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(truth);
        var places = Distinct(classes);
        if (probabilities.Columns != classes.Count)
        {
            throw new ArgumentException(
                $"Expected a class for each of {probabilities.Columns} columns, not {classes.Count}.", nameof(classes));
        }

        RequireSome(probabilities.Rows);
        RequireProbabilities(probabilities);
        return probabilities.Rows == truth.Count
            ? Array.ConvertAll(places.Of(truth), place => (int)place)
            : throw new ArgumentException(
                $"Expected {probabilities.Rows} labels, not {truth.Count}.", nameof(truth));
    }

    // Rounding may leave a probability a little above 1.
    private static void RequireProbabilities(Matrix probabilities)
    {
        var bad = Array.FindIndex(probabilities.Data, p => !(p >= 0 && p <= 1 + MostRounding));
        if (bad >= 0)
        {
            throw new ArgumentException(
                $"Expected probabilities from 0 to 1; that of row {bad / probabilities.Columns}, column "
                + $"{bad % probabilities.Columns} (counted from 0) is {probabilities.Data[bad]}.", nameof(probabilities));
        }
    }
}
