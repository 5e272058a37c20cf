namespace HadamardNtk.Core

/// The independence calculus. It decides which products and sums of signals have a kernel, and which kernel it is.
///
/// A product is exact when the factors' local sets are disjoint. A sum adds m_i(x) m_j(x') + m_j(x) m_i(x') for
/// summands with disjoint local sets, and nothing if one summand is odd in a source that the other is free of. Signals
/// that are pointwise functions of one Gaussian signal are first joined into one activation, and so are consecutive
/// activations.
[<RequireQualifiedAccess>]
module internal Calculus =
    let private refuse layer path reason mend = Error(Refusal.make layer path reason mend)

    /// The result of `make` if there is no reason against it, and the first reason otherwise.
    let private unless (against: Refusal seq) make =
        match Seq.tryHead against with
        | Some refusal -> Error refusal
        | None -> Ok(make ())

    // Widths ------------------------------------------------------------------------------------------------------

    let private widths signals = signals |> List.map _.Facts.Width

    let private stated widths =
        widths
        |> List.choose (function
            | Channels n -> Some n
            | _ -> None)
        |> List.distinct

    let private unequalWidths label path signals =
        [ match stated (widths signals) with
          | a :: b :: _ -> Refusal.unequalWidths label path a b
          | _ -> () ]

    let private unequalSpaces label path (signals: Signal list) =
        [ match signals |> List.map _.Facts.Space |> List.filter ((<>) Space.point) |> List.distinct with
          | a :: b :: _ -> Refusal.unequalSpaces label path a b
          | _ -> () ]

    /// The common width of signals that meet channel by channel.
    let private common widths =
        match stated widths with
        | n :: _ -> Channels n
        | [] -> if List.forall ((=) Features) widths then Features else Unstated

    // Layers on one signal ----------------------------------------------------------------------------------------

    /// The number of copies of its channels that a signal has side by side.
    let private copies (below: Signal) =
        match below.Rule with
        | Op.Spatial(map, z) -> Space.copies map z.Facts.Space
        | _ -> 1

    let private unequalInputs (table: SignalTable) label path source (below: Signal) =
        let width, copies = below.Facts.Width, copies below

        let clash =
            match table.FirstInput source (width, copies), (width, copies) with
            | (Features, _), (Features, _) -> false
            | (Features, _), _
            | _, (Features, _) -> true
            | (Channels a, _), (Channels b, _) -> a <> b
            | (Unstated, a), (Unstated, b) -> a <> b
            | _ -> false

        [ if clash then
              Refusal.unequalInputs label path ]

    let private unknownFanIn label path (options: Dense) width =
        [ if options.Parameterization = StandardParameterization && width = Unstated then
              Refusal.make
                  label
                  path
                  "the standard parameterization needs the width of the layer below"
                  "give the dense before it a width" ]

    let private dense (table: SignalTable) path (options: Dense) below =
        let rule = Op.Dense(path, options, below)
        let label, source, width = Op.label rule, table.Source path, below.Facts.Width
        let against = unequalInputs table label path source below @ unknownFanIn label path options width
        unless against (fun () -> table.Make(path, rule, Facts.dense source options below.Facts))

    let private needsGaussian label path (below: Signal) =
        let mend =
            match below.Rule with
            | Op.Concat _ -> $"put a dense before {label}, or {label} into each network of the concat"
            | _ -> $"put a dense before {label}"

        refuse label path $"{label} needs a Gaussian signal, and {below.Label} does not give one" mend

    // The texts and times of chains grow with the square of their lengths.
    let private longestChain = 32

    let private activation table path (phi: Activation) below =
        match below.Rule with
        | _ when below.Facts.Gaussian -> Ok(Joining.pointwise table path phi below)
        | Op.Phi(inner, z) when Activation.parts inner < longestChain ->
            Ok(Joining.pointwise table path (Activation.compose phi inner) z)
        | Op.Phi _ ->
            let label = string phi

            refuse
                label
                path
                $"more than {longestChain} activations act on one signal without a dense between them"
                $"put a dense before {label}"
        | _ -> needsGaussian (string phi) path below

    let private layerNorm (table: SignalTable) path eps below =
        let rule = Op.LayerNorm(eps, below)

        if below.Facts.Gaussian then
            Ok(table.Make(path, rule, below.Facts))
        else
            needsGaussian (Op.label rule) path below

    // Sums and products -------------------------------------------------------------------------------------------

    let private uneven label path signals =
        [ if (signals |> List.filter (fun s -> not s.Facts.Uniform)).Length > 1 then
              Refusal.make
                  label
                  path
                  "channels that are not alike meet (two of its networks end in a concat, patches, flatten or the raw input)"
                  "put a dense at the end of all but one of them" ]

    let private tooMany label path signals =
        [ if List.length signals > Layer.maximumParts then
              Refusal.make
                  label
                  path
                  $"it joins {signals.Length} signals"
                  $"join at most {Layer.maximumParts}, with a dense after each group" ]

    let rec private pairs items =
        match items with
        | [] -> []
        | x :: rest -> List.map (fun y -> x, y) rest @ pairs rest

    let private shared (a: Signal) (b: Signal) =
        if a.Facts.Local.Contains 0 && b.Facts.Local.Contains 0 then
            "the raw input"
        else
            "the same weights"

    /// The signals without the operation's unit. The unit remains if it is the only signal.
    let private without unit (signals: Signal list) =
        let isUnit (s: Signal) =
            match s.Rule with
            | Op.Constant c -> c = unit
            | _ -> false

        match signals |> List.filter (fun s -> not (isUnit s)) with
        | [] -> [ List.head signals ]
        | rest -> rest

    /// The reasons against signals that meet channel by channel: those of their channels, of their number, of each pair
    /// and of their widths.
    let private againstMeeting ofPair label path signals =
        seq {
            yield! uneven label path signals
            yield! tooMany label path signals
            yield! Seq.collect (ofPair label path) (pairs signals)
            yield! unequalWidths label path signals
            yield! unequalSpaces label path signals
        }

    /// Factors have to be independent.
    let private dependent label path (a: Signal, b: Signal) =
        [ if not (Facts.disjoint a.Facts b.Facts) then
              Refusal.make
                  label
                  path
                  $"its factors {a.Label} and {b.Label} share {shared a b} and are not functions of one Gaussian signal"
                  $"put a dense of its own at the end of one of them" ]

    let private hadamard (table: SignalTable) path signals =
        let factors =
            signals
            |> List.collect (fun s ->
                match s.Rule with
                | Op.Hadamard factors -> factors
                | _ -> [ s ])

        match factors |> without 1.0 |> Joining.factors table path with
        | [ single ] -> Ok single
        | factors ->
            let rule = Op.Hadamard factors

            unless (againstMeeting dependent (Op.label rule) path factors) (fun () ->
                let facts = Facts.product (common (widths factors)) (factors |> List.map _.Facts)
                table.Make(path, rule, facts))

    /// The correlation of two summands has to be known.
    let private correlated label path (a: Signal, b: Signal) =
        [ if not (Facts.disjoint a.Facts b.Facts || Facts.uncorrelated a.Facts b.Facts) then
              Refusal.make
                  label
                  path
                  $"its summands {a.Label} and {b.Label} are correlated through {shared a b}"
                  "put a dense of its own at the end of one of them" ]

    /// Whether two summands' means multiply.
    let private crosses (a: Signal, b: Signal) =
        not a.Facts.Centered && not b.Facts.Centered && not (Facts.uncorrelated a.Facts b.Facts)

    let private sumOf (table: SignalTable) path signals =
        match signals |> without 0.0 |> Joining.summands table path with
        | [ single ] -> Ok single
        | summands ->
            let rule = Op.Sum summands

            unless (againstMeeting correlated (Op.label rule) path summands) (fun () ->
                let facts = Facts.sum (common (widths summands)) (summands |> List.map _.Facts)
                table.Make(path, rule, facts, pairs summands |> List.filter crosses))

    // A sum below acts as one signal first, since an activation may act on it, and as its summands if that is refused.
    let private sum table path signals =
        let summands signal =
            match signal.Rule with
            | Op.Sum parts -> parts
            | _ -> [ signal ]

        match sumOf table path signals with
        | Ok signal -> Ok signal
        | Error first -> sumOf table path (List.collect summands signals) |> Result.mapError (fun _ -> first)

    // Channels side by side ---------------------------------------------------------------------------------------

    let private concat (table: SignalTable) path (parts: (float * Signal) list) =
        // A power of two, which changes no digit, brings the greatest weight to about 1, so that no sum is infinite.
        let exponent = parts |> List.map fst |> List.max |> System.Math.ILogB
        let parts = parts |> List.map (fun (w, s) -> System.Math.ScaleB(w, -exponent), s)
        let total = List.sumBy fst parts
        let parts = parts |> List.map (fun (w, s) -> w / total, s)

        let stated =
            parts
            |> List.choose (fun (w, s) ->
                match s.Facts.Width with
                | Channels n -> Some(w, n)
                | _ -> None)

        let shares = stated |> List.map (fun (w, n) -> w / float n)
        let channels = stated |> List.sumBy (snd >> int64)

        let against =
            [ if shares |> List.exists (fun x -> abs (x / shares.Head - 1.0) > 1e-9) then
                  Refusal.disproportion path
              yield! unequalSpaces "concat" path (List.map snd parts)
              if channels > int64 System.Int32.MaxValue then
                  Refusal.make
                      "concat"
                      path
                      $"it has {channels} channels"
                      "give its networks widths of at most 2^31 - 1 channels together" ]

        unless against (fun () ->
            let width = if stated.Length = parts.Length then Channels(int channels) else Unstated
            table.Make(path, Op.Concat parts, Facts.concat width (parts |> List.map (fun (_, s) -> s.Facts))))

    // Positions ---------------------------------------------------------------------------------------------------

    let private spatial (table: SignalTable) path map below =
        let rule = Op.Spatial(map, below)

        match Space.mapped map below.Facts.Space with
        | Ok space -> Ok(table.Make(path, rule, Facts.mapped map space below.Facts))
        | Error(reason, mend) -> refuse (Op.label rule) path reason mend

    let private viewed (table: SignalTable) path (view: View) below =
        let made (whole: View) input = Ok(table.Make(path, Op.Viewed(whole, input), Facts.viewed whole input.Facts))
        let label = Printer.view view

        let columns (given: View) = given.Columns |> Option.map (fun (first, last) -> last - first)

        match below.Rule, view.Shape with
        | Op.Input, _ when below.Facts.Space = Space.point -> made view below
        | Op.Viewed(taken, input), Some shape when taken.Shape.IsNone ->
            let features = Space.count shape

            if columns taken = Some features then
                made { taken with Shape = Some shape } input
            else
                refuse
                    label
                    path
                    $"it has {features} numbers, and the columns before it {Option.get (columns taken)}"
                    "take as many columns as the shape has numbers"
        | _ ->
            refuse
                label
                path
                "it reads the raw input, and another signal comes to it"
                $"put {label} at the beginning of the network, or of each of its branches"

    let private attention (table: SignalTable) path options below =
        let rule = Op.Attention(path, options, below)

        if below.Facts.Space = Space.point then
            refuse (Op.label rule) path "it reads positions, and flat rows have none" "give the input a shape"
        elif options.Kind = AttentionKind.Softmax && options.Scaling = ScoreScaling.Root then
            refuse
                (Op.label rule)
                path
                "scores scaled by 1/sqrt(d) stay random, and the mean of their softmax has no closed form"
                "take scaling=linear or kind=identity, or read the network at finite width"
        else
            let source = table.Source path

            unless (unequalInputs table (Op.label rule) path source below) (fun () ->
                table.Make(path, rule, Facts.attention source options below.Facts))

    // Networks ----------------------------------------------------------------------------------------------------

    /// The signal that an operation makes of settled signals, or the refusal.
    let private settle (table: SignalTable) space path (op: Op<Signal>) =
        match op with
        | Op.Input -> Ok(table.Make(path, op, { Facts.input with Space = space }))
        | Op.Spatial(map, z) -> spatial table path map z
        | Op.Viewed(view, z) -> viewed table path view z
        | Op.Attention(_, options, z) -> attention table path options z
        | Op.Constant c -> Ok(table.Make(path, op, Facts.constant c))
        | Op.Dense(_, options, z) -> dense table path options z
        | Op.Phi(phi, z) -> activation table path phi z
        | Op.LayerNorm(eps, z) -> layerNorm table path eps z
        | Op.Sum parts -> sum table path parts
        | Op.Hadamard parts -> hadamard table path parts
        | Op.Concat parts -> concat table path parts

    let private finiteLayer path width =
        Refusal.make
            (Printer.bottleneck width)
            path
            "a finite layer has no kernel of its own"
            "remove it, or train the network in function space (hntk bottleneck)"

    /// The signals of the layers in the order of the network, up to a refusal, and the signal that the network ends in
    /// or the refusal.
    let trace layer : (LayerPath * Signal) list * Result<Signal, Refusal> =
        let graph = Graph.unroll finiteLayer layer
        let table = SignalTable()
        let space = Graph.inputSpace graph
        let signals = ResizeArray<Signal>()

        let refusal =
            graph.Nodes
            |> Array.tryPick (fun node ->
                match settle table space node.Path (node.Op |> Op.map (fun z -> signals[z])) with
                | Ok signal ->
                    signals.Add signal
                    None
                | Error refusal -> Some refusal)

        let layers =
            Seq.zip graph.Nodes signals
            |> Seq.filter (fun (node, _) -> not node.Op.IsInput)
            |> Seq.map (fun (node, signal) -> node.Path, signal)
            |> List.ofSeq

        match refusal with
        | Some refusal -> layers, Error refusal
        | None -> layers, graph.End |> Result.map (fun root -> signals[root])

    /// The signal that a network ends in, or the refusal.
    let analyse layer : Result<Signal, Refusal> = snd (trace layer)

    /// The signal that a network ends in, or the refusal of a network that reads positions too. Readings of scalar
    /// values take it.
    let analyseFlat layer : Result<Signal, Refusal> =
        analyse layer
        |> Result.bind (fun signal ->
            match Signal.firstOnPositions signal with
            | Some z -> Error(Refusal.positions z.Label z.Path)
            | None -> Ok signal)
