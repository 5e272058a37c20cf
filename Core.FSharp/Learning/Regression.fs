namespace HadamardNtk.Core

open System
open MathNet.Numerics
open MathNet.Numerics.LinearAlgebra

/// Kernel ridge regression and the Gaussian process of which it is the mean, by dense linear algebra on n x n matrices.
/// It defines the results of the fast solvers. K is n x n, the targets y are n x C, and r is the absolute ridge.
type Regression =
    {
        /// The weights alpha = (K + r I)^{-1} y, n x C.
        Weights: Matrix<float>
        /// The inverse (K + r I)^{-1}, n x n.
        Inverse: Matrix<float>
        /// The logarithm of det (K + r I).
        LogDeterminant: float
        /// The targets y, n x C.
        Targets: Matrix<float>
    }

/// Functions that fit and evaluate kernel regressions.
[<RequireQualifiedAccess>]
module Regression =
    /// The absolute ridge for a relative one, which is multiplied by the mean of K's diagonal.
    let ridge relative (k: Matrix<float>) = relative * k.Trace() / float k.RowCount

    /// The regression of y on K with absolute ridge r. K + r I must be positive definite.
    let fit (r: float) (k: Matrix<float>) (y: Matrix<float>) =
        let shifted = k + r * Matrix<float>.Build.DenseIdentity k.RowCount
        let factor = shifted.Cholesky()

        { Weights = factor.Solve(y: Matrix<float>)
          Inverse = factor.Solve(Matrix<float>.Build.DenseIdentity k.RowCount: Matrix<float>)
          LogDeterminant = factor.DeterminantLn
          Targets = y }

    /// The mean of each output of the targets, C numbers. A regression of targets without their means gives predictions
    /// without them: the means are added again.
    let means (y: Matrix<float>) = y.ColumnSums() / float y.RowCount

    /// The targets without the mean of each output, n x C.
    let centered y =
        let means = means y
        y.MapIndexed(fun _ c value -> value - means[c])

    /// The scale s^2 = y^T (K + r I)^{-1} y / n of each output, C numbers of at least 0. Where the prior is s^2 k and
    /// the noise s^2 r, the targets are the most probable at this s^2. It is 0 if all targets of an output are 0.
    let scales regression =
        (regression.Targets.PointwiseMultiply regression.Weights).ColumnSums()
        / float regression.Targets.RowCount

    /// The predictions K(x, X) alpha at m new samples (m x C), from the kernel between them and the training samples (m
    /// x n).
    let predict (cross: Matrix<float>) regression = cross * regression.Weights

    /// The posterior covariance k(x,x') - K(x,X) (K + r I)^{-1} K(X,x') (m x m), from the kernel of the new samples (m
    /// x m).
    let covariance (cross: Matrix<float>) (own: Matrix<float>) regression =
        own - cross * regression.Inverse * cross.Transpose()

    /// The posterior variances k(x,x) - K(x,X) (K + r I)^{-1} K(X,x), from the diagonal of the kernel of the new
    /// samples.
    let variance (cross: Matrix<float>) (diagonal: Vector<float>) regression =
        let explained = (cross * regression.Inverse).PointwiseMultiply cross
        (diagonal - explained.RowSums()).Map(max 0.0)

    /// The symmetric root of a covariance (m x m), singular or not. Eigenvalues that rounding made negative count as 0.
    let root (covariance: Matrix<float>) =
        let pairs = covariance.Evd Symmetricity.Symmetric
        let roots = pairs.EigenValues.Map(fun value -> sqrt (max 0.0 value.Real))

        pairs.EigenVectors
        * Matrix<float>.Build.DenseOfDiagonalVector roots
        * pairs.EigenVectors.Transpose()

    /// Samples mean + root z of a normal vector (m numbers) with standard normal z of a seed, m x count.
    let samples seed count (mean: Vector<float>) (covariance: Matrix<float>) =
        let draws = Draws.normals seed (mean.Count * count)
        let z = Matrix<float>.Build.DenseOfColumnMajor(mean.Count, count, draws)
        (root covariance * z).MapIndexed(fun i _ moved -> mean[i] + moved)

    /// Whether a variance has a digit that rounding leaves. It has none if it is less than the rounding of a sum of n
    /// terms of the size of k(x,x); where it was less than 0, it counts as 0.
    let isDetermined n (prior: float) (variance: float) = variance >= Roundoff.ofSum n * prior

    /// The half width of the interval that a normal number of this standard deviation is in with the probability
    /// `level`, around its mean: deviation times the quantile at (1 + level)/2. The level is in (0, 1).
    let halfWidth level deviation =
        if not (level > 0.0 && level < 1.0) then
            invalidArg "level" $"Expected a level between 0 and 1, both excluded; it is {level}."

        // The complement of a level near 1 is exact, as its half added to 1/2 is not.
        let quantile =
            if level < 0.5 then
                SpecialFunctions.ErfInv level
            else
                SpecialFunctions.ErfcInv(1.0 - level)

        deviation * sqrt 2.0 * quantile

    /// The residual at each sample of the regression on all other samples, at the same absolute ridge: e_i = alpha_i /
    /// (K + r I)^{-1}_ii.
    let leaveOneOut regression = regression.Weights.MapIndexed(fun i _ alpha -> alpha / regression.Inverse[i, i])

    /// The log marginal likelihood -1/2 y^T (K + r I)^{-1} y - 1/2 log det (K + r I) - n/2 log 2 pi, summed over the C
    /// outputs.
    let logMarginalLikelihood regression =
        let n, outputs = regression.Targets.RowCount, regression.Targets.ColumnCount
        let fit = (regression.Targets.PointwiseMultiply regression.Weights).RowSums().Sum()
        let each = regression.LogDeterminant + float n * log (2.0 * Math.PI)
        -0.5 * fit - 0.5 * float outputs * each

    /// The derivative of the log marginal likelihood by r, which is 1/2 sum alpha^2 - C/2 tr (K + r I)^{-1}.
    let ridgeSlope regression =
        let squares = regression.Weights.PointwisePower(2.0).RowSums().Sum()
        0.5 * (squares - float regression.Targets.ColumnCount * regression.Inverse.Trace())
