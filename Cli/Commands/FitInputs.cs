using System.CommandLine;
using System.CommandLine.Parsing;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of fit.</summary>
internal sealed class FitInputs
{
    private readonly Option<string[]> _net = Inputs.Nets();
    private readonly Option<string> _x = Inputs.File("--x", "Training samples, one a row.", required: false);
    private readonly Option<string> _gram = Inputs.File(
        "--gram", "In place of --net and --x: the Gram matrix of the training samples, n x n.", required: false);

    private readonly Option<bool> _weightsOnly = new("--weights-only")
    {
        Description = "With --gram: keep no copy of the matrix in the model, which then has no standard deviations.",
    };

    private readonly Option<string> _y = Inputs.File(
        "--y", "Targets, a row for each sample: n or n x outputs; with --classify n labels.");

    private readonly Option<bool> _classify = new("--classify")
    {
        Description =
            "The targets are labels, integers or texts, and the model a classifier: a regression on one-hot rows "
            + "minus 1/classes, of which the greatest output is the class.",
    };

    private readonly Option<bool> _center = new("--center")
    {
        Description = "Subtract the mean of the training samples from every sample.",
    };

    private readonly Option<bool> _unit = new("--unit")
    {
        Description = "Scale every sample to unit norm (after centering).",
    };

    private readonly Option<bool> _centerTargets = new("--center-y")
    {
        Description = "Fit the targets minus their means, which are added to the predictions.",
    };

    private readonly Option<string> _scale = Inputs.Choice(
        "--scale",
        "The scale of standard deviations and intervals: unit, that of the kernel as it is, or auto, fitted to the "
        + "targets of each output.",
        "unit", "auto");

    private readonly SelectionInputs _selection = new();
    private readonly SolverInputs _solver = new();
    private readonly Option<string> _kernel = Inputs.Kernel();
    private readonly Option<string> _precision = Inputs.NumbersOption(
        "The floating point numbers in which the model keeps its samples, of 64 or 32 bits; it is fitted to the "
        + "samples as they are kept, and all is computed in f64.");

    private readonly Option<string> _backend = Inputs.Backend();
    private readonly Option<int> _threads = Inputs.Threads(mayShow: true);
    private readonly ClusterInputs _cluster = new(isRequired: false, hasVectors: true);
    private readonly Option<string> _model = new("--model")
    {
        Description = "The folder that the model is written to.",
        Required = true,
        HelpName = "DIR",
    };

    /// <summary>The options that describe samples, which a given Gram matrix has not.</summary>
    private Option[] OfSamples => [_net, _x, _center, _unit, _precision, .. _selection.OfNetworks];

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        _net.Required = false;
        command.Validators.Add(Sources);
        command.Validators.Add(result => _cluster.RequireCluster(result));
        command.Validators.Add(result => _cluster.RequireWithout(result, [_gram, .. _selection.All]));
        Option[] all =
        [
            _net, _x, _gram, _weightsOnly, _y, _classify, _center, _unit, _centerTargets, _scale,
            .. _selection.OfRidge, .. _selection.All, _kernel, _precision, _backend, _threads, _model,
        ];
        foreach (var option in all)
        {
            command.Add(option);
        }
    }

    /// <summary>Adds the options of the solver, which come last.</summary>
    internal void AddSolverTo(Command command)
    {
        Array.ForEach(_solver.All, command.Options.Add);
        _cluster.AddTo(command);
    }

    /// <summary>Whether the training samples are given by their Gram matrix.</summary>
    internal bool IsOfGram(ParseResult parsed) => parsed.GetValue(_gram) is not null;

    /// <summary>Reads the options and the Gram matrix, once the folder of the model can be written.</summary>
    internal GramFitTask ReadGram(ParseResult parsed)
    {
        var (file, folder) = (parsed.GetValue(_gram)!, parsed.GetValue(_model)!);
        FittedModel.RequireWritable(folder);
        Overwriting.Refuse(
            [.. ModelPlace.Files(folder, ModelKind.Gram)], ("--gram", file), ("--y", parsed.GetValue(_y)));
        var notes = new Notes();
        var gram = Inputs.Gram(parsed.GetValue(_backend)!, parsed.GetValue(_threads));
        var solver = _solver.Read(parsed);
        if (_solver.IsResumed(parsed))
        {
            throw new UsageException("--resume goes with --net, whose kernel a checkpoint names; leave it out.");
        }

        var options = Options(parsed, solver, gram);
        if (_selection.Read(parsed, 1) is not null && !_selection.IsRidgeChosen(parsed))
        {
            throw new UsageException(
                "--folds goes with --net, or with --ridge auto where the matrix is given; leave it out.");
        }

        KernelKind? kind = parsed.GetResult(_kernel) is { Implicit: false }
            ? Inputs.Kind(parsed.GetValue(_kernel)!)
            : null;
        return new(
            GivenGram.Read(file, notes, kind, gram.Threads), parsed.GetValue(_y)!, parsed.GetValue(_classify), options,
            folder, !parsed.GetValue(_weightsOnly), notes);
    }

    private void Sources(CommandResult result)
    {
        if (result.GetResult(_gram) is null)
        {
            Inputs.RequireAll(result, _net, _x, _y, _model);
            if (result.GetResult(_weightsOnly) is { Implicit: false })
            {
                result.AddError("--weights-only goes with --gram; leave it out.");
            }

            return;
        }

        foreach (var option in OfSamples.Where(option => result.GetResult(option) is { Implicit: false }))
        {
            result.AddError($"{option.Name} does not go with --gram, which has the kernels of the samples.");
        }
    }

    /// <summary>Reads the options and the samples, once the folder of the model can be written.</summary>
    internal FitTask Read(ParseResult parsed)
    {
        var gram = Inputs.Gram(parsed.GetValue(_backend)!, parsed.GetValue(_threads));
        var nets = parsed.GetValue(_net)!;
        var kind = Inputs.Kind(parsed.GetValue(_kernel)!);
        Network[] networks = [.. nets.Select(Inputs.ReadNetwork)];
        var selecting = _selection.Read(parsed, networks.Length);
        var folder = parsed.GetValue(_model)!;
        FittedModel.RequireWritable(folder);
        Overwriting.Refuse(
            [.. ModelPlace.Files(folder)],
            [.. nets.Select(net => ("--net", net)), ("--x", parsed.GetValue(_x)), ("--y", parsed.GetValue(_y))]);
        var notes = new Notes();
        var solver = WithCheckpoint(parsed, _solver.Read(parsed), selecting, folder);
        selecting?.Require(solver);
        var read = Inputs.ReadShaped(parsed.GetValue(_x)!, notes);
        InfiniteKernel[] kernels =
        [
            .. networks.Select(net => Inputs.WithShape(net, read, parsed.GetValue(_x)!, notes).Kernel(kind)),
        ];
        var options = Options(parsed, solver, gram);
        return new(
            kernels, read.Rows, parsed.GetValue(_y)!, parsed.GetValue(_classify), options, selecting, folder, notes)
        {
            Fitter = _cluster.IsNamed(parsed) ? new ClusterFitter(_cluster, parsed, notes) : new ModelFitter(),
        };
    }

    private Solver WithCheckpoint(ParseResult parsed, Solver solver, Selecting? selecting, string folder)
    {
        if (_cluster.IsNamed(parsed) && (selecting is not null || _selection.IsRidgeChosen(parsed)
            || solver is not (ConjugateGradientSolver or FalkonSolver)))
        {
            throw new UsageException(
                "--cluster goes with --solver cg or falkon, one --net and a ridge that is given; leave it out, or "
                + "compute the matrix by gram --cluster and fit it by --gram.");
        }

        if (!_solver.IsResumed(parsed))
        {
            return solver;
        }

        return selecting is null
            ? (ConjugateGradientSolver)solver with { Checkpoint = Checkpoint.Beside(folder), Resume = true }
            : throw new UsageException(
                "--resume goes with one fit, not with --folds, --tune or several --net; leave it out.");
    }

    private RegressionOptions Options(ParseResult parsed, Solver solver, GramOptions gram) =>
        _selection.Ridge(parsed, Given(parsed, solver, gram));

    private RegressionOptions Given(ParseResult parsed, Solver solver, GramOptions gram) => new()
    {
        Center = parsed.GetValue(_center),
        Unit = parsed.GetValue(_unit),
        CenterTargets = parsed.GetValue(_centerTargets),
        Scale = parsed.GetValue(_scale) == "auto" ? VarianceScale.Estimated : VarianceScale.Unit,
        Solver = solver,
        Gram = gram,
        Samples = Inputs.NumberType(parsed.GetValue(_precision)!),
    };
}
