namespace HadamardNtk;

/// <summary>What a model does to samples of one type before its kernel sees them.</summary>
internal abstract record Preparation<TSamples> where TSamples : class
{
    /// <summary>The number of features of a sample, or 0 where that is not known.</summary>
    internal virtual int Features(TSamples samples) => 0;

    /// <summary>The samples as the kernel sees them: the given ones themselves if nothing is prepared.</summary>
    internal virtual TSamples Apply(TSamples x) => x;

    /// <summary>Samples as the kernel sees them, rounded to the precision that the model keeps them in.</summary>
    internal virtual TSamples Round(TSamples prepared, Precision precision) => prepared;

    /// <summary>Requires that new samples are like those of the training.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    internal virtual void RequireAlike(TSamples x, TSamples training)
    {
    }

    /// <summary>A better exception than one that says only that K + r I is not positive definite.</summary>
    internal virtual NotPositiveDefiniteException Explain(NotPositiveDefiniteException refusal, TSamples samples) =>
        refusal;
}

/// <summary>Makes preparations.</summary>
internal static class Preparation
{
    /// <summary>The preparation of samples, learned from those of the training.</summary>
    /// <exception cref="ArgumentException">
    /// The options ask for something that only rows of a matrix have, or all rows are equal and are to be centered.
    /// </exception>
    internal static Preparation<TSamples> Learn<TSamples>(
        TSamples x, bool center, bool unit, Precision kept = Precision.Float64)
        where TSamples : class
    {
        if (x is Matrix rows)
        {
            return (Preparation<TSamples>)(object)RowTransform.Learn(rows, center, unit);
        }

        return center || unit || kept != Precision.Float64
            ? throw new ArgumentException(
                "Expected samples that are rows of a Matrix, to be centered, scaled to unit norm or kept in float32; " +
                $"they are a {typeof(TSamples).Name}. Prepare them before the fit.", nameof(x))
            : new AsGiven<TSamples>();
    }

    /// <summary>The preparation that leaves samples as they are given.</summary>
    internal static Preparation<TSamples> None<TSamples>() where TSamples : class => new AsGiven<TSamples>();

    private sealed record AsGiven<TSamples> : Preparation<TSamples> where TSamples : class;
}
