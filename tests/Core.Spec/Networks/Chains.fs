/// Activations one after the other: one function of one Gaussian signal, and its kernel that function's.
module HadamardNtk.Core.Spec.Chains

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Grams
open HadamardNtk.Core.Spec.Integration
open Xunit

let private data =
    [| [| 1.0; -0.4; 0.3 |]
       [| 0.2; 2.0; -1.0 |]
       [| -0.5; -1.1; 0.7 |]
       [| 1.0; -0.4; 0.300001 |]
       [| 0.0; 0.0; 0.0 |] |]

/// Chains, and the same function in closed form.
let private closed =
    [ "dense relu relu", "dense relu"
      "dense abs relu", "dense abs"
      "dense relu abs", "dense relu"
      "dense leaky_relu(alpha=0.5) leaky_relu(alpha=0.5)", "dense leaky_relu(alpha=0.25)"
      "dense leaky_relu(alpha=-1) abs", "dense abs"
      "dense abrelu(a=-2,b=-3) relu", "dense abrelu(a=-2,b=0)"
      "dense monomial(k=3) relu", "dense rectified_monomial(k=3)"
      "dense relu monomial(k=2)", "dense rectified_monomial(k=2)"
      "dense rectified_monomial(k=2) rectified_monomial(k=2)", "dense rectified_monomial(k=4)"
      "dense monomial(k=2) relu", "dense monomial(k=2)"
      "dense abrelu(b=2) monomial(k=2)",
      "(dense) sum(rectified_monomial(k=2), rectified_monomial(k=2), rectified_monomial(k=2), rectified_monomial(k=2))"
      "dense sign sign", "dense sign"
      "dense sign polynomial(c=0:3)", "(dense) sum(sign, sign, sign)"
      "dense polynomial(c=1:2) monomial(k=2)", "dense polynomial(c=1:4:4)"
      "dense monomial(k=2) polynomial(c=1:0:1)", "dense polynomial(c=1:0:0:0:1)"
      "dense polynomial(c=2) polynomial(c=0:0:1)", "dense polynomial(c=4)"
      "dense monomial(k=0) relu", "dense polynomial(c=1)"
      "(dense) sum(relu, relu) relu", "dense abrelu(b=2)"
      "let p = dense in hadamard(p, p relu relu)", "dense rectified_monomial(k=2)"
      "let p = dense in sum(p relu relu, p relu)", "dense abrelu(b=2)"
      "let p = dense in sum(p polynomial(c=0:2) relu, p relu)", "dense abrelu(b=3)" ]

[<Fact>]
let ``a chain of powers and polynomials is one in closed form`` () =
    for chain, written in closed do
        close chain 50.0 (gram (parsed written) data) (gram (parsed chain) data)

/// Chains without a closed form of their own whose function has one.
let private resolved =
    [ "dense sin monomial(k=2)", "(dense) sum(polynomial(c=0.5), cos(a=-0.5,b=2))"
      "dense monomial(k=2) exp(b=-1)", "dense gaussian(b=-1)"
      "dense abs cos", "dense cos"
      "dense leaky_relu(alpha=-1) sin monomial(k=2)", "(dense) sum(polynomial(c=0.5), cos(a=-0.5,b=2))"
      "dense polynomial(c=0.3:2) sin", "dense sin(b=2,c=0.3)"
      "dense polynomial(c=0.5:1) exp", "dense exp(a=1.6487212707001282)"
      "dense polynomial(c=0:0:2) exp(b=-0.5)", "dense gaussian(b=-1)" ]

[<Fact>]
[<Law "T[f o g] = T[h] where f(g(x)) = h(x)">]
let ``a chain that is a function of the catalogue has its kernel`` () =
    for chain, written in resolved do
        // 1e-11 is the bound of functions that are resolved by looking at them.
        close chain (1e-11 / 2.2e-16) (gram (parsed written) data) (gram (parsed chain) data)

let private functions: (string * (float -> float)) list =
    [ "relu", (fun x -> max x 0.0)
      "tanh", tanh
      "sin", sin
      "cos", cos
      "sigmoid", (fun x -> 1.0 / (1.0 + exp -x))
      "elu", (fun x -> if x < 0.0 then Scalar.expm1 x else x)
      "gaussian", (fun x -> exp (-x * x))
      "abs", abs
      "erf", MathNet.Numerics.SpecialFunctions.Erf ]

let private chains =
    [ for f, _ in functions do
          for g, _ in functions do
              if f <> g then
                  f, g ]

let chainRows = TheoryData<int>(chains |> List.indexed |> List.map fst)

let private phiOf text =
    match Kernel.ofNetwork (parsed text) with
    | Ok { Signal = { Rule = Op.Phi(phi, _) } } -> phi
    | other -> invalidOp $"'{text}': {other}"

[<Theory>]
[<MemberData(nameof chainRows)>]
let ``a chain is the expectation that defines it, by quadrature and by sampling`` row =
    let inner, outer = chains[row]
    let at name = functions |> List.find (fun (n, _) -> n = name) |> snd
    let phi = at inner >> at outer
    let joined = phiOf $"dense {inner} {outer}"

    for x in [ -1.3; -0.2; 0.6; 2.1 ] do
        // The five-point rule with h = 1e-3: h^4/30 of a fifth derivative below 1e4, and 1.5e-15/h.
        let p k = joined.Function.Apply(x + float k * 1e-3)
        let numeric = (8.0 * (p 1 - p -1) - (p 2 - p -2)) / 12e-3
        Spec.near "phi'" 4e-9 numeric (joined.Derivative.Apply x)
        Spec.near "phi" 1e-14 (phi x) (joined.Function.Apply x)

    // Kinks at 0 alone, or none nearer than where sin and cos meet 0.
    let waves = List.contains inner [ "sin"; "cos" ] && List.contains outer [ "relu"; "elu"; "abs" ]
    let shape = { Kinked = true; Longest = 0.7; Finest = 0.5; Reach = 12.0 }

    for q1, q2, rho in [ 0.4, 0.4, 0.5; 2.0, 0.9, -0.8; 1.5, 1.5, 1.0 ] do
        let c = if q1 = q2 then rho * q1 else rho * sqrt (q1 * q2)
        let scale = sqrt (DualTable.value joined q1 q1 q1 * DualTable.value joined q2 q2 q2)
        let actual = DualTable.value joined q1 q2 c

        if not waves then
            Spec.near "T" (1e-11 * scale) (moment shape q1 q2 rho phi) actual

            Spec.near
                "mean"
                (1e-11 * sqrt (DualTable.value joined q1 q1 q1))
                (mean shape q1 phi)
                (DualTable.meanAt joined q1)

        let samples f =
            normalPairs 40_000
            |> Array.map (fun (struct (a, b)) -> f (sqrt q1 * a) * f (sqrt q2 * (rho * a + sqrt (1.0 - rho * rho) * b)))
            |> estimate

        // 5 standard errors are broken by chance once in two million.
        let struct (t, error) = samples phi
        Spec.near "T by sampling" (5.0 * error + 1e-12) t actual
        let struct (t', error') = samples joined.Derivative.Apply
        Spec.near "T' by sampling" (5.0 * error' + 1e-12) t' (DualTable.slope joined q1 q2 c)

[<Fact>]
let ``a chain's kinks are where the inner function meets the outer one's`` () =
    for text, lower, upper, kinks in
        [ "dense relu cos", -3.0, 3.0, [ 0.0 ]
          "dense tanh relu", -3.0, 3.0, [ 0.0 ]
          "dense sin relu", -7.0, 7.0, [ -2.0 * Math.PI; -Math.PI; 0.0; Math.PI; 2.0 * Math.PI ]
          "dense polynomial(c=-2:0:1) abs", -5.0, 5.0, [ -sqrt 2.0; sqrt 2.0 ]
          "dense monomial(k=3) polynomial(c=-1:1) relu tanh", -5.0, 5.0, [ 1.0 ]
          "dense polynomial(c=0:1:0:-1) abs", -5.0, 5.0, [ -1.0; 0.0; 1.0 ]
          "dense sin(b=40) polynomial(c=-0.9999:1) relu",
          0.0,
          0.1,
          [ asin 0.9999 / 40.0; (Math.PI - asin 0.9999) / 40.0 ] ] do
        let found = ScalarFunction.kinksWithin (phiOf text).Function lower upper |> List.sort
        Assert.True(found.Length = kinks.Length, $"{text}: {found}")
        List.iter2 (fun k x -> Spec.near text 1e-12 k x) kinks found

[<Fact>]
let ``growth without expectation is refused for each row, and waves that no mesh resolves`` () =
    for text, variances in
        [ "dense exp exp", [ 1e-6; 0.01; 1.0 ]
          "dense monomial(k=3) exp", [ 1e-6; 1.0 ]
          "dense monomial(k=2) exp", [ 0.3; 1.0; 100.0 ]
          "dense monomial(k=2) cos", [ 1e4; 1e8 ] ] do
        for q in variances do
            Assert.True(Double.IsNaN(DualTable.value (phiOf text) q q q), $"{text} at {q}")
            Assert.True(Double.IsNaN(DualTable.value (phiOf text) q q (0.3 * q)), $"{text} at {q}")

    let twin, chain = phiOf "dense gaussian(b=1)", phiOf "dense monomial(k=2) exp"

    for q in [ 1e-6; 0.01; 0.1 ] do
        Spec.near
            $"e^x^2 at {q}"
            (1e-11 * DualTable.value twin q q q)
            (DualTable.value twin q q (0.5 * q))
            (DualTable.value chain q q (0.5 * q))

[<Fact>]
let ``a chain is known in double-double where its parts and all of its kinks are`` () =
    for text, isPrecise in
        [ "dense relu cos", true
          "dense tanh relu", true
          "dense elu elu", true
          "dense sin relu", false
          "dense polynomial(c=-1:1) relu tanh", false ] do
        Assert.Equal(isPrecise, (phiOf text).Function.Precise.IsSome)

    let f = (phiOf "dense sin monomial(k=2)").Function
    let t = PreciseExpectation.table f f.Precise.Value (DoubleDouble.ofFloat 0.7)
    // E (1 - cos 2u)^2/4 = (3/2 - 2 e^{-2q} + e^{-8q}/2)/4.
    let q = DoubleDouble.ofFloat 0.7
    let exponential factor = DoubleDouble.exp (DoubleDouble.scale factor q)

    let expected =
        DoubleDouble.scale
            0.25
            (DoubleDouble.ofFloat 1.5 - DoubleDouble.scale 2.0 (exponential -2.0)
             + DoubleDouble.scale 0.5 (exponential -8.0))

    Spec.near "to 28 digits" 1e-28 0.0 (t.Square - expected).Hi

[<Fact>]
let ``chains print and parse, and are one activation in the explanation`` () =
    for text in [ "dense relu cos dense"; "dense sum(relu tanh, tanh relu) dense"; "(dense relu tanh)^3 dense" ] do
        Assert.Equal(text, Notation.print (parsed text))
        Assert.Equal<Layer>(parsed text, parsed (Notation.print (parsed text)))

    let explained = Explain.network (parsed "dense relu cos dense")
    Assert.Contains(explained.Duals, fun (name, _, _, _) -> name = "cos(relu)")
    Assert.True explained.Refusal.IsNone
