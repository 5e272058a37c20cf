/// Finite networks on positions, whose kernels tend to those of infinite width.
module HadamardNtk.Core.Spec.SpatialFinite

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.SpatialSpec
open Xunit

/// A finite `conv(b) phi conv phi global_avg_pool dense` of m channels at two images, by its own definition.
let private finite (random: Random) m (h, w, c) (x: float[][]) =
    let taken = Space.windows { Size = [ 3 ]; Stride = [ 1 ]; Padding = Same } [ h; w ]

    let conv bias (channels: int) (signals: float[][][]) =
        let fanIn = 9 * channels
        let weights = Array.init m (fun _ -> row random fanIn)
        let biases = row random m

        signals
        |> Array.map (fun positions ->
            taken
            |> Array.map (fun window ->
                let patch =
                    window |> Array.collect (fun p -> if p < 0 then Array.zeroCreate channels else positions[p])

                Array.init m (fun i ->
                    sqrt 2.0 * Array.fold2 (fun s a b -> s + a * b) 0.0 weights[i] patch / sqrt (float fanIn)
                    + bias * biases[i])))

    let relu = Array.map (Array.map (Array.map (max 0.0)))
    let images = x |> Array.map (Array.chunkBySize c)
    let hidden = images |> conv 0.5 c |> relu |> conv 0.0 m |> relu
    let out = row random m

    hidden
    |> Array.map (fun positions ->
        let mean i = positions |> Array.averageBy (Array.item i)
        Seq.sum (Seq.init m (fun i -> out[i] * mean i)) / sqrt (float m))

[<Fact>]
[<Law "E f(x) f(x') = K(x, x') for finite convolutions, within five standard errors">]
let ``finite convolutional networks have the kernel on average`` () =
    let random = Random 7
    let h, w, c = 3, 4, 2
    let x = [| row random (h * w * c); row random (h * w * c) |]

    let network =
        parsed
            $"image({h}x{w}x{c}) conv(w=1.4142135623730951,b=0.5) relu conv(w=1.4142135623730951) relu global_avg_pool dense"

    let nngp, _ = kernels network (Array.map SpatialKernel.ofRow x) (Array.map SpatialKernel.ofRow x)
    let draws = Array.init 3000 (fun _ -> finite random 24 (h, w, c) x)

    // The mean over weights of the first layers is exact at every width but for terms of order 1/m of relu's square.
    for i, j in [ 0, 0; 0, 1; 1, 1 ] do
        let products = draws |> Array.map (fun f -> f[i] * f[j])
        let mean = Array.average products
        let error = sqrt ((products |> Array.averageBy (fun p -> (p - mean) ** 2.0)) / float products.Length)
        Spec.near $"({i}, {j})" (5.0 * error + 2.0 / 24.0 * 0.05 * nngp[i, i]) nngp[i, j] mean

/// Networks on 3 x 4 images of two channels that end in one number.
let private networks =
    [ "image(3x4x2) conv(w=1.4,b=0.3) relu conv(w=1.3) relu global_avg_pool dense"
      "image(3x4x2) hadamard(conv(w=1.2) relu, conv(k=2,b=0.4) erf) flatten dense"
      "hadamard(image(3x4x2) conv relu, take(0:5) dense(w=1.3) erf) conv(stride=2) global_sum_pool dense"
      "image(3x4x2) (let p = conv(b=0.2) in sum(p relu, p abs, constant(c=0.5))) avg_pool conv(k=1) flatten dense"
      "image(3x4x2) conv(pad=circular,width=40,param=standard,w=1.3) layer_norm relu sum_pool(stride=1) conv(pad=valid,k=2) flatten dense"
      "image(3x4x2) concat(conv relu, conv(b=0.5), weights=1:3) dense gelu global_avg_pool dense"
      "sequence(6x4) conv(k=3,w=1.4,b=0.1) relu avg_pool conv(k=2) relu flatten dense" ]

[<Fact>]
[<Law "<grad f, grad f'> = Theta_m, grad f = differences of f, for shared weights at many positions">]
let ``the tangent kernel of a finite convolutional network is that of its gradients`` () =
    for text in networks do
        let random = Random 3
        let network = FiniteNetwork.create 40 24 5L (parsed text)
        let x, x' = row random 24, row random 24
        let g, g' = FiniteNetwork.gradient network 0 x, FiniteNetwork.gradient network 0 x'
        let theta = (EmpiricalKernel.tangentKernel network [| x |] [| x' |])[0, 0]
        let expected = Array.fold2 (fun sum a b -> sum + a * b) 0.0 g g'
        let size = sqrt (Array.sumBy (fun v -> v * v) g * Array.sumBy (fun v -> v * v) g')
        Spec.near text (1e-12 * size) expected theta

        // Differences along a direction of all parameters; kinks are crossed with a chance of about 1e-5.
        let direction = row random network.ParameterCount
        let values = FiniteNetwork.parameters network

        let at t =
            let moved = Array.map2 (fun v d -> v + t * d) values direction
            (FiniteNetwork.outputs (FiniteNetwork.withParameters moved network) x)[0]

        let h = 1e-6
        let slope = (at h - at -h) / (2.0 * h)
        let along = Array.fold2 (fun sum a b -> sum + a * b) 0.0 g direction
        let scale = sqrt (Array.sumBy (fun v -> v * v) g)
        Spec.near $"{text}, along a direction" (1e-5 * scale * sqrt (float direction.Length)) along slope

/// The kernels of two samples are the means over networks of width m, within five standard errors and 2/m.
let haveOnAverage m text (nngp: float[,], ntk: float[,]) (drawn: (float[,] * float[,])[]) =
    for name, kernel, select in [ "NNGP", nngp, fst; "NTK", ntk, snd ] do
        for i, j in [ 0, 0; 0, 1; 1, 1 ] do
            let samples = drawn |> Array.map (fun d -> (select d)[i, j])
            let mean = Array.average samples
            let variance = samples |> Array.averageBy (fun v -> (v - mean) ** 2.0)
            let scale = sqrt (kernel[i, i] * kernel[j, j])
            let tolerance = 5.0 * sqrt (variance / float drawn.Length) + 2.0 / float m * scale
            Spec.near $"{name} of {text} at ({i}, {j})" tolerance kernel[i, j] mean

[<Fact>]
[<Law "E Sigma_m = Sigma, E Theta_m = Theta + O(1/m) over seeds, on positions, within five standard errors">]
let ``finite networks on positions have the kernels on average`` () =
    let m, seeds = 80, 160
    let random = Random 11
    let x = [| row random 24; row random 24 |]

    for text in networks do
        let network = parsed text
        let nngp, ntk = kernels network (Array.map SpatialKernel.ofRow x) (Array.map SpatialKernel.ofRow x)

        let drawn =
            Array.Parallel.init seeds (fun seed ->
                let finite = FiniteNetwork.create m 24 (int64 seed) network
                EmpiricalKernel.secondMoments finite x x, EmpiricalKernel.tangentKernel finite x x)

        haveOnAverage m text (nngp, ntk) drawn
