namespace HadamardNtk.Core

/// A network cut at its bottlenecks: n + 1 networks in series, of which no two share weights, and the widths of the n
/// signals between them.
type internal CutNetwork =
    {
        /// The networks.
        Parts: Layer list
        /// The widths of the bottlenecks.
        Widths: int list
    }

/// Networks with bottlenecks, cut apart or read at finite width.
[<RequireQualifiedAccess>]
module internal Bottlenecks =
    exception private Refused of Refusal

    let private refuse layer reason mend = raise (Refused(Refusal.make layer [] reason mend))

    let private whole layer = { Parts = [ layer ]; Widths = [] }

    let private isCut cut = not cut.Widths.IsEmpty

    let private series (a: Layer) (b: Layer) =
        if a = Layer.identity then b
        elif b = Layer.identity then a
        else Layer.serial [ a; b ]

    // The last network of the one and the first of the other are one network.
    let private join first second =
        let start, last = List.splitAt (first.Parts.Length - 1) first.Parts

        { Parts = start @ [ series last.Head second.Parts.Head ] @ second.Parts.Tail
          Widths = first.Widths @ second.Widths }

    let private inSeries cuts = List.fold join (whole Layer.identity) cuts

    // A definition moves into the one part that uses it.
    let private define name definition body =
        let uses (part: Layer) = (Layer.freeNames part).Contains name

        if (body.Parts |> List.filter uses).Length > 1 then
            refuse
                $"let {name}"
                "the networks before and after a bottleneck share its weights, and do not train apart"
                "give each of them weights of its own"

        { body with
            Parts = body.Parts |> List.map (fun part -> if uses part then Layer.letIn name definition part else part) }

    let private step (shape: Shape<CutNetwork>) =
        let several what (parts: CutNetwork list) =
            match List.tryFind isCut parts with
            | Some part ->
                refuse
                    (Printer.bottleneck part.Widths.Head)
                    $"it stands inside {what}, and a bottleneck cuts a network in series"
                    "put it between two networks in series"
            | None -> shape |> Shape.map (fun part -> part.Parts.Head) |> Layer.ofShape |> whole

        match shape with
        | Shape.Bottleneck width -> { Parts = [ Layer.identity; Layer.identity ]; Widths = [ width ] }
        | Shape.Serial parts -> inSeries parts
        | Shape.Repeat(count, part) when isCut part -> inSeries (List.replicate count part)
        | Shape.Let(name, definition, body) when not (isCut definition) -> define name definition.Parts.Head body
        | Shape.Let(name, definition, _) -> several $"the network that is named {name}" [ definition ]
        | Shape.Sum parts -> several "a sum" parts
        | Shape.Hadamard parts -> several "a hadamard" parts
        | Shape.Concat(_, parts) -> several "a concat" parts
        | _ -> several "a network" (Shape.parts shape)

    /// The networks between the bottlenecks of a network, or why it cannot be cut. A network without a bottleneck is
    /// one part.
    let cut (network: Layer) : Result<CutNetwork, Refusal> =
        try
            let made = Layer.fold step network
            Ok(if isCut made then made else whole network)
        with Refused refusal ->
            Error refusal

    /// A network, with the width of the dense layers that it ends in as an option. It is None if it ends in something
    /// else.
    type private Ending = { Layer: Layer; Narrowed: int -> Layer option }

    let private all (parts: Ending list) width =
        let narrowed = parts |> List.map (fun part -> part.Narrowed width)

        if List.forall Option.isSome narrowed then
            Some(List.map Option.get narrowed)
        else
            None

    let private ending (shape: Shape<Ending>) =
        let layer = shape |> Shape.map _.Layer |> Layer.ofShape

        let narrowed width =
            match shape with
            | Shape.Dense options when options.Width |> Option.forall ((=) width) ->
                Some(Layer.denseWith { options with Width = Some width })
            | Shape.Serial parts ->
                let start, last = List.splitAt (parts.Length - 1) parts

                last.Head.Narrowed width
                |> Option.map (fun last -> Layer.serial (List.map _.Layer start @ [ last ]))
            | Shape.Sum parts -> all parts width |> Option.map Layer.sum
            | Shape.Repeat(count, part) ->
                part.Narrowed width
                |> Option.map (fun last -> Layer.serial [ Layer.repeat (count - 1) part.Layer; last ])
            | Shape.Let(name, definition, body) -> body.Narrowed width |> Option.map (Layer.letIn name definition.Layer)
            | _ -> None

        { Layer = layer; Narrowed = narrowed }

    /// The network with the dense layer that it ends in at the given width. That layer may be the last one of every
    /// summand. It is None if the network ends in another layer, or in one of another width.
    let narrow width network = (Layer.fold ending network).Narrowed width

    /// The part of a network before a bottleneck with the width of the bottleneck, or why it has not one.
    let narrowed width part : Result<Layer, Refusal> =
        match narrow width part with
        | Some made -> Ok made
        | None ->
            Error(
                Refusal.make
                    (Printer.bottleneck width)
                    []
                    "the network before it does not end in dense layers that could have this width"
                    $"put a dense before it, without a width or with width={width}, and not under a name"
            )

    /// The network with no dense layer trained. Bottlenecks have no layers on positions, and so no attention.
    let freeze network =
        network
        |> Layer.fold (fun shape ->
            match shape with
            | Shape.Dense options -> Layer.denseWith { options with Trained = false }
            | _ -> Layer.ofShape shape)

    /// The network as one of finite width: the dense layers before its bottlenecks have their widths. It is the network
    /// itself if it has no bottleneck.
    let finite (network: Layer) : Result<Layer, Refusal> =
        cut network
        |> Result.bind (fun cut ->
            if not (isCut cut) then
                Ok network
            else
                let before, last = List.splitAt cut.Widths.Length cut.Parts

                let parts = List.map2 narrowed cut.Widths before

                match
                    parts
                    |> List.tryPick (function
                        | Error refusal -> Some refusal
                        | Ok _ -> None)
                with
                | Some refusal -> Error refusal
                | None ->
                    let made =
                        parts
                        |> List.choose (function
                            | Ok part -> Some part
                            | Error _ -> None)

                    Ok(Layer.serial (made @ last)))
