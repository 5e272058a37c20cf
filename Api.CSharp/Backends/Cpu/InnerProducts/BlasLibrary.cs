namespace HadamardNtk;

/// <summary>Products by a BLAS that was found, and verified.</summary>
/// <param name="blas">The library.</param>
/// <param name="file">Where it was found.</param>
internal sealed class BlasLibrary(Blas blas, string file) : ProductLibrary
{
    internal override string Name => blas.Name;

    internal override string Description => $"{Name}: {About}, one thread a call, verified on loading";

    /// <summary>Its version, and where it was found.</summary>
    internal string About => $"{blas.Version}; {file}";

    /// <summary>The library itself, for comparisons.</summary>
    internal Blas Blas => blas;

    internal override InnerProducts<float> Single(Matrix x, Matrix y, Workers workers)
    {
        var rows = SingleRows.Of(x, workers);
        var others = ReferenceEquals(x, y) ? rows : SingleRows.Of(y, workers);
        return new BlasProducts<float>(blas.SingleGemm, rows, others, x, y);
    }

    internal override InnerProducts<double> Double(Matrix x, Matrix y, Workers workers) =>
        new BlasProducts<double>(blas.DoubleGemm, x.Data, y.Data, x, y);
}
