/// Gram matrices from texts, and when two of them agree.
module HadamardNtk.Core.Spec.Grams

open HadamardNtk.Core

let parsed text =
    match Notation.parse text with
    | Ok network -> network
    | Error e -> invalidOp $"'{text}': {e}"

let gram network x =
    match Kernel.ofNetwork network with
    | Ok kernel -> Kernel.gram kernel x
    | Error refusal -> invalidOp (string refusal)

/// Equal to within `units` times 2.2e-16 of sqrt(K(x,x) K(x',x')), K the larger of the two kernels' diagonals.
let close what units (a: float[,], a': float[,]) (b: float[,], b': float[,]) =
    for i in 0 .. Array2D.length1 a - 1 do
        for j in 0 .. Array2D.length2 a - 1 do
            let scale (k: float[,]) = sqrt (abs k[i, i] * abs k[j, j])
            Spec.near $"NNGP of {what} at ({i}, {j})" (units * 2.2e-16 * max (scale a) (scale b)) a[i, j] b[i, j]
            Spec.near $"NTK of {what} at ({i}, {j})" (units * 2.2e-16 * max (scale a') (scale b')) a'[i, j] b'[i, j]
