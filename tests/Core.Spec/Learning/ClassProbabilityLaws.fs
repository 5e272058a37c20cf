/// Laws of the probabilities of classes under Gaussian latents.
module HadamardNtk.Core.Spec.ClassProbabilityLaws

open System
open FsCheck.FSharp
open HadamardNtk.Core
open Xunit

// Means and deviations of some classes; widths differ by a factor of 7 at most.
let private drawn (random: Random) classes spread =
    Array.init classes (fun _ -> spread * (random.NextDouble() - 0.5)),
    Array.init classes (fun _ -> exp (2.0 * random.NextDouble() - 1.0))

let private cases =
    Gen.choose (1, 100000)
    |> Gen.map (fun seed ->
        let random = Random seed
        random, 2 + random.Next 12, 30.0 * random.NextDouble())
    |> Arb.fromGen

let private show (_: Random, classes: int, spread: float) = $"{classes} classes, means within {spread}"

[<Fact>]
[<Law "sum_c P(c) = 1, P(c) in [0, 1]">]
let ``the probabilities of classes add up to 1`` () =
    Spec.holds 200 show cases (fun (random, classes, spread) ->
        let p = drawn random classes spread ||> ClassProbability.ofLatents
        // The trapezoidal sum converges to rounding, about 200 terms.
        Spec.near "sum" 1e-13 1.0 (Array.sum p)
        Assert.All(p, (fun probability -> Assert.InRange(probability, 0.0, 1.0))))

[<Fact>]
[<Law "C = 2: P(1) = Phi((f_1 - f_2)/sqrt(s_1^2 + s_2^2))">]
let ``two classes have the normal distribution of their standardized difference`` () =
    Spec.holds 200 show cases (fun (random, _, spread) ->
        let f, s = drawn random 2 (2.0 * spread)
        let expected = Scalar.normalDistribution ((f[0] - f[1]) / sqrt (s[0] * s[0] + s[1] * s[1]))
        // Relative to the probability, which is 1e-250 at the least: its logarithm has 1e-14 of 600.
        let p = ClassProbability.ofLatents f s
        Spec.near "probability" (1e-11 * expected) expected p[0]
        Spec.near "probability" 1e-12 expected p[0])

[<Fact>]
[<Law "P(pi f, pi s) = pi P(f, s)">]
let ``other names of the classes give the same probabilities`` () =
    Spec.holds 100 show cases (fun (random, classes, spread) ->
        let f, s = drawn random classes spread
        let places = Array.init classes id
        random.Shuffle places
        let permuted (values: float[]) = places |> Array.map (fun place -> values[place])
        let expected = permuted (ClassProbability.ofLatents f s)

        // The sums have another order.
        Array.iter2 (Spec.near "probability" 1e-13) expected (ClassProbability.ofLatents (permuted f) (permuted s)))

[<Fact>]
[<Law "P(a f + b, a s) = P(f, s) for a > 0">]
let ``probabilities do not depend on the unit of the latents`` () =
    Spec.holds 100 show cases (fun (random, classes, spread) ->
        let f, s = drawn random classes spread
        let expected = ClassProbability.ofLatents f s
        // Powers of two round nothing; the shift loses digits of its own size.
        Array.iter2
            (Spec.near "unit" 1e-13)
            expected
            (ClassProbability.ofLatents (f |> Array.map ((*) 1024.0)) (s |> Array.map ((*) 1024.0)))

        Array.iter2 (Spec.near "shift" 1e-12) expected (ClassProbability.ofLatents (f |> Array.map ((+) 100.0)) s))

[<Fact>]
[<Law "dP(c)/df_c > 0, dP(j)/df_c < 0">]
let ``a greater mean makes its class more probable and no other`` () =
    Spec.holds 100 show cases (fun (random, classes, _) ->
        let f, s = drawn random classes 2.0
        let before = ClassProbability.ofLatents f s

        let after =
            ClassProbability.ofLatents (f |> Array.mapi (fun c mean -> if c = 0 then mean + 0.5 else mean)) s

        Assert.True(after[0] > before[0])
        Assert.All(Array.zip before after |> Array.tail, (fun (old, now) -> Assert.True(now < old))))

[<Fact>]
[<Law "P(c) = E [z_c > all others]">]
let ``probabilities are how often a latent is the greatest of all`` () =
    Spec.holds 5 show cases (fun (random, _, _) ->
        let count = 40000
        let f, s = drawn random 4 3.0
        let p = ClassProbability.ofLatents f s
        let z = Draws.normals (int64 (random.Next())) (4 * count)
        let wins = Array.zeroCreate 4

        for k in 0 .. count - 1 do
            let latents = Array.init 4 (fun c -> f[c] + s[c] * z[4 * k + c])
            let best = Array.findIndex ((=) (Array.max latents)) latents
            wins[best] <- wins[best] + 1

        // Five standard errors of a share.
        for c in 0..3 do
            let error = sqrt (p[c] * (1.0 - p[c]) / float count)
            Spec.near "share" (5.0 * error) p[c] (float wins[c] / float count))

[<Fact>]
[<Law "C equal latents: P = 1/C; one of C = 100 is 5 below: 6.8745e-13">]
let ``many classes have probabilities with all their digits`` () =
    for classes in [ 1; 2; 5; 100 ] do
        let p = ClassProbability.ofLatents (Array.create classes 3.0) (Array.create classes 0.1)
        Assert.All(p, (fun probability -> Spec.near "equal" 1e-13 (1.0 / float classes) probability))

    // The class below all others, by a sum with a step of 1/200 over the same integrand.
    let expected =
        let h = 0.005
        let integrand u = exp (99.0 * log (Scalar.normalDistribution u) - (u + 5.0) * (u + 5.0) / 2.0)
        h * Seq.sumBy (fun k -> integrand (-30.0 + h * float k)) (seq { 0..9000 }) / sqrt (2.0 * Math.PI)

    let means = Array.init 100 (fun c -> if c = 0 then -5.0 else 0.0)
    let p = ClassProbability.ofLatents means (Array.create 100 1.0)
    Spec.near "low" (1e-11 * expected) expected p[0]

[<Fact>]
[<Law "s = 0: P = 1 at the greatest mean">]
let ``without deviations the greatest mean is certain, and equal ones share`` () =
    Assert.Equal<float[]>([| 0.0; 1.0; 0.0 |], ClassProbability.ofLatents [| 1.0; 2.0; -1.0 |] [| 0.0; 0.0; 0.0 |])
    Assert.Equal<float[]>([| 0.5; 0.0; 0.5 |], ClassProbability.ofLatents [| 1.0; 0.0; 1.0 |] [| 0.0; 0.0; 0.0 |])
    // Tiny deviations tend to that, without as many terms as gaps have deviations.
    Assert.Equal<float[]>(
        [| 0.0; 1.0 |],
        ClassProbability.ofLatents [| 0.0; 1.0 |] [| 1e-12; 1e-12 |]
        |> Array.map (fun p -> Math.Round(p, 12))
    )

    for means, deviations in
        [ [||], [||]
          [| 1.0 |], [| 1.0; 1.0 |]
          [| 1.0; nan |], [| 1.0; 1.0 |]
          [| 1.0; 2.0 |], [| 1.0; -1.0 |]
          [| 1.0; 2.0 |], [| 1.0; infinity |]
          [| 1.0; 2.0 |], [| 1.0; 0.0 |] ] do
        Assert.Throws<ArgumentException>(fun () -> ClassProbability.ofLatents means deviations |> ignore)
        |> ignore
