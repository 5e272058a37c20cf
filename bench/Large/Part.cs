namespace HadamardNtk.Bench;

/// <summary>A part of the run.</summary>
/// <param name="Name">By which it is chosen.</param>
/// <param name="Title">The heading of its section.</param>
/// <param name="Run">Measures, and tells.</param>
internal sealed record Part(string Name, string Title, Func<LargeContext, string, Section> Run)
{
    /// <summary>Whether it runs only where it is named.</summary>
    internal bool IsAside { get; init; }

    /// <summary>Whether docs/performance.md shows it.</summary>
    internal bool IsOnPage { get; init; }
}

/// <summary>All parts, in the order in which they run.</summary>
internal static class Parts
{
    /// <summary>All parts.</summary>
    internal static IReadOnlyList<Part> All { get; } =
    [
        new("peak", "The machine at its best", PeakPart.Run),
        new("yardsticks", "Yardsticks", YardsticksPart.Run),
        new("products", "Inner products", ProductsPart.Run),
        new("functions", "Elementary functions", FunctionsPart.Run),
        new("table", "Gram matrices in memory", TablePart.Run) { IsOnPage = true },
        new("syrk", "Against a matrix product", SyrkPart.Run) { IsOnPage = true },
        new("solve", "Factors and eigenvalues", SolvePart.Run),
        new("matvec", "Products with vectors", MatvecPart.Run),
        new("serving", "Predictions of a fitted model", ServingPart.Run),
        new("images", "Kernels of images", ImagesPart.Run) { IsOnPage = true },
        new("solvers", "Solvers", SolversPart.Run) { IsAside = true, IsOnPage = true },
        new("learning", "Against scikit-learn", LearningPart.Run) { IsOnPage = true },
        new("small", "Small inputs", SmallPart.Run),
        new("allocation", "Allocation", AllocationPart.Run),
        new("startup", "Starting", StartupPart.Run),
        new("files", "Gram matrices in files", FilesPart.Run) { IsOnPage = true },
        new("tensors", "On tensors", TensorPart.Run) { IsAside = true },
        new("modules", "Tangent kernels of modules", ModulePart.Run) { IsAside = true },
        new("training", "Training of networks", TrainingPart.Run) { IsAside = true },
        new("bottleneck", "Networks with bottlenecks", BottleneckPart.Run) { IsAside = true },
    ];

    /// <summary>A part by name.</summary>
    internal static Part? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}
