namespace HadamardNtk;

/// <summary>C = A Bᵀ, row-major, on one thread: c[i·ldc + j] = sum over t of a[i·lda + t]·b[j·ldb + t].</summary>
/// <param name="m">The number of rows of A and C.</param>
/// <param name="n">The number of rows of B and of columns of C.</param>
/// <param name="k">The number of columns of A and B.</param>
/// <param name="a">A, (m x k).</param>
/// <param name="lda">The distance, in numbers, from a row of A to the next.</param>
/// <param name="b">B, (n x k).</param>
/// <param name="ldb">The distance, in numbers, from a row of B to the next.</param>
/// <param name="c">C, (m x n); its old entries are not read.</param>
/// <param name="ldc">The distance, in numbers, from a row of C to the next.</param>
internal unsafe delegate void RowGemm<T>(int m, int n, int k, T* a, int lda, T* b, int ldb, T* c, int ldc)
    where T : unmanaged;

/// <summary>The lower triangle, with the diagonal, of C = A Aᵀ, row-major; the rest of C is unchanged.</summary>
/// <param name="n">The number of rows of A, and of rows and columns of C.</param>
/// <param name="k">The number of columns of A.</param>
/// <param name="a">A, (n x k).</param>
/// <param name="lda">The distance, in numbers, from a row of A to the next.</param>
/// <param name="c">C, (n x n).</param>
/// <param name="ldc">The distance, in numbers, from a row of C to the next.</param>
internal unsafe delegate void RowSyrk<T>(int n, int k, T* a, int lda, T* c, int ldc)
    where T : unmanaged;
