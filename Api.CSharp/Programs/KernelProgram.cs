using System.Collections.Concurrent;
using HadamardNtk.Core;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>
/// The program of a network's kernels and its caches: the interpreters, the growth of roundings, the tables of Hermite
/// coefficients, and the plans for strips of pairs; for a network on positions the plans for slices. It acts as an
/// immutable object and is safe to share between threads.
/// </summary>
internal sealed class KernelProgram
{
    private readonly ConcurrentDictionary<(KernelKind Kind, int Features), SliceProgram?> _slices = new();
    private readonly ConcurrentDictionary<(KernelKind Kind, int Features, Precision Precision), SliceProgram> _blocks =
        new();
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

    /// <summary>Makes a program of the derivatives of kernels on positions in a direction.</summary>
    /// <param name="kernels">The program of the kernels.</param>
    /// <param name="direction">The direction, in which the kernels have derivatives.</param>
    internal KernelProgram(KernelProgram kernels, Direction direction) =>
        (Network, Positions, Direction, _refusal) =
            (kernels.Network, kernels.Positions, direction, kernels._refusal);

    /// <summary>The network.</summary>
    internal Network Network { get; }

    /// <summary>The signal that a network on images or sequences ends in. Null for other networks.</summary>
    internal Signal? Positions { get; }

    /// <summary>
    /// The direction of the derivatives on positions that are computed in the place of the kernels. Null for kernels.
    /// </summary>
    internal Direction? Direction { get; }

    /// <summary>Both kernels on positions of two samples, or their derivatives, by whole blocks.</summary>
    internal FSharpFunc<SpatialSample, FSharpFunc<SpatialSample, (double Nngp, double Ntk)>> PairByBlocks() =>
        Direction is { } direction
            ? SpatialKernel.derivative(Positions!, direction)
            : SpatialKernel.evaluator(Positions!);

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
            static (key, program) =>
            {
                SpatialKernel.requireFeatures(program.Positions!, key.Features);
                return SliceProgram.Of(
                    program.Positions!, program.Direction, key.Features, key.Kind, program.Families);
            },
            Positions is not null ? this : throw new InvalidOperationException("The network has no positions."));

    /// <summary>
    /// The program of a kernel on positions for whole blocks on tensors in one precision, for rows of so many features,
    /// which is kept.
    /// </summary>
    /// <exception cref="ArgumentException">The network does not read rows of so many features.</exception>
    /// <exception cref="NetworkRefusedException">Tensors have no blocks of the network.</exception>
    internal SliceProgram Blocks(KernelKind kind, int features, Precision precision) =>
        _blocks.GetOrAdd(
            (kind, features, precision),
            static (key, program) =>
            {
                SpatialKernel.requireFeatures(program.Positions!, key.Features);
                return program.Direction is null
                    ? SliceProgram.Blocks(program.Positions!, key.Features, key.Kind, key.Precision)
                    : throw new NetworkRefusedException(new Refusal(
                        "the network",
                        FSharpList<Step>.Empty,
                        "tensors have no derivatives on positions",
                        "take the backend cpu"));
            },
            Positions is not null ? this : throw new InvalidOperationException("The network has no positions."));

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
