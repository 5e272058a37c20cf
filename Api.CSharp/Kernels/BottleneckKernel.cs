namespace HadamardNtk;

/// <summary>
/// The effective tangent kernel of a network with bottlenecks at one time of its training,
/// Θ_F(x, x′) = κ² (η_f K_f(z, z′) + η_g Θ_g(x, x′) ∇f(z)·∇f(z′)) with z = g_t(x): dF/dt = −Θ_F dL/dF. With several
/// bottlenecks it has such a term for each part. Its samples are the places of the samples of the training, with those
/// of the test behind them, counted from 0.
/// </summary>
/// <remarks>
/// It is that of one output, or the mean over outputs. K_f and Θ_g are those of infinite width in both modes. Source:
/// Littwin et al., Implicit acceleration and feature learning in infinitely wide neural networks with bottlenecks
/// (2021).
/// </remarks>
public sealed class BottleneckKernel : IKernel<IReadOnlyList<int>>, IWatchedDiagonal<IReadOnlyList<int>>
{
    private readonly BottleneckKernels _kernels;
    private readonly Matrix[] _signals;
    private readonly Matrix[] _gradients;
    private readonly int _outputs;
    private readonly int? _output;

    internal BottleneckKernel(
        BottleneckKernels kernels, Matrix[] signals, Matrix[] gradients, int outputs, int? output) =>
        (_kernels, _signals, _gradients, _outputs, _output) = (kernels, signals, gradients, outputs, output);

    /// <summary>The number of samples that have places.</summary>
    public int Size => _signals[0].Rows;

    /// <summary>The number of samples in one line.</summary>
    public override string ToString() => $"Effective tangent kernel of {Size} samples";

    /// <inheritdoc/>
    public int Count(IReadOnlyList<int> samples) => PlaceLists.Count(samples);

    /// <inheritdoc/>
    public IReadOnlyList<int> Select(IReadOnlyList<int> samples, ReadOnlySpan<int> chosen) =>
        PlaceLists.Select(samples, chosen);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A place is that of no sample.</exception>
    public Matrix Gram(IReadOnlyList<int> x, GramOptions? options = null, CancellationToken cancellation = default)
    {
        var places = Places(x, nameof(x));
        return PlaceLists.Mirrored(Sum(
            places, places, options, (kernel, rows, _, part) => kernel.Gram(rows, part, cancellation), cancellation));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A place is that of no sample.</exception>
    public Matrix Cross(
        IReadOnlyList<int> x,
        IReadOnlyList<int> other,
        GramOptions? options = null,
        CancellationToken cancellation = default) =>
        Sum(
            Places(x, nameof(x)), Places(other, nameof(other)), options,
            (kernel, rows, columns, part) => kernel.Cross(rows, columns, part, cancellation), cancellation);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A place is that of no sample.</exception>
    public double[] Diagonal(IReadOnlyList<int> x, CancellationToken cancellation = default) =>
        Diagonal(x, new Watch(null, cancellation));

    double[] IWatchedDiagonal<IReadOnlyList<int>>.Diagonal(IReadOnlyList<int> x, Watch watch) => Diagonal(x, watch);

    private double[] Diagonal(IReadOnlyList<int> x, Watch watch)
    {
        var places = Places(x, nameof(x));
        var (sum, parts) = (new double[places.Length], _signals.Length + 1.0);
        for (var l = 0; l <= _signals.Length; l++)
        {
            var (kernel, samples) = _kernels.Part(l, _signals);
            var stage = watch.Stage(l / parts, (l + 1) / parts);
            var diagonal = kernel.Diagonal(
                MatrixProducts.Rows(samples, places), stage.Progress, stage.Cancellation);
            var gradients = Gradients(l, places);
            for (var i = 0; i < sum.Length; i++)
            {
                var slope = gradients is null ? 1 : RowProducts.Dot(gradients.Row(i), gradients.Row(i));
                sum[i] += _kernels.Rate(l) * diagonal[i] * slope;
            }
        }

        return sum;
    }

    // The sum over the parts of the network of rate K_l(x, x') (∇F(x)·∇F(x')).
    private Matrix Sum(
        int[] rows,
        int[] columns,
        GramOptions? options,
        Func<InfiniteKernel, Matrix, Matrix, GramOptions, Matrix> compute,
        CancellationToken cancellation)
    {
        options ??= new();
        var (workers, parts) = (options.Workers(cancellation), _signals.Length + 1.0);
        var sum = new double[MatrixSize.Of(rows.Length, columns.Length)];
        for (var l = 0; l <= _signals.Length; l++)
        {
            var (kernel, samples) = _kernels.Part(l, _signals);
            var values = compute(
                kernel, MatrixProducts.Rows(samples, rows), MatrixProducts.Rows(samples, columns),
                options with { Progress = options.Progress.Stage(l / parts, (l + 1) / parts) });
            var (left, right) = (Gradients(l, rows), Gradients(l, columns));
            var slopes = left is null ? null : MatrixProducts.TimesTranspose(left, right!, workers);
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += _kernels.Rate(l) * values.Data[i] * (slopes?.Data[i] ?? 1);
            }
        }

        return Matrix.Wrap(sum, rows.Length, columns.Length);
    }

    // The gradients of F in the outputs of part l, of all outputs divided by √C or of one, or null for the last part.
    private Matrix? Gradients(int l, int[] places)
    {
        if (l == _signals.Length)
        {
            return null;
        }

        var all = MatrixProducts.Rows(_gradients[l], places);
        var width = _signals[l].Columns;
        return _output is { } c
            ? Columns(all, c * width, width)
            : Entrywise.Combine(1 / Math.Sqrt(_outputs), all, 0, all);
    }

    private static Matrix Columns(Matrix all, int from, int count)
    {
        var part = new double[all.Rows * count];
        for (var i = 0; i < all.Rows; i++)
        {
            all.Row(i).Slice(from, count).CopyTo(part.AsSpan(i * count));
        }

        return Matrix.Wrap(part, all.Rows, count);
    }

    private int[] Places(IReadOnlyList<int> samples, string name) => PlaceLists.Require(samples, Size, name);
}
