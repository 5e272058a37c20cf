using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// The product of packed rows: C[i, j] (=, +=, -=) sum over k &lt; K of A[i, k]·B[j, k] with K at most
/// <see cref="Blocking.Depth"/>, micro-tile by micro-tile.
/// </summary>
internal static unsafe class PanelProduct
{
    /// <summary>The reach with which every entry is written.</summary>
    internal const long Everywhere = long.MaxValue / 2;

    /// <summary>Multiplies two packed blocks into <paramref name="c"/>, (m x n), row-major.</summary>
    /// <param name="a">⌈m / 6⌉ packed panels of 6 rows.</param>
    /// <param name="b">⌈n / 8⌉ packed panels of 8 rows.</param>
    /// <param name="depth">The number of terms, K.</param>
    /// <param name="c">The output.</param>
    /// <param name="write">The way in which a sum changes an entry of the output.</param>
    /// <param name="reach">Only entries with j ≤ i + reach are written; the others are unchanged.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(double* a, double* b, nint depth, MatrixView<double> c, Write write, long reach)
    {
        for (nint j = 0; j < c.Columns; j += Blocking.MicroColumns)
        {
            for (nint i = 0; i < c.Rows; i += Blocking.MicroRows)
            {
                var rest = new Corner(c, i, j, reach);
                if (rest.IsWhole)
                {
                    MicroKernel.Run(depth, a + i * depth, b + j * depth, c.At(i, j), c.RowStride, write);
                }
                else if (rest.IsReached)
                {
                    RunPart(a + i * depth, b + j * depth, depth, rest, write);
                }
            }
        }
    }

    private static void RunPart(double* a, double* b, nint depth, Corner corner, Write write)
    {
        var sums = stackalloc double[Blocking.MicroRows * Blocking.MicroColumns];
        MicroKernel.Run(depth, a, b, sums, Blocking.MicroColumns, Write.Assign);
        for (nint r = 0; r < corner.Rows; r++)
        {
            var width = nint.Min(corner.Columns, (nint)long.Max(0, r + corner.Reach + 1));
            PutRow(corner.Origin + r * corner.Stride, sums + r * Blocking.MicroColumns, width, write);
        }
    }

    private static void PutRow(double* c, double* sums, nint width, Write write)
    {
        for (nint j = 0; j < width; j++)
        {
            c[j] = write switch
            {
                Write.Add => c[j] + sums[j],
                Write.Subtract => c[j] - sums[j],
                _ => sums[j],
            };
        }
    }

    /// <summary>The part of the output that the micro-tile at (i, j) may write.</summary>
    private readonly struct Corner(MatrixView<double> c, nint i, nint j, long reach)
    {
        internal double* Origin => c.At(i, j);

        internal nint Stride => c.RowStride;

        internal nint Rows => nint.Min(Blocking.MicroRows, c.Rows - i);

        internal nint Columns => nint.Min(Blocking.MicroColumns, c.Columns - j);

        internal long Reach => reach + i - j;

        internal bool IsReached => Reach + Rows > 0;

        internal bool IsWhole =>
            Rows == Blocking.MicroRows && Columns == Blocking.MicroColumns && Reach >= Blocking.MicroColumns - 1;
    }
}
