using System.Collections.Concurrent;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The program of a network's kernels and its caches: the interpreters, the growth of roundings, the tables of Hermite
/// coefficients, and the plans for strips of pairs; for a network on positions the plans for slices. It acts as an
/// immutable object and is safe to share between threads.
/// </summary>
internal sealed class KernelProgram
{
    private readonly ConcurrentDictionary<(KernelKind Kind, int Features), SliceProgram?> _slices = new();
    private readonly Core.Kernel? _core;
    private readonly Conditions? _conditions;
    private readonly Refusal? _refusal;
    private readonly ConcurrentDictionary<int, Interpreter<double, Float64Arithmetic>> _interpreters = new();
    private readonly ConcurrentDictionary<int, Interpreter<DoubleDouble, DoubleDoubleArithmetic>> _exact = new();

    /// <summary>Makes the program of a network.</summary>
    /// <exception cref="NetworkRefusedException">
    /// The network has no kernel limit that the calculus can vouch for.
    /// </exception>
    internal KernelProgram(Network network)
    {
        Network = network;
        var flat = KernelModule.ofNetwork(network.Core);
        if (flat.IsOk)
        {
            (_core, _conditions) = (flat.ResultValue, new(flat.ResultValue.Signal, flat.ResultValue.Program));
            return;
        }

        var rows = SpatialKernel.ofRows(network.Core);
        Positions = rows.IsOk ? rows.ResultValue : throw new NetworkRefusedException(rows.ErrorValue);
        _refusal = flat.ErrorValue;
    }

    /// <summary>Makes a program of a network that computes two other functions in the place of its kernels.</summary>
    internal KernelProgram(Network network, Core.Kernel core) =>
        (Network, _core, _conditions) = (network, core, new(core.Signal, core.Program));

    /// <summary>The network.</summary>
    internal Network Network { get; }

    /// <summary>The signal that a network on images or sequences ends in. Null for other networks.</summary>
    internal Signal? Positions { get; }

    /// <summary>The kernels in the core, for networks without positions.</summary>
    /// <exception cref="NetworkRefusedException">The network reads positions.</exception>
    internal Core.Kernel Core => _core ?? throw new NetworkRefusedException(_refusal!);

    /// <summary>The cache of tables of Hermite coefficients.</summary>
    internal HermiteFamilies Families { get; } = new();

    /// <summary>The samples at which roundings grow too far.</summary>
    /// <exception cref="NetworkRefusedException">The network reads positions.</exception>
    internal Conditions Conditions => _conditions ?? throw new NetworkRefusedException(_refusal!);

    /// <summary>
    /// The slices of a kernel on positions, for rows of so many features, which are kept. Null where whole blocks are
    /// to be computed.
    /// </summary>
    /// <exception cref="ArgumentException">The network does not read rows of so many features.</exception>
    internal SliceProgram? Slices(KernelKind kind, int features) =>
        _slices.GetOrAdd(
            (kind, features),
            static (key, of) =>
            {
                SpatialKernel.requireFeatures(of.Signal, key.Features);
                return SliceProgram.Of(of.Signal, key.Features, key.Kind, of.Families);
            },
            (Signal: Positions ?? throw new InvalidOperationException("The network has no positions."), Families));

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
