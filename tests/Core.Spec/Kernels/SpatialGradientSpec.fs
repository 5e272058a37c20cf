/// The derivatives of kernels on images by the options of layers.
module HadamardNtk.Core.Spec.SpatialGradientSpec

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.SpatialSpec
open Xunit

type private Kind = HadamardNtk.KernelKind

let private signalOf network =
    match SpatialKernel.ofRows network with
    | Ok signal -> signal
    | Error refusal -> invalidOp (string refusal)

let private along (kind: Kind) (struct (nngp: float, ntk: float)) = if kind = Kind.Ntk then ntk else nngp

let private grams kind pair (x: float[][]) =
    let samples = Array.map SpatialKernel.ofRow x
    Array2D.init x.Length x.Length (fun i j -> along kind (pair samples[i] samples[j]))

/// Richardson's rule over steps h, h/2 and h/4, which leaves an error of h^6.
let private difference (at: float -> float[,]) =
    let zip f (a: float[,]) (b: float[,]) = Array2D.mapi (fun i j x -> f x b[i, j]) a
    let slope h = zip (fun a b -> (a - b) / (2.0 * h)) (at h) (at -h)
    let refine factor = zip (fun coarse fine -> fine + (fine - coarse) / (factor - 1.0))
    let h = 1.0 / 128.0
    let a, b, c = slope h, slope (0.5 * h), slope (0.25 * h)
    refine 16.0 (refine 4.0 a b) (refine 4.0 b c)

/// The greatest difference of two matrices beside their sizes, on the diagonal and off it.
let private worst (sizes: float[,]) (truth: float[,]) (found: float[,]) isDiagonal =
    Seq.max (
        seq {
            for i in 0 .. Array2D.length1 truth - 1 do
                for j in 0 .. Array2D.length2 truth - 1 do
                    if (i = j) = isDiagonal then
                        let size = abs truth[i, j] + sqrt (sizes[i, i] * sizes[j, j])
                        abs (found[i, j] - truth[i, j]) / size
        }
    )

let private check (net: string) kind (x: float[][]) =
    let mutable sliced = []
    let network = parsed net
    let kernel = HadamardNtk.NetworkKernels.Kernel(HadamardNtk.Network.Parse net, kind)
    let sizes = grams kind (SpatialKernel.evaluator (signalOf network)) x

    let moved (parameter: HadamardNtk.NetworkParameter) step =
        let changed = HadamardNtk.Network.Parse(net).With(parameter.Name, parameter.Value + step)
        grams kind (SpatialKernel.evaluator (signalOf (parsed (string changed)))) x

    for parameter in kernel.Network.Parameters do
        if parameter.Value <> 0.0 then
            let found =
                (HadamardNtk.KernelDerivatives.Derivative(kernel, parameter.Name)).Gram(Compiled.matrix x).ToArray()

            let direction =
                match KernelDerivative.onPositions network (signalOf network) parameter.Speed with
                | Ok direction -> direction
                | Error refusal -> invalidOp (string refusal)

            let program = HadamardNtk.SliceProgram.Of(signalOf network, direction, x[0].Length, kind)
            sliced <- not (isNull program) :: sliced
            let blocks = grams kind (SpatialKernel.derivative (signalOf network) direction) x
            let differences = difference (moved parameter)
            let what = $"{net} ({kind}) by {parameter.Name}"

            // A sample with itself has angles of 0, which float64 knows to 1e-8.
            for isDiagonal, exact, near in [ false, 1e-10, 1e-8; true, 1e-6, 1e-4 ] do
                Spec.near $"{what}, slices and blocks" exact 0.0 (worst sizes blocks found isDiagonal)
                Spec.near $"{what}, blocks and differences" near 0.0 (worst sizes differences blocks isDiagonal)

    sliced

[<Fact>]
[<Law "images: dK/dt by every option of a layer = differences of K to 1e-8, and slices = blocks to 1e-10">]
let ``derivatives on images are those of differences`` () =
    let sliced = ResizeArray<bool>()

    SliceSpec.holds 25 (fun random ->
        let h, w = 1 + random.Next 5, 1 + random.Next 4
        let net = SliceSpec.generatedOf SliceSpec.closedForms random (h, w)
        let x = Array.init 3 (fun _ -> row random (h * w * 2))

        for kind in Compiled.kinds do
            check net kind x |> sliced.AddRange)

    let count = Seq.filter id sliced |> Seq.length
    Assert.True(10 * count > 9 * sliced.Count, $"{count} of {sliced.Count} derivatives have slices")
