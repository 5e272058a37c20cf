using System.Buffers;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// A head of width M with its parameters, f(z) = w2/√M A φ(w1/√d B z + b1 β) + b2 γ. The hidden layer is computed in
/// blocks of samples and panels of hidden units that stay in a core's cache. It is stored for the backward pass only if
/// φ costs more than memory and there are few numbers; else it is computed again.
/// </summary>
internal sealed unsafe class HeadFeatures
{
    /// <summary>The number of hidden numbers that are stored at most, 64 MiB with their slopes.</summary>
    internal const int MostStored = 1 << 22;

    // The number of samples in a block, and of hidden units in a panel.
    private const int Height = Blocking.Rows;
    private const int Panel = Blocking.Depth;

    private readonly Head _head;
    private readonly Workers _workers;
    private readonly PointwiseLoop _phi;
    private readonly int _inputs;
    private readonly int _width;
    private readonly int _outputs;
    private readonly (int Beta, int A, int Gamma) _at;
    private readonly double[] _gradient;
    private Matrix _z;
    private double[] _stored = [];

    /// <param name="head">The head.</param>
    /// <param name="numbers">Its parameters, B, β, A and γ, which a step changes.</param>
    /// <param name="inputs">d.</param>
    /// <param name="width">M.</param>
    /// <param name="outputs">C.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    internal HeadFeatures(Head head, double[] numbers, int inputs, int width, int outputs, Workers workers)
    {
        (_head, Numbers, _inputs, _width, _outputs, _workers) = (head, numbers, inputs, width, outputs, workers);
        _phi = new(head.Activation);
        var biases = head.First.Bias == 0 ? 0 : width;
        _at = (width * inputs, (width * inputs) + biases, (width * inputs) + biases + (outputs * width));
        _gradient = new double[numbers.Length];
        _z = Matrix.Wrap([], 0, inputs);
    }

    /// <summary>The parameters.</summary>
    internal double[] Numbers { get; }

    private double Inner => _head.First.Weight / Math.Sqrt(_inputs);

    private double Outer => _head.Second.Weight / Math.Sqrt(_width);

    private bool HasHiddenBias => _at.A > _at.Beta;

    private int Panels => (_width + Panel - 1) / Panel;

    /// <summary>f at the rows of z, n × C. A pull takes the gradients there.</summary>
    internal Matrix Forward(Matrix z)
    {
        _z = z;
        var size = (long)z.Rows * _width;
        var isStored = !_phi.IsFast && size <= MostStored;
        if (_stored.Length != (isStored ? 2 * size : 0))
        {
            _stored = isStored ? new double[2 * size] : [];
        }

        var outputs = Sum(Panels, p => ForwardPanel(p * Panel));
        Finish(outputs, 0, z.Rows);
        return Matrix.Wrap(outputs, z.Rows, _outputs);
    }

    /// <summary>
    /// The gradients of δ_i·f(z_i) in z_i, n × d, for the samples of the last forward pass. The gradient of their sum
    /// in the parameters is kept for <see cref="Step"/>.
    /// </summary>
    internal Matrix Pull(Matrix delta)
    {
        var rows = _z.Rows;
        Array.Clear(_gradient);
        var pulled = Sum(Panels, p => PullPanel(p * Panel, delta));
        for (var i = 0; _at.Gamma < Numbers.Length && i < rows; i++)
        {
            RowArithmetic.Add(_head.Second.Bias, delta.Row(i), _gradient.AsSpan(_at.Gamma, _outputs));
        }

        return Matrix.Wrap(pulled, rows, _inputs);
    }

    /// <summary>One step of gradient descent of all trained parameters on Σ rate δ_i·f(z_i).</summary>
    internal void Step(double rate)
    {
        var (hidden, all) = (_at.A, Numbers.Length);
        if (_head.First.Trained)
        {
            RowArithmetic.Add(-rate, _gradient.AsSpan(0, hidden), Numbers.AsSpan(0, hidden));
        }

        if (_head.Second.Trained)
        {
            RowArithmetic.Add(-rate, _gradient.AsSpan(hidden, all - hidden), Numbers.AsSpan(hidden, all - hidden));
        }
    }

    /// <summary>f at the rows of z, N × C, and the gradients of each f_c there, N × C d, or null.</summary>
    internal (Matrix Outputs, Matrix? Gradients) At(Matrix z, bool withGradients)
    {
        var outputs = new double[z.Rows * _outputs];
        var gradients = withGradients ? new double[MatrixSize.Of(z.Rows, _outputs * _inputs)] : null;
        var products = withGradients ? Products() : null;
        _workers.For(Blocking.Count(z.Rows, Height), b => Block(z, (int)b * Height, outputs, gradients, products));
        return (
            Matrix.Wrap(outputs, z.Rows, _outputs),
            gradients is null ? null : Matrix.Wrap(gradients, z.Rows, _outputs * _inputs));
    }

    // w2/√M w1/√d A_cj B_jk, M × C d: the gradients of all outputs are the slopes times this.
    private double[] Products()
    {
        var products = new double[MatrixSize.Of(_width, _outputs * _inputs)];
        for (var j = 0; j < _width; j++)
        {
            var row = Numbers.AsSpan(j * _inputs, _inputs);
            for (var c = 0; c < _outputs; c++)
            {
                RowArithmetic.Add(
                    Outer * Inner * Numbers[_at.A + (c * _width) + j], row,
                    products.AsSpan(((j * _outputs) + c) * _inputs, _inputs));
            }
        }

        return products;
    }

    // The outputs and gradients at the samples of one block.
    private void Block(Matrix z, int from, double[] outputs, double[]? gradients, double[]? products)
    {
        var (rows, wide) = (Math.Min(Height, z.Rows - from), _outputs * _inputs);
        using var room = new Room();
        fixed (double* numbers = Numbers, inputs = z.Data, to = outputs, slopesTo = gradients, factors = products)
        {
            var f = new MatrixView<double>(to + (from * _outputs), rows, _outputs, _outputs);
            for (var j = 0; j < _width; j += Panel)
            {
                var units = Math.Min(Panel, _width - j);
                var (active, slopes) = Hidden(numbers, inputs, from, rows, j, units, room);
                RowProducts.Add(active, new(numbers + _at.A + j, _outputs, units, _width), f);
                if (gradients is not null)
                {
                    RowProducts.Add(
                        slopes, new MatrixView<double>(factors + (j * wide), units, wide, wide).Transpose,
                        new(slopesTo + ((long)from * wide), rows, wide, wide));
                }
            }
        }

        Finish(outputs, from, rows);
    }

    // The sum of parts in their order, whichever thread makes them.
    private double[] Sum(int count, Func<int, double[]> part)
    {
        var parts = new double[count][];
        _workers.For(count, p => parts[p] = part((int)p));
        for (var p = 1; p < count; p++)
        {
            RowArithmetic.Add(1, parts[p], parts[0]);
        }

        return parts[0];
    }

    // The factor of the outputs at some rows, and their bias.
    private void Finish(double[] outputs, int from, int rows)
    {
        for (var t = from * _outputs; t < (from + rows) * _outputs; t++)
        {
            var bias = _at.Gamma < Numbers.Length ? _head.Second.Bias * Numbers[_at.Gamma + (t % _outputs)] : 0;
            outputs[t] = (Outer * outputs[t]) + bias;
        }
    }

    // The part of a panel of hidden units in the outputs.
    private double[] ForwardPanel(int j)
    {
        var (units, outputs) = (Math.Min(Panel, _width - j), new double[_z.Rows * _outputs]);
        using var room = new Room();
        fixed (double* numbers = Numbers, inputs = _z.Data, to = outputs)
        {
            for (var from = 0; from < _z.Rows; from += Height)
            {
                var rows = Math.Min(Height, _z.Rows - from);
                var (active, slopes) = Hidden(numbers, inputs, from, rows, j, units, room);
                RowProducts.Add(
                    active, new(numbers + _at.A + j, _outputs, units, _width),
                    new(to + (from * _outputs), rows, _outputs, _outputs));
                for (var i = 0; _stored.Length > 0 && i < rows; i++)
                {
                    var (at, half) = (((from + i) * _width) + j, _stored.Length / 2);
                    new Span<double>(active.At(i, 0), units).CopyTo(_stored.AsSpan(at));
                    new Span<double>(slopes.At(i, 0), units).CopyTo(_stored.AsSpan(half + at));
                }
            }
        }

        return outputs;
    }

    // φ and φ′ of some hidden units at some samples of the last forward pass.
    private (MatrixView<double> Active, MatrixView<double> Slopes) Again(
        double* numbers, double* inputs, int from, int rows, int j, int units, Room room)
    {
        if (_stored.Length == 0)
        {
            return Hidden(numbers, inputs, from, rows, j, units, room);
        }

        var (active, slopes, half) = (room.First(rows, units), room.Second(rows, units), _stored.Length / 2);
        for (var i = 0; i < rows; i++)
        {
            var at = ((from + i) * _width) + j;
            _stored.AsSpan(at, units).CopyTo(new(active.At(i, 0), units));
            _stored.AsSpan(half + at, units).CopyTo(new(slopes.At(i, 0), units));
        }

        return (active, slopes);
    }

    // The part of a panel of hidden units in the gradients by z, and the gradient by its parameters.
    private double[] PullPanel(int j, Matrix delta)
    {
        var (units, pulled) = (Math.Min(Panel, _width - j), new double[_z.Rows * _inputs]);
        using var room = new Room();
        fixed (double* numbers = Numbers, inputs = _z.Data, cotangents = delta.Data, to = pulled, sum = _gradient)
        {
            var b = new MatrixView<double>(numbers + (j * _inputs), units, _inputs, _inputs);
            var a = new MatrixView<double>(numbers + _at.A + j, _outputs, units, _width);
            var sumB = new MatrixView<double>(sum + (j * _inputs), units, _inputs, _inputs);
            var sumA = new MatrixView<double>(sum + _at.A + j, _outputs, units, _width);
            for (var from = 0; from < _z.Rows; from += Height)
            {
                var rows = Math.Min(Height, _z.Rows - from);
                var (active, slopes) = Again(numbers, inputs, from, rows, j, units, room);
                var above = new MatrixView<double>(cotangents + (from * _outputs), rows, _outputs, _outputs);
                var below = new MatrixView<double>(inputs + (from * _inputs), rows, _inputs, _inputs);
                var through = room.Third(rows, units);
                RowProducts.Assign(above, a.Transpose, through);
                Multiply(slopes, through);
                RowProducts.Add(slopes, b.Transpose, new(to + (from * _inputs), rows, _inputs, _inputs));
                RowProducts.Add(above.Transpose, active.Transpose, sumA);
                RowProducts.Add(slopes.Transpose, below.Transpose, sumB);
                for (var i = 0; HasHiddenBias && i < rows; i++)
                {
                    RowArithmetic.Add(
                        Outer * _head.First.Bias, new(slopes.At(i, 0), units), new(sum + _at.Beta + j, units));
                }
            }
        }

        Scale(pulled, Outer * Inner);
        Scale(_gradient.AsSpan(j * _inputs, units * _inputs), Outer * Inner);
        for (var c = 0; c < _outputs; c++)
        {
            Scale(_gradient.AsSpan(_at.A + (c * _width) + j, units), Outer);
        }

        return pulled;
    }

    // φ and φ′ of some hidden units at some samples.
    private (MatrixView<double> Active, MatrixView<double> Slopes) Hidden(
        double* numbers, double* inputs, int from, int rows, int j, int units, Room room)
    {
        var (active, slopes) = (room.First(rows, units), room.Second(rows, units));
        RowProducts.Assign(
            new(inputs + (from * _inputs), rows, _inputs, _inputs),
            new(numbers + (j * _inputs), units, _inputs, _inputs), active);
        for (var i = 0; i < rows; i++)
        {
            var row = new Span<double>(active.At(i, 0), units);
            Scale(row, Inner);
            if (HasHiddenBias)
            {
                RowArithmetic.Add(_head.First.Bias, new(numbers + _at.Beta + j, units), row);
            }

            _phi.Apply(row, new(slopes.At(i, 0), units));
        }

        return (active, slopes);
    }

    private static void Multiply(MatrixView<double> a, MatrixView<double> b)
    {
        for (var i = 0; i < a.Rows; i++)
        {
            RowArithmetic.Multiply(new(b.At(i, 0), (int)b.Columns), new(a.At(i, 0), (int)a.Columns));
        }
    }

    private static void Scale(Span<double> values, double factor) => RowArithmetic.Scale(factor, values);

    /// <summary>Memory for three blocks of hidden units, which is used again.</summary>
    private sealed class Room : IDisposable
    {
        private readonly double[] _numbers = ArrayPool<double>.Shared.Rent(3 * Height * Panel);
        private readonly MemoryHandle _pin;

        internal Room() => _pin = _numbers.AsMemory().Pin();

        internal MatrixView<double> First(int rows, int units) => Part(0, rows, units);

        internal MatrixView<double> Second(int rows, int units) => Part(1, rows, units);

        internal MatrixView<double> Third(int rows, int units) => Part(2, rows, units);

        public void Dispose()
        {
            _pin.Dispose();
            ArrayPool<double>.Shared.Return(_numbers);
        }

        private MatrixView<double> Part(int k, int rows, int units) =>
            new((double*)_pin.Pointer + (k * Height * Panel), rows, units, units);
    }
}
