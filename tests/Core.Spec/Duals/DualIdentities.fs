/// Dual activations against each other and against the formulas of the literature.
module HadamardNtk.Core.Spec.DualIdentities

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.DualTable
open Xunit

let private at word options = Catalogue.activation word options
let private show (struct (q1: float, q2: float, c: float)) = $"q1 = {q1:R}, q2 = {q2:R}, c = {c:R}"
let private abrelu a b = at "abrelu" [ "a", [ a ]; "b", [ b ] ]
let private k word n = at word [ "k", [ float n ] ]

/// The two duals and means agree to a few roundings of sqrt(T T): 1e-14 is 45 units in the last place.
let private equal what (f: Activation) (g: Activation) =
    Spec.holds 200 show Data.moments (fun (struct (q1, q2, c)) ->
        let scale t = 1e-14 * sqrt (t f q1 q1 q1 * t f q2 q2 q2)
        Spec.near $"T of {what}" (scale value) (value g q1 q2 c) (value f q1 q2 c)
        Spec.near $"T' of {what}" (scale slope) (slope g q1 q2 c) (slope f q1 q2 c)
        Spec.near $"mean of {what}" (1e-14 * sqrt (value f q1 q1 q1)) (meanAt g q1) (meanAt f q1))

[<Fact>]
let ``relu, abs, leaky relu, sign and lines are members of one kinked family`` () =
    equal "relu" (at "relu" []) (abrelu 0.0 1.0)
    equal "abs" (at "abs" []) (abrelu -1.0 1.0)
    equal "leaky_relu" (at "leaky_relu" [ "alpha", [ 0.2 ] ]) (abrelu 0.2 1.0)
    equal "a line" (abrelu 0.7 0.7) (at "polynomial" [ "c", [ 0.0; 0.7 ] ])
    equal "rectified_monomial(1)" (k "rectified_monomial" 1) (at "relu" [])

    for n in 0..9 do
        equal
            $"monomial({n})"
            (k "monomial" n)
            (Activation.kinked "even and odd halves" ((-1.0) ** n * (-1.0) ** n) 1.0 n)

[<Fact>]
let ``hermite and polynomial agree where both are written out`` () =
    // He_3/sqrt(6) = (x^3 - 3x)/sqrt 6; its terms cancel at q = 1, so that the scale is theirs: E (x^3 + 3x)^2/6.
    let f, g = k "hermite" 3, at "polynomial" [ "c", [ 0.0; -3.0 / sqrt 6.0; 0.0; 1.0 / sqrt 6.0 ] ]
    let size q = (15.0 * q * q * q + 18.0 * q * q + 9.0 * q) / 6.0

    Spec.holds 200 show Data.moments (fun (struct (q1, q2, c)) ->
        let tolerance = 1e-14 * sqrt (size q1 * size q2)
        Spec.near "T" tolerance (value g q1 q2 c) (value f q1 q2 c))

[<Fact>]
[<Law "T = c^k, T' = k c^(k-1) at q1 = q2 = 1">]
let ``hermite k has T = c^k and T' = k c^(k-1) at variance 1`` () =
    for n in 0..12 do
        for c in [ -1.0; -0.7; 0.0; 0.31; 1.0 ] do
            let power k = if k < 0 then 0.0 else Math.Pow(c, float k)
            Spec.near $"T of He_{n} at {c}" 1e-14 (power n) (value (k "hermite" n) 1.0 1.0 c)
            // T'(1) = k is the scale of T'.
            Spec.near
                $"T' of He_{n} at {c}"
                (1e-14 * float n)
                (float n * power (n - 1))
                (slope (k "hermite" n) 1.0 1.0 c)

/// J_k(th), Cho and Saul's angular functions, as docs/mathematics.md writes them in section 2.
let private angular k th =
    let sin, cos, rest = sin th, cos th, Math.PI - th

    match k with
    | 0 -> rest
    | 1 -> sin + rest * cos
    | 2 -> 3.0 * sin * cos + rest * (1.0 + 2.0 * cos * cos)
    | _ -> 15.0 * sin - 11.0 * (sin ** 3.0) + rest * (9.0 * cos + 6.0 * (cos ** 3.0))

[<Fact>]
[<Law "T = r^k J_k(th)/2pi, r = sqrt(q1 q2)">]
let ``rectified monomials have the arc-cosine kernels r^k J_k(th)/2pi`` () =
    for n in 0..3 do
        for q1, q2, th in [ 1.0, 1.0, 0.3; 2.0, 0.5, 1.2; 0.1, 3.0, 2.5; 5.0, 5.0, 3.0 ] do
            let r = sqrt (q1 * q2)
            let c = r * cos th
            // th = 0.3 is known from c to 1/sin(0.3) = 4 roundings, and J_k is below J_k(0) = (2k-1)!! pi.
            let scale =
                1e-14 * sqrt (value (k "rectified_monomial" n) q1 q1 q1 * value (k "rectified_monomial" n) q2 q2 q2)

            let truth = r ** float n * angular n th / (2.0 * Math.PI)
            Spec.near $"T, k = {n}, th = {th}" (4.0 * scale) truth (value (k "rectified_monomial" n) q1 q2 c)

            if n > 0 then
                let truth' = float (n * n) * r ** float (n - 1) * angular (n - 1) th / (2.0 * Math.PI)

                let scale' =
                    1e-14 * sqrt (slope (k "rectified_monomial" n) q1 q1 q1 * slope (k "rectified_monomial" n) q2 q2 q2)

                Spec.near $"T', k = {n}, th = {th}" (4.0 * scale') truth' (slope (k "rectified_monomial" n) q1 q2 c)

[<Fact>]
[<Law "T = (2/pi) asin(2c/sqrt((1 + 2 q1)(1 + 2 q2)))">]
let ``erf has Williams's arc sine, sin and rbf the characteristic function`` () =
    Spec.holds 200 show Data.moments (fun (struct (q1, q2, c)) ->
        if max q1 q2 < 1e3 then
            // The arc sine loses digits where its argument is near 1; there the scale is the square root's, 2e-8.
            let argument = 2.0 * c / sqrt ((1.0 + 2.0 * q1) * (1.0 + 2.0 * q2))
            let tolerance = if abs argument > 0.9 then 1e-7 else 1e-14
            Spec.near "erf" tolerance (2.0 / Math.PI * asin argument) (value (at "erf" []) q1 q2 c)

        let rbf = exp (-(q1 + q2 - 2.0 * c))
        // The exponent rounds by 4 units in the last place of q1 + q2; the value is at most 1.
        Spec.near "rbf" (1e-15 * (1.0 + q1 + q2)) rbf (value (at "rbf" []) q1 q2 c)
        let sine = 0.5 * (exp (c - (q1 + q2) / 2.0) - exp (-c - (q1 + q2) / 2.0))
        Spec.near "sin" (1e-15 * (1.0 + q1 + q2)) sine (value (at "sin" []) q1 q2 c))

[<Fact>]
let ``at small variance a smooth function is its Taylor polynomial`` () =
    let q, c = 1e-8, 0.3e-8

    // The next terms of E phi(u) phi(v) are below 10 q of the first ones (gelu's 2.5 q, softplus' q).
    for word, first in
        [ "tanh", c
          "sin", c
          "erf", 4.0 / Math.PI * c
          "gelu", c / 4.0
          "swish", c / 4.0
          "sigmoid", 0.25
          "softplus", Math.Log 2.0 ** 2.0 ] do
        Spec.near word (10.0 * q * first) first (value (at word []) q q c)

[<Fact>]
let ``at large variance gelu and swish are relu, tanh and erf are sign`` () =
    for q in [ 1e4; 1e6; 1e8 ] do
        for rho in [ -0.999; -0.3; 0.0; 0.8; 0.999999 ] do
            let c = rho * q
            let relu, sign = value (at "relu" []) q q c, value (at "sign" []) q q c

            // E |f(u) - g(u)| is at most 2 a p(0), with a the integral of |f - g| on a half line and p the density of
            // N(0, q); both factors of E f(u) f(v) change, each beside one that is bounded by 1 (sign), or by the
            // Cauchy-Schwarz bound sqrt(2 b p(0)) sqrt(q), with b that of (f - g)^2 (relu).
            let p0 = 1.0 / sqrt (2.0 * Math.PI * q)
            Spec.near $"tanh at q = {q}, rho = {rho}" (2.0 * 2.0 * Math.Log 2.0 * p0) sign (value (at "tanh" []) q q c)
            Spec.near $"erf at q = {q}, rho = {rho}" (2.0 * 2.0 / sqrt Math.PI * p0) sign (value (at "erf" []) q q c)
            // The integrals of (x Phi(-x))^2 and (x/(1 + e^x))^2 over the half line are below 0.1 and 0.5.
            let close b = 2.0 * sqrt (2.0 * b * p0) * sqrt q
            Spec.near $"gelu at q = {q}, rho = {rho}" (close 0.1) relu (value (at "gelu" []) q q c)
            Spec.near $"swish at q = {q}, rho = {rho}" (close 0.5) relu (value (at "swish" []) q q c)

[<Fact>]
let ``a zero vector has no NaN and the mean of both sides' derivatives`` () =
    Spec.same "relu T'" 0.25 (slope (at "relu" []) 0.0 0.0 0.0)
    Spec.same "relu T' beside a vector" 0.25 (slope (at "relu" []) 0.0 2.0 0.0)
    Spec.same "abs T'" 0.0 (slope (at "abs" []) 0.0 2.0 0.0)
    Spec.same "sign" 0.0 (value (at "sign" []) 0.0 0.0 0.0)
    Spec.same "elu T'" 1.0 (slope (at "elu" []) 0.0 0.0 0.0)
    Spec.same "sigmoid" 0.25 (value (at "sigmoid" []) 0.0 0.0 0.0)

[<Fact>]
let ``antipodal and equal inputs have exact angles`` () =
    for q in [ 1e-6; 1.0 / 3.0; 7.0; 1e8 ] do
        Spec.same "relu of antipodes" 0.0 (value (at "relu" []) q q -q)
        Spec.same "relu T' of antipodes" 0.0 (slope (at "relu" []) q q -q)
        Spec.same "sign of antipodes" -1.0 (value (at "sign" []) q q -q)
        Spec.same "relu of equals" (q / 2.0) (value (at "relu" []) q q q)
        Spec.same "relu T' of equals" 0.5 (slope (at "relu" []) q q q)
        Spec.same "sign of equals" 1.0 (value (at "sign" []) q q q)

[<Fact>]
[<Law "gap(4^a q1, 4^b q2, 2^(a+b) c) = 2^(a+b) gap(q1, q2, c)">]
let ``a gap scales with its samples' norms, however great or small they are`` () =
    Spec.holds 400 show Data.moments (fun struct (q1, q2, c) ->
        // Moments of 1e-6 to 1e4, to the last bit of what a float still holds in full: 2^-900 to 2^900.
        for a, b in [ 0, 0; 400, 400; -400, -400; 440, -440; 300, 0; 0, -430 ] do
            let gap = Scalar.gap (Math.ScaleB(q1, 2 * a)) (Math.ScaleB(q2, 2 * b)) (Math.ScaleB(c, a + b))
            Spec.same $"a = {a}, b = {b}" (Math.ScaleB(Scalar.gap q1 q2 c, a + b)) gap)
