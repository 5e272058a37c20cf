using HadamardNtk.Core;
using MathNet.Numerics.LinearAlgebra;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>
/// Computes gradient flow on losses without a closed form, by integrating the coefficients a of f_t = f_0 + K a.
/// </summary>
internal static class LossFlow
{
    internal static IReadOnlyList<Matrix> Flow(
        TrainingDynamics dynamics,
        Loss loss,
        IReadOnlyList<double> times,
        double tolerance,
        int maximumSteps,
        Func<Matrix, Matrix> at,
        Workers workers,
        IProgress<double>? progress)
    {
        RequireTimes(times);
        RequireTargets(loss, dynamics.Targets);
        var multiply = FuncConvert.FromFunc(
            (Matrix<double> a) => ToMathNet(MatrixProducts.Times(dynamics.Drive, FromMathNet(a), workers)));
        try
        {
            var told = FuncConvert.FromAction((double time) => progress?.Report(0.95 * time / times[^1]));
            var weights = LossModule.flowTold(
                told, Meaning(loss), tolerance, maximumSteps, multiply, ToMathNet(dynamics.Starting),
                ToMathNet(dynamics.Targets), ListModule.OfSeq(times));
            return [.. weights.Select(a => at(FromMathNet(a)))];
        }
        catch (Exception e) when (e is LossModule.TooManyStepsException or LossModule.FlowStoppedException)
        {
            throw new InvalidOperationException(e.Message, e);
        }
    }

    internal static Core.Loss Meaning(Loss loss) => loss switch
    {
        Loss.Squared => Core.Loss.Squared,
        Loss.Logistic => Core.Loss.Logistic,
        Loss.Softmax => Core.Loss.Softmax,
        _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, "Expected squared, logistic or softmax."),
    };

    private static void RequireTimes(IReadOnlyList<double> times)
    {
        for (var i = 0; i < times.Count; i++)
        {
            if (!double.IsFinite(times[i]) || times[i] < (i == 0 ? 0 : times[i - 1]))
            {
                throw new ArgumentException(
                    $"Expected finite times in ascending order from 0 on; number {i + 1} is {times[i]}.",
                    nameof(times));
            }
        }
    }

    internal static void RequireTargets(Loss loss, Matrix y)
    {
        for (var i = 0; i < y.Rows; i++)
        {
            var row = y.Row(i).ToArray();
            var (isRight, expected) = loss switch
            {
                Loss.Logistic => (row.All(v => Math.Abs(v) == 1), "-1 and 1"),
                Loss.Softmax => (
                    row.All(v => v >= 0) && Math.Abs(row.Sum() - 1) < 1e-9, "rows of probabilities, which sum to 1"),
                _ => (true, ""),
            };
            if (!isRight)
            {
                throw new ArgumentException(
                    $"Expected {expected} as targets of the {loss.ToString().ToLowerInvariant()} loss; " +
                    $"row {i} is ({string.Join(", ", row)}).");
            }
        }
    }

    internal static Matrix<double> ToMathNet(Matrix m) =>
        Matrix<double>.Build.DenseOfRowMajor(m.Rows, m.Columns, m.Data);

    internal static Matrix FromMathNet(Matrix<double> m) => Matrix.Wrap(m.ToRowMajorArray(), m.RowCount, m.ColumnCount);
}
