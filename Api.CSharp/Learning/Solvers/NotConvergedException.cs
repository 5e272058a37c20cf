namespace HadamardNtk;

/// <summary>The exception for iterations that ended without a solution.</summary>
public sealed class NotConvergedException : ArithmeticException, IHadamardNtkException
{
    internal NotConvergedException(int iterations, double residual, double tolerance, string mend)
        : base($"the relative residual is {residual:E1} after {iterations} iterations, not {tolerance:E1}; {mend}") =>
        (Iterations, Residual) = (iterations, residual);

    /// <summary>The number of iterations that were made.</summary>
    public int Iterations { get; }

    /// <summary>The relative residual that they reached.</summary>
    public double Residual { get; }
}
