using System.Collections.Concurrent;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The program of a network's kernels, with what is worked out from it once: where roundings grow too far, tables of Hermite
/// coefficients, and plans for strips of pairs. Immutable to its users, and safe to share between threads.
/// </summary>
internal sealed class KernelProgram
{
    /// <summary>Makes the program of a network.</summary>
    /// <exception cref="NetworkRefusedException">The network has no kernel limit that the calculus can vouch for.</exception>
    internal KernelProgram(Network network)
    {
        Network = network;
        var result = KernelModule.ofNetwork(network.Core);
        Core = result.IsOk ? result.ResultValue : throw new NetworkRefusedException(result.ErrorValue);
        Conditions = new(Core.Signal, Core.Program);
    }

    /// <summary>The network.</summary>
    internal Network Network { get; }

    /// <summary>The kernels in the core.</summary>
    internal Core.Kernel Core { get; }

    /// <summary>The tables of Hermite coefficients that were made.</summary>
    internal HermiteFamilies Families { get; } = new();

    /// <summary>Where roundings grow too far.</summary>
    internal Conditions Conditions { get; }

    /// <summary>The plans that were made.</summary>
    internal ConcurrentDictionary<(KernelKind Kind, int Features, StripVariant Variant), StripPlan> Plans { get; } = new();
}
