/// Values at the ends of what functions accept: a limit, a refusal, or the number that the definition has there.
module HadamardNtk.Core.Spec.EdgesOfDomains

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Grams
open MathNet.Numerics.LinearAlgebra
open Xunit

// At q1 = q2 = 10 and c = 0 the formula of gaussian(b=1) is real again, while E exp(2 u^2) ends at q = 1/4.
[<Theory>]
[<InlineData("sequence(2x2) conv(k=1) gaussian(b=1) flatten dense")>]
[<InlineData("sequence(2x2) conv(k=1) gaussian(b=1) global_avg_pool dense")>]
let ``a pair of samples has no kernel where one of them has none`` (text: string) =
    let a = sqrt 20.0
    let x, x' = SpatialKernel.ofRow [| a; 0.0; a; 0.0 |], SpatialKernel.ofRow [| 0.0; a; 0.0; a |]

    Assert.Throws<KernelUndefinedException>(fun () -> SpatialKernel.cross (parsed text) [| x |] [| x' |] |> ignore)
    |> ignore

    let flat =
        match Kernel.ofNetwork (parsed "dense gaussian(b=1) dense") with
        | Ok kernel -> kernel
        | Error refusal -> invalidOp (string refusal)

    Assert.Throws<KernelUndefinedException>(fun () -> Kernel.cross flat [| [| a; 0.0 |] |] [| [| 0.0; a |] |] |> ignore)
    |> ignore

// The product of two functions is 0 at 0 where one of them is, whatever they are on both sides.
[<Theory>]
[<InlineData("let p = dense in hadamard(p sign, p sign)", 0.0)>]
[<InlineData("let p = dense in hadamard(p rectified_monomial(k=0), p rectified_monomial(k=0))", 0.0625)>]
[<InlineData("let p = dense in hadamard(p sign, p)", 0.0)>]
let ``a joined product has the value of its factors at a row of zeros`` (text: string, expected: float) =
    let nngp, _ = gram (parsed text) [| [| 0.0; 0.0 |] |]
    Spec.same "NNGP at 0" expected nngp[0, 0]

[<Fact>]
let ``a product of high degree has the kernel of its power`` () =
    // 180! is no float64, so that the closed form of polynomials is not used.
    let factor = "p monomial(k=30)"
    let text = $"""let p = dense in hadamard({String.Join(", ", Array.replicate 6 factor)})"""

    let nngp, _ = gram (parsed text) [| [| 0.1; -0.2 |] |]

    // E u^360 = 359!! q^180 at q = 0.05/2, by its logarithm.
    let logarithm = Seq.sum (seq { for n in 1.0..2.0..359.0 -> log n }) + 180.0 * log 0.025
    Spec.near "log E u^360" 1e-10 logarithm (log nngp[0, 0])

[<Fact>]
let ``what overflows in double-double is infinite, and not unknown`` () =
    let number = DoubleDouble.ofFloat
    let great = number 1e200
    Spec.same "1e200 1e200" infinity (great * great).Hi
    Spec.same "-1e200 1e200" -infinity (-great * great).Hi
    Spec.same "its double" infinity (great * great + great * great).Hi
    Spec.same "its product with 2" infinity (great * great * number 2.0).Hi
    Spec.same "infinity + 1" infinity (number infinity + number 1.0).Hi
    Spec.same "infinity - infinity" nan (number infinity - number infinity).Hi
    Spec.same "exact product" infinity (DoubleDouble.product 1e200 1e200).Hi

[<Fact>]
let ``an exponent of two eigenvalues has no standard error`` () =
    for j in 1..40 do
        let law = Spectrum.powerLaw j (j + 1) (Array.init 50 (fun i -> 0.3 / float (1 + i) ** 1.7))
        Spec.same "standard error" nan law.StandardError

[<Fact>]
let ``as many samples as eigenvalues learn a target without noise`` () =
    let levels = [| struct (1.0, 1.0); struct (0.5, 2.0) |]
    Spec.same "learned" 0.0 (LearningCurve.error 3.0 0.0 0.0 levels [| 1.0; 1.0 |])
    Spec.same "with noise" infinity (LearningCurve.error 3.0 0.0 0.1 levels [| 1.0; 1.0 |])

[<Fact>]
let ``a support vector machine of one class violates nothing`` () =
    let k, y = Matrix<float>.Build.DenseIdentity 3, Vector<float>.Build.Dense(3, 1.0)
    Spec.same "violation" 0.0 (SupportVectors.violation 1.0 k y (Vector<float>.Build.Dense 3))
    Spec.same "bias" 1.0 (SupportVectors.bias 1.0 k y (Vector<float>.Build.Dense 3))

[<Fact>]
let ``a flow without end moves what has no eigenvalue for ever`` () =
    Spec.same "gain" infinity (Dynamics.gain (Flow infinity) 4 0.0)
    Spec.same "gain" 0.25 (Dynamics.gain (Flow 1.0) 4 0.0)

// The first step tried is the whole time, whose square overflows in the second column and not in the first one.
[<Fact>]
let ``a flow takes smaller steps where the first one overflows`` () =
    let y = Matrix<float>.Build.DenseOfRowArrays [ [| 0.0; 1.0 |] ]

    let steps =
        Assert.Throws<Loss.TooManyStepsException>(fun () ->
            Loss.flow Squared 1e-9 20_000 id (0.0 * y) y [ 1e60 ] |> ignore)

    // It has come far beyond the end of what there is to learn.
    Assert.InRange(steps.time, 100.0, 1e59)

[<Fact>]
let ``weights of a concat count by their proportions alone`` () =
    let x = [| [| 1.0; -0.4 |]; [| 0.2; 2.0 |] |]
    let written = "concat(dense relu, dense erf, weights=1:1) dense"
    let great = "concat(dense relu, dense erf, weights=1e308:1e308) dense"
    Assert.Equal<float[,] * float[,]>(gram (parsed written) x, gram (parsed great) x)
    let network = parsed great
    let read = FiniteNetwork.create 8 2 1L network
    Assert.All(FiniteNetwork.outputs read [| 1.0; -0.4 |], (fun v -> Assert.True(Double.IsFinite v)))

[<Theory>]
[<InlineData(3.0, 1e6)>]
[<InlineData(1e-6, 3.0)>]
[<InlineData(2.999, 3.001)>]
let ``a fixed variance at an end of the range is found`` (lowest: float, highest: float) =
    // V(q) = q/4 + 9/4.
    let options = { Phase.defaults with Lowest = lowest; Highest = highest }

    match Phase.ofBlock options (parsed "dense(w=0.5,b=1.5)") with
    | Error refusal -> Assert.Fail(string refusal)
    | Ok phase ->
        match phase.Variances with
        | FixedPoints.Isolated [ point ] -> Spec.near "fixed variance" 1e-14 3.0 point.Value
        | other -> Assert.Fail(string other)

// Phi(0) = 1/2 for every ratio of the deviations, and two classes have the formula of their difference.
[<Theory>]
[<InlineData(1e-9)>]
[<InlineData(1e-6)>]
[<InlineData(1e-3)>]
[<InlineData(1e-2)>]
[<Law "C = 2: P(1) = Phi((f_1 - f_2)/sqrt(s_1^2 + s_2^2)), s_1/s_2 down to 1e-9">]
let ``probabilities of classes whose deviations differ by any factor`` (ratio: float) =
    for difference in [ 0.0; 1e-10; 0.5; -1.0; 3.0; -8.0; 20.0 ] do
        let expected = Scalar.normalDistribution (difference / sqrt (1.0 + ratio * ratio))
        let p = ClassProbability.ofLatents [| difference; 0.0 |] [| ratio; 1.0 |]
        Spec.near $"probability at {difference}" (1e-11 * expected + 1e-300) expected p[0]
        let p' = ClassProbability.ofLatents [| 0.0; difference; -40.0 |] [| 1.0; ratio; ratio |]
        Spec.near $"probability among three at {difference}" 1e-12 expected p'[1]

[<Fact>]
let ``a finite network reads no graph without vertices`` () =
    let network = FiniteNetwork.create 4 2 1L (parsed "aggregate dense relu global_avg_pool dense")
    let sample = { Rows = [||]; Graph = Some(Array2D.zeroCreate 0 0) }
    Assert.ThrowsAny<ArgumentException>(fun () -> FiniteNetwork.at sample network |> ignore) |> ignore
