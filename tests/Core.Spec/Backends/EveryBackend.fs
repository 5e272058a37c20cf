/// Every backend in every precision against double-double: on generated networks with every layer on every branch, those
/// that the input does not reach among them, and on families in which rounding grows or terms cancel.
module HadamardNtk.Core.Spec.EveryBackend

open System
open FsCheck
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Compiled
open HadamardNtk.Core.Spec.Data
open HadamardNtk.Core.Spec.Generators
open HadamardNtk.Core.Spec.Nets
open Xunit

let private isLong = Environment.GetEnvironmentVariable "HNTK_LONG" = "1"

let private defined work =
    try
        Some(work ())
    with
    | :? HadamardNtk.KernelUndefinedException
    | KernelUndefinedException _ -> None

/// The pairs that are asked for: all where there is a closed form, else three, which take double-double seconds.
let private asked (kernel: HadamardNtk.InfiniteKernel) n =
    if kernel.Program.Core.Program.Tables.Length = 0 then
        [ for i in 0 .. n - 1 do
              for j in i .. n - 1 -> i, j ]
    else
        List.distinct [ 0, n - 1; n / 2, n - 1; 0, 0 ]

/// What a network is held to, relative to sqrt(K_ii K_jj). In float32 every kink costs the tangent kernel 1e-6, since
/// angles are known to 2e-6 where they are the nearest that float32 keeps.
let private tolerance precision (kind: Kind) (kernel: HadamardNtk.InfiniteKernel) =
    let kinks =
        kernel.Program.Core.Program.Pairs
        |> Seq.filter (fun i -> i.Step = Compute Gap)
        |> Seq.length
        |> float

    match precision with
    | Precision.Float32 -> max 2e-6 (1e-6 * kinks)
    | _ -> if kind = Kind.Nngp then 1e-11 else 1e-10

type private Case =
    { Kernel: HadamardNtk.InfiniteKernel
      Rows: float[][]
      Exact: int -> int -> HadamardNtk.KernelValue
      Pairs: (int * int) list }

let private caseOf (kernel: HadamardNtk.InfiniteKernel) (rows: float[][]) pairs =
    let samples = lazy HadamardNtk.ExactSamples(kernel.Program, matrix rows)
    let known = Collections.Generic.Dictionary<struct (int * int), HadamardNtk.KernelValue>()

    let exact i j =
        match known.TryGetValue(struct (i, j)) with
        | true, value -> value
        | _ ->
            let value = samples.Value.Pair(i, samples.Value, j, samples.Value.NewScratch())
            known[struct (i, j)] <- value
            value

    { Kernel = kernel; Rows = rows; Exact = exact; Pairs = pairs }

/// The scale of an entry; that of the other sample where one has the kernel 0.
let private scale (kind: Kind) case i j =
    let self i : float = (case.Exact i i).[kind]

    match self i, self j with
    | a, b when a = 0.0 || b = 0.0 -> max a b
    | a, b -> sqrt a * sqrt b

let private holds what case (kind: Kind) precision (k: float[,]) =
    let allowed = tolerance precision kind case.Kernel

    for i, j in case.Pairs do
        let expected: float = (case.Exact i j).[kind]
        let error = abs (k[i, j] - expected)

        if not (error = 0.0 || error <= allowed * scale kind case i j) then
            Assert.Fail
                $"{what}, {kind}, {precision} at ({i}, {j}): {k[i, j]:R}, not {expected:R}: off by {error / scale kind case i j:E2} sqrt(K_ii K_jj), not {allowed:E0}"

let private backends =
    lazy
        ([ "cpu", Some(HadamardNtk.CpuBackend quick :> HadamardNtk.IKernelBackend)
           "cpu, compiled",
           Some(HadamardNtk.CpuBackend(settings HadamardNtk.VectorWidths.Widest true) :> HadamardNtk.IKernelBackend)
           "cpu-blas", HadamardNtk.Backends.All |> Seq.tryFind (fun b -> b.Name = "cpu-blas") ]
         |> List.choose (fun (name, backend) -> backend |> Option.map (fun b -> name, b)))

let private onTensors =
    lazy
        (let isThere, backend, _ =
            HadamardNtk.TorchBackend.TryCreate("cpu", HadamardNtk.TorchSettings(Tile = Nullable 16))

         if isThere then [ "tensors", nonNull backend ] else [])

let private inEach backends case each =
    for name, backend in backends do
        for kind in kinds do
            for precision in precisions do
                let options = HadamardNtk.GramOptions(Backend = backend, Precision = precision, Threads = 2)

                each
                    (fun () -> case.Kernel.Of(kind).Gram(matrix case.Rows, options).ToArray())
                    (holds name case kind precision)

/// Every backend, that on tensors too where there is libtorch, has the exact kernel at some pairs, and refuses none.
let agree (text: string) rows pairs =
    let case = caseOf (HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse(text))) rows pairs
    inEach (backends.Value @ onTensors.Value) case (fun gram check -> check (gram ()))

let private law (counted: Spec.Checked) (net, rows: float[][]) =
    let kernel = kernelOf net
    let case = caseOf kernel rows (asked kernel rows.Length)

    // Where double-double refuses there is no truth.
    match defined (fun () -> case.Pairs |> List.iter (fun (i, j) -> case.Exact i j |> ignore)) with
    | None -> counted.Add false
    | Some() ->
        inEach backends.Value case (fun gram check ->
            let found = defined gram
            counted.Add found.IsSome
            found |> Option.iter check)

let private times n = if isLong then 20 * n else n

[<Fact>]
[<Law "|K_ij - K_ij(exact)| <= 1e-11 (NNGP), 1e-10 (NTK), 2e-6 (float32) sqrt(K_ii K_jj), or refused">]
let ``every backend computes the exact kernel of every generated network, or refuses`` () =
    let counted = Spec.Checked 0.9
    Spec.holds (times 120) showOnData (pairs closedNetworks (data 1.0 10)) (law counted)
    Spec.holds (times 80) showOnData (pairs closedNetworks (data 30.0 8)) (law counted)
    Spec.holds (times 12) showOnData (pairs networks (data 3.0 4)) (law counted)
    counted.Require()

// Families ---------------------------------------------------------------------------------------------------------

let private hundredths lower upper = Gen.choose (lower, upper) |> Gen.map (fun n -> $"{float n / 100.0}")

let private functions =
    Gen.elements
        [ "relu"
          "abs"
          "erf"
          "gelu"
          "sin"
          "cos"
          "rbf"
          "leaky_relu(alpha=0.3)"
          "erf(a=1.5,b=2)"
          "sin(b=2,c=0.7)"
          "gaussian"
          "sigmoid_like"
          "layer_norm"
          "polynomial(c=0.2:1:0.1)"
          "rectified_monomial(k=2)" ]

let private layer =
    gen {
        let! w = hundredths 30 300
        let! b = Gen.frequency [ 2, Gen.constant "0"; 1, hundredths 1 50 ]
        let! f = functions
        return $"dense(w={w},b={b}) {f}"
    }

/// Copies of one layer: what grows from layer to layer grows as a power.
let private chain =
    gen {
        let! one = layer
        let! depth = Gen.elements [ 1; 2; 3; 5; 8; 12; 20; 30 ]
        return $"({one})^{depth}"
    }

/// A branch less its own mean, or nearly.
let private centered =
    gen {
        let! w = hundredths 1 200

        let! f, c =
            Gen.elements
                [ "cos", -1.0
                  "cos(b=3)", -1.0
                  "gaussian", -1.0
                  "exp", -1.0
                  "sigmoid_like", -0.5
                  "erf(c=2)", -2.0
                  "polynomial(c=1:0.5:0.3)", -1.0
                  "cos", -0.9
                  "sin(c=0.4)", -0.4
                  "rbf", -1.0 ]

        return $"sum(dense(w={w}) {f}, constant(c={c}))"
    }

let private wave =
    gen {
        let! exponent = Gen.choose (0, 400)
        let b = 10.0 ** (float exponent / 100.0)
        let! f = Gen.elements [ "sin"; "cos" ]
        return! Gen.elements [ $"dense {f}(b={b:G4})"; $"dense rbf(gamma={b * b:G4})" ]
    }

let private families =
    let branch = Gen.frequency [ 3, chain; 2, centered; 2, wave ]
    let inputFree = branch |> Gen.map (fun b -> $"constant(c=1.3) {b}")

    gen {
        let! a = branch
        let! b = Gen.frequency [ 1, branch; 1, inputFree ]
        let! last = Gen.elements [ ""; " dense"; " dense(w=1.2,b=0.3) relu dense"; " dense erf dense" ]
        let! text = Gen.elements [ a; a; $"hadamard({a}, {b})"; $"sum({a}, {b})" ]
        return text + last
    }
    |> Gen.filter (fun text ->
        match Notation.parse text with
        | Ok layer ->
            (match Kernel.ofNetwork layer with
             | Ok kernel -> kernel.Program.Tables.Length = 0
             | Error _ -> false)
        | Error _ -> false)

let private showText (text: string, rows) = $"{text} on {showRows rows}"

[<Fact>]
[<Law "the same where rounding grows with depth, means cancel, waves are fast, and branches have no input">]
let ``every backend computes the exact kernel where rounding grows or terms cancel, or refuses`` () =
    let values =
        Gen.zip families (data 3.0 6).Generator
        |> fun made ->
            Arb.fromGenShrink (made, fun (text, rows) -> (data 3.0 6).Shrinker rows |> Seq.map (fun r -> text, r))

    let counted = Spec.Checked 0.9

    Spec.holds (times 150) showText values (fun (text, rows) ->
        match Notation.parse text with
        | Ok layer -> law counted (Leaf layer, rows)
        | Error error -> invalidOp (string error))

    counted.Require()
