namespace HadamardNtk.Api.Tests;

/// <summary>A function of lanes of any width; one of a single argument has no use for the second.</summary>
internal interface ILaneFunction<T>
    where T : unmanaged
{
    static abstract V At<V>(V x, V y)
        where V : struct, ILanes<V, T>;
}

/// <summary>Runs a function of lanes over arrays.</summary>
internal static unsafe class Elementwise
{
    /// <summary>result[i] = f(x[i], y[i]), the last lanes filled up with the last elements.</summary>
    public static T[] Apply<F, V, T>(T[] x, T[] y)
        where F : ILaneFunction<T>
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        var result = new T[x.Length];
        var whole = x.Length - x.Length % V.Count;
        fixed (T* a = x, b = y, to = result)
        {
            for (var i = 0; i < whole; i += V.Count)
            {
                V.Store(F.At(V.Load(a + i), V.Load(b + i)), to + i);
            }
        }

        if (whole < x.Length)
        {
            var rest = Apply<F, V, T>(Filled<V, T>(x[whole..]), Filled<V, T>(y[whole..]));
            Array.Copy(rest, 0, result, whole, x.Length - whole);
        }

        return result;
    }

    private static T[] Filled<V, T>(T[] x)
        where V : struct, ILanes<V, T>
        where T : unmanaged =>
        [.. x, .. Enumerable.Repeat(x[^1], V.Count - x.Length)];
}
