using System.Numerics;
using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>Converts float32 to float64.</summary>
internal static class Widening
{
    /// <summary><c>to[i] = from[i]</c>, which is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Copy(ReadOnlySpan<float> from, Span<double> to)
    {
        var i = 0;
        for (; i <= from.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(from[i..]), out var low, out var high);
            low.CopyTo(to[i..]);
            high.CopyTo(to[(i + Vector<double>.Count)..]);
        }

        for (; i < from.Length; i++)
        {
            to[i] = from[i];
        }
    }

    /// <summary><c>to[i] = factor * from[i]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Scale(ReadOnlySpan<float> from, double factor, Span<double> to)
    {
        var i = 0;
        for (; i <= from.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(from[i..]), out var low, out var high);
            (factor * low).CopyTo(to[i..]);
            (factor * high).CopyTo(to[(i + Vector<double>.Count)..]);
        }

        for (; i < from.Length; i++)
        {
            to[i] = factor * from[i];
        }
    }
}
