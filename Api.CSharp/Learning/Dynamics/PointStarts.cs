namespace HadamardNtk;

/// <summary>
/// The covariances S of functions before training, each computed when it is first asked for, with the caller's listener
/// and until the caller's token stops it.
/// </summary>
/// <param name="Own">S between the points, m × m.</param>
/// <param name="Diagonal">The diagonal of S between the points, m.</param>
/// <param name="Cross">S between the points and the training samples, m × n.</param>
/// <param name="Training">S between the training samples, n × n.</param>
internal sealed record PointStarts(
    Func<Watch, Matrix> Own,
    Func<Watch, double[]> Diagonal,
    Func<Watch, Matrix> Cross,
    Func<Watch, Matrix> Training);
