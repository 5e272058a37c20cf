/// Small deep linear networks with a bottleneck and their tasks, for laws.
module HadamardNtk.Core.Spec.DeepLinearProblems

open System
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.DynamicsProblems
open MathNet.Numerics.LinearAlgebra

/// A network, a loss, samples, targets and a start.
type Task = { Net: DeepLinear; Loss: Loss; X: M; Y: M; Start: DeepLinear.State }

let normal (seed: int64) rows columns : M = build.DenseOfRowMajor(rows, columns, Draws.normals seed (rows * columns))

/// Targets of a loss from normal numbers.
let targets loss (seed: int64) n outputs : M =
    let values = normal seed n outputs

    match loss with
    | Squared -> 2.0 * values
    | Logistic -> values.PointwiseSign()
    | Softmax -> build.Dense(n, outputs, (fun i c -> if values.Row(i).MaximumIndex() = c then 1.0 else 0.0))

let taskOf loss (seed: int) =
    let random = Random seed
    let from low high = low + (high - low) * random.NextDouble()

    let net =
        { Features = 1 + random.Next 5
          Width = 1 + random.Next 4
          Outputs = (if loss = Softmax then 2 else 1) + random.Next 2
          FLayers = 1 + random.Next 3
          GLayers = 1 + random.Next 3
          FScale = from 0.3 2.0
          GScale = from 0.3 2.0
          FRate = from 0.3 2.0
          GRate = from 0.3 2.0 }

    let n = 1 + random.Next 3

    { Net = net
      Loss = loss
      X = normal (int64 seed + 1L) n net.Features
      Y = targets loss (int64 seed + 2L) n net.Outputs
      Start = DeepLinear.start net (int64 seed) }

let losses = [ Squared; Logistic; Softmax ]
let seeds = Gen.choose (1, 1_000_000) |> Arb.fromGen

let flowOf task times = DeepLinear.flow task.Net task.Loss 1e-11 200_000 task.X task.Y times task.Start

let one outputs : Vector<float> = Vector<float>.Build.Dense(outputs, (fun c -> if c = 0 then 1.0 else 0.0))

let unit = one 1

/// A two-layer g and a two-layer f of unit weights and rates around two numbers: c_f = 1, c_g = 1/50, c_inf = 1/25.
let paper =
    { Features = 100
      Width = 2
      Outputs = 1
      FLayers = 2
      GLayers = 2
      FScale = 1.0
      GScale = 1.0
      FRate = 1.0
      GRate = 1.0 }
