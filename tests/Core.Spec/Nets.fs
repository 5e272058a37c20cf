/// Networks under construction: what can be taken apart again when a counterexample is shrunk.
module HadamardNtk.Core.Spec.Nets

open System
open FsCheck.FSharp
open HadamardNtk.Core

/// A network under construction: what can be taken apart again when a counterexample is shrunk.
type Net =
    | Leaf of Layer
    | Use of string
    | Serial of Net list
    | Sum of Net list
    | Hadamard of Net list
    | Concat of float list option * Net list
    | Repeat of int * Net
    | Let of string * Net * Net

let rec toLayer net =
    match net with
    | Leaf layer -> layer
    | Use name -> Layer.name name
    | Serial parts -> Layer.serial (List.map toLayer parts)
    | Sum parts -> Layer.sum (List.map toLayer parts)
    | Hadamard parts -> Layer.hadamard (List.map toLayer parts)
    | Concat(None, parts) -> Layer.concat (List.map toLayer parts)
    | Concat(Some weights, parts) -> Layer.concatWith weights (List.map toLayer parts)
    | Repeat(count, part) -> Layer.repeat count (toLayer part)
    | Let(name, definition, body) -> Layer.letIn name (toLayer definition) (toLayer body)

let show net = Notation.print (toLayer net)

let private plainDense = Layer.dense 1.0 0.0

/// The network with `inside` done to each of its parts; what has none stays.
let mapParts inside net =
    match net with
    | Leaf _
    | Use _ -> net
    | Serial parts -> Serial(List.map inside parts)
    | Sum parts -> Sum(List.map inside parts)
    | Hadamard parts -> Hadamard(List.map inside parts)
    | Concat(weights, parts) -> Concat(weights, List.map inside parts)
    | Repeat(count, part) -> Repeat(count, inside part)
    | Let(other, definition, body) -> Let(other, inside definition, inside body)

let rec private replace name by net =
    match net with
    | Use other when other = name -> by
    | _ -> mapParts (replace name by) net

let private oneLess (items: 'a list) =
    if items.Length > 1 then
        [ for i in 0 .. items.Length - 1 -> List.removeAt i items ]
    else
        []

/// Smaller networks, the smallest first.
let rec private smaller net : Net seq =
    let inEach parts =
        seq {
            for i, part in List.indexed parts do
                for part' in smaller part do
                    List.updateAt i part' parts
        }

    let parts make items =
        seq {
            yield! items
            yield! Seq.map make (oneLess items)
            yield! Seq.map make (inEach items)
        }

    match net with
    | Leaf layer -> if layer = plainDense then Seq.empty else Seq.singleton (Leaf plainDense)
    | Use _ -> Seq.empty
    | Serial items -> parts Serial items
    | Sum items -> parts Sum items
    | Hadamard items -> parts Hadamard items
    | Concat(_, items) -> parts (fun items -> Concat(None, items)) items
    | Repeat(count, part) ->
        seq {
            part

            if count > 2 then
                Repeat(2, part)

            yield! smaller part |> Seq.map (fun p -> Repeat(count, p))
        }
    | Let(name, definition, body) ->
        seq {
            definition
            replace name definition body
            yield! smaller definition |> Seq.map (fun d -> Let(name, d, body))
            yield! smaller body |> Seq.map (fun b -> Let(name, definition, b))
        }

/// Whether it is a whole network: no name undefined or defined twice, no copies of what mentions a name.
let private isWhole net =
    try
        (Layer.freeNames (toLayer net)).IsEmpty
    with :? ArgumentException ->
        false

let arbitrary accepted made =
    let accepts net = isWhole net && accepted (toLayer net)
    Arb.fromGenShrink (Gen.filter accepts made, smaller >> Seq.filter accepts)
