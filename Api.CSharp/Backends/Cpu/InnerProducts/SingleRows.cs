using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>Converts a matrix to float32, with each number rounded to the nearest.</summary>
internal static class SingleRows
{
    private const int Piece = 1 << 16;

    /// <summary>The entries of <paramref name="y"/>, row by row, kept with it where it is prepared.</summary>
    internal static float[] Of(Matrix y, Workers workers, PreparedSamples? prepared) =>
        prepared?.Get(typeof(SingleRows), () => Of(y, workers)) ?? Of(y, workers);

    /// <summary>The entries of <paramref name="x"/>, row by row.</summary>
    /// <param name="x">A matrix.</param>
    /// <param name="workers">The threads.</param>
    internal static float[] Of(Matrix x, Workers workers)
    {
        var rounded = GC.AllocateUninitializedArray<float>(x.Data.Length);
        workers.For(Blocking.Count(x.Data.Length, Piece), p => Round(x.Data, rounded, (int)p * Piece));
        return rounded;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Round(double[] from, float[] to, int start)
    {
        var count = Math.Min(Piece, from.Length - start);
        for (var i = start; i < start + count; i++)
        {
            to[i] = (float)from[i];
        }
    }
}
