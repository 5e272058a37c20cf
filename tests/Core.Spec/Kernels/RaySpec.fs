/// Exactly proportional rows: their angle is 0 or pi, and no layer that scales with its rows makes another of it.
[<HadamardNtk.Core.Spec.Chapter "Proportional rows">]
module HadamardNtk.Core.Spec.RaySpec

open System
open FsCheck
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Compiled
open HadamardNtk.Core.Spec.Nets
open Xunit

let private alignment (x: float[]) (x': float[]) = Alignment.ofRows (ReadOnlySpan x, ReadOnlySpan x')

let private anyRow =
    let number =
        Gen.frequency
            [ 1, Gen.constant 0.0
              3, Gen.choose (-999, 999) |> Gen.map (fun n -> float n / 64.0)
              3, Gen.choose (-999_999, 999_999) |> Gen.map (fun n -> float n / 7e5) ]

    Gen.choose (1, 9) |> Gen.bind (fun d -> Gen.arrayOfLength d number)

[<Fact>]
[<Law "x and 2^e x lie along one another, x and -2^e x against; a bit of a feature changed, apart">]
let ``rows are proportional to the last bit, or they are not`` () =
    let cases = Gen.zip3 anyRow (Gen.choose (-900, 900)) (Gen.choose (0, 8))

    Spec.holds 500 string (Arb.fromGenShrink (cases, fun _ -> Seq.empty)) (fun (x, e, place) ->
        let scaled = x |> Array.map (fun v -> Math.ScaleB(v, e))
        let isZero = Array.forall ((=) 0.0) x
        let expected sign = if isZero then Alignment.Apart else sign
        Assert.Equal(expected Alignment.Along, alignment x scaled)
        Assert.Equal(expected Alignment.Against, alignment (Array.map (~-) x) scaled)
        let k = place % x.Length
        let other = scaled |> Array.mapi (fun i v -> if i = k then Math.BitIncrement v else v)
        let alone = x |> Array.indexed |> Array.forall (fun (i, v) -> (i = k) = (v <> 0.0))

        if not alone then
            Assert.Equal(Alignment.Apart, alignment x other))

[<Fact>]
let ``thirds of a row are proportional where no third was rounded`` () =
    Assert.Equal(Alignment.Along, alignment [| 3.0; -6.0; 0.0 |] [| 1.0; -2.0; -0.0 |])
    Assert.Equal(Alignment.Apart, alignment [| 3.0; -1.0 |] [| 1.0; -1.0 / 3.0 |])
    Assert.Equal(Alignment.Apart, alignment [| 0.0; 1.0 |] [| 1.0; 1.0 |])
    // Products beyond the range of a float, and below it.
    Assert.Equal(Alignment.Along, alignment [| 1e300; 3e300 |] [| 2e300; 6e300 |])
    Assert.Equal(Alignment.Apart, alignment [| 1e-300; 3e-300 |] [| 2e-300; 5e-300 |])

let private backends =
    [ for precision in precisions do
          for compiled in [ true; false ] do
              $"{precision}, compiled: {compiled}", settings HadamardNtk.VectorWidths.Widest compiled, precision ]

let private reference kind rows (kernel: HadamardNtk.InfiniteKernel) =
    let nngp, ntk = Kernel.gram kernel.Program.Core rows
    if kind = Kind.Nngp then nngp else ntk

let private exact kind rows (kernel: HadamardNtk.InfiniteKernel) =
    let options = HadamardNtk.GramOptions(Backend = HadamardNtk.Backends.Exact)
    kernel.Of(kind).Gram(matrix rows, options).ToArray()

let private line = [| 1.0; -0.5; 3.0; 0.25; -7.1; 0.3; 1e-3; 50.0 |] |> Array.map Array.singleton

[<Theory>]
[<InlineData 1>]
[<InlineData 2>]
[<InlineData 4>]
[<InlineData 6>]
[<InlineData 10>]
[<InlineData 25>]
[<Law "(dense sign)^k: Sigma(x, l x) = 1 for l > 0, -1 for l < 0">]
let ``signs of proportional rows are equal or opposite at any depth`` (depth: int) =
    let kernel = HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse($"(dense sign)^{depth} dense"))

    let check what (k: float[,]) =
        for i in 0 .. line.Length - 1 do
            for j in 0 .. line.Length - 1 do
                Spec.same $"{what} ({i}, {j})" (float (Math.Sign(line[i][0] * line[j][0]))) k[i, j]

    check "reference" (reference Kind.Nngp line kernel)
    check "exact" (exact Kind.Nngp line kernel)

    for what, cpu, precision in backends do
        check what (gram cpu precision Kind.Nngp line kernel)

[<Fact>]
[<Law "step = (1 + sign)/2: Sigma(x, l x) = 1/2, Sigma(x, -l x) = 0, then angles pi/2, pi/3, ...">]
let ``steps of opposite rows are the recursion of their angle`` () =
    let kernel =
        HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse "(dense rectified_monomial(k=0))^5")
    // Sigma = (pi - th)/2pi at rows with the angle th, 1/2 on the diagonal.
    let next th = acos ((Math.PI - th) / Math.PI)
    let expected = (Math.PI - Seq.fold (fun th _ -> next th) Math.PI (seq { 1..4 })) / (2.0 * Math.PI)
    let rows = [| [| 3.0; 1.0 |]; [| 6.0; 2.0 |]; [| -1.5; -0.5 |] |]

    let check what tolerance (k: float[,]) =
        Spec.near what tolerance 0.5 k[0, 1]
        Spec.near what tolerance expected k[0, 2]

    check "reference" 1e-15 (reference Kind.Nngp rows kernel)
    check "exact" 1e-16 (exact Kind.Nngp rows kernel)

    for what, cpu, precision in backends do
        check what (if precision = Precision.Float32 then 1e-6 else 1e-15) (gram cpu precision Kind.Nngp rows kernel)

/// Networks that scale with their rows, with the degree: K(x, l x) = l^degree K(x, x).
let private homogeneous =
    let number = Gen.elements [ 0.5; 0.8; 1.0; 1.3; 1.7 ]
    let leaf layer = Leaf layer
    let word name options = Leaf(Layer.activation (Catalogue.activation name options))
    let dense = number |> Gen.map (fun w -> Leaf(Layer.dense w 0.0))

    let activation =
        Gen.oneof
            [ Gen.elements
                  [ word "relu" [], 1
                    word "abs" [], 1
                    word "leaky_relu" [ "alpha", [ 0.3 ] ], 1
                    word "sign" [], 0
                    word "rectified_monomial" [ "k", [ 0.0 ] ], 0
                    word "rectified_monomial" [ "k", [ 2.0 ] ], 2
                    word "monomial" [ "k", [ 2.0 ] ], 2
                    leaf (Layer.layerNorm 0.0), 0 ]
              Gen.zip number number |> Gen.map (fun (a, b) -> word "abrelu" [ "a", [ -a ]; "b", [ b ] ], 1) ]

    let one =
        gen {
            let! z = dense
            let! f, k = activation
            let! last = dense
            return [ z; f; last ], k
        }

    let block =
        Gen.frequency
            [ 4, one
              1,
              Gen.two one
              |> Gen.map (fun ((a, k), (b, k')) ->
                  [ Hadamard [ Serial a; Serial b ]; Leaf(Layer.dense 1.1 0.0) ], k + k')
              1,
              one
              |> Gen.map (fun (a, k) ->
                  [ Sum [ Serial a; Serial(a @ [ word "abs" []; Leaf(Layer.dense 0.7 0.0) ]) ] ], k) ]

    gen {
        let! count = Gen.choose (1, 6)
        let! blocks = Gen.listOfLength count block
        let degree = blocks |> List.fold (fun d (_, k) -> d * k) 1
        return Serial(List.collect fst blocks), degree
    }

let private scaledRows =
    gen {
        let! d = Gen.elements [ 1; 2; 7 ]
        let! x = Gen.arrayOfLength d (Gen.choose (-300, 300) |> Gen.map (fun n -> float (2 * n + 1) / 128.0))
        let! scales = Gen.arrayOfLength 4 (Gen.elements [ -3.0; -1.0; -0.5; 0.25; 1.0; 2.0; 3.0; 5.0 ])

        let! others =
            Gen.arrayOfLength
                2
                (Gen.arrayOfLength d (Gen.choose (-300, 300) |> Gen.map (fun n -> float (2 * n + 1) / 128.0)))

        return Array.append (scales |> Array.map (fun l -> Array.map ((*) l) x)) others
    }

let private cases accepted =
    let gen =
        Gen.zip homogeneous scaledRows
        |> Gen.filter (fun ((net, degree), _) -> degree <= 8 && accepted (toLayer net))

    Arb.fromGenShrink (gen, fun _ -> Seq.empty)

let private hasKernel layer = Kernel.ofNetwork layer |> Result.isOk

let private showCase ((net, degree), rows) = $"{show net} of degree {degree} on {Data.showRows rows}"

[<Fact>]
[<Law "K(x, l x) = l^degree K(x, x) for l > 0">]
let ``a homogeneous network's kernel is homogeneous along rays, at any depth`` () =
    Spec.holds 150 showCase (cases hasKernel) (fun ((net, degree), rows) ->
        let kernel = kernelOf net

        for kind in kinds do
            let check what tolerance (k: float[,]) =
                for i in 0..3 do
                    for j in 0..3 do
                        let ratio = rows[j][0] / rows[i][0]

                        if ratio > 0.0 then
                            let expected = k[i, i] * Math.Pow(ratio, float degree)
                            Spec.near $"{what}, {kind} ({i}, {j})" (tolerance * abs expected) expected k[i, j]

            check "reference" 1e-13 (reference kind rows kernel)
            check "exact" 1e-15 (exact kind rows kernel)

            for what, cpu, precision in backends do
                check
                    what
                    (if precision = Precision.Float32 then 3e-5 else 1e-13)
                    (gram cpu precision kind rows kernel))

[<Fact>]
let ``rows and columns of two matrices know of one another's directions`` () =
    let kernel = HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse("(dense sign)^6 dense"))
    let columns = line |> Array.map (Array.map ((*) 3.0)) |> Array.rev

    for what, cpu, precision in backends do
        let k = cross cpu precision Kind.Nngp line columns kernel

        for i in 0 .. line.Length - 1 do
            for j in 0 .. line.Length - 1 do
                Spec.same $"{what} ({i}, {j})" (float (Math.Sign(line[i][0] * columns[j][0]))) k[i, j]

[<Fact>]
let ``every backend has the kernel of proportional rows that double-double has`` () =
    Spec.holds 150 showCase (cases hasKernel) (fun ((net, _), rows) ->
        let kernel = kernelOf net

        for kind in kinds do
            let truth = exact kind rows kernel

            let check what tolerance (k: float[,]) =
                for i in 0..3 do
                    for j in 0..3 do
                        let scale = sqrt truth[i, i] * sqrt truth[j, j]
                        Spec.near $"{what}, {kind} ({i}, {j})" (tolerance * scale) truth[i, j] k[i, j]

            check "reference" 1e-13 (reference kind rows kernel)

            for what, cpu, precision in backends do
                check
                    what
                    (if precision = Precision.Float32 then 3e-5 else 1e-12)
                    (gram cpu precision kind rows kernel))

[<Theory>]
[<InlineData "(dense relu)^3 dense">]
[<InlineData "(dense sign)^3 dense">]
[<InlineData "dense leaky_relu dense abs dense">]
[<InlineData "dense erf dense">]
[<InlineData "dense layer_norm sign dense(b=1) relu dense">]
let ``proportional rows need no lane of higher precision`` (text: string) =
    let kernel = HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse(text))
    let rows = Array.init 40 (fun i -> [| float (i + 1) / 8.0 * (if i % 3 = 0 then -1.0 else 1.0) |])

    for precision in precisions do
        let mutable report = HadamardNtk.PrecisionReport(9L, 9L, 9L, 9L)

        let progress =
            { new IProgress<HadamardNtk.PrecisionReport> with
                member _.Report value = report <- value }

        let options = HadamardNtk.GramOptions(Precision = precision, PrecisionReport = progress)
        kernel.Of(Kind.Ntk).Gram(matrix rows, options) |> ignore
        Assert.Equal((0L, 0L, 0L), (report.Float64, report.DoubleDouble, report.Quadrature))

        let columns = matrix (rows |> Array.map (Array.map ((*) -3.0)))
        kernel.Of(Kind.Ntk).Cross(matrix rows, columns, options) |> ignore
        Assert.Equal((0L, 0L, 0L), (report.Float64, report.DoubleDouble, report.Quadrature))

[<Fact>]
let ``a biased network has no rays, and takes the lanes as before`` () =
    let kernelRays (text: string) =
        HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse(text)).Program.Core.Program.Rays
        |> Seq.filter _.IsSome
        |> Seq.length

    Assert.Equal(0, kernelRays "dense(b=0.1) relu dense")
    Assert.Equal(1, kernelRays "dense relu dense(b=0.1) relu dense")
    Assert.Equal(1, kernelRays "dense relu dense tanh dense relu")
    Assert.Equal(2, kernelRays "dense sign dense(b=0.1) relu dense")
    Assert.Equal(1, kernelRays "sum(dense relu, constant) dense relu")
    Assert.Equal(0, kernelRays "dense(w=0) relu dense")
