using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HadamardNtk;

/// <summary>
/// The products of a square block T of a symmetric matrix with vectors: T v, and Tᵀ w for the block's mirror image,
/// while sixteen of its rows are in the first-level cache. All is computed in the block's own type, and sixteen terms
/// are added before they join others. The sums have the lanes of 64 bytes on every machine and use fused multiply-adds,
/// so that the bits depend neither on the processor nor on the number of vectors.
/// </summary>
internal static unsafe class SquareProduct
{
    private const int Side = TriangleLayout.Side;

    /// <summary>The number of rows that stay in the cache while all vectors pass.</summary>
    internal const int Several = 16;

    /// <summary>The number of vectors that are multiplied at once.</summary>
    internal const int Vectors = 5;

    /// <summary>Adds T v to the sums ahead, and Tᵀ w to those of the mirror image, for every output.</summary>
    /// <param name="square">T, Side x Side.</param>
    /// <param name="outputs">The number of vectors.</param>
    /// <param name="v">The first vector at the columns of T.</param>
    /// <param name="w">The first vector at the rows of T.</param>
    /// <param name="length">The distance from a vector to the next.</param>
    /// <param name="ahead">T v, Side numbers for each vector.</param>
    /// <param name="mirrored">Tᵀ w, Side numbers for each vector.</param>
    internal static void Add<T>(T* square, int outputs, T* v, T* w, nint length, T* ahead, T* mirrored)
        where T : unmanaged, INumberBase<T>
    {
        var part = stackalloc T[2 * Side];
        for (var i = 0; i < Side; i += Several)
        {
            var rows = square + i * Side;
            var o = 0;
            Prefetch(rows + Several * Side);
            for (; Vector512.IsHardwareAccelerated && o + Vectors <= outputs; o += Vectors)
            {
                for (var k = 0; k < Several; k += 4)
                {
                    Ahead(rows + k * Side, Side, v + o * length, length, ahead + o * Side + i + k);
                }

                Mirrored(rows, Side, w + o * length + i, length, mirrored + o * Side);
            }

            for (; o + 2 <= outputs; o += 2)
            {
                new Span<T>(part, 2 * Side).Clear();
                for (var k = 0; k < Several; k += 4)
                {
                    Two(
                        rows + k * Side, v + o * length, length, w + o * length + i + k, ahead + o * Side + i + k,
                        part);
                }

                AddPart(part, 2 * Side, mirrored + o * Side);
            }

            if (o < outputs)
            {
                new Span<T>(part, Side).Clear();
                for (var k = 0; k < Several; k += 4)
                {
                    One(rows + k * Side, v + o * length, w + o * length + i + k, ahead + o * Side + i + k, part);
                }

                AddPart(part, Side, mirrored + o * Side);
            }
        }
    }

    // Memory is too far for the processor's own prefetching, which ends at every page.
    private static void Prefetch<T>(T* rows) where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            for (var at = (byte*)rows; at < (byte*)(rows + Several * Side); at += 64)
            {
                Sse.Prefetch1(at);
            }
        }
    }

    /// <summary>
    /// Adds the products of four rows of Side numbers and of five vectors. A number of a row is used five times, and
    /// one of a vector four times.
    /// </summary>
    /// <param name="rows">The first row.</param>
    /// <param name="stride">The distance from a row to the next.</param>
    /// <param name="v">The first vector.</param>
    /// <param name="length">The distance from a vector to the next.</param>
    /// <param name="ahead">The sums of the first vector; those of the next begin after Side numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Ahead<T>(T* rows, nint stride, T* v, nint length, T* ahead) where T : unmanaged, INumberBase<T>
    {
        Vector512<T> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<T> b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<T> c0 = default, c1 = default, c2 = default, c3 = default;
        Vector512<T> d0 = default, d1 = default, d2 = default, d3 = default;
        Vector512<T> e0 = default, e1 = default, e2 = default, e3 = default;
        var last = v + 4 * length;
        for (nint j = 0; j < Side; j += Vector512<T>.Count)
        {
            var (r0, r1) = (Vector512.Load(rows + j), Vector512.Load(rows + stride + j));
            var (r2, r3) = (Vector512.Load(rows + 2 * stride + j), Vector512.Load(rows + 3 * stride + j));
            var x = Vector512.Load(v + j);
            (a0, a1, a2, a3) = (Fused(r0, x, a0), Fused(r1, x, a1), Fused(r2, x, a2), Fused(r3, x, a3));
            x = Vector512.Load(v + length + j);
            (b0, b1, b2, b3) = (Fused(r0, x, b0), Fused(r1, x, b1), Fused(r2, x, b2), Fused(r3, x, b3));
            x = Vector512.Load(v + 2 * length + j);
            (c0, c1, c2, c3) = (Fused(r0, x, c0), Fused(r1, x, c1), Fused(r2, x, c2), Fused(r3, x, c3));
            x = Vector512.Load(v + 3 * length + j);
            (d0, d1, d2, d3) = (Fused(r0, x, d0), Fused(r1, x, d1), Fused(r2, x, d2), Fused(r3, x, d3));
            x = Vector512.Load(last + j);
            (e0, e1, e2, e3) = (Fused(r0, x, e0), Fused(r1, x, e1), Fused(r2, x, e2), Fused(r3, x, e3));
        }

        AddSums(ahead, a0, a1, a2, a3);
        AddSums(ahead + Side, b0, b1, b2, b3);
        AddSums(ahead + 2 * Side, c0, c1, c2, c3);
        AddSums(ahead + 3 * Side, d0, d1, d2, d3);
        AddSums(ahead + 4 * Side, e0, e1, e2, e3);
    }

    /// <summary>
    /// Adds several rows of Side numbers, multiplied by numbers of five vectors. The sums stay in registers, for five
    /// vectors and four times as many columns as there are lanes.
    /// </summary>
    /// <param name="rows">The first row.</param>
    /// <param name="stride">The distance from a row to the next.</param>
    /// <param name="w">The first vector, a number for each row.</param>
    /// <param name="length">The distance from a vector to the next.</param>
    /// <param name="y">The sums, Side numbers for each vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Mirrored<T>(T* rows, nint stride, T* w, nint length, T* y) where T : unmanaged, INumberBase<T>
    {
        nint n = Vector512<T>.Count;
        for (nint j = 0; j < Side; j += 4 * n)
        {
            Vector512<T> a0 = default, a1 = default, a2 = default, a3 = default;
            Vector512<T> b0 = default, b1 = default, b2 = default, b3 = default;
            Vector512<T> c0 = default, c1 = default, c2 = default, c3 = default;
            Vector512<T> d0 = default, d1 = default, d2 = default, d3 = default;
            Vector512<T> e0 = default, e1 = default, e2 = default, e3 = default;
            var from = rows + j;
            var factor = w;
            for (var k = 0; k < Several; k++, from += stride, factor++)
            {
                Load(from, n, out var r0, out var r1, out var r2, out var r3);
                var x = Vector512.Create(*factor);
                (a0, a1, a2, a3) = (Fused(r0, x, a0), Fused(r1, x, a1), Fused(r2, x, a2), Fused(r3, x, a3));
                x = Vector512.Create(factor[length]);
                (b0, b1, b2, b3) = (Fused(r0, x, b0), Fused(r1, x, b1), Fused(r2, x, b2), Fused(r3, x, b3));
                x = Vector512.Create(factor[2 * length]);
                (c0, c1, c2, c3) = (Fused(r0, x, c0), Fused(r1, x, c1), Fused(r2, x, c2), Fused(r3, x, c3));
                x = Vector512.Create(factor[3 * length]);
                (d0, d1, d2, d3) = (Fused(r0, x, d0), Fused(r1, x, d1), Fused(r2, x, d2), Fused(r3, x, d3));
                x = Vector512.Create(factor[4 * length]);
                (e0, e1, e2, e3) = (Fused(r0, x, e0), Fused(r1, x, e1), Fused(r2, x, e2), Fused(r3, x, e3));
            }

            AddTo(y + j, n, a0, a1, a2, a3);
            AddTo(y + Side + j, n, b0, b1, b2, b3);
            AddTo(y + 2 * Side + j, n, c0, c1, c2, c3);
            AddTo(y + 3 * Side + j, n, d0, d1, d2, d3);
            AddTo(y + 4 * Side + j, n, e0, e1, e2, e3);
        }
    }

    // Two vectors at once: a number of the square is used by two, and a number of y by four rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two<T>(T* rows, T* v, nint length, T* w, T* ahead, T* y) where T : unmanaged, INumberBase<T>
    {
        Vector512<T> s0 = default, s1 = default, s2 = default, s3 = default;
        Vector512<T> t0 = default, t1 = default, t2 = default, t3 = default;
        var (c0, c1, c2, c3) = (
            Vector512.Create(w[0]), Vector512.Create(w[1]), Vector512.Create(w[2]), Vector512.Create(w[3]));
        var (d0, d1, d2, d3) = (
            Vector512.Create(w[length]), Vector512.Create(w[length + 1]),
            Vector512.Create(w[length + 2]), Vector512.Create(w[length + 3]));
        for (nint j = 0; j < Side; j += Vector512<T>.Count)
        {
            var (x, u) = (Vector512.Load(v + j), Vector512.Load(v + length + j));
            var (a, b) = (Vector512.Load(y + j), Vector512.Load(y + Side + j));
            var r = Vector512.Load(rows + j);
            (s0, t0, a, b) = (Fused(r, x, s0), Fused(r, u, t0), Fused(r, c0, a), Fused(r, d0, b));
            r = Vector512.Load(rows + Side + j);
            (s1, t1, a, b) = (Fused(r, x, s1), Fused(r, u, t1), Fused(r, c1, a), Fused(r, d1, b));
            r = Vector512.Load(rows + 2 * Side + j);
            (s2, t2, a, b) = (Fused(r, x, s2), Fused(r, u, t2), Fused(r, c2, a), Fused(r, d2, b));
            r = Vector512.Load(rows + 3 * Side + j);
            (s3, t3, a, b) = (Fused(r, x, s3), Fused(r, u, t3), Fused(r, c3, a), Fused(r, d3, b));
            a.Store(y + j);
            b.Store(y + Side + j);
        }

        AddSums(ahead, s0, s1, s2, s3);
        AddSums(ahead + Side, t0, t1, t2, t3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One<T>(T* rows, T* v, T* w, T* ahead, T* y) where T : unmanaged, INumberBase<T>
    {
        Vector512<T> s0 = default, s1 = default, s2 = default, s3 = default;
        var (c0, c1, c2, c3) = (
            Vector512.Create(w[0]), Vector512.Create(w[1]), Vector512.Create(w[2]), Vector512.Create(w[3]));
        for (nint j = 0; j < Side; j += Vector512<T>.Count)
        {
            var (x, a) = (Vector512.Load(v + j), Vector512.Load(y + j));
            var r = Vector512.Load(rows + j);
            (s0, a) = (Fused(r, x, s0), Fused(r, c0, a));
            r = Vector512.Load(rows + Side + j);
            (s1, a) = (Fused(r, x, s1), Fused(r, c1, a));
            r = Vector512.Load(rows + 2 * Side + j);
            (s2, a) = (Fused(r, x, s2), Fused(r, c2, a));
            r = Vector512.Load(rows + 3 * Side + j);
            (s3, a) = (Fused(r, x, s3), Fused(r, c3, a));
            a.Store(y + j);
        }

        AddSums(ahead, s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Fused<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c) => typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<T>(
        T* from, nint n, out Vector512<T> r0, out Vector512<T> r1, out Vector512<T> r2, out Vector512<T> r3)
        where T : unmanaged =>
        (r0, r1, r2, r3) = (
            Vector512.Load(from), Vector512.Load(from + n), Vector512.Load(from + 2 * n), Vector512.Load(from + 3 * n));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo<T>(
        T* to, nint n, Vector512<T> r0, Vector512<T> r1, Vector512<T> r2, Vector512<T> r3) where T : unmanaged
    {
        (Vector512.Load(to) + r0).Store(to);
        (Vector512.Load(to + n) + r1).Store(to + n);
        (Vector512.Load(to + 2 * n) + r2).Store(to + 2 * n);
        (Vector512.Load(to + 3 * n) + r3).Store(to + 3 * n);
    }

    private static void AddPart<T>(T* part, int count, T* y) where T : unmanaged
    {
        for (nint j = 0; j < count; j += Vector512<T>.Count)
        {
            (Vector512.Load(y + j) + Vector512.Load(part + j)).Store(y + j);
        }
    }

    // Halves are added to halves until one number of each sum is left.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSums<T>(
        T* ahead, Vector512<T> s0, Vector512<T> s1, Vector512<T> s2, Vector512<T> s3)
        where T : unmanaged, INumberBase<T>
    {
        var (h0, h1, h2, h3) = (Halved(s0), Halved(s1), Halved(s2), Halved(s3));
        if (typeof(T) == typeof(float) && Sse.IsSupported)
        {
            var (low, high) = (
                Paired(h0.AsSingle(), h1.AsSingle()), Paired(h2.AsSingle(), h3.AsSingle()));
            (Vector128.Load((float*)ahead) + Paired(low, high)).Store((float*)ahead);
            return;
        }

        ahead[0] += Sum(h0);
        ahead[1] += Sum(h1);
        ahead[2] += Sum(h2);
        ahead[3] += Sum(h3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Halved<T>(Vector512<T> s)
    {
        var half = s.GetLower() + s.GetUpper();
        return half.GetLower() + half.GetUpper();
    }

    // (a0 + a1, a2 + a3, b0 + b1, b2 + b3).
    private static Vector128<float> Paired(Vector128<float> a, Vector128<float> b) =>
        Sse.Shuffle(a, b, 0b10_00_10_00) + Sse.Shuffle(a, b, 0b11_01_11_01);

    private static T Sum<T>(Vector128<T> s) where T : unmanaged, INumberBase<T> => typeof(T) == typeof(float)
        ? s.GetElement(0) + s.GetElement(1) + (s.GetElement(2) + s.GetElement(3))
        : s.GetElement(0) + s.GetElement(1);
}
