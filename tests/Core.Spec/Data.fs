/// Data rows and second moments to try laws on, the hard cases among them.
module HadamardNtk.Core.Spec.Data

open System
open FsCheck
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Nets

/// Rows with no two nearly collinear ones: unit normals.
let private normal =
    Gen.two (Gen.choose (1, 999_999))
    |> Gen.map (fun (a, b) -> sqrt (-2.0 * log (float a / 1e6)) * cos (2.0 * Math.PI * float b / 1e6))

let private rowOf d = Gen.arrayOfLength d normal

let private hardRows (x: float[]) =
    [ Array.map (fun _ -> 0.0) x
      Array.copy x
      Array.map (~-) x
      Array.map ((*) 2.5) x
      Array.map ((*) 1e-6) x
      Array.map ((*) 1e4) x
      Array.mapi (fun i v -> if i = 0 then v * (1.0 + 1e-9) else v) x ]

let showRows (rows: float[][]) =
    rows
    |> Array.map (fun row -> row |> Array.map Expr.showNumber |> String.concat " ")
    |> String.concat "; "
    |> sprintf "[%s]"

let private fewerRows (rows: float[][]) =
    if rows.Length > 1 then
        seq { for i in 0 .. rows.Length - 1 -> Array.removeAt i rows }
    else
        Seq.empty

/// Data: ordinary rows of 2 to 5 features.
let plainData =
    Arb.fromGenShrink (
        Gen.zip (Gen.choose (2, 5)) (Gen.choose (1, 5))
        |> Gen.bind (fun (d, n) -> Gen.arrayOfLength n (rowOf d)),
        fewerRows
    )

/// Data: ordinary rows, and of one of them the zero row, its duplicate, antipode, multiples (2.5, 1e-6, 1e4) and a row
/// nearly the same.
let hardData =
    let made =
        gen {
            let! d = Gen.choose (1, 4)
            let! rows = Gen.arrayOfLength 2 (rowOf d)
            let! hard = Gen.subListOf (hardRows rows[0])
            return Array.append rows (Array.ofList hard)
        }

    Arb.fromGenShrink (made, fewerRows)

/// A network and data on which its kernels are defined.
let onData (nets: Arbitrary<Net>) (data: Arbitrary<float[][]>) =
    let isDefined (net, rows) =
        match Kernel.ofNetwork (toLayer net) with
        | Error _ -> false
        | Ok kernel ->
            try
                Kernel.gram kernel rows |> ignore
                true
            with KernelUndefinedException _ ->
                false

    Arb.fromGenShrink (
        Gen.zip nets.Generator data.Generator |> Gen.filter isDefined,
        fun (net, rows) ->
            Seq.append
                (nets.Shrinker net |> Seq.map (fun n -> n, rows))
                (data.Shrinker rows |> Seq.map (fun r -> net, r))
            |> Seq.filter isDefined
    )

let showOnData (net, rows) = $"{show net} on {showRows rows}"

/// Second moments (q1, q2, c) with |c| <= sqrt(q1 q2), the ends and zeros among them.
let moments =
    let variance =
        Gen.frequency
            [ 1, Gen.constant 0.0
              3, Gen.elements [ 1e-6; 0.3; 1.0; 5.0; 100.0 ]
              3, Gen.choose (-600, 400) |> Gen.map (fun n -> Math.Pow(10.0, float n / 100.0)) ]

    let rho =
        Gen.frequency
            [ 2, Gen.elements [ -1.0; 1.0 ]
              2, Gen.elements [ 0.0; 1.0 - 1e-9; 1e-9 - 1.0; 0.99 ]
              4, (Gen.choose (-100, 100) |> Gen.map (fun n -> float n / 100.0)) ]

    Gen.zip3 variance (Gen.frequency [ 1, Gen.constant None; 2, Gen.map Some variance ]) rho
    |> Gen.map (fun (q1, q2, rho) ->
        match q2 with
        | None -> struct (q1, q1, rho * q1)
        | Some q2 -> struct (q1, q2, rho * (sqrt q1 * sqrt q2)))
    |> fun made -> Arb.fromGenShrink (made, fun _ -> Seq.empty)
