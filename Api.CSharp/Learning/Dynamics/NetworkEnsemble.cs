namespace HadamardNtk;

/// <summary>An ensemble of networks at points: a Gaussian process over C outputs, which share its covariance.</summary>
/// <param name="Mean">The mean, m × C.</param>
/// <param name="Covariance">The covariance, m × m, symmetric to the last bit.</param>
public sealed record NetworkEnsemble(Matrix Mean, Matrix Covariance)
{
    /// <summary>The shape, and below it the first means with their deviations, at most 6 x 6.</summary>
    public override string ToString() => ShownText.Table(
        $"NetworkEnsemble {Mean.Rows} x {Mean.Columns}",
        Mean.Rows,
        Mean.Columns,
        (i, j) => ShownText.Spread(Mean[i, j], Math.Sqrt(Math.Max(0, Covariance[i, i]))));
}
