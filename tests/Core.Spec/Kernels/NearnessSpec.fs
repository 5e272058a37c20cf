/// Which pairs are nearly collinear: where float64 no longer knows the angle, and nowhere else.
[<HadamardNtk.Core.Spec.Chapter "Numbers of 32 digits">]
module HadamardNtk.Core.Spec.NearnessSpec

open HadamardNtk.Core
open Xunit

/// Whether the network takes two rows of length 1 at the given 1 - |rho| for near.
let private isNear text sign distance =
    let kernel =
        match Kernel.ofNetwork (Grams.parsed text) with
        | Ok kernel -> kernel
        | Error refusal -> invalidOp (string refusal)

    let interpreter = Kernel.interpreter 2 kernel
    let scratch = Array.zeroCreate interpreter.ScratchLength
    let state (x: float[]) = interpreter.Sample(Kernel.product x x, Array.average x)
    // 1 - cos th = 2 sin^2(th/2)
    let th = 2.0 * asin (sqrt (distance / 2.0))
    let x, x' = [| 1.0; 0.0 |], [| sign * cos th; sign * sin th |]
    let row, column = state x, state x'
    interpreter.Pair(row, column, Kernel.product x x', scratch) |> ignore
    interpreter.IsNear(row, column, scratch)

[<Theory>]
[<InlineData("dense relu dense", 1e-9)>]
[<InlineData("dense relu dense tanh dense", 1e-8)>]
[<Law "near = (1 - |rho| < 1e-9), or 1e-8 in a program with tables">]
let ``a pair is near below its network's bound, and not above it`` (text: string) bound =
    for sign in [ 1.0; -1.0 ] do
        Assert.True(isNear text sign (0.8 * bound), $"{text}: just below the bound")
        Assert.False(isNear text sign (1.25 * bound), $"{text}: just above the bound")
