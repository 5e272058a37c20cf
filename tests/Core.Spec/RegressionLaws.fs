/// Laws of kernel regression that rounding must not break.
module HadamardNtk.Core.Spec.RegressionLaws

open System
open HadamardNtk.Core
open MathNet.Numerics.LinearAlgebra
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
