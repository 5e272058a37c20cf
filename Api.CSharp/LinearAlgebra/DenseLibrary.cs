namespace HadamardNtk;

/// <summary>A library for dense linear algebra: our own, or a LAPACK of this machine.</summary>
/// <param name="Name">One word: own, openblas, mkl, accelerate or lapack.</param>
/// <param name="Description">One line: its full name, its version and its configuration.</param>
/// <param name="Double">Its algebra in float64.</param>
/// <param name="Single">Its algebra in float32.</param>
internal sealed record DenseLibrary(
    string Name, string Description, DenseAlgebra<double> Double, DenseAlgebra<float> Single);
