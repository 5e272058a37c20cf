/// Kernel ridge regression is what its definition says.
module HadamardNtk.Core.Spec.RegressionSpec

open System
open HadamardNtk.Core
open MathNet.Numerics.LinearAlgebra
open Xunit

let private random = Random 11
let private draw rows columns = Matrix<float>.Build.Dense(rows, columns, (fun _ _ -> random.NextDouble() - 0.5))

// A A^T with more columns than rows: well conditioned, so that 1e-10 leaves a factor of 1e4 over rounding.
let private gram n = let a = draw n (2 * n) in a * a.Transpose()

let private near expected (actual: float) = Assert.Equal(expected, actual, 1e-10 * (1.0 + abs expected))

[<Fact>]
[<Law "e_i = alpha_i / ((K + r I)^-1)_ii">]
let ``the leave-one-out residuals are those of n refits at the same ridge`` () =
    let n, r = 7, 0.1
    let k, y = gram n, draw n 2
    let residuals = Regression.leaveOneOut (Regression.fit r k y)

    for i in 0 .. n - 1 do
        let refit = Regression.fit r (k.RemoveRow(i).RemoveColumn(i)) (y.RemoveRow i)
        let cross = (k.RemoveColumn i).Row(i).ToRowMatrix()

        for c in 0..1 do
            near (y[i, c] - (Regression.predict cross refit)[0, c]) residuals[i, c]

[<Fact>]
[<Law "log p(y) = -1/2 y^T (K + r I)^-1 y - 1/2 log det(K + r I) - n/2 log 2pi">]
let ``the log marginal likelihood is the normal log density of every output, summed`` () =
    let n, r = 5, 0.2
    let k, y = gram n, draw n 3
    let covariance = k + r * Matrix<float>.Build.DenseIdentity n

    let density (v: Vector<float>) =
        let quadratic = v * covariance.Inverse() * v
        -0.5 * (quadratic + log (covariance.Determinant()) + float n * log (2.0 * Math.PI))

    near (Seq.sumBy density (y.EnumerateColumns())) (Regression.logMarginalLikelihood (Regression.fit r k y))

[<Fact>]
[<Law "mean = k^T (K + r I)^-1 y, var = k(x,x) - k^T (K + r I)^-1 k">]
let ``the prior of points and data together, conditioned on the data, has the posterior's mean and variance`` () =
    // The Schur complement of the joint covariance, by its inverse: the precision of the points given the data.
    let n, m, r = 6, 3, 0.3
    let joint = gram (n + m)
    let k, cross = joint.SubMatrix(0, n, 0, n), joint.SubMatrix(n, m, 0, n)
    let own = joint.SubMatrix(n, m, n, m)
    let y = draw n 1

    let noisy =
        joint
        + r
          * Matrix<float>.Build.DiagonalOfDiagonalArray(Array.init (n + m) (fun i -> if i < n then 1.0 else 0.0))

    let precision = noisy.Inverse()
    let covariance = precision.SubMatrix(n, m, n, m).Inverse()
    let mean = -covariance * precision.SubMatrix(n, m, 0, n) * y
    let fitted = Regression.fit r k y
    let predicted = Regression.predict cross fitted
    let variance = Regression.variance cross (own.Diagonal()) fitted

    for i in 0 .. m - 1 do
        near mean[i, 0] predicted[i, 0]
        near covariance[i, i] variance[i]

[<Fact>]
[<Law "r = relative tr(K)/n">]
let ``a relative ridge is a multiple of the mean diagonal`` () =
    near 0.75 (Regression.ridge 0.25 (Matrix<float>.Build.DenseOfArray(array2D [ [ 2.0; 1.0 ]; [ 1.0; 4.0 ] ])))
