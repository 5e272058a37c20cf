/// What a refusal proposes, done to the network that was refused, again and again until it is accepted.
module HadamardNtk.Core.Spec.CalculusMends

open System
open HadamardNtk.Core
open Xunit

/// Where a layer stands, whichever copy it is in.
let private inAnyCopy (path: LayerPath) =
    path
    |> List.map (function
        | Copy _ -> Copy 0
        | child -> child)

/// The network made anew, each part by `change`, told where the part stands, how it is made and of what.
let private rebuilt (change: LayerPath -> (Layer list -> Layer) -> Layer list -> Layer) layer =
    let node make parts place = change place make (parts |> List.mapi (fun i part -> part (Child i :: place)))
    let leaf layer = node (fun _ -> layer) []

    let algebra (shape: Shape<LayerPath -> Layer>) =
        match shape with
        | Shape.Identity -> leaf Layer.identity
        | Shape.Constant c -> leaf (Layer.constant c)
        | Shape.Dense options -> leaf (Layer.denseWith options)
        | Shape.Activation phi -> leaf (Layer.activation phi)
        | Shape.LayerNorm eps -> leaf (Layer.layerNorm eps)
        | Shape.Bottleneck width -> leaf (Layer.bottleneck width)
        | Shape.Spatial map -> leaf (Layer.spatial map)
        | Shape.Attention options -> leaf (Layer.attention options)
        | Shape.Viewed _ -> invalidOp "These networks read flat rows."
        | Shape.Serial parts -> node Layer.serial parts
        | Shape.Sum parts -> node Layer.sum parts
        | Shape.Hadamard parts -> node Layer.hadamard parts
        | Shape.Concat(weights, parts) ->
            node (weights |> Option.map Layer.concatWith |> Option.defaultValue Layer.concat) parts
        | Shape.Repeat(count, part) ->
            fun place -> change place (List.head >> Layer.repeat count) [ part (Copy 0 :: place) ]
        | Shape.Let(name, definition, body) -> node (fun p -> Layer.letIn name p[0] p[1]) [ definition; body ]
        | Shape.Name name -> leaf (Layer.name name)

    Layer.fold algebra layer []

let private changeAt place change =
    rebuilt (fun here make parts -> if here = inAnyCopy place then change make parts else make parts)

let private wide = Layer.denseWith { Layer.denseOptions 1.0 0.0 with Width = Some 7 }
let private dense = Layer.dense 1.0 0.0

let private before layer make parts = Layer.serial [ layer; make parts ]
let private toEach change make parts = make (List.mapi change parts)
let private ending layer part = Layer.serial [ part; layer ]

/// Each use of a name, `layer` before it.
let private beforeNames layer =
    rebuilt (fun _ make parts ->
        let made = make parts
        let isName = parts.IsEmpty && not (Layer.freeNames made).IsEmpty
        if isName then Layer.serial [ layer; made ] else made)

/// What mends say, and how it is done; of several ways the `choice`-th.
let private ways =
    let here change (path: LayerPath) layer = changeAt path change layer

    [ "put a dense before", (fun _ -> here (before dense))
      "of its own at the end of one of them",
      (fun choice -> here (toEach (fun i part -> if i = choice then ending dense part else part)))
      "at the end of all but one of them",
      (fun choice -> here (toEach (fun i part -> if i <> choice then ending dense part else part)))
      "remove it", (fun _ -> here (fun _ _ -> Layer.identity))
      "give the dense before it a width", (fun _ -> here (before wide))
      "use the name only on signals of one width", (fun _ _ -> beforeNames wide)
      "give the layers before it the same width", (fun _ -> here (toEach (fun _ part -> ending wide part)))
      "give weights in proportion to the widths",
      (fun _ -> here (fun _ parts -> Layer.concat (parts |> List.map (ending wide)))) ]

let private operands place layer =
    let mutable count = 0

    changeAt
        place
        (fun make parts ->
            count <- parts.Length
            make parts)
        layer
    |> ignore

    count

[<Fact>]
let ``what a refusal proposes ends that refusal, and in the end all, whichever of two networks it is done to`` () =
    let used = Collections.Generic.HashSet<string>()

    Spec.holds 2000 Nets.show Generators.refusedNetworks (fun net ->
        let rec go steps last layer =
            match Calculus.analyse layer with
            | Ok _ -> ()
            | Error refusal ->
                let describe = $"{Notation.print layer}: {refusal}"
                Assert.True(steps > 0, $"still refused: {describe}")
                Assert.True(Some(inAnyCopy refusal.Path, refusal.Reason) <> last, $"refused as before: {describe}")

                match ways |> List.filter (fun (words, _) -> refusal.Suggestion.Contains words) with
                | [ words, way ] ->
                    used.Add words |> ignore
                    // Of three networks more than one may be at fault for the same reason.
                    let last =
                        if operands refusal.Path layer > 2 then
                            None
                        else
                            Some(inAnyCopy refusal.Path, refusal.Reason)

                    go (steps - 1) last (way (steps % 2) refusal.Path layer)
                | found -> Assert.Fail $"{found.Length} ways are known to do as told: {describe}"

        go 60 None (Nets.toLayer net))

    Assert.Equal<string>(ways |> List.map fst |> Set.ofList, Set.ofSeq used)
