using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// Sums over the windows of a slice: first along rows and then across them, each from the first position to the last,
/// so that the bits of a sum depend on the values of its window alone.
/// </summary>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal static unsafe class WindowSums<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    /// <summary>Sums a row over the windows along it.</summary>
    /// <param name="row">The address of the row's position 0, which need not be there.</param>
    /// <param name="left">The first position that is there.</param>
    /// <param name="right">The position after the last that is there.</param>
    /// <param name="axis">The windows.</param>
    /// <param name="first">The first window to be summed.</param>
    /// <param name="end">The window after the last.</param>
    /// <param name="to">The address of the first window's sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Along(T* row, int left, int right, SliceAxis axis, int first, int end, T* to)
    {
        if (axis.Cycle > 0)
        {
            AlongCycle(row, axis, first, end, to);
            return;
        }

        if (axis is { Size: 3, Stride: 1 })
        {
            AlongThree(row, left, right, first - axis.Before, end - axis.Before, to);
            return;
        }

        for (var window = first; window < end; window++, to += V.Count)
        {
            var start = window * axis.Stride - axis.Before;
            V sum = default;
            for (var x = Math.Max(left, start); x < Math.Min(right, start + axis.Size); x++)
            {
                sum += V.Load(row + (nint)x * V.Count);
            }

            V.Store(sum, to);
        }
    }

    // All positions are there.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AlongCycle(T* row, SliceAxis axis, int first, int end, T* to)
    {
        for (var window = first; window < end; window++, to += V.Count)
        {
            var start = window * axis.Stride - axis.Before;
            V sum = default;
            if (start >= 0 && start + axis.Size <= axis.Cycle)
            {
                for (var x = start; x < start + axis.Size; x++)
                {
                    sum += V.Load(row + (nint)x * V.Count);
                }
            }
            else
            {
                for (var x = start; x < start + axis.Size; x++)
                {
                    sum += V.Load(row + (nint)axis.At(x) * V.Count);
                }
            }

            V.Store(sum, to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AlongThree(T* row, int left, int right, int start, int end, T* to)
    {
        V a = At(row, start, left, right), b = At(row, start + 1, left, right);
        var inside = Math.Min(end, right - 2);
        var x = start;
        for (var from = row + (nint)(x + 2) * V.Count; x < inside; x++, to += V.Count, from += V.Count)
        {
            var c = x + 2 >= left ? V.Load(from) : default;
            V.Store((a + b) + c, to);
            (a, b) = (b, c);
        }

        for (; x < end; x++, to += V.Count)
        {
            V.Store(a + b, to);
            (a, b) = (b, default);
        }
    }

    private static V At(T* row, int x, int left, int right) =>
        x >= left && x < right ? V.Load(row + (nint)x * V.Count) : default;

    /// <summary>Adds rows of sums, number by number. No rows give zeros.</summary>
    /// <param name="rows">The addresses of the rows.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="length">The number of numbers of a row, a multiple of a vector.</param>
    /// <param name="to">The address of the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Across(T** rows, int count, nint length, T* to)
    {
        if (count == 3)
        {
            T* a = rows[0], b = rows[1], c = rows[2];
            for (nint k = 0; k < length; k += V.Count)
            {
                V.Store((V.Load(a + k) + V.Load(b + k)) + V.Load(c + k), to + k);
            }

            return;
        }

        for (nint k = 0; k < length; k += V.Count)
        {
            V sum = default;
            for (var r = 0; r < count; r++)
            {
                sum += V.Load(rows[r] + k);
            }

            V.Store(sum, to + k);
        }
    }
}
