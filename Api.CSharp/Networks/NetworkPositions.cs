using HadamardNtk.Core;
using static HadamardNtk.Core.Architecture;
using Microsoft.FSharp.Collections;

namespace HadamardNtk;

/// <summary>Layers of positions, which networks on images, sequences and graphs have.</summary>
public static class NetworkPositions
{
    /// <summary>Reads a row of the raw input as an image, in the order of its rows.</summary>
    /// <param name="network">The network below.</param>
    /// <param name="height">The number of rows.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="channels">The number of channels of a position.</param>
    /// <exception cref="ArgumentException">
    /// A number is below 1, or there are more positions and channels than a network can read.
    /// </exception>
    public static Network Image(this Network network, int height, int width, int channels) =>
        network.Shaped(height, width, channels);

    /// <summary>Reads a row of the raw input as a sequence.</summary>
    /// <param name="network">The network below.</param>
    /// <param name="length">The number of positions.</param>
    /// <param name="channels">The number of channels of a position.</param>
    /// <exception cref="ArgumentException">
    /// A number is below 1, or there are more positions and channels than a network can read.
    /// </exception>
    public static Network Sequence(this Network network, int length, int channels) => network.Shaped(length, channels);

    /// <summary>
    /// The network that reads samples of a shape. Where it reads positions (conv, pools, …) and names neither a shape
    /// nor columns, the shape stands before it, as <c>image(32x32x3)</c>. Other networks read the flat rows.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="shape">The shape; null, that of flat rows, leaves the network as it is.</param>
    /// <exception cref="NetworkRefusedException">
    /// The network names another shape for the whole sample. Axes of length 1 at the end make no other shape.
    /// </exception>
    /// <exception cref="ArgumentException">The shape has more positions than a network can read.</exception>
    public static Network WithShape(this Network network, SampleShape? shape)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (shape is null)
        {
            return network;
        }

        var result = Core.InputShape.attach(ListModule.OfSeq(shape.Extents), network.Core);
        return result.IsOk ? new(result.ResultValue) : throw new NetworkRefusedException(result.ErrorValue);
    }

    /// <summary>Takes the columns first, ..., last − 1 of the raw input.</summary>
    /// <param name="network">The network below.</param>
    /// <param name="first">The first column, counted from 0.</param>
    /// <param name="last">The column after the last one.</param>
    /// <exception cref="ArgumentException">The columns are not a range of at least one column from 0 on.</exception>
    public static Network Take(this Network network, int first, int last) =>
        network.Then(new(LayerModule.take(first, last)));

    /// <summary>Appends a convolution: a dense layer on the patches of a window.</summary>
    /// <param name="network">The network below.</param>
    /// <param name="window">The window; 3 along all axes if null.</param>
    /// <param name="weight">w.</param>
    /// <param name="bias">b. The layer has no bias if it is 0.</param>
    /// <param name="width">The number of channels, if it matters.</param>
    /// <param name="parameterization">The scaling and the initial distribution of the weights.</param>
    /// <param name="trained">Whether gradient descent changes the weights.</param>
    /// <exception cref="ArgumentException">
    /// The window has a length or a stride below 1 or more than two axes, w or b is not a finite number, or the width
    /// is below 1.
    /// </exception>
    public static Network Conv(
        this Network network,
        Window? window = null,
        double weight = 1,
        double bias = 0,
        int? width = null,
        WeightParameterization parameterization = WeightParameterization.Ntk,
        bool trained = true) =>
        network.Then(new(LayerModule.conv(
            Window.OfPatches(window), Network.Options(weight, bias, width, parameterization, trained))));

    /// <summary>Appends the channels of all positions of a window side by side.</summary>
    /// <param name="network">The network below.</param>
    /// <param name="window">The window; 3 along all axes if null.</param>
    /// <exception cref="ArgumentException">
    /// The window has a length or a stride below 1, or more than two axes.
    /// </exception>
    public static Network Patches(this Network network, Window? window = null) =>
        network.Spatial(SpatialMap.NewPatches(Window.OfPatches(window)));

    /// <summary>Appends the mean of a window, divided by its full size at the edges too.</summary>
    /// <param name="network">The network below.</param>
    /// <param name="window">The window; 2 along all axes if null.</param>
    /// <exception cref="ArgumentException">
    /// The window has a length or a stride below 1, or more than two axes.
    /// </exception>
    public static Network AveragePool(this Network network, Window? window = null) =>
        network.Spatial(SpatialMap.NewAverage(Window.OfPool(window)));

    /// <summary>Appends the sum of a window.</summary>
    /// <param name="network">The network below.</param>
    /// <param name="window">The window; 2 along all axes if null.</param>
    /// <exception cref="ArgumentException">
    /// The window has a length or a stride below 1, or more than two axes.
    /// </exception>
    public static Network SumPool(this Network network, Window? window = null) =>
        network.Spatial(SpatialMap.NewTotal(Window.OfPool(window)));

    /// <summary>Appends the mean over all positions.</summary>
    /// <param name="network">The network below.</param>
    public static Network GlobalAveragePool(this Network network) => network.Spatial(SpatialMap.GlobalAverage);

    /// <summary>Appends the sum over all positions.</summary>
    /// <param name="network">The network below.</param>
    public static Network GlobalSumPool(this Network network) => network.Spatial(SpatialMap.GlobalTotal);

    /// <summary>Appends the channels of all positions side by side.</summary>
    /// <param name="network">The network below.</param>
    public static Network Flatten(this Network network) => network.Spatial(SpatialMap.Flatten);

    /// <summary>Appends the weighted sum of a vertex and its neighbors, A x with a graph's own matrix A.</summary>
    /// <param name="network">The network below.</param>
    /// <param name="weights">Whether the rows of A are divided by their sums.</param>
    public static Network Aggregate(this Network network, NeighborWeights weights = NeighborWeights.Sum) =>
        network.Spatial(SpatialMap.NewAggregate(Kind(weights)));

    /// <summary>
    /// Appends the Myrtle network without its read-out: blocks of convolutions with relu, means of 2 × 2 windows
    /// between them, and the mean over all positions. Source: Shankar et al., Neural kernels without tangents (2020).
    /// </summary>
    /// <param name="network">The network below.</param>
    /// <param name="depth">5, 7 or 10, the number of layers with weights, of which the read-out is one.</param>
    /// <param name="weight">w of the convolutions; √2 unless given.</param>
    /// <param name="bias">b of the convolutions.</param>
    /// <exception cref="ArgumentException">The depth is none of these.</exception>
    public static Network Myrtle(
        this Network network, int depth, double weight = 1.4142135623730951, double bias = 0) =>
        network.Then(new(KnownNetworks.myrtle(depth, weight, bias)));

    /// <summary>
    /// Appends the graph neural network whose tangent kernel is the GNTK with jumping knowledge: the read-outs of the
    /// input and of all blocks, summed over all vertices. Source: Du et al., Graph neural tangent kernel (2019).
    /// </summary>
    /// <param name="network">The network below.</param>
    /// <param name="blocks">The number of blocks, each of which sums neighbors once; from 1 to 250.</param>
    /// <param name="layers">The number of layers relu dense(w=√2) in a block, from 1 to 250.</param>
    /// <param name="weights">Whether the rows of A are divided by their sums.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static Network Gntk(
        this Network network, int blocks, int layers = 1, NeighborWeights weights = NeighborWeights.Sum) =>
        network.Then(new(KnownNetworks.gntk(blocks, layers, Kind(weights))));

    /// <summary>
    /// Appends self-attention of infinitely many heads: values weighed by softmax(w_q w_k z_p·z_p′/channels), with
    /// queries and keys that share their weights. Source: Hron et al., Infinite attention (2020).
    /// </summary>
    /// <param name="network">The network below.</param>
    /// <param name="query">w_q.</param>
    /// <param name="key">w_k.</param>
    /// <param name="value">w_v.</param>
    /// <param name="output">w_o.</param>
    /// <param name="bias">b.</param>
    /// <param name="weights">Whether the softmax of the scores weighs the values, or the scores themselves.</param>
    /// <param name="scaling">
    /// The scale of the scores. With <see cref="ScoreScaling.Root"/> queries and keys have weights of their own and the
    /// scores stay random; a kernel of infinite width needs <see cref="AttentionWeights.Identity"/> then.
    /// </param>
    /// <exception cref="ArgumentException">A scale is not a finite number.</exception>
    public static Network SelfAttention(
        this Network network,
        double query = 1, double key = 1, double value = 1, double output = 1, double bias = 0,
        AttentionWeights weights = AttentionWeights.Softmax,
        ScoreScaling scaling = ScoreScaling.Linear) =>
        network.Then(new(LayerModule.attention(new(
            query, key, value, output, bias,
            weights switch
            {
                AttentionWeights.Softmax => AttentionKind.Softmax,
                AttentionWeights.Identity => AttentionKind.Identity,
                _ => throw new ArgumentOutOfRangeException(nameof(weights), weights, "Expected Softmax or Identity."),
            },
            scaling switch
            {
                ScoreScaling.Linear => Core.ScoreScaling.Linear,
                ScoreScaling.Root => Core.ScoreScaling.Root,
                _ => throw new ArgumentOutOfRangeException(nameof(scaling), scaling, "Expected Linear or Root."),
            }))));

    private static AggregateKind Kind(NeighborWeights weights) => weights switch
    {
        NeighborWeights.Sum => AggregateKind.NeighborSum,
        NeighborWeights.Mean => AggregateKind.NeighborMean,
        _ => throw new ArgumentOutOfRangeException(nameof(weights), weights, "Expected Sum or Mean."),
    };

    private static Network Shaped(this Network network, params int[] extents) =>
        network.Then(new(LayerModule.shaped(ListModule.OfSeq(extents))));

    private static Network Spatial(this Network network, SpatialMap map) =>
        network.Then(new(LayerModule.spatial(map)));
}
