using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The factorized system K + r I = L Lᵀ, its solutions and its scores. It holds n × n numbers. The bits of L do not
/// depend on the threads below <see cref="DenseLibraries.LargeOrder"/>. From there on they are those of the machine's
/// LAPACK, if it has one.
/// </summary>
internal sealed class RidgeSystem : IPosterior
{
    private readonly double[] _factor;
    private readonly int _n;

    /// <summary>Factorizes K + r I in the memory of K.</summary>
    /// <exception cref="NotPositiveDefiniteException">K + r I is not positive definite in float64.</exception>
    internal RidgeSystem(
        Matrix gram, double ridge, Workers workers, DenseLibrary? library = null, IProgress<double>? progress = null)
    {
        (_factor, _n) = (gram.Data, gram.Rows);
        var diagonal = new double[_n];
        for (var i = 0; i < _n; i++)
        {
            diagonal[i] = _factor[i * _n + i] += ridge;
        }

        Factor((library ?? DenseLibraries.ForOrder(_n)).Double, ridge, workers, progress);
        RequirePivots(diagonal, ridge);
    }

    /// <summary>Computes and factorizes the Gram matrix of a problem and solves it.</summary>
    internal static Solution Solve(Problem problem)
    {
        var workers = problem.Rows.Workers;
        var gram = problem.Rows.Gram(problem.Stage("gram"));
        var ridge = problem.Ridge.For(gram);

        // The scores take as long as the factor.
        var stage = problem.Stage("factor");
        var half = stage is null ? null : new DirectProgress(part => stage.Report(problem.IsScored ? part / 2 : part));
        var system = new RidgeSystem(gram, ridge, workers, problem.Gram.Dense, half);
        var weights = system.Solve(problem.Targets, workers);
        var solution = new Solution(weights, ridge, new(SolverKind.Cholesky)) { Posterior = system };
        if (problem.IsScored)
        {
            solution = solution with
            {
                LeaveOneOutRmse = problem.Scale.RootMeanSquare(
                    system.LeaveOneOutSquares(weights, workers), weights.Rows),
                LogMarginalLikelihood = system.LogMarginalLikelihood(problem.Targets, weights, problem.Scale),
            };
        }

        stage?.Report(1);
        return solution;
    }

    private unsafe void Factor(
        DenseAlgebra<double> algebra, double ridge, Workers workers, IProgress<double>? progress)
    {
        fixed (double* a = _factor)
        {
            if (!algebra.TryFactor(new(a, _n, _n, _n), workers, progress, out var failure))
            {
                throw new NotPositiveDefiniteException(failure.Order, failure.Pivot, ridge);
            }
        }
    }

    // A pivot below n units in the last place of its diagonal entry is rounding, whatever its sign.
    private void RequirePivots(double[] diagonal, double ridge)
    {
        for (var i = 0; i < _n; i++)
        {
            var pivot = _factor[i * _n + i] * _factor[i * _n + i];
            if (!(pivot > Roundoff.ofSum(_n) * diagonal[i]))
            {
                throw new NotPositiveDefiniteException(i + 1, pivot, ridge);
            }
        }
    }

    /// <summary>(K + r I)⁻¹ y, n × C.</summary>
    internal Matrix Solve(Matrix y, Workers workers)
    {
        var weights = (double[])y.Data.Clone();
        TriangularSolve.Forward(_factor, _n, weights, y.Columns, _n, y.Columns, workers);
        TriangularSolve.Backward(_factor, _n, weights, y.Columns, _n, y.Columns, workers);
        return Matrix.Wrap(weights, y.Rows, y.Columns);
    }

    /// <summary>(K + r I)⁻¹, n × n.</summary>
    internal Matrix Inverse(Workers workers)
    {
        var identity = new double[(long)_n * _n];
        for (var i = 0; i < _n; i++)
        {
            identity[i * _n + i] = 1;
        }

        TriangularSolve.Forward(_factor, _n, identity, _n, _n, _n, workers);
        TriangularSolve.Backward(_factor, _n, identity, _n, _n, _n, workers);
        return Matrix.Wrap(identity, _n, _n);
    }

    /// <summary>−½ yᵀ α − C (½ log det(K + r I) + n/2 log 2π), summed over the C outputs.</summary>
    /// <param name="y">y, n × C, in units of the scale.</param>
    /// <param name="weights">α in the same units.</param>
    /// <param name="scale">The scale of the targets.</param>
    internal double LogMarginalLikelihood(Matrix y, Matrix weights, TargetScale scale)
    {
        var each = LogDeterminant.Of(_factor, _n, _n) + _n * Math.Log(2 * Math.PI);
        return -0.5 * scale.Misfit(BlockConjugateGradients.Dots(y, weights), _n) - 0.5 * y.Columns * each;
    }

    /// <summary>Σ e² of every output, where e_i = α_i/(K + r I)⁻¹_ii are the leave-one-out residuals.</summary>
    internal double[] LeaveOneOutSquares(Matrix weights, Workers workers)
    {
        var diagonal = new double[_n];
        InverseDiagonal.Of(_factor, _n, _n, diagonal, workers, null);
        var residuals = Entrywise.ScaleRows(weights, Array.ConvertAll(diagonal, d => 1 / d));
        return BlockConjugateGradients.Dots(residuals, residuals);
    }

    /// <inheritdoc/>
    public double[] Deviations(Matrix cross, double[] diagonal, Workers workers)
    {
        var sides = Transpose(cross);
        TriangularSolve.Forward(_factor, _n, sides, cross.Rows, _n, cross.Rows, workers);
        var deviations = (double[])diagonal.Clone();
        for (var i = 0; i < _n; i++)
        {
            for (var j = 0; j < deviations.Length; j++)
            {
                var side = sides[i * deviations.Length + j];
                deviations[j] -= side * side;
            }
        }

        return Array.ConvertAll(deviations, v => Math.Sqrt(Math.Max(0, v)));
    }

    /// <inheritdoc/>
    public Matrix Covariance(Matrix cross, Matrix own, Workers workers)
    {
        var sides = Matrix.Wrap(Transpose(cross), _n, cross.Rows);
        TriangularSolve.Forward(_factor, _n, sides.Data, cross.Rows, _n, cross.Rows, workers);
        return Entrywise.Covariance(Entrywise.Add(own, MatrixProducts.TransposeTimes(sides, sides, workers), -1));
    }

    /// <inheritdoc/>
    public double[] Forms(Matrix weights, Workers workers)
    {
        // |Lᵀα|², of which row j is the sum of L_ij α_i over i ≥ j.
        var turned = new double[weights.Data.Length];
        var columns = weights.Columns;
        for (var i = 0; i < _n; i++)
        {
            workers.Cancellation.ThrowIfCancellationRequested();
            for (var c = 0; c < columns; c++)
            {
                var weight = weights.Data[(i * columns) + c];
                for (var j = 0; j <= i; j++)
                {
                    turned[((long)j * columns) + c] += _factor[((long)i * _n) + j] * weight;
                }
            }
        }

        var root = Matrix.Wrap(turned, _n, columns);
        return BlockConjugateGradients.Dots(root, root);
    }

    private static double[] Transpose(Matrix m)
    {
        var transposed = new double[m.Data.Length];
        for (var i = 0; i < m.Rows; i++)
        {
            for (var j = 0; j < m.Columns; j++)
            {
                transposed[j * m.Rows + i] = m.Data[i * m.Columns + j];
            }
        }

        return transposed;
    }
}
