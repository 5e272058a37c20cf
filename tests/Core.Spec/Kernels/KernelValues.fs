/// Kernels whose values are known: by formula, by scaling, or because there is none.
module HadamardNtk.Core.Spec.KernelValues

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Grams
open Xunit

let private data =
    [| [| 0.6; -0.8; 1.0 |]; [| 1.2; 0.5; -0.3 |]; [| -0.1; 0.9; 0.4 |]; [| 0.0; 0.0; 0.0 |] |]

/// Both kernels as functions of k = x.x'/d, to a few roundings of sqrt(K(x,x) K(x',x')).
let private formula text (sigma: float -> float) (theta: float -> float) =
    let nngp, ntk = gram (parsed text) data

    for i in 0 .. data.Length - 1 do
        for j in 0 .. data.Length - 1 do
            let k = Kernel.product data[i] data[j]
            let scale (k: float[,]) = 50.0 * 2.3e-16 * sqrt (k[i, i] * k[j, j])
            Spec.near $"Sigma of {text}" (scale nngp) (sigma k) nngp[i, j]
            Spec.near $"Theta of {text}" (scale ntk) (theta k) ntk[i, j]

[<Fact>]
let ``CCP has Sigma = k (1+k)^(N-1) and Theta = k (1+k)^(N-1) + (N-1) k^2 (1+k)^(N-2)`` () =
    for n in 1..8 do
        let power e k = if e < 0 then 0.0 else Math.Pow(1.0 + k, float e)
        let sigma k = k * power (n - 1) k
        formula $"ccp(degree={n})" sigma (fun k -> sigma k + float (n - 1) * k * k * power (n - 2) k)

[<Fact>]
let ``NCP of linear factors is k (k+b^2)-wise its recursion`` () =
    for n in 1..6 do
        let b2 = 0.25

        // X_n = D * (X_{n-1} dense(b)): Sigma <- k (Sigma + b^2), Theta <- k (Sigma + b^2) + k (Sigma + b^2 + Theta).
        let rec at n k =
            if n = 1 then
                struct (k, k)
            else
                let struct (s, t) = at (n - 1) k
                struct (k * (s + b2), k * (s + b2) + k * (s + b2 + t))

        formula $"ncp(degree={n},b=0.5)" (fun k -> let struct (s, _) = at n k in s) (fun k ->
            let struct (_, t) = at n k in t)

[<Fact>]
let ``the mean of the raw input is its average feature`` () =
    let nngp, ntk = gram (parsed "sum(identity, constant(c=2))") data

    for i in 0 .. data.Length - 1 do
        for j in 0 .. data.Length - 1 do
            let k = Kernel.product data[i] data[j] + 2.0 * Array.average data[i] + 2.0 * Array.average data[j] + 4.0
            // Four terms, each below 4.
            Spec.near "Sigma" 1e-14 k nngp[i, j]
            Spec.same "Theta" 0.0 ntk[i, j]

[<Fact>]
[<Law "Sigma of a sum = T_f + T_g + m_f m_g' + m_g m_f', m = E f(u)">]
let ``a sum of signals with means has their product at rows of any lengths, and what is above it too`` () =
    let relu q1 q2 c =
        let s = sqrt (max 0.0 (q1 * q2 - c * c))
        (s + (Math.PI - atan2 s c) * c) / (2.0 * Math.PI)

    let cosine q1 q2 c = exp (-0.5 * (q1 + q2)) * cosh c
    let reluMean q = sqrt (q / (2.0 * Math.PI))
    let cosineMean q = exp (-0.5 * q)

    for text, f, fMean, g, gMean in
        [ "sum(dense relu, dense relu) dense relu", relu, reluMean, relu, reluMean
          "sum(dense relu, dense cos) dense relu", relu, reluMean, cosine, cosineMean ] do
        let sigma q1 q2 c = f q1 q2 c + g q1 q2 c + fMean q1 * gMean q2 + gMean q1 * fMean q2

        let nngp, _ = gram (parsed text) data

        for i in 0 .. data.Length - 1 do
            for j in 0 .. data.Length - 1 do
                let q1, q2 = Kernel.product data[i] data[i], Kernel.product data[j] data[j]
                let expected = relu (sigma q1 q1 q1) (sigma q2 q2 q2) (sigma q1 q2 (Kernel.product data[i] data[j]))
                Spec.near $"Sigma of {text} at ({i}, {j})" 1e-14 expected nngp[i, j]

[<Fact>]
[<Law "Theta = 2^(1-N) (N + 1), Sigma = 2^(1-N) at x = x', |x| = 1">]
let ``a product of N relu factors has K = 2^(1-N) (N+1) on the sphere`` () =
    // |x| = 1 and d = 4: w = 2 leaves w.x; the read-out has variance 2.
    let x = [| [| 0.5; -0.5; 0.5; 0.5 |] |]

    for n in 1..9 do
        let factors = String.concat ", " (List.replicate n "dense(w=2) relu")
        let nngp, ntk = gram (parsed $"hadamard({factors}) dense(w=1.4142135623730951)") x
        // w^2 = 2 to one rounding, and n products.
        Spec.near "K" (1e-15 * float (n + 2)) (2.0 ** float (1 - n) * float (n + 1)) ntk[0, 0]
        Spec.near "Sigma" (1e-15 * float (n + 2)) (2.0 ** float (1 - n)) nngp[0, 0]

[<Fact>]
let ``CCP of relu factors has the closed form of docs/mathematics.md`` () =
    let rows = [| [| 0.6; -0.8 |]; [| 1.2; 0.5 |] |]

    for n in 1..5 do
        // y <- y (1 + relu(W x)) with unnormalized W: w = sqrt d; read-out variance 2.
        let net = $"ccp(degree={n},w=1.4142135623730951,act=relu) dense(w=1.4142135623730951)"
        let nngp, ntk = gram (parsed net) rows

        for i in 0..1 do
            for j in 0..1 do
                let x, x' = rows[i], rows[j]
                let dot a b = Array.map2 (*) a b |> Array.sum
                let norm a = sqrt (dot a a)
                let cos' = max -1.0 (min 1.0 (dot x x' / (norm x * norm x')))
                let th = if i = j then 0.0 else acos cos'
                let k1 = (Math.PI - th) / (2.0 * Math.PI)
                let k2 = norm x * norm x' * (sin th + (Math.PI - th) * cos th) / (2.0 * Math.PI)
                let kt = 1.0 + (norm x + norm x') / sqrt (2.0 * Math.PI) + k2
                let power e = if e < 0 then 0.0 else Math.Pow(kt, float e)
                let sigma = 2.0 * k2 * power (n - 1)
                let theta = sigma + 2.0 * dot x x' * (k1 * power (n - 1) + float (n - 1) * k1 * k2 * power (n - 2))
                // acos and n products: 100 units in the last place.
                let tolerance (k: float[,]) = 100.0 * 2.3e-16 * sqrt (k[i, i] * k[j, j])
                Spec.near $"Sigma, degree {n}" (tolerance nngp) sigma nngp[i, j]
                Spec.near $"Theta, degree {n}" (tolerance ntk) theta ntk[i, j]

[<Fact>]
[<Law "K(2x, 2x') = 4^degree K(x, x')">]
let ``kernels of networks of relu layers are homogeneous: doubling the rows multiplies them by 4^degree`` () =
    for text, degree in
        [ "(dense(w=1.4) relu)^4 dense", 1
          "dense abrelu(a=0.3,b=2) dense abs dense", 1
          "hadamard(dense relu, dense relu, dense abs) dense", 3
          "hadamard(dense relu dense, identity) dense relu dense", 2
          "dense rectified_monomial(k=2) dense", 2 ] do
        let nngp, ntk = gram (parsed text) data
        let nngp', ntk' = gram (parsed text) (data |> Array.map (Array.map ((*) 2.0)))

        // Multiplying by powers of 2 rounds nothing.
        for i in 0 .. data.Length - 1 do
            for j in 0 .. data.Length - 1 do
                Spec.same text (nngp[i, j] * 4.0 ** float degree) nngp'[i, j]
                Spec.same text (ntk[i, j] * 4.0 ** float degree) ntk'[i, j]

[<Fact>]
[<Law "Sigma(x, x) = |x|^2/d, Theta(x, x) = (L + 1) |x|^2/d after L layers">]
let ``sixty layers of relu keep norms, and Theta grows by one Sigma a layer`` () =
    let depth = 60
    let nngp, ntk = gram (parsed $"(dense(w=1.4142135623730951) relu)^{depth} dense") data

    for i in 0 .. data.Length - 1 do
        let q = Kernel.product data[i] data[i]
        // w^2 rounds by one unit, as does each step: 1e-13 a layer is 450 units.
        Spec.near "Sigma" (1e-13 * float depth * q) q nngp[i, i]
        Spec.near "Theta" (1e-13 * float depth * q * float (depth + 1)) (q * float (depth + 1)) ntk[i, i]

        for j in 0 .. data.Length - 1 do
            Assert.True(Double.IsFinite nngp[i, j] && Double.IsFinite ntk[i, j])

[<Fact>]
let ``a very deep network is compiled and run`` () =
    let nngp, _ = gram (parsed "(dense(w=1.4142135623730951) relu)^4000 dense") data[..1]
    // Correlations tend to 1 as 1 - 9 pi^2/(2 depth^2): 3e-6 at depth 4000, from below.
    let rho = nngp[0, 1] / sqrt (nngp[0, 0] * nngp[1, 1])
    Assert.InRange(rho, 1.0 - 4e-6, 1.0 - 2e-6)

/// The refusal of a Gram matrix: its layer and its row.
let private undefinedAt text (rows: float[][]) =
    let e = Assert.Throws<KernelUndefinedException>(fun () -> gram (parsed text) rows |> ignore)
    Assert.Contains($"row {e.row}", e.Message)
    Assert.Contains(e.undefined.Layer, e.Message)
    e.undefined.Layer, e.row

[<Fact>]
let ``a kernel that has no value names the layer and the row`` () =
    let one, two, huge = [| 1.0; 0.5 |], [| 3.0; 4.0 |], [| 1e200; 1.0 |]
    // E exp(2 b u^2) exists while 4 b q < 1; q = 0.625 for the first row, 12.5 for the second.
    Assert.Equal(("gaussian(b=0.1)", 1), undefinedAt "dense gaussian(b=0.1) dense" [| one; two |])
    Assert.Equal(("gaussian(b=1)", 0), undefinedAt "dense gaussian(b=1)" [| one; two |])
    Assert.Equal(("exp", 1), undefinedAt "dense(w=10) exp dense" [| one; two |])
    Assert.Equal(("exp", 0), undefinedAt "dense exp dense exp dense exp" [| two |])
    Assert.Equal(("input", 2), undefinedAt "dense relu dense" [| one; two; huge |])
    Assert.Equal(("dense(w=1e+200)", 0), undefinedAt "dense(w=1e200) relu" [| one |])

[<Fact>]
let ``an overflow below a wave, or without any sample, is undefined like any other`` () =
    let rows = [| [| 3.0; 4.0 |]; [| 1.0; 0.5 |] |]
    Assert.Equal(("input", 0), undefinedAt "dense sin dense sin" [| [| 1e200; 1.0 |] |])
    Assert.Equal(("exp", 0), undefinedAt "dense exp dense exp dense exp dense sin" rows)
    Assert.Equal(("constant(c=1e+200)", 0), undefinedAt "constant(c=1e200)" rows)
    Assert.Equal(("constant(c=1e+200)", 0), undefinedAt "constant(c=1e200) dense" rows)

[<Fact>]
let ``a gaussian is defined up to the end of its domain`` () =
    // q = 1 and b = 0.2499: 1 - 4 b q = 4e-4, T = a^2/sqrt(4e-4) = 50.
    let nngp, _ = gram (parsed "dense gaussian(b=0.2499)") [| [| 1.0 |]; [| 0.5 |] |]
    // 1 - 4 b q cancels to 4e-4 of itself: 1e-12.
    Spec.near "T" 50e-12 50.0 nngp[0, 0]
    Assert.True(Double.IsFinite nngp[0, 1])
