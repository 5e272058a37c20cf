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
        RequireGram(gram);
        if (labels.Length != gram.Rows)
        {
            throw new ArgumentException(
                $"Expected one label for each of the {gram.Rows} samples; there are {labels.Length}.", nameof(labels));
        }

        return TrainingData.Classes(labels);
    }

    private static void RequireGram(Matrix gram)
    {
        if (gram.Rows != gram.Columns)
        {
            throw new ArgumentException(
                $"Expected a square Gram matrix; it is {gram.Rows} x {gram.Columns}.", nameof(gram));
        }

        var bad = Array.FindIndex(gram.Data, v => !double.IsFinite(v));
        if (bad >= 0)
        {
            throw new ArgumentException(
                $"Expected finite kernels; that of samples {bad / gram.Columns} and {bad % gram.Columns} " +
                $"(counted from 0) is {gram.Data[bad]}.",
                nameof(gram));
        }
    }
}
