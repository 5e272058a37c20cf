/// Laws of kernel regression that rounding must not break.
module HadamardNtk.Core.Spec.RegressionLaws

open System
open HadamardNtk.Core
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics
open Xunit

[<Fact>]
[<Law "var(x) >= 0">]
let ``a posterior variance is never negative, though rounding would make it so`` () =
    let n, random = 9, Random 5
    let a = Matrix<float>.Build.Dense(n, 2 * n, (fun _ _ -> random.NextDouble() - 0.5))
    let k = a * a.Transpose()
    let regression = Regression.fit 1e-12 k (Matrix<float>.Build.Dense(n, 1, 1.0))
    // At the training rows it is 1e-12; their own kernels rounded down by 1e-9 leave less than nothing.
    let diagonal = k.Diagonal() * (1.0 - 1e-9)

    for variance in Regression.variance k diagonal regression do
        Spec.same "variance" 0.0 variance

[<Fact>]
[<Law "d/dr log p(y) > 0 below the optimal ridge, < 0 above">]
let ``the marginal likelihood's slope changes its sign at the ridge that maximises it`` () =
    Spec.holds 30 string (FsCheck.FSharp.Gen.choose (1, 10000) |> FsCheck.FSharp.Arb.fromGen) (fun seed ->
        let n, random = 8, Random seed
        let draw rows columns = Matrix<float>.Build.Dense(rows, columns, (fun _ _ -> random.NextDouble() - 0.5))
        let a = draw n 3
        // Targets that a kernel of rank 3 explains in part: the best ridge is neither 0 nor infinity.
        let k, y = a * a.Transpose(), a * draw 3 1 + 0.2 * draw n 1
        let fitted (r: float) = Regression.fit r k y
        let value (p: float[]) = Regression.logMarginalLikelihood (fitted p[0])
        let best, found = Evidence.maximise 1e-12 400 (fun _ _ _ -> ()) value [| 0.1 |]
        Spec.same "value" (value best) found
        Assert.True(Regression.ridgeSlope (fitted (0.9 * best[0])) > 0.0, $"below {best[0]}")
        Assert.True(Regression.ridgeSlope (fitted (1.1 * best[0])) < 0.0, $"above {best[0]}")
        // The slope itself, by central differences.
        let r = 0.7 * best[0]
        let h = 1e-5 * r
        let slope = (value [| r + h |] - value [| r - h |]) / (2.0 * h)
        Spec.near "slope" (1e-6 * (1.0 + abs slope)) slope (Regression.ridgeSlope (fitted r)))

[<Fact>]
[<Law "k(x,x') - K(x,X) (K + r I)^-1 K(X,x') >= 0, its diagonal the posterior variances">]
let ``a posterior covariance is positive semidefinite and has the variances on its diagonal`` () =
    Spec.holds 100 string (FsCheck.FSharp.Gen.choose (1, 10000) |> FsCheck.FSharp.Arb.fromGen) (fun seed ->
        let n, m, random = 6, 4, Random seed
        let a = Matrix<float>.Build.Dense(n + m, 1 + random.Next 12, (fun _ _ -> random.NextDouble() - 0.5))
        let joint = a * a.Transpose()
        let cross, own = joint.SubMatrix(n, m, 0, n), joint.SubMatrix(n, m, n, m)

        let regression =
            Regression.fit 1e-3 (joint.SubMatrix(0, n, 0, n)) (Matrix<float>.Build.Dense(n, 1, 1.0))

        let covariance = Regression.covariance cross own regression
        // K + r I has a condition of 1e4 at most: 1e4 n eps |K| with room.
        let bound = 1e-10 * (1.0 + own.L2Norm())
        Assert.True(covariance.Evd(Symmetricity.Unknown).EigenValues.Real().Minimum() >= -bound)

        let variances = Regression.variance cross (own.Diagonal()) regression

        for i in 0 .. m - 1 do
            Spec.near "variance" bound variances[i] covariance[i, i])
