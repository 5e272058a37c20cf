using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// Sequential minimal optimization of a <see cref="PairProblem"/>. Each step moves two coefficients, β_i up and β_j
/// down by the same amount, to the optimum along that line or to a bound. i has the greatest error e_s = y_s − Σ_t K_st
/// β_t of all samples whose coefficient can go up. j has the greatest gain of all samples whose coefficient can go down
/// (second order).
/// </summary>
/// <remarks>
/// The KKT conditions hold where no e_i of a coefficient that can go up exceeds an e_j of one that can go down. The
/// violation is the amount by which the greatest e_i exceeds the least e_j.
/// Source: R.-E. Fan, P.-H. Chen, C.-J. Lin: Working set selection using second order information for training support
/// vector machines, JMLR 6 (2005).
/// </remarks>
internal sealed class PairSolver
{
    /// <summary>The number of steps between two checks for cancellation.</summary>
    private const long Interval = 1 << 12;

    /// <summary>The largest number of steps before the errors are computed anew.</summary>
    private const long Round = 1 << 18;

    // A curvature below this part of the largest diagonal entry is replaced by this part, since K may be semidefinite.
    private const double LeastCurvature = 1e-12;

    private readonly PairProblem _problem;
    private readonly double _floor;
    private readonly double[] _coefficients;
    private readonly double[] _errors;
    private readonly double[] _lower;
    private readonly double[] _upper;

    internal PairSolver(PairProblem problem, double cost)
    {
        _problem = problem;
        _coefficients = new double[problem.Size];
        _errors = new double[problem.Size];
        _lower = Array.ConvertAll(problem.IsFirst, first => first ? 0 : -cost);
        _upper = Array.ConvertAll(problem.IsFirst, first => first ? cost : 0);
        _floor = LeastCurvature * Math.Max(0, problem.Diagonal.Max());
    }

    /// <summary>
    /// Solves the problem to a violation of at most the tolerance. The result states the violation that was reached.
    /// </summary>
    internal PairSolution Solve(double tolerance, long steps, CancellationToken cancellation)
    {
        var (taken, last) = (0L, -1L);
        Refresh();
        while (Violation() > Math.Max(tolerance, Noise()) && taken < steps && taken > last)
        {
            last = taken;
            taken = Descend(tolerance, taken, Math.Min(steps, taken + Round), cancellation);
            Refresh();
        }

        return new(_problem.Rows, _coefficients, Bias(), Violation(), taken);
    }

    // Steps until the tolerance is reached, judged by errors that are updated and not computed anew.
    private long Descend(double tolerance, long taken, long steps, CancellationToken cancellation)
    {
        for (; taken < steps; taken++)
        {
            if (taken % Interval == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            var (i, most, least) = Extremes();
            if (!(most - least > tolerance) || !Move(i, Partner(i)))
            {
                break;
            }
        }

        return taken;
    }

    // Comparisons skip an error that is not a number. The violation is therefore infinite where an error is not finite.
    private double Violation()
    {
        if (!Array.TrueForAll(_errors, double.IsFinite))
        {
            return double.PositiveInfinity;
        }

        var (_, most, least) = Extremes();
        return Math.Max(0, most - least);
    }

    /// <summary>The greatest error where a coefficient can go up, and the least where one can go down.</summary>
    private (int Index, double Most, double Least) Extremes()
    {
        var (index, most, least) = (-1, double.NegativeInfinity, double.PositiveInfinity);
        for (var t = 0; t < _errors.Length; t++)
        {
            var error = _errors[t];
            if (error > most && _coefficients[t] < _upper[t])
            {
                (index, most) = (t, error);
            }

            if (error < least && _coefficients[t] > _lower[t])
            {
                least = error;
            }
        }

        return (index, most, least);
    }

    /// <summary>
    /// The sample j with the greatest gain (e_i − e_j)² / curvature when β_i goes up and β_j down. Gains are compared
    /// without dividing.
    /// </summary>
    private int Partner(int i)
    {
        var row = _problem.Row(i);
        var diagonal = _problem.Diagonal;
        var (best, squared, by) = (-1, 0.0, 1.0);
        for (var t = 0; t < row.Length; t++)
        {
            var gap = _errors[i] - _errors[t];
            if (gap > 0 && _coefficients[t] > _lower[t])
            {
                var curvature = AtLeastFloor(diagonal[i] + diagonal[t] - 2 * row[t]);
                if (gap * gap * by > squared * curvature)
                {
                    (best, squared, by) = (t, gap * gap, curvature);
                }
            }
        }

        return best;
    }

    private double AtLeastFloor(double curvature) => curvature > _floor ? curvature : _floor;

    /// <summary>
    /// Moves both coefficients. The result is false where the step is lost in rounding, or where there is no sample j,
    /// which happens when curvatures overflow.
    /// </summary>
    private bool Move(int i, int j)
    {
        if (j < 0)
        {
            return false;
        }

        var row = _problem.Row(i);
        var other = _problem.Row(j);
        var curvature = AtLeastFloor(row[i] + other[j] - 2 * row[j]);
        var (up, down) = (_upper[i] - _coefficients[i], _coefficients[j] - _lower[j]);
        var step = Math.Min((_errors[i] - _errors[j]) / curvature, Math.Min(up, down));
        var (above, below) = (
            step == up ? _upper[i] : _coefficients[i] + step, step == down ? _lower[j] : _coefficients[j] - step);
        if (above == _coefficients[i] && below == _coefficients[j])
        {
            return false;
        }

        (_coefficients[i], _coefficients[j]) = (above, below);
        for (var t = 0; t < _errors.Length; t++)
        {
            _errors[t] -= step * (row[t] - other[t]);
        }

        return true;
    }

    /// <summary>Computes the errors from their definition.</summary>
    private void Refresh()
    {
        for (var t = 0; t < _errors.Length; t++)
        {
            _errors[t] = (_problem.IsFirst[t] ? 1 : -1) - RowProducts.Dot(_problem.Row(t), _coefficients);
        }
    }

    /// <summary>The rounding of an error: n units in the last place of a bound on Σ |K_st β_t|.</summary>
    private double Noise()
    {
        var sum = 0.0;
        foreach (var coefficient in _coefficients)
        {
            sum += Math.Abs(coefficient);
        }

        return Roundoff.ofSum(_problem.Size) * _problem.Diagonal.Max() * sum;
    }

    /// <summary>
    /// The mean error of the coefficients strictly within their bounds, whose errors are equal at the optimum. If there
    /// are none, it is the middle of the interval that b may lie in.
    /// </summary>
    private double Bias()
    {
        var (sum, free) = (0.0, 0);
        for (var t = 0; t < _errors.Length; t++)
        {
            if (_coefficients[t] > _lower[t] && _coefficients[t] < _upper[t])
            {
                (sum, free) = (sum + _errors[t], free + 1);
            }
        }

        var (_, most, least) = Extremes();
        return free > 0 ? sum / free : (most + least) / 2;
    }
}

/// <summary>The result of a pair's solver.</summary>
/// <param name="Rows">The samples, as rows of the Gram matrix.</param>
/// <param name="Coefficients">β of each sample.</param>
/// <param name="Bias">b. The first class is where Σ β_s K(x_s, x) + b is above 0.</param>
/// <param name="Violation">The KKT violation, from errors computed anew.</param>
/// <param name="Steps">The number of steps that were taken.</param>
internal sealed record PairSolution(int[] Rows, double[] Coefficients, double Bias, double Violation, long Steps);
