namespace HadamardNtk;

/// <summary>The kinds of solvers of (K + r I) α = y.</summary>
public enum SolverKind
{
    /// <summary>A <see cref="CholeskySolver"/>.</summary>
    Cholesky,

    /// <summary>An <see cref="EigenSolver"/>.</summary>
    Eigen,

    /// <summary>A <see cref="ConjugateGradientSolver"/>.</summary>
    ConjugateGradients,

    /// <summary>A <see cref="FalkonSolver"/>.</summary>
    Falkon,
}
