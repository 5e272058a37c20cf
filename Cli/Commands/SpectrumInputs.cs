using System.CommandLine;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of spectrum and align.</summary>
/// <param name="samplesRequired">Whether the command needs samples.</param>
/// <param name="isSpectrum">Whether it decomposes the matrix; extrapolate solves a regression.</param>
internal sealed class SpectrumInputs(bool samplesRequired = true, bool isSpectrum = true)
{
    private readonly Option<string> _net = Inputs.Net();
    private readonly Option<string> _x = Inputs.File(
        "--x", isSpectrum ? "Samples, one a row, at least 3." : "Training samples, one a row.", samplesRequired);

    private readonly Option<string> _kernel = Inputs.Kernel();
    private readonly Option<double?> _ridge = Inputs.Amount(
        "--ridge",
        isSpectrum
            ? "The ridge r of the effective dimension, the sum of l/(l + r) over the eigenvalues l of K; absolute."
            : "The ridge r of K + r I, absolute.");

    private readonly Option<double?> _relative = Inputs.Amount(
        "--ridge-relative", "The ridge as a multiple of K's mean diagonal, unless --ridge is given. [default: 1e-3]");

    private readonly Option<string> _backend = Inputs.Backend();
    private readonly Option<int> _threads = Inputs.Threads(mayShow: true);

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        foreach (var option in new Option[] { _net, _x, _kernel, _ridge, _relative, _backend, _threads })
        {
            command.Add(option);
        }
    }

    /// <summary>Fails if a file that will be written is an input.</summary>
    /// <exception cref="OutputException">An output is an input or another output.</exception>
    internal void RequireApart(
        ParseResult parsed, IReadOnlyList<string> outputs, params (string Option, string? Value)[] others) =>
        Overwriting.Refuse(outputs, [("--net", parsed.GetValue(_net)), ("--x", parsed.GetValue(_x)), .. others]);

    /// <summary>Reads the network's kernel.</summary>
    internal InfiniteKernel ReadKernel(ParseResult parsed) =>
        Inputs.ReadNetwork(parsed.GetValue(_net)!).Kernel(Inputs.Kind(parsed.GetValue(_kernel)!));

    /// <summary>Fails if an option is given that needs samples, where a sphere is asked for.</summary>
    /// <exception cref="UsageException">One is.</exception>
    internal void RefuseSamples(ParseResult parsed, params Option[] others)
    {
        Option[] refused = [_x, _ridge, _relative, .. others];
        if (refused.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new UsageException(
                $"Expected --sphere without {given.Name}: it asks for the uniform distribution on the sphere and takes "
                + "no samples; leave one of the two out.");
        }
    }

    /// <summary>Reads the options and the samples.</summary>
    internal SpectrumTask Read(ParseResult parsed)
    {
        if (parsed.GetValue(_x) is not { } x)
        {
            throw new UsageException("Expected samples, --x FILE, or a sphere, --sphere D; neither was given.");
        }

        var notes = new Notes();
        var gram = Inputs.Gram(parsed.GetValue(_backend)!, parsed.GetValue(_threads));
        var network = Inputs.ReadNetwork(parsed.GetValue(_net)!);
        var ridge = Inputs.Ridge(parsed.GetValue(_ridge), parsed.GetValue(_relative), 1e-3);
        if (ridge.Value == 0)
        {
            throw new UsageException("Expected a positive ridge, for an effective dimension; it is 0.");
        }

        var read = Inputs.ReadShaped(x, notes);
        var kernel = Inputs.WithShape(network, read, x, notes).Kernel(Inputs.Kind(parsed.GetValue(_kernel)!));
        return new(kernel, read.Rows, ridge, gram, notes);
    }
}

/// <summary>A spectrum to be computed.</summary>
internal sealed record SpectrumTask(
    InfiniteKernel Kernel, Matrix Samples, Ridge Ridge, GramOptions Options, Notes Notes)
{
    /// <summary>All eigenvalues, with a progress bar for the matrix.</summary>
    internal Spectrum All(CancellationToken stop) => Output.WithProgress(
        "gram",
        (double)Samples.Rows * Samples.Rows,
        progress => Spectrum.Of(Kernel, Samples, Options with { Progress = progress }, stop));

    /// <summary>The leading eigenvalues, with a progress bar of their digits.</summary>
    internal Spectrum Leading(int count, CancellationToken stop) => Output.WithProgress(
        "eigenvalues",
        progress => Spectrum.Leading(
            Kernel, Samples, count, new() { Gram = Options with { Progress = progress } }, stop));
}
