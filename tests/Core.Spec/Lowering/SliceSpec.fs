/// Kernels of networks on images and sequences by slices of one offset.
module HadamardNtk.Core.Spec.SliceSpec

open System
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.SpatialSpec
open Xunit

type private Kind = HadamardNtk.KernelKind
type private Precision = HadamardNtk.Precision
type private Width = HadamardNtk.VectorWidth

let seeds = Gen.choose (1, 100000) |> Arb.fromGen
let holds count law = Spec.holds count (fun (seed: int) -> $"seed {seed}") seeds (fun seed -> law (Random seed))
let oneOf (random: Random) (items: 'a list) = items[random.Next items.Length]
let private rows (random: Random) n d = Array.init n (fun _ -> row random d)

let private gramWith (cpu: Compiled.Cpu) threads precision kind (net: string) (x: float[][]) =
    let kernel = HadamardNtk.NetworkKernels.Kernel(HadamardNtk.Network.Parse net, kind)

    let options =
        HadamardNtk.GramOptions(Backend = HadamardNtk.CpuBackend cpu, Precision = precision, Threads = threads)

    kernel.Gram(Compiled.matrix x, options).ToArray()

let private gram precision kind net x = gramWith Compiled.quick 2 precision kind net x

let worst (truth: float[,]) (found: float[,]) =
    Seq.max (
        seq {
            for i in 0 .. Array2D.length1 truth - 1 do
                for j in 0 .. Array2D.length2 truth - 1 do
                    abs (found[i, j] - truth[i, j]) / sqrt (truth[i, i] * truth[j, j])
        }
    )

let private isSliced (net: string) features kind =
    match SpatialKernel.ofRows (parsed net) with
    | Ok signal -> not (isNull (HadamardNtk.SliceProgram.Of(signal, null, features, kind)))
    | Error refusal -> invalidOp (string refusal)

let closedForms = [ "relu"; "erf"; "leaky_relu(0.2)"; "abs"; "gelu"; "sin" ]
let private activations = closedForms @ [ "tanh"; "swish"; "softplus"; "elu" ]

/// A network on images of h x w x 2 of the given activations and of windows that fit.
let generatedOf activations (random: Random) (h: int, w: int) =
    let phi () = oneOf random activations
    let size () = 1 + random.Next(min 3 (min h w))
    let edge () = oneOf random [ "same"; "circular" ]

    let conv () =
        $"""conv(k={size ()},stride={1 + random.Next 2},pad={edge ()},w=1.3,b={oneOf random [ "0"; "0.2" ]})"""

    // Branches that meet have one grid.
    let k, stride, pad = size (), 1 + random.Next 2, oneOf random [ "same"; "valid"; "circular" ]
    let branch = $"conv(k={k},stride={stride},pad={pad},b=0.1)"
    let image = $"image({h}x{w}x2)"

    let middle =
        oneOf
            random
            [ $"{image} {branch} {phi ()}"
              $"hadamard({image} {branch} {phi ()}, {image} {branch})"
              $"sum({image} {branch} {phi ()}, {image} {branch} {phi ()}, constant)"
              $"hadamard({image} {branch}, take(0:2) dense(b=0.1) {phi ()} dense)"
              $"{image} {branch} layer_norm {phi ()} dense {phi ()}"
              $"concat({image} {branch} {phi ()}, {image} {branch})"
              $"{image} {branch} {phi ()} {conv ()} {phi ()}"
              $"let z = {image} {branch} {phi ()} in sum(z dense, z conv(k=1))" ]

    let pool =
        oneOf
            random
            [ ""
              "avg_pool(k=1)"
              $"sum_pool(k=2,stride=1,pad={edge ()})"
              $"avg_pool(k=3,stride=2,pad={edge ()})" ]

    let ending =
        oneOf
            random
            [ $"conv(k=1) relu flatten dense"
              $"conv(k=3,pad={edge ()}) {phi ()} global_avg_pool dense"
              $"global_sum_pool dense {phi ()} dense"
              "flatten dense" ]

    $"{middle} {pool} {ending}"

let private generated random size = generatedOf activations random size

let private blocks net kind (x: float[][]) =
    let samples = Array.map SpatialKernel.ofRow x
    let nngp, ntk = kernels (parsed net) samples samples
    if kind = Kind.Ntk then ntk else nngp

[<Fact>]
[<Law "slices = blocks: |K - K_blocks| <= 1e-12 sqrt(K_ii K_jj) in float64, 2e-6 in float32, h x w from 1 x 1 to 7 x 5">]
let ``slices have the values of whole blocks`` () =
    let mutable sliced = 0

    holds 60 (fun random ->
        let h, w = oneOf random [ 1, 1; 7, 5; 1 + random.Next 7, 1 + random.Next 5 ]
        let net = generated random (h, w)
        let kind = oneOf random [ Kind.Nngp; Kind.Ntk ]
        let x = rows random 3 (h * w * 2)
        // An equal sample, and one with equal patches.
        let x =
            Array.append x [| Array.copy x[0]; Array.mapi (fun i v -> if i < h * w then v else 0.5 * v) x[1] |]

        let truth = blocks net kind x
        let error = worst truth (gram Precision.Float64 kind net x)
        // The angles of proportional patches are 0, and float64 knows them to 1e-8.
        Assert.True(
            error <= (if kind = Kind.Ntk then 3e-9 else 1e-12),
            $"{net} ({kind}) is off by {error:E2} in float64"
        )

        let error = worst truth (gram Precision.Float32 kind net x)
        Assert.True(error <= 2e-6, $"{net} ({kind}) is off by {error:E2} in float32")

        if isSliced net x[0].Length kind then
            sliced <- sliced + 1)

    Assert.Equal(60, sliced)

[<Fact>]
[<Law "products on few positions, half of the patches proportional: |K - K_blocks| <= 2e-6 sqrt(K_ii K_jj) in float32">]
let ``products lose no digits beside proportional patches`` () =
    holds 60 (fun random ->
        let h, w = 2 + random.Next 6, 2 + random.Next 6
        let net = $"image({h}x{w}x2) hadamard(conv relu, conv) global_avg_pool dense"
        let x = rows random 2 (h * w * 2)
        let x = Array.append x [| Array.mapi (fun i v -> if i < h * w then v else 0.5 * v) x[1] |]
        let error = worst (blocks net Kind.Ntk x) (gram Precision.Float32 Kind.Ntk net x)
        Assert.True(error <= 2e-6, $"{net} is off by {error:E2} in float32"))

[<Fact>]
[<Law "generic samples: slices = blocks to 1e-12, NNGP and NTK">]
let ``slices of generic samples lose no digits`` () =
    holds 40 (fun random ->
        let h, w = 1 + random.Next 7, 1 + random.Next 5
        let net = generated random (h, w)
        let x = rows random 3 (h * w * 2)

        for kind in Compiled.kinds do
            let error = worst (blocks net kind x) (gram Precision.Float64 kind net x)
            // The diagonal of an NTK has angles of 0.
            Assert.True(error <= (if kind = Kind.Ntk then 1e-9 else 1e-12), $"{net} ({kind}) is off by {error:E2}"))

[<Fact>]
[<Law "sequences: slices = blocks for windows and strides along one axis">]
let ``slices of sequences have the values of blocks`` () =
    holds 30 (fun random ->
        let length = 1 + random.Next 12
        let k, stride = 1 + random.Next 5, 1 + random.Next 3
        let pool = oneOf random [ "flatten"; "global_avg_pool" ]
        let pad () = oneOf random [ "same"; "circular" ]
        let phi = oneOf random activations

        let net =
            $"sequence({length}x3) conv(k={k},stride={stride},pad={pad ()},b=0.1) {phi} conv(k={k},pad={pad ()}) erf {pool} dense"

        let x = rows random 4 (length * 3)
        let error = worst (blocks net Kind.Nngp x) (gram Precision.Float64 Kind.Nngp net x)
        Assert.True(error <= 1e-12, $"{net} is off by {error:E2}"))

[<Fact>]
[<Law "the same bits for 1 and 2 threads, vectors of 128, 256 and 512 bits, machine code or none, and any cut of the rows">]
let ``neither threads nor vectors nor cuts change a bit`` () =
    holds 6 (fun random ->
        let cyclic =
            "conv(pad=circular,b=0.1) tanh avg_pool(k=2,stride=1,pad=circular) conv(stride=2,pad=circular)"

        let net = oneOf random [ generated random (5, 4); $"image(5x4x2) {cyclic} elu global_avg_pool dense" ]
        let x = rows random 19 40
        let precision, kind = oneOf random Compiled.precisions, oneOf random Compiled.kinds
        let expected = gram precision kind net x

        for width in Compiled.widths do
            let cpu = Compiled.settings width (width = Width.Bits256)
            Assert.Equal<float[,]>(expected, gramWith cpu 1 precision kind net x)

        let kernel = HadamardNtk.NetworkKernels.Kernel(HadamardNtk.Network.Parse net, kind)
        let options = HadamardNtk.GramOptions(Precision = precision)
        let part = kernel.Cross(Compiled.matrix x[3..4], Compiled.matrix x[7..18], options).ToArray()
        Assert.Equal<float[,]>(expected[3..4, 7..18], part))

[<Fact>]
[<Law "K_ii of Diagonal = K_ii of Gram, to the last bit">]
let ``the diagonal is that of the matrix`` () =
    holds 20 (fun random ->
        let net = generated random (4, 5)
        let x = rows random 3 40

        for kind in Compiled.kinds do
            let kernel = HadamardNtk.NetworkKernels.Kernel(HadamardNtk.Network.Parse net, kind)
            let gram = kernel.Gram(Compiled.matrix x)
            let diagonal = kernel.Diagonal(Compiled.matrix x)
            Assert.Equal<float[]>(Array.init 3 (fun i -> gram[i, i]), diagonal)
            Assert.Equal(gram[0, 1], kernel.Evaluate(x[0], x[1])))

[<Fact>]
[<Law "K >= 0 for 200 images: the least eigenvalue is at least -1e-12 of the trace">]
let ``two hundred images have a positive semidefinite kernel`` () =
    let random = Random 5
    let x = rows random 200 32
    let net = "image(4x4x2) (conv(w=1.4,b=0.1) relu)^2 avg_pool conv relu global_avg_pool dense"

    for kind in Compiled.kinds do
        let k = gram Precision.Float64 kind net x
        let trace = Seq.sum (Seq.init 200 (fun i -> k[i, i]))
        let eigenvalues = MathNet.Numerics.LinearAlgebra.Matrix<float>.Build.DenseOfArray(k).Evd().EigenValues
        let least = eigenvalues |> Seq.map _.Real |> Seq.min
        Assert.True(least >= -1e-12 * trace, $"{kind}: the least eigenvalue is {least:E2}")

[<Fact>]
[<Law "circular conv, global pool: K(shift x, shift' x') = K(x, x') to 1e-12 in float64, 2e-6 in float32">]
let ``slices of circular windows do not see a shift`` () =
    holds 30 (fun random ->
        let h, w = 2 + random.Next 4, 2 + random.Next 4
        let k, phi = 1 + random.Next 5, oneOf random activations

        let net =
            $"image({h}x{w}x2) conv(k={k},pad=circular,b=0.2) {phi} conv(pad=circular) relu global_avg_pool dense"

        let x = rows random 3 (h * w * 2)
        let moved = x |> Array.map (shifted (h, w, 2) (random.Next h, random.Next w))

        for precision, tolerance in [ Precision.Float64, 1e-12; Precision.Float32, 2e-6 ] do
            let kind = oneOf random Compiled.kinds
            let all = gram precision kind net (Array.append x moved)
            let ofMoved = all[3..5, 3..5]
            // Angles of patches that are equal but for a shift are 0 in one kernel and not in the other.
            let tolerance = if kind = Kind.Ntk then max tolerance 3e-9 else tolerance
            let error = max (worst all[0..2, 0..2] ofMoved) (worst all[0..2, 0..2] all[0..2, 3..5])
            Assert.True(error <= tolerance, $"{net} ({kind}) is off by {error:E2} in {precision}"))

[<Fact>]
[<Law "x = x': K(x, x') = K(x, x) = K(x', x') to the last bit, in float32 and float64">]
let ``equal samples have equal kernels`` () =
    holds 20 (fun random ->
        let net = generated random (5, 4)
        let x = rows random 1 40
        let precision, kind = oneOf random Compiled.precisions, oneOf random Compiled.kinds
        let k = gram precision kind net [| x[0]; Array.copy x[0] |]
        Assert.Equal(k[0, 0], k[0, 1])
        Assert.Equal(k[0, 0], k[1, 1]))

let goldenNames =
    let isOnGrid (_, (net: string, inputs)) = inputs <> "graph" && not (net.Contains "attention")
    Xunit.TheoryData<string>(cases |> List.filter isOnGrid |> List.map fst)

[<Theory>]
[<MemberData(nameof goldenNames)>]
[<Law "slices of golden networks: 1e-10 in float64 (3e-9 for the NTK of proportional images), 2e-6 in float32">]
let ``slices meet golden kernels`` (name: string) =
    let net, input = cases |> List.find (fst >> (=) name) |> snd
    let extents, numbers = readNpy $"{input}.x.npy"
    let shape = extents[1..] |> Array.map string |> String.concat "x"
    let word = if extents.Length = 3 then "sequence" else "image"
    let text = $"{word}({shape}) {net}"
    let x = numbers |> Array.chunkBySize (numbers.Length / extents[0])

    for kind, file in [ Kind.Nngp, "nngp"; Kind.Ntk, "ntk" ] do
        Assert.True(isSliced text x[0].Length kind, $"{text} goes by whole blocks")
        let _, numbers = readNpy $"{name}.{file}.npy"
        let truth = Array2D.init x.Length x.Length (fun i j -> numbers[i * x.Length + j])
        let found = gram Precision.Float64 kind text x
        // The angles of proportional images are 0, and float64 knows them to 1e-8.
        let tolerance i j = if kind = Kind.Ntk && (i = j || min i j = 1 && max i j = 4) then 3e-9 else 1e-10

        found
        |> Array2D.iteri (fun i j value ->
            let error = abs (value - truth[i, j]) / sqrt (truth[i, i] * truth[j, j])
            Assert.True(error <= tolerance i j, $"{kind} at ({i}, {j}) is off by {error:E2}"))

        let error = worst truth (gram Precision.Float32 kind text x)
        Assert.True(error <= 2e-6, $"{name} ({kind}) is off by {error:E2} in float32")
