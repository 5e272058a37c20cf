/// Hermite tables of many variances: interpolated, and as good as their definition.
module HadamardNtk.Core.Spec.HermiteFamilySpec

open System
open HadamardNtk.Core
open Xunit

/// The catalogue's functions and their derivatives, those of closed form among them.
let private functions =
    [ for word in
          [ "relu"
            "abs"
            "sign"
            "erf"
            "gelu"
            "tanh"
            "sigmoid"
            "softplus"
            "swish"
            "elu"
            "selu"
            "mish" ] do
          let activation = Catalogue.activation word []
          activation.Function
          activation.Derivative ]

let private named = functions |> List.map (fun f -> f.Name, f)
let names = Xunit.TheoryData<string>(named |> List.map fst |> List.distinct)
let private functionOf name = named |> List.find (fun (n, _) -> n = name) |> snd

/// Variances from 1e-8 to 1e6, at no regular place within their intervals.
let private variances =
    let random = Random 7
    [ for i in 0..27 -> Math.Pow(10.0, -8.0 + 0.5 * (float i + random.NextDouble())) ]

let private compare what (expected: HermiteTable) (actual: HermiteTable) tolerance =
    let bound = tolerance * sqrt expected.Square
    let length = max expected.Coefficients.Length actual.Coefficients.Length
    let at (t: HermiteTable) k = if k < t.Coefficients.Length then t.Coefficients[k] else 0.0
    Spec.near $"{what}: E f^2" (tolerance * expected.Square) expected.Square actual.Square

    for k in 0 .. min expected.Coefficients.Length actual.Coefficients.Length - 1 do
        Spec.near $"{what}: a_{k}" bound (at expected k) (at actual k)

    // What one of them leaves out is negligible in the other.
    for k in 0 .. length - 1 do
        Spec.near $"{what}: a_{k} beyond the shorter" (1e-9 * sqrt expected.Square) (at expected k) (at actual k)

    for k in 0 .. min expected.Tails.Length actual.Tails.Length - 1 do
        // A tail is a sum of squares that are each off by twice a coefficient's error times the coefficient; what lies
        // beyond the last is E f^2 less all squares, known to its own rounding.
        let tail = 2.0 * bound * sqrt (float length) * sqrt expected.Tails[k] + 4e-15 * expected.Square
        Spec.near $"{what}: t_{k}" tail expected.Tails[k] actual.Tails[k]

[<Theory>]
[<MemberData(nameof names)>]
[<Law "|a_k(q) - interpolated a_k(q)| <= 1e-14 sqrt(E f^2)">]
let ``interpolated tables are the definition's to 1e-14 sqrt(E f^2)`` name =
    let f = functionOf name
    let family = HermiteFamily f

    for q in variances do
        compare $"{name} at {q}" (Expectation.table f q) (family.Table q) 1.2e-14

[<Fact>]
let ``the same variance gives the same table, whatever was asked before`` () =
    let f = (Catalogue.activation "tanh" []).Function
    let one, other = HermiteFamily f, HermiteFamily f
    let expected = variances |> List.map one.Table
    let actual = variances |> List.rev |> List.map other.Table |> List.rev

    for t, t' in List.zip expected actual do
        Assert.Equal<float[]>(t.Coefficients, t'.Coefficients)
        Assert.Equal<float[]>(t.Tails, t'.Tails)
        Assert.Equal(t.Square, t'.Square)
        Assert.Equal(t.Variance, t'.Variance)

let private wave =
    (Activation.custom "wave" (fun x -> cos (40.0 * x)) (Some(fun x -> -40.0 * sin (40.0 * x))) [] Even).Function

/// E cos(b u) cos(b v) = e^{-b^2 (q1 + q2)/2} cosh(b^2 c).
let private waves b q1 q2 c =
    let m = b * b * (q1 + q2) / 2.0
    0.5 * (exp (b * b * c - m) + exp (-b * b * c - m))

[<Fact>]
let ``a function that polynomials in log q do not follow keeps its bound`` () =
    let family = HermiteFamily wave

    for q1, q2 in [ 1e-6, 1e-6; 1e-4, 3e-4; 1e-2, 1e-2; 0.05, 0.004; 1.0, 1.0; 1.3, 0.2 ] do
        for rho in [ -0.9; 0.0; 0.3; 0.99; 1.0 ] do
            let c = rho * sqrt (q1 * q2)
            let scale = sqrt (waves 40.0 q1 q1 q1 * waves 40.0 q2 q2 q2)
            let actual = Expectation.pair (family.Table q1) (family.Table q2) c
            Spec.near $"wave at {q1}, {q2}, {rho}" (wave.Bound * scale) (waves 40.0 q1 q2 c) actual

[<Fact>]
let ``variances out of range, zero and not a number have the definition's table`` () =
    for name, f in named do
        let family = HermiteFamily f

        for q in [ 0.0; 1e-300; 1e-201; nan ] do
            let expected, actual = Expectation.table f q, family.Table q
            Spec.same $"{name} at {q}" expected.Square actual.Square
            Assert.Equal<float[]>(expected.Coefficients, actual.Coefficients)

[<Fact>]
let ``an interval of variances at the end of those that have moments is no interpolation`` () =
    let growing = (Activation.custom "e^x^2" (fun x -> exp (x * x)) None [] Even).Function
    let family = HermiteFamily growing

    for i in 0..60 do
        let q = 0.2 * Math.Pow(1.006, float i)
        Spec.same $"at {q}" (Expectation.table growing q).Square (family.Table q).Square

/// What Expectation.pair gives, by the series alone and by the quadrature alone.
let private bySeries (t: HermiteTable) (t': HermiteTable) rho =
    Expectation.degree t t' rho
    |> ValueOption.map (fun degree ->
        (0.0, [ degree - 1 .. -1 .. 0 ])
        ||> List.fold (fun sum k -> sum * rho + t.Coefficients[k] * t'.Coefficients[k]))

[<Theory>]
[<MemberData(nameof names)>]
let ``series and quadrature agree also for very different variances`` name =
    let f = functionOf name
    let family = HermiteFamily f

    for q1, q2 in [ 1e-8, 1e-8; 1e-8, 1.0; 1e-4, 1e4; 0.3, 30.0; 2.0, 1e6; 1e-6, 1e6; 1e4, 2e4 ] do
        let t, t' = family.Table q1, family.Table q2

        for rho in [ -0.95; -0.5; 0.1; 0.7; 0.9 ] do
            match bySeries t t' rho with
            | ValueSome series ->
                let c = rho * (sqrt q1 * sqrt q2)
                let scale = sqrt t.Square * sqrt t'.Square
                Spec.near $"{name} at {q1}, {q2}, {rho}" (1e-12 * scale) (Expectation.quadrature f q1 q2 c) series
            | ValueNone -> ()
