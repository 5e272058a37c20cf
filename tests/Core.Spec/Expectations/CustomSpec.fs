/// Functions of the user's: a kernel to the bound that is stated, or a refusal that names the point.
module HadamardNtk.Core.Spec.CustomSpec

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.DualTable
open Xunit

let private plain name phi = Activation.custom name phi None [] Neither

let private phiOf text =
    match Notation.parse text |> Result.map Calculus.analyse with
    | Ok(Ok { Rule = Op.Phi(phi, _) }) -> phi
    | other -> invalidOp $"'{text}': {other}"

/// Small, moderate and great variances, equal ones and others, at correlations up to 1.
let private places =
    [ for q1, q2 in [ 1e-3, 1e-3; 1e-2, 0.04; 1.0, 1.0; 0.3, 1.7; 25.0, 25.0; 1e4, 1e4; 1e4, 1.0 ] do
          for rho in [ -1.0; -0.97; 0.0; 0.4; 0.9; 0.999; 0.9999999; 1.0 ] do
              q1, q2, (if q1 = q2 then rho * q1 else rho * sqrt (q1 * q2)) ]

/// T and T' of a function of the user's against those of a network's word, to the bounds that it states. Where it states
/// nothing, at variances that leave too few digits, it has no value.
let private keepsItsBound what (twin: Activation) (own: Activation) =
    let mutable answered = 0
    // The closed form of a wave loses digits by e^{b^2 c - b^2 q}.
    let isWave = twin.Name = "cos"

    for q1, q2, c in places |> List.filter (fun (q, _, _) -> not isWave || q <= 1.0) do
        let check moment bound =
            let scale = sqrt (moment twin q1 q1 q1 * moment twin q2 q2 q2)
            let actual = moment own q1 q2 c

            if not (Double.IsNaN actual) then
                answered <- answered + 1
                // 1e-13 for the twin's own roundings; c itself is rounded by 1e-16 sqrt(q1 q2).
                let loss = 4e-16 / max 1e-8 (sqrt (1.0 - min 1.0 (c * c / (q1 * q2))))
                let turn = if abs c = q1 && q1 = q2 then 0.0 else loss
                Spec.near $"{what} at {q1}, {q2}, {c}" ((bound + 1e-13 + turn) * scale) (moment twin q1 q2 c) actual

        check value own.Function.Bound
        check slope own.Derivative.Bound

    answered

let private twins: (string * string * (float -> float)) list =
    [ "max(x, 0)", "dense relu", (fun x -> max x 0.0)
      "|x|", "dense abs", abs
      "sign", "dense sign", (fun x -> float (sign x))
      "leaky", "dense leaky_relu(alpha=0.2)", (fun x -> if x < 0.0 then 0.2 * x else x)
      "relu^2", "dense rectified_monomial(k=2)", (fun x -> if x > 0.0 then x * x else 0.0)
      "x^3", "dense monomial(k=3)", (fun x -> x * x * x)
      "elu", "dense elu", (fun x -> if x < 0.0 then Scalar.expm1 x else x)
      "tanh", "dense tanh", tanh
      "erf(3x)", "dense erf(b=3)", (fun x -> Scalar.erf (3.0 * x))
      "cos(20x)", "dense cos(b=20)", (fun x -> cos (20.0 * x))
      "e^x - 1, without care", "(dense) sum(exp, polynomial(c=-1))", (fun x -> exp x - 1.0)
      "2.5", "dense polynomial(c=2.5)", (fun _ -> 2.5) ]

let twinNames = TheoryData<string>(twins |> List.map (fun (name, _, _) -> name))

[<Theory>]
[<MemberData(nameof twinNames)>]
[<Law "|T_custom - T| <= bound sqrt(T(q1,q1,q1) T(q2,q2,q2)), and so T', with kinks and derivative found">]
let ``what is not declared is found: kinks, and the derivative`` name =
    let _, twin, phi = twins |> List.find (fun (n, _, _) -> n = name)
    let own = plain name phi
    let answered = keepsItsBound name (phiOf twin) own
    Assert.True(answered > places.Length / 2, $"{answered} of {2 * places.Length} answered")
    Assert.InRange(own.Function.Bound, 1e-12, 1e-11)
    Assert.InRange(own.Derivative.Bound, 1e-12, 1e-8)

[<Fact>]
let ``kinks are found wherever they are, to the rounding of their places`` () =
    for kinks, phi in
        [ [ 0.3 ], (fun x -> max (x - 0.3) 0.0)
          [ -1.0; 1.0 ], (fun x -> Math.Clamp(x, -1.0, 1.0))
          [ Math.PI ], (fun x -> if x < Math.PI then sin x else 0.0)
          [ -2.7; 0.01; 0.55 ], (fun x -> abs (x + 2.7) + abs (x - 0.01) - 2.0 * abs (x - 0.55))
          [ 0.1; 0.113 ], (fun x -> if x > 0.1 && x < 0.113 then 1.0 else x)
          [ -1.5; -0.5; 0.5; 1.5 ], (fun x -> if abs x < 2.0 then Math.Round x else float (sign x) * 2.0) ] do
        let found = ScalarFunction.kinksWithin (plain "kinked" phi).Function -16.0 16.0 |> List.sort
        Assert.Equal(kinks.Length, found.Length)
        List.iter2 (fun k x -> Spec.near "a kink" 4e-15 k x) kinks found

[<Fact>]
let ``smooth functions have no kinks`` () =
    for phi in
        [ tanh
          cosh
          sin
          (fun x -> exp (0.1 * x * x))
          (fun x -> 1.0 / (1.0 + 25.0 * x * x))
          Scalar.softplus ] do
        Assert.Empty(ScalarFunction.kinksWithin (plain "smooth" phi).Function -16.0 16.0)

[<Fact>]
[<Law "E b^2 cos^2(b u) = b^2/2 (1 + e^{-2 b^2 q})">]
let ``a fast wave has the derivative that it has, and no hang on correlated rows`` () =
    let own = plain "sin(1000x)" (fun x -> sin (1000.0 * x))
    let bound = own.Derivative.Bound
    Assert.InRange(bound, 1e-12, 1e-8)
    Spec.near "T'" (bound * 5e5) 5e5 (slope own 1.0 1.0 1.0)
    Spec.near "T" (own.Function.Bound * 0.5) 0.5 (value own 1.0 1.0 1.0)
    // (e^{-1e6 (1 - rho)} + ...)/2.
    let c = 0.9999999
    Spec.near "T at 0.9999999" (own.Function.Bound * 0.5) (0.5 * exp (-1e6 * (1.0 - c))) (value own 1.0 1.0 c)
    Spec.near "T' at 0.99" (bound * 5e5) 0.0 (slope own 1.0 1.0 0.99)

/// A function, and what its refusal says.
let private refused: (string * (unit -> Activation) * string list) list =
    let random = Random 5

    [ "log", (fun () -> plain "m" log), [ "m("; "NaN" ]
      "sqrt", (fun () -> plain "m" sqrt), [ "m(-"; "NaN" ]
      "x^1.5", (fun () -> plain "m" (fun x -> Math.Pow(x, 1.5))), [ "m(-"; "NaN" ]
      "NaN", (fun () -> plain "m" (fun _ -> nan)), [ "m("; "NaN" ]
      "NaN at 0 alone", (fun () -> plain "m" (fun x -> sin x / x)), [ "m(0) is NaN" ]
      "1/x", (fun () -> plain "m" (fun x -> 1.0 / x)), [ "m(0) is Infinity" ]
      "a pole at 3", (fun () -> plain "m" (fun x -> 1.0 / (x - 3.0))), [ "x = 2.99999"; "pole" ]
      "a pole at 0.3", (fun () -> plain "m" (fun x -> 1.0 / (x - 0.3))), [ "x = 0.29999"; "pole" ]
      "infinity", (fun () -> plain "m" (fun _ -> infinity)), [ "m(0) is Infinity" ]
      "it throws",
      (fun () -> plain "m" (fun x -> if x > 2.0 then invalidOp "no such value" else x)),
      [ "m("; "no such value" ]
      "random", (fun () -> plain "m" (fun _ -> random.NextDouble())), [ "m("; "the next time" ]
      "1e300 x", (fun () -> plain "m" (fun x -> 1e300 * x)), [ "m("; "E+30" ]
      "1e-300 x", (fun () -> plain "m" (fun x -> 1e-300 * x)), [ "m("; "E-" ]
      "e^e^x", (fun () -> plain "m" (fun x -> exp (exp x))), [ "grows faster"; "x = 6.6" ]
      "e^|x|^3", (fun () -> plain "m" (fun x -> exp (abs (x * x * x)))), [ "grows faster"; "x = " ]
      "sin(1e6 x)", (fun () -> plain "m" (fun x -> sin (1e6 * x))), [ "x = 0." ]
      "thousands of jumps", (fun () -> plain "m" (fun x -> floor (5000.0 * x))), [ "x = 0." ]
      "a slope without bound", (fun () -> plain "m" (fun x -> sqrt (abs x))), [ "m'"; "x = " ]
      "not odd", (fun () -> Activation.custom "m" (fun x -> x + 1.0) None [] Odd), [ "not odd"; "x = 0" ]
      "odd, but for a piece",
      (fun () -> Activation.custom "m" (fun x -> if x > 5.0 then 5.0 else x) None [] Odd),
      [ "not odd"; "x = " ]
      "odd, but for 0",
      (fun () -> Activation.custom "m" (fun x -> if x < 0.0 then -1.0 else 1.0) None [] Odd),
      [ "not odd"; "x = 0" ]
      "not even", (fun () -> Activation.custom "m" tanh None [] Even), [ "not even"; "x = " ]
      "not its derivative", (fun () -> Activation.custom "m" tanh (Some tanh) [] Odd), [ "derivative"; "x = " ]
      "twice its derivative",
      (fun () -> Activation.custom "m" tanh (Some(fun x -> 2.0 * Scalar.sechSquared x)) [] Odd),
      [ "derivative"; "x = " ]
      "its derivative, off by 1e-9",
      (fun () -> Activation.custom "m" sin (Some(fun x -> cos x + 1e-9)) [] Neither),
      [ "derivative"; "x = " ]
      "its derivative, wrong beyond 3",
      (fun () -> Activation.custom "m" sin (Some(fun x -> if x > 3.0 then 0.0 else cos x)) [] Neither),
      [ "derivative"; "x = " ]
      "a kink that is no number", (fun () -> Activation.custom "m" tanh None [ nan ] Odd), [ "kink"; "NaN" ] ]

let refusedNames = TheoryData<string>(refused |> List.map (fun (name, _, _) -> name))

[<Theory>]
[<MemberData(nameof refusedNames)>]
let ``what has no kernel is an ArgumentException that names the point`` name =
    let _, make, words = refused |> List.find (fun (n, _, _) -> n = name)
    let e = Assert.ThrowsAny<ArgumentException>(fun () -> make () |> ignore)

    for word in words do
        Assert.Contains(word, e.Message)

[<Fact>]
let ``growth that small variances bear is refused at great ones alone`` () =
    let own, twin = plain "e^x^2" (fun x -> exp (x * x)), phiOf "dense gaussian(b=1)"

    for q in [ 1e-3; 0.01; 0.1 ] do
        Spec.near
            $"T at {q}"
            (own.Function.Bound * value twin q q q)
            (value twin q q (0.9 * q))
            (value own q q (0.9 * q))

    for q in [ 0.25; 1.0; 1e4; 1e300; nan; infinity ] do
        Assert.True(Double.IsNaN(value own q q q), $"T at {q}")
        Assert.True(Double.IsNaN(value own q q (0.5 * q)), $"T at {q}")

/// Functions that lose their digits near 0 in the user's own arithmetic.
let private blurred: (string * (float -> float)) list =
    [ "cos x - 1", (fun x -> cos x - 1.0); "sqrt(1 + x^2) - 1", (fun x -> sqrt (1.0 + x * x) - 1.0) ]

[<Fact>]
let ``a bound that a variance does not allow is no table there, and so is one that cannot be known`` () =
    for name, phi in blurred do
        let f = (plain name phi).Function

        for q in [ 1e-20; 1e-16; 1e-12; 1e-8; 1e-4; 1.0; 100.0 ] do
            let error, table = Expectation.error f q, Expectation.table f q
            Assert.Equal(error <= f.Bound, Double.IsFinite table.Square)

        Assert.True(Double.IsNaN (Expectation.table f 1e-12).Square, name)
        Assert.True(Double.IsFinite (Expectation.table f 1.0).Square, name)

[<Fact>]
let ``declared kinks that there are not do no harm`` () =
    let own = Activation.custom "tanh" tanh (Some Scalar.sechSquared) [ -1.0; 0.0; 0.7; 0.7; 1e5 ] Odd
    keepsItsBound "tanh" (phiOf "dense tanh") own |> ignore

[<Fact>]
let ``every mesh ends: without bounds it is refused, and so is one of too many panels`` () =
    let refuses (make: unit -> obj) = Assert.ThrowsAny<ArgumentException>(fun () -> make () |> ignore) |> ignore
    refuses (fun () -> Quadrature.mesh 1.0 [] nan 1.0)
    refuses (fun () -> Quadrature.mesh 1.0 [] 0.0 infinity)
    refuses (fun () -> Quadrature.mesh nan [] 0.0 1.0)
    refuses (fun () -> Quadrature.mesh 1.0 [ { At = nan; Width = 1.0 } ] 0.0 1.0)
    refuses (fun () -> Quadrature.mesh 1e-9 [] 0.0 1.0)
    Assert.Equal(4, (Quadrature.mesh 0.25 [] 0.0 1.0).Length)
    // Panels that cannot be halved end a mesh too.
    Assert.Equal(1, (Quadrature.mesh 1e-300 [] 1.0 (Math.BitIncrement 1.0)).Length)

[<Fact>]
let ``a polynomial's crossings of a level are all found`` () =
    let panel =
        LegendrePanel.through (fun x -> (x - 0.1) * (x - 0.5) * (x - 0.5000001) * (x - 0.93)) 0 0.0 1.0

    let found = LegendrePanel.crossings 0.0 panel
    Assert.Equal(4, found.Length)
    List.iter2 (fun x y -> Spec.near "a crossing" 1e-9 x y) [ 0.1; 0.5; 0.5000001; 0.93 ] found
    Assert.Empty(LegendrePanel.crossings 0.0 (LegendrePanel.through (fun _ -> 0.0) 0 0.0 1.0))
    Assert.Empty(LegendrePanel.crossings 2.0 (LegendrePanel.through sin 0 0.0 1.0))

let private kinkedOnes =
    [ "elu"; "selu"; "relu tanh"; "sum(relu, tanh)"; "hadamard(elu, sin)"; "clamp"; "floor" ]

let kinkedNames = TheoryData<string>(kinkedOnes)

/// The definition on a grid of both variables, its panels cut at the kinks and no longer than a quarter of a deviation.
let private onGrid (f: ScalarFunction) q1 q2 rho =
    let axis q =
        let sigma = sqrt q
        let cuts = ScalarFunction.kinksWithin f (-11.0 * sigma) (11.0 * sigma)
        let most = 0.25 * sigma * min 1.0 (2.0 * sqrt (1.0 - rho * rho))
        let small = if ScalarFunction.jumps f then most else min most 0.5

        Quadrature.between cuts (-11.0 * sigma) (11.0 * sigma)
        |> Quadrature.refine small []
        |> Quadrature.nodes
        |> Array.map (fun (struct (x, w)) -> struct (x / sigma, w / sigma * f.Apply x))

    let rows, columns = axis q1, axis q2
    let s2 = 1.0 - rho * rho
    let mutable total = 0.0

    for struct (x, v) in rows do
        let mutable sum = 0.0

        for struct (y, w) in columns do
            let far = (y - rho * x) * (y - rho * x) / s2

            if far < 90.0 then
                sum <- sum + w * exp (-0.5 * far)

        total <- total + v * exp (-0.5 * x * x) * sum

    total / (2.0 * Math.PI * sqrt s2)

[<Theory>]
[<MemberData(nameof kinkedNames)>]
[<Law "E f(u) f(v) = int int f f density, kinks cut out">]
let ``correlated rows of kinked functions are their definition`` name =
    let f =
        match name with
        | "clamp" -> (plain name (fun x -> Math.Clamp(x, -0.7, 1.0))).Function
        | "floor" -> (plain name floor).Function
        | text -> (phiOf $"(dense) ({text})").Function

    for q1, q2, rho in [ 1.0, 1.0, 0.95; 1.0, 0.6, -0.97; 4.0, 2.0, 0.99 ] do
        let scale = sqrt ((Expectation.table f q1).Square * (Expectation.table f q2).Square)
        let actual = Expectation.quadrature f q1 q2 (rho * sqrt (q1 * q2))
        Spec.near $"{name} at {q1}, {q2}, {rho}" (1e-12 * scale) (onGrid f q1 q2 rho) actual
