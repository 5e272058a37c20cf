namespace HadamardNtk;

/// <summary>Inner products by one call of a BLAS for each tile. Their bits depend on the library.</summary>
/// <param name="gemm">The product A Bᵀ of the library.</param>
/// <param name="rows">X in <typeparamref name="T"/>, row by row.</param>
/// <param name="others">Y in <typeparamref name="T"/>, row by row.</param>
/// <param name="x">X, for its shape.</param>
/// <param name="y">Y, for its shape.</param>
internal sealed unsafe class BlasProducts<T>(RowGemm<T> gemm, T[] rows, T[] others, Matrix x, Matrix y)
    : InnerProducts<T>(x, y)
    where T : unmanaged
{
    private readonly int _depth = x.Columns;

    internal override (int Height, int Width) Part => (256, 512);

    public override void Dispose()
    {
    }

    private protected override void Multiply(int row, int height, int column, int width, T* c, nint stride)
    {
        fixed (T* a = rows, b = others)
        {
            var (left, right) = ((nint)row * _depth, (nint)column * _depth);
            gemm(height, width, _depth, a + left, _depth, b + right, _depth, c, checked((int)stride));
        }
    }
}
