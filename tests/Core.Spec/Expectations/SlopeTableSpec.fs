/// One table of a function and its derivative: both expectations by one polynomial.
module HadamardNtk.Core.Spec.SlopeTableSpec

open System
open FsCheck.FSharp
open HadamardNtk.Core
open Xunit

let private smooth =
    [ for entry in Catalogue.activations do
          if entry.Options |> List.forall _.Default.IsSome then
              let activation = Catalogue.activation entry.Word []

              match activation.Function.Derivative with
              | Some f' -> entry.Word, activation, f'
              | None -> () ]

let words = TheoryData<string>(smooth |> List.map (fun (word, _, _) -> word))

let private functionsOf word =
    let _, activation, f' = smooth |> List.find (fun (w, _, _) -> w = word)
    activation.Function, f'

[<Fact>]
let ``the smooth functions of the catalogue know their derivatives, and others have none`` () =
    Assert.Equal<string list>(
        [ "tanh"; "sigmoid"; "softplus"; "swish"; "mish" ],
        smooth |> List.map (fun (w, _, _) -> w)
    )

    for _, activation, f' in smooth do
        Assert.Same(activation.Derivative, f')
        Assert.Empty activation.Function.Kinks

    let tanh = (Catalogue.activation "tanh" []).Function
    Assert.True((ScalarFunction.differentiate tanh).Derivative.IsNone)
    Assert.True((ScalarFunction.product tanh tanh).Derivative.IsNone)
    Assert.True((ScalarFunction.compose tanh tanh).Derivative.IsNone)

// log10 of both variances, and the correlation.
let private pairs =
    Gen.map3
        (fun a b r -> struct (Math.Pow(10.0, float a / 100.0), Math.Pow(10.0, float b / 100.0), float r / 1000.0))
        (Gen.choose (-800, 300))
        (Gen.choose (-800, 300))
        (Gen.choose (-950, 950))
    |> Arb.fromGen

let private show (struct (q1: float, q2: float, rho: float)) = $"q1 = {q1:R}, q2 = {q2:R}, rho = {rho:R}"

/// T and T' by all terms that both tables have, with the tails that they leave out.
let private both (t: SlopeTable) (t': SlopeTable) rho =
    let a, b = t.Table.Coefficients, t'.Table.Coefficients
    let length = min a.Length b.Length
    let mutable sum, slope = 0.0, 0.0

    for j in length - 1 .. -1 .. 0 do
        slope <- slope * rho + sum
        sum <- sum * rho + a[j] * b[j]

    // P is rho times the sum.
    struct (t.Mean * t'.Mean + t.Root * t'.Root * rho * sum, sum + rho * slope, length)

[<Theory>]
[<MemberData(nameof words)>]
[<Law "E f'(u) f'(v) = P'(rho), E f(u) f(v) = m m' + sqrt(q q') P(rho)">]
let ``T' from the coefficients of T is T' from its own, and the other way round`` word =
    let f, f' = functionsOf word
    let value, slope = HermiteFamily f, HermiteFamily f'

    for isShort in [ false; true ] do
        Spec.holds 60 show pairs (fun (struct (q1, q2, rho)) ->
            let t = HermiteFamily.Slopes(value, slope, q1, isShort)
            let t' = HermiteFamily.Slopes(value, slope, q2, isShort)
            let struct (actual, actual', length) = both t t' rho

            let left =
                Math.Pow(abs rho, float length)
                * sqrt (t.Table.Tails[length] / t.Table.Square * t'.Table.Tails[length] / t'.Table.Square)

            let check what (family: HermiteFamily) actual =
                let own, own' = family.Table q1, family.Table q2
                let scale = sqrt (own.Square * own'.Square)
                let expected = Expectation.pair own own' (rho * sqrt q1 * sqrt q2)
                // The coefficients are known to 1e-14, and the definition neglects a tail of 2e-14; 1e-12 is the bound
                // of its quadrature.
                let degree = Expectation.degree own own' rho
                let tolerance = if degree.IsSome then 5e-14 else 1e-12
                Spec.near what ((tolerance + left) * scale) expected actual

            check "T" value actual
            check "T'" slope actual')

[<Theory>]
[<MemberData(nameof words)>]
[<Law "t_K >= E f'^2 max(t_K(f')/E f'^2, t_(K+1)(f)/E f^2)">]
let ``the tail of both is no shorter than that of either`` word =
    let f, f' = functionsOf word

    for q in [ 1e-8; 1e-3; 0.3; 2.0; 40.0; 1e4 ] do
        let value, slope = Expectation.table f q, Expectation.table f' q

        for table in [ SlopeTable.ofValue value slope; SlopeTable.ofSlope value slope ] do
            let own = table.Table.Tails
            Assert.Equal(slope.Square, table.Table.Square)

            for k in 0 .. own.Length - 1 do
                let least (tails: float[]) j square = if j < tails.Length then tails[j] / square else 0.0
                // What is below 1e-18 of the whole lies beyond the coefficients, where tails are only bounded; and
                // rounding leaves 1e-14.
                let expected = max (least slope.Tails k slope.Square) (least value.Tails (k + 1) value.Square)

                if expected > 1e-17 then
                    Assert.True(
                        own[k] / slope.Square >= expected * (1.0 - 1e-6) - 2e-14,
                        $"{word} at {q}, K = {k}: {own[k] / slope.Square} < {expected}"
                    )

[<Theory>]
[<MemberData(nameof words)>]
let ``a table comes from the function whose coefficients lose no digits`` word =
    let f, f' = functionsOf word

    for q in [ 1e-8; 1e-3; 0.3; 2.0; 40.0; 1e4 ] do
        let value, slope = Expectation.table f q, Expectation.table f' q
        Assert.Equal(q * slope.Square >= value.Square, SlopeTable.isByValue value slope)

    // At zero the function tells nothing of its derivative.
    let value, slope = Expectation.table f 0.0, Expectation.table f' 0.0
    Assert.False(SlopeTable.isByValue value slope)
    let table = SlopeTable.ofSlope value slope
    let struct (t, t', _) = both table table 0.0
    Assert.Equal(f.Apply 0.0 * f.Apply 0.0, t)
    Assert.Equal(f'.Apply 0.0 * f'.Apply 0.0, t')
