using HadamardNtk.Core;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>
/// The NTK or the NNGP kernel of a network at infinite width whose rows are images or sequences (<c>image(28x28x1)</c>,
/// <c>sequence(100x8)</c>), by whole blocks of positions in float64: the definition of these kernels. A pair of images
/// of P positions takes time and memory that grow with P². The object is immutable and safe to share between threads.
/// </summary>
/// <remarks>
/// Flat networks are read too, by the same law as <see cref="InfiniteKernel"/>, more slowly and without its care for
/// the digits of nearly parallel rows. Source: docs/mathematics.md, section 16.
/// </remarks>
/// <example><code>
/// var kernel = Network.Input.Image(8, 8, 1).Conv().Relu().Conv().Relu().GlobalAveragePool().Dense().BlockKernel();
/// var model = KernelClassifier.Fit(kernel, x, labels);
/// </code></example>
public sealed class BlockKernel : RowKernel, IKernel<Matrix>, IWatchedDiagonal<Matrix>
{
    private readonly FSharpFunc<SpatialSample, FSharpFunc<SpatialSample, (double Nngp, double Ntk)>> _pair;

    internal BlockKernel(Network network, KernelKind kind)
    {
        var result = SpatialKernel.ofRows(network.Core);
        var signal = result.IsOk ? result.ResultValue : throw new NetworkRefusedException(result.ErrorValue);
        (Network, Kind, _pair) = (network, kind, SpatialKernel.evaluator(signal));
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>Which of the two kernels this is.</summary>
    public KernelKind Kind { get; }

    /// <inheritdoc/>
    IKernel<Matrix> IKernel<Matrix>.Prior => Kind == KernelKind.Nngp ? this : new BlockKernel(Network, KernelKind.Nngp);

    /// <summary>The kernel and the network, as in "NTK of image(8x8x1) conv relu flatten dense, by blocks".</summary>
    public override string ToString() => $"{Kind.ToString().ToUpperInvariant()} of {Network}, by blocks";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rows have another number of features than the network reads.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public override Matrix Gram(Matrix x, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Compute(x, null, options ?? new(), cancellation);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rows have another number of features than the network reads.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public override Matrix Cross(
        Matrix x, Matrix other, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(other);
        return Compute(x, other, options ?? new(), cancellation);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rows have another number of features than the network reads.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public override double[] Diagonal(Matrix x, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Diagonal(x, new Watch(null, cancellation));
    }

    double[] IWatchedDiagonal<Matrix>.Diagonal(Matrix x, Watch watch) => Diagonal(x, watch);

    private double[] Diagonal(Matrix x, Watch watch)
    {
        var (samples, diagonal) = (Samples(x), new double[x.Rows]);
        new GramOptions().Workers(watch.Cancellation).For(
            x.Rows, i => diagonal[i] = Value(samples[i], samples[i], (int)i), watch.Progress);
        return diagonal;
    }

    // Without others the matrix is that of x, whose entries up to the diagonal are mirrored. The long rows come first.
    private Matrix Compute(Matrix x, Matrix? other, GramOptions options, CancellationToken cancellation)
    {
        var rows = Samples(x);
        var columns = other is null ? rows : Samples(other);
        var values = new double[MatrixSize.Of(rows.Length, columns.Length)];
        var done = new StepProgress(
            options.Progress, other is null ? rows.Length * (rows.Length + 1L) / 2 : values.LongLength);
        options.Workers(cancellation).For(rows.Length, t =>
        {
            var i = rows.Length - 1 - (int)t;
            for (var j = 0; j < (other is null ? i + 1 : columns.Length); j++)
            {
                cancellation.ThrowIfCancellationRequested();
                var value = Value(rows[i], columns[j], i);
                values[i * columns.Length + j] = value;
                if (other is null)
                {
                    values[j * columns.Length + i] = value;
                }

                done.Add();
            }
        });
        return Matrix.Wrap(values, rows.Length, columns.Length);
    }

    private static SpatialSample[] Samples(Matrix x) =>
        [.. Enumerable.Range(0, x.Rows).Select(i => SpatialKernel.ofRow(x.Row(i).ToArray()))];

    private double Value(SpatialSample row, SpatialSample column, int place)
    {
        var (nngp, ntk) = _pair.Invoke(row).Invoke(column);
        var value = Kind == KernelKind.Nngp ? nngp : ntk;
        return double.IsFinite(value)
            ? value
            : throw new KernelUndefinedException(
                new Undefined("the read-out", value, KernelModule.product(row.Rows[0], row.Rows[0])), place);
    }
}
