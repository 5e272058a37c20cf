namespace HadamardNtk.Bench;

/// <summary>The BLAS's own symmetric product X Xᵀ on all cores: the yardstick.</summary>
internal static unsafe class Syrk
{
    /// <summary>As a subject, in float32; none where there is no BLAS.</summary>
    internal static IEnumerable<Subject> Single(string name, BlasLibrary? library, Matrix x, float[] to)
    {
        if (library is null)
        {
            return [];
        }

        var (syrk, rows) = (library.Blas.Symbols.SingleSyrk(), SingleRows.Of(x, Workers.All));
        return [new(name, () => Run(library, syrk, rows, x, to)) { Rest = Rest }];
    }

    /// <summary>As a subject, in float64; none where there is no BLAS.</summary>
    internal static IEnumerable<Subject> Double(string name, BlasLibrary? library, Matrix x, double[] to)
    {
        if (library is null)
        {
            return [];
        }

        var syrk = library.Blas.Symbols.DoubleSyrk();
        return [new(name, () => Run(library, syrk, x.Data, x, to)) { Rest = Rest }];
    }

    /// <summary>Its operations: a multiplication and an addition for each feature of each pair.</summary>
    internal static double Operations(double n, double d) => n * (n + 1) * d;

    /// <summary>OpenBLAS's threads stay awake for a tenth of a second after a call and would run beside what comes next.</summary>
    internal static readonly TimeSpan Rest = TimeSpan.FromSeconds(0.25);

    // Everyone else calls the library on one thread a call.
    private static void Run<T>(BlasLibrary library, RowSyrk<T> syrk, T[] rows, Matrix x, T[] to) where T : unmanaged
    {
        library.Blas.Threads.Set(LargeContext.Cores);
        fixed (T* from = rows, target = to)
        {
            syrk(x.Rows, x.Columns, from, x.Columns, target, x.Rows);
        }

        library.Blas.Threads.Set(1);
    }
}
