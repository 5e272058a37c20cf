/// Networks, texts and samples of positions that are refused.
module HadamardNtk.Core.Spec.SpatialRefusals

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.SpatialSpec
open Xunit

[<Theory>]
[<InlineData("dense relu flatten dense", "flat rows have none")>]
[<InlineData("dense avg_pool dense", "flat rows have none")>]
[<InlineData("dense self_attention dense", "flat rows have none")>]
[<InlineData("image(4x4x1) conv(k=5,pad=valid) relu flatten dense", "longer than the 4 positions")>]
[<InlineData("sequence(8x2) conv(k=3x3) relu flatten dense", "another number of axes")>]
[<InlineData("image(4x4x1) sum(conv relu, conv(stride=2) relu) flatten dense", "4x4 positions and on images of 2x2")>]
[<InlineData("image(4x4x1) conv relu aggregate dense", "it needs graphs")>]
[<InlineData("aggregate dense relu conv dense", "it needs a grid")>]
[<InlineData("aggregate dense relu flatten dense", "different numbers of vertices")>]
[<InlineData("dense relu image(4x4x1) conv", "it reads the raw input")>]
[<InlineData("take(0:10) image(4x4x1) conv", "16 numbers")>]
[<InlineData("image(4x4x1) conv conv relu flatten sum(identity, dense) dense", "")>]
[<InlineData("image(4x4x3) (let a = self_attention in sum(a relu dense, patches a relu dense)) flatten dense",
             "different widths")>]
[<InlineData("image(8x8x3) conv relu (let c = dense in sum(patches(k=3) c relu dense, patches(k=1) c relu dense)) flatten dense",
             "different widths")>]
[<InlineData("image(4x4x2) sum(conv relu patches, conv relu patches) dense flatten dense", "not alike")>]
let ``networks whose positions do not meet are refused`` (text: string, reason: string) =
    match Calculus.analyse (parsed text), reason with
    | Ok _, "" -> ()
    | Error refusal, _ when reason <> "" -> Assert.Contains(reason, string refusal)
    | Error refusal, _ -> Assert.Fail(string refusal)
    | Ok _, _ -> Assert.Fail "This network must be refused."

[<Theory>]
[<InlineData("image(4x4)", "a height, a width and a number of channels")>]
[<InlineData("image(4x0x1)", "a height, a width")>]
[<InlineData("sequence(4x4x1)", "a length and a number of channels")>]
[<InlineData("take(5:5)", "two columns")>]
[<InlineData("take(x:5)", "an option of take")>]
[<InlineData("take(columns=x:5)", "two columns")>]
[<InlineData("conv(k=0)", "a whole number from 1")>]
[<InlineData("conv(pad=valied)", "valid")>]
[<InlineData("avg_pool(stride=1x)", "a whole number from 1")>]
let ``bad options of positions are refused with what was expected`` (text: string, expected: string) =
    match Notation.parse text with
    | Ok _ -> Assert.Fail "This text must be refused."
    | Error e -> Assert.Contains(expected, string e)

[<Fact>]
let ``samples that do not fit the network are refused`` () =
    let refused network x expected =
        let e = Assert.ThrowsAny<ArgumentException>(fun () -> kernels (parsed network) x x |> ignore)
        Assert.Contains(expected, (e: ArgumentException).Message)

    let five = [| SpatialKernel.ofRow (Array.create 5 1.0) |]
    refused "image(2x2x1) conv flatten dense" five "4 features"
    refused "take(0:6) dense" five "at least 6"
    refused "aggregate dense global_sum_pool dense" five "a row came"
    refused "image(5x1x1) conv" five "ends in one position"
    let square = Array2D.create 2 2 1.0
    let graph features = [| SpatialKernel.ofGraph features square |]
    refused "dense relu dense" (graph [| [| 1.0 |]; [| 2.0 |] |]) "one row"
    refused "aggregate dense global_sum_pool dense" (graph [| [| 1.0 |]; [| 2.0; 3.0 |] |]) "as many features"
    refused "dense" [| SpatialKernel.ofRow [||] |] "at least one row"

    let opposite =
        [| SpatialKernel.ofGraph [| [| 1.0 |]; [| 2.0 |] |] (array2D [ [ 1.0; -1.0 ]; [ 1.0; 1.0 ] ]) |]

    refused "aggregate(kind=mean) dense global_sum_pool dense" opposite "not 0"

    // The norm of a pixel of zeros is not a number.
    let dark = [| SpatialKernel.ofRow [| 0.0; 1.0; 2.0; 3.0 |] |]
    let norm = parsed "image(2x2x1) dense layer_norm(eps=0) relu flatten dense"
    Assert.Throws<KernelUndefinedException>(fun () -> kernels norm dark dark |> ignore) |> ignore

[<Theory>]
[<InlineData("image(50000x50000x1)")>]
[<InlineData("patches(k=65536x65536)")>]
let ``shapes and windows beyond memory are refused`` (text: string) =
    match Notation.parse text with
    | Ok _ -> Assert.Fail "This text must be refused."
    | Error e -> Assert.Contains("100000000", string e)

[<Theory>]
[<InlineData("image(4x4x1) conv", "ends on images of 4x4 positions")>]
[<InlineData("image(2x2x1) conv flatten dense", "4 numbers, and the input 16")>]
[<InlineData("take(0:17) dense", "17 columns of 16 features")>]
[<InlineData("dense self_attention dense", "flat rows have none")>]
[<InlineData("sum(aggregate, image(4x4x1) conv) global_sum_pool dense", "it needs graphs")>]
[<InlineData("image(4x4x1) sum(conv, conv(stride=2)) flatten dense", "meet")>]
let ``finite networks that cannot read the samples are refused`` (text: string, expected: string) =
    let e =
        Assert.ThrowsAny<ArgumentException>(fun () -> FiniteNetwork.create 8 16 1L (parsed text) |> ignore)

    Assert.Contains(expected, (e: ArgumentException).Message)

[<Fact>]
let ``a flat reading of a network on positions is refused`` () =
    for text in [ "image(4x4x1) conv relu flatten dense"; "sum(aggregate constant(c=2), dense relu) dense" ] do
        match Kernel.ofNetwork (parsed text) with
        | Ok _ -> Assert.Fail "Scalar programs know one position."
        | Error refusal -> Assert.Contains("positions", string refusal)

    match BlockMap.ofBlock (parsed "image(4x4x1) conv relu flatten dense") with
    | Ok _ -> Assert.Fail "The map of a block knows one position."
    | Error refusal -> Assert.Contains("positions", string refusal)
