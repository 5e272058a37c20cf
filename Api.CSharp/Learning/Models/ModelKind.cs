namespace HadamardNtk;

/// <summary>A kind of model that a folder can hold.</summary>
/// <param name="Format">The name of its format, which the manifest states.</param>
/// <param name="Description">The kind in words, with its article.</param>
/// <param name="Reader">The method that reads it.</param>
/// <param name="Names">The names of its files, that of the manifest first.</param>
internal sealed record ModelKind(string Format, string Description, string Reader, IReadOnlyList<string> Names)
{
    /// <summary>The name of the manifest of every kind. A folder holds a model only if it holds a manifest.</summary>
    internal const string Manifest = "model.json";

    /// <summary>A kernel regression or classifier.</summary>
    internal static ModelKind Kernel { get; } = new(
        "hntk-model", "a kernel regression", "FittedModel.Load",
        [Manifest, "samples.npy", "weights.npy", "mean.npy"]);

    /// <summary>A trained network of finite width.</summary>
    internal static ModelKind Network { get; } = new(
        "hntk-network", "a trained network of finite width", "TrainedNetwork.Load",
        [Manifest, "parameters.dat", "changes.dat", "mean.npy", "history.csv"]);

    /// <summary>A regression or classifier on a given Gram matrix.</summary>
    internal static ModelKind Gram { get; } = new(
        "hntk-gram-model", "a regression on a given Gram matrix", "GramRegression.Load",
        [Manifest, "weights.npy", "gram.npy"]);

    /// <summary>A support vector machine with a network's kernel.</summary>
    internal static ModelKind SupportVectors { get; } = new(
        "hntk-support-vectors", "a support vector machine", "SupportVectorMachine.Load",
        [Manifest, "samples.npy", "weights.npy", "mean.npy"]);

    /// <summary>All kinds.</summary>
    internal static IReadOnlyList<ModelKind> All { get; } = [Kernel, Network, Gram, SupportVectors];
}
