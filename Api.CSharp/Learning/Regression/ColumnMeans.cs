using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The mean of every column, to the last bit: sums have 106 bits, and no sum overflows.</summary>
internal static class ColumnMeans
{
    // From here on, sums of 2^31 numbers may overflow, or double-double loses its second half.
    private const int Large = 900;
    private const int Small = -900;

    /// <summary>Means of the columns of x, n × d finite numbers, n at least 1.</summary>
    internal static double[] Of(Matrix x)
    {
        var means = new double[x.Columns];
        for (var j = 0; j < means.Length; j++)
        {
            means[j] = Of(x, j);
        }

        return means;
    }

    private static double Of(Matrix x, int column)
    {
        var exponent = Exponent(x, column);
        var (sum, sizes) = (DoubleDoubleModule.ofFloat(0), 0.0);
        for (var i = 0; i < x.Rows; i++)
        {
            var value = Math.ScaleB(x[i, column], -exponent);
            (sum, sizes) = (DoubleDoubleModule.add(sum, DoubleDoubleModule.ofFloat(value)), sizes + Math.Abs(value));
        }

        // A sum within rounding of the numbers that it is of is none.
        var isRounding = Math.Abs(sum.Hi) <= Math.ScaleB(sizes, -53);
        return isRounding ? 0 : Math.ScaleB(DoubleDoubleModule.divide(sum, DoubleDoubleModule.ofFloat(x.Rows)).Hi, exponent);
    }

    private static int Exponent(Matrix x, int column)
    {
        var largest = 0.0;
        for (var i = 0; i < x.Rows; i++)
        {
            largest = Math.Max(largest, Math.Abs(x[i, column]));
        }

        var exponent = largest > 0 ? Math.ILogB(largest) : 0;
        return exponent is > Large or < Small ? exponent : 0;
    }
}
