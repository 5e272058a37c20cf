/// Networks that take the shape of their samples.
module HadamardNtk.Core.Spec.InputShapeSpec

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.SpatialSpec
open Xunit

let private attached shape text =
    match InputShape.attach shape (parsed text) with
    | Ok network -> Notation.print network
    | Error refusal -> invalidOp (string refusal)

[<Theory>]
[<Law "attach s N = image(s) N where N reads positions and names no shape; else N; attach s (attach s N) = attach s N">]
// A network that reads positions and names no shape takes that of the samples.
[<InlineData("conv relu flatten dense", "image(4x5x2) patches dense relu flatten dense")>]
[<InlineData("avg_pool flatten dense", "image(4x5x2) avg_pool flatten dense")>]
[<InlineData("self_attention global_sum_pool dense", "image(4x5x2) self_attention global_sum_pool dense")>]
[<InlineData("let p = conv in sum(p relu, p) flatten dense",
             "image(4x5x2) (let p = patches dense in sum(p relu, p) flatten dense)")>]
// Flat networks read the row, and so do networks of graphs.
[<InlineData("dense relu dense", "dense relu dense")>]
[<InlineData("aggregate dense global_sum_pool dense", "aggregate dense global_sum_pool dense")>]
// A network that names the shape, or pieces of the row, is left as it is.
[<InlineData("image(4x5x2) conv relu flatten dense", "image(4x5x2) patches dense relu flatten dense")>]
[<InlineData("hadamard(take(0:12) sequence(4x3) conv flatten dense, take(12:40) dense) dense",
             "hadamard(take(0:12) sequence(4x3) patches dense flatten dense, take(12:40) dense) dense")>]
let ``a network takes the shape of the samples where it needs one`` (text: string, expected: string) =
    Assert.Equal(expected, attached [ 4; 5; 2 ] text)
    Assert.Equal(expected, attached [ 4; 5; 2 ] expected)

[<Fact>]
let ``axes of length 1 at the end make no other shape`` () =
    Assert.Equal("image(4x5x1) flatten dense", attached [ 4; 5 ] "image(4x5x1) flatten dense")
    Assert.Equal("sequence(4x5) flatten dense", attached [ 4; 5; 1 ] "sequence(4x5) flatten dense")
    Assert.Equal("sequence(20x1) flatten dense", attached [ 20; 1 ] "sequence(20x1) flatten dense")

[<Theory>]
[<InlineData("image(5x4x2) conv flatten dense")>]
[<InlineData("sequence(20x2) conv flatten dense")>]
[<InlineData("sum(image(4x5x2) conv, image(5x4x2) conv) flatten dense")>]
[<InlineData("let p = dense in hadamard(image(2x10x2) conv flatten dense, p) dense")>]
let ``a network that names another shape is refused with both`` (text: string) =
    match InputShape.attach [ 4; 5; 2 ] (parsed text) with
    | Ok _ -> Assert.Fail "This network must be refused."
    | Error refusal ->
        Assert.Contains("that of image(4x5x2)", refusal.Reason)
        Assert.Contains("write image(4x5x2)", refusal.Suggestion)
        Assert.Contains(refusal.Layer, text)

[<Fact>]
let ``a shape beyond memory is refused`` () =
    Assert.Throws<ArgumentException>(fun () ->
        InputShape.attach [ 50000; 50000; 1 ] (parsed "conv flatten dense") |> ignore)
    |> ignore
