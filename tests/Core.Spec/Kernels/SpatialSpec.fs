/// Kernels of networks on images, sequences and graphs.
module HadamardNtk.Core.Spec.SpatialSpec

open System
open System.IO
open System.Text.Json
open HadamardNtk.Core
open FsCheck.FSharp
open Xunit

let private folder = Golden.folderOf "golden-space"
let readNpy name = Golden.readNumbers (Path.Combine(folder, name))

let cases =
    let text = File.ReadAllText(Path.Combine(folder, "manifest.json"))

    [ for case in JsonDocument.Parse(text).RootElement.EnumerateArray() do
          let get (key: string) = (case.GetProperty key).GetString() |> string
          get "name", (get "net", get "inputs") ]

let caseNames = TheoryData<string>(cases |> List.map fst)

let parsed text =
    match Notation.parse text with
    | Ok network -> network
    | Error e -> invalidOp $"{text}: {e}"

let kernels network x x' =
    match SpatialKernel.cross network x x' with
    | Ok found -> found
    | Error refusal -> invalidOp (string refusal)

let private matrix (extents: int[]) (numbers: float[]) i =
    let n, m = extents[1], extents[2]
    Array2D.init n m (fun p q -> numbers[(i * n + p) * m + q])

/// The samples of golden inputs, and what the network has before it to read them.
let private inputs name =
    let extents, numbers = readNpy $"{name}.x.npy"

    if name = "graph" then
        let size, adjacency = readNpy "graph.adjacency.npy"

        // The layer of the golden kernels multiplies by the transpose of A with rows divided by their sums.
        let transposed (a: float[,]) = Array2D.init size[1] size[2] (fun p q -> a[q, p] / Array.sum a[q, *])

        let graph i =
            let x = matrix extents numbers i
            SpatialKernel.ofGraph (Array.init extents[1] (fun p -> x[p, *])) (transposed (matrix size adjacency i))

        Array.init extents[0] graph, []
    else
        let rows = numbers |> Array.chunkBySize (numbers.Length / extents[0])
        Array.map SpatialKernel.ofRow rows, [ Layer.shaped (List.ofArray extents[1..]) ]

[<Theory>]
[<MemberData(nameof caseNames)>]
[<Law "|K_ij - truth| <= 1e-10 sqrt(K_ii K_jj), NNGP and NTK on positions (3e-9 for the NTK of proportional samples)">]
let ``a golden kernel on positions is met to 1e-10`` (name: string) =
    let net, input = cases |> List.find (fst >> (=) name) |> snd
    let x, shape = inputs input
    let nngp, ntk = kernels (Layer.serial (shape @ [ parsed net ])) x x

    for kind, found in [ "nngp", nngp; "ntk", ntk ] do
        let _, truth = readNpy $"{name}.{kind}.npy"
        let at i j = truth[i * x.Length + j]

        for i in 0 .. x.Length - 1 do
            for j in 0 .. x.Length - 1 do
                let error = abs (found[i, j] - at i j) / sqrt (at i i * at j j)

                // The angles of equal and of proportional patches are 0, and float64 knows them to 1e-8. Image 4 is a
                // multiple of image 1.
                let hasEqual = i = j || input <> "graph" && min i j = 1 && max i j = 4
                let tolerance = if kind = "ntk" && hasEqual then 3e-9 else 1e-10
                Assert.True(error <= tolerance, $"{kind} at ({i}, {j}) is off by {error:E2}")

/// A row of h x w numbers as the mean over the windows of 3 x 3, zeros beyond the edge.
let private mean3 (h, w) (q: float[]) =
    Space.windows { Size = [ 3 ]; Stride = [ 1 ]; Padding = Same } [ h; w ]
    |> Array.map (Array.averageBy (fun p -> if p < 0 then 0.0 else q[p]))

[<Fact>]
[<Law "x = x', flatten: q <- (w^2 A(q) + b^2)/2, Theta <- (q_new + w^2 A(Theta))/2 for conv relu, to 1e-14">]
let ``equal images have no angles`` () =
    let extents, numbers = readNpy "img.x.npy"
    let h, w, c = extents[1], extents[2], extents[3]
    let x = numbers |> Array.chunkBySize (h * w * c)
    let a = mean3 (h, w)

    let net =
        Layer.serial [ Layer.shaped [ h; w; c ]; parsed "conv(w=1.4,b=0.1) relu conv(w=1.4,b=0.1) relu flatten dense" ]

    let _, ntk = kernels net (Array.map SpatialKernel.ofRow x) (Array.map SpatialKernel.ofRow x)

    x
    |> Array.iteri (fun i row ->
        let scaled q = Array.map (fun s -> 1.4 * 1.4 * s + 0.1 * 0.1) (a q)
        let first = row |> Array.chunkBySize c |> Array.map (Array.averageBy (fun v -> v * v)) |> scaled
        let second = scaled (Array.map (fun s -> s / 2.0) first)
        let theta = Array.map2 (fun s t -> s + 1.4 * 1.4 * t) second (a (Array.map (fun s -> s / 2.0) first))
        let expected = Array.average second / 2.0 + Array.average theta / 2.0
        Spec.near $"image {i}" (1e-14 * expected) expected ntk[i, i])

// Laws --------------------------------------------------------------------------------------------------------------

let private seeds = Gen.choose (1, 100000) |> Arb.fromGen
let private holds count law = Spec.holds count (fun (seed: int) -> $"seed {seed}") seeds (fun seed -> law (Random seed))

let private normal (random: Random) =
    sqrt (-2.0 * log (1.0 - random.NextDouble())) * cos (2.0 * Math.PI * random.NextDouble())

let row (random: Random) length = Array.init length (fun _ -> normal random)
let private oneOf (random: Random) (items: 'a list) = items[random.Next items.Length]

let private activations = [ "relu"; "erf"; "leaky_relu(0.2)"; "abs"; "gelu" ]

/// The kernels of a flat network by the law of dual numbers in float64.
let private direct network (x: float[]) (x': float[]) =
    match Calculus.analyse network with
    | Error refusal -> invalidOp (string refusal)
    | Ok signal ->
        let mean (x: float[]) = (DoubleDouble.mean (ReadOnlySpan x)).Hi
        let dot = Kernel.product
        let product = { Row = dot x x; Column = dot x' x'; Pair = dot x x' }
        DualNumber.pair x.Length product (mean x, mean x') signal

[<Fact>]
[<Law "image 1 x 1 x d, conv of window 1: the kernel of the flat network, bit for bit">]
let ``an image of one position is a flat row`` () =
    holds 100 (fun random ->
        let d = 1 + random.Next 4
        let phi, psi = oneOf random activations, oneOf random activations
        let b = oneOf random [ "0"; "0.3" ]

        let net (dense: string) = $"hadamard({dense}(w=1.3,b={b}) {phi}, {dense}(b=0.2) {psi}) {dense} {phi} {dense}"

        let flat = parsed (net "dense")
        let spatial = parsed $"""image(1x1x{d}) {net "conv"} flatten dense(w=1)"""
        let flat = Layer.serial [ flat; parsed "dense(w=1)" ]
        // A window of 3 reads zeros around the position; a window of 1 does not.
        let spatial = parsed ((Notation.print spatial).Replace("patches", "patches(k=1)"))
        let x, x' = row random d, row random d
        let struct (sigma, theta) = direct flat x x'
        let nngp, ntk = kernels spatial [| SpatialKernel.ofRow x |] [| SpatialKernel.ofRow x' |]
        Assert.Equal(sigma, nngp[0, 0])
        Assert.Equal(theta, ntk[0, 0]))

[<Fact>]
[<Law "conv of window 1, global pool: K = mean over p, p' of the flat kernel of x_p and x'_p', series among them">]
let ``a global pool is the mean of the flat kernels of all pairs of positions`` () =
    holds 20 (fun random ->
        let length, c = 1 + random.Next 4, 1 + random.Next 3
        let phi = oneOf random [ "relu"; "tanh"; "sigmoid"; "swish" ]
        let net (dense: string) = $"{dense}(w=1.3,b=0.2) {phi} {dense} {phi}"
        let spatial = parsed $"""sequence({length}x{c}) {net "conv"} global_avg_pool dense(w=1)"""
        let spatial = parsed ((Notation.print spatial).Replace("patches", "patches(k=1)"))
        let flat = Layer.serial [ parsed (net "dense"); parsed "dense(w=1)" ]
        let x, x' = row random (length * c), row random (length * c)
        let nngp, ntk = kernels spatial [| SpatialKernel.ofRow x |] [| SpatialKernel.ofRow x' |]

        let all =
            [| for p in Array.chunkBySize c x do
                   for p' in Array.chunkBySize c x' do
                       let struct (sigma, theta) = direct flat p p'
                       sigma, theta |]

        Spec.near "NNGP" (1e-13 * abs nngp[0, 0] + 1e-14) (Array.averageBy fst all) nngp[0, 0]
        Spec.near "NTK" (1e-13 * abs ntk[0, 0] + 1e-14) (Array.averageBy snd all) ntk[0, 0])

/// A row of h x w x c numbers, shifted around the edges.
let shifted (h, w, c) (dy, dx) (image: float[]) =
    Array.init (h * w * c) (fun i ->
        let y, x, k = i / (w * c), i / c % w, i % c
        image[((y + dy) % h * w + (x + dx) % w) * c + k])

[<Fact>]
[<Law "circular conv, global pool: K(shift x, shift' x') = K(x, x')">]
let ``circular convolutions and a global pool do not see a shift`` () =
    holds 40 (fun random ->
        let h, w, c = 2 + random.Next 4, 2 + random.Next 4, 1 + random.Next 2
        let k = 1 + random.Next(min h w)
        let phi = oneOf random activations

        let network =
            parsed
                $"image({h}x{w}x{c}) conv(k={k},pad=circular,b=0.2) {phi} conv(k={k},pad=circular) relu global_avg_pool dense"

        let x, x' = row random (h * w * c), row random (h * w * c)
        let move = shifted (h, w, c) (random.Next h, random.Next w)
        let of' x = [| SpatialKernel.ofRow x |]
        let nngp, ntk = kernels network (of' x) (of' x')
        let nngp', ntk' = kernels network (of' (move x)) (of' x')
        Spec.near "NNGP" (1e-13 * abs nngp[0, 0] + 1e-14) nngp[0, 0] nngp'[0, 0]
        Spec.near "NTK" (1e-13 * abs ntk[0, 0] + 1e-14) ntk[0, 0] ntk'[0, 0])

[<Fact>]
[<Law "graphs: K(pi x, pi A pi^T; x') = K(x, A; x')">]
let ``the order of a graph's vertices does not matter`` () =
    holds 40 (fun random ->
        let graph () =
            let n = 2 + random.Next 5
            let a = Array2D.init n n (fun p q -> if p = q || random.Next 2 = 0 then 1.0 else 0.0)
            Array.init n (fun _ -> row random 3), a

        let kind = oneOf random [ "sum"; "mean" ]
        let pool = oneOf random [ "global_sum_pool"; "global_avg_pool" ]
        let network = parsed $"(aggregate(kind={kind}) dense(w=1.2,b=0.1) relu)^2 {pool} dense"
        let (x, a), (x', a') = graph (), graph ()
        let order = Array.init x.Length id
        random.Shuffle order

        let moved =
            SpatialKernel.ofGraph
                (order |> Array.map (fun p -> x[p]))
                (Array2D.init x.Length x.Length (fun p q -> a[order[p], order[q]]))

        let other = [| SpatialKernel.ofGraph x' a' |]
        let nngp, ntk = kernels network [| SpatialKernel.ofGraph x a |] other
        let nngp', ntk' = kernels network [| moved |] other
        Spec.near "NNGP" (1e-12 * abs nngp[0, 0]) nngp[0, 0] nngp'[0, 0]
        Spec.near "NTK" (1e-12 * abs ntk[0, 0]) ntk[0, 0] ntk'[0, 0])

[<Fact>]
[<Law "avg_pool = sum_pool/f at the edges too: Sigma = Sigma_sum/f^2 for windows of f positions">]
let ``a mean is the sum divided by the full window`` () =
    holds 40 (fun random ->
        let k, stride, pad = 1 + random.Next 3, 1 + random.Next 2, oneOf random [ "same"; "valid"; "circular" ]
        let net pool = parsed $"image(4x5x2) conv(b=0.3) relu {pool}(k={k},stride={stride},pad={pad}) flatten dense"
        let x, x' = [| SpatialKernel.ofRow (row random 40) |], [| SpatialKernel.ofRow (row random 40) |]
        let mean, _ = kernels (net "avg_pool") x x'
        let sum, _ = kernels (net "sum_pool") x x'
        let f = float (k * k)
        Spec.near "NNGP" (1e-13 * abs mean[0, 0]) (sum[0, 0] / (f * f)) mean[0, 0])

/// A generated network on images of h x w x c, of windows that fit.
let private generated (random: Random) (h: int, w: int, c: int) =
    let pad = oneOf random [ "same"; "circular"; "valid" ]
    let k = 1 + random.Next(min 3 (min h w))
    let stride = 1 + random.Next 2
    let phi () = oneOf random activations
    let conv () = $"conv(k={k},stride={stride},pad={pad},w=1.3,b=0.2)"

    let middle =
        oneOf
            random
            [ $"hadamard({conv ()} {phi ()}, {conv ()})"
              $"sum({conv ()} {phi ()}, {conv ()} {phi ()}, constant)"
              $"hadamard({conv ()}, take(0:2) dense(b=0.1) {phi ()} dense)"
              $"{conv ()} layer_norm {phi ()} dense {phi ()}"
              $"{conv ()} {phi ()} self_attention(wq=0.5)"
              $"concat({conv ()} {phi ()}, {conv ()})" ]

    let ending =
        oneOf
            random
            [ "conv(k=1) relu flatten dense"
              "global_avg_pool dense relu dense"
              "sum_pool(k=1) flatten dense" ]

    // Only branches that read the image themselves may stand beside one that takes columns.
    let image = $"image({h}x{w}x{c})"
    let middle = middle.Replace("conv(k", $"{image} conv(k")
    middle + " " + ending

[<Fact>]
[<Law "K(x, x') = K(x', x), K >= 0 on positions">]
let ``kernels on positions are symmetric and positive`` () =
    holds 60 (fun random ->
        let h, w, c = 1 + random.Next 4, 1 + random.Next 4, 1 + random.Next 3
        let network = parsed (generated random (h, w, max 2 c))
        let x = Array.init 4 (fun _ -> SpatialKernel.ofRow (row random (h * w * max 2 c)))
        let nngp, ntk = kernels network x x

        for k in [ nngp; ntk ] do
            let scale = Seq.max (Seq.init 4 (fun i -> k[i, i]))

            for i in 0..3 do
                for j in 0..3 do
                    Spec.near "symmetry" (1e-12 * scale) k[i, j] k[j, i]

            // A Cholesky factorization finds a pivot that is negative beyond rounding.
            let a = Array2D.copy k

            for p in 0..3 do
                Assert.True(a[p, p] > -1e-10 * scale, $"pivot {p} is {a[p, p]:E2}")

                for i in p + 1 .. 3 do
                    for j in p + 1 .. 3 do
                        if a[p, p] > 1e-10 * scale then
                            a[i, j] <- a[i, j] - a[i, p] * a[j, p] / a[p, p])

[<Fact>]
[<Law "print, then parse: the same network on positions">]
let ``networks on positions are printed and read back`` () =
    holds 200 (fun random ->
        let network = parsed (generated random (4, 5, 2))
        Assert.Equal<Layer>(network, parsed (Notation.print network)))

/// The output positions that a window makes and the input positions that each reads, by the definition.
let private windowed (window: Window) (extent: int) =
    let size, stride = window.Size.Head, window.Stride.Head

    let out =
        match window.Padding with
        | Valid -> (extent - size) / stride + 1
        | _ -> int (ceil (float extent / float stride))

    let before =
        match window.Padding with
        | Valid -> 0
        | _ -> max ((out - 1) * stride + size - extent) 0 / 2

    [| for i in 0 .. out - 1 ->
           [| for d in 0 .. size - 1 ->
                  let at = i * stride + d - before

                  match window.Padding with
                  | Circular -> ((at % extent) + extent) % extent
                  | _ when at < 0 || at >= extent -> -1
                  | _ -> at |] |]

[<Fact>]
[<Law "windows of a grid h x w = windows of h x windows of w">]
let ``a window reads the positions of its axes`` () =
    holds 200 (fun random ->
        let h, w = 1 + random.Next 6, 1 + random.Next 6
        let k, l = 1 + random.Next h, 1 + random.Next w
        let s, t = 1 + random.Next 3, 1 + random.Next 3
        let padding = oneOf random [ Same; Valid; Circular ]
        let along k s = { Size = [ k ]; Stride = [ s ]; Padding = padding }
        let rows, columns = windowed (along k s) h, windowed (along l t) w

        let expected =
            [| for p in rows do
                   for q in columns ->
                       [| for a in p do
                              for b in q -> if a < 0 || b < 0 then -1 else a * w + b |] |]

        let both = { Size = [ k; l ]; Stride = [ s; t ]; Padding = padding }
        Assert.Equal<int[]>(expected, Space.windows both [ h; w ])

        match Space.mapped (Patches both) (Grid [ h; w ]) with
        | Ok space -> Assert.Equal(Grid [ rows.Length; columns.Length ], space)
        | Error(reason, _) -> Assert.Fail reason)
