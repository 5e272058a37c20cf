using System.Collections.Concurrent;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The program of a network's kernels and its caches: the interpreters, the growth of roundings, the tables of Hermite
/// coefficients, and the plans for strips of pairs. It acts as an immutable object and is safe to share between
/// threads.
/// </summary>
internal sealed class KernelProgram
{
    private readonly ConcurrentDictionary<int, Interpreter<double, Float64Arithmetic>> _interpreters = new();
    private readonly ConcurrentDictionary<int, Interpreter<DoubleDouble, DoubleDoubleArithmetic>> _exact = new();

    /// <summary>Makes the program of a network.</summary>
    /// <exception cref="NetworkRefusedException">
    /// The network has no kernel limit that the calculus can vouch for.
    /// </exception>
    internal KernelProgram(Network network)
    {
        Network = network;
        var result = KernelModule.ofNetwork(network.Core);
        Core = result.IsOk ? result.ResultValue : throw new NetworkRefusedException(result.ErrorValue);
        Conditions = new(Core.Signal, Core.Program);
    }

    /// <summary>Makes a program of a network that computes two other functions in the place of its kernels.</summary>
    internal KernelProgram(Network network, Core.Kernel core) =>
        (Network, Core, Conditions) = (network, core, new(core.Signal, core.Program));

    /// <summary>The network.</summary>
    internal Network Network { get; }

    /// <summary>The kernels in the core.</summary>
    internal Core.Kernel Core { get; }

    /// <summary>The cache of tables of Hermite coefficients.</summary>
    internal HermiteFamilies Families { get; } = new();

    /// <summary>The samples at which roundings grow too far.</summary>
    internal Conditions Conditions { get; }

    /// <summary>The interpreter in float64 for samples of d features, which is kept.</summary>
    internal Interpreter<double, Float64Arithmetic> Interpreter(int features) =>
        _interpreters.GetOrAdd(features, static (d, core) => KernelModule.interpreter(d, core), Core);

    /// <summary>The interpreter in double-double for samples of d features, which is kept.</summary>
    internal Interpreter<DoubleDouble, DoubleDoubleArithmetic> ExactInterpreter(int features) =>
        _exact.GetOrAdd(features, static (d, core) => KernelModule.exactInterpreter(d, core), Core);

    /// <summary>The cache of plans.</summary>
    internal ConcurrentDictionary<(KernelKind Kind, int Features, StripVariant Variant), StripPlan> Plans { get; } =
        new();
}
