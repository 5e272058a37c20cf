using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// Solves (K + r I) α = y by eigenvalues: K = Σ λ v vᵀ, α = Σ v (v·y)/(λ + r). Eigenvalues with λ + r ≤ n 2⁻⁵²
/// (λ_max + r) are zeros that rounding moved, and are left out. The solution has no part along their eigenvectors, as
/// with the pseudo-inverse.
/// </summary>
internal sealed class EigenSystem : IPosterior
{
    private readonly Matrix _vectors;
    private readonly double[] _values;
    private readonly bool[] _isZero;

    private EigenSystem(EigenPairs pairs, double ridge)
    {
        _vectors = pairs.Vectors;
        _values = Array.ConvertAll(pairs.Values, value => value + ridge);
        var least = Roundoff.ofSum(_values.Length) * _values[^1];
        _isZero = Array.ConvertAll(_values, value => !(value > least));
    }

    internal static Solution Solve(Problem problem)
    {
        var workers = problem.Rows.Workers;
        var gram = problem.Rows.Gram(problem.Stage("gram"));
        var ridge = problem.Ridge.For(gram);
        var mean = Ridge.Relative(1).For(gram);
        var pairs = SymmetricEigen.Decompose(gram, workers, problem.Gram.Dense);
        problem.Stage("factor")?.Report(1);
        var projections = MatrixProducts.Times(pairs.Vectors, problem.Targets, workers);
        if (problem.RidgeBy is { } criterion)
        {
            ridge = RidgeSearch.Best(mean, r => new EigenSystem(pairs, r).Score(criterion, projections, problem));
        }

        var system = new EigenSystem(pairs, ridge);
        var weights = MatrixProducts.TransposeTimes(system._vectors, system.Divided(projections), workers);
        var solution = new Solution(
            weights, ridge, new(SolverKind.Eigen) { Rank = system._isZero.Count(zero => !zero) })
        {
            Posterior = system,
        };
        return !problem.IsScored ? solution : solution with
        {
            LeaveOneOutRmse = problem.Scale.RootMeanSquare(
                system.LeaveOneOutSquares(projections, weights, workers), weights.Rows),
            LogMarginalLikelihood = system.LogMarginalLikelihood(projections, problem.Scale),
        };
    }

    // The score of a ridge, of which the greatest is the best. Where eigenvalues are zero by rounding, there is none.
    private double Score(SelectionCriterion criterion, Matrix projections, Problem problem)
    {
        var workers = problem.Rows.Workers;
        if (Array.Exists(_isZero, zero => zero))
        {
            return double.NaN;
        }

        if (!criterion.IsError)
        {
            return LogMarginalLikelihood(projections, problem.Scale) ?? double.NaN;
        }

        var weights = MatrixProducts.TransposeTimes(_vectors, Divided(projections), workers);
        var squares = criterion.Folds == 0
            ? LeaveOneOutSquares(projections, weights, workers)
            : FoldSquares(criterion.Parts(weights.Rows), weights, workers);
        return -problem.Scale.RootMeanSquare(squares, weights.Rows);
    }

    private double[] FoldSquares(int[][] parts, Matrix weights, Workers workers)
    {
        Matrix Block(int[] part)
        {
            var vectors = MatrixProducts.Columns(_vectors, part);
            return MatrixProducts.TransposeTimes(vectors, Divided(vectors), workers);
        }

        var residuals = LeftOut.Of(weights, parts, Block, workers).Residuals;
        return BlockConjugateGradients.Dots(residuals, residuals);
    }

    /// <summary>Decomposes K, whose memory is overwritten.</summary>
    internal static EigenSystem Of(Matrix gram, double ridge, Workers workers, DenseLibrary? library = null) =>
        new(SymmetricEigen.Decompose(gram, workers, library), ridge);

    /// <inheritdoc/>
    public double[] Deviations(Matrix cross, double[] diagonal, Workers workers)
    {
        var variances = (double[])diagonal.Clone();
        var along = MatrixProducts.TimesTranspose(_vectors, cross, workers);
        for (var k = 0; k < _values.Length; k++)
        {
            for (var j = 0; !_isZero[k] && j < variances.Length; j++)
            {
                var side = along.Data[k * along.Columns + j];
                variances[j] -= side * side / _values[k];
            }
        }

        return Array.ConvertAll(variances, v => Math.Sqrt(Math.Max(0, v)));
    }

    /// <inheritdoc/>
    public Matrix Covariance(Matrix cross, Matrix own, Workers workers)
    {
        var along = MatrixProducts.TimesTranspose(_vectors, cross, workers);
        var explained = MatrixProducts.TransposeTimes(along, Divided(along), workers);
        return Entrywise.Covariance(Entrywise.Add(own, explained, -1));
    }

    /// <inheritdoc/>
    public double[] Forms(Matrix weights, Workers workers)
    {
        var along = MatrixProducts.Times(_vectors, weights, workers);
        var scaled = Entrywise.ScaleRows(along, [.. _values.Select((v, k) => _isZero[k] ? 0 : v)]);
        return BlockConjugateGradients.Dots(along, scaled);
    }

    private Matrix Divided(Matrix projections)
    {
        var divided = new double[projections.Data.Length];
        for (var k = 0; k < _values.Length; k++)
        {
            for (var c = 0; !_isZero[k] && c < projections.Columns; c++)
            {
                divided[k * projections.Columns + c] = projections.Data[k * projections.Columns + c] / _values[k];
            }
        }

        return Matrix.Wrap(divided, projections.Rows, projections.Columns);
    }

    // The value is -1/2 sum of (v.y)^2/(lambda + r) + log(lambda + r) + log 2 pi. If an eigenvalue is zero, there is no
    // density.
    private double? LogMarginalLikelihood(Matrix projections, TargetScale scale)
    {
        if (Array.Exists(_isZero, zero => zero))
        {
            return null;
        }

        var logs = _values.Sum(value => Math.Log(2 * Math.PI * value));
        var squares = BlockConjugateGradients.Dots(projections, Divided(projections));
        return -0.5 * (scale.Misfit(squares, _values.Length) + projections.Columns * logs);
    }

    // The residual is e_i = alpha_i / (K + r I)^-1_ii. Where the eigenvectors of zero eigenvalues reach sample i, their
    // terms in both numbers are 1/0 times larger than all others and determine the quotient alone.
    private double[] LeaveOneOutSquares(Matrix projections, Matrix weights, Workers workers)
    {
        var n = _values.Length;
        var (inverse, zeros) = (new double[n], new double[n]);
        for (var k = 0; k < n; k++)
        {
            AddWeighted(_vectors.Row(k), _isZero[k] ? 1 : 1 / _values[k], _isZero[k] ? zeros : inverse);
        }

        var outside = Array.Exists(_isZero, zero => zero) ? Outside(projections, workers) : null;
        var squares = new double[weights.Columns];
        for (var i = 0; i < n; i++)
        {
            // A diagonal entry of a projector counts as 0 below this bound: each of n squares is off by 2^-52 at most.
            var isReached = zeros[i] > Roundoff.ofSum(n);
            var row = (isReached ? outside! : weights).Row(i);
            AddSquares(row, isReached ? zeros[i] : inverse[i], squares);
        }

        return squares;
    }

    private static void AddSquares(ReadOnlySpan<double> row, double by, double[] squares)
    {
        for (var c = 0; c < squares.Length; c++)
        {
            var residual = row[c] / by;
            squares[c] += residual * residual;
        }
    }

    // The part of y that the eigenvectors of zero eigenvalues span.
    private Matrix Outside(Matrix projections, Workers workers)
    {
        var kept = (double[])projections.Data.Clone();
        for (var k = 0; k < _values.Length; k++)
        {
            if (!_isZero[k])
            {
                kept.AsSpan(k * projections.Columns, projections.Columns).Clear();
            }
        }

        return MatrixProducts.TransposeTimes(
            _vectors, Matrix.Wrap(kept, projections.Rows, projections.Columns), workers);
    }

    private static void AddWeighted(ReadOnlySpan<double> row, double times, double[] sums)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += times * row[i] * row[i];
        }
    }
}
