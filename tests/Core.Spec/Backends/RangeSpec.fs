/// What numbers have no room for below: computed in float64 where float32 has none, and refused where it matters.
[<HadamardNtk.Core.Spec.Chapter "Below the range of numbers">]
module HadamardNtk.Core.Spec.RangeSpec

open System
open HadamardNtk.Core.Spec.Compiled
open Xunit

let private kernelOf (text: string) = HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse(text))

let private unit angle = [| cos angle; sin angle |]

let private fan scale = [| 0.1; 0.9; 2.0; 3.0 |] |> Array.map (unit >> Array.map ((*) scale))

let private backends = [ true; false ] |> List.map (settings HadamardNtk.VectorWidths.Widest)

[<Theory>]
[<InlineData("hadamard(dense relu, dense relu) dense", 1e-12)>]
[<InlineData("hadamard(dense, dense, dense) dense", 1e-7)>]
[<InlineData("(dense(w=0.47) relu)^60", 1.0)>]
[<InlineData("(dense(w=0.01))^12 dense relu", 1.0)>]
[<InlineData("dense(w=1e-25) tanh dense", 1.0)>]
let ``a kernel that float32 has no room for below is refused, and float64 has it`` (text: string) scale =
    let kernel, rows = kernelOf text, fan scale

    for cpu in backends do
        for kind in kinds do
            let error =
                Assert.Throws<HadamardNtk.KernelUndefinedException>(fun () ->
                    gram cpu Precision.Float32 kind rows kernel |> ignore)

            Assert.Contains("too small", error.Message)
            Assert.Contains("float64 has room", error.Message)
            let k = gram cpu Precision.Float64 kind rows kernel

            for i in 0 .. rows.Length - 1 do
                Assert.True(k[i, i] > 0.0 && k[i, i] < 1.2e-38, $"{kind}: {k[i, i]}")

[<Theory>]
[<InlineData "(dense(w=0.47) relu)^60 dense(w=1e25)">]
[<InlineData "hadamard(dense(w=1e-12), dense(w=1e-12)) dense(w=1e18) relu dense">]
[<InlineData "dense(w=1e-23) dense(w=1e20) relu dense">]
let ``what is too small on the way only is computed in float64`` (text: string) =
    let kernel, rows = kernelOf text, fan 1.0

    for cpu in backends do
        for kind in kinds do
            let truth = gram cpu Precision.Float64 kind rows kernel
            let actual = gram cpu Precision.Float32 kind rows kernel

            for i in 0 .. rows.Length - 1 do
                for j in 0 .. rows.Length - 1 do
                    let scale = sqrt truth[i, i] * sqrt truth[j, j]
                    Spec.near $"{kind} ({i}, {j})" (2e-7 * scale) truth[i, j] actual[i, j]

[<Fact>]
[<Law "an entry below float32's numbers stands for 0 where |K_ij| < 2e-6 sqrt(K_ii K_jj)">]
let ``an entry may vanish where both rows are in range and it is negligible beside them`` () =
    let kernel = kernelOf "dense"
    let rows = [| [| 1e-10; 0.0 |]; [| 1e-30; 1e-10 |]; [| 1.0; 1.0 |]; [| 0.0; 0.0 |] |]

    for cpu in backends do
        let k = gram cpu Precision.Float32 Kind.Nngp rows kernel
        Spec.near "(0, 1)" 1e-40 5e-41 k[0, 1]
        Spec.near "(0, 0)" 1e-27 5e-21 k[0, 0]
        Spec.same "(0, 3)" 0.0 k[0, 3]

        Assert.Throws<HadamardNtk.KernelUndefinedException>(fun () ->
            gram cpu Precision.Float32 Kind.Nngp [| [| 1e-25; 0.0 |]; [| 1.0; 1.0 |] |] kernel |> ignore)
        |> fun error -> Assert.Equal(0L, int64 error.Row)

        // Beside a row that is too small itself nothing is negligible.
        Assert.Throws<HadamardNtk.KernelUndefinedException>(fun () ->
            cross cpu Precision.Float32 Kind.Nngp [| [| 1e-25; 0.0 |] |] [| [| 1e-15; 1.0 |] |] kernel |> ignore)
        |> ignore

[<Fact>]
let ``kernels that are zero are no smaller than others`` () =
    let kernel = kernelOf "dense sign"

    for cpu in backends do
        for k in gram cpu Precision.Float32 Kind.Ntk (fan 1.0) kernel |> Seq.cast<float> do
            Spec.same "NTK" 0.0 k

[<Theory>]
[<InlineData("(dense(w=0.47) relu)^1000 dense", 1.0)>]
[<InlineData("hadamard(dense, dense) dense", 1e-100)>]
[<InlineData("dense monomial(k=6) dense", 1e-60)>]
let ``a kernel that no float has room for is refused in every backend`` (text: string) scale =
    let kernel, rows = kernelOf text, fan scale

    for backend in [ HadamardNtk.Backends.Default; HadamardNtk.Backends.Reference; HadamardNtk.Backends.Exact ] do
        let error =
            Assert.Throws<HadamardNtk.KernelUndefinedException>(fun () ->
                kernel.Of(Kind.Nngp).Gram(matrix rows, HadamardNtk.GramOptions(Backend = backend)) |> ignore)

        Assert.Contains("too small", error.Message)

[<Theory>]
[<InlineData "dense(w=0) dense">]
[<InlineData "sum(constant(c=1), constant(c=-1)) dense">]
[<InlineData "hadamard(dense, dense(w=0)) dense relu dense">]
[<InlineData "dense abrelu(a=0,b=0) dense">]
let ``a network that is zero has a kernel of zeros`` (text: string) =
    let kernel = kernelOf text

    for backend in [ HadamardNtk.Backends.Default; HadamardNtk.Backends.Reference; HadamardNtk.Backends.Exact ] do
        for k in
            (kernel.Of(Kind.Nngp).Gram(matrix (fan 1.0), HadamardNtk.GramOptions(Backend = backend))).ToArray()
            |> Seq.cast<float> do
            Spec.same "NNGP" 0.0 k

let private everyBackend =
    [ HadamardNtk.Backends.Default; HadamardNtk.Backends.Reference; HadamardNtk.Backends.Exact ]

let private gramOf backend kind (rows: float[][]) (kernel: HadamardNtk.InfiniteKernel) =
    kernel.Of(kind).Gram(matrix rows, HadamardNtk.GramOptions(Backend = backend)).ToArray()

[<Theory>]
[<InlineData("dense(w=1e-80) dense(w=1e-80) dense(w=1e150) dense(w=1e10) relu dense", 1.0)>]
[<InlineData("dense(w=1e-100) dense(w=1e-100) dense(w=1e150) dense(w=1e50) relu dense", 1.0)>]
[<InlineData("sum(dense(w=1e-200) sign, dense) dense", 1.0)>]
[<InlineData("hadamard(dense(w=1e-80), dense(w=1e-80)) dense(w=1e150) dense(w=1e10) relu dense", 1.0)>]
[<InlineData("concat(dense(w=1e-158) abrelu(a=0,b=1) sign, dense) dense", 1.0)>]
[<InlineData("sum(constant(c=1e-170) dense(w=1e150) dense(w=1e20), dense) dense", 1.0)>]
[<InlineData("dense sign dense", 1e-170)>]
[<InlineData("dense(w=1e150) dense(w=1e20) tanh dense", 1e-170)>]
let ``digits lost below the range of floats on the way are refused in every backend`` (text: string) scale =
    let kernel, rows = kernelOf text, fan scale

    for backend in everyBackend do
        let error =
            Assert.Throws<HadamardNtk.KernelUndefinedException>(fun () ->
                gramOf backend Kind.Nngp rows kernel |> ignore)

        Assert.Contains("too small at", error.Message)
        Assert.DoesNotContain("NaN", error.Message)

[<Theory>]
[<InlineData("dense(w=1e-200) dense(b=1) relu dense", "constant(c=1) relu dense", 1.0)>]
[<InlineData("dense(b=1) relu dense", "constant(c=1) dense relu dense", 1e-170)>]
[<InlineData("dense(w=1e-200) cos dense", "constant(c=1) dense", 1.0)>]
let ``what is below the range of floats beside greater numbers is nothing`` (text: string) (other: string) scale =
    for backend in everyBackend do
        let actual = gramOf backend Kind.Nngp (fan scale) (kernelOf text)

        let expected =
            if text.StartsWith "dense(w=1e-200) dense" then
                Array2D.create 4 4 0.5
            else
                gramOf backend Kind.Nngp (fan 1.0) (kernelOf other)

        actual |> Array2D.iteri (fun i j k -> Spec.near $"({i}, {j})" 1e-14 expected[i, j] k)

[<Fact>]
let ``what an average cancels is known to the precision's digits, or refused`` () =
    let kernel = kernelOf "sum(identity, constant(c=-100)) dense"
    let row spread = Array.init 1000 (fun j -> 100.0 + spread * float (j % 7 - 3))
    let rows = [| row 1.0; row 1e-3; row 1e-5 |]

    // Centered features, exact to the rounding of a feature beside 100.
    let expected (x: float[]) (x': float[]) =
        Array.fold2 (fun sum a b -> sum + (a - 100.0) * (b - 100.0)) 0.0 x x' / 1000.0

    for backend in [ HadamardNtk.Backends.Default; HadamardNtk.Backends.Exact ] do
        for precision in [ Precision.Float64; Precision.Float32 ] do
            let options = HadamardNtk.GramOptions(Backend = backend, Precision = precision)
            let k = kernel.Of(Kind.Nngp).Gram(matrix rows, options).ToArray()
            let digits = if precision = Precision.Float32 then 2e-7 else 1e-11

            k
            |> Array2D.iteri (fun i j actual ->
                let scale = sqrt (expected rows[i] rows[i] * expected rows[j] rows[j])
                Spec.near $"{backend.Name} {precision} ({i}, {j})" (digits * scale) (expected rows[i] rows[j]) actual)

        Assert.Throws<HadamardNtk.KernelUndefinedException>(fun () ->
            gramOf backend Kind.Nngp [| Array.create 1000 0.1 |] (kernelOf "sum(identity, constant(c=-0.1)) dense")
            |> ignore)
        |> fun error -> Assert.Contains("32 digits", error.Message)

[<Fact>]
[<Law "K of dense(w=10^-a) dense(w=10^-b) dense(w=10^a) dense(w=10^b) relu dense is that of dense relu dense, or refused">]
let ``weights that undo one another are as if they were not, or refused`` () =
    let plain = gramOf HadamardNtk.Backends.Exact Kind.Nngp (fan 1.0) (kernelOf "dense relu dense")

    for a in 60..3..90 do
        for b in 60..3..90 do
            let text = $"dense(w=1e-{a}) dense(w=1e-{b}) dense(w=1e{a}) dense(w=1e{b}) relu dense"

            for backend in everyBackend do
                try
                    gramOf backend Kind.Nngp (fan 1.0) (kernelOf text)
                    |> Array2D.iteri (fun i j k ->
                        Spec.near
                            $"{text} {backend.Name} ({i}, {j})"
                            (1e-11 * sqrt (plain[i, i] * plain[j, j]))
                            plain[i, j]
                            k)

                    Assert.True(a + b <= 156, $"{text} is not refused by {backend.Name}")
                with :? HadamardNtk.KernelUndefinedException ->
                    Assert.True(a + b >= 150, $"{text} is refused by {backend.Name}")
