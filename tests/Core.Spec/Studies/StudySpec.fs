/// What the studies of spectral bias and of extrapolation measure.
module HadamardNtk.Core.Spec.StudySpec

open System
open FsCheck.FSharp
open HadamardNtk.Core
open Xunit

let private seeds = Gen.choose (1, 100000) |> Arb.fromGen

[<Fact>]
[<Law "P_k are Chebyshev on a circle, Legendre on a sphere, and orthogonal under (1 - t^2)^((d-3)/2) with E P_k^2 = 1/N(d, k)">]
let ``Gegenbauer polynomials are orthogonal and have the norms of their eigenspaces`` () =
    for t in [ -0.9; -0.3; 0.0; 0.41; 1.0 ] do
        let circle = SphereTargets.gegenbauer 2 9 t
        Array.iteri (fun k p -> Spec.near $"T_{k}({t})" 1e-14 (cos (float k * acos t)) p) circle
        let sphere = SphereTargets.gegenbauer 3 3 t
        Spec.near "P_2" 1e-15 (1.5 * t * t - 0.5) sphere[2]
        Spec.near "P_3" 1e-15 (2.5 * t * t * t - 1.5 * t) sphere[3]

    let rule = GaussRule.legendre 48

    for dimension in [ 3; 5; 10 ] do
        let values =
            [| for i in 0 .. rule.Nodes.Length - 1 do
                   let t = rule.Nodes[i].Hi
                   let weight = rule.Weights[i].Hi * Math.Pow(1.0 - t * t, float (dimension - 3) / 2.0)
                   weight, SphereTargets.gegenbauer dimension 8 t |]

        let total = values |> Array.sumBy fst
        let product j k = (values |> Array.sumBy (fun (w, p) -> w * p[j] * p[k])) / total

        for j in 0..8 do
            for k in 0..8 do
                let multiplicity k =
                    if k = 0 then
                        1.0
                    else
                        let binomial =
                            Seq.fold (fun b i -> b * float (dimension - 2 + i) / float i) 1.0 (seq { 1 .. k - 1 })

                        float (2 * k + dimension - 2) / float k * binomial

                // Odd powers of 1 - t^2 under a root are no polynomials, so that the rule has a small error.
                let tolerance = if dimension % 2 = 1 then 1e-13 else 1e-7

                Spec.near
                    $"<P_{j}, P_{k}>, d = {dimension}"
                    tolerance
                    (if j = k then 1.0 / multiplicity k else 0.0)
                    (product j k)

[<Fact>]
[<Law "the points of a sphere have |x|^2 = d and the mean 0, and E P_k(<x, z>/d)^2 = 1/N(d, k)">]
let ``points of a sphere are uniform`` () =
    let d, n = 5, 40000
    let x = SphereTargets.points 3L n d

    for i in 0..997 .. n - 1 do
        Spec.near "norm" 1e-13 (float d) (Seq.sumBy (fun j -> x[i * d + j] * x[i * d + j]) (seq { 0 .. d - 1 }))

    for j in 0 .. d - 1 do
        // The mean of n numbers of variance 1, at five standard deviations.
        Spec.near "mean" (5.0 / sqrt (float n)) 0.0 (Seq.averageBy (fun i -> x[i * d + j]) (seq { 0 .. n - 1 }))

    let z = SphereTargets.points 4L 1 d
    // N(5, 2) = 14. The variance of P_2^2 is at most E P_2^2, as |P_2| <= 1.
    let square = SphereTargets.harmonic d 2 z x |> Array.averageBy (fun p -> p * p)
    Spec.near "E P_2^2" (5.0 * sqrt (1.0 / 14.0 / float n)) (1.0 / 14.0) square

[<Fact>]
[<Law "(1 - e lambda)^s of each eigenvector's part; half-times of one eigenvalue agree with the first half of its curve">]
let ``a part that lies along one eigenvector is lost at its own rate`` () =
    Spec.holds 200 string seeds (fun seed ->
        let random = Random seed
        let n = 2 + random.Next 8
        let values = Array.init n (fun _ -> random.NextDouble()) |> Array.sortDescending
        let j = random.Next n
        let along = Array.init n (fun i -> if i = j then 2.0 else 0.0)
        let at = SpectralBias.predicted values along along 1.0
        let steps = float (random.Next 20)
        Spec.near "part" 1e-13 (4.0 * Math.Pow(1.0 - values[j], steps) / sqrt (float n)) (at steps)
        let half = SpectralBias.halfTime 1.0 values[j]

        if half > 1.0 && half < 500.0 then
            let times = Array.init 1001 float
            Spec.near "half-time" (0.001 * half) half (SpectralBias.firstHalf times (times |> Array.map at)))

    Assert.Equal(infinity, SpectralBias.halfTime 1.0 0.0)
    Assert.Equal(nan, SpectralBias.halfTime 1.0 nan)
    Assert.Equal(infinity, SpectralBias.firstHalf [| 0.0; 1.0 |] [| 1.0; 0.6 |])
    Assert.Equal(0.0, SpectralBias.firstHalf [| 0.0; 1.0 |] [| 0.0; 0.0 |])

[<Fact>]
[<Law "|n^(-1/2) p.(I - e K/n)^s y| by iteration is the sum over eigenvectors">]
let ``the prediction is descent in the basis of eigenvectors`` () =
    Spec.holds 50 string seeds (fun seed ->
        let random = Random seed
        let n = 3 + random.Next 6
        let a = MathNet.Numerics.LinearAlgebra.Matrix<float>.Build.Random(n, n, seed)
        let k = a * a.Transpose()
        let eigen = (k / float n).Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric)
        let values = eigen.EigenValues |> Seq.map _.Real |> Array.ofSeq
        let y = MathNet.Numerics.LinearAlgebra.Vector<float>.Build.Random(n, seed + 1)
        let p = MathNet.Numerics.LinearAlgebra.Vector<float>.Build.Random(n, seed + 2)
        let rate = 1.0 / Array.max values
        let mutable r = y

        for _ in 1..7 do
            r <- r - k * r * (rate / float n)

        let along (v: MathNet.Numerics.LinearAlgebra.Vector<float>) = (eigen.EigenVectors.Transpose() * v).ToArray()

        Spec.near
            "part"
            1e-12
            (SpectralBias.part (p.ToArray()) (r.ToArray()))
            (SpectralBias.predicted values (along p) (along y) rate 7.0))

[<Fact>]
[<Law "a polynomial of the powers first, ..., last leaves nothing; one power less leaves the last one's part">]
let ``the residual of a polynomial is 0 from its degree on`` () =
    Spec.holds 200 string seeds (fun seed ->
        let random = Random seed
        let first, degree = random.Next 3, 3 + random.Next 3
        let c = Array.init (degree + 1) (fun k -> if k < first then 0.0 else 0.5 + random.NextDouble())
        let times = Array.init 30 (fun i -> 1.0 + 0.3 * float i)

        let values =
            times |> Array.map (fun t -> Seq.sumBy (fun k -> c[k] * Math.Pow(t, float k)) (seq { 0..degree }))

        let greatest = Array.max values
        Spec.near "its powers" (1e-13 * greatest) 0.0 (Extrapolation.polynomialResidual first degree times values)
        Assert.True(Extrapolation.polynomialResidual first (degree - 1) times values > 1e-6 * greatest)
        Assert.True(Extrapolation.polynomialResidual (first + 1) degree times values > 1e-9 * greatest)

        // Powers of such times are beyond float64; their unit does not matter.
        let far = times |> Array.map (fun t -> 1e80 * t)
        Spec.near "far out" (1e-13 * greatest) 0.0 (Extrapolation.polynomialResidual first degree far values)

        let powers = times |> Array.map (fun t -> -3.0 * Math.Pow(t, float degree))
        Spec.near "homogeneous" 1e-12 0.0 (Extrapolation.homogeneityResidual degree times powers)
        Assert.True(Extrapolation.homogeneityResidual (degree - 1) times powers > 1.0))

    Assert.Throws<ArgumentException>(fun () ->
        Extrapolation.polynomialResidual 0 2 [| 1.0; 2.0; 3.0 |] [| 1.0; 2.0; 3.0 |] |> ignore)
    |> ignore

[<Fact>]
[<Law "errors of c_i y_i are 100 times the median of c_i percent, whatever the zeros of y">]
let ``a percent error is a median of relative errors`` () =
    Spec.holds 100 string seeds (fun seed ->
        let random = Random seed
        let shares = Array.init (1 + random.Next 20) (fun _ -> random.NextDouble())
        let y = shares |> Array.map (fun _ -> random.NextDouble() - 0.5)
        let sorted = Array.sort shares
        let n = shares.Length
        let middle = 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2])

        Spec.near
            "error"
            1e-10
            (100.0 * middle)
            (Extrapolation.percentError
                (Array.append y [| 0.0 |])
                (Array.append (Array.map2 (fun v share -> v * (1.0 + share)) y shares) [| 7.0 |])))

    Assert.Equal(nan, Extrapolation.percentError [| 0.0 |] [| 1.0 |])
    Assert.Equal(nan, Extrapolation.percentError [| 1.0; 1.0; 1.0 |] [| 1.0; nan; 1.0 |])
    Assert.Equal(infinity, Extrapolation.percentError [| 1.0 |] [| infinity |])
