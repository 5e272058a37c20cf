namespace HadamardNtk;

/// <summary>
/// The number of bytes that dense linear algebra needs on a device. If they are not free there, the work is done on the
/// host.
/// </summary>
public static class TorchMemory
{
    /// <summary>
    /// The memory of a Cholesky factorization of order n: the matrix, the factor, and as much working memory.
    /// </summary>
    /// <param name="n">The order.</param>
    /// <param name="bytes">The number of bytes of a number: 8 in float64, 4 in float32.</param>
    public static long Factor(int n, int bytes) => 3L * bytes * n * n;

    /// <summary>
    /// The memory of a solution with C right-hand sides: the factor twice, and the right-hand sides three times.
    /// </summary>
    /// <param name="n">The order.</param>
    /// <param name="columns">The number C of right-hand sides.</param>
    /// <param name="bytes">The number of bytes of a number: 8 in float64, 4 in float32.</param>
    public static long Solve(int n, int columns, int bytes) => bytes * ((2L * n * n) + (3L * n * columns));

    /// <summary>
    /// The memory of all eigenvalues and eigenvectors: the matrix, its vectors twice, and working memory of two
    /// matrices.
    /// </summary>
    /// <param name="n">The order.</param>
    /// <param name="bytes">The number of bytes of a number: 8 in float64, 4 in float32.</param>
    public static long Decompose(int n, int bytes) => 5L * bytes * n * n;
}
