/// The ascent by gradients: it ends at the maximum within the bounds, whatever the start, and says whether it did.
module HadamardNtk.Core.Spec.AscentSpec

open System
open FsCheck.FSharp
open HadamardNtk.Core
open Xunit

let private quietly: int -> float[] -> float -> unit = fun _ _ _ -> ()

let private climb tolerance evaluations value bounds start =
    Ascent.maximize tolerance evaluations quietly value bounds start

let private thousandths lower upper = Gen.choose (1000 * lower, 1000 * upper) |> Gen.map (fun k -> float k / 1000.0)

/// -sum_i a_i (x_i - m_i)^2/2 - (sum_i (x_i - m_i))^2 with a_i from 0.01 to 100: a maximum at m.
let private bowl (a: float[]) (m: float[]) (x: float[]) =
    let off = Array.map2 (-) x m
    let total = Array.sum off

    struct (-0.5 * Array.sum (Array.map2 (fun a e -> a * e * e) a off) - total * total,
            Array.map2 (fun a e -> -a * e - 2.0 * total) a off)

let private bowls =
    gen {
        let! d = Gen.choose (1, 6)
        let! a = Gen.arrayOfLength d (thousandths -2 2 |> Gen.map (fun k -> Math.Pow(10.0, k)))
        let! m = Gen.arrayOfLength d (thousandths -3 3)
        let! start = Gen.arrayOfLength d (thousandths -5 5)
        return a, m, start
    }
    |> Arb.fromGen

[<Fact>]
[<Law "an ascent ends where no free derivative exceeds its tolerance">]
let ``an ascent finds the top of a bowl`` () =
    Spec.holds 200 (sprintf "%A") bowls (fun (a, m, start) ->
        let bounds = Array.map (fun _ -> -10.0) a, Array.map (fun _ -> 10.0) a
        let found = climb 1e-6 1000 (bowl a m) bounds start
        Assert.True(found.Converged, $"not converged after {found.Evaluations} evaluations")
        Array.iter2 (fun x m -> Spec.near "the top" 2e-4 m x) found.Point m)

[<Fact>]
let ``an ascent within bounds ends at the bound that holds it`` () =
    Spec.holds 200 (sprintf "%A") bowls (fun (a, m, start) ->
        // Without the cross terms the maximum within the box is the nearest point of it.
        let value (x: float[]) =
            let off = Array.map2 (-) x m
            struct (-0.5 * Array.sum (Array.map2 (fun a e -> a * e * e) a off), Array.map2 (fun a e -> -a * e) a off)

        let lower, upper = Array.map (fun _ -> -1.0) a, Array.map (fun _ -> 1.5) a
        let inside = start |> Array.map (fun x -> max -1.0 (min 1.5 x))
        let found = climb 1e-6 1000 value (lower, upper) inside
        Assert.True found.Converged

        Array.iter2 (fun x m -> Spec.near "the nearest point" 2e-4 (max -1.0 (min 1.5 m)) x) found.Point m)

let private valley (p: float[]) =
    let x, y = p[0], p[1]
    let bent = y - x * x
    struct (-(1.0 - x) * (1.0 - x) - 100.0 * bent * bent, [| 2.0 * (1.0 - x) + 400.0 * x * bent; -200.0 * bent |])

[<Fact>]
let ``an ascent follows a bent valley in few evaluations`` () =
    let found = climb 1e-5 200 valley ([| -5.0; -5.0 |], [| 5.0; 5.0 |]) [| -1.2; 1.0 |]
    Assert.True found.Converged
    Spec.near "x" 1e-4 1.0 found.Point[0]
    Assert.InRange(found.Evaluations, 1, 60)

[<Fact>]
let ``an ascent turns back where the function does not exist`` () =
    // log x - x exists for x > 0 and is greatest at 1; the first steps from 0.01 leave the domain.
    let value (p: float[]) = struct ((if p[0] > 0.0 then log p[0] - p[0] else nan), [| 1.0 / p[0] - 1.0 |])

    for start in [ 0.01; 30.0 ] do
        let found = climb 1e-6 200 value ([| -100.0 |], [| 100.0 |]) [| start |]
        Assert.True found.Converged
        Spec.near "the top" 1e-5 1.0 found.Point[0]

[<Fact>]
let ``an ascent that has no more evaluations returns its best point and says so`` () =
    let found = climb 1e-9 7 valley ([| -5.0; -5.0 |], [| 5.0; 5.0 |]) [| -1.2; 1.0 |]
    Assert.False found.Converged
    Assert.Equal(7, found.Evaluations)
    let struct (value, _) = valley found.Point
    Spec.same "its value" value found.Value
    let struct (before, _) = valley [| -1.2; 1.0 |]
    Assert.True(found.Value > before)

[<Fact>]
let ``an ascent whose start does not exist says so`` () =
    let found = climb 1e-6 50 (fun _ -> struct (nan, [| nan |])) ([| -1.0 |], [| 1.0 |]) [| 0.0 |]
    Assert.False found.Converged
    Assert.True(Double.IsNaN found.Value)
    Assert.Equal(1, found.Evaluations)

[<Fact>]
let ``a start outside the bounds is refused`` () =
    let start () = climb 1e-6 50 valley ([| -1.0; -1.0 |], [| 1.0; 1.0 |]) [| 2.0; 0.0 |]
    Assert.Throws<ArgumentException>(start >> ignore) |> ignore

    Assert.Throws<ArgumentException>(fun () -> climb 1e-6 50 valley ([||], [||]) [||] |> ignore)
    |> ignore
