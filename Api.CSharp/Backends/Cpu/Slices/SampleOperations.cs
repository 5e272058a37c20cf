using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Operations on the values at a sample's positions, in float64.</summary>
internal static class SampleOperations
{
    private static readonly Float64Arithmetic Arithmetic = default;

    /// <summary>Applies an operation at every place.</summary>
    internal static double[] Apply(Operation operation, double[][] operands, int count)
    {
        var result = new double[count];
        var (a, b, c) = (operands[0], operands[Math.Min(1, operands.Length - 1)], operands[^1]);
        for (var k = 0; k < count; k++)
        {
            result[k] = Apply(operation, At(a, k), At(b, k), At(c, k));
        }

        return result;
    }

    private static double At(double[] values, int k) => values.Length == 1 ? values[0] : values[k];

    private static double Apply(Operation operation, double a, double b, double c)
    {
        IArithmetic<double> n = Arithmetic;
        return operation.Tag switch
        {
            Operation.Tags.Add => a + b,
            Operation.Tags.Subtract => a - b,
            Operation.Tags.Multiply => a * b,
            Operation.Tags.Divide => a / b,
            Operation.Tags.Sqrt => n.Sqrt(a),
            Operation.Tags.Exp => n.Exp(a),
            Operation.Tags.Atan2 => n.Atan2(a, b),
            Operation.Tags.Gap => n.Gap(a, b, c),
            Operation.Tags.Hypotenuse => n.Hypotenuse(a, b),
            Operation.Tags.Angle => n.Angle(a, b),
            Operation.Tags.ExpSinh => n.ExpSinh(a, b),
            _ => throw new InvalidOperationException($"{operation} is not known."),
        };
    }
}
