using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The operations of a finite network as steps on tensors. Signal k + 1 is made by step k.</summary>
internal sealed class SignalPlan : ISignalOperations<int>
{
    private readonly List<SignalStep> _steps = [];
    private readonly Dictionary<int, DenseLayer> _layers;

    /// <summary>Makes the steps.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layers">The layers of its weights, in their order.</param>
    internal SignalPlan(Core.FiniteNetwork network, IReadOnlyList<DenseLayer> layers)
    {
        _layers = FiniteNetworkModule.weights(network)
            .Select((weights, k) => (weights.Offset, Layer: layers[k]))
            .ToDictionary(pair => pair.Offset, pair => pair.Layer);
        Root = FiniteNetworkModule.read(this, network);
    }

    /// <summary>The steps.</summary>
    internal SignalStep[] Steps => [.. _steps];

    /// <summary>The number of the signal f.</summary>
    internal int Root { get; }

    /// <inheritdoc/>
    public int Input => 0;

    /// <inheritdoc/>
    public int Constant(double value) => Add(new ConstantStep(value));

    /// <inheritdoc/>
    public int Dense(FiniteWeights weights, int x) => Add(new DenseStep(_layers[weights.Offset], x));

    /// <inheritdoc/>
    public int Apply(Core.Activation phi, int x) => Add(new ActivationStep(TensorActivation.Of(phi), x));

    /// <inheritdoc/>
    public int Normalize(double eps, int x) => Add(new NormStep(eps, x));

    /// <inheritdoc/>
    public int Sum(int[] parts, int channels) => Add(new SumStep(parts, channels));

    /// <inheritdoc/>
    public int Product(int[] parts, int channels) => Add(new ProductStep(parts, channels));

    /// <inheritdoc/>
    public int Concat(int[] parts, int[][] taken) =>
        Add(new ConcatStep(parts, [.. taken.Select(ChannelChoice.Of)]));

    /// <inheritdoc/>
    public int Spread(int positions, int x) => Add(new SpreadStep(positions, x));

    /// <inheritdoc/>
    public int View(int first, int positions, int channels, int x) =>
        Add(new ViewStep(first, positions, channels, x));

    /// <inheritdoc/>
    public int Move(PositionMap map, int positions, int x) => Add(map switch
    {
        PositionMap.Copies copies => new CopyStep(copies.Item, positions, x),
        PositionMap.Weighted weighted => new WeighStep(
            Array.ConvertAll(
                weighted.Item, row => Array.ConvertAll(row, term => (term.Item1, term.Item2))), positions, x),
        _ => throw new NotSupportedException($"Expected a map that copies or weighs positions, not {map}."),
    });

    /// <inheritdoc/>
    public int Attend(Attention options, int heads, int positions, int x) =>
        Add(new AttendStep(options, heads, positions, x));

    private int Add(SignalStep step)
    {
        _steps.Add(step);
        return _steps.Count;
    }
}
