namespace HadamardNtk;

/// <summary>
/// Keeps a BLAS to one thread a call, since our own threads call it: for the whole process (OpenBLAS), or anew in each
/// call, for the calling thread only (MKL, Accelerate from macOS 15).
/// </summary>
internal sealed unsafe class BlasThreads
{
    private readonly delegate* unmanaged<int, void> _setEverywhere;
    private readonly delegate* unmanaged<int, int> _setHere;
    private readonly delegate* unmanaged<int> _here;

    /// <summary>Finds the library's functions and sets one thread.</summary>
    /// <param name="symbols">The library.</param>
    internal BlasThreads(BlasSymbols symbols)
    {
        var mkl = symbols.Find("MKL_Set_Num_Threads_Local");
        _setEverywhere = (delegate* unmanaged<int, void>)symbols.Find(symbols.OpenBlasName("openblas_set_num_threads") ?? "");
        _setHere = (delegate* unmanaged<int, int>)(mkl != 0 ? mkl : symbols.Find("BLASSetThreading"));
        _here = (delegate* unmanaged<int>)symbols.Find("BLASGetThreading");
        Set(1);
    }

    /// <summary>Another number of threads, for comparisons. Only OpenBLAS heeds it.</summary>
    /// <param name="count">The number of threads, at least 1.</param>
    internal void Set(int count)
    {
        if (_setEverywhere != null)
        {
            _setEverywhere(count);
        }
    }

    /// <summary>The same product, on one thread.</summary>
    /// <param name="gemm">What to call.</param>
    internal RowGemm<T> Hold<T>(RowGemm<T> gemm)
        where T : unmanaged =>
        _setHere == null ? gemm : (m, n, k, a, lda, b, ldb, c, ldc) =>
        {
            var former = TakeHere(1);
            gemm(m, n, k, a, lda, b, ldb, c, ldc);
            _setHere(former);
        };

    /// <summary>Runs <paramref name="work"/> on several threads, and goes back to one. For one caller at a time.</summary>
    /// <param name="count">The number of threads, at least 1. Accelerate takes all if it is above 1.</param>
    /// <param name="work">Calls the library.</param>
    internal void Run(int count, Action work)
    {
        var former = Take(count);
        try
        {
            work();
        }
        finally
        {
            GiveBack(former);
        }
    }

    private int Take(int count)
    {
        Set(count);
        return _setHere == null ? 0 : TakeHere(count);
    }

    private void GiveBack(int former)
    {
        Set(1);
        if (_setHere != null)
        {
            _setHere(former);
        }
    }

    // MKL's setter takes a number, and returns what was set before; Accelerate's takes 0 for many and 1 for one, and
    // returns whether it succeeded.
    private int TakeHere(int count)
    {
        if (_here == null)
        {
            return _setHere(count);
        }

        var former = _here();
        _setHere(count == 1 ? 1 : 0);
        return former;
    }
}
