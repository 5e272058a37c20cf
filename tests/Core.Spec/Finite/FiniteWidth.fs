/// The limit is the limit: networks of finite width, drawn and run by the test, against their kernels.
module HadamardNtk.Core.Spec.FiniteWidth

open System
open System.Collections.Generic
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Integration
open Xunit

/// A channel's value and its derivative along a random direction of the trained parameters, for both inputs: the mean
/// of the derivatives' product over directions is the tangent kernel.
type private Run = { Values: float[][]; Slopes: float[][] }

let private normals (random: Random) count =
    let draws = Array.zeroCreate count

    for i in 0..2 .. count - 1 do
        let radius = sqrt (-2.0 * log (1.0 - random.NextDouble()))
        let angle = 2.0 * Math.PI * random.NextDouble()
        draws[i] <- radius * cos angle

        if i + 1 < count then
            draws[i + 1] <- radius * sin angle

    draws

/// Independent signs: a direction of unit covariance.
let private signs (random: Random) count =
    let bytes = Array.zeroCreate<byte>(count / 8 + 1)
    random.NextBytes bytes
    Array.init count (fun i -> if (int bytes[i / 8] >>> (i % 8)) &&& 1 = 1 then 1.0 else -1.0)

let private dot (a: float[]) start (x: float[]) =
    let mutable sum = 0.0

    for j in 0 .. x.Length - 1 do
        sum <- sum + a[start + j] * x[j]

    sum

let private inputs = [| [| 1.0; -0.5; 0.4; 0.8 |]; [| 0.3; 0.9; -0.6; 1.1 |] |]

/// What an operation makes of runs at width m, its weights drawn from a seed: one draw for every dense layer's path.
let private reading m (random: Random) : Op<Run> -> Run =
    let drawn = Dictionary<LayerPath, float[] * float[] * float[] * float[]>()

    let weights path fanIn =
        match drawn.TryGetValue path with
        | true, known -> known
        | _ ->
            let made = normals random (m * fanIn), signs random (m * fanIn), normals random m, signs random m
            drawn[path] <- made
            made

    let dense path (options: Dense) run =
        let fanIn = run.Values[0].Length
        let w, dw, b, db = weights path fanIn
        let scale = options.Weight / sqrt (float fanIn)
        let isStandard = options.Parameterization = StandardParameterization
        // Standard weights are moved themselves, not their normalized copies; no bias is there at all where b = 0.
        let move = if isStandard then 1.0 else scale
        let moveBias = if isStandard && options.Bias <> 0.0 then 1.0 else options.Bias
        let trained = if options.Trained then 1.0 else 0.0

        let value (x: float[]) = Array.init m (fun i -> scale * dot w (i * fanIn) x + options.Bias * b[i])

        let slope (x: float[]) (dx: float[]) =
            Array.init m (fun i ->
                scale * dot w (i * fanIn) dx + trained * (move * dot dw (i * fanIn) x + moveBias * db[i]))

        { Values = Array.map value run.Values; Slopes = Array.map2 slope run.Values run.Slopes }

    let activation (phi: Activation) run =
        { Values = run.Values |> Array.map (Array.map phi.Function.Apply)
          Slopes = Array.map2 (Array.map2 (fun x dx -> phi.Derivative.Apply x * dx)) run.Values run.Slopes }

    let norm eps run =
        let scale x = 1.0 / sqrt (eps + (x |> Array.averageBy (fun v -> v * v)))

        let slope x dx =
            let s, along = scale x, Array.map2 (*) x dx |> Array.average
            Array.map2 (fun v dv -> s * dv - s * s * s * along * v) x dx

        { Values = run.Values |> Array.map (fun x -> Array.map ((*) (scale x)) x)
          Slopes = Array.map2 slope run.Values run.Slopes }

    // The raw input's channels are repeated to the width.
    let wide (x: float[]) = Array.init m (fun i -> x[i % x.Length])
    let widen run = { Values = Array.map wide run.Values; Slopes = Array.map wide run.Slopes }

    let add a b =
        { Values = Array.map2 (Array.map2 (+)) a.Values b.Values
          Slopes = Array.map2 (Array.map2 (+)) a.Slopes b.Slopes }

    let multiply a b =
        let product = Array.map2 (Array.map2 (*))

        { Values = product a.Values b.Values
          Slopes = Array.map2 (Array.map2 (+)) (product a.Slopes b.Values) (product a.Values b.Slopes) }

    let concat (parts: (float * Run) list) =
        let total = List.sumBy fst parts
        let share (w, run) = int (Math.Round(float m * w / total)), widen run

        let join select =
            let at i = parts |> List.map (share >> fun (n, run) -> Array.truncate n (Array.item i (select run)))
            Array.init 2 (at >> Array.concat)

        { Values = join _.Values; Slopes = join _.Slopes }

    function
    | Op.Input -> { Values = inputs; Slopes = inputs |> Array.map (Array.map (fun _ -> 0.0)) }
    | Op.Constant c ->
        { Values = Array.init 2 (fun _ -> Array.create m c)
          Slopes = Array.init 2 (fun _ -> Array.zeroCreate m) }
    | Op.Dense(path, options, run) -> dense path options run
    | Op.Phi(phi, run) -> activation phi run
    | Op.LayerNorm(eps, run) -> norm eps run
    | Op.Viewed _
    | Op.Attention _
    | Op.Spatial _ -> invalidOp "These networks read flat rows."
    | Op.Sum runs -> runs |> List.map widen |> List.reduce add
    | Op.Hadamard runs -> runs |> List.map widen |> List.reduce multiply
    | Op.Concat parts -> concat parts

/// Sigma and Theta at (x, x') over the limit's sqrt(K(x,x) K(x',x')), one estimate a seed.
let private simulate m seeds network =
    let kernel =
        match Kernel.ofNetwork network with
        | Ok kernel -> kernel
        | Error refusal -> invalidOp (string refusal)

    let sigma, theta = Kernel.gram kernel inputs
    let scale (k: float[,]) = sqrt (k[0, 0] * k[1, 1])
    let graph = Graph.unroll (fun _ _ -> invalidOp "A bottleneck has no limit.") network
    let mean (x: float[][]) = Array.map2 (*) x[0] x[1] |> Array.average

    let runs =
        Array.init seeds (fun seed ->
            let read = reading m (Random(7919 * seed + m))
            let runs = ResizeArray<Run>()

            for node in graph.Nodes do
                runs.Add(node.Op |> Op.map (fun z -> runs[z]) |> read)

            let run = graph.End |> Result.map (fun root -> runs[root]) |> Result.defaultWith (string >> invalidOp)
            struct (mean run.Values / scale sigma, mean run.Slopes / scale theta))

    let of' select = runs |> Array.map select |> estimate
    of' (fun (struct (s, _)) -> s), of' (fun (struct (_, t)) -> t), sigma[0, 1] / scale sigma, theta[0, 1] / scale theta

let private tricky =
    [ "sum(dense relu, dense(b=0.5) relu)"
      "(dense(w=1.4,b=0.1) relu)^2 dense tanh dense(trained=false)"
      "let p = dense relu in sum(p, hadamard(dense, p dense))"
      "let p = dense relu in sum(p dense relu, p dense relu)"
      "ccp(degree=3,act=relu)"
      "ncp(degree=3,act=relu,skip=true)"
      "sum(identity, dense relu) dense relu"
      "hadamard(concat(dense relu, dense), dense relu) dense"
      "concat(dense relu, dense tanh, weights=1:3) dense abs dense"
      "(dense relu) (let d = dense in concat(d relu, dense relu d)) dense"
      "(dense) (let d = dense in sum(d, dense d)) relu dense"
      "dense(trained=false) relu dense(b=0.5) layer_norm relu dense"
      "(dense) (let p = relu dense in sum(hadamard(p relu, p tanh), p dense abs))"
      "dense relu cos dense"
      "dense(b=0.3) tanh relu tanh dense(w=1.4) abs sin dense"
      "let p = dense in hadamard(p relu tanh, sum(p cos sin, p)) dense"
      "dense(width=WIDTH) relu dense(width=WIDTH,param=standard,b=0.3) relu dense(param=standard,width=WIDTH)" ]

let texts = TheoryData<string>(tricky)

[<Theory>]
[<MemberData(nameof texts)>]
[<Law "E f(x) f(x') -> Sigma, E grad f(x).grad f(x') -> Theta as the width grows">]
let ``a wide network's second moment and tangent kernel approach the limit's`` (text: string) =
    let network (m: int) =
        match Notation.parse (text.Replace("WIDTH", string m)) with
        | Ok network -> network
        | Error e -> invalidOp (string e)

    let m = 96
    let (struct (s, es)), (struct (t, et)), _, _ = simulate m 240 (network m)
    let (struct (s', es')), (struct (t', et')), sigma, theta = simulate (2 * m) 120 (network (2 * m))

    // The mean at width m is K + a/m + O(1/m^2): 2 K_2m - K_m has no a. What is left is below 10/m^2 = 1e-3 of K, and
    // 5 standard errors of the difference are broken by chance once in two million.
    let check what e e' limit estimate estimate' =
        let error = 5.0 * sqrt (4.0 * e' * e' + e * e) + 10.0 / float (m * m)
        Assert.True(error < 0.25, $"{what}: the test is too weak, {error}")
        Spec.near what error limit (2.0 * estimate' - estimate)

    check "Sigma" es es' sigma s s'
    check "Theta" et et' theta t t'
