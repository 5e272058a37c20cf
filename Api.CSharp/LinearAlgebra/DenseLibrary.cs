namespace HadamardNtk;

/// <summary>Who does dense linear algebra: we ourselves, or a LAPACK of this machine.</summary>
/// <param name="Name">One word: own, openblas, mkl, accelerate or lapack.</param>
/// <param name="Description">One line: what it is, its version and configuration.</param>
/// <param name="Double">In float64.</param>
/// <param name="Single">In float32.</param>
internal sealed record DenseLibrary(string Name, string Description, DenseAlgebra<double> Double, DenseAlgebra<float> Single);
