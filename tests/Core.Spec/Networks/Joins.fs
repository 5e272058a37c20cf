/// Sums and products: functions of one signal are one activation, and both operations are a commutative ring's.
module HadamardNtk.Core.Spec.Joins

open HadamardNtk.Core
open HadamardNtk.Core.Spec.Grams
open HadamardNtk.Core.Spec.Integration
open Xunit

let private data =
    [| [| 1.0; -0.4; 0.3 |]; [| 0.2; 2.0; -1.0 |]; [| -0.5; -1.1; 0.7 |]; [| 0.0; 0.0; 0.0 |] |]

[<Fact>]
let ``functions of one Gaussian signal are joined into one activation, in closed form where there is one`` () =
    for joined, written in
        [ "let p = dense relu in hadamard(p, p)", "dense rectified_monomial(k=2)"
          "let p = dense relu in sum(p, p)", "dense abrelu(b=2)"
          "let p = dense relu in sum(p, p, p, p)", "dense abrelu(b=4)"
          "let p = dense in hadamard(p, p, p)", "dense monomial(k=3)"
          "let p = dense in hadamard(p, p relu)", "dense rectified_monomial(k=2)"
          "let p = dense in hadamard(p sign, p)", "dense abs"
          "let p = dense in sum(p relu, p abrelu(a=1,b=0))", "dense polynomial(c=0:1)"
          "let p = dense in sum(p relu, p polynomial(c=0:-1))", "dense abrelu(a=-1,b=0)"
          "(dense) hadamard(polynomial(c=1:2), polynomial(c=0:1:3))", "dense polynomial(c=0:1:5:6)"
          "(dense) sum(polynomial(c=1:2), polynomial(c=0:1:3))", "dense polynomial(c=1:3:3)"
          "(dense) hadamard(hermite(k=1), hermite(k=1))", "dense monomial(k=2)"
          "(dense) hadamard(rectified_monomial(k=2), rectified_monomial(k=3))", "dense rectified_monomial(k=5)"
          "(dense) sum(sum(relu, abs), relu)", "dense abrelu(a=-1,b=3)"
          "let p = dense in hadamard(p relu, hadamard(p relu, dense))", "hadamard(dense rectified_monomial(k=2), dense)"
          "let p = dense in sum(p relu, sum(p relu, dense tanh))", "sum(dense abrelu(b=2), dense tanh)"
          "let p = dense in hadamard(p relu, constant, p relu)", "dense rectified_monomial(k=2)" ] do
        // The coefficients and a few roundings: 50 units in the last place.
        close joined 50.0 (gram (parsed written) data) (gram (parsed joined) data)

let private functions: (string * (float -> float)) list =
    [ "relu", (fun x -> max x 0.0)
      "tanh", tanh
      "sin(b=3)", (fun x -> sin (3.0 * x))
      "gelu", (fun x -> x * 0.5 * MathNet.Numerics.SpecialFunctions.Erfc(-x / sqrt 2.0))
      "sigmoid", (fun x -> 1.0 / (1.0 + exp -x))
      "elu", (fun x -> if x < 0.0 then exp x - 1.0 else x)
      "gaussian(b=-2)", (fun x -> exp (-2.0 * x * x))
      "abs", abs
      "sign", (fun x -> float (sign x))
      "erf", MathNet.Numerics.SpecialFunctions.Erf
      "polynomial(c=1:-0.5:0.25)", (fun x -> 1.0 - 0.5 * x + 0.25 * x * x) ]

let private joins =
    [ for i, (f, _) in List.indexed functions do
          for g, _ in List.skip (i + 1) functions do
              for make in [ "hadamard"; "sum" ] do
                  make, f, g ]

let joinRows = TheoryData<int>(joins |> List.indexed |> List.map fst)

[<Theory>]
[<MemberData(nameof joinRows)>]
let ``a join without a closed form is the expectation that defines it`` row =
    let make, f, g = joins[row]
    let at name = functions |> List.find (fun (n, _) -> n = name) |> snd
    let phi x = if make = "sum" then at f x + at g x else at f x * at g x
    // Waves of number 3 are resolved by panels of 0.7, gaussian(b=-2) and its like by 0.5 at 0.
    let longest = if f.StartsWith "sin" || g.StartsWith "sin" then 0.7 else infinity
    let shape = { Kinked = true; Longest = longest; Finest = 0.5; Reach = 14.0 }

    match Kernel.ofNetwork (parsed $"(dense) {make}({f}, {g})") with
    | Ok { Signal = { Rule = Op.Phi(joined, _) } } ->
        for q1, q2, rho in [ 0.4, 0.4, 0.5; 2.0, 0.9, -0.8; 1.5, 1.5, 1.0 ] do
            let c = if q1 = q2 then rho * q1 else rho * sqrt (q1 * q2)
            let scale f = sqrt (moment shape q1 q1 1.0 f * moment shape q2 q2 1.0 f)
            // Expectation's bound is 1e-12; the definition is met to 1e-11 as for single activations.
            Spec.near "T" (1e-11 * scale phi) (moment shape q1 q2 rho phi) (DualTable.value joined q1 q2 c)
            let phi' = joined.Derivative.Apply
            Spec.near "T'" (1e-11 * scale phi') (moment shape q1 q2 rho phi') (DualTable.slope joined q1 q2 c)

            Spec.near
                "mean"
                (1e-11 * sqrt (moment shape q1 q1 1.0 phi))
                (mean shape q1 phi)
                (DualTable.meanAt joined q1)

        for x in [ -1.3; -0.2; 0.6; 2.1 ] do
            // The five-point rule with h = 1e-3: h^4/30 of a fifth derivative below 1e4, and 1.5e-15/h.
            let p k = joined.Function.Apply(x + float k * 1e-3)
            let numeric = (8.0 * (p 1 - p -1) - (p 2 - p -2)) / 12e-3
            Spec.near "phi'" 4e-9 numeric (joined.Derivative.Apply x)
            Spec.near "phi" (1e-14 * (1.0 + abs (at f x)) * (1.0 + abs (at g x))) (phi x) (joined.Function.Apply x)
    | other -> Assert.Fail $"{other}"

/// The dual at E phi^2 scale of a joined activation against its definition, to 1e-11 as everywhere.
let private defined shape text phi =
    match Kernel.ofNetwork (parsed text) with
    | Ok { Signal = { Rule = Op.Phi(joined, _) } } ->
        for q1, q2, rho in [ 0.4, 0.4, 1.0; 2.0, 0.9, -0.8; 100.0, 100.0, 0.9; 100.0, 100.0, 1.0 ] do
            let c = if q1 = q2 then rho * q1 else rho * sqrt (q1 * q2)
            let scale = sqrt (moment shape q1 q1 1.0 phi * moment shape q2 q2 1.0 phi)

            Spec.near
                $"T of {text} at {q1}, {q2}, {rho}"
                (1e-11 * scale)
                (moment shape q1 q2 rho phi)
                (DualTable.value joined q1 q2 c)
    | other -> Assert.Fail $"{other}"

[<Fact>]
let ``a steep erf that is joined is resolved at its own scale`` () =
    for b in [ 20.0; 50.0; 200.0 ] do
        let phi x = MathNet.Numerics.SpecialFunctions.Erf(b * x) * tanh x
        defined { smooth with Finest = 0.5 / b } $"(dense) hadamard(erf(b={b}), tanh)" phi

[<Fact>]
let ``a power times a bounded function has moments, and so a kernel`` () =
    for k in [ 8; 12 ] do
        let phi x = (x ** float k) * tanh x
        defined { smooth with Reach = 20.0 } $"(dense) hadamard(monomial(k={k}), tanh)" phi

[<Fact>]
let ``the cross terms of a sum have the mean of each sample at its own variance`` () =
    let swish = ScalarFunction.settling "swish" Neither [] (fun x -> x / (1.0 + exp -x))
    let softplus = ScalarFunction.settling "softplus" Neither [] (fun x -> log (1.0 + exp x))
    let q (i: int) (j: int) = Array.fold2 (fun sum a b -> sum + a * b) 0.0 data[i] data[j] / 3.0
    let mean f i = (Expectation.table f (q i i)).Mean
    let moment f i j = Expectation.pair (Expectation.table f (q i i)) (Expectation.table f (q j j)) (q i j)

    let expected i j =
        moment swish i j
        + moment softplus i j
        + mean swish i * mean softplus j
        + mean softplus i * mean swish j

    let found = fst (gram (parsed "sum(dense swish, dense softplus) dense") data)

    for i in 0..3 do
        for j in 0..3 do
            Assert.Equal(expected i j, found[i, j], 1e-12)
