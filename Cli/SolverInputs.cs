using System.CommandLine;

namespace HadamardNtk.Cli;

/// <summary>How a fit is solved, as options.</summary>
internal sealed class SolverInputs
{
    private const string Default = "cholesky";

    private static readonly (string Name, Solver Solver)[] Known =
    [
        (Default, HadamardNtk.Solver.Cholesky),
        ("eigen", HadamardNtk.Solver.Eigen),
        ("cg", HadamardNtk.Solver.ConjugateGradients),
        ("falkon", HadamardNtk.Solver.Falkon),
    ];

    private static readonly (string Name, GramStorage Storage)[] Storages =
    [
        ("auto", GramStorage.Automatic),
        ("f64", GramStorage.Float64),
        ("f32", GramStorage.Float32),
        ("file", GramStorage.File),
        ("none", GramStorage.None),
    ];

    private readonly Option<string> _solver = Inputs.Choice(
        "--solver", "How the system is solved: cholesky and eigen exactly, cg to a tolerance, falkon on some of the samples.",
        [.. Known.Select(k => k.Name)]);

    private readonly Option<int?> _rank = Inputs.Count("--rank", "cg: rank of the preconditioner, 0 for none; the larger of 500 and 10 sqrt n unless given.", 0);
    private readonly Option<int?> _centers = Inputs.Count("--centers", "falkon: centres, drawn from the samples; 4096 unless given.", 1);
    private readonly Option<double?> _tolerance = Inputs.Amount("--tolerance", "cg, falkon: the relative residual to reach; 1e-8 unless given.");
    private readonly Option<string> _storage = Inputs.Choice(
        "--storage", "cg: where the Gram matrix is kept; auto is what fits into memory, none computes it anew in every step.",
        [.. Storages.Select(s => s.Name)]);

    /// <summary>All of them, in the order of the help.</summary>
    internal Option[] All => [_solver, _rank, _centers, _tolerance, _storage];

    /// <summary>The solver that they name.</summary>
    /// <exception cref="UsageException">An option belongs to another solver.</exception>
    internal Solver Read(ParseResult parsed)
    {
        var name = parsed.GetValue(_solver)!;
        var solver = Array.Find(Known, known => known.Name == name).Solver;
        Require(parsed, _rank, name, "cg");
        Require(parsed, _centers, name, "falkon");
        Require(parsed, _tolerance, name, "cg", "falkon");
        Require(parsed, _storage, name, "cg");
        var storage = parsed.GetValue(_storage);
        return solver with
        {
            Rank = parsed.GetValue(_rank),
            Centers = parsed.GetValue(_centers),
            Tolerance = parsed.GetValue(_tolerance) ?? solver.Tolerance,
            Storage = Array.Find(Storages, known => known.Name == storage).Storage,
        };
    }

    /// <summary>What is said of a solution beyond every solver's keys; nothing of the default one.</summary>
    internal static IEnumerable<(string Key, object? Value)> Result(SolverReport report)
    {
        if (report.Kind == SolverKind.Cholesky)
        {
            yield break;
        }

        yield return ("solver", Array.Find(Known, known => known.Solver.Kind == report.Kind).Name);
        if (report.Iterations is { } iterations)
        {
            yield return ("iterations", iterations);
            yield return ("residual", report.Residual);
        }
    }

    private static void Require(ParseResult parsed, Option option, string solver, params string[] those)
    {
        if (parsed.GetResult(option) is { Implicit: false } && !those.Contains(solver))
        {
            throw new UsageException($"{option.Name} goes with --solver {string.Join(" or ", those)}, not {solver}; leave it out or name that one.");
        }
    }
}
