/// Where the parser points, that no text at all makes it throw, and that it reads a text once.
module HadamardNtk.Core.Spec.NotationLaws

open System
open FsCheck.FSharp
open HadamardNtk.Core
open Xunit

/// More values on request.
let private times count =
    if Environment.GetEnvironmentVariable "HNTK_LONG" = "1" then
        10 * count
    else
        count

let private unshrunk made = Arb.fromGenShrink (made, fun _ -> Seq.empty)

let private printed = Generators.anyNetworks.Generator |> Gen.map Nets.show

/// Printed networks to change, none very long: drawn once, since drawing one costs as much as reading many.
let private texts =
    lazy
        (Gen.sampleWithSeed (FsCheck.Rnd Spec.seed) 50 (times 1000) printed
         |> Array.filter (fun text -> text <> "" && text.Length < 300))

let private characters =
    Gen.frequency
        [ 6, Gen.elements (List.ofSeq "aelnrst_p01239.,:=()^#- \n\t+")
          1, Gen.choose (0, 0xffff) |> Gen.map char ]

/// A text, where it was changed, and what it became.
let private changed =
    gen {
        let! index = Gen.choose (0, texts.Value.Length - 1)
        let text = texts.Value[index]
        let! at = Gen.choose (0, text.Length - 1)
        let! c = characters

        let! after =
            Gen.elements
                [ text.Remove(at, 1).Insert(at, string c)
                  text.Remove(at, 1)
                  text.Insert(at, string c)
                  text.Substring(0, at) ]

        return text, at, after
    }

/// Where in the text an error stands.
let private positionOf (text: string) (e: SyntaxError) =
    let lines = text.Split '\n'
    (lines |> Seq.take (e.Line - 1) |> Seq.sumBy (fun line -> line.Length + 1)) + e.Column - 1

let private separates c = Char.IsWhiteSpace c || Seq.contains c "(),=#^"

/// Where the word or value begins that holds a place or ends at it.
let rec private tokenStart (text: string) at =
    if at > 0 && not (separates text[at - 1]) then tokenStart text (at - 1) else at

/// Whether what is wrong concerns a whole that begins earlier: a layer without an option that it needs, and copies that
/// would use a name from outside.
let private isOfAWhole (e: SyntaxError) = e.Actual.Contains "' without " || e.Actual = "a repeated network"

[<Fact>]
let ``one character changed, put in or left out: the text parses, or the error stands at the change's token or later``
    ()
    =
    let show (before, at, after) = sprintf "%A, changed at %d: %A" before at after
    let mutable refused = 0

    Spec.holds (times 20_000) show (unshrunk changed) (fun (_, at, after) ->
        match Notation.parse after with
        | Ok _ -> ()
        | Error e ->
            refused <- refused + 1
            let earliest = tokenStart after at
            let position = positionOf after e

            if isOfAWhole e then
                Assert.True(position <= at, $"{e} stands after the change")
            else
                Assert.True(position >= earliest, $"{e} stands at {position}, before {earliest}"))

    Assert.True(refused > 5000, $"only {refused} were refused")

// Any text ---------------------------------------------------------------------------------------------------------

let private tokens =
    NotationSpec.pieces
    @ [ "sum("; "hadamard("; "concat("; "let p = dense in "; "ncp(degree=3,skip=true)" ]

let private anyCharacter =
    Gen.frequency [ 1, Gen.choose (0, 0xffff); 1, Gen.choose (0, 0x7f); 1, Gen.choose (0xd800, 0xdfff) ]
    |> Gen.map char

let private joined separator part =
    Gen.choose (0, 12)
    |> Gen.bind (fun n -> Gen.listOfLength n part)
    |> Gen.map (String.concat separator)

let private anyText =
    Gen.frequency
        [ 2, joined "" (Gen.elements tokens)
          2, joined " " (Gen.elements tokens)
          2, joined "" (Gen.map string anyCharacter)
          3, (changed |> Gen.map (fun (_, _, after) -> after))
          // Two changed networks, one in the other.
          1,
          gen {
              let! _, at, a = changed
              let! _, _, b = changed
              return a.Insert(min at a.Length, b)
          } ]

[<Fact>]
let ``no text of 100 000 makes the parser throw, and each is a network or refused inside the text`` () =
    let shrink (text: string) = seq { for i in 0 .. text.Length - 1 -> text.Remove(i, 1) }

    Spec.holds (times 100_000) (sprintf "%A") (Arb.fromGenShrink (anyText, shrink)) (fun text ->
        match Notation.parse text with
        | Ok _ -> ()
        | Error e ->
            if positionOf text e > text.Length then
                Assert.Fail $"{e} stands outside the text")

// Work -------------------------------------------------------------------------------------------------------------

/// Texts that repeat one thing, so that their length is in proportion to the number.
let private long: (string * (int -> string)) list =
    let repeated part n = String.replicate n part

    [ "a series", repeated "dense relu "
      "operands", (fun n -> "sum(" + repeated "dense, " n + "dense)")
      "weights", (fun n -> "concat(" + repeated "dense, " n + "dense, weights=1" + repeated ":1" n + ")")
      "coefficients", (fun n -> "dense polynomial(c=1" + repeated ":1" n + ")")
      "names", repeated "(let p = dense in p relu p) "
      "groups", repeated "((dense)) "
      "copies", repeated "(dense relu)^2 "
      "lines", repeated "dense # and\n"
      "spaces", (fun n -> "dense" + repeated "  " n)
      "factors", (fun n -> "dense(" + repeated "2*sqrt(2)/" n + "3)")
      "roots", (fun n -> "dense(" + repeated "sqrt(" n + ")")
      "digits", (fun n -> "dense(w=1" + repeated "0" n + "e-" + repeated "0" n + "1)")
      "a late error", (fun n -> repeated "dense\n" n + "rellu")
      "a long word", (fun n -> repeated "dense" n)
      "an early error", (fun n -> "rellu" + repeated " dense" n) ]

/// What reading a text allocates: a count of its work that other programs on the machine do not change.
let private bytes text =
    let before = GC.GetAllocatedBytesForCurrentThread()
    Notation.parse text |> ignore
    float (GC.GetAllocatedBytesForCurrentThread() - before)

[<Fact>]
let ``sixteen times the text takes sixteen times the work, not sixteen times sixteen`` () =
    for what, make in long do
        let short, long = make (times 500), make (16 * times 500)
        bytes short |> ignore
        // Linear is 16, quadratic 256; below 100 kB what every text costs, such as a hint, hides the difference.
        let few, many = max 1e5 (bytes short), bytes long
        Assert.True(many < 32.0 * few, $"{what}: {few} bytes, and {many} for 16 times the text")
