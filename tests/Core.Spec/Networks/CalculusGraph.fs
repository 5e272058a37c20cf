/// A network unrolled: what its nodes are, and where it ends.
module HadamardNtk.Core.Spec.CalculusGraph

open HadamardNtk.Core
open Xunit

let private finiteLayer path width = { Layer = "bottleneck"; Path = path; Reason = $"{width}"; Suggestion = "" }

let private unrolled text =
    match Notation.parse text with
    | Ok network -> Graph.unroll finiteLayer network
    | Error e -> invalidOp $"'{text}': {e}"

let private labels (graph: Graph) = graph.Nodes |> Seq.map (_.Op >> Op.label) |> String.concat " "

[<Fact>]
let ``every node follows those that it acts on, and the first one alone is the input`` () =
    Spec.holds 500 Nets.show Generators.anyNetworks (fun net ->
        let graph = Graph.unroll finiteLayer (Nets.toLayer net)

        for k in 0 .. graph.Nodes.Length - 1 do
            let op = graph.Nodes[k].Op
            Assert.Equal((k = 0), op.IsInput)
            Assert.All(Op.operands op, (fun z -> Assert.InRange(z, 0, k - 1)))

        graph.End |> Result.iter (fun root -> Assert.InRange(root, 0, graph.Nodes.Length - 1)))

[<Fact>]
let ``copies have paths of their own, and a name's layers have one wherever it is used`` () =
    let paths text = (unrolled text).Nodes |> Seq.filter _.Op.IsDense |> Seq.map _.Path |> List.ofSeq

    Assert.Equal(3, (paths "(dense relu)^3" |> List.distinct).Length)
    // On one signal a name is one variable, and one node.
    Assert.Equal(1, (paths "let d = dense in sum(d, d)").Length)
    let onTwo = paths "let d = dense in sum(d, identity d, relu d)"
    Assert.Equal(2, onTwo.Length)
    Assert.Equal(1, (List.distinct onTwo).Length)

[<Fact>]
let ``a network is unrolled as far as it can be`` () =
    let stopped = unrolled "dense relu bottleneck(width=3) dense"
    Assert.Equal("input dense relu", labels stopped)
    Assert.Equal(Error(finiteLayer [ Child 2 ] 3), stopped.End)
    Assert.Equal(Ok 0, (unrolled "identity").End)
    let large = unrolled "((dense relu)^1000)^1000"
    Assert.Equal(Layer.maximumSize + 1, large.Nodes.Length)
    Assert.True(Result.isError large.End)

[<Fact>]
let ``a signal of one network is none of another`` () =
    let signal text =
        match Notation.parse text |> Result.map Calculus.analyse with
        | Ok(Ok signal) -> signal
        | other -> invalidOp $"{other}"

    let one = signal "dense"
    Assert.Equal(one, one)
    Assert.NotEqual(one, signal "dense")
