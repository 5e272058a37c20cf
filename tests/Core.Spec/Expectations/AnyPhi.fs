/// Dual activations without a closed form: Mehler's series, quadrature, and functions of the user's.
module HadamardNtk.Core.Spec.AnyPhi

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.DualTable
open HadamardNtk.Core.Spec.Integration
open Xunit

let private extremes =
    [ for q1, q2 in [ 1e-8, 1e-8; 1.0, 1.0; 1e4, 1e4; 1e8, 1e8; 1.0, 1e8; 1e-4, 1e4 ] do
          for rho in [ -1.0; -0.9999999; 0.0; 0.5; 0.999; 1.0 - 1e-9; 1.0 ] do
              q1, q2, rho * sqrt (q1 * q2) ]

let private closed =
    [ "erf", [ 0.0 ]; "relu", [ 0.0 ]; "gelu", [ 0.0 ]; "abs", [ 0.0 ]; "sigmoid_like", [ 0.0 ] ]

let closedWords = TheoryData<string>(closed |> List.map fst)

[<Theory>]
[<MemberData(nameof closedWords)>]
[<Law "|T_series - T| <= 1.1e-12 sqrt(T(q1,q1,q1) T(q2,q2,q2))">]
let ``series and quadrature meet the closed forms to 1e-12 at any variance`` word =
    let activation = Catalogue.activation word []
    let f = activation.Function
    let kinks = if word = "relu" || word = "abs" then [ 0.0 ] else []
    // Exactly as the catalogue makes functions without a closed form.
    let general = ScalarFunction.settling word f.Parity kinks f.Apply

    for q1, q2, c in extremes do
        let t, t' = Expectation.table general q1, Expectation.table general q2
        let scale = sqrt (value activation q1 q1 q1 * value activation q2 q2 q2)
        let there = Expectation.pair t t' c
        // Expectation's own bound, and 1e-13 for the roundings of the closed form.
        Spec.near $"{word} at {q1}, {q2}, {c}" (1.1e-12 * scale) (value activation q1 q2 c) there
        Spec.same "symmetry" there (Expectation.pair t' t c)
        Spec.near $"mean of {word} at {q1}" (1.1e-12 * sqrt (value activation q1 q1 q1)) (meanAt activation q1) t.Mean

let generalWords =
    TheoryData<string>(cases |> List.map _.Activation.Name |> List.filter Generators.isGeneral)

[<Theory>]
[<MemberData(nameof generalWords)>]
let ``T and T' of a function without a closed form are their definition at extreme variance`` word =
    let case = caseOf word

    for q1, q2, rho in
        [ 1e4, 1e4, 0.999
          1e4, 1e4, 1.0 - 1e-9
          1e8, 1e8, 0.3
          1e8, 1e8, -0.999999
          1e8, 1.0, 0.9
          1e8, 1e8, 1.0 ] do
        let c = rho * sqrt (q1 * q2)

        let check what f actual =
            let truth = moment case.Shape q1 q2 rho f
            // 1e-12 is the bound of Expectation; 1e-12 more for the test's quadrature over many scales. c rounds by
            // 1e-16 sqrt(q1 q2), and T' of a kinked or steep function changes by 1e-16/sqrt(1 - rho^2) of itself then.
            let slack = if abs rho = 1.0 then 0.0 else 4e-16 / (1.0 - rho * rho)
            let scale = sqrt (moment case.Shape q1 q1 1.0 f * moment case.Shape q2 q2 1.0 f)
            Spec.near $"{what} of {word} at {q1}, {q2}, {rho}" ((2e-12 + slack) * scale) truth actual

        check "T" case.Phi (value case.Activation q1 q2 c)
        check "T'" case.Activation.Derivative.Apply (slope case.Activation q1 q2 c)

[<Fact>]
[<Law "|T - sum_{k<K} a_k a'_k rho^k| <= |rho|^K sqrt(t_K t'_K)">]
let ``the tail is known before it is used: a shorter series differs by no more`` () =
    let f = (Catalogue.activation "tanh" []).Function

    for q1, q2 in [ 0.7, 0.7; 5.0, 5.0; 0.3, 3.0 ] do
        let t, t' = Expectation.table f q1, Expectation.table f q2

        for rho in [ 0.3; -0.9; 0.9 ] do
            let all = Expectation.pair t t' (rho * sqrt (q1 * q2))
            let mutable sum = 0.0

            for k in 0 .. min t.Coefficients.Length t'.Coefficients.Length - 1 do
                // The roundings of the whole series are below 1e-13 sqrt(T T).
                let bound = abs rho ** float k * sqrt (t.Tails[k] * t'.Tails[k]) + 1e-13 * sqrt (t.Square * t'.Square)
                Spec.near $"{k} terms at {q1}, {q2}, {rho}" bound all sum
                sum <- sum + t.Coefficients[k] * t'.Coefficients[k] * rho ** float k

[<Fact>]
let ``tanh needs as many terms as docs/mathematics.md says`` () =
    let f = (Catalogue.activation "tanh" []).Function
    let t = Expectation.table f 0.7
    // Degree 27 and 59 for a relative error 1e-7 and 1e-11 at rho = 1: what is left out after them is that small.
    for degree, error in [ 27, 1e-7; 59, 1e-11 ] do
        let left = t.Square - (t.Coefficients |> Array.truncate (degree + 1) |> Array.sumBy (fun a -> a * a))
        Assert.True(abs left <= error * t.Square, $"{left} is left after degree {degree}")
        let before = t.Square - (t.Coefficients |> Array.truncate (degree - 3) |> Array.sumBy (fun a -> a * a))
        Assert.True(abs before > error * t.Square, $"{before} is left after degree {degree - 4}")

let private customs =
    [ "tanh", [], Some(fun (x: float) -> Scalar.sechSquared x), Odd
      "elu",
      [ 0.0 ],
      Some(fun x ->
          if x < 0.0 then exp x
          elif x > 0.0 then 1.0
          else 1.0),
      Neither
      "sin", [], Some cos, Odd
      "mish", [], None, Neither ]

let private against (named: Activation) (custom: Activation) withDerivative =
    for q1, q2, rho in [ 0.3, 0.3, 0.5; 1.0, 4.0, -0.9; 1.0, 1.0, 1.0; 20.0, 20.0, 0.95 ] do
        let c = rho * sqrt (q1 * q2)
        let scale t = sqrt (t named q1 q1 q1 * t named q2 q2 q2)
        let at what = $"{what} of {named} at {q1}, {q2}, {rho}"
        let bound = custom.Function.Bound + 1e-12
        Spec.near (at "T") (bound * scale value) (value named q1 q2 c) (value custom q1 q2 c)
        let bound' = custom.Derivative.Bound + 1e-12
        Spec.near (at "T'") (bound' * scale slope) (slope named q1 q2 c) (slope custom q1 q2 c)
        Spec.near (at "mean") (bound * sqrt (value named q1 q1 q1)) (meanAt named q1) (meanAt custom q1)

    // What is stated is worth something: 1e-10 at worst, and the exact bound where the derivative is given.
    Assert.InRange(custom.Function.Bound, 0.0, 1e-12)
    Assert.InRange(custom.Derivative.Bound, 0.0, (if withDerivative then 1e-12 else 1e-10))

[<Fact>]
let ``a function of the user's has the catalogue's dual, to the bound that it states`` () =
    for word, kinks, derivative, parity in customs do
        let named = Catalogue.activation word []
        let phi = (caseOf word).Phi

        derivative
        |> Option.iter (fun d -> against named (Activation.custom $"my {word}" phi (Some d) kinks parity) true)

        against named (Activation.custom $"my {word}" phi None kinks parity) false

[<Fact>]
let ``a function of the user's that asks for more resolution gets it, or states a larger bound`` () =
    for wave in [ 1.0; 4.0; 12.0; 100.0 ] do
        let phi x = sin (wave * x)
        let custom = Activation.custom $"sin {wave}" phi (Some(fun x -> wave * cos (wave * x))) [] Odd
        let named = Catalogue.activation "sin" [ "b", [ wave ] ]

        for q1, q2, c in [ 0.01, 0.01, 0.0099; 0.04, 0.04, 0.04; 0.04, 0.01, -0.004 ] do
            let scale = sqrt (value named q1 q1 q1 * value named q2 q2 q2)
            // The bound is relative to sqrt(T T), 1e-12 for the closed form's exponents.
            let tolerance = (custom.Function.Bound + 1e-12) * scale
            Spec.near $"sin({wave} x) at {q1}, {q2}, {c}" tolerance (value named q1 q2 c) (value custom q1 q2 c)

[<Fact>]
let ``a custom activation is equal to itself only, and has no word in the notation`` () =
    let make () = Activation.custom "mine" tanh None [] Odd
    let one = make ()
    Assert.Equal<Activation>(one, one)
    Assert.NotEqual<Activation>(one, make ())
    Assert.True one.Origin.IsCustom
    Assert.True((Catalogue.activation "tanh" []).Origin.IsWord)
