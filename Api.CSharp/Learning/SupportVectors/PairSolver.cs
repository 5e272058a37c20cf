namespace HadamardNtk;

/// <summary>
/// Sequential minimal optimisation of a <see cref="PairProblem"/>: each step moves two coefficients, β_i up and β_j down by
/// as much, to the optimum along that line or to a bound. i is the sample with the greatest error e_s = y_s − Σ_t K_st β_t
/// whose coefficient can go up, j the one that can go down with the greatest gain (second order).
/// </summary>
/// <remarks>
/// The KKT conditions hold where no e_i of a coefficient that can go up exceeds an e_j of one that can go down; by how much
/// the greatest does is the violation. R.-E. Fan, P.-H. Chen, C.-J. Lin: Working set selection using second order
/// information for training support vector machines, JMLR 6 (2005).
/// </remarks>
internal sealed class PairSolver
{
    /// <summary>Steps between two questions whether to stop.</summary>
    private const long Interval = 1 << 12;

    /// <summary>Steps after which errors are computed anew, at the latest.</summary>
    private const long Round = 1 << 18;

    // A curvature below this part of the largest diagonal entry is taken for it: K may be semidefinite.
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

    /// <summary>Solves it to a violation of at most the tolerance, or says by what violation it came to a stop.</summary>
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

    // To the tolerance as far as errors that are only updated can tell.
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

    // An error that is no number is in no comparison: nothing is solved then.
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

    /// <summary>The sample that gains most by going down where i goes up: (e_i − e_j)² / curvature, compared without dividing.</summary>
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

    /// <summary>Moves the two; false where the step is lost in rounding, or there is no other, as where curvatures overflow.</summary>
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

    /// <summary>The errors from their definition.</summary>
    private void Refresh()
    {
        for (var t = 0; t < _errors.Length; t++)
        {
            _errors[t] = (_problem.IsFirst[t] ? 1 : -1) - RowProducts.Dot(_problem.Row(t), _coefficients);
        }
    }

    /// <summary>What float64 does not know of an error: n units in the last place of a bound on Σ |K_st β_t|.</summary>
    private double Noise()
    {
        var sum = 0.0;
        foreach (var coefficient in _coefficients)
        {
            sum += Math.Abs(coefficient);
        }

        return _problem.Size * Math.Pow(2, -52) * _problem.Diagonal.Max() * sum;
    }

    /// <summary>The mean error of the coefficients strictly within their bounds, which at the optimum are one number; without any, the middle of what it may be.</summary>
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

/// <summary>What a solver came to.</summary>
/// <param name="Rows">The samples, as rows of the Gram matrix.</param>
/// <param name="Coefficients">β of each.</param>
/// <param name="Bias">b: the first class is where Σ β_s K(x_s, x) + b is above 0.</param>
/// <param name="Violation">The KKT violation, from errors computed anew.</param>
/// <param name="Steps">The steps it took.</param>
internal sealed record PairSolution(int[] Rows, double[] Coefficients, double Bias, double Violation, long Steps);
