namespace HadamardNtk;

/// <summary>
/// Makes column-major arrays row-major. Entry (i0, i1, ...) of shape (s0, s1, ...) lies at i0 + s0 (i1 + s1 (...)).
/// </summary>
internal static class FortranOrder
{
    public static double[] ToRowMajor(double[] values, int[] shape)
    {
        var (index, strides, from) = (new int[shape.Length], Strides(shape), 0);
        var ordered = new double[values.Length];
        for (var i = 0; i < ordered.Length; i++)
        {
            ordered[i] = values[from];
            from += Advance(index, shape, strides);
        }

        return ordered;
    }

    private static int[] Strides(int[] shape)
    {
        var strides = new int[shape.Length];
        for (var (axis, stride) = (0, 1); axis < shape.Length; stride *= shape[axis++]) strides[axis] = stride;
        return strides;
    }

    /// <summary>Moves to the next index in row-major order; returns the step in column-major storage.</summary>
    private static int Advance(int[] index, int[] shape, int[] strides)
    {
        var step = 0;
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (++index[axis] < shape[axis]) return step + strides[axis];
            step -= (shape[axis] - 1) * strides[axis];
            index[axis] = 0;
        }

        return step;
    }
}
