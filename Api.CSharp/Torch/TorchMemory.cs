namespace HadamardNtk;

/// <summary>
/// The bytes that dense linear algebra takes on a device, told beforehand. Where they are not free there, the work is done
/// on the host.
/// </summary>
public static class TorchMemory
{
    /// <summary>A Cholesky factorisation of order n: the matrix, the factor, and as much to work in.</summary>
    /// <param name="n">The order.</param>
    /// <param name="bytes">Bytes of a number: 8 in float64, 4 in float32.</param>
    public static long Factor(int n, int bytes) => 3L * bytes * n * n;

    /// <summary>A solution with C right-hand sides: the factor twice, and the sides three times.</summary>
    /// <param name="n">The order.</param>
    /// <param name="columns">C.</param>
    /// <param name="bytes">Bytes of a number: 8 in float64, 4 in float32.</param>
    public static long Solve(int n, int columns, int bytes) => bytes * ((2L * n * n) + (3L * n * columns));

    /// <summary>All eigenvalues and eigenvectors: the matrix, its vectors twice, and twice that to work in.</summary>
    /// <param name="n">The order.</param>
    /// <param name="bytes">Bytes of a number: 8 in float64, 4 in float32.</param>
    public static long Decompose(int n, int bytes) => 5L * bytes * n * n;
}
