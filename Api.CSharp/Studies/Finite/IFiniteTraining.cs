namespace HadamardNtk;

/// <summary>A network of finite width in training, as a study asks for it.</summary>
/// <param name="Network">The network.</param>
/// <param name="Width">m, the width of every dense layer that states none.</param>
/// <param name="Seed">What the parameters are drawn from.</param>
/// <param name="X">Training samples, n × d.</param>
/// <param name="Y">Targets of f − f_0, n × C.</param>
/// <param name="Rate">η, the learning rate of full-batch gradient descent on 1/(2nC)·|f − f_0 − y|².</param>
/// <param name="Steps">The numbers of steps after which f − f_0 is asked, ascending.</param>
/// <param name="Points">The samples at which it is asked, n′ × d.</param>
public sealed record FiniteTrainingTask(
    Network Network, int Width, long Seed, Matrix X, Matrix Y, double Rate, IReadOnlyList<long> Steps, Matrix Points)
{
    /// <summary>Receives the part of the steps that are done, from 0 to 1; null, as unless set, for nobody.</summary>
    public IProgress<double>? Progress { get; init; }
}

/// <summary>
/// Trains networks of finite width for studies, whose other parts need no tensors. HadamardNtk.Torch has one.
/// </summary>
public interface IFiniteTraining
{
    /// <summary>Trains a network.</summary>
    /// <param name="task">The network, its data, and what is asked of it.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <returns>f − f_0 at the points after each of the numbers of steps, n′ × C.</returns>
    /// <exception cref="ArithmeticException">The training diverges.</exception>
    IReadOnlyList<Matrix> Train(FiniteTrainingTask task, CancellationToken cancellation = default);

    /// <summary>The tangent kernel of the network at its start, n × n.</summary>
    /// <param name="network">The network.</param>
    /// <param name="width">m, the width of every dense layer that states none.</param>
    /// <param name="seed">What the parameters are drawn from.</param>
    /// <param name="x">The samples, n × d.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    Matrix TangentKernel(
        Network network, int width, long seed, Matrix x, CancellationToken cancellation = default);

    /// <summary>The tangent kernel of the network at its start, n × n, with progress.</summary>
    /// <param name="network">The network.</param>
    /// <param name="width">m, the width of every dense layer that states none.</param>
    /// <param name="seed">What the parameters are drawn from.</param>
    /// <param name="x">The samples, n × d.</param>
    /// <param name="progress">
    /// Receives the part that is done, from 0 to 1; the end alone from a class that does not say more.
    /// </param>
    /// <param name="cancellation">The token that stops the work.</param>
    Matrix TangentKernel(
        Network network,
        int width,
        long seed,
        Matrix x,
        IProgress<double>? progress,
        CancellationToken cancellation = default)
    {
        var kernel = TangentKernel(network, width, seed, x, cancellation);
        progress?.Report(1);
        return kernel;
    }
}
