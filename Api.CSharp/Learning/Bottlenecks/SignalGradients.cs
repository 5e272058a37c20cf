namespace HadamardNtk;

/// <summary>
/// Products with the gradients of F in a signal z of width d, n × C d: those of output c at sample i are the numbers
/// c d, …, (c + 1) d − 1 of row i.
/// </summary>
internal static class SignalGradients
{
    /// <summary>∂F_c/∂z_k = Σ_j ∂F_c/∂h_j ∂h_j/∂z_k for h of z, where z has a width.</summary>
    internal static Matrix Chain(Matrix outer, Matrix inner, int width)
    {
        var hidden = inner.Columns / width;
        var outputs = outer.Columns / hidden;
        var chained = new double[outer.Rows * outputs * width];
        for (var i = 0; i < outer.Rows; i++)
        {
            for (var c = 0; c < outputs; c++)
            {
                var to = chained.AsSpan(((i * outputs) + c) * width, width);
                for (var j = 0; j < hidden; j++)
                {
                    RowArithmetic.Add(outer[i, (c * hidden) + j], inner.Row(i).Slice(j * width, width), to);
                }
            }
        }

        return Matrix.Wrap(chained, outer.Rows, outputs * width);
    }

    /// <summary>Σ_c v_ic ∂F_c/∂z at each sample.</summary>
    internal static Matrix Through(Matrix v, Matrix gradients)
    {
        var width = gradients.Columns / v.Columns;
        var pulled = new double[v.Rows * width];
        for (var i = 0; i < v.Rows; i++)
        {
            for (var c = 0; c < v.Columns; c++)
            {
                RowArithmetic.Add(
                    v[i, c], gradients.Row(i).Slice(c * width, width), pulled.AsSpan(i * width, width));
            }
        }

        return Matrix.Wrap(pulled, v.Rows, width);
    }

    /// <summary>∂F_c/∂z·u at each sample.</summary>
    internal static Matrix Back(Matrix u, Matrix gradients, int outputs)
    {
        var pushed = new double[u.Rows * outputs];
        for (var i = 0; i < pushed.Length; i++)
        {
            pushed[i] = RowArithmetic.Dot(
                gradients.Row(i / outputs).Slice(i % outputs * u.Columns, u.Columns), u.Row(i / outputs));
        }

        return Matrix.Wrap(pushed, u.Rows, outputs);
    }
}
