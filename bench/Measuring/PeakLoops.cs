using System.Runtime.CompilerServices;

namespace HadamardNtk.Bench;

/// <summary>What the processor does at best: fused multiply-adds that touch no memory.</summary>
internal static unsafe class PeakLoops
{
    /// <summary>Fused multiply-adds in flight: more than latency times units, fewer than registers.</summary>
    private const int Chains = 12;

    /// <summary>The operations of one step in float32, in the widest vectors.</summary>
    internal static double SingleOperations => 2 * Chains * (int)VectorWidths.Widest / 32;

    /// <summary>The operations of one step in float64, in the widest vectors.</summary>
    internal static double DoubleOperations => SingleOperations / 2;

    /// <summary>Steps in float32.</summary>
    internal static void Single(long steps)
    {
        var room = stackalloc float[16];
        switch (VectorWidths.Widest)
        {
            case VectorWidth.Bits512:
                Run<Single512, float>(steps, room);
                break;
            case VectorWidth.Bits256:
                Run<Single256, float>(steps, room);
                break;
            default:
                Run<Single128, float>(steps, room);
                break;
        }
    }

    /// <summary>Steps in float64.</summary>
    internal static void Double(long steps)
    {
        var room = stackalloc double[8];
        switch (VectorWidths.Widest)
        {
            case VectorWidth.Bits512:
                Run<Double512, double>(steps, room);
                break;
            case VectorWidth.Bits256:
                Run<Double256, double>(steps, room);
                break;
            default:
                Run<Double128, double>(steps, room);
                break;
        }
    }

    // The chains must be 12 locals to stay in registers. They tend to b/(1 - a) = 1/2.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<V, T>(long steps, T* to)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V a = V.Number(0.5), b = V.Number(0.25);
        V s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a, s10 = a, s11 = a;
        for (var k = 0L; k < steps; k++)
        {
            s0 = V.Fma(s0, a, b);
            s1 = V.Fma(s1, a, b);
            s2 = V.Fma(s2, a, b);
            s3 = V.Fma(s3, a, b);
            s4 = V.Fma(s4, a, b);
            s5 = V.Fma(s5, a, b);
            s6 = V.Fma(s6, a, b);
            s7 = V.Fma(s7, a, b);
            s8 = V.Fma(s8, a, b);
            s9 = V.Fma(s9, a, b);
            s10 = V.Fma(s10, a, b);
            s11 = V.Fma(s11, a, b);
        }

        V.Store(((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + ((s8 + s9) + (s10 + s11)), to);
    }
}
