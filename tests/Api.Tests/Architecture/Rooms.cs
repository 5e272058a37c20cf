namespace HadamardNtk.Api.Tests.Architecture;

/// <summary>A room of the library: a folder of Api.CSharp with all of its subfolders.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Purpose">One sentence about its contents.</param>
internal sealed record Room(string Folder, string Purpose);

/// <summary>
/// The rooms of the library in their order: a file may use its own room and those above it in this list. The list is the only
/// place that says so; docs/architecture.md is drawn from it.
/// </summary>
internal static class Rooms
{
    /// <summary>The rooms, the lowest first.</summary>
    internal static IReadOnlyList<Room> All { get; } =
    [
        new("Matrices", "Matrices in memory, tiles of a Gram matrix, and the copies between layouts and precisions."),
        new("Execution", "Threads that share work, teams of them, and memory outside the garbage collector."),
        new("LinearAlgebra", "Cholesky factors, triangular systems, products and eigenvalues: our own, and those of a BLAS or LAPACK."),
        new("Data", "Files: the formats npy, npz, csv and idx, graphs, selections, outputs that appear whole, and journals of interrupted runs."),
        new("Networks", "Networks as data, activations, explanations, and the errors that networks cause."),
        new("Programs", "The program of a network's kernels and its samples: tables, plans of strips, and the escalation of precision."),
        new("Gram", "The seam: requests for Gram matrices, runs over their tiles, sinks, and the interface of backends."),
        new("Backends", "The backends cpu, reference and exact, and the registry of all names."),
        new("Kernels", "The interface of kernels, and those of networks of infinite and finite width, on rows and on graphs, and of given matrices: Gram matrices in memory and in files, products with vectors, averages over seeds, and the width that a finite network needs."),
        new("Learning", "Regression, its solvers and models, training dynamics, support vector machines, and networks with bottlenecks in function space."),
        new("Spectra", "Eigenvalues of Gram matrices, all or the leading ones, the agreement of targets with a kernel, and the phase of deep networks."),
        new("Studies", "Protocols of published studies."),
    ];

    /// <summary>The number of a file's room, by its path below Api.CSharp; -1 for a file in none.</summary>
    internal static int Of(string file)
    {
        var folder = file.Split('/')[0];
        return Enumerable.Range(0, All.Count).FirstOrDefault(k => All[k].Folder == folder, -1);
    }
}
