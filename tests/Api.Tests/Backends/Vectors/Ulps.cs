using HadamardNtk.Core;

namespace HadamardNtk.Api.Tests;

/// <summary>Errors in units in the last place: the distance of the two numbers around the true value.</summary>
internal static class Ulps
{
    /// <summary>The error of a float; a value below the least normal float may also be 0.</summary>
    public static double Of(float actual, double expected)
    {
        var size = Math.Abs(expected);
        if (float.IsNaN(actual) || double.IsNaN(expected) || !float.IsFinite(actual) || size >= 3.4028235677973366E+38)
        {
            return actual.Equals((float)expected) ? 0 : double.PositiveInfinity;
        }

        return size < 1.1754943508222875E-38 && actual == 0
            ? 0
            : Math.Abs(actual - expected) / Math.ScaleB(1, Math.Max(Math.ILogB(size), -126) - 23);
    }

    /// <summary>The error of a double.</summary>
    public static double Of(double actual, DoubleDouble expected) =>
        double.IsFinite(actual) && double.IsFinite(expected.Hi)
            ? Math.Abs((actual - expected.Hi - expected.Lo) / Math.ScaleB(1, Math.Max(Math.ILogB(expected.Hi), -1022) - 52))
            : actual.Equals(expected.Hi) ? 0 : double.PositiveInfinity;
}
