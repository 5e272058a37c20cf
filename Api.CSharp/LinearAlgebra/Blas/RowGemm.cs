namespace HadamardNtk;

/// <summary>C = A Bᵀ, row-major, on one thread: c[i·ldc + j] = sum over t of a[i·lda + t]·b[j·ldb + t].</summary>
/// <param name="m">Rows of A and C.</param>
/// <param name="n">Rows of B, columns of C.</param>
/// <param name="k">Columns of A and B.</param>
/// <param name="a">A, (m x k).</param>
/// <param name="lda">From a row of A to the next.</param>
/// <param name="b">B, (n x k).</param>
/// <param name="ldb">From a row of B to the next.</param>
/// <param name="c">C, (m x n): what was there does not matter.</param>
/// <param name="ldc">From a row of C to the next.</param>
internal unsafe delegate void RowGemm<T>(int m, int n, int k, T* a, int lda, T* b, int ldb, T* c, int ldc)
    where T : unmanaged;

/// <summary>The lower triangle, with the diagonal, of C = A Aᵀ, row-major; the rest of C is left alone.</summary>
/// <param name="n">Rows of A, rows and columns of C.</param>
/// <param name="k">Columns of A.</param>
/// <param name="a">A, (n x k).</param>
/// <param name="lda">From a row of A to the next.</param>
/// <param name="c">C, (n x n).</param>
/// <param name="ldc">From a row of C to the next.</param>
internal unsafe delegate void RowSyrk<T>(int n, int k, T* a, int lda, T* c, int ldc)
    where T : unmanaged;
