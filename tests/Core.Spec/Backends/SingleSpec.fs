/// What float32 costs, layer by layer: relative to sqrt(K_ii K_jj), at angles from far below those that the lanes take.
module HadamardNtk.Core.Spec.SingleSpec

open System
open HadamardNtk.Core.Spec.Compiled
open Xunit

/// Rows in a plane at angles 1e-3 to 3 from each other, a factor of 4 apart in length.
let private fan n =
    let random = Random 3

    Array.init n (fun _ ->
        let angle = Math.Pow(10.0, -3.0 + 3.5 * random.NextDouble())
        let length = 0.5 + 1.5 * random.NextDouble()
        [| length * sin angle; length * cos angle |])

// The angle of a pair at 1 - |rho| = 2e-3, the nearest that float32 keeps, is known to 2e-6: kinks make that an error of
// their tangent kernels in every layer. erf and gaussian have the square of s = sqrt(q1 q2 - c^2), known to 2e-5 of itself
// there, beside 1 + q1 + q2, and gain from it where variances are great.
let bounds =
    let data = TheoryData<string, float>()

    for text, bound in
        [ "dense relu dense", 2e-6
          "dense layer_norm relu dense", 2e-6
          "dense(w=30,b=0.5) relu dense", 2e-6
          "(dense(w=1.4142,b=0.05) relu)^3 dense", 3e-6
          "(dense(w=1.4142,b=0.05) relu)^5 dense", 5e-6
          "(dense(w=1.4142,b=0.05) leaky_relu)^5 dense", 5e-6
          "(dense(w=1.4142,b=0.05) relu)^8 dense", 6e-6
          "(dense(w=1.4142,b=0.05) relu)^12 dense", 1e-5
          "(dense(w=1.4142) relu)^30 dense", 4e-5
          "dense abs dense", 3e-6
          "(dense(b=0.05) abs)^5 dense", 1e-5
          "dense sign dense relu", 6e-6
          "(dense(w=1.5,b=0.05) rectified_monomial(k=2))^3 dense", 2e-6
          "(dense(w=1.5,b=0.05) erf)^5 dense", 3e-6
          "dense(w=5) erf", 5e-6
          "dense(w=30) erf", 2e-5
          "dense gaussian", 2e-6
          "dense(w=5) gaussian", 1.2e-5
          "dense(w=30) gaussian", 2e-5
          "(dense(w=1.5,b=0.05) gelu)^5 dense", 2e-6
          "(dense(w=1.5,b=0.05) sin)^5 dense", 3e-6
          "dense(w=30) sin", 2e-6
          "dense(w=30) rbf", 2e-6
          "hadamard(dense, sum(dense, constant), sum(dense, constant)) dense", 2e-6 ] do
        data.Add(text, bound)

    data

[<Theory>]
[<MemberData(nameof bounds)>]
let ``float32 costs a kernel no more than its layers' bound`` (text: string) bound =
    let kernel = HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse(text))
    let rows = fan 80

    for kind in kinds do
        let truth = { truth kernel kind rows rows with IsNear = fun _ _ -> false }
        near $"{kind}" bound truth (gram quick Precision.Float32 kind rows kernel)

let generals = TheoryData<string>([ "tanh"; "sigmoid"; "softplus"; "swish"; "elu"; "selu"; "mish" ])

[<Theory>]
[<MemberData(nameof generals)>]
let ``float32 costs a function without a closed form 2e-6`` (word: string) =
    for w in [ 1; 5 ] do
        let kernel =
            HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse($"dense(w={w},b=0.1) {word} dense"))

        let rows = fan 6

        for kind in kinds do
            near $"{kind}" 2e-6 (truth kernel kind rows rows) (gram quick Precision.Float32 kind rows kernel)

[<Theory>]
[<InlineData "dense sin(b=100) dense">]
[<InlineData "dense rbf(gamma=5000) dense">]
[<InlineData "dense cos(b=-70) dense erf dense">]
[<Law "e^{-b^2 (q1 + q2 - 2c)/2}, b^2 q = 1e4: float32 knows the sum to 1e-3">]
let ``fast waves of near rows are computed in float64, though a factor and not the norms makes their exponent great``
    text
    =
    let kernel = HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse(text))
    // Rows of norm 1 at angles of 1/100 and less: the exponents are from 0 to -30.
    let rows = Array.init 12 (fun i -> let a = 0.005 * float (i * (i + 1)) / 2.0 in [| cos a; sin a |])

    for kind in Compiled.kinds do
        let truth = Compiled.truth kernel kind rows rows

        for compiled in [ true; false ] do
            let cpu = Compiled.settings HadamardNtk.VectorWidths.Widest compiled
            Compiled.near $"{kind}" 2e-6 truth (Compiled.gram cpu Compiled.Precision.Float32 kind rows kernel)
