/// The independence calculus: what is known of every layer's signal, and what is refused with which mend.
module HadamardNtk.Core.Spec.CalculusSpec

open HadamardNtk.Core
open Xunit

let private analyse text =
    match Notation.parse text with
    | Ok network -> Calculus.analyse network
    | Error e -> invalidOp $"'{text}': {e}"

let private facts text =
    match analyse text with
    | Ok signal -> signal.Facts
    | Error refusal -> invalidOp $"'{text}': {refusal}"

/// Source 0 is the input; dense layers are sources 1, 2, ... in the order in which they are first met.
let private known local depends odd gaussian uniform centered width =
    { Local = Set.ofList local
      Depends = Set.ofList depends
      Odd = Set.ofList odd
      Gaussian = gaussian
      Uniform = uniform
      Centered = centered
      Width = width
      Space = Space.point }

let private table =
    [ "identity", known [ 0 ] [ 0 ] [] false false false Features
      "constant(c=2)", known [] [] [] false true false Unstated
      "constant(c=0)", known [] [] [] false true true Unstated
      "dense", known [ 1 ] [ 0; 1 ] [ 1 ] true true true Unstated
      "dense(b=1,width=8)", known [ 1 ] [ 0; 1 ] [ 1 ] true true true (Channels 8)
      "dense dense", known [ 2 ] [ 0; 1; 2 ] [ 1; 2 ] true true true Unstated
      "dense dense(b=1)", known [ 2 ] [ 0; 1; 2 ] [ 2 ] true true true Unstated
      "dense(b=1) dense", known [ 2 ] [ 0; 1; 2 ] [ 1; 2 ] true true true Unstated
      "constant dense", known [ 1 ] [ 1 ] [ 1 ] true true true Unstated
      "dense relu", known [ 1 ] [ 0; 1 ] [] false true false Unstated
      "dense abs", known [ 1 ] [ 0; 1 ] [] false true false Unstated
      "dense tanh", known [ 1 ] [ 0; 1 ] [ 1 ] false true true Unstated
      "dense(width=4) sin", known [ 1 ] [ 0; 1 ] [ 1 ] false true true (Channels 4)
      "dense sin(c=1)", known [ 1 ] [ 0; 1 ] [] false true false Unstated
      "dense polynomial(c=0:2)", known [ 1 ] [ 0; 1 ] [ 1 ] true true true Unstated
      "dense monomial(k=3)", known [ 1 ] [ 0; 1 ] [ 1 ] false true true Unstated
      "dense tanh sin", known [ 1 ] [ 0; 1 ] [ 1 ] false true true Unstated
      "dense relu cos", known [ 1 ] [ 0; 1 ] [] false true false Unstated
      "dense abs tanh", known [ 1 ] [ 0; 1 ] [] false true false Unstated
      "dense polynomial(c=1:2) polynomial(c=-0.5:0.5)", known [ 1 ] [ 0; 1 ] [ 1 ] true true true Unstated
      "dense tanh dense", known [ 2 ] [ 0; 1; 2 ] [ 1; 2 ] true true true Unstated
      "dense relu dense", known [ 2 ] [ 0; 1; 2 ] [ 2 ] true true true Unstated
      "dense layer_norm", known [ 1 ] [ 0; 1 ] [ 1 ] true true true Unstated
      "hadamard(dense, dense)", known [ 1; 2 ] [ 0; 1; 2 ] [ 1; 2 ] false true true Unstated
      "hadamard(dense relu, dense)", known [ 1; 2 ] [ 0; 1; 2 ] [ 2 ] false true true Unstated
      "hadamard(dense relu, dense abs)", known [ 1; 2 ] [ 0; 1; 2 ] [] false true false Unstated
      "hadamard(identity, dense)", known [ 0; 1 ] [ 0; 1 ] [ 1 ] false false true Unstated
      "let p = dense in hadamard(p, p dense)", known [ 1; 2 ] [ 0; 1; 2 ] [ 2 ] false true true Unstated
      "let p = dense in hadamard(p, p dense, p dense)",
      known [ 1; 2; 3 ] [ 0; 1; 2; 3 ] [ 1; 2; 3 ] false true true Unstated
      "let p = dense in hadamard(p, p relu dense)", known [ 1; 2 ] [ 0; 1; 2 ] [ 2 ] false true true Unstated
      "sum(dense, dense)", known [ 1; 2 ] [ 0; 1; 2 ] [] true true true Unstated
      "sum(dense, dense relu)", known [ 1; 2 ] [ 0; 1; 2 ] [] false true false Unstated
      "let p = dense in sum(p, p dense)", known [ 1; 2 ] [ 0; 1; 2 ] [ 1 ] true true true Unstated
      "sum(dense tanh, dense sin)", known [ 1; 2 ] [ 0; 1; 2 ] [] false true true Unstated
      "sum(identity, dense)", known [ 0; 1 ] [ 0; 1 ] [] false false false Unstated
      "concat(dense, dense)", known [ 1; 2 ] [ 0; 1; 2 ] [] false false true Unstated
      "concat(dense(width=2), dense(width=3), weights=2:3)", known [ 1; 2 ] [ 0; 1; 2 ] [] false false true (Channels 5)
      "concat(dense, dense relu) dense", known [ 3 ] [ 0; 1; 2; 3 ] [ 3 ] true true true Unstated
      "(dense) (let d = dense in d d)", known [ 2 ] [ 0; 1; 2 ] [ 1 ] true true true Unstated ]

let rows = TheoryData<string>(table |> List.map fst)

[<Theory>]
[<MemberData(nameof rows)>]
[<Law "facts(layer) = its row of the table">]
let ``each layer's facts are those of the table`` text =
    let expected = table |> List.find (fun (t, _) -> t = text) |> snd
    Assert.Equal<Facts>(expected, facts text)

/// A refused text, its layer, a part of the reason, a part of the mend, and the text mended as it says.
let private refused =
    [ "relu", "relu", "needs a Gaussian signal", "put a dense before relu", "dense relu"
      "dense relu" + String.replicate 32 " tanh",
      "tanh",
      "more than 32 activations",
      "put a dense before tanh",
      "dense relu" + String.replicate 31 " tanh" + " dense tanh"
      "dense layer_norm relu layer_norm",
      "layer_norm",
      "relu does not give one",
      "put a dense before layer_norm",
      "dense layer_norm relu dense layer_norm"
      "constant gelu", "gelu", "needs a Gaussian signal", "put a dense before gelu", "constant dense gelu"
      "layer_norm", "layer_norm", "needs a Gaussian signal", "put a dense before layer_norm", "dense layer_norm"
      "dense relu layer_norm(eps=1)",
      "layer_norm(eps=1)",
      "Gaussian",
      "put a dense before",
      "dense relu dense layer_norm(eps=1)"
      "concat(dense, dense) relu",
      "relu",
      "concat does not give one",
      "put a dense before relu",
      "concat(dense, dense) dense relu"
      "concat(dense, dense) relu",
      "relu",
      "concat does not give one",
      "into each network",
      "concat(dense relu, dense relu)"
      "hadamard(dense, dense) abs",
      "abs",
      "hadamard does not give one",
      "put a dense before abs",
      "hadamard(dense, dense) dense abs"
      "sum(dense, dense relu) erf",
      "erf",
      "sum does not give one",
      "put a dense before erf",
      "sum(dense, dense relu) dense erf"
      "let p = dense in hadamard(p relu, p layer_norm)",
      "hadamard",
      "share the same weights",
      "put a dense of its own at the end",
      "let p = dense in hadamard(p relu dense, p layer_norm)"
      "let p = dense in hadamard(p relu, hadamard(p layer_norm, dense))",
      "hadamard",
      "share the same weights",
      "put a dense of its own at the end",
      "let p = dense in hadamard(p relu, hadamard(p layer_norm, dense) dense)"
      "hadamard(sum(identity, dense), hadamard(identity, dense dense))",
      "hadamard",
      "not alike",
      "put a dense at the end of all but one",
      "hadamard(sum(identity, dense), hadamard(identity, dense dense) dense)"
      "let p = dense relu in sum(p, hadamard(p, dense relu))",
      "sum",
      "correlated through the same weights",
      "put a dense of its own at the end",
      "let p = dense relu in sum(p, hadamard(p, dense relu) dense)"
      "let p = dense in sum(p, p layer_norm)",
      "sum",
      "correlated through the same weights",
      "put a dense of its own at the end",
      "let p = dense in sum(p, p layer_norm dense)"
      "hadamard(identity, identity)", "hadamard", "not alike", "all but one", "hadamard(identity, identity dense)"
      "sum(identity, identity)", "sum", "not alike", "all but one", "sum(identity dense, identity)"
      "hadamard(concat(dense, dense), concat(dense, dense))",
      "hadamard",
      "not alike",
      "all but one",
      "hadamard(concat(dense, dense) dense, concat(dense, dense))"
      "sum(concat(dense, dense), identity, dense)",
      "sum",
      "not alike",
      "all but one",
      "sum(concat(dense, dense) dense, identity, dense)"
      "dense relu dense bottleneck(width=3) dense",
      "bottleneck(width=3)",
      "finite layer",
      "remove it",
      "dense relu dense dense"
      "dense(param=standard) dense(param=standard)",
      "dense(param=standard)",
      "width of the layer below",
      "give the dense before it a width",
      "dense(param=standard,width=9) dense(param=standard)"
      "let d = dense in concat(d, dense relu d)",
      "dense",
      "inputs of different widths",
      "signals of one width",
      "(dense relu) (let d = dense in concat(d, dense relu d))"
      "let d = dense in concat(dense(width=2) d, dense(width=3) d)",
      "dense",
      "different widths",
      "signals of one width",
      "let d = dense in concat(dense(width=3) d, dense(width=3) d)"
      "sum(dense(width=2), dense(width=3))",
      "sum",
      "2 and of 3 channels",
      "the same width",
      "sum(dense(width=3), dense(width=3))"
      "hadamard(dense(width=2), dense(width=3))",
      "hadamard",
      "2 and of 3 channels",
      "the same width",
      "hadamard(dense(width=2), dense)"
      "concat(dense(width=2), dense(width=3))",
      "concat",
      "contradict",
      "in proportion",
      "concat(dense(width=2), dense(width=3), weights=2:3)"
      "((dense relu)^1000)^1000", "the network", "more than 100000 layers", "shallower", "((dense relu)^100)^100" ]

let refusedRows = TheoryData<int>(refused |> List.indexed |> List.map fst)

[<Theory>]
[<MemberData(nameof refusedRows)>]
let ``what has no kernel is refused with the layer, the reason and a mend that works`` row =
    let text, layer, reason, mend, mended = refused[row]

    match analyse text with
    | Ok _ -> Assert.Fail $"'{text}' is accepted"
    | Error refusal ->
        Assert.Equal(layer, refusal.Layer)
        Assert.Contains(reason, refusal.Reason)
        Assert.Contains(mend, refusal.Suggestion)
        Assert.DoesNotContain("\n", string refusal)

    match analyse mended with
    | Ok _ -> ()
    | Error refusal -> Assert.Fail $"the mended '{mended}' is refused: {refusal}"

[<Fact>]
let ``a name that nothing defines is refused, since combinators can make one`` () =
    match Calculus.analyse (Layer.sum [ Layer.dense 1.0 0.0; Layer.name "lost" ]) with
    | Ok _ -> Assert.Fail "accepted"
    | Error refusal ->
        Assert.Equal("lost", refusal.Layer)
        Assert.Contains("let lost = ", refusal.Suggestion)

[<Fact>]
let ``names that double the network are counted, not built`` () =
    let doubling =
        [ 1..40 ]
        |> List.map (fun i ->
            if i = 1 then
                "let p1 = dense dense in "
            else
                $"let p{i} = p{i - 1} p{i - 1} in ")

    match analyse ("dense (" + String.concat "" doubling + "p40)") with
    | Ok _ -> Assert.Fail "accepted"
    | Error refusal -> Assert.Equal("the network", refusal.Layer)

[<Fact>]
let ``every network is accepted or refused with a layer that stands in it`` () =
    Spec.holds 1500 Nets.show Generators.anyNetworks (fun net ->
        let network = Nets.toLayer net

        match Calculus.analyse network, Calculus.trace network with
        | Ok signal, (seen, Ok traced) ->
            Assert.Equal(signal.Label, traced.Label)
            Assert.True(signal.Facts.Local.IsSubsetOf signal.Facts.Depends, "local within depends")
            Assert.True(signal.Facts.Odd.IsSubsetOf signal.Facts.Depends, "odd within depends")
            Assert.True(seen |> List.forall (fun (_, s) -> s.Id >= 0))
        | Error refusal, (_, Error traced) ->
            Assert.Equal(refusal, traced)
            Assert.Contains(refusal.Layer, Notation.print network)
            Assert.NotEqual<string>("", refusal.Reason)
            Assert.NotEqual<string>("", refusal.Suggestion)
        | _ -> Assert.Fail "trace and analyse disagree")

[<Fact>]
let ``a name on one signal is one variable, on two signals two variables of one source`` () =
    let accepted text =
        match analyse text with
        | Ok signal -> signal
        | Error refusal -> invalidOp (string refusal)

    // sum(p, p) is 2p: one signal, so one activation; not two correlated ones.
    match (accepted "let p = dense relu in sum(p, p)").Rule with
    | Op.Phi _ -> ()
    | rule -> Assert.Fail $"{rule}"

    // The same weights on relu(z) and on tanh(z) share their local source: their product is refused.
    match analyse "(dense) (let d = dense in hadamard(relu d, tanh d))" with
    | Error refusal -> Assert.Contains("share the same weights", refusal.Reason)
    | Ok _ -> Assert.Fail "accepted"

    // Sums of them are refused too, unless a flip turns one alone: W x and W V x under V.
    match analyse "(dense) (let d = dense in sum(relu d, tanh d))" with
    | Error refusal -> Assert.Contains("correlated", refusal.Reason)
    | Ok _ -> Assert.Fail "accepted"

    match accepted "(dense) (let d = dense in sum(d, dense d))" with
    | { Rule = Op.Sum [ _; _ ]; Crosses = [] } -> ()
    | signal -> Assert.Fail $"{signal.Rule}"

[<Fact>]
[<Law "Sigma_{a+b} = Sigma_a + Sigma_b + m_a(x) m_b(x') + m_b(x) m_a(x')">]
let ``only means that do not vanish multiply in a sum`` () =
    let crosses text =
        match analyse text with
        | Ok { Rule = Op.Sum _; Crosses = crosses } -> crosses.Length
        | other -> invalidOp $"{other}"

    Assert.Equal(1, crosses "sum(dense relu, dense abs)")
    Assert.Equal(0, crosses "sum(dense relu, dense tanh)")
    Assert.Equal(3, crosses "sum(dense relu, dense abs, constant)")
    Assert.Equal(1, crosses "sum(identity, dense relu)")
    Assert.Equal(0, crosses "sum(identity, dense)")
    // No flip turns a sum of two odd signals as a whole, and yet its mean vanishes.
    Assert.Equal(0, crosses "sum(sum(dense tanh, dense sin), dense relu)")

[<Fact>]
let ``a name whose definition joins activations is one variable too`` () =
    // As for `let r = relu dense in sum(r, r)`, which is 2r: the joined activation is made anew at each use of r.
    for text in
        [ "(dense) (let r = hadamard(relu, tanh) dense in sum(r, r))"
          "(dense) (let r = hadamard(relu, relu) dense in sum(r, r))"
          "(dense) (let r = sum(relu, tanh) dense in hadamard(r relu, r tanh))" ] do
        match analyse text with
        | Ok _ -> ()
        | Error refusal -> Assert.Fail $"'{text}': {refusal}"

[<Fact>]
let ``widths beyond what can be counted are refused or unstated, not an overflow`` () =
    match analyse "concat(dense(width=2147483647), dense(width=2147483647)) dense" with
    | Ok _ -> ()
    | Error refusal -> Assert.Equal("concat", refusal.Layer)
