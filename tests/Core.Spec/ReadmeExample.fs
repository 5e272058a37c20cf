/// What docs/fsharp.md shows of the core.
module HadamardNtk.Core.Spec.ReadmeExample

open Xunit

// <readme>
open HadamardNtk.Core

let relu = Layer.word "relu"

/// A product of two ReLU branches: the same network as "hadamard(dense relu, dense relu) dense".
let network =
    Layer.serial
        [ Layer.hadamard [ for _ in 1..2 -> Layer.serial [ Layer.dense 1.0 0.0; relu ] ]
          Layer.dense 1.0 0.0 ]

let kernels x =
    match Kernel.ofNetwork network with
    | Ok kernel -> Kernel.gram kernel x // NNGP and NTK of all pairs of rows
    | Error refusal -> invalidOp (string refusal) // says which layer, why, and what to change
// </readme>

[<Fact>]
let ``the network of the page on F# is the one it names and has the kernels that the formula gives`` () =
    Assert.Equal(Ok network, Notation.parse "hadamard(dense relu, dense relu) dense")
    let nngp, ntk = kernels [| [| 1.0; 0.0 |]; [| 0.0; 1.0 |] |]
    // Orthogonal rows, q = 1/2: T = s/2pi = q/2pi, T' = 1/4; Sigma = T^2, Theta = Sigma + 2 T T' k with k = 0.
    let t = 0.25 / System.Math.PI
    Assert.Equal(t * t, nngp[0, 1], 1e-16)
    Assert.Equal(t * t, ntk[0, 1], 1e-16)
    // Equal rows: T = q/2, T' = 1/2, k = q, so Theta = Sigma + 2 (q/2) (1/2) q.
    Assert.Equal(0.0625, nngp[0, 0], 1e-16)
    Assert.Equal(0.0625 + 0.125, ntk[0, 0], 1e-16)
