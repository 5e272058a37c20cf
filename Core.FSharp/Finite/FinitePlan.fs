namespace HadamardNtk.Core

open System
open System.Collections.Generic

/// One set of weights of a finite network: `Channels` x `FanIn` weights row by row, then a bias a channel if b <> 0.
type FiniteWeights =
    {
        /// The index of the first weight among the parameters.
        Offset: int
        /// The number of channels of the weights' output.
        Channels: int
        /// The number of channels of the weights' input.
        FanIn: int
        /// The layer's options.
        Options: Dense
    }

    /// Whether there are biases.
    member this.HasBias = this.Options.Bias <> 0.0

    /// The number of parameters.
    member this.Count = int64 this.Channels * (int64 this.FanIn + (if this.HasBias then 1L else 0L))

    /// w/sqrt(fan_in).
    member this.Scale = this.Options.Weight / sqrt (float this.FanIn)

    /// The factors of a weight and of a bias in z. In the standard parameterization they are 1, or 0 for an absent
    /// bias.
    member this.Factors =
        match this.Options.Parameterization with
        | NtkParameterization -> struct (this.Scale, this.Options.Bias)
        | StandardParameterization -> struct (1.0, (if this.HasBias then 1.0 else 0.0))

    /// The standard deviations of the draws of a weight and of a bias.
    member this.Deviations =
        match this.Options.Parameterization with
        | NtkParameterization -> struct (1.0, 1.0)
        | StandardParameterization -> struct (this.Scale, this.Options.Bias)

/// A signal of a finite network: its operation on signals, which are given by number, and its width and weights.
[<NoComparison>]
type internal FiniteSignal =
    {
        /// Its operation.
        Op: Op<int>
        /// The number of its channels.
        Channels: int
        /// The weights of a dense layer.
        Weights: FiniteWeights option
        /// The channels that a concat takes from each of its signals, one signal after the other. Other signals have
        /// none.
        Taken: int[][]
        /// The number of its positions, each of which has all its channels.
        Positions: int
        /// The map of the positions below, of a map of positions.
        Moved: PositionMap option
    }

/// A network read as a list of signals of a given width, each after those below it.
///
///     dense        its own width if it states one, 1 if it is the read-out, else m
///     x, constant  d and 1 channels, repeated to the width of the signals that they meet in a sum, product or concat
///     concat       the sum of its networks' widths if all state one, else m
///
/// A concat takes channels of each network in proportion. From a network that is not taken whole, it takes the first
/// channels of every run of equal channels, in proportion too.
module internal FinitePlan =
    /// The number of channels, which can be repeated, were left to m, or were stated.
    type private Extent =
        | Repeated of int
        | Open of int
        | Stated of int

        member this.Count =
            match this with
            | Repeated n
            | Open n
            | Stated n -> n

    /// A signal's channels while the plan is made: their number, their runs, and their origin.
    type private Draft =
        { Extent: Extent
          Layout: int[]
          Weights: FiniteWeights option
          Taken: int[][]
          Grid: int list
          Moved: PositionMap option }

    let private refuse (refusal: Refusal) =
        invalidArg
            "network"
            $"The network cannot be read at this width, at {refusal.Layer}: {refusal.Reason}; {refusal.Suggestion}."

    // A bottleneck is the width of the dense layers before it.
    let private unroll layer =
        match Bottlenecks.finite layer with
        | Ok layer -> Graph.unroll (fun _ _ -> invalidOp "No bottleneck is left.") layer
        | Error refusal -> refuse refusal

    let private lost layer path (from: int) (into: int) =
        refuse (Refusal.make layer path $"{from} channels do not fit into {into}" "give a larger width")

    /// The common width of signals that meet channel by channel.
    let private meet layer path (extents: Extent list) =
        let repeated, fixedOnes =
            extents
            |> List.partition (function
                | Repeated _ -> true
                | _ -> false)

        let common =
            match fixedOnes |> List.distinctBy _.Count with
            | [] -> repeated |> List.maxBy _.Count
            | [ one ] -> fixedOnes |> List.tryFind _.IsStated |> Option.defaultValue one
            | a :: b :: _ -> refuse (Refusal.unequalWidths layer path a.Count b.Count)

        for part in repeated do
            if part.Count > common.Count then
                lost layer path part.Count common.Count

        common

    /// The common grid of signals that meet.
    let private grid layer path (below: Draft list) =
        match below |> List.map _.Grid |> List.filter (List.isEmpty >> not) |> List.distinct with
        | [] -> []
        | [ one ] -> one
        | a :: b :: _ -> refuse (Refusal.unequalSpaces layer path (Grid a) (Grid b))

    /// The number of channels that each network of a concat gives. The width is split in proportion, with rounded
    /// boundaries.
    let private shares m path (weights: float list) (extents: Extent list) =
        let isStated = extents |> List.forall _.IsStated
        let whole = if isStated then extents |> List.sumBy (_.Count >> int64) else int64 m
        let total = List.sum weights

        if whole > int64 Int32.MaxValue then
            refuse (Refusal.make "concat" path $"it has {whole} channels" "give its networks smaller widths")

        let ends =
            weights
            |> List.scan (+) 0.0
            |> List.map (fun w -> int (Math.Round(float whole * w / total)))
            |> List.toArray

        let shares = ends |> Array.pairwise |> Array.map (fun (a, b) -> b - a)

        for extent, share in Seq.zip extents shares do
            match extent with
            | Repeated n when n > share -> lost "concat" path n share
            | _ when share = 0 -> lost "concat" path 1 0
            | Stated n when n < share || (isStated && n <> share) -> refuse (Refusal.disproportion path)
            | _ -> ()

        shares, (if isStated then Stated(int whole) else Open m)

    /// The channels of each network of a concat, and their common layout.
    let private joined path shares layouts =
        let taken =
            List.map2
                (fun share layout ->
                    match ChannelLayout.take share layout with
                    | Some taken -> taken
                    | None ->
                        refuse (
                            Refusal.make
                                "concat"
                                path
                                $"{share} channels of a concat in it leave one of that one's networks out"
                                "give a larger width"
                        ))
                (List.ofArray shares)
                layouts

        taken |> List.map fst |> List.toArray, taken |> List.map snd |> Array.concat

    let private most = int64 Array.MaxLength

    /// The sets of weights, made once for each dense layer's path, one behind the other.
    type private WeightTable() =
        let known = Dictionary<LayerPath, FiniteWeights>(HashIdentity.Structural)
        let inOrder = ResizeArray<FiniteWeights>()

        member _.InOrder = inOrder.ToArray()

        member _.Weights path (options: Dense) channels fanIn =
            match known.TryGetValue path with
            | true, weights when weights.FanIn = fanIn -> weights
            | true, _ -> refuse (Refusal.unequalInputs (Printer.dense options) path)
            | _ ->
                let offset =
                    inOrder |> Seq.tryLast |> Option.map (fun w -> w.Offset + int w.Count) |> Option.defaultValue 0

                let weights = { Offset = offset; Channels = channels; FanIn = fanIn; Options = options }

                if int64 offset + weights.Count > most then
                    invalidArg
                        "width"
                        $"Expected at most {most} parameters; at this width there are more. Give a smaller one."

                known[path] <- weights
                inOrder.Add weights
                weights

    /// Whether a dense layer ends the network and its weights have no other use.
    let private isReadOut (graph: Graph) root k =
        let isOther i (node: Node) = i <> k && node.Op.IsDense && node.Path = graph.Nodes[k].Path
        k = root && not (graph.Nodes |> Seq.mapi isOther |> Seq.contains true)

    /// The first bottleneck or dense layer below the end of a network that states its width, in the notation.
    let stated layer =
        let graph = unroll layer
        let root = graph.End |> Result.defaultWith refuse

        let bottleneck =
            match Bottlenecks.cut layer with
            | Ok { Widths = width :: _ } -> Some(Printer.bottleneck width)
            | _ -> None

        let dense =
            graph.Nodes
            |> Seq.indexed
            |> Seq.tryPick (fun (k, node) ->
                match node.Op with
                | Op.Dense(_, options, _) when options.Width.IsSome && k <> root -> Some(Printer.dense options)
                | _ -> None)

        bottleneck |> Option.orElse dense

    /// The signals of a network at width m on d features, the number of the last one, and the weights in the order in
    /// which they are drawn.
    let make m features layer =
        let graph = unroll layer
        let root = graph.End |> Result.defaultWith refuse
        let table = WeightTable()
        let drafts = ResizeArray<Draft>()
        let extent z = drafts[z].Extent

        let plain (extent: Extent) =
            { Extent = extent
              Layout = ChannelLayout.uniform extent.Count
              Weights = None
              Taken = [||]
              Grid = []
              Moved = None }

        // A narrower signal is repeated and has no runs of its own.
        let met label path (extent: Extent) below =
            let layouts =
                below
                |> List.map (fun z -> drafts[z])
                |> List.filter (fun d -> d.Extent.Count = extent.Count)
                |> List.map _.Layout

            { plain extent with
                Layout = ChannelLayout.meet layouts
                Grid = grid label path (List.map (fun z -> drafts[z]) below) }

        let viewed label path (view: View) (below: Draft) =
            let length = Space.count below.Grid * below.Extent.Count

            let taken =
                match view.Columns with
                | Some(_, last) when last > length ->
                    refuse (
                        Refusal.make
                            label
                            path
                            $"it takes {last} columns of {length} features"
                            "take columns that exist"
                    )
                | Some(first, last) -> last - first
                | None -> length

            match view.Shape with
            | None -> plain (Repeated taken)
            | Some shape when Space.count shape = taken ->
                { plain (Repeated(List.last shape)) with Grid = List.take (shape.Length - 1) shape }
            | Some shape ->
                refuse (
                    Refusal.make
                        label
                        path
                        $"it has {Space.count shape} numbers, and the input {taken}"
                        "give the shape of the samples"
                )

        let moved label path map (below: Draft) =
            match map, Space.mapped map (Grid below.Grid) with
            | Aggregate _, _ -> refuse (Refusal.positions label path)
            | _, Error(reason, mend) -> refuse (Refusal.make label path reason mend)
            | _, Ok space ->
                let channels n = n * Space.copies map (Grid below.Grid)

                let extent =
                    match below.Extent with
                    | Repeated n -> Repeated(channels n)
                    | Open n -> Open(channels n)
                    | Stated n -> Stated(channels n)

                { plain extent with
                    Grid =
                        (match space with
                         | Grid extents -> extents
                         | Vertices -> [])
                    Moved = Some(PositionMap.ofGrid map below.Grid) }

        let draft k (node: Node) =
            let label = Op.label node.Op
            let meeting below = met label node.Path (meet label node.Path (List.map extent below)) below

            match node.Op with
            | Op.Input -> plain (Repeated features)
            | Op.Constant _ -> plain (Repeated 1)
            | Op.Dense(path, options, z) ->
                let channels = options.Width |> Option.defaultValue (if isReadOut graph root k then 1 else m)
                let weights = table.Weights path options channels (extent z).Count
                let extent = if options.Width.IsSome then Stated channels else Open channels
                { plain extent with Weights = Some weights; Grid = drafts[z].Grid }
            | Op.Viewed(view, z) -> viewed label node.Path view drafts[z]
            | Op.Spatial(map, z) -> moved label node.Path map drafts[z]
            | Op.Attention _ -> refuse (Refusal.positions label node.Path)
            | Op.Phi(_, z)
            | Op.LayerNorm(_, z) -> met label node.Path (extent z) [ z ]
            | Op.Sum parts -> meeting parts
            | Op.Hadamard parts -> meeting parts
            | Op.Concat parts ->
                let proportions, below = List.unzip parts
                let shares, whole = shares m node.Path proportions (List.map extent below)
                let taken, layout = joined node.Path shares (below |> List.map (fun z -> drafts[z].Layout))

                { plain whole with
                    Layout = layout
                    Taken = taken
                    Grid = grid label node.Path (List.map (fun z -> drafts[z]) below) }

        let signal k node =
            let made = draft k node
            drafts.Add made

            { Op = node.Op
              Channels = made.Extent.Count
              Weights = made.Weights
              Taken = made.Taken
              Positions = Space.count made.Grid
              Moved = made.Moved }

        let signals = Array.mapi signal graph.Nodes

        if signals[root].Positions > 1 then
            let node = graph.Nodes[root]

            refuse (
                Refusal.make
                    (Op.label node.Op)
                    node.Path
                    $"the network ends on {Space.describe (Grid drafts[root].Grid)}"
                    "put flatten or a global pool before its last layer"
            )

        signals, root, table.InOrder
