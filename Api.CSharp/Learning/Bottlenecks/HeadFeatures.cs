using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// A head of width M with its parameters, f(z) = w2/√M A φ(w1/√d B z + b1 β) + b2 γ. It keeps φ and φ′ of the hidden
/// layer at the samples of its last forward pass, and works in memory that it allocates once.
/// </summary>
internal sealed unsafe class HeadFeatures
{
    // The number of rows of new samples that are taken at once.
    private const int Height = 64;

    private readonly Head _head;
    private readonly Workers _workers;
    private readonly PointwiseLoop _phi;
    private readonly double[] _numbers;
    private readonly int _inputs;
    private readonly int _width;
    private readonly int _outputs;
    private readonly (int B, int Beta, int A, int Gamma) _at;
    private double[] _active = [];
    private double[] _slopes = [];
    private Matrix _z;

    /// <param name="head">The head.</param>
    /// <param name="numbers">Its parameters, B, β, A and γ, which a step changes.</param>
    /// <param name="inputs">d.</param>
    /// <param name="width">M.</param>
    /// <param name="outputs">C.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    internal HeadFeatures(Head head, double[] numbers, int inputs, int width, int outputs, Workers workers)
    {
        (_head, _numbers, _inputs, _width, _outputs, _workers) = (head, numbers, inputs, width, outputs, workers);
        _phi = new(head.Activation);
        var hidden = width * inputs;
        var biases = head.First.Bias == 0 ? 0 : width;
        _at = (0, hidden, hidden + biases, hidden + biases + (outputs * width));
        _z = Matrix.Wrap([], 0, inputs);
    }

    private double Inner => _head.First.Weight / Math.Sqrt(_inputs);

    private double Outer => _head.Second.Weight / Math.Sqrt(_width);

    /// <summary>The parameters.</summary>
    internal double[] Numbers => _numbers;

    /// <summary>f at the rows of z, n × C. The hidden layer there is kept.</summary>
    internal Matrix Forward(Matrix z)
    {
        _z = z;
        var size = (long)z.Rows * _width;
        if (_active.Length != size)
        {
            (_active, _slopes) = (new double[size], new double[size]);
        }

        Hidden(z, 0, z.Rows, _active, _slopes, _workers);
        return ReadOut(_active, z.Rows, _workers);
    }

    /// <summary>
    /// The gradients of δ_i·f(z_i) in z_i, n × d, for the samples of the last forward pass. The slopes of the hidden
    /// layer become the gradients in its numbers.
    /// </summary>
    internal Matrix Pull(Matrix delta)
    {
        _workers.For(_z.Rows, i => ThroughRow(_slopes.AsSpan((int)i * _width, _width), delta.Row((int)i)));
        var pulled = new double[_z.Rows * _inputs];
        fixed (double* q = _slopes, numbers = _numbers, to = pulled)
        {
            Product.Multiply(
                new(q, _z.Rows, _width, _width), new(numbers, _width, _inputs, _inputs),
                new(to, _z.Rows, _inputs, _inputs), _workers);
        }

        Scale(pulled, Inner);
        return Matrix.Wrap(pulled, _z.Rows, _inputs);
    }

    /// <summary>
    /// One step of gradient descent of all trained parameters on Σ rate δ_i·f(z_i), after <see cref="Pull"/>.
    /// </summary>
    internal void Step(Matrix delta, double rate)
    {
        if (_head.Second.Trained)
        {
            Subtract(Gradient(delta.Data, _outputs, _active, _width), _at.A, rate * Outer);
            SubtractSums(delta.Data, _outputs, _at.Gamma, _numbers.Length - _at.Gamma, rate * _head.Second.Bias);
        }

        if (_head.First.Trained)
        {
            SubtractSums(_slopes, _width, _at.Beta, _at.A - _at.Beta, rate * _head.First.Bias);
            Subtract(Gradient(_slopes, _width, _z.Data, _inputs), _at.B, rate * Inner);
        }
    }

    /// <summary>f at the rows of z, N × C, and the gradients of each f_c there, N × C d, or null.</summary>
    internal (Matrix Outputs, Matrix? Gradients) At(Matrix z, bool withGradients)
    {
        var outputs = new double[z.Rows * _outputs];
        var gradients = withGradients ? new double[MatrixSize.Of(z.Rows, _outputs * _inputs)] : null;
        _workers.For((z.Rows + Height - 1) / Height, part =>
        {
            var (from, one) = ((int)part * Height, new Workers(1, _workers.Cancellation));
            var rows = Math.Min(Height, z.Rows - from);
            var (active, slopes) = (new double[rows * _width], new double[rows * _width]);
            Hidden(z, from, rows, active, slopes, one);
            ReadOut(active, rows, one).Data.CopyTo(outputs, from * _outputs);
            for (var c = 0; gradients is not null && c < _outputs; c++)
            {
                Gradients(c, from, rows, slopes, gradients, one);
            }
        });
        return (
            Matrix.Wrap(outputs, z.Rows, _outputs),
            gradients is null ? null : Matrix.Wrap(gradients, z.Rows, _outputs * _inputs));
    }

    // The gradients of f_c at some rows, from their slopes.
    private void Gradients(int c, int from, int rows, double[] slopes, double[] gradients, Workers workers)
    {
        var through = (double[])slopes.Clone();
        var readOut = _numbers.AsSpan(_at.A + (c * _width), _width);
        for (var i = 0; i < rows; i++)
        {
            var row = through.AsSpan(i * _width, _width);
            for (var j = 0; j < row.Length; j++)
            {
                row[j] *= Outer * Inner * readOut[j];
            }
        }

        fixed (double* q = through, numbers = _numbers, to = gradients)
        {
            var stride = _outputs * _inputs;
            Product.Multiply(
                new(q, rows, _width, _width), new(numbers, _width, _inputs, _inputs),
                new(to + ((long)from * stride) + (c * _inputs), rows, _inputs, stride), workers);
        }
    }

    private void Hidden(Matrix z, int from, int rows, double[] active, double[] slopes, Workers workers)
    {
        var inputs = z.Data.AsSpan(from * _inputs, rows * _inputs).ToArray();
        Scale(inputs, Inner);
        fixed (double* x = inputs, numbers = _numbers, to = active)
        {
            Product.Multiply(
                new(x, rows, _inputs, _inputs), new MatrixView<double>(numbers, _width, _inputs, _inputs).Transpose,
                new(to, rows, _width, _width), workers);
        }

        workers.For(rows, i =>
        {
            var row = active.AsSpan((int)i * _width, _width);
            if (_at.A > _at.Beta)
            {
                RowArithmetic.Add(_head.First.Bias, _numbers.AsSpan(_at.Beta, _width), row);
            }

            _phi.Apply(row, slopes.AsSpan((int)i * _width, _width));
        });
    }

    private Matrix ReadOut(double[] active, int rows, Workers workers)
    {
        var outputs = new double[rows * _outputs];
        workers.For(rows, i =>
        {
            var row = active.AsSpan((int)i * _width, _width);
            for (var c = 0; c < _outputs; c++)
            {
                var bias = _at.Gamma < _numbers.Length ? _head.Second.Bias * _numbers[_at.Gamma + c] : 0;
                outputs[(i * _outputs) + c] =
                    (Outer * RowArithmetic.Dot(row, _numbers.AsSpan(_at.A + (c * _width), _width))) + bias;
            }
        });
        return Matrix.Wrap(outputs, rows, _outputs);
    }

    // The slopes of a row times w2/sqrt(M) sum_c delta_c A_c.
    private void ThroughRow(Span<double> slopes, ReadOnlySpan<double> delta)
    {
        var sum = new double[_width];
        for (var c = 0; c < _outputs; c++)
        {
            RowArithmetic.Add(Outer * delta[c], _numbers.AsSpan(_at.A + (c * _width), _width), sum);
        }

        for (var j = 0; j < slopes.Length; j++)
        {
            slopes[j] *= sum[j];
        }
    }

    // Left^T right for matrices with a row for each sample.
    private double[] Gradient(double[] left, int rows, double[] right, int columns)
    {
        var gradient = new double[rows * columns];
        fixed (double* a = left, b = right, c = gradient)
        {
            Product.Multiply(
                new MatrixView<double>(a, _z.Rows, rows, rows).Transpose, new(b, _z.Rows, columns, columns),
                new(c, rows, columns, columns), _workers);
        }

        return gradient;
    }

    private void Subtract(double[] gradient, int at, double rate) =>
        RowArithmetic.Add(-rate, gradient, _numbers.AsSpan(at, gradient.Length));

    // Column sums of values of n rows, taken from as many parameters.
    private void SubtractSums(double[] values, int columns, int at, int count, double rate)
    {
        if (count == 0)
        {
            return;
        }

        var sums = new double[columns];
        for (var i = 0; i < _z.Rows; i++)
        {
            RowArithmetic.Add(1, values.AsSpan(i * columns, columns), sums);
        }

        Subtract(sums, at, rate);
    }

    private static void Scale(Span<double> values, double factor)
    {
        foreach (ref var value in values)
        {
            value *= factor;
        }
    }
}
