/// Infinitely wide networks with bottlenecks in training, in function space.
module HadamardNtk.Core.Spec.BottleneckSpec

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.BottleneckProblems
open Xunit

let private history, hybrid = HadamardNtk.BottleneckMode.History, HadamardNtk.BottleneckMode.Hybrid

let private greatest (rows: float[][]) = rows |> Array.collect id |> Array.map abs |> Array.max

let private near what tolerance (expected: float[][]) (found: float[][]) =
    let scale = tolerance * (1.0 + greatest expected)
    Assert.Equal(expected.Length, found.Length)
    Array.iter2 (Array.iter2 (fun a b -> Spec.near what scale a b)) expected found

let private isDefined problem = greatest problem.X > 0.0

let private isTheDefinition mode problem =
    if isDefined problem then
        let run = train mode problem
        let network, kernel = definition problem, kernelOf problem
        let y = M.Build.DenseOfRowArrays problem.Y

        (startOf mode problem run.Start, run.Records)
        ||> Seq.fold (fun state record ->
            // Steps may be divided.
            let training, parts = problem.Training, record.Parts

            near "g" 1e-10 state.Embeddings (rowsOf record.Embeddings)

            Bottleneck.outputs network state
            |> Array.map (Array.map (fun f -> training.Multiplier * f))
            |> fun expected -> near "F" 1e-10 expected (rowsOf record.Predictions)

            let part =
                { training with
                    HeadRate = training.HeadRate / float parts
                    FeatureRate = training.FeatureRate / float parts }

            (state, seq { 1..parts })
            ||> Seq.fold (fun state _ -> Bottleneck.descend network part kernel y state))
        |> ignore

[<Fact>]
[<Law "f_t(z) = f_0(z) - eta_f sum_s sum_i K_f(z, g_s(x_i)) chi_i^s">]
let ``in history mode a training is its definition, written out sample by sample`` () =
    Spec.holds 60 show smooth (isTheDefinition history)

[<Fact>]
[<Law "g_{t+1}(x) = g_t(x) - eta_g sum_i Theta_g(x, x_i) grad f_t(g_t(x_i)) chi_i">]
let ``in hybrid mode a training is its definition, written out sample by sample`` () =
    Spec.holds 60 show any (isTheDefinition hybrid)
