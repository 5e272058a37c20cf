namespace HadamardNtk;

/// <summary>The checks of a support vector machine's arguments.</summary>
internal static class SupportVectorArguments
{
    /// <summary>Checks the arguments, and returns the classes among the labels in ascending order.</summary>
    /// <exception cref="ArgumentException">
    /// K is not square or not finite, the number of labels is not n, or there are fewer than two classes.
    /// </exception>
    internal static long[] Classes(Matrix gram, long[] labels)
    {
        ArgumentNullException.ThrowIfNull(gram);
        ArgumentNullException.ThrowIfNull(labels);
        PrecomputedKernel.RequireGram(gram);
        return Classes(gram.Rows, labels);
    }

    /// <summary>
    /// Checks what is known before the Gram matrix is computed: the labels, and the memory for n² numbers and for a
    /// copy of those of each pair of classes at work.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The number of labels is not n, there are fewer than two classes, or the memory does not suffice.
    /// </exception>
    internal static void Require(int samples, long[] labels, int costs, int threads)
    {
        ArgumentNullException.ThrowIfNull(labels);
        long classes = Classes(samples, labels).Length;
        long pair = labels.CountBy(label => label).Select(own => own.Value).OrderDescending().Take(2).Sum();
        var atWork = Math.Min(threads, costs * classes * (classes - 1) / 2);
        MemoryPlan.Require(
            ((long)samples * samples) + (atWork * pair * pair),
            $"A support vector machine of {samples} samples", "give fewer samples or threads");
    }

    private static long[] Classes(int samples, long[] labels) => labels.Length == samples
        ? TrainingData.Classes(labels)
        : throw new ArgumentException(
            $"Expected one label for each of the {samples} samples; there are {labels.Length}.", nameof(labels));
}
