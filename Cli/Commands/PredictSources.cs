using System.CommandLine;
using System.CommandLine.Parsing;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of predict that name the new samples, or their kernels with the training samples.</summary>
internal sealed class PredictSources
{
    private readonly Option<string> _x = Inputs.File("--x", "New samples, one a row.", required: false);

    private readonly Option<string> _cross = Inputs.File(
        "--cross",
        "For a model of --gram, in place of --x: the kernels of the new samples with the training samples, m x n.",
        required: false);

    private readonly Option<string> _diagonal = Inputs.File(
        "--diagonal",
        "With --cross: the kernels of the new samples with themselves, m numbers; adds deviations as --std does.",
        required: false);

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        command.Validators.Add(One);
        Array.ForEach([_x, _cross, _diagonal], command.Options.Add);
    }

    /// <summary>The files that are read.</summary>
    internal (string Option, string? Value)[] Files(ParseResult parsed) =>
        [.. new[] { _x, _cross, _diagonal }.Select(option => (option.Name, parsed.GetValue(option)))];

    /// <summary>The source that fits the model, and gives the model its diagonal.</summary>
    /// <exception cref="UsageException">The model takes the other source.</exception>
    internal Source Read(ParseResult parsed, Predictor fitted)
    {
        var (x, cross, diagonal) = (parsed.GetValue(_x), parsed.GetValue(_cross), parsed.GetValue(_diagonal));
        if (fitted is GramPredictor given)
        {
            given.Diagonal = diagonal is null ? null : Column(diagonal);
            return new(
                cross ?? throw new UsageException(
                    "--x does not go with this model, which was fitted on a Gram matrix; name the kernels of the new "
                    + "samples with the training samples by --cross."),
                diagonal is not null);
        }

        return new(
            x ?? throw new UsageException(
                "--cross goes with a model of fit --gram; this one computes the kernels itself; name samples by --x."),
            HasDiagonal: false);
    }

    private static double[] Column(string file)
    {
        var read = InputFiles.Read(file).AsMatrix();
        RunRecord.Add(file, read.Rows, read.Columns);
        return read.Columns == 1 || read.Rows == 1
            ? read.Row(0).Length == 1 ? read.Column(0) : read.Row(0).ToArray()
            : throw new DataFormatException(
                file, "one kernel for each new sample", $"{read.Rows} x {read.Columns}",
                "give the diagonal of the matrix alone");
    }

    private void One(CommandResult result)
    {
        var (x, cross, diagonal) = (result.GetResult(_x), result.GetResult(_cross), result.GetResult(_diagonal));
        if (x is null && cross is null)
        {
            result.AddError("Option '--x' is required.");
        }

        if (x is not null && cross is not null)
        {
            result.AddError("--x and --cross are two sources of the same samples; leave one out.");
        }

        if (diagonal is not null && cross is null)
        {
            result.AddError("--diagonal goes with --cross; leave it out.");
        }
    }

    /// <summary>The file to predict at.</summary>
    /// <param name="File">The samples, or their kernels.</param>
    /// <param name="HasDiagonal">Whether their kernels with themselves are given.</param>
    internal sealed record Source(string File, bool HasDiagonal);
}
