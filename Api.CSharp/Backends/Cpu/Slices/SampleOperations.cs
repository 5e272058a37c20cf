using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Operations on the values at a sample's positions, in float64.</summary>
internal static class SampleOperations
{
    /// <summary>Applies an operation at every place. Operands of one number have it everywhere.</summary>
    internal static double[] Apply(Operation operation, double[][] operands, int count)
    {
        var (a, b, c) = (operands[0], operands[Math.Min(1, operands.Length - 1)], operands[^1]);
        IArithmetic<double> n = default(Float64Arithmetic);
        return operation.Tag switch
        {
            Operation.Tags.Add => Each(a, b, count, static (x, y) => x + y),
            Operation.Tags.Subtract => Each(a, b, count, static (x, y) => x - y),
            Operation.Tags.Multiply => Each(a, b, count, static (x, y) => x * y),
            Operation.Tags.Divide => Each(a, b, count, static (x, y) => x / y),
            Operation.Tags.Sqrt => Each(a, b, count, (x, _) => n.Sqrt(x)),
            Operation.Tags.Exp => Each(a, b, count, (x, _) => n.Exp(x)),
            Operation.Tags.Atan2 => Each(a, b, count, n.Atan2),
            Operation.Tags.Hypotenuse => Each(a, b, count, n.Hypotenuse),
            Operation.Tags.Angle => Each(a, b, count, n.Angle),
            Operation.Tags.ExpSinh => Each(a, b, count, n.ExpSinh),
            Operation.Tags.Gap => Gaps(n, a, b, c, count),
            _ => throw new InvalidOperationException($"{operation} is not known."),
        };
    }

    private static double[] Each(double[] a, double[] b, int count, Func<double, double, double> operation)
    {
        var (result, right, down) = (new double[count], a.Length == 1 ? 0 : 1, b.Length == 1 ? 0 : 1);
        for (var k = 0; k < count; k++)
        {
            result[k] = operation(a[k * right], b[k * down]);
        }

        return result;
    }

    private static double[] Gaps(IArithmetic<double> n, double[] a, double[] b, double[] c, int count)
    {
        var result = new double[count];
        for (var k = 0; k < count; k++)
        {
            result[k] = n.Gap(At(a, k), At(b, k), At(c, k));
        }

        return result;
    }

    private static double At(double[] values, int k) => values.Length == 1 ? values[0] : values[k];
}
