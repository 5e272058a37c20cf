using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The coordinates of a search: the logarithm of each scale, the value of each other parameter, and the logarithm of
/// the ridge if it is searched.
/// </summary>
internal sealed class TuningSpace
{
    // The bounds around the start: a factor for scales, a distance for other parameters.
    private const double Factor = 1000;
    private const double Distance = 100;

    // The bounds of the ridge in units of the mean diagonal of the kernel at the start. The scales of the kernel may
    // move that diagonal itself.
    private const double LeastRidge = 1e-16;
    private const double GreatestRidge = 1e16;

    private readonly InfiniteKernel _kernel;
    private readonly Ridge _ridge;
    private readonly TuningOptions _tuning;

    private TuningSpace(
        InfiniteKernel kernel, NetworkParameter[] parameters, Ridge ridge, TuningOptions tuning, double unit)
    {
        (_kernel, Parameters, _ridge, _tuning) = (kernel, parameters, ridge, tuning);
        var first = parameters.Select(At).ToArray();
        var reach = parameters.Select(p => p.IsScale ? Math.Log(Factor) : Distance).ToArray();
        First = [.. first];
        Lower = [.. first.Zip(reach, (at, by) => at - by)];
        Upper = [.. first.Zip(reach, (at, by) => at + by)];
        if (!tuning.KeepRidge)
        {
            var one = ridge.IsRelative ? 1 : unit;
            var (least, greatest) = (Math.Log(one * LeastRidge), Math.Log(one * GreatestRidge));
            First = [.. First, Math.Log(ridge.Value)];
            (Lower, Upper) = ([.. Lower, least], [.. Upper, greatest]);
        }
    }

    /// <summary>The parameters at the start.</summary>
    internal NetworkParameter[] Parameters { get; }

    /// <summary>The coordinates of the start.</summary>
    internal double[] First { get; }

    /// <summary>The lower bounds.</summary>
    internal double[] Lower { get; }

    /// <summary>The upper bounds.</summary>
    internal double[] Upper { get; }

    /// <summary>The space of some parameters of a kernel's network.</summary>
    /// <exception cref="ArgumentException">
    /// A scale or the ridge is not positive, or nothing is to be searched.
    /// </exception>
    internal static TuningSpace Of(
        InfiniteKernel kernel, IReadOnlyList<string> names, Ridge ridge, TuningOptions tuning, double[] diagonal)
    {
        NetworkParameter[] parameters = [.. names.Select(kernel.Network.Parameter)];
        if (parameters.FirstOrDefault(p => p.IsScale && !(p.Value > 0)) is { } zero)
        {
            throw new ArgumentException(
                $"Expected a positive start of {zero.Name}; it is {zero.Value}, where it has no gradient by its "
                + $"logarithm. Write it into the network, as in dense(b=0.1).", nameof(names));
        }

        if (names.Distinct().Count() < names.Count || Overlap(kernel.Network, parameters) is { })
        {
            throw new ArgumentException(
                $"Expected parameters of different layers; {string.Join(", ", names)} share one.", nameof(names));
        }

        if (parameters.Length == 0 && tuning.KeepRidge)
        {
            throw new ArgumentException("Expected a parameter to search, or a ridge that is not kept.", nameof(names));
        }

        if (!tuning.KeepRidge && !(ridge.Value > 0))
        {
            throw new ArgumentException("Expected a positive ridge to start from; it is 0.", nameof(ridge));
        }

        var part = ridge.Value / (ridge.IsRelative ? 1 : diagonal.Average());
        if (!tuning.KeepRidge && !(part >= LeastRidge && part <= GreatestRidge))
        {
            throw new ArgumentException(
                $"Expected a ridge to start from between {LeastRidge} and {GreatestRidge} of K's mean diagonal; "
                + $"it is {part} of it.", nameof(ridge));
        }

        return new(kernel, parameters, ridge, tuning, diagonal.Average());
    }

    /// <summary>The coordinates of the given start, or of one around it.</summary>
    internal double[] Start(int number)
    {
        if (number == 0)
        {
            return First;
        }

        var draws = Enumerable.Range(0, First.Length).Select(
            k => 2 * Draws.uniformAt(_tuning.Seed, ((long)number * First.Length) + k) - 1);
        return
        [
            .. draws.Select((draw, k) => Math.Clamp(
                First[k] + (draw * (IsLogarithm(k) ? Math.Log(10) : 1)), Lower[k], Upper[k])),
        ];
    }

    /// <summary>The kernel and the ridge at coordinates.</summary>
    internal (InfiniteKernel Kernel, Ridge Ridge) Point(double[] at)
    {
        var network = _kernel.Network;
        for (var k = 0; k < Parameters.Length; k++)
        {
            network = network.With(Parameters[k].Name, Parameters[k].IsScale ? Math.Exp(at[k]) : at[k]);
        }

        return (network.Kernel(_kernel.Kind), _tuning.KeepRidge ? _ridge
            : _ridge.IsRelative ? Ridge.Relative(Math.Exp(at[^1]))
            : Ridge.Absolute(Math.Exp(at[^1])));
    }

    /// <summary>Whether a coordinate is a logarithm, by which derivatives are multiplied with the value.</summary>
    internal bool IsLogarithm(int k) => k >= Parameters.Length || Parameters[k].IsScale;

    private static double At(NetworkParameter parameter) =>
        parameter.IsScale ? Math.Log(parameter.Value) : parameter.Value;

    private static NetworkParameter? Overlap(Network network, NetworkParameter[] parameters) =>
        parameters.FirstOrDefault(one => parameters.Any(other => other != one
            && OptionPlaceModule.ofNetwork(network.Core).Any(p => one.Speed(p) != 0 && other.Speed(p) != 0)));
}
