/// Self-attention: the limits of its two scalings, and the finite networks that tend to them.
module HadamardNtk.Core.Spec.AttentionSpec

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.SpatialSpec
open Xunit

let private scales = "wq=1.1,wk=0.9,wv=1.2,wo=0.8"
let private w2 = (1.1 * 0.9 * 1.2 * 0.8) ** 2.0

/// The second moments at all pairs of positions of two sequences of C channels.
let private moments channels (x: float[]) (x': float[]) =
    let x, x' = Array.chunkBySize channels x, Array.chunkBySize channels x'
    Array2D.init x.Length x'.Length (fun p q -> Kernel.product x[p] x'[q])

let private times (a: float[,]) (b: float[,]) =
    Array2D.init (Array2D.length1 a) (Array2D.length2 b) (fun p q ->
        Seq.sum (Seq.init (Array2D.length2 a) (fun r -> a[p, r] * b[r, q])))

let private transposed (a: float[,]) = Array2D.init (Array2D.length2 a) (Array2D.length1 a) (fun p q -> a[q, p])
let private mean (a: float[,]) = a |> Seq.cast<float> |> Seq.average
let private inner a b = Seq.map2 (*) (Seq.cast<float> a) (Seq.cast<float> b) |> Seq.sum

let private two seed =
    let random = Random(seed: int)
    row random 10, row random 10

[<Fact>]
[<Law "identity, 1/d: Sigma = w^2 S(x,x) S(x,x') S(x',x') + b^2, Theta = 2 (Sigma - b^2) + b^2 at the input">]
let ``attention by tied scores multiplies second moments`` () =
    let x, x' = two 1
    let network = parsed $"sequence(5x2) self_attention({scales},b=0.3,kind=identity) global_avg_pool"
    let nngp, ntk = kernels network [| SpatialKernel.ofRow x |] [| SpatialKernel.ofRow x' |]
    let s = moments 2 x x'
    let expected = w2 * mean (times (times (moments 2 x x) s) (moments 2 x' x'))
    Spec.near "NNGP" 1e-12 (expected + 0.09) nngp[0, 0]
    Spec.near "NTK" 1e-12 (2.0 * expected + 0.09) ntk[0, 0]

[<Fact>]
[<Law "identity, 1/sqrt(d): Sigma = w^2 <S, S> S + b^2, Theta = w^2 (<S,S> Theta + 2 <S,Theta> S) + 4 w^2 <S,S> S + b^2">]
let ``attention by random scores adds up the products of their factors`` () =
    let x, x' = two 2
    let attention = $"self_attention({scales},b=0.3,kind=identity,scaling=root)"
    // Behind a dense layer Theta = Sigma = S.
    for before, theta in [ "", 0.0; "dense ", 1.0 ] do
        let network = parsed $"sequence(5x2) {before}{attention} global_avg_pool"
        let nngp, ntk = kernels network [| SpatialKernel.ofRow x |] [| SpatialKernel.ofRow x' |]
        let s = moments 2 x x'
        let expected = w2 * inner s s * mean s
        Spec.near "NNGP" 1e-12 (expected + 0.09) nngp[0, 0]
        Spec.near "NTK" 1e-12 ((4.0 + 3.0 * theta) * expected + 0.09) ntk[0, 0]

[<Fact>]
[<Law "E G[p,r] G'[p',r'] = S[p,r] S'[p',r'] + (S[p,p'] S[r,r'] + S[p,r'] S[r,p'])/d for d tied queries: the bias at width d^2">]
let ``finite attention has its kernel on average, with the bias of its queries`` () =
    // On the raw input the second moments of attention at width m have a closed form.
    let m, seeds = 16, 4000
    let x, x' = two 3
    let network = parsed $"sequence(5x2) self_attention({scales},kind=identity) global_avg_pool"
    let s, own, own' = moments 2 x x', moments 2 x x, moments 2 x' x'
    let limit = times (times own s) own'
    // The sum over r and r' of (S[p,p'] S[r,r'] + S[p,r'] S[r,p']) S[r,r'].
    let bias = s |> Array2D.map (fun v -> v * inner s s)
    let second = times (times s (transposed s)) s
    let expected = w2 * (mean limit + (mean bias + mean second) / 4.0)

    let drawn =
        Array.Parallel.init seeds (fun seed ->
            let finite = FiniteNetwork.create m 10 (int64 seed) network
            (EmpiricalKernel.secondMoments finite [| x |] [| x' |])[0, 0])

    let average = Array.average drawn
    let variance = drawn |> Array.averageBy (fun v -> (v - average) ** 2.0)
    Spec.near "NNGP" (5.0 * sqrt (variance / float seeds)) expected average

/// Networks with attention on sequences of 5 positions of 2 channels that end in one number.
let private networks =
    [ $"sequence(5x2) dense(b=0.3) relu self_attention({scales},b=0.2) global_avg_pool dense"
      "sequence(5x2) conv(w=1.3) erf self_attention(kind=identity,wq=0.7) relu flatten dense"
      "sequence(5x2) dense relu self_attention(kind=identity,scaling=root,wo=0.5,b=0.2) erf global_avg_pool dense"
      "sequence(5x2) (let a = self_attention in sum(a, a relu dense)) global_sum_pool dense" ]

/// The mean of the kernels over seeds at a width, and the square of its standard error.
let private drawn m seeds (x: float[][]) network =
    let all =
        Array.Parallel.init seeds (fun seed ->
            let finite = FiniteNetwork.create m 10 (int64 seed) network
            EmpiricalKernel.secondMoments finite x x, EmpiricalKernel.tangentKernel finite x x)

    fun select (i, j) ->
        let samples = all |> Array.map (fun d -> (select d: float[,])[i, j])
        let mean = Array.average samples
        mean, (samples |> Array.averageBy (fun v -> (v - mean) ** 2.0)) / float seeds

[<Fact>]
[<Law "2 E K_4m - E K_m = K + O(1/m) for attention of d = sqrt(m) heads, NNGP and NTK, within five standard errors">]
let ``finite networks with attention have the kernels on average`` () =
    let m, seeds = 100, 40
    let x, x' = two 4
    let x = [| x; x' |]

    for text in networks do
        let network = parsed text
        let nngp, ntk = kernels network (Array.map SpatialKernel.ofRow x) (Array.map SpatialKernel.ofRow x)
        let narrow, wide = drawn m seeds x network, drawn (4 * m) seeds x network

        for name, kernel, select in [ "NNGP", nngp, fst; "NTK", ntk, snd ] do
            for i, j in [ 0, 0; 0, 1; 1, 1 ] do
                // The difference is of order P/d for P positions, which two widths cancel, and (P/d)^2 is left.
                let (a, va), (b, vb) = narrow select (i, j), wide select (i, j)
                let scale = sqrt (kernel[i, i] * kernel[j, j])
                let tolerance = 5.0 * sqrt (va + 4.0 * vb) + (5.0 / 20.0) ** 2.0 * scale
                Spec.near $"{name} of {text} at ({i}, {j})" tolerance kernel[i, j] (2.0 * b - a)

/// The slope of f along a direction of all parameters, and the inner product of its gradient with the direction.
let private slopes (network: FiniteNetwork) sample (direction: float[]) =
    let values = FiniteNetwork.parameters network

    let at t =
        let moved = Array.map2 (fun v d -> v + t * d) values direction
        (FiniteNetwork.outputsAt (FiniteNetwork.withParameters moved network) sample)[0]

    let h = 1e-6
    let gradient = FiniteNetwork.gradientAt network 0 sample
    (at h - at -h) / (2.0 * h), Array.fold2 (fun sum a b -> sum + a * b) 0.0 gradient direction

/// The gradient's definition, and the tangent kernel as a product of gradients.
let private checkGradients text (network: FiniteNetwork) sample other =
    let g, g' = FiniteNetwork.gradientAt network 0 sample, FiniteNetwork.gradientAt network 0 other
    let norm (g: float[]) = sqrt (Array.sumBy (fun v -> v * v) g)
    let theta = (EmpiricalKernel.tangentKernelAt network [| sample |] [| other |])[0, 0]
    Spec.near text (1e-12 * norm g * norm g') (Array.fold2 (fun sum a b -> sum + a * b) 0.0 g g') theta
    Assert.Equal(theta, (EmpiricalKernel.tangentKernelAt network [| other |] [| sample |])[0, 0])
    let direction = row (Random 8) network.ParameterCount
    let slope, along = slopes network sample direction
    Spec.near $"{text}, along a direction" (1e-5 * norm g * sqrt (float direction.Length)) along slope

[<Fact>]
[<Law "grad f = differences of f, <grad f, grad f'> = Theta_m, for attention of both kinds and scalings">]
let ``the gradients of finite attention are those of its definition`` () =
    let x, x' = two 5
    let random = "sequence(5x2) dense relu self_attention(scaling=root,b=0.1) flatten dense"

    for text in random :: networks do
        let network = FiniteNetwork.create 20 10 5L (parsed text)
        checkGradients text network (SpatialKernel.ofRow x) (SpatialKernel.ofRow x')

[<Fact>]
[<Law "graphs: grad f = differences of f, Theta_m(x, x') = Theta_m(x', x) bit for bit with other numbers of vertices">]
let ``finite networks on graphs have the gradients of their definition`` () =
    let random = Random 6

    let graph n =
        let a = Array2D.init n n (fun p q -> if p = q || random.Next 2 = 0 then 1.0 else 0.0)
        SpatialKernel.ofGraph (Array.init n (fun _ -> row random 3)) a

    for text in
        [ "aggregate dense(w=1.2,b=0.1) relu aggregate(kind=mean) dense erf global_sum_pool dense"
          "gntk(blocks=2,mlp=2) dense"
          "aggregate hadamard(dense relu, dense(b=0.3) erf) self_attention(kind=identity) global_avg_pool dense" ] do
        let network = FiniteNetwork.create 12 3 5L (parsed text)
        checkGradients text network (graph 4) (graph 6)
        checkGradients text network (graph 5) (graph 5)

[<Fact>]
[<Law "E Sigma_m = Sigma, E Theta_m = Theta + O(1/m) over seeds, on graphs, within five standard errors">]
let ``finite networks on graphs have the kernels on average`` () =
    let m, seeds = 60, 100
    let random = Random 9

    let graph n =
        let a = Array2D.init n n (fun p q -> if p = q || random.Next 2 = 0 then 1.0 else 0.0)
        SpatialKernel.ofGraph (Array.init n (fun _ -> row random 3)) a

    let x = [| graph 3; graph 5 |]

    for text in
        [ "aggregate dense(w=1.2,b=0.1) relu aggregate(kind=mean) dense erf global_avg_pool dense"
          "gntk(blocks=2) dense" ] do
        let network = parsed text
        let nngp, ntk = kernels network x x

        let drawn =
            Array.Parallel.init seeds (fun seed ->
                let finite = FiniteNetwork.create m 3 (int64 seed) network
                EmpiricalKernel.secondMomentsAt finite x x, EmpiricalKernel.tangentKernelAt finite x x)

        SpatialFinite.haveOnAverage m text (nngp, ntk) drawn

[<Fact>]
let ``the softmax of random scores has a finite reading and no kernel`` () =
    let network = parsed "sequence(5x2) dense relu self_attention(scaling=root) flatten dense"

    match Calculus.analyse network with
    | Ok _ -> Assert.Fail "This network must be refused."
    | Error refusal -> Assert.Contains("no closed form", string refusal)

    let x, _ = two 7
    let outputs = FiniteNetwork.outputs (FiniteNetwork.create 9 10 1L network) x
    Assert.True(Double.IsFinite outputs[0])

[<Fact>]
let ``finite networks refuse samples that are not theirs`` () =
    let refused (network: string) sample expected =
        let finite = FiniteNetwork.create 8 2 1L (parsed network)
        let e = Assert.ThrowsAny<ArgumentException>(fun () -> FiniteNetwork.outputsAt finite sample |> ignore)
        Assert.Contains(expected, e.Message)

    let graph = SpatialKernel.ofGraph [| [| 1.0; 2.0 |]; [| 3.0; 4.0 |] |] (Array2D.create 2 2 1.0)
    refused "dense relu dense" graph "one row"
    refused "aggregate dense global_sum_pool dense" (SpatialKernel.ofRow [| 1.0; 2.0 |]) "a row came"
    refused "aggregate dense global_sum_pool dense" { graph with Rows = [| [| 1.0 |]; [| 2.0 |] |] } "2 features"
