/// Texts that are no networks: each is answered with the column, what was read there, and what could stand there.
module HadamardNtk.Core.Spec.NotationRefusals

open System
open HadamardNtk.Core
open Xunit

let private refusals =
    [ "", 1, "the end of the text"
      "   ", 4, "the end of the text"
      "# nothing but a comment", 24, "the end of the text"
      "dence", 1, "did you mean 'dense'?"
      "dense rellu dense", 7, "did you mean 'relu'?"
      "DENSE", 1, "a layer or a name"
      "quux", 1, "read 'quux'"
      "quux", 1, "'hntk layers' lists them"
      "let p = dense in quux", 18, "names here: p; 'hntk layers' lists the layers"
      "dense(v=1)", 7, "'hntk layers' lists them"
      "dense(w=1", 10, "',' or ')'"
      "dense(w=1 b=2)", 11, "',' or ')'"
      "(dense", 7, "')'"
      "dense)", 6, "read ')'"
      "dense]", 6, "read ']'"
      "dense;relu", 6, "read ';'"
      "dense, relu", 6, "read ','"
      "dense 3", 7, "read '3'"
      "()", 2, "a layer, a name or '('"
      "dense(v=1)", 7, "an option of dense: w, b, width, param, trained"
      "dense(widh=3)", 7, "did you mean 'width'?"
      "relu(alpha=1)", 6, "relu takes none"
      "relu(dense)", 6, "relu takes none"
      "dense(relu)", 7, "an option of dense"
      "dense(w=1,w=2)", 11, "a second time"
      "dense(w)", 7, "an option of dense"
      "dense(w=)", 9, "a value for w of dense"
      "dense(w=,b=1)", 9, "a value for w of dense"
      "dense(w=1,)", 11, "an option of dense"
      "dense(w=1e999)", 9, "below 1.8e308"
      "dense(w=.5)", 9, "a number for w of dense"
      "dense(w=5.)", 9, "a number for w of dense"
      "dense(w=1e)", 9, "a number for w of dense"
      "dense(w=1e+)", 9, "a number for w of dense"
      "dense(w=+1)", 9, "a number for w of dense"
      "dense(w=--1)", 9, "a number for w of dense"
      "dense(w=NaN)", 9, "a number for w of dense"
      "dense(w=Infinity)", 9, "a number for w of dense"
      "dense(w=0x10)", 9, "a number for w of dense"
      "dense(w=2x2)", 9, "a number for w of dense"
      "dense(w=1:2)", 9, "a number for w of dense"
      "dense(w=true)", 9, "a number for w of dense"
      "dense(w=١)", 9, "a number for w of dense"
      "dense(w=1,5)", 11, "an option of dense"
      "dense(1,2)", 9, "only the first value may stand without its name"
      "dense(1,w=2)", 9, "a second time"
      "dense(b=1,2)", 11, "only the first value may stand without its name"
      "dense(.5)", 7, "a number for w of dense"
      "dense(he,he)", 10, "an option of dense"
      "dense(b=he)", 9, "a number for b of dense"
      "dense(w=2*he)", 9, "numbers look like"
      "dense(w=sqrt)", 9, "a number for w of dense"
      "dense(w=sqrt()", 15, "',' or ')'"
      "dense(w=sqrt( 2))", 15, "',' or ')'"
      "dense(w=sqrt(sqrt(2)))", 18, "',' or ')'"
      "dense(w=sqrt(-2))", 9, "no root of a negative number"
      "dense(w=1/0)", 9, "no division by 0"
      "dense(w=1//2)", 9, "numbers look like 1.5, -2e-3, 2/3, sqrt(2) or 2*sqrt(2)"
      "dense(w=2*)", 9, "a number for w of dense"
      "dense(w=2^2)", 10, "',' or ')'"
      "dense(w=1e308*1e308)", 9, "below 1.8e308"
      "dense(width=sqrt(4))", 13, "a whole number from 1"
      "relu(0.1)", 6, "relu takes none"
      "dense monomial(3.5)", 16, "a whole number from 0 to 30"
      "sum(1)", 5, "a layer, a name or '('"
      "concat(dense, dense, 1:3)", 22, "a layer, a name or '('"
      "dense(width=0)", 13, "a whole number from 1"
      "dense(width=-3)", 13, "a whole number from 1"
      "dense(width=1.5)", 13, "a whole number from 1"
      "dense(width=99999999999999999999)", 13, "a whole number from 1"
      "dense(param=stnadard)", 13, "did you mean 'standard'?"
      "dense(trained=yes)", 15, "true or false"
      "dense monomial", 7, "monomial(k=...)"
      "dense monomial(k=31)", 18, "a whole number from 0 to 30"
      "dense rectified_monomial(k=6)", 28, "a whole number from 0 to 5"
      "dense polynomial", 7, "polynomial(c=...)"
      "dense polynomial(c=1:)", 20, "a number for c of polynomial"
      "dense polynomial(c=1::2)", 20, "a number for c of polynomial"
      "dense polynomial(c=1" + String.replicate 171 ":1" + ")", 20, "read 172 numbers; expected at most 171 numbers"
      "dense rbf(gamma=-1)", 17, "not negative"
      "dense layer_norm(eps=-1)", 22, "not negative"
      "bottleneck", 1, "bottleneck(width=...)"
      "bottleneck(width=0)", 18, "a whole number from 1"
      "ccp", 1, "ccp(degree=...)"
      "ccp(degree=0)", 12, "a whole number from 1 to 250"
      "ncp(degree=251)", 12, "a whole number from 1 to 250"
      "ccp(degree=2,act=rellu)", 18, "did you mean 'relu'?"
      "ccp(degree=2,act=monomial)", 18, "without required options"
      "ncp(degree=2,skip=1)", 19, "true or false"
      "ccp(degree=2,skip=true)", 14, "an option of ccp"
      "sum", 4, "the networks of sum"
      "sum()", 5, "a layer, a name or '('"
      "sum(dense,)", 11, "a layer, a name or '('"
      "hadamard(,dense)", 10, "a layer, a name or '('"
      "sum(weights=1:2, dense, dense)", 5, "sum takes none"
      "concat(dense, dense, weights=1)", 30, "2 positive weights"
      "concat(dense, dense, weights=1:-1)", 30, "2 positive weights"
      "concat(dense, dense, weights=0:1)", 30, "2 positive weights"
      "dense^0", 7, "a number of copies from 1 to 100000"
      "dense^99999999999", 7, "a number of copies from 1 to 100000"
      "dense^-1", 7, "a whole number of copies"
      "dense^1.5", 8, "read '.'"
      "dense^", 7, "a whole number of copies"
      "dense^2^3", 8, "read '^'"
      "^2", 1, "read '^'"
      "let p = dense in (p relu)^2", 18, "write the copies out"
      "let p = dense in p^2", 18, "write the copies out"
      "let p = dense in let p = dense in p", 22, "take another name"
      "let relu = dense in relu", 5, "not a word of the notation"
      "let in = dense in in", 5, "not a word of the notation"
      "let let = dense in let", 5, "not a word of the notation"
      "let 2p = dense in p", 5, "a name"
      "let p dense in p", 7, "'='"
      "let p = dense", 14, "'in'"
      "let p = in p", 9, "a layer, a name or '('"
      "let p = dense in", 17, "a layer, a name or '('"
      "let pool = dense in sum(pol, dense)", 25, "did you mean 'pool'?"
      "(let p = dense in p) p", 22, "a layer or a name"
      "dense in", 7, "read 'in'"
      "dense é", 7, "read 'é'"
      "dense \001", 7, "U+0001" ]

let texts = TheoryData<string>(refusals |> List.map (fun (text, _, _) -> text))

[<Theory>]
[<MemberData(nameof texts)>]
let ``a text that is no network is refused at its column with what could stand there`` (text: string) =
    let _, column, fragment = refusals |> List.find (fun (t, _, _) -> t = text)

    match Notation.parse text with
    | Ok network -> Assert.Fail $"read as {Notation.print network}"
    | Error e ->
        Assert.Equal(1, e.Line)
        Assert.Equal(column, e.Column)
        Assert.Contains(fragment, string e)

[<Fact>]
let ``columns count from the line's beginning`` () =
    match Notation.parse "dense # first\n  relu\n    rellu" with
    | Error e -> Assert.Equal((3, 5), (e.Line, e.Column))
    | Ok _ -> Assert.Fail "rellu is no layer"

let private refusedOf text =
    match Notation.parse text with
    | Error e -> e
    | Ok _ -> invalidOp "should be refused"

[<Fact>]
let ``nesting without end is refused, not overflowed`` () =
    for opening in [ "("; "hadamard("; "sum(dense, "; "let p = " ] do
        let e = refusedOf (String.replicate 20_000 opening)
        Assert.Contains("nested at most", string e)

    Assert.Contains("nested at most", string (refusedOf (String('(', 20_000) + "dense" + String(')', 20_000))))

[<Fact>]
let ``a character of two UTF-16 units is quoted whole`` () =
    Assert.Equal("'\U0001F600'", (refusedOf "dense \U0001F600").Actual)

[<Fact>]
let ``nesting up to the limit is read`` () =
    for depth in [ 1; 100; 499 ] do
        for opening, closing in [ "(", ")"; "hadamard(", ")"; "sum(dense, ", ")" ] do
            let text = String.replicate depth opening + "dense" + String.replicate depth closing
            Assert.True(Result.isOk (Notation.parse text))

[<Fact>]
let ``long texts are read in one pass, and quoted in part`` () =
    let e = refusedOf (String('a', 1_000_000))
    Assert.Equal(1, e.Column)
    Assert.True((string e).Length < 300)
    let layers = 50_000
    Assert.True(Result.isOk (Notation.parse (String.replicate layers "dense ")))
    let operands = String.concat "," (List.replicate layers "dense")
    Assert.True(Result.isOk (Notation.parse $"sum({operands})"))
    let e = refusedOf $"sum({operands},"
    Assert.Equal(5 + 6 * layers, e.Column)

[<Fact>]
let ``combinators refuse what the notation refuses, naming the argument`` () =
    let refused (name: string) (make: unit -> Layer) =
        let e = Assert.Throws<ArgumentException>(fun () -> make () |> ignore)
        Assert.Equal(name, e.ParamName)

    let dense = Layer.dense 1.0 0.0
    refused "w" (fun () -> Layer.dense nan 0.0)
    refused "b" (fun () -> Layer.dense 1.0 infinity)
    refused "c" (fun () -> Layer.constant -infinity)
    refused "width" (fun () -> Layer.denseWith { Layer.denseOptions 1.0 0.0 with Width = Some 0 })
    refused "width" (fun () -> Layer.bottleneck 0)
    refused "eps" (fun () -> Layer.layerNorm -1e-300)
    refused "count" (fun () -> Layer.repeat 0 dense)
    refused "count" (fun () -> Layer.repeat 100_001 dense)
    refused "layer" (fun () -> Layer.repeat 2 (Layer.name "p"))
    refused "name" (fun () -> Layer.name "relu")
    refused "name" (fun () -> Layer.name "2p")
    refused "name" (fun () -> Layer.name "é")
    refused "name" (fun () -> Layer.letIn "p" dense (Layer.letIn "p" dense dense))
    refused "sum" (fun () -> Layer.sum [])
    refused "hadamard" (fun () -> Layer.hadamard [])
    refused "concat" (fun () -> Layer.concat [])
    refused "weights" (fun () -> Layer.concatWith [ 1.0 ] [ dense; dense ])
    refused "weights" (fun () -> Layer.concatWith [ 1.0; 0.0 ] [ dense; dense ])
    refused "degree" (fun () -> Layer.ccp 0 1.0 0.0 None)
    refused "degree" (fun () -> Layer.ncp 251 1.0 0.0 None true)
    refused "k" (fun () -> Layer.word "monomial")

[<Fact>]
let ``no word of the notation can be a name`` () =
    Assert.Empty(set Notation.words - Layer.reserved)

    for word in Notation.words do
        Assert.True(Result.isError (Notation.parse $"let {word} = dense in dense"), word)
