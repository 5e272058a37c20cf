namespace HadamardNtk;

/// <summary>
/// Predictions at arrays. C# converts an array to a <see cref="Matrix"/> by itself; F# does so where a method takes an
/// array, as these do.
/// </summary>
public static class ArrayPredictions
{
    /// <summary>The predictions at the rows of an array, m × d.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x">The samples, one a row, which are copied.</param>
    /// <param name="uncertainty">Whether deviations, or the whole covariance, come with the means.</param>
    /// <param name="options">Backend, threads and progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="KernelRegression{TSamples}.Predict" path="/*[not(self::param)]"/>
    public static Prediction Predict(
        this KernelRegression<Matrix> model,
        double[,] x,
        Uncertainty uncertainty = Uncertainty.None,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Predict(new Matrix(x), uncertainty, options, cancellation);
    }

    /// <summary>The classes at the rows of an array, m × d.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x">The samples, one a row, which are copied.</param>
    /// <param name="uncertainty">Whether deviations, or the whole covariance, come with the scores.</param>
    /// <param name="options">Backend, threads and progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="KernelRegression{TSamples}.Predict" path="/*[not(self::param)]"/>
    public static Classification Predict(
        this KernelClassifier<Matrix> model,
        double[,] x,
        Uncertainty uncertainty = Uncertainty.None,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Predict(new Matrix(x), uncertainty, options, cancellation);
    }

    /// <summary>The classes at the rows of an array, m × d.</summary>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="x">The samples, one a row, which are copied.</param>
    /// <param name="uncertainty">Whether deviations, or the whole covariance, come with the scores.</param>
    /// <param name="options">Backend, threads and progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="KernelRegression{TSamples}.Predict" path="/*[not(self::param)]"/>
    public static Classification<TLabel> Predict<TLabel>(
        this KernelClassifier<Matrix, TLabel> model,
        double[,] x,
        Uncertainty uncertainty = Uncertainty.None,
        GramOptions? options = null,
        CancellationToken cancellation = default)
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Predict(new Matrix(x), uncertainty, options, cancellation);
    }
}
