namespace HadamardNtk;

/// <summary>
/// What linearized networks say about generalization: Ortiz-Jimenez, Moosavi-Dezfooli and Frossard, What can linearized
/// neural networks actually say about generalization? (2021). Binary tasks of known difficulty, the signs of the
/// eigenfunctions of the tangent kernel at the start, are learned by a network of finite width, by its linearization at
/// the start and by that at the end of training.
/// </summary>
/// <remarks>
/// <para>Task j is the sign of eigenvector j of Θ_0 at all samples. All models are trained on the squared loss of
/// f − f_0 and targets ±s by the same number of steps of full-batch gradient descent from zero, at the same part of the
/// largest learning rate of their kernel. The alignment of a task is yᵀΘy/(yᵀy tr Θ). Everything is in float64.</para>
/// <para>The result depends on the options alone, up to the roundings of the machine's libtorch.</para>
/// </remarks>
public static class LinearizedStudy
{
    internal const string Source =
        "Ortiz-Jimenez, Moosavi-Dezfooli, Frossard: What can linearized neural networks actually say about "
        + "generalization? (2021)";

    /// <summary>Runs the study.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="progress">Gets the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The options make no experiment.</exception>
    /// <exception cref="DllNotFoundException">libtorch is missing; the message says how to have it.</exception>
    public static StudyResult Run(
        LinearizedOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new();
        options.Require();
        NativeTorch.Require();
        var runs = new LinearizedRuns(options, progress, cancellation);
        progress?.Report(1);
        return new()
        {
            Name = "linearised",
            Title = "What linearized networks say about generalization",
            Summary =
                "A network near its start is a linear model of its parameters, whose kernel is known. Does that model "
                + "tell how well the network itself will do? The tasks are the signs of the kernel's own "
                + "eigenfunctions: the higher the index, the harder the task for the linear model. A network of "
                + "finite width, its linearization at the start and its linearization at the end of training learn "
                + "them from the same samples.",
            Seed = options.Seed,
            Parameters = Parameters(options, runs),
            Claims = [.. LinearizedClaims.Of(options, runs)],
            Charts = [.. LinearizedCharts.Of(options, runs)],
            Tables = [.. LinearizedTables.Of(options, runs)],
        };
    }

    private static StudyParameter[] Parameters(LinearizedOptions options, LinearizedRuns runs) =>
    [
        new("samples", options.Data is null ? $"{options.DataName}, d = {options.Dimension}" : options.DataName),
        new("training and test samples", $"{options.Samples} and {options.TestSamples}"),
        new("width m", $"{options.Width}"),
        new("steps of full-batch descent", $"{options.Steps}"),
        new("learning rate, of the largest", StudyNumbers.Text(options.RelativeRate)),
        new("size of the targets", StudyNumbers.Text(options.TargetSize)),
        new("parameters", $"{runs.ParameterCount}"),
        .. options.Others.Prepend(options.Network)
            .Select(network => new StudyParameter(network.Name, network.Notation)),
    ];
}
