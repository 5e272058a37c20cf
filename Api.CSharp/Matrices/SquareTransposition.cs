using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HadamardNtk;

/// <summary>Transposes squares of 8 x 8 numbers in registers.</summary>
internal static unsafe class SquareTransposition
{
    /// <summary>Transposes float32 numbers: pairs, then fours, then halves change places.</summary>
    /// <remarks>The method is longer than 40 lines because the eight rows stay in registers only as locals.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Singles(float* from, nint stride, float* to, nint toStride)
    {
        var r0 = Vector256.Load(from);
        var r1 = Vector256.Load(from + stride);
        var r2 = Vector256.Load(from + 2 * stride);
        var r3 = Vector256.Load(from + 3 * stride);
        var r4 = Vector256.Load(from + 4 * stride);
        var r5 = Vector256.Load(from + 5 * stride);
        var r6 = Vector256.Load(from + 6 * stride);
        var r7 = Vector256.Load(from + 7 * stride);
        var (a0, a1) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
        var (a2, a3) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
        var (a4, a5) = (Avx.UnpackLow(r4, r5), Avx.UnpackHigh(r4, r5));
        var (a6, a7) = (Avx.UnpackLow(r6, r7), Avx.UnpackHigh(r6, r7));
        var (b0, b1) = (Avx.Shuffle(a0, a2, 0x44), Avx.Shuffle(a0, a2, 0xEE));
        var (b2, b3) = (Avx.Shuffle(a1, a3, 0x44), Avx.Shuffle(a1, a3, 0xEE));
        var (b4, b5) = (Avx.Shuffle(a4, a6, 0x44), Avx.Shuffle(a4, a6, 0xEE));
        var (b6, b7) = (Avx.Shuffle(a5, a7, 0x44), Avx.Shuffle(a5, a7, 0xEE));
        Avx.Permute2x128(b0, b4, 0x20).Store(to);
        Avx.Permute2x128(b1, b5, 0x20).Store(to + toStride);
        Avx.Permute2x128(b2, b6, 0x20).Store(to + 2 * toStride);
        Avx.Permute2x128(b3, b7, 0x20).Store(to + 3 * toStride);
        Avx.Permute2x128(b0, b4, 0x31).Store(to + 4 * toStride);
        Avx.Permute2x128(b1, b5, 0x31).Store(to + 5 * toStride);
        Avx.Permute2x128(b2, b6, 0x31).Store(to + 6 * toStride);
        Avx.Permute2x128(b3, b7, 0x31).Store(to + 7 * toStride);
    }

    /// <summary>
    /// Transposes float64 numbers as four squares of 4 x 4, in the order of the result's rows, so that cache lines are
    /// written whole.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Doubles(double* from, nint stride, double* to, nint toStride)
    {
        Quarter(from, stride, to, toStride);
        Quarter(from + 4 * stride, stride, to + 4, toStride);
        Quarter(from + 4, stride, to + 4 * toStride, toStride);
        Quarter(from + 4 * stride + 4, stride, to + 4 * toStride + 4, toStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(double* from, nint stride, double* to, nint toStride)
    {
        var (r0, r1) = (Vector256.Load(from), Vector256.Load(from + stride));
        var (r2, r3) = (Vector256.Load(from + 2 * stride), Vector256.Load(from + 3 * stride));
        var (a0, a1) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
        var (a2, a3) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
        Avx.Permute2x128(a0, a2, 0x20).Store(to);
        Avx.Permute2x128(a1, a3, 0x20).Store(to + toStride);
        Avx.Permute2x128(a0, a2, 0x31).Store(to + 2 * toStride);
        Avx.Permute2x128(a1, a3, 0x31).Store(to + 3 * toStride);
    }
}
