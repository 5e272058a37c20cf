using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// Solves A X = Y to a relative residual that is computed with A itself. It solves for the residual again and again
/// with an A that may be rounded.
/// </summary>
/// <param name="solver">Conjugate gradients on the A that may be rounded.</param>
/// <param name="missing">Computes Y − A X from X, with A as exact as it is known.</param>
/// <param name="size">A bound on |A|, by which the rounding of A X is estimated.</param>
/// <param name="least">The part of a residual that one run may leave where its A is rounded; otherwise 0.</param>
internal sealed class Refinement(
    BlockConjugateGradients solver, Func<Matrix, Matrix> missing, double size, double least)
{
    /// <summary>The greatest relative residual that counts as rounding.</summary>
    private const double MostRounding = 1e-6;

    /// <summary>The solution, the steps of all runs, and max |Y − A X| / |Y|.</summary>
    internal sealed record Solved(Matrix Solution, int Iterations, double Residual);

    /// <summary>
    /// All that the next step depends on: X and Y − A X of the runs so far, their steps and residual, and the state of
    /// the run at work.
    /// </summary>
    internal sealed record State(
        Matrix X, Matrix Left, int Steps, double Residual, BlockConjugateGradients.State? Run);

    /// <param name="y">The right-hand sides Y.</param>
    /// <param name="options">The relative residual to reach, and the largest number of steps.</param>
    /// <param name="report">
    /// Receives the number of steps and the relative residual, by the recurrence, after each step.
    /// </param>
    /// <param name="mend">The change that the message proposes if the residual is not reached.</param>
    /// <param name="from">The state to go on from; null for the beginning.</param>
    /// <param name="keep">Receives the state after each step. The next step changes its matrices.</param>
    /// <exception cref="ArithmeticException">Y or Y − A X is not finite.</exception>
    /// <exception cref="NotConvergedException">
    /// The residual reaches neither the tolerance nor the limit of float64.
    /// </exception>
    internal Solved Solve(
        Matrix y, IterativeSolver options, Action<int, double>? report, string mend, State? from = null,
        Action<State>? keep = null)
    {
        var (tolerance, most) = (options.Tolerance, options.Iterations);
        var sizes = BlockConjugateGradients.Norms(y);
        RequireFinite(sizes);
        var (x, left, steps, residual, begun) = from
            ?? new(Matrix.Wrap(new double[y.Data.Length], y.Rows, y.Columns), y, 0, Relative(sizes, sizes), null);
        while (!(residual <= tolerance))
        {
            var norms = BlockConjugateGradients.Norms(left);
            var limits = sizes.Select((s, c) => Math.Max(0.9 * tolerance * s, least * norms[c])).ToArray();
            var before = steps;
            var run = solver.Solve(
                left,
                limits,
                most - steps,
                report is null ? null : (k, r) => report(before + k, Relative(r, sizes)),
                begun,
                keep is null ? null : state => keep(new(x, left, before, residual, state)));
            begun = null;
            var (next, solution) = (steps + run.Iterations, Sum(x, run.Solution));
            var rest = missing(solution);
            var reached = Relative(BlockConjugateGradients.Norms(rest), sizes);
            var isBetter = reached < residual;
            if (isBetter)
            {
                (x, left) = (solution, rest);
            }

            (steps, var last, residual) = (next, residual, isBetter ? reached : residual);
            if (!double.IsFinite(reached))
            {
                throw Representable.NotFinite();
            }

            if (residual > tolerance && (!(reached <= 0.5 * last) || steps >= most))
            {
                return IsRounding(x, left, residual, tolerance)
                    ? new(x, steps, residual)
                    : throw new NotConvergedException(steps, residual, tolerance, mend);
            }
        }

        return new(x, steps, residual);
    }

    // The residual of a direct solution is the rounding of A X, a small multiple of 2^-52 |A| |x|. No iteration gets
    // below it. Where it is not a small part of Y, A is singular but for rounding, and there is no solution.
    private bool IsRounding(Matrix x, Matrix left, double residual, double tolerance)
    {
        var (norms, lengths) = (BlockConjugateGradients.Norms(left), BlockConjugateGradients.Norms(x));
        return residual <= Math.Max(MostRounding, tolerance)
            && norms.Zip(lengths, (norm, length) => norm <= Roundoff.epsilon * size * length).All(holds => holds);
    }

    private static Matrix Sum(Matrix a, Matrix b) =>
        Matrix.Wrap([.. a.Data.Zip(b.Data, (x, y) => x + y)], a.Rows, a.Columns);

    private static void RequireFinite(double[] sizes)
    {
        if (!Array.TrueForAll(sizes, double.IsFinite))
        {
            throw Representable.NotFinite();
        }
    }

    private static double Relative(double[] norms, double[] sizes) =>
        norms.Zip(sizes, (norm, size) => size > 0 ? norm / size : 0).Aggregate(0.0, Math.Max);
}
