namespace HadamardNtk;

/// <summary>
/// Solves A X = Y by preconditioned conjugate gradients. All outputs step at once, so that a step multiplies by A once;
/// every output has its own recurrence, as if it were alone.
/// </summary>
/// <param name="multiply">Computes A V from V; A is symmetric and positive (semi)definite.</param>
/// <param name="precondition">Computes P⁻¹ V from V in memory of its own; P is symmetric and positive definite.</param>
internal sealed class BlockConjugateGradients(Func<Matrix, Matrix> multiply, Func<Matrix, Matrix> precondition)
{
    /// <summary>The result of a run: X, the steps, and |Y − A X| of every output by the recurrence.</summary>
    internal sealed record Run(Matrix Solution, int Iterations, double[] Residuals);

    /// <summary>
    /// All that the next step depends on: X, the residual R, the direction P, r·z, |r|, the outputs that are done, and
    /// the number of steps.
    /// </summary>
    internal sealed record State(
        Matrix X, Matrix R, Matrix P, double[] Energies, double[] Residuals, bool[] IsDone, int Steps);

    /// <summary>
    /// Iterates from X = 0 until every output's residual is at most its own limit, or cannot be lowered.
    /// </summary>
    /// <param name="y">Y, n × C.</param>
    /// <param name="limits">The limits of the residuals, one for each of the C outputs.</param>
    /// <param name="most">The largest number of steps.</param>
    /// <param name="report">Receives the number of steps and the residuals after each step.</param>
    /// <param name="from">The state to go on from; null for the beginning.</param>
    /// <param name="keep">Receives the state after each step. The next step changes its matrices.</param>
    internal Run Solve(
        Matrix y, double[] limits, int most, Action<int, double[]>? report, State? from = null,
        Action<State>? keep = null)
    {
        var (x, r, p, energies, residuals, isDone, steps) = from ?? Begin(y, limits);
        for (; steps < most && !Array.TrueForAll(isDone, done => done); steps++)
        {
            var ap = multiply(p);
            var factors = Factors(energies, Dots(p, ap), isDone);
            Add(factors, p, x);
            Add(Array.ConvertAll(factors, a => -a), ap, r);
            residuals = Norms(r);
            var z = precondition(r);
            var next = Dots(r, z);
            p = Direction(z, next.Select((e, c) => isDone[c] ? 0 : e / energies[c]).ToArray(), p);
            energies = next;
            for (var c = 0; c < isDone.Length; c++)
            {
                isDone[c] |= residuals[c] <= limits[c] || !(energies[c] > 0);
            }

            report?.Invoke(steps + 1, residuals);
            keep?.Invoke(new(x, r, p, energies, residuals, isDone, steps + 1));
        }

        return new(x, steps, residuals);
    }

    private State Begin(Matrix y, double[] limits)
    {
        var (x, r) = (
            Matrix.Wrap(new double[y.Data.Length], y.Rows, y.Columns),
            Matrix.Wrap((double[])y.Data.Clone(), y.Rows, y.Columns));
        var (z, residuals) = (precondition(r), Norms(r));
        var isDone = residuals.Select((size, c) => size <= limits[c]).ToArray();
        return new(x, r, z, Dots(r, z), residuals, isDone, 0);
    }

    /// <summary>The norm |v| of every column.</summary>
    internal static double[] Norms(Matrix v) => Array.ConvertAll(Dots(v, v), Math.Sqrt);

    // The factor is r.z / p.A p. Where p.A p is not positive, A is not positive definite in this precision, or the
    // direction is 0.
    private static double[] Factors(double[] energies, double[] curvatures, bool[] isDone)
    {
        var factors = new double[energies.Length];
        for (var c = 0; c < factors.Length; c++)
        {
            var factor = energies[c] / curvatures[c];
            isDone[c] |= !(curvatures[c] > 0 && double.IsFinite(factor));
            factors[c] = isDone[c] ? 0 : factor;
        }

        return factors;
    }

    /// <summary>The inner product a·b of every column.</summary>
    internal static double[] Dots(Matrix a, Matrix b)
    {
        var sums = new double[a.Columns];
        for (var i = 0; i < a.Data.Length;)
        {
            for (var c = 0; c < sums.Length; c++, i++)
            {
                sums[c] += a.Data[i] * b.Data[i];
            }
        }

        return sums;
    }

    private static void Add(double[] factors, Matrix added, Matrix to)
    {
        for (var i = 0; i < to.Data.Length;)
        {
            for (var c = 0; c < factors.Length; c++, i++)
            {
                to.Data[i] += factors[c] * added.Data[i];
            }
        }
    }

    private static Matrix Direction(Matrix z, double[] factors, Matrix last)
    {
        Add(factors, last, z);
        return z;
    }
}
