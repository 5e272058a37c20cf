using System.CommandLine;

namespace HadamardNtk.Cli;

/// <summary>The options of the solver of a fit.</summary>
internal sealed class SolverInputs
{
    private const SolverKind Default = SolverKind.Cholesky;

    private static readonly SolverKind[] Kinds = Enum.GetValues<SolverKind>();

    private static readonly (string Name, GramStorage Storage)[] Storages =
    [
        ("auto", GramStorage.Automatic),
        ("f64", GramStorage.Float64),
        ("f32", GramStorage.Float32),
        ("file", GramStorage.File),
        ("none", GramStorage.None),
    ];

    private readonly Option<string> _solver = Inputs.Choice(
        "--solver",
        "How the system (K + r I) a = y is solved: cholesky and eigen exactly, by factoring K; cg by conjugate "
        + "gradients, to a tolerance; falkon approximately, on some of the samples (for many samples).",
        [Name(Default), .. Kinds.Where(kind => kind != Default).Select(Name)]);

    private readonly Option<int?> _rank = Inputs.Count(
        "--rank", "cg: rank of the preconditioner, 0 for none. [default: 500 or more, by its cost]", 0);
    private readonly Option<int?> _centers = Inputs.Count(
        "--centers", "falkon: centers, drawn from the samples. [default: 4096]", 1);
    private readonly Option<double?> _tolerance = Inputs.Amount(
        "--tolerance", "cg, falkon: the relative residual to reach. [default: 1e-8]");
    private readonly Option<string> _storage = Inputs.Choice(
        "--storage",
        "cg: where the Gram matrix is kept: in memory as f64 or f32, in a file, or nowhere (none), which computes it "
        + "anew in every step; auto is the first that fits.",
        [.. Storages.Select(s => s.Name)]);

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "cg: go on from DIR.checkpoint, to the same bits, or begin a run that can be resumed.",
    };

    /// <summary>Whether the fit goes on from its checkpoint.</summary>
    internal bool IsResumed(ParseResult parsed) => parsed.GetValue(_resume);

    internal SolverInputs() => Help.Group("Options of the solver", All);

    /// <summary>All options, in the order of the help.</summary>
    internal Option[] All => [_solver, .. Specific];

    // The options that belong to some of the solvers only.
    private Option[] Specific => [_rank, _centers, _tolerance, _storage, _resume];

    /// <summary>The solver that the options name.</summary>
    /// <exception cref="UsageException">An option belongs to another solver.</exception>
    internal Solver Read(ParseResult parsed)
    {
        var kind = Array.Find(Kinds, kind => Name(kind) == parsed.GetValue(_solver));
        foreach (var option in Specific)
        {
            Require(parsed, option, kind);
        }

        return Read(parsed, kind);
    }

    /// <summary>The keys that describe a solution, beyond the keys of every fit; none for the default solver.</summary>
    internal static IEnumerable<(string Key, object? Value)> Result(SolverReport report)
    {
        if (report.Kind == Default)
        {
            yield break;
        }

        yield return ("solver", Name(report.Kind));
        if (report.Iterations is { } iterations)
        {
            yield return ("iterations", iterations);
            yield return ("residual", report.Residual);
        }
    }

    // If a kind has no arm, CS8509 fails the build. CS8524 would also ask for numbers that are no kind.
#pragma warning disable CS8524
    private static string Name(SolverKind kind) => kind switch
    {
        SolverKind.Cholesky => "cholesky",
        SolverKind.Eigen => "eigen",
        SolverKind.ConjugateGradients => "cg",
        SolverKind.Falkon => "falkon",
    };

    private Option[] OptionsOf(SolverKind kind) => kind switch
    {
        SolverKind.Cholesky => [],
        SolverKind.Eigen => [],
        SolverKind.ConjugateGradients => [_rank, _tolerance, _storage, _resume],
        SolverKind.Falkon => [_centers, _tolerance],
    };

    private Solver Read(ParseResult parsed, SolverKind kind) => kind switch
    {
        SolverKind.Cholesky => Solver.Cholesky,
        SolverKind.Eigen => Solver.Eigen,
        SolverKind.ConjugateGradients => WithTolerance(parsed, new ConjugateGradientSolver
        {
            Rank = parsed.GetValue(_rank),
            Storage = Array.Find(Storages, known => known.Name == parsed.GetValue(_storage)).Storage,
        }),
        SolverKind.Falkon => WithTolerance(parsed, new FalkonSolver { Centers = parsed.GetValue(_centers) }),
    };
#pragma warning restore CS8524

    private Solver WithTolerance(ParseResult parsed, IterativeSolver solver) =>
        solver with { Tolerance = parsed.GetValue(_tolerance) ?? solver.Tolerance };

    private void Require(ParseResult parsed, Option option, SolverKind kind)
    {
        if (parsed.GetResult(option) is { Implicit: false } && !OptionsOf(kind).Contains(option))
        {
            var owners = Kinds.Where(owner => OptionsOf(owner).Contains(option)).Select(Name);
            throw new UsageException(
                $"{option.Name} goes with --solver {string.Join(" or ", owners)}, not {Name(kind)}; " +
                "leave it out or name that one.");
        }
    }
}
