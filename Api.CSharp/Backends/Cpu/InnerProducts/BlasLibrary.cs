namespace HadamardNtk;

/// <summary>Inner products by a BLAS that was found and verified.</summary>
/// <param name="found">The library.</param>
internal sealed class BlasLibrary(FoundBlas found) : ProductLibrary
{
    internal override string Name => found.Name;

    internal override string Description => $"{Name}: {found.About}, one thread a call, verified on loading";

    /// <summary>The library itself, for comparisons.</summary>
    internal Blas Blas => found.Blas;

    internal override InnerProducts<float> Single(Matrix x, Matrix y, Workers workers, PreparedSamples? prepared = null)
    {
        var others = SingleRows.Of(y, workers, prepared);
        var rows = ReferenceEquals(x, y) ? others : SingleRows.Of(x, workers);
        return new BlasProducts<float>(Blas.SingleGemm, rows, others, x, y);
    }

    internal override InnerProducts<double> Double(
        Matrix x, Matrix y, Workers workers, PreparedSamples? prepared = null) =>
        new BlasProducts<double>(Blas.DoubleGemm, x.Data, y.Data, x, y);
}
