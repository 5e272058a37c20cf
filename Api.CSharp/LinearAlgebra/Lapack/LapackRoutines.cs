using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// The Fortran routines of a LAPACK for float64 (d…) or float32 (s…). They are column-major, so that the lower triangle
/// of a row-major symmetric matrix is the upper triangle to them.
/// </summary>
/// <remarks>
/// Every size is passed as the address of a 64-bit number. A library of 64-bit sizes (ILP64) reads all of it, one of
/// 32-bit sizes (LP64) its lower half. That is right on little-endian machines; on others the check of the library
/// fails. The lengths of the one-letter arguments come last, as Fortran compilers expect them.
/// </remarks>
/// <typeparam name="T">double or float.</typeparam>
internal sealed unsafe class LapackRoutines<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const byte Upper = (byte)'U', Vectors = (byte)'V', ByIndex = (byte)'I', All = (byte)'A';

    private readonly delegate* unmanaged<byte*, long*, void*, long*, long*, nint, void> _potrf;
    private readonly delegate* unmanaged<byte*, long*, long*, void*, long*, void*, long*, long*, nint, void> _potrs;
    private readonly delegate* unmanaged<
        byte*, byte*, long*, long*, long*, void*, void*, long*, void*, long*, void*, void*, long*,
        nint, nint, void> _gemm;
    private readonly delegate* unmanaged<
        byte*, byte*, byte*, byte*, long*, long*, void*, void*, long*, void*, long*,
        nint, nint, nint, nint, void> _trsm;
    private readonly delegate* unmanaged<
        byte*, byte*, long*, long*, void*, void*, long*, void*, void*, long*, nint, nint, void> _syrk;
    private readonly delegate* unmanaged<
        byte*, byte*, long*, void*, long*, void*, void*, long*, long*, long*, long*, nint, nint, void> _syevd;
    private readonly delegate* unmanaged<
        byte*, byte*, byte*, long*, void*, long*, void*, void*, long*, long*, void*, long*, void*, void*, long*, long*,
        void*, long*, long*, long*, long*, nint, nint, nint, void> _syevr;

    /// <summary>Takes the routines from a library that has them all.</summary>
    /// <param name="names">The names of the routines in the library.</param>
    internal LapackRoutines(LapackNames names)
    {
        var type = typeof(T) == typeof(double) ? 'd' : 's';
        _potrf = (delegate* unmanaged<byte*, long*, void*, long*, long*, nint, void>)names.Find(type + "potrf");
        _potrs = (delegate* unmanaged<byte*, long*, long*, void*, long*, void*, long*, long*, nint, void>)
            names.Find(type + "potrs");
        _gemm = (delegate* unmanaged<
            byte*, byte*, long*, long*, long*, void*, void*, long*, void*, long*, void*, void*, long*,
            nint, nint, void>)names.Find(type + "gemm");
        _trsm = (delegate* unmanaged<
            byte*, byte*, byte*, byte*, long*, long*, void*, void*, long*, void*, long*,
            nint, nint, nint, nint, void>)names.Find(type + "trsm");
        _syrk = (delegate* unmanaged<
            byte*, byte*, long*, long*, void*, void*, long*, void*, void*, long*, nint, nint, void>)
            names.Find(type + "syrk");
        _syevd = (delegate* unmanaged<
            byte*, byte*, long*, void*, long*, void*, void*, long*, long*, long*, long*, nint, nint, void>)
            names.Find(type + "syevd");
        _syevr = (delegate* unmanaged<
            byte*, byte*, byte*, long*, void*, long*, void*, void*, long*, long*, void*, long*, void*, void*, long*,
            long*, void*, long*, long*, long*, long*, nint, nint, nint, void>)names.Find(type + "syevr");
        HasWideSizes = WritesWholeStatus();
    }

    /// <summary>Whether sizes have 64 bits.</summary>
    internal bool HasWideSizes { get; }

    /// <summary>potrf: the lower triangle of the row-major A becomes L.</summary>
    /// <returns>0, or the order of the first leading minor that fails.</returns>
    internal int Factor(long n, T* a, long lda)
    {
        var (uplo, status) = (Upper, 0L);
        _potrf(&uplo, &n, a, &lda, &status, 1);
        return Status("potrf", status);
    }

    /// <summary>potrs: each of the <paramref name="sides"/> lines of n numbers b becomes (L Lᵀ)⁻¹ b.</summary>
    internal void Solve(long n, long sides, T* l, long ldl, T* b, long ldb)
    {
        var (uplo, status) = (Upper, 0L);
        _potrs(&uplo, &n, &sides, l, &ldl, b, &ldb, &status, 1);
        Status("potrs", status);
    }

    /// <summary>
    /// trsm: each of the <paramref name="rows"/> rows b of the row-major B, (rows x n), becomes L⁻¹ b.
    /// </summary>
    internal void SolveRows(long n, long rows, T* l, long ldl, T* b, long ldb)
    {
        var (side, uplo, turned, diagonal, one) = ((byte)'L', Upper, Turned(true), (byte)'N', T.One);
        _trsm(&side, &uplo, &turned, &diagonal, &n, &rows, &one, l, &ldl, b, &ldb, 1, 1, 1, 1);
    }

    /// <summary>
    /// syrk: C = C - B Bᵀ in the lower triangle of the row-major C, (n x n), for the row-major B, (n x k).
    /// </summary>
    internal void SubtractSquare(long n, long k, T* b, long ldb, T* c, long ldc)
    {
        var (uplo, turned, minus, one) = (Upper, Turned(true), T.NegativeOne, T.One);
        _syrk(&uplo, &turned, &n, &k, &minus, b, &ldb, &one, c, &ldc, 1, 1);
    }

    /// <summary>gemm, column-major: C = op(A) op(B), (m x n), with <paramref name="k"/> terms in a sum.</summary>
    internal void Multiply(
        bool turnsA, bool turnsB, long m, long n, long k, T* a, long lda, T* b, long ldb, T* c, long ldc)
    {
        var (left, right, one, zero) = (Turned(turnsA), Turned(turnsB), T.One, T.Zero);
        _gemm(&left, &right, &m, &n, &k, &one, a, &lda, b, &ldb, &zero, c, &ldc, 1, 1);
    }

    /// <summary>syevd: eigenvalues ascending, and the eigenvectors in the rows of the row-major A.</summary>
    /// <returns>0, or another number if it did not converge.</returns>
    internal int Decompose(long n, T* a, long lda, T* values, T* room, long size, long* whole, long wholeSize)
    {
        var (job, uplo, status) = (Vectors, Upper, 0L);
        _syevd(&job, &uplo, &n, a, &lda, values, room, &size, whole, &wholeSize, &status, 1, 1);
        return Status("syevd", status);
    }

    /// <summary>
    /// syevr: the eigenvalues number <paramref name="first"/> to n, counted from 1 in ascending order, and their
    /// eigenvectors, one in each row.
    /// </summary>
    /// <returns>0, or another number if it did not converge.</returns>
    internal int DecomposeFrom(
        long first, long n, T* a, long lda, T* values, T* vectors, long* support,
        T* room, long size, long* whole, long wholeSize)
    {
        var (job, range, uplo, zero, found, status) = (Vectors, first == 1 ? All : ByIndex, Upper, T.Zero, 0L, 0L);
        _syevr(
            &job, &range, &uplo, &n, a, &lda, &zero, &zero, &first, &n, &zero, &found, values, vectors, &n, support,
            room, &size, whole, &wholeSize, &status, 1, 1, 1);
        return (int)found == n - first + 1 ? Status("syevr", status) : Math.Max(1, Status("syevr", status));
    }

    // potrf of an empty matrix writes the status 0, with as many bits as its sizes have.
    private bool WritesWholeStatus()
    {
        var (uplo, n, lda, status, number) = (Upper, 0L, 1L, -1L << 32, T.One);
        _potrf(&uplo, &n, &number, &lda, &status, 1);
        return status == 0;
    }

    private static byte Turned(bool turns) => (byte)(turns ? 'T' : 'N');

    private static int Status(string routine, long status) =>
        (int)status >= 0
            ? (int)status
            : throw new InvalidOperationException($"{routine} refuses its argument {-(int)status}");
}
