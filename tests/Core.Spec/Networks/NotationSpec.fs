/// Networks as text: what is printed is read back, and what is written out means the same.
module HadamardNtk.Core.Spec.NotationSpec

open System
open System.Text
open FsCheck.FSharp
open HadamardNtk.Core
open Xunit

let private parsed text =
    match Notation.parse text with
    | Ok network -> network
    | Error e -> invalidOp $"'{text}' should parse: {e}"

let private roundTrips network =
    let text = Notation.print network

    match Notation.parse text with
    | Ok again when again = network -> Assert.Equal(text, Notation.print again)
    | Ok again -> Assert.Fail $"read back as {Notation.print again}"
    | Error e -> Assert.Fail $"{text}: {e}"

[<Fact>]
[<Law "parse (print n) = n">]
let ``what is printed is read back as the same network`` () =
    Spec.holds 2000 Nets.show Generators.anyNetworks (Nets.toLayer >> roundTrips)

[<Fact>]
let ``parentheses after a layer's word and a space group, they do not give it arguments`` () =
    // What the grammar leaves open, printing decides: `dense (relu dense)^2` is dense and then two copies.
    let relu = Layer.word "relu"
    let dense = Layer.dense 1.0 0.0
    let copies = Layer.repeat 2 (Layer.serial [ relu; dense ])
    Assert.Equal<Layer>(Layer.serial [ dense; copies ], parsed "dense (relu dense)^2")
    Assert.Equal<Layer>(Layer.serial [ dense; relu; dense ], parsed "dense (relu) ((dense))")
    Assert.True(Result.isOk (Notation.parse "dense (let p = relu in p)"))

[<Fact>]
let ``an exponent is a small or a capital E`` () =
    Assert.Equal<Layer>(parsed "dense(w=1e3,b=-2.5e-1)", parsed "dense(w=1E3,b=-2.5E-1)")

[<Fact>]
let ``a network as deep as the combinators build is read back`` () =
    let dense = Layer.dense 1.0 0.0
    roundTrips (List.fold (fun net _ -> Layer.sum [ net ]) dense [ 2 .. Layer.maximumDepth ])

[<Fact>]
let ``every number prints so that it reads back the same`` () =
    let numbers = ArbMap.defaults |> ArbMap.arbitrary<FsCheck.NormalFloat>

    Spec.holds 1000 string numbers (fun x ->
        let w, b = x.Get, -x.Get / 3.0
        roundTrips (Layer.dense w b)
        roundTrips (Layer.constant w)
        roundTrips (Layer.layerNorm (abs w)))

let examples =
    TheoryData<string>(
        [ "(dense(w=1.41421356,b=0.1) relu)^3 dense"
          "hadamard(dense, sum(dense, constant)) dense"
          "let p = dense in sum(hadamard(dense, p dense), p) dense"
          "dense(w=2,b=0.5,width=64,param=standard,trained=false)"
          "identity"
          "constant(c=-2)"
          "concat(dense, dense relu, weights=1:3) dense"
          "(dense abs) (dense sign) (dense gelu) (dense sigmoid_like)"
          "dense leaky_relu(alpha=0.2) dense abrelu(a=-1,b=1)"
          "dense erf(a=1,b=2,c=3) dense sin(a=1,b=2,c=3) dense cos(a=1,b=2,c=3)"
          "dense rbf(gamma=0.5) dense exp(a=1,b=0.1) dense gaussian(a=1,b=-1)"
          "dense monomial(k=3) dense rectified_monomial(k=2) dense hermite(k=4)"
          "dense polynomial(c=1:0:-0.5e-1)"
          "dense tanh dense sigmoid dense softplus dense swish dense elu dense selu dense mish"
          "dense layer_norm(eps=1e-5) relu dense"
          "ccp(degree=3,w=2,b=1,act=relu) dense"
          "ncp(degree=3,act=tanh,skip=true) dense"
          "dense relu dense bottleneck(width=2) dense"
          "dense # the first\n\trelu # the second, with a ^ and a ( in its comment\r\n dense"
          "\u00a0dense\n\n"
          "let a = dense in let b = a relu dense in sum(a, b)"
          "let p = (let p = dense in p relu) in p"
          "((dense relu)^2 dense relu)^3"
          "dense( w = 2 , b = 1 ) ^ 4"
          "dense^01"
          "dense(he) relu dense(sqrt(2)) relu dense(w=2*sqrt(2/3)/3,b=-sqrt(1e-2))"
          "dense (1.5,b=0.1) leaky_relu(0.1) dense polynomial(1:sqrt(2):-1/3)"
          "let he = dense in let sqrt = relu in he sqrt dense(he)"
          "let relu_ = dense in relu_ relu" ]
    )

[<Theory>]
[<MemberData(nameof examples)>]
let ``a text of the notation parses, and its print reads back the same`` (text: string) =
    let network = parsed text
    Assert.Equal<Layer>(network, parsed (Notation.print network))

[<Fact>]
let ``options have the defaults of the notation`` () =
    for short, long in
        [ "dense", "dense(w=1,b=0,param=ntk,trained=true)"
          "constant", "constant(c=1)"
          "dense leaky_relu", "dense leaky_relu(alpha=0.01)"
          "dense abrelu", "dense abrelu(a=0,b=1)"
          "dense erf", "dense erf(a=1,b=1,c=0)"
          "dense sin", "dense sin(c=0,a=1,b=1)"
          "dense cos", "dense cos(a=1)"
          "dense rbf", "dense rbf(gamma=1)"
          "dense exp", "dense exp(a=1,b=1)"
          "dense gaussian", "dense gaussian(a=1,b=-1)"
          "dense layer_norm", "dense layer_norm(eps=1e-12)"
          "ccp(degree=2)", "ccp(degree=2,w=1,b=0)"
          "ncp(degree=2)", "ncp(degree=2,w=1,b=0,skip=false)" ] do
        Assert.Equal<Layer>(parsed short, parsed long)

[<Fact>]
let ``ccp is its definition`` () =
    for n in 1..4 do
        for given, d in
            [ "", "dense"
              ",w=2,b=0.5", "dense(w=2,b=0.5)"
              ",act=relu", "dense relu"
              ",w=3,act=tanh", "dense(w=3) tanh" ] do
            let factors = d :: List.replicate (n - 1) $"sum({d}, constant)"
            let written = if n = 1 then d else sprintf "hadamard(%s)" (String.concat ", " factors)
            Assert.Equal<Layer>(parsed written, parsed $"ccp(degree={n}{given})")

[<Fact>]
let ``ncp is its definition, with and without skip`` () =
    for n in 1..4 do
        for given, d, last in
            [ "", "dense", "dense"
              ",w=2,b=0.5", "dense(w=2)", "dense(w=2,b=0.5)"
              ",b=1,act=relu", "dense relu", "dense(b=1)" ] do
            let plain x = $"hadamard({d}, {x} {last})"
            let skip x = $"let p = ({x}) in sum(hadamard({d}, p {last}), p)"
            let build next = Seq.fold (fun x _ -> next x) d (seq { 2..n })
            Assert.Equal<Layer>(parsed (build plain), parsed $"ncp(degree={n}{given})")
            Assert.Equal<Layer>(parsed (build skip), parsed $"ncp(degree={n}{given},skip=true)")

[<Fact>]
let ``one copy is the network itself, and a series in parentheses is its items`` () =
    Assert.Equal<Layer>(parsed "(dense relu)^1", parsed "dense relu")
    Assert.Equal<Layer>(parsed "((dense) ((relu)) dense)", parsed "(dense) relu dense")
    Assert.NotEqual<Layer>(parsed "(dense relu)^2", parsed "dense relu dense relu")

// Numbers and first options ---------------------------------------------------------------------------------------

let private weight text =
    match parsed $"dense(w={text})" with
    | network when Notation.print network = "dense" -> 1.0
    | network -> float ((Notation.print network).Replace("dense(w=", "").TrimEnd ')')

[<Fact>]
let ``numbers may be products, quotients and roots of decimal numbers, from left to right`` () =
    for text, value in
        [ "he", sqrt 2.0
          "sqrt(2)", sqrt 2.0
          "-sqrt(2)", -(sqrt 2.0)
          "1/3", 1.0 / 3.0
          "2/3*4", 2.0 / 3.0 * 4.0
          "12/3/2", 2.0
          "2*sqrt(2)", 2.0 * sqrt 2.0
          "sqrt(2/3)", sqrt (2.0 / 3.0)
          "1/sqrt(1e-4)", 1.0 / sqrt 1e-4
          "sqrt(2)*sqrt(3)", sqrt 2.0 * sqrt 3.0
          "-2/-4", 0.5 ] do
        Assert.Equal(value, weight text)

[<Fact>]
[<Law "parse (a*sqrt(b/c)) = a sqrt(b/c)">]
let ``a product with a root is the number that it says, to the last bit`` () =
    let numbers = ArbMap.defaults |> ArbMap.generate<FsCheck.NormalFloat> |> Gen.map _.Get

    let triples =
        Gen.zip3 numbers numbers numbers
        |> Gen.filter (fun (a, b, c) -> c <> 0.0 && Double.IsFinite(a * sqrt (abs b / abs c)))

    Spec.holds 500 string (Arb.fromGen triples) (fun (a, b, c) ->
        let shown (x: float) = x.ToString("R", Globalization.CultureInfo.InvariantCulture)
        let text = $"constant({shown a}*sqrt({shown (abs b)}/{shown (abs c)}))"
        Assert.Equal<Layer>(Layer.constant (a * sqrt (abs b / abs c)), parsed text))

/// Values of an option that a network may have.
let private someValue (option: WordOption) =
    match option.Text with
    | Value(Whole _) -> "3"
    | Value(Numbers _) -> "1:0.5"
    | Value _ -> "0.5"
    | OneOf words -> List.last words
    | Extents(2, _) -> "4x3"
    | Extents(3, _) -> "4x3x2"
    | Extents _ -> "2"
    | Columns -> "1:4"
    | ActivationWord -> "relu"

/// The required options of a word, but one.
let private others (word: VocabularyWord) but =
    [ for option in word.Options do
          if option.Default.IsNone && option.Key <> but then
              $"{option.Key}={someValue option}" ]

let private plain = Vocabulary.words |> List.filter (fun word -> not word.TakesNetworks)

[<Fact>]
let ``the value of a word's first option may stand without its key`` () =
    for word in plain do
        // A word, such as the kind of aggregate, needs its key.
        for first in word.Options |> List.truncate 1 |> List.filter (fun option -> not option.Text.IsOneOf) do
            let value = someValue first
            let rest = others word first.Key |> List.map (sprintf ",%s") |> String.concat ""
            let long = parsed $"{word.Name}({first.Key}={value}{rest})"
            Assert.Equal<Layer>(long, parsed $"{word.Name}({value}{rest})")
            Assert.Equal<Layer>(Layer.serial [ parsed "dense"; long ], parsed $"dense {word.Name} ({value}{rest})")

[<Fact>]
let ``the vocabulary has every word once, and says every default`` () =
    Assert.Equal<string list>(Notation.words, Vocabulary.words |> List.map _.Name |> List.sort)

    for word in plain do
        for option in word.Options do
            let required = others word option.Key
            let write options = parsed (sprintf "%s(%s)" word.Name (String.concat "," options))
            let some = write (required @ [ $"{option.Key}={someValue option}" ])

            match option.Default with
            | Some text when text.StartsWith "no " -> Assert.NotEqual<string>("", Notation.print some)
            | Some text ->
                let without = if required.IsEmpty then parsed word.Name else write required
                Assert.Equal<Layer>(without, write (required @ [ $"{option.Key}={text}" ]))
            | None ->
                let text =
                    if required.IsEmpty then
                        word.Name
                    else
                        sprintf "%s(%s)" word.Name (String.concat "," required)

                Assert.True(Result.isError (Notation.parse text), $"{word.Name} needs {option.Key}")

// Fuzz ------------------------------------------------------------------------------------------------------------

/// What texts are made of, right and wrong.
let pieces =
    [ "dense"
      "relu"
      "let"
      "in"
      "p"
      "="
      "("
      ")"
      ","
      "^"
      "3"
      "sum"
      "hadamard"
      "concat"
      "weights=1:2"
      "w=1"
      "-"
      "."
      "e"
      ":"
      "2x2"
      "#"
      "\n"
      " "
      "\000"
      "é"
      "\U0001F600"
      "\uD800"
      "ccp(degree=2"
      "bottleneck"
      "1e309"
      "polynomial(c="
      "constant"
      "_"
      "^0"
      "identity"
      "skip=true"
      "=="
      "act=relu"
      "sqrt("
      "he"
      "dense(2"
      "/"
      "*" ]

let private words = Gen.elements pieces |> Gen.listOf |> Gen.map (String.concat "")
let private spaced = Gen.elements pieces |> Gen.listOf |> Gen.map (String.concat " ")

let private mutated =
    gen {
        let! net = Generators.anyNetworks.Generator
        let text = StringBuilder(Nets.show net)
        let! times = Gen.choose (1, 4)
        let! places = Gen.listOfLength times (Gen.choose (0, max 0 (text.Length - 1)))
        let! inserted = Gen.listOfLength times (Gen.elements pieces)

        for place, piece in List.zip places inserted do
            let place = min place (max 0 (text.Length - 1))

            if piece.Length % 2 = 0 && text.Length > 0 then
                text.Remove(place, 1) |> ignore

            text.Insert(min place text.Length, piece) |> ignore

        return text.ToString()
    }

let private anything = ArbMap.defaults |> ArbMap.generate<char[]> |> Gen.map (fun chars -> String chars)

[<Fact>]
let ``no text makes the parser throw, and what it refuses it refuses inside the text with a reason`` () =
    let texts = Gen.oneof [ words; spaced; mutated; anything ]
    let shrink (text: string) = seq { for i in 0 .. text.Length - 1 -> text.Remove(i, 1) }

    Spec.holds 5000 (sprintf "%A") (Arb.fromGenShrink (texts, shrink)) (fun text ->
        match Notation.parse text with
        | Ok network -> Assert.False(String.IsNullOrEmpty(Notation.print network))
        | Error e ->
            let lines = text.Split '\n'
            Assert.InRange(e.Line, 1, lines.Length)
            Assert.InRange(e.Column, 1, lines[e.Line - 1].Length + 1)
            Assert.False(String.IsNullOrWhiteSpace e.Actual)
            Assert.False(String.IsNullOrWhiteSpace e.Expected)
            Assert.DoesNotContain("\n", string e))
