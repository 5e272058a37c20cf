namespace HadamardNtk;

/// <summary>Algebra on float32 numbers that computes in float64 and rounds once.</summary>
/// <param name="algebra">The algebra in float64.</param>
internal sealed class WidenedAlgebra(DenseAlgebra<double> algebra) : DenseAlgebra<float>
{
    internal override bool TryFactor(
        MatrixView<float> a, Workers workers, IProgress<double>? progress, out FailingMinor failure)
    {
        using var wide = new Widened(a);
        if (!algebra.TryFactor(wide.View, workers, progress, out failure))
        {
            return false;
        }

        wide.NarrowLower(a);
        return true;
    }

    internal override void Solve(MatrixView<float> l, MatrixView<float> b, Workers workers)
    {
        using var factor = new Widened(l);
        using var sides = new Widened(b);
        algebra.Solve(factor.View, sides.View, workers);
        sides.Narrow(b);
    }

    internal override void Multiply(MatrixView<float> a, MatrixView<float> b, MatrixView<float> c, Workers workers)
    {
        using var left = new Widened(a);
        using var right = new Widened(b);
        using var product = new Widened(c);
        algebra.Multiply(left.View, right.View, product.View, workers);
        product.Narrow(c);
    }

    private protected override (float[] Values, float[] Vectors) DecomposeChecked(
        float[] a, int n, int leading, Workers workers)
    {
        var (values, vectors) = algebra.Decompose(Array.ConvertAll(a, x => (double)x), n, leading, workers);
        return (Array.ConvertAll(values, x => (float)x), Array.ConvertAll(vectors, x => (float)x));
    }
}
