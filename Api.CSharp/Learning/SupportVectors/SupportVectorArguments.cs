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
        if (labels.Length != gram.Rows)
        {
            throw new ArgumentException(
                $"Expected one label for each of the {gram.Rows} samples; there are {labels.Length}.", nameof(labels));
        }

        return TrainingData.Classes(labels);
    }
}
