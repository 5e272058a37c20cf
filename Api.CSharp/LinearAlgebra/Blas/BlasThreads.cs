namespace HadamardNtk;

/// <summary>
/// Keeps a BLAS to one thread in each call, because our own threads call it. OpenBLAS is set once for the whole
/// process; MKL, and Accelerate from macOS 15 on, are set anew in each call for the calling thread.
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
        _setEverywhere = (delegate* unmanaged<int, void>)symbols.Find(
            symbols.OpenBlasName("openblas_set_num_threads") ?? "");
        _setHere = (delegate* unmanaged<int, int>)(mkl != 0 ? mkl : symbols.Find("BLASSetThreading"));
        _here = (delegate* unmanaged<int>)symbols.Find("BLASGetThreading");
        Set(1);
    }

    /// <summary>Sets another number of threads, for comparisons. It has an effect on OpenBLAS only.</summary>
    /// <param name="count">The number of threads, at least 1.</param>
    internal void Set(int count)
    {
        if (_setEverywhere != null)
        {
            _setEverywhere(count);
        }
    }

    /// <summary>The same product, on one thread.</summary>
    /// <param name="gemm">The product to call.</param>
    internal RowGemm<T> Hold<T>(RowGemm<T> gemm)
        where T : unmanaged =>
        _setHere == null ? gemm : (m, n, k, a, lda, b, ldb, c, ldc) =>
        {
            var former = TakeHere(1);
            gemm(m, n, k, a, lda, b, ldb, c, ldc);
            _setHere(former);
        };

    /// <summary>
    /// Runs <paramref name="work"/> on several threads, and goes back to one. Only one caller at a time may use it.
    /// </summary>
    /// <param name="count">The number of threads, at least 1. Accelerate uses all threads if it is above 1.</param>
    /// <param name="work">The work, which calls the library.</param>
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

    // MKL's setter takes a number and returns the previous one. Accelerate's takes 0 for many threads and 1 for one,
    // and returns whether it succeeded.
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
