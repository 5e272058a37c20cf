/// Laws of networks on images and sequences on tensors, where there is libtorch: whole blocks of positions have the
/// values that the reference defines.
module HadamardNtk.Core.Spec.TensorBlockSpec

open System
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.SpatialSpec
open Xunit

type private Kind = HadamardNtk.KernelKind
type private Precision = HadamardNtk.Precision

let private seeds = Gen.choose (1, 100000) |> Arb.fromGen
let private oneOf (random: Random) (items: 'a list) = items[random.Next items.Length]
let private rows (random: Random) n d = Array.init n (fun _ -> row random d)

let private holds count law =
    Specification.needs "libtorch" count
    let backend = TensorBackendSpec.backend ()
    Spec.holds count (fun (seed: int) -> $"seed {seed}") seeds (fun seed -> law backend (Random seed))

let private gram backend precision kind (net: string) (x: float[][]) =
    let kernel = HadamardNtk.NetworkKernels.Kernel(HadamardNtk.Network.Parse net, kind)
    kernel.Gram(Compiled.matrix x, HadamardNtk.GramOptions(Backend = backend, Precision = precision)).ToArray()

let private blocks (net: string) kind (x: float[][]) =
    let samples = Array.map SpatialKernel.ofRow x
    let nngp, ntk = kernels (parsed net) samples samples
    if kind = Kind.Ntk then ntk else nngp

// What the laws of flat networks on tensors and of slices allow. Float64 knows the angles of proportional patches,
// which are 0, to 1e-8.
let private bound precision kind =
    match precision, kind with
    | Precision.Float32, _ -> 2e-5
    | _, Kind.Ntk -> 3e-9
    | _ -> 1e-12

let private agrees backend kind net x =
    let truth = blocks net kind x

    for precision in Compiled.precisions do
        let error = SliceSpec.worst truth (gram backend precision kind net x)
        Assert.True(error <= bound precision kind, $"{net} ({kind}) is off by {error:E2} in {precision}")

[<Fact>]
[<Law "tensors = blocks: |K - K_blocks| <= 1e-12 sqrt(K_ii K_jj) in float64, 2e-5 in float32, h x w from 1 x 1 to 7 x 5">]
let ``blocks of images on tensors have the values of the reference`` () =
    holds 60 (fun backend random ->
        let h, w = oneOf random [ 1, 1; 7, 5; 1 + random.Next 7, 1 + random.Next 5 ]
        let net = SliceSpec.generatedOf SliceSpec.closedForms random (h, w)
        let x = rows random 3 (h * w * 2)
        // An equal sample, and one with equal patches.
        let patches = Array.mapi (fun i v -> if i < h * w then v else 0.5 * v) x[1]
        agrees backend (oneOf random [ Kind.Nngp; Kind.Ntk ]) net (Array.append x [| Array.copy x[0]; patches |]))

[<Fact>]
[<Law "tensors = blocks for windows that go on at the other edge, for any stride, and longer than the image too">]
let ``windows that go on at the other edge are those of the reference`` () =
    holds 30 (fun backend random ->
        let h, w = 1 + random.Next 6, 1 + random.Next 5
        let conv () = $"conv(k={1 + random.Next 4},stride={1 + random.Next 2},pad=circular,b=0.1)"

        let pool =
            oneOf random [ ""; "avg_pool(k=2,stride=1,pad=circular)"; "sum_pool(k=3,stride=2,pad=circular)" ]

        let ending = oneOf random [ "flatten dense"; "global_avg_pool dense" ]
        let net = $"image({h}x{w}x2) {conv ()} relu {pool} {conv ()} erf {ending}"
        agrees backend (oneOf random [ Kind.Nngp; Kind.Ntk ]) net (rows random 3 (h * w * 2)))

[<Fact>]
[<Law "tensors = blocks for sequences, along one axis">]
let ``blocks of sequences on tensors have the values of the reference`` () =
    holds 30 (fun backend random ->
        let length = 1 + random.Next 12
        let k, stride, pad = 1 + random.Next 5, 1 + random.Next 3, oneOf random [ "same"; "circular" ]

        let pool =
            oneOf random [ "flatten"; "global_avg_pool"; "avg_pool(k=2,pad=same) conv(k=1) relu flatten" ]

        let net =
            $"sequence({length}x3) conv(k={k},stride={stride},pad={pad},b=0.1) relu conv(k={k}) erf {pool} dense"

        agrees backend (oneOf random [ Kind.Nngp; Kind.Ntk ]) net (rows random 4 (length * 3)))

[<Theory>]
[<InlineData("image(4x3x2) hadamard(conv(b=0.1) relu, conv) conv(b=0.1) relu flatten dense")>]
[<InlineData("hadamard(image(4x3x2) conv(b=0.1) relu, take(0:2) dense(b=0.1) erf dense) global_avg_pool dense")>]
[<InlineData("hadamard(image(4x3x2) conv(b=0.1) relu, take(0:2) dense(b=0.1) relu dense) conv relu flatten dense")>]
[<InlineData("hadamard(image(4x3x2) conv(b=0.1) relu, dense sigmoid_like) global_avg_pool dense")>]
[<InlineData("sum(image(4x3x2) conv relu flatten dense, dense relu dense) relu dense")>]
[<InlineData("image(8x8x2) myrtle(5) dense")>]
[<InlineData("image(4x3x2) conv(b=0.1) layer_norm relu avg_pool(k=2) conv gelu flatten dense")>]
let ``products, style vectors and stacks on tensors are those of the reference`` (net: string) =
    holds 3 (fun backend random ->
        for kind in Compiled.kinds do
            agrees backend kind net (rows random 5 (if net.Contains "8x8" then 128 else 24)))
