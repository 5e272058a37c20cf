using System.Runtime.InteropServices;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// A head of infinite width: f_t(z) = f_0(z) − Σ K_f(z, z_j) χ_j over the samples of all former steps, with the rates
/// in χ. The products with K_f and with its derivatives are those of the Gram backends, which store no matrix.
/// </summary>
/// <remarks>
/// grad f_t(z)·δ = grad f_0(z)·δ − w1²/d Σ_c δ_c (Σ_j ∂K/∂c χ_jc z_j + 2 z Σ_j ∂K/∂q χ_jc).
/// </remarks>
internal sealed class InfiniteHead : HeadEngine
{
    private readonly HeadFeatures _start;
    private readonly InfiniteKernel _kernel;
    private readonly InfiniteKernel? _byVariance;
    private readonly InfiniteKernel? _byCovariance;
    private readonly double _slope;
    private readonly double _scale;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly GramOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly List<double> _points = [];
    private readonly List<double> _weights = [];
    private Matrix _z;

    /// <param name="network">The head.</param>
    /// <param name="head">The same in the core, whose kernel has a gradient.</param>
    /// <param name="start">f_0.</param>
    /// <param name="inputs">d.</param>
    /// <param name="outputs">C.</param>
    /// <param name="options">The options for products with K_f.</param>
    /// <param name="cancellation">Stops the work.</param>
    internal InfiniteHead(
        Network network, Head head, HeadFeatures start, int inputs, int outputs, GramOptions options,
        CancellationToken cancellation)
    {
        (_start, _inputs, _outputs, _options, _cancellation) = (start, inputs, outputs, options.Exact, cancellation);
        _kernel = network.Ntk();
        _scale = head.First.Weight * head.First.Weight / inputs;
        _z = Matrix.Wrap([], 0, inputs);
        var gradient = HeadModule.gradient(head);
        if (head.Activated is null)
        {
            _slope = HeadModule.evaluate(head, gradient.ResultValue.Item2, new double[1], new double[1]);
            return;
        }

        (_byVariance, _byCovariance) = _kernel.OfMoments(
            head.Activated.Value, gradient.ResultValue.Item1, gradient.ResultValue.Item2);
    }

    private int Count => _points.Count / _inputs;

    internal override int Kept => Count;

    internal override Matrix Forward(Matrix z)
    {
        _z = z;
        return Less(_start.Forward(z), Sum(_kernel, z, Weights));
    }

    internal override Matrix Pull(Matrix delta)
    {
        var pulled = _start.Pull(delta);
        if (Count == 0)
        {
            return pulled;
        }

        var (across, along) = Sums(_z);
        var moved = new double[_z.Rows * _inputs];
        for (var i = 0; i < _z.Rows; i++)
        {
            var row = delta.Row(i);
            var to = moved.AsSpan(i * _inputs, _inputs);
            for (var c = 0; c < _outputs; c++)
            {
                RowArithmetic.Add(_scale * row[c], across.Row(i).Slice(c * _inputs, _inputs), to);
            }

            RowArithmetic.Add(along is null ? 0 : 2 * _scale * RowArithmetic.Dot(row, along.Row(i)), _z.Row(i), to);
        }

        return Less(pulled, Matrix.Wrap(moved, _z.Rows, _inputs));
    }

    internal override void Step(Matrix delta, double rate)
    {
        _points.AddRange(_z.Data);
        _weights.AddRange(delta.Data.Select(d => rate * d));
    }

    internal override (Matrix Outputs, Matrix? Gradients) At(Matrix z, bool withGradients)
    {
        var (outputs, gradients) = _start.At(z, withGradients);
        outputs = Less(outputs, Sum(_kernel, z, Weights));
        if (gradients is null || Count == 0)
        {
            return (outputs, gradients);
        }

        var (across, along) = Sums(z);
        var moved = new double[gradients.Data.Length];
        for (var i = 0; i < z.Rows; i++)
        {
            for (var c = 0; c < _outputs; c++)
            {
                var to = moved.AsSpan(((i * _outputs) + c) * _inputs, _inputs);
                RowArithmetic.Add(_scale, across.Row(i).Slice(c * _inputs, _inputs), to);
                RowArithmetic.Add(along is null ? 0 : 2 * _scale * along[i, c], z.Row(i), to);
            }
        }

        return (outputs, Less(gradients, Matrix.Wrap(moved, gradients.Rows, gradients.Columns)));
    }

    internal override Action Undo()
    {
        var count = Count;
        return () =>
        {
            CollectionsMarshal.SetCount(_points, count * _inputs);
            CollectionsMarshal.SetCount(_weights, count * _outputs);
        };
    }

    internal override void Save(BinaryWriter writer)
    {
        writer.Write(Count);
        CheckpointFile.WriteNumbers(writer, CollectionsMarshal.AsSpan(_points));
        CheckpointFile.WriteNumbers(writer, CollectionsMarshal.AsSpan(_weights));
    }

    internal override void Load(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        var (points, weights) = (new double[count * _inputs], new double[count * _outputs]);
        CheckpointFile.ReadNumbers(reader, points);
        CheckpointFile.ReadNumbers(reader, weights);
        _points.AddRange(points);
        _weights.AddRange(weights);
    }

    private Matrix Points => Matrix.Wrap([.. _points], Count, _inputs);

    private Matrix Weights => Matrix.Wrap([.. _weights], Count, _outputs);

    // Σ_j K(z_i, z_j) v_j, or null before the first step.
    private Matrix? Sum(InfiniteKernel kernel, Matrix z, Matrix v) =>
        Count == 0 ? null : kernel.Multiply(z, v, Points, _options, _cancellation);

    // Σ_j ∂K/∂c χ_jc z_j, n × C d, and Σ_j ∂K/∂q χ_jc, n × C.
    private (Matrix Across, Matrix? Along) Sums(Matrix z)
    {
        var products = new double[MatrixSize.Of(Count, _outputs * _inputs, "Take hybrid mode.")];
        for (var j = 0; j < Count; j++)
        {
            for (var c = 0; c < _outputs; c++)
            {
                var weight = _weights[(j * _outputs) + c];
                for (var k = 0; k < _inputs; k++)
                {
                    products[(((j * _outputs) + c) * _inputs) + k] = weight * _points[(j * _inputs) + k];
                }
            }
        }

        var weighted = Matrix.Wrap(products, Count, _outputs * _inputs);
        return _byCovariance is null
            ? (Constant(z.Rows, weighted), null)
            : (Sum(_byCovariance, z, weighted)!, Sum(_byVariance!, z, Weights));
    }

    // The derivative of a head without an activation is a constant, and all rows have one sum.
    private Matrix Constant(int rows, Matrix weighted)
    {
        var sum = new double[weighted.Columns];
        for (var j = 0; j < weighted.Rows; j++)
        {
            RowArithmetic.Add(_slope, weighted.Row(j), sum);
        }

        return Matrix.Wrap([.. Enumerable.Repeat(sum, rows).SelectMany(row => row)], rows, sum.Length);
    }

    private static Matrix Less(Matrix a, Matrix? b) => b is null ? a : Entrywise.Add(a, b, -1);
}
