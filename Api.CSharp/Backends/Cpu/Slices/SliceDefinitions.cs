using System.Numerics;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The expectations whose series is too long, by their definition in float64.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal static unsafe class SliceDefinitions<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Fills in the values that are not numbers, at pairs of positions side by side.</summary>
    /// <param name="family">The tables of the function.</param>
    /// <param name="rows">The row's table.</param>
    /// <param name="p">The row's first position.</param>
    /// <param name="columns">The columns' table.</param>
    /// <param name="q">The columns' first position.</param>
    /// <param name="count">The number of pairs.</param>
    /// <param name="rho">The correlations.</param>
    /// <param name="to">The values.</param>
    internal static void Fill(
        HermiteFamily family,
        SliceTable<T> rows,
        int p,
        SliceTable<T> columns,
        int q,
        int count,
        T* rho,
        T* to)
    {
        var lanes = columns.Lanes;
        var (last, value) = (default((double Row, double Column, double Rho)), T.NaN);
        for (var k = 0; k < count * lanes; k++)
        {
            if (!T.IsNaN(to[k]) || T.IsNaN(rho[k]))
            {
                continue;
            }

            var pair = (
                double.CreateTruncating(rows.Variance(p + k / lanes)[k % lanes % rows.Lanes]),
                double.CreateTruncating(columns.Variance(q + k / lanes)[k % lanes]),
                double.CreateTruncating(rho[k]));
            if (pair != last)
            {
                (last, value) = (pair, T.CreateTruncating(Value(family, pair.Item1, pair.Item2, pair.Item3)));
            }

            to[k] = value;
        }
    }

    private static double Value(HermiteFamily family, double row, double column, double rho)
    {
        HermiteTable left = family.Table(row)!, right = family.Table(column)!;
        return double.IsFinite(left.Square) && double.IsFinite(right.Square)
            ? Math.Abs(rho) == 1
                ? Expectation.collinear(left, right, rho)
                : Expectation.pair(left, right, rho * (Math.Sqrt(row) * Math.Sqrt(column)))
            : double.NaN;
    }
}
