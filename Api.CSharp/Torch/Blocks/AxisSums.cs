using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>Sums over windows that slide over an axis of a grid.</summary>
internal static class AxisSums
{
    /// <summary>Whether the windows along both axes are the positions of a grid themselves.</summary>
    internal static bool AreSame((SliceAxis Down, SliceAxis Right) windows, SliceGrid grid) =>
        IsSame(windows.Down, grid.Height) && IsSame(windows.Right, grid.Width);

    /// <summary>
    /// The sum over d of the values at (s p + d, s p′ + d), for the windows of both axes. The values stay as they are.
    /// </summary>
    internal static Tensor Windows(
        PositionPairs pairs, Tensor values, SliceGrid grid, (SliceAxis Down, SliceAxis Right) windows)
    {
        using var scope = NewDisposeScope();
        var open = values.view(pairs.Open(grid));
        var right = Along(open, windows.Right, pairs.Right);
        var both = Along(right, windows.Down, pairs.Down);
        return scope.MoveToOuter(both.reshape(pairs.Shape(windows.Down.Count * windows.Right.Count)));
    }

    /// <summary>
    /// The sum over d and d′ of the values at (s p + d, s p′ + d′), for the windows of both axes. The values stay as
    /// they are.
    /// </summary>
    internal static Tensor Pool(
        PositionPairs pairs, Tensor values, SliceGrid grid, (SliceAxis Down, SliceAxis Right) windows)
    {
        using var scope = NewDisposeScope();
        var sums = values.view(pairs.Open(grid));
        foreach (var dimension in pairs.Right)
        {
            sums = Along(sums, windows.Right, [dimension]);
        }

        foreach (var dimension in pairs.Down)
        {
            sums = Along(sums, windows.Down, [dimension]);
        }

        var result = sums.reshape(pairs.Shape(windows.Down.Count * windows.Right.Count));
        return scope.MoveToOuter(AreSame(windows, grid) ? result.clone() : result);
    }

    // Adds the values at distance d, for one d after the other. All dimensions have the same distance. Positions beyond
    // an edge have no values.
    private static Tensor Along(Tensor values, SliceAxis axis, int[] dimensions)
    {
        var extent = values.shape[dimensions[0]];
        if (IsSame(axis, extent))
        {
            return values;
        }

        using var scope = NewDisposeScope();
        if (axis.Wraps)
        {
            (values, extent) = Wrapped(values, axis, dimensions);
            axis = axis with { Before = 0 };
        }

        var shape = values.shape;
        Array.ForEach(dimensions, dimension => shape[dimension] = axis.Count);
        var sums = zeros(shape, dtype: values.dtype, device: values.device);
        for (var d = 0; d < axis.Size; d++)
        {
            var start = d - axis.Before;
            var first = start >= 0 ? 0 : (axis.Stride - 1 - start) / axis.Stride;
            var end = start >= extent ? 0 : Math.Min(axis.Count, (extent - 1 - start) / axis.Stride + 1);
            if (first < end)
            {
                Add(sums, values, dimensions, (first, end), start + first * axis.Stride, axis.Stride);
            }
        }

        return scope.MoveToOuter(sums);
    }

    // Adds the values from a start on, at steps of the stride, to the sums of some windows.
    private static void Add(
        Tensor sums, Tensor values, int[] dimensions, (long First, long End) windows, long start, long stride)
    {
        using var scope = NewDisposeScope();
        var count = windows.End - windows.First;
        foreach (var dimension in dimensions)
        {
            sums = sums.narrow(dimension, windows.First, count);
            values = values.slice(dimension, start, start + (count - 1) * stride + 1, stride);
        }

        sums.add_(values, Held.One);
    }

    // The values that windows which go on at the other edge read, one after the other.
    private static (Tensor Values, long Extent) Wrapped(Tensor values, SliceAxis axis, int[] dimensions)
    {
        using var scope = NewDisposeScope();
        var (extent, length) = (values.shape[dimensions[0]], (axis.Count - 1L) * axis.Stride + axis.Size);
        var numbers = ones([length], dtype: ScalarType.Int64, device: values.device).cumsum(0);
        var places = Held.With(extent, Held.With(axis.Before + 1L, numbers.sub).remainder);
        foreach (var dimension in dimensions)
        {
            values = values.index_select(dimension, places);
        }

        return (scope.MoveToOuter(values), length);
    }

    private static bool IsSame(SliceAxis axis, long extent) =>
        axis is { Size: 1, Stride: 1, Before: 0 } && axis.Count == extent;
}
