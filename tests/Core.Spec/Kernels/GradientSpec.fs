/// The derivatives of kernels by the options of layers and by samples, against differences in 32 digits.
module HadamardNtk.Core.Spec.GradientSpec

open System
open FsCheck
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Generators
open HadamardNtk.Core.Spec.Nets
open Xunit

let private settled result =
    match result with
    | Ok value -> value
    | Error refusal -> invalidOp (string refusal)

let private kernelOf network = Kernel.ofNetwork network |> settled

let private parse text =
    match Notation.parse text with
    | Ok network -> network
    | Error reason -> invalidOp (string reason)

let private dd = DoubleDoubleArithmetic() :> IArithmetic<DoubleDouble>
let private number = DoubleDouble.ofFloat

/// x.x/d, x'.x'/d, x.x'/d and both averages, in the order of the moved inputs.
type private Inputs = { Moments: DoubleDouble[]; Features: int }

let private inputsOf (x: float[]) (x': float[]) =
    let d = number (float x.Length)
    let over sum = dd.Divide(sum, d)
    let dot a b = Array.fold2 (fun sum p q -> sum + DoubleDouble.product p q) (number 0.0) a b |> over
    let average a = Array.fold (fun sum p -> sum + number p) (number 0.0) a |> over
    { Moments = [| dot x x; dot x' x'; dot x x'; average x; average x' |]; Features = x.Length }

/// Sigma and Theta of a program at moments of the input, in double-double.
let private exactly (kernel: Kernel) inputs =
    let interpreter = Kernel.exactInterpreter inputs.Features kernel
    let m = inputs.Moments
    let row, column = interpreter.Sample(m[0], m[3]), interpreter.Sample(m[1], m[4])
    interpreter.Pair(row, column, m[2], Array.zeroCreate interpreter.ScratchLength)

/// The same in float64.
let private inDoubles (kernel: Kernel) inputs =
    let interpreter = Kernel.interpreter inputs.Features kernel
    let m = inputs.Moments |> Array.map _.Hi
    let row, column = interpreter.Sample(m[0], m[3]), interpreter.Sample(m[1], m[4])
    interpreter.Pair(row, column, m[2], Array.zeroCreate interpreter.ScratchLength)

// Richardson's rule over steps h, h/2 and h/4 leaves an error of h^6; h = 2^-16 leaves 20 digits or more.
let private difference (at: float -> struct (DoubleDouble * DoubleDouble)) =
    let along h =
        let struct (s, t), struct (s', t') = at h, at -h
        let half = 0.5 / h
        [| DoubleDouble.scale half (s - s'); DoubleDouble.scale half (t - t') |]

    let refine factor (coarse: DoubleDouble[]) (fine: DoubleDouble[]) =
        Array.map2 (fun a b -> dd.Divide(DoubleDouble.scale factor b - a, number (factor - 1.0))) coarse fine

    let h = Math.ScaleB(1.0, -16)
    let a, b, c = along h, along (0.5 * h), along (0.25 * h)
    refine 16.0 (refine 4.0 a b) (refine 4.0 b c) |> Array.map _.Hi

let private bad (x: float) = not (Double.IsFinite x)

/// Compares the derivatives of a direction, in double-double and in float64, with differences; whether these are numbers.
let private compare what digits kernel derivative inputs at =
    let expected = difference at
    let struct (s, t) = exactly derivative inputs
    let struct (s', t') = inDoubles derivative inputs

    let size =
        let self k =
            let m = inputs.Moments
            let norm, average = m[k], m[3 + k]
            let struct (a, b) = exactly kernel { inputs with Moments = [| norm; norm; norm; average; average |] }
            abs a.Hi, abs b.Hi

        let (a, b), (a', b') = self 0, self 1
        [| sqrt (a * a'); sqrt (b * b') |]

    let isThere = not (Array.exists bad expected)

    if isThere then
        for k, name, precise, plain in [ 0, "Sigma", s, s'; 1, "Theta", t, t' ] do
            let scale = abs expected[k] + size[k]
            Spec.near $"{what}, {name} in double-double" (digits * scale) expected[k] precise.Hi
            Spec.near $"{what}, {name} in float64" (max 1e-11 digits * scale) expected[k] plain

    isThere

/// Moves the option at a place by a step.
let private moved network place step =
    OptionPlace.replace (fun p -> if p = place then p.Value + step else p.Value) network |> kernelOf

let private placesOf network = OptionPlace.ofNetwork network |> List.filter (fun p -> p.Value <> 0.0)

let private checkOptions (counted: Spec.Checked) network inputs =
    let kernel = kernelOf network

    for place in placesOf network do
        match KernelDerivative.byOptions kernel (fun p -> if p = place then 1.0 else 0.0) with
        | Error _ -> counted.Add false
        | Ok derivative ->
            let what = $"{Notation.print network}: by {place.Key} of {place.Word} %A{place.Path}"
            // The sine of a phase is a float64, so that a difference over 2^-18 has 11 digits.
            let isPhase = (place.Word = "sin" || place.Word = "cos") && place.Key = "c"
            let digits = if isPhase then 1e-10 else 1e-15

            compare what digits kernel derivative inputs (fun h -> exactly (moved network place h) inputs)
            |> counted.Add

let private normal = Gen.choose (-2500, 2500) |> Gen.map (fun k -> float k / 1000.0)

let private isWide (x, x') =
    let q, q', c = Kernel.product x x, Kernel.product x' x', Kernel.product x x'
    q > 0.05 && q' > 0.05 && Scalar.gap q q' c > 0.02 * sqrt q * sqrt q'

let private points =
    Gen.choose (2, 5) |> Gen.bind (fun d -> Gen.two (Gen.arrayOfLength d normal)) |> Gen.filter isWide

/// Every activation with an option, in networks of every kind of layer.
let private networks =
    [ for word in
          [ "relu"; "leaky_relu(alpha=0.25)"; "abrelu(a=-0.375,b=1.25)"; "abs"; "sign" ]
          @ [ "erf"
              "erf(a=0.75,b=1.5,c=0.25)"
              "sin"
              "sin(a=1.25,b=0.75,c=0.25)"
              "cos"
              "cos(a=0.5,b=1.25,c=0.5)" ]
          @ [ "rbf(gamma=0.5)"; "exp(a=0.75,b=0.25)"; "gaussian(a=1.5,b=-0.75)"; "gelu"; "sigmoid_like" ]
          @ [ "polynomial(c=0.25:-1:0.5:0.125)"; "rectified_monomial(k=2)"; "hermite(k=3)" ] do
          $"dense(w=1.25,b=0.5) {word} dense(w=0.75,b=0.25)"
          $"(dense(w=1.125,b=0.25) {word})^2 dense"
          $"hadamard(dense(w=1.25) {word}, sum(dense(w=0.5,b=0.25), constant)) dense(w=0.75)" ]
    @ [ "(dense(w=1.25,b=0.125) layer_norm relu)^2 dense"
        "concat(weights=1:2, dense(w=1.5) relu, dense(w=0.5,b=0.25) erf) dense(w=0.75) relu dense"
        "sum(dense(w=0.75,b=0.5) relu, dense(w=1.25) gelu) dense(w=0.5)"
        "let p = dense(w=1.5,b=0.25) in hadamard(p, p relu) dense(w=0.5)"
        "dense(w=1.5,b=0.25,width=64) relu dense(w=1.25,b=0.5,param=standard)"
        "dense(w=1.25,trained=false) relu dense(w=0.75,b=0.25)"
        "hadamard(identity, dense(w=1.25,b=0.5) relu) dense(w=0.75)" ]

[<Fact>]
[<Law "dK/dv of an option v of a layer = (K(v + h) - K(v - h))/2h, for every activation with a closed form">]
let ``the derivative by an option is that of its differences`` () =
    let counted = Spec.Checked 0.9

    Spec.holds 6 (fun (x, x') -> $"%A{x}, %A{x'}") (Arb.fromGen points) (fun (x, x') ->
        for text in networks do
            checkOptions counted (parse text) (inputsOf x x'))

    counted.Require()

[<Fact>]
let ``the derivative by an option of any network is that of its differences`` () =
    let pairs = Gen.zip tameNetworks.Generator points |> Arb.fromGen
    let counted = Spec.Checked 0.9

    Spec.holds 150 (fun (net, (x, x')) -> $"{Nets.show net} at %A{x}, %A{x'}") pairs (fun (net, (x, x')) ->
        checkOptions counted (toLayer net) (inputsOf x x'))

    counted.Require()

let private inputs =
    [ 0, KernelDerivative.byRowNorm; 2, KernelDerivative.byProduct; 3, KernelDerivative.byRowAverage ]

[<Fact>]
[<Law "grad_x K = (2 x dK/d(x.x/d) + x' dK/d(x.x'/d) + dK/d(average of x))/d">]
let ``the derivative by a sample is that of its differences`` () =
    let counted = Spec.Checked 0.9

    Spec.holds 6 (fun (x, x') -> $"%A{x}, %A{x'}") (Arb.fromGen points) (fun (x, x') ->
        for text in networks do
            let kernel, at = kernelOf (parse text), inputsOf x x'

            for index, derivative in inputs do
                let along h =
                    let moments = Array.copy at.Moments
                    moments[index] <- moments[index] + number h
                    exactly kernel { at with Moments = moments }

                compare $"{text}: by input {index}" 1e-15 kernel (derivative kernel |> settled) at along
                |> counted.Add)

    counted.Require()
