/// Numbers of a spectrum, and learning curves from it.
module HadamardNtk.Core.Spec.SpectrumSpec

open System
open FsCheck.FSharp
open HadamardNtk.Core
open MathNet.Numerics.LinearAlgebra
open Xunit

let private seeds = Gen.choose (1, 100000) |> Arb.fromGen

let private decaying seed =
    let random = Random(seed: int)
    let n = 3 + random.Next 40
    let rate = 3.0 * random.NextDouble()

    Array.init n (fun j -> Math.Pow(float (j + 1), -rate) * (0.5 + random.NextDouble()))
    |> Array.sortDescending

[<Fact>]
[<Law "lambda_j = c j^-a  =>  the fit has a, c and no error">]
let ``a power law is fitted by itself`` () =
    Spec.holds 200 string seeds (fun seed ->
        let random = Random seed
        let a, c = 4.0 * random.NextDouble(), Math.Exp(20.0 * random.NextDouble() - 10.0)
        let values = Array.init 30 (fun j -> c * Math.Pow(float (j + 1), -a))
        let first = 1 + random.Next 20
        let law = Spectrum.powerLaw first (first + 2 + random.Next(28 - first)) values
        Spec.near "a" 1e-12 a law.Exponent
        Spec.near "c" (1e-11 * c) c law.Constant
        Spec.near "error" 1e-11 0.0 law.StandardError)

[<Fact>]
[<Law "a(k lambda) = a(lambda), a(lambda^p) = p a(lambda)">]
let ``an exponent does not see the scale of a spectrum and is multiplied by a power`` () =
    Spec.holds 200 string seeds (fun seed ->
        let values = decaying seed
        let law = Spectrum.powerLaw 1 values.Length values
        let scaled = Spectrum.powerLaw 1 values.Length (values |> Array.map (fun l -> 7.0 * l))
        let squared = Spectrum.powerLaw 1 values.Length (values |> Array.map (fun l -> l * l))
        Spec.near "scaled" 1e-12 law.Exponent scaled.Exponent
        Spec.near "its error" 1e-12 law.StandardError scaled.StandardError
        Spec.near "squared" 1e-12 (2.0 * law.Exponent) squared.Exponent)

[<Fact>]
[<Law "0 < d(r) < n, d falls with r, d(0) = rank">]
let ``an effective dimension lies between 0 and the rank and falls with the ridge`` () =
    Spec.holds 200 string seeds (fun seed ->
        let values = Array.append (decaying seed) [| 0.0; 0.0 |]
        let at ridge = Spectrum.effectiveDimension ridge values
        Spec.near "d(0)" 0.0 (float (values.Length - 2)) (at 0.0)
        let ridges = [| for k in -6 .. 6 -> Math.Pow(10.0, float k) |]
        let dimensions = ridges |> Array.map at
        Assert.True(Array.forall (fun d -> d > 0.0 && d < float (values.Length - 2)) dimensions)
        Assert.Equal<float[]>(Array.sortDescending dimensions, dimensions))

[<Fact>]
[<Law "1 <= (sum lambda)^2/sum lambda^2 <= n">]
let ``a participation ratio lies between 1 and n, its value for equal eigenvalues`` () =
    Spec.holds 200 string seeds (fun seed ->
        let values = decaying seed
        Assert.InRange(Spectrum.participationRatio values, 1.0, float values.Length)
        Spec.near "equal" 1e-12 5.0 (Spectrum.participationRatio (Array.create 5 1e-200))
        Spec.near "one" 1e-12 1.0 (Spectrum.participationRatio [| 1e200; 0.0; 0.0 |]))

[<Fact>]
[<Law "n = sum lambda/(lambda + kappa) + r/kappa">]
let ``the constant of a learning curve solves its equation`` () =
    Spec.holds 200 string seeds (fun seed ->
        let random = Random seed
        let levels = decaying seed |> Array.map (fun l -> struct (l, float (1 + random.Next 50)))
        let n, ridge = float (1 + random.Next 40), Math.Pow(10.0, -6.0 * random.NextDouble())
        let kappa = LearningCurve.constant n ridge levels
        let sum = levels |> Array.sumBy (fun (struct (l, m)) -> m * l / (l + kappa))
        Spec.near "n" (1e-10 * n) n (sum + ridge / kappa))

[<Fact>]
[<Law "n = 0: the target and the noise; n > rank, r = 0, no noise: 0">]
let ``a learning curve begins at the target and ends at nothing`` () =
    Spec.holds 100 string seeds (fun seed ->
        let levels = decaying seed |> Array.map (fun l -> struct (l, 1.0))
        let powers = levels |> Array.map (fun (struct (l, _)) -> l)
        let total = Array.sum powers
        Spec.near "few" (0.05 * total) (total + 0.25) (LearningCurve.error 1e-3 1e-9 0.25 levels powers)
        Spec.near "many" 1e-12 0.0 (LearningCurve.error (float levels.Length + 1.0) 0.0 0.0 levels powers))

// Ridge regression with Gaussian features of variances lambda_i: the framework's own assumption. Its theory is exact up
// to O(1/n), so the mean of 30 trials is compared within five standard errors and 3 %.
[<Fact>]
[<Law "error(n) = E |f - y|^2, features normal with variances lambda_i">]
let ``a learning curve is the mean error of regressions on Gaussian features`` () =
    let count, n, ridge, noise = 300, 120, 0.5, 0.04
    let values = Array.init count (fun i -> Math.Pow(float (i + 1), -1.3))
    let powers = Array.init count (fun i -> Math.Pow(float (i + 1), -1.6))
    let levels = values |> Array.map (fun l -> struct (l, 1.0))
    let normals = Draws.normals 11L (30 * n * (count + 1))
    let coefficients = Vector<float>.Build.DenseOfArray(powers |> Array.map sqrt)
    let roots = Vector<float>.Build.DenseOfArray(values |> Array.map sqrt)

    let errors =
        [| for trial in 0..29 ->
               let at = trial * n * (count + 1)
               let phi = Matrix<float>.Build.Dense(n, count, (fun i j -> normals[at + i * count + j]))

               let y =
                   phi * coefficients
                   + sqrt noise * Vector<float>.Build.Dense(n, (fun i -> normals[at + n * count + i]))

               let scaled = Matrix<float>.Build.Dense(n, count, (fun i j -> phi[i, j] * roots[j]))
               let k = scaled * scaled.Transpose() + ridge * Matrix<float>.Build.DenseIdentity n
               let learned = roots.PointwiseMultiply(scaled.Transpose() * k.Cholesky().Solve y)
               let missed = coefficients - learned
               missed * missed + noise |]

    let mean = Array.average errors
    let spread = errors |> Array.sumBy (fun e -> (e - mean) * (e - mean) / (30.0 * 29.0)) |> sqrt
    let theory = LearningCurve.error (float n) ridge noise levels powers
    Spec.near "error" (5.0 * spread + 0.03 * theory) theory mean
