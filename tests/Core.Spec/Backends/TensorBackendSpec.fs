/// Laws of the backend on tensors, where there is libtorch: it computes what the reference defines.
module HadamardNtk.Core.Spec.TensorBackendSpec

open System
open HadamardNtk.Core.Spec.Compiled
open Xunit

// Tiles of 16 rows, so that 70 rows have borders within; on a GPU with HNTK_TORCH_DEVICE=cuda.
let backend () =
    let device =
        match Environment.GetEnvironmentVariable "HNTK_TORCH_DEVICE" with
        | null
        | "" -> "cpu"
        | name -> name

    let isThere, backend, reason =
        HadamardNtk.TorchBackend.TryCreate(device, HadamardNtk.TorchSettings(Tile = Nullable 16))

    Assert.SkipUnless(isThere, reason)
    nonNull backend

let private agrees (backend: HadamardNtk.IKernelBackend) precision (counted: Spec.Checked) (net, rows: float[][]) =
    let kernel = kernelOf net
    let x = matrix rows
    let top = rows[.. (rows.Length - 1) / 3]
    let variance = lazy Generators.greatestVariance kernel.Program.Core rows
    let options = HadamardNtk.GramOptions(Backend = backend, Precision = precision)

    for kind in kinds do
        let truth = truth kernel kind rows rows
        let gram () = kernel.Of(kind).Gram(x, options).ToArray()
        counted.Add(CompiledSpec.isComparable kernel precision truth)

        match truth.Plain with
        | None -> CompiledSpec.refuses gram
        | Some plain when precision = Precision.Float32 && CompiledSpec.isLarge plain -> CompiledSpec.refuses gram
        | Some _ when not (CompiledSpec.isComparable kernel precision truth) -> ()
        | Some _ ->
            let bound = CompiledSpec.tolerance precision kind variance.Value
            near $"{kind}" bound truth (gram ())
            let part = kernel.Of(kind).Cross(matrix top, x, options).ToArray()

            near
                $"{kind} of the first rows"
                bound
                { truth with Selves = Array.take top.Length (fst truth.Selves), snd truth.Selves }
                part

let private onTensors precision =
    let cases = 160
    Specification.needs "libtorch" cases
    CompiledSpec.eachMostly 0.75 cases (agrees (backend ()) precision)

[<Fact>]
let ``a matrix on tensors in float64 is the reference's, and the truth where the reference does not know angles`` () =
    onTensors Precision.Float64

[<Fact>]
[<Law "|K32_ij - K_ij| <= 2e-5 sqrt(K_ii K_jj)">]
let ``a matrix on tensors in float32 is the truth to 2e-5 sqrt(K_ii K_jj)`` () = onTensors Precision.Float32

let private unit angle = [| cos angle; sin angle |]

[<Theory>]
[<InlineData("hadamard(dense relu, dense relu) dense", 1e-12)>]
[<InlineData("(dense(w=0.47) relu)^60", 1.0)>]
[<InlineData("dense(w=1e-25) tanh dense", 1.0)>]
let ``what float32 has no room for is refused on tensors`` (text: string) scale =
    let kernel = HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse(text))
    let rows = [| 0.1; 0.9; 2.0; 3.0 |] |> Array.map (unit >> Array.map ((*) scale))

    let refused x x' =
        let options = HadamardNtk.GramOptions(Backend = backend (), Precision = Precision.Float32)

        let error =
            Assert.Throws<HadamardNtk.KernelUndefinedException>(fun () ->
                kernel.Of(Kind.Nngp).Cross(matrix x, matrix x', options) |> ignore)

        Assert.Contains("float64 has room", error.Message)

    refused rows rows
    refused rows[..1] rows[2..]

    let vectors = HadamardNtk.Matrix(Array2D.create 4 1 1.0)
    let options = HadamardNtk.GramOptions(Backend = backend (), Precision = Precision.Float32)

    Assert.Throws<HadamardNtk.KernelUndefinedException>(fun () ->
        kernel.Of(Kind.Nngp).Multiply(matrix rows, vectors, options = options) |> ignore)
    |> ignore

    for k in
        kernel.Of(Kind.Nngp).Gram(matrix rows, HadamardNtk.GramOptions(Backend = backend ())).ToArray()
        |> Seq.cast<float> do
        Assert.True(k <> 0.0 && abs k < 1.2e-38)

[<Fact>]
let ``an entry on tensors may vanish where it is negligible beside both rows`` () =
    let kernel = HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse("dense"))
    let rows = [| [| 1e-10; 0.0 |]; [| 1e-30; 1e-10 |]; [| 1.0; 1.0 |]; [| 0.0; 0.0 |] |]
    let options = HadamardNtk.GramOptions(Backend = backend (), Precision = Precision.Float32)
    let k = kernel.Of(Kind.Nngp).Gram(matrix rows, options).ToArray()
    Spec.near "(0, 1)" 1e-40 5e-41 k[0, 1]
    Spec.near "(0, 0)" 1e-27 5e-21 k[0, 0]
    Spec.same "(0, 3)" 0.0 k[0, 3]

    Assert.Throws<HadamardNtk.KernelUndefinedException>(fun () ->
        kernel.Of(Kind.Nngp).Cross(matrix [| [| 1e-25; 0.0 |] |], matrix [| [| 1e-15; 1.0 |] |], options)
        |> ignore)
