using System.Numerics;
using Xunit;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

/// <summary>A library is refused, with a reason, unless it is there, complete, and right.</summary>
public unsafe class BlasCheckSpec
{
    private static string SystemLibrary =>
        OperatingSystem.IsWindows() ? "kernel32.dll" : OperatingSystem.IsMacOS() ? "libSystem.dylib" : "libc.so.6";

    [Fact]
    public void What_is_not_there_cannot_be_loaded()
    {
        Assert.False(BlasSearch.TryOpen("no-such-library-anywhere", out var library, out var reason));
        Assert.Null(library);
        Assert.Equal("cannot be loaded", reason);
    }

    [Fact]
    public void A_library_without_the_functions_is_refused_by_the_first_that_it_lacks()
    {
        Assert.False(BlasSearch.TryOpen(SystemLibrary, out _, out var reason));
        Assert.Equal("lacks cblas_sgemm", reason);
    }

    [Fact]
    public void Finding_nothing_is_explained_file_by_file()
    {
        var (library, reason) = BlasSearch.FirstOf(["no-such-library-anywhere", SystemLibrary]);
        Assert.Null(library);
        Assert.Equal($"No BLAS: no-such-library-anywhere cannot be loaded; {SystemLibrary} lacks cblas_sgemm.", reason);
    }

    [Fact]
    public void The_definition_passes() => Assert.Equal("", Verdict(Plain, Plain));

    [Fact]
    public void Each_precision_is_checked()
    {
        Assert.StartsWith("sgemm computes wrongly for 1 x 1 x 1", Verdict(Nothing, Plain));
        Assert.StartsWith("dgemm computes wrongly for 1 x 1 x 1", Verdict(Plain, Nothing));
    }

    [Fact]
    public void A_product_of_too_few_digits_is_refused() => Refused(Coarse);

    [Fact]
    public void A_product_that_adds_to_what_was_there_is_refused() => Refused(Accumulating);

    [Fact]
    public void A_product_that_writes_between_the_rows_is_refused() => Refused(Overflowing);

    [Fact]
    public void A_product_that_ignores_the_last_term_is_refused() =>
        Refused((m, n, k, a, lda, b, ldb, c, ldc) => Plain(m, n, Math.Max(1, k - 1), a, lda, b, ldb, c, ldc));

    [Fact]
    public void A_product_that_takes_its_arguments_in_another_order_is_refused() =>
        Refused((m, n, k, a, lda, b, ldb, c, ldc) => Plain(m, n, k, b, ldb, a, lda, c, ldc));

    private static void Refused(RowGemm<double> wrong) =>
        Assert.StartsWith("dgemm computes wrongly for", Verdict(Plain, wrong));

    private static string Verdict(RowGemm<float> single, RowGemm<double> twice)
    {
        Assert.Equal(BlasCheck.TryPass(single, twice, out var reason), reason == "");
        return reason;
    }

    private static void Plain<T>(int m, int n, int k, T* a, int lda, T* b, int ldb, T* c, int ldc)
        where T : unmanaged, INumber<T>
    {
        for (var t = 0; t < m * n; t++)
        {
            var (i, j, sum) = (t / n, t % n, T.Zero);
            for (var l = 0; l < k; l++)
            {
                sum += a[i * lda + l] * b[j * ldb + l];
            }

            c[i * ldc + j] = sum;
        }
    }

    private static void Nothing<T>(int m, int n, int k, T* a, int lda, T* b, int ldb, T* c, int ldc)
        where T : unmanaged
    {
    }

    private static void Coarse(int m, int n, int k, double* a, int lda, double* b, int ldb, double* c, int ldc)
    {
        Plain(m, n, k, a, lda, b, ldb, c, ldc);
        c[0] = (float)c[0];
    }

    private static void Accumulating(int m, int n, int k, double* a, int lda, double* b, int ldb, double* c, int ldc)
    {
        var former = c[0];
        Plain(m, n, k, a, lda, b, ldb, c, ldc);
        c[0] += former;
    }

    private static void Overflowing(int m, int n, int k, double* a, int lda, double* b, int ldb, double* c, int ldc)
    {
        Plain(m, n, k, a, lda, b, ldb, c, ldc);
        c[n] = 0;
    }
}
