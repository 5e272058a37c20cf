using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options and the work of 'hntk spectrum --sphere'.</summary>
internal sealed class SphereInputs
{
    private const string Levels = "sphere.npy";
    private const int UsualDegrees = 100;

    private readonly Option<int?> _sphere = Inputs.Count(
        "--sphere", "In place of --x: the eigenvalues by degree of the kernel, for x uniform on the sphere |x|^2 = D "
            + "in R^D.", 2, "D");

    private readonly Option<int?> _degrees = Inputs.Count(
        "--degrees", $"With --sphere: the greatest degree. [default: {UsualDegrees}]", 0);

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        command.Add(_sphere);
        command.Add(_degrees);
    }

    /// <summary>Whether a sphere is asked for.</summary>
    internal bool IsGiven(ParseResult parsed) => parsed.GetValue(_sphere) is not null;

    /// <summary>Fails if degrees are given without a sphere.</summary>
    /// <exception cref="UsageException">They are.</exception>
    internal void RefuseDegrees(ParseResult parsed)
    {
        if (parsed.GetValue(_degrees) is not null)
        {
            throw new UsageException("Expected --degrees with --sphere D only; give the sphere, or leave it out.");
        }
    }

    /// <summary>Computes the eigenvalues, writes them, and reports.</summary>
    internal void Run(
        ParseResult parsed, SpectrumInputs inputs, (int First, int Last)? fit, string output, bool json)
    {
        var folder = new ResultFolder(output, Levels);
        inputs.RequireApart(parsed, folder.Files);
        var (dimension, degrees) = (parsed.GetValue(_sphere)!.Value, parsed.GetValue(_degrees) ?? UsualDegrees);
        if (fit is { Last: var beyond } && beyond > degrees)
        {
            throw new UsageException($"Expected --fit within the {degrees} degrees; it ends at {beyond}.");
        }

        var clock = Stopwatch.StartNew();
        var sphere = SphereSpectrum.Of(inputs.ReadKernel(parsed), dimension, degrees);
        double[] values =
            [.. sphere.Levels.SelectMany(level => new[] { level.Degree, level.Eigenvalue, level.Multiplicity })];
        folder.Write((Levels, path => NpyFile.Write(
            path, Matrix.Wrap(values, sphere.Levels.Count, 3), Precision.Float64)));
        Report(json, sphere, fit ?? (Math.Max(1, degrees / 2), degrees), clock.Elapsed);
    }

    private static void Report(bool json, SphereSpectrum sphere, (int First, int Last) range, TimeSpan time)
    {
        var (even, odd) = (Decay(sphere, range, false), Decay(sphere, range, true));
        Output.Done(
            json,
            new Notes(),
            ("dimension", sphere.Dimension),
            ("degrees", sphere.Levels.Count - 1),
            ("trace", sphere.Trace),
            ("known_trace", sphere.Levels.Where(l => !double.IsNaN(l.Power)).Sum(l => l.Power)),
            ("relative_error", sphere.RelativeError),
            ("zeros", sphere.Levels.Count(l => l.LogEigenvalue == double.NegativeInfinity)),
            ("decay_range", (even ?? odd) is null ? null : $"{range.First}-{range.Last}"),
            ("decay_even", even?.Exponent),
            ("decay_even_error", even?.StandardError),
            ("decay_odd", odd?.Exponent),
            ("decay_odd_error", odd?.StandardError),
            ("seconds", time.TotalSeconds));
    }

    // A range that holds zeros or eigenvalues without digits has no decay to report.
    private static EigenvalueDecay? Decay(SphereSpectrum sphere, (int First, int Last) range, bool odd)
    {
        var fitted = sphere.Levels.Where(level =>
            level.Degree >= range.First && level.Degree <= range.Last && level.Degree % 2 == 1 == odd);
        return fitted.Count() > 2 && fitted.All(level => double.IsFinite(level.LogEigenvalue))
            ? sphere.Decay(range.First, range.Last, odd)
            : null;
    }
}
