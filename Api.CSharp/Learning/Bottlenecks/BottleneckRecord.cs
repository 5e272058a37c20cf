namespace HadamardNtk;

/// <summary>
/// A training with bottlenecks after some steps, at the N samples of the training and, behind them, of the test.
/// Immutable.
/// </summary>
public sealed class BottleneckRecord
{
    private readonly BottleneckKernels _kernels;
    private readonly Matrix?[] _gradients;

    internal BottleneckRecord(
        BottleneckKernels kernels, int step, Matrix predictions, Matrix[] signals, Matrix?[] gradients)
    {
        (_kernels, _gradients) = (kernels, gradients);
        (Step, Predictions, Signals) = (step, predictions, Array.AsReadOnly(signals));
    }

    /// <summary>t, the number of steps.</summary>
    public int Step { get; }

    /// <summary>κ F_t at all samples, N × C.</summary>
    public Matrix Predictions { get; }

    /// <summary>g_t at all samples, N × d_1, the embeddings.</summary>
    public Matrix Embeddings => Signals[0];

    /// <summary>The signals at all bottlenecks, N × d_l: g_t, f_1(g_t), and so on.</summary>
    public IReadOnlyList<Matrix> Signals { get; }

    /// <summary>The loss L(κ F_t, α y) over the training samples.</summary>
    public double Loss { get; internal init; }

    /// <summary>The loss over the test samples, if their targets are known.</summary>
    public double? TestLoss { get; internal init; }

    /// <summary>
    /// The part of training samples whose class is right, where the targets are classes: −a and a, one-hot rows,
    /// or the rows of the softmax loss.
    /// </summary>
    public double? Accuracy { get; internal init; }

    /// <summary>The part of test samples whose class is right.</summary>
    public double? TestAccuracy { get; internal init; }

    /// <summary>|g_t − g_0|/|g_0| over the training samples, the relative motion of g.</summary>
    public double Motion { get; internal init; }

    /// <summary>
    /// The greatest eigenvalue of the second derivative of the loss along the step at these rates, as it was last
    /// computed. Steps are stable below 2.
    /// </summary>
    public double Curvature { get; internal init; }

    /// <summary>The number of parts in which a step is done.</summary>
    public int Parts { get; internal init; }

    /// <summary>κ times the network without bottlenecks, N × C, if it was trained.</summary>
    public Matrix? JoinedPredictions { get; internal init; }

    /// <summary>Its loss over the training samples.</summary>
    public double? JoinedLoss { get; internal init; }

    /// <summary>The step, the losses and the motion of g in one line.</summary>
    public override string ToString() => FormattableString.Invariant($"step {Step}: loss {Loss:G6}, ")
        + (TestLoss is { } test ? FormattableString.Invariant($"test loss {test:G6}, ") : "")
        + FormattableString.Invariant($"motion {Motion:G6}");

    /// <summary>The effective tangent kernel Θ_F at this time, whose samples are places among the N samples.</summary>
    /// <param name="output">The output, counted from 0; null stands for the mean over outputs.</param>
    /// <exception cref="InvalidOperationException">The training did not keep what kernels need.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such output.</exception>
    public BottleneckKernel Kernel(int? output = null)
    {
        if (_gradients.Contains(null))
        {
            throw new InvalidOperationException("Expected a training with the option KeepKernels; it had it not.");
        }

        if (output is { } c && (c < 0 || c >= Predictions.Columns))
        {
            throw new ArgumentOutOfRangeException(
                nameof(output), output, $"Expected an output from 0 to {Predictions.Columns - 1}.");
        }

        return new(_kernels, [.. Signals], [.. _gradients.Select(g => g!)], Predictions.Columns, output);
    }

    internal void Save(BinaryWriter writer)
    {
        writer.Write(Step);
        BottleneckState.Write(writer, Predictions);
        writer.Write(Signals.Count);
        foreach (var (signal, gradient) in Signals.Zip(_gradients))
        {
            BottleneckState.Write(writer, signal);
            BottleneckState.Write(writer, gradient);
        }

        CheckpointFile.WriteNumbers(
            writer,
            [
                Loss, TestLoss ?? double.NaN, Accuracy ?? double.NaN, TestAccuracy ?? double.NaN, Motion, Curvature,
                Parts, JoinedLoss ?? double.NaN,
            ]);
        BottleneckState.Write(writer, JoinedPredictions);
    }

    internal static BottleneckRecord Load(BinaryReader reader, BottleneckKernels kernels)
    {
        var (step, predictions) = (reader.ReadInt32(), BottleneckState.ReadMatrix(reader)!);
        var count = reader.ReadInt32();
        var (signals, gradients) = (new Matrix[count], new Matrix?[count]);
        for (var l = 0; l < count; l++)
        {
            (signals[l], gradients[l]) = (BottleneckState.ReadMatrix(reader)!, BottleneckState.ReadMatrix(reader));
        }

        var numbers = new double[8];
        CheckpointFile.ReadNumbers(reader, numbers);
        double? Known(int k) => double.IsNaN(numbers[k]) ? null : numbers[k];
        return new(kernels, step, predictions, signals, gradients)
        {
            Loss = numbers[0],
            TestLoss = Known(1),
            Accuracy = Known(2),
            TestAccuracy = Known(3),
            Motion = numbers[4],
            Curvature = numbers[5],
            Parts = (int)numbers[6],
            JoinedLoss = Known(7),
            JoinedPredictions = BottleneckState.ReadMatrix(reader),
        };
    }
}
