using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Computes the mean of every column to the last bit. Sums have 106 bits and do not overflow.</summary>
internal static class ColumnMeans
{
    // Sums of 2^31 numbers with a larger exponent may overflow.
    private const int Large = 900;

    // Double-double loses its second half for numbers with a smaller exponent.
    private const int Small = -900;

    /// <summary>The means of the columns of x, n × d finite numbers with n at least 1.</summary>
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

        // A sum within the rounding of its terms counts as 0.
        var isRounding = Math.Abs(sum.Hi) <= Math.ScaleB(sizes, -53);
        return isRounding
            ? 0
            : Math.ScaleB(DoubleDoubleModule.divide(sum, DoubleDoubleModule.ofFloat(x.Rows)).Hi, exponent);
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
