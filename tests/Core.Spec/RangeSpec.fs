/// What float32 has no room for below: computed in float64, and refused where it matters.
[<HadamardNtk.Core.Spec.Chapter "Below the range of float32">]
module HadamardNtk.Core.Spec.RangeSpec

open System
open HadamardNtk.Core.Spec.Compiled
open Xunit

let private kernelOf (text: string) = HadamardNtk.Network.Parse(text).Kernel()

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
                kernel.Gram(matrix rows, Kind.Nngp, HadamardNtk.GramOptions(Backend = backend)) |> ignore)

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
            (kernel.Gram(matrix (fan 1.0), Kind.Nngp, HadamardNtk.GramOptions(Backend = backend))).ToArray()
            |> Seq.cast<float> do
            Spec.same "NNGP" 0.0 k
