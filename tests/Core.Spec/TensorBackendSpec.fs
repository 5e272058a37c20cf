/// Laws of the backend on tensors, where there is libtorch: it computes what the reference defines.
module HadamardNtk.Core.Spec.TensorBackendSpec

open System
open HadamardNtk.Core.Spec.Compiled
open Xunit

// Tiles of 16 rows, so that 70 rows have borders within; on a GPU with HNTK_TORCH_DEVICE=cuda.
let private backend () =
    let device =
        match Environment.GetEnvironmentVariable "HNTK_TORCH_DEVICE" with
        | null
        | "" -> "cpu"
        | name -> name

    let isThere, backend, reason =
        HadamardNtk.TorchBackend.TryCreate(device, HadamardNtk.TorchSettings(Tile = Nullable 16))

    Skip.IfNot(isThere, reason)
    nonNull backend

let private agrees (backend: HadamardNtk.IKernelBackend) precision (net, rows: float[][]) =
    let kernel = kernelOf net
    let x = matrix rows
    let top = rows[.. (rows.Length - 1) / 3]
    let variance = lazy Generators.greatestVariance kernel.Core rows
    let options = HadamardNtk.GramOptions(Backend = backend, Precision = precision)

    for kind in kinds do
        let truth = truth kernel kind rows rows
        let gram () = kernel.Gram(x, kind, options).ToArray()

        match truth.Plain with
        | None -> CompiledSpec.refuses gram
        | Some plain when precision = Precision.Float32 && CompiledSpec.isLarge plain -> CompiledSpec.refuses gram
        | Some _ when precision = Precision.Float32 && (CompiledSpec.isSmall truth || CompiledSpec.mayCancel kernel) ->
            ()
        | Some _ ->
            let bound = CompiledSpec.tolerance precision kind variance.Value
            near $"{kind}" bound truth (gram ())
            let part = kernel.Cross(matrix top, x, kind, options).ToArray()

            near
                $"{kind} of the first rows"
                bound
                { truth with Selves = Array.take top.Length (fst truth.Selves), snd truth.Selves }
                part

let private onTensors precision =
    let cases = 160
    Specification.needs "libtorch" cases
    CompiledSpec.each cases (agrees (backend ()) precision)

[<SkippableFact>]
let ``a matrix on tensors in float64 is the reference's, and the truth where the reference does not know angles`` () =
    onTensors Precision.Float64

[<SkippableFact>]
[<Law "|K32_ij - K_ij| <= 2e-5 sqrt(K_ii K_jj)">]
let ``a matrix on tensors in float32 is the truth to 2e-5 sqrt(K_ii K_jj)`` () = onTensors Precision.Float32
