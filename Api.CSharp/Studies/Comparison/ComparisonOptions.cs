namespace HadamardNtk;

/// <summary>The options of a comparison of kernels. Immutable; change it with <c>with</c>.</summary>
public sealed record ComparisonOptions
{
    /// <summary>The number of folds of each partition, from 2 to the number of samples; 5 unless set.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>The number of partitions, each drawn from a seed of its own; 3 unless set.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>The first seed; the others follow it. 0 unless set.</summary>
    public long FirstSeed { get; init; }

    /// <summary>The kernels of each network; the NTK alone unless set.</summary>
    public IReadOnlyList<KernelKind> Kernels { get; init; } = [KernelKind.Ntk];

    /// <summary>
    /// The ridges, of which each fold takes one by its training samples, each left out in turn: of labels the one with
    /// the fewest wrong classes, and of equals and of targets the one with the least squared error. 1e-8 of the mean
    /// diagonal unless set. One ridge is taken as it is.
    /// </summary>
    public IReadOnlyList<Ridge> Ridges { get; init; } = [Ridge.Relative(1e-8)];

    /// <summary>Whether rows are centered by the mean of a fold's training rows first.</summary>
    public bool Center { get; init; }

    /// <summary>Whether rows are then scaled to unit norm; a zero row stays zero.</summary>
    public bool Unit { get; init; }

    /// <summary>
    /// Whether targets are fitted without the means of a fold's training targets, which are added to predictions.
    /// </summary>
    public bool CenterTargets { get; init; }

    /// <summary>The options for Gram matrices: backend, threads and progress. They are computed in float64.</summary>
    public GramOptions Gram { get; init; } = new();

    internal void Require(int samples)
    {
        StudyOptions.Require(Folds >= 2 && Folds <= samples, $"2 to {samples} folds, and not {Folds}");
        StudyOptions.Require(Seeds >= 1, $"at least 1 seed, and not {Seeds}");
        StudyOptions.Require(
            FirstSeed >= 0 && FirstSeed <= long.MaxValue - Seeds, $"a first seed of at least 0, and not {FirstSeed}");
        StudyOptions.Require(
            Kernels is { Count: > 0 } && Kernels.Distinct().Count() == Kernels.Count, "different kernels");
        StudyOptions.Require(Ridges is { Count: > 0 }, "at least one ridge");
    }
}
