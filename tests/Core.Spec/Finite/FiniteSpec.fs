/// The finite reading: a network at width m, its gradients and empirical kernels, and the limit that they tend to.
module HadamardNtk.Core.Spec.FiniteSpec

open System
open FsCheck
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Generators
open HadamardNtk.Core.Spec.Integration
open HadamardNtk.Core.Spec.Nets
open MathNet.Numerics.Distributions
open MathNet.Numerics.LinearAlgebra
open Xunit

let private isLong = Environment.GetEnvironmentVariable "HNTK_LONG" = "1"
let internal times count = if isLong then 20 * count else count

let internal parse text =
    match Notation.parse text with
    | Ok network -> network
    | Error e -> invalidOp (string e)

let internal rows = [| [| 1.0; -0.5 |]; [| 0.3; 0.9 |]; [| -0.2; 0.4 |] |]

/// Shares of a concat have at least two channels, one for each feature, at this width.
let internal m = 24

let internal read seed network = FiniteNetwork.create m 2 seed network

/// Networks that leave every width to m. Of concats in concats those whose smallest part has a channel at that width.
let internal readable (networks: Arbitrary<Net>) =
    let fits net =
        try
            read 0L (toLayer net) |> ignore
            true
        with :? ArgumentException ->
            false

    networks
    |> Arb.filter (fun net ->
        let text = show net
        not (text.Contains "width") && (text.Split("concat(").Length < 3 || fits net))

let internal smooth =
    readable tameNetworks
    |> Arb.filter (fun net -> not ((show net).Contains "relu" || (show net).Contains "abs"))

let private dot (a: float[]) (b: float[]) = Array.fold2 (fun sum x y -> sum + x * y) 0.0 a b

/// The derivative along a direction of the trained parameters, against differences at steps h and h/2: the second one's
/// error is a third of what the two differ by, and rounding adds 1e-16/h of the values.
let private checkDirection seed (network: FiniteNetwork) =
    let direction =
        Array.map2
            (fun x isTrained -> if isTrained then x else 0.0)
            (Draws.normals (seed + 1000L) network.ParameterCount)
            (FiniteNetwork.trained network)

    let p = FiniteNetwork.parameters network

    let f h =
        let moved = FiniteNetwork.withParameters (Array.map2 (fun x d -> x + h * d) p direction) network
        (FiniteNetwork.outputs moved rows[0])[0]

    let difference h = (f h - f -h) / (2.0 * h)
    let h = 1e-4
    let coarse, fine = difference h, difference (0.5 * h)
    let size = 1.0 + abs fine + abs (f 0.0)
    let expected = dot direction (FiniteNetwork.gradient network 0 rows[0])
    Spec.near "derivative" (abs (coarse - fine) + 1e-8 * size) fine expected

[<Fact>]
let ``a gradient is what central differences approach`` () =
    Spec.holds (times 200) show smooth (fun net ->
        for seed in 0L .. 2L do
            checkDirection seed (read seed (toLayer net)))

let internal mixed =
    [ "dense(width=5,b=0.5) tanh dense(width=4,param=standard,b=0.3) gelu dense(param=standard)"
      "dense(width=6) erf layer_norm(eps=0.1) dense(width=3,param=standard) sin dense(width=2)"
      "let p = dense(width=4,b=1) erf in sum(p, hadamard(dense(width=4), p dense(width=4,param=standard,b=-2)))"
      "dense (let d = dense(b=0.5) in sum(d sin, d d, d erf dense)) dense"
      "hadamard(dense, dense(trained=false), sum(identity, constant(c=0.5))) dense"
      "concat(identity, dense erf, weights=1:2) dense(b=0.1) softplus dense"
      "hadamard(identity, identity, constant(c=2))" ]

let mixedTexts = TheoryData<string> mixed

[<Theory>]
[<MemberData(nameof mixedTexts)>]
let ``stated widths, standard weights and weights used twice have that gradient too`` (text: string) =
    for seed in 0L .. 4L do
        checkDirection seed (read seed (parse text))

let private checkProducts (network: FiniteNetwork) =
    let theta = EmpiricalKernel.tangentKernel network rows rows
    let channels = [ 0 .. network.Channels - 1 ]

    let gradients =
        rows |> Array.map (fun x -> channels |> List.map (fun c -> FiniteNetwork.gradient network c x))

    let mean i j = List.map2 dot gradients[i] gradients[j] |> List.average

    for i in 0 .. rows.Length - 1 do
        for j in 0 .. rows.Length - 1 do
            let size = mean i i * mean j j

            // Exponentials of exponentials overflow at a finite width.
            if Double.IsFinite size then
                Spec.near $"Theta_m[{i},{j}]" (1e-11 * sqrt size) (mean i j) theta[i, j]

[<Fact>]
let ``the tangent kernel is the gradients' inner product, the mean over channels`` () =
    Spec.holds (times 200) show (readable closedNetworks) (fun net -> checkProducts (read 7L (toLayer net)))

    for text in mixed do
        checkProducts (read 7L (parse text))

[<Fact>]
let ``empirical kernels are symmetric to the last bit and positive semidefinite`` () =
    Spec.holds (times 200) show (readable tameNetworks) (fun net ->
        let network = read 3L (toLayer net)

        for kernel in [ EmpiricalKernel.tangentKernel; EmpiricalKernel.secondMoments ] do
            let k = kernel network rows rows
            k |> Array2D.iteri (fun i j x -> Spec.same $"K[{i},{j}]" k[j, i] x)
            let matrix = Matrix<float>.Build.DenseOfArray k
            let least = matrix.Evd(Symmetricity.Symmetric).EigenValues |> Seq.map _.Real |> Seq.min
            Assert.True(least >= -1e-12 * matrix.Trace(), $"eigenvalue {least}"))

[<Fact>]
let ``a seed decides every bit, and another seed gives another network`` () =
    Spec.holds (times 200) show (readable tameNetworks) (fun net ->
        let network = toLayer net
        let bits (seed: int64) = FiniteNetwork.parameters (read seed network)
        Assert.Equal<float>(bits 5L, bits 5L)

        if (bits 5L).Length > 0 then
            Assert.NotEqual<float>(bits 5L, bits 6L))

// Worked out apart from the product, in Python.
[<Fact>]
let ``the draws of a seed are these, wherever it runs`` () =
    for seed, expected in
        [ 0L, [| -0.4387214756878968; -1.3860765618815576; -0.5489113474545084 |]
          1L, [| 0.8986774254906462; -0.33273184037132186; 0.05220700661023098 |]
          -1L, [| -0.05514758347502203; -0.9534858312304365; 1.0717230427341664 |] ] do
        Array.iter2 (Spec.near $"seed {seed}" 4e-16) expected (Draws.normals seed expected.Length)

[<Fact>]
let ``draws are standard normal and those of other seeds are independent`` () =
    let n = 100_000
    let a, b = Draws.normals 1L n, Draws.normals 2L n

    let check what expected deviation values =
        Spec.near what (5.0 * deviation / sqrt (float n)) expected (Array.average values)

    check "mean" 0.0 1.0 a
    check "second moment" 1.0 (sqrt 2.0) (a |> Array.map (fun x -> x * x))
    check "fourth moment" 3.0 (sqrt 96.0) (a |> Array.map (fun x -> Math.Pow(x, 4.0)))
    check "pairs" 0.0 1.0 (Array.pairwise a |> Array.map (fun (x, y) -> x * y))
    check "seeds" 0.0 1.0 (Array.map2 (*) a b)
    check "seeds, one step apart" 0.0 1.0 (Array.map2 (*) a[1..] b[.. n - 2])

[<Fact>]
let ``frozen parameters contribute nothing`` () =
    Spec.holds (times 200) show (readable tameNetworks) (fun net ->
        let network = read 11L (toLayer net)

        for c in 0 .. network.Channels - 1 do
            Array.zip (FiniteNetwork.gradient network c rows[0]) (FiniteNetwork.trained network)
            |> Array.iter (fun (g, isTrained) ->
                if not isTrained then
                    Assert.Equal(0.0, g)))

    let theta text = EmpiricalKernel.tangentKernel (read 4L (parse text)) rows rows
    let all = theta "dense(b=0.5) relu dense(b=0.1)"
    let first = theta "dense(b=0.5) relu dense(b=0.1,trained=false)"
    let last = theta "dense(b=0.5,trained=false) relu dense(b=0.1)"
    all |> Array2D.iteri (fun i j x -> Spec.near "parts" 1e-14 x (first[i, j] + last[i, j]))
    Assert.All(Seq.cast<float>(theta "dense(trained=false) relu dense(trained=false)"), fun x -> Assert.Equal(0.0, x))

[<Fact>]
let ``a network that ends in its own dense without a width is a scalar function`` () =
    let channels text = (read 0L (parse text)).Channels
    Assert.Equal(1, channels "dense relu dense")
    Assert.Equal(1, channels "(dense relu dense)^3")
    Assert.Equal(3, channels "dense relu dense(width=3)")
    Assert.Equal(m, channels "dense relu")
    Assert.Equal(m, channels "sum(dense, dense)")
    Assert.Equal(m, channels "dense (let d = dense in d d)")
    Assert.Equal(2, channels "hadamard(identity, constant)")

[<Fact>]
[<Law "X bottleneck(width=d) Y at width m = X' Y, where X' ends in dense(width=d)">]
let ``a bottleneck is the width of the dense layers before it`` () =
    let same (text: string) (plain: string) =
        let one, other = read 3L (parse text), read 3L (parse plain)
        Assert.Equal<float[]>(FiniteNetwork.parameters other, FiniteNetwork.parameters one)
        Assert.Equal<float[]>(FiniteNetwork.outputs other [| 0.3; -1.2 |], FiniteNetwork.outputs one [| 0.3; -1.2 |])

    same "dense relu dense bottleneck(width=3) dense erf dense" "dense relu dense(width=3) dense erf dense"
    same "dense(width=3) bottleneck(width=3) dense" "dense(width=3) dense"
    same "sum(dense relu dense, dense) bottleneck(width=2) dense" "sum(dense relu dense(width=2), dense(width=2)) dense"
    same "(dense relu dense)^2 bottleneck(width=2) dense" "dense relu dense dense relu dense(width=2) dense"
    same "(dense relu dense bottleneck(width=2))^2 dense" "(dense relu dense(width=2))^2 dense"
    same "let p = dense relu in p dense bottleneck(width=2) dense" "let p = dense relu in p dense(width=2) dense"

let private refused (part: string) (text: string) =
    let e = Assert.Throws<ArgumentException>(fun () -> read 0L (parse text) |> ignore)
    Assert.Contains(part, e.Message)

[<Fact>]
let ``what has no reading at a width is refused with the layer named`` () =
    refused "bottleneck(width=3): the network before it does not end in dense" "dense relu bottleneck(width=3) dense"
    refused "bottleneck(width=3)" "dense(width=4) bottleneck(width=3) dense"
    refused "it stands inside a sum" "dense sum(dense, dense bottleneck(width=3)) dense"
    refused "share its weights" "let p = dense in p relu dense bottleneck(width=3) p"
    refused "signals of 7 and of 24 channels meet" "sum(dense(width=7), dense)"
    refused "one set of weights meets inputs of different widths" "let d = dense in d dense d"
    refused "2 channels do not fit into 1" "sum(identity, dense(width=1))"
    refused "contradict" "concat(dense(width=7), dense(width=7), weights=1:3)"
    refused "do not fit" "concat(dense, dense, weights=1:100)"
    refused "3 channels of a concat in it leave one" "concat(dense, concat(dense, dense, weights=1:9), weights=7:1)"

    Assert.Throws<ArgumentException>(fun () -> FiniteNetwork.create 0 2 0L (parse "dense") |> ignore)
    |> ignore

    Assert.Throws<ArgumentException>(fun () -> FiniteNetwork.create 2000000 2 0L (parse "dense dense dense") |> ignore)
    |> ignore

/// Estimates of Theta, and then of Sigma, at (x, x) and (x, x') over the limit's sqrt(K(x,x) K(x',x')). A sum of one
/// network is not read out: all m channels of its last layer are averaged, which says more than one.
let private simulate m seeds scales network =
    let run seed =
        let network = FiniteNetwork.create m 2 (int64 seed) (Layer.sum [ network ])
        let a, b = EmpiricalKernel.sample network rows[0], EmpiricalKernel.sample network rows[1]
        let tangent = EmpiricalKernel.tangent network
        let moment = EmpiricalKernel.secondMoment
        Array.map2 (/) [| tangent a a; tangent a b; moment a a; moment a b |] scales

    let runs = Array.init seeds run
    Array.init 4 (fun k -> runs |> Array.map (Array.item k) |> estimate)

/// Theta and Sigma of the limit at the same pairs, and what they are measured in; none where a kernel is 0 or overflows.
let private limit network =
    match Kernel.ofNetwork network with
    | Error refusal -> invalidOp (string refusal)
    | Ok kernel ->
        let sigma, theta = Kernel.gram kernel rows[..1]
        let scale (k: float[,]) = [| k[0, 0]; sqrt (k[0, 0] * k[1, 1]) |]
        let pairs (k: float[,]) = [| k[0, 0]; k[0, 1] |]
        let scales = Array.append (scale theta) (scale sigma)

        if scales |> Array.forall (fun s -> Double.IsFinite s && s > 0.0) then
            Some(Array.map2 (/) (Array.append (pairs theta) (pairs sigma)) scales, scales)
        else
            None

/// How far 2 K_2m - K_m lies from the limit, and how far it may: the mean at width m is K + a/m + O(1/m^2), so that what is
/// left is at most 10/m^2 and a part of what doubling the width changed; `quantile` standard errors are chance.
let private gaps quantile m seeds network =
    match limit network with
    | None -> [||]
    | Some(values, scales) ->
        let narrow, wide = simulate m seeds scales network, simulate (2 * m) (seeds / 2) scales network

        Array.init values.Length (fun k ->
            let struct (k1, e1), struct (k2, e2) = narrow[k], wide[k]
            let error = quantile * sqrt (4.0 * e2 * e2 + e1 * e1)
            let band = error + 0.5 * abs (k2 - k1) + 10.0 / float (m * m)
            struct (2.0 * k2 - k1 - values[k], band))

let private names = [| "Theta(x,x)"; "Theta(x,x')"; "Sigma(x,x)"; "Sigma(x,x')" |]

let private check gaps = gaps |> Array.iteri (fun k (struct (gap, band)) -> Spec.near names[k] band 0.0 gap)

let private listed =
    [ "dense"
      "dense(b=0.5) relu dense(b=0.1)"
      "(dense(w=1.4,b=0.1) tanh)^2 dense(trained=false)"
      "hadamard(dense, sum(dense, constant)) dense"
      "let p = dense relu in sum(hadamard(dense, p dense), p) dense"
      "sum(identity, dense relu) dense layer_norm relu dense"
      "concat(dense relu, dense erf, weights=1:3) dense(b=0.3) abs dense"
      "concat(concat(dense(w=2), dense(w=0.2) relu), dense erf, weights=1:3) dense"
      "concat(dense, sum(concat(dense(w=3), dense(w=0.1) relu, weights=1:2), dense) dense) dense"
      "concat(hadamard(concat(dense(w=2), dense(w=0.3)), dense relu), dense, weights=2:1) dense"
      "(dense relu) (let d = dense in concat(d relu, dense relu d)) dense"
      "dense(width=WIDTH) relu dense(width=WIDTH,param=standard,b=0.3) relu dense(param=standard)" ]

let listedTexts = TheoryData<string> listed

// 5 standard errors are broken by chance once in two million.
[<Theory>]
[<MemberData(nameof listedTexts)>]
let ``the kernels' mean over seeds lies around the limit`` (text: string) =
    let m = 24

    if text.Contains "WIDTH" then
        // A limit with a width in it is one limit for each: no two widths are compared.
        let network = parse (text.Replace("WIDTH", string m))
        let values, scales = (limit network).Value

        simulate m (times 1600) scales network
        |> Array.iteri (fun k (struct (mean, error)) -> Spec.near names[k] (5.0 * error + 2.0 / float m) values[k] mean)
    else
        let found = gaps 5.0 m (times 2000) (parse text)
        Assert.NotEmpty found
        Assert.All(found, fun (struct (_, band)) -> Assert.True(band < 0.25, $"the test is too weak: {band}"))
        check found

/// Networks in which signals meet, and short enough that their kernels' variance over seeds is no obstacle.
let private steady =
    readable tameNetworks
    |> Arb.filter (fun net ->
        let text = show net

        text.Length < 160 && [ "sum("; "hadamard("; "concat(" ] |> List.exists text.Contains)

/// Concats of constants in each other, three deep: (text, E c^2).
let private constants =
    let rec made depth : Gen<string * float> =
        let leaf = Gen.choose (-3, 3) |> Gen.map (fun c -> $"constant(c={c})", float (c * c))

        let joined =
            gen {
                let! parts = Gen.choose (2, 3) |> Gen.bind (fun count -> Gen.listOfLength count (made (depth - 1)))
                let! weights = Gen.choose (1, 3) |> Gen.listOfLength parts.Length
                let list = parts |> List.map fst |> String.concat ", "
                let total = List.map2 (fun w (_, square) -> float w * square) weights parts |> List.sum
                let shares = weights |> List.map string |> String.concat ":"
                return $"concat({list}, weights={shares})", total / float (List.sum weights)
            }

        let within =
            // Products and sums with numbers keep the runs, and add 0 or multiply by 1.
            joined |> Gen.map (fun (text, square) -> $"sum(constant(c=0), hadamard(constant, {text}))", square)

        if depth = 0 then leaf else Gen.frequency [ 1, leaf; 3, joined; 1, within ]

    made 3 |> Gen.filter (fun (text, _) -> text.StartsWith "concat") |> Arb.fromGen

[<Fact>]
[<Law "1/m sum_i f_i^2 = sum w c^2/sum w + O(1/m)">]
let ``a concat in a concat keeps its proportions, whatever part of it is taken`` () =
    Spec.holds 500 fst constants (fun (text, expected) ->
        let m = 1200
        let network = FiniteNetwork.create m 1 0L (parse text)
        let f = FiniteNetwork.outputs network [| 1.0 |]
        // Each end of a run is rounded once in its own concat and once in those that take a part of it.
        let boundaries = text.Split(',', ':').Length

        Assert.Equal(m, f.Length)
        Spec.near text (9.0 * 3.0 * float boundaries / float m) expected (f |> Array.averageBy (fun v -> v * v)))

[<Fact>]
let ``a part of a concat is the first channels of each of its networks, in proportion`` () =
    let f (text: string) = FiniteNetwork.outputs (read 0L (parse text)) [| 1.0; 1.0 |]
    let part = "concat(constant(c=1), constant(c=2), constant(c=3), weights=1:2:1)"
    let expected = [ 1, 1.0; 2, 2.0; 1, 3.0; 20, 5.0 ] |> List.collect (fun (n, c) -> List.replicate n c)
    Assert.Equal<float>(expected, f $"concat({part}, constant(c=5), weights=1:5)")
    Assert.Equal<float>(expected, f $"concat(hadamard({part}, constant), constant(c=5), weights=1:5)")
    Assert.Equal<float>(expected, f $"concat(sum(constant(c=0), {part}), constant(c=5), weights=1:5)")

/// The shares of a concat are rounded to whole channels, an error of O(1/m) that two widths do not extrapolate.
let private widened net (struct (gap, band)) =
    let concats = (show net).Split("concat(").Length - 1
    struct (gap, band + 4.0 * float concats / float m)

// Whatever the calculus accepts has the kernel that it says: all comparisons together fail by chance once in a thousand.
[<Fact>]
let ``every accepted network's kernels lie within the sampled band`` () =
    let count, seeds = times 80, 200
    let quantile = StudentT.InvCDF(0.0, 1.0, float (seeds / 2 - 1), 1.0 - 0.5e-3 / float (4 * count))
    let mutable bands = []

    Spec.holds count show steady (fun net ->
        let found = gaps quantile m seeds (toLayer net) |> Array.map (widened net)
        bands <- List.ofArray (Array.map (fun (struct (_, band)) -> band) found) @ bands
        check found)

    let strong = bands |> List.filter (fun band -> band < 0.5)
    Assert.True(2 * strong.Length > bands.Length, $"only {strong.Length} of {bands.Length} bands are narrow")
