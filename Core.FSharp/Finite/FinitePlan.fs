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
        /// The number of its positions, each of which has all its channels. On the vertices of a graph it is 0 until
        /// there is a sample.
        Positions: int
        /// The map of the positions below, of a map of positions. That of graphs is that of a sample.
        Moved: PositionMap option
        /// The number of heads, of attention.
        Heads: int
    }

/// A network read as a list of signals of a given width, each after those below it.
///
///     dense        its own width if it states one, 1 if it is the read-out, else m
///     x, constant  d and 1 channels, repeated to the width of the signals that they meet in a sum, product or concat
///     concat       the sum of its networks' widths if all state one, else m
///     attention    H heads with queries, keys and values of H numbers, H^2 >= m the least square, and m outputs
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
          Space: Space
          Moved: PositionMap option
          Heads: int }

    let private refuse (refusal: Refusal) =
        invalidArg
            "network"
            $"The network cannot be read at this width, at {refusal.Layer}: {refusal.Reason}; {refusal.Suggestion}."

    /// The number of the node on which a network ends.
    let private rootOf (graph: Graph) =
        match graph.End with
        | Ok root -> root
        | Error refusal -> refuse refusal

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

    /// The common space of signals that meet.
    let private common layer path (below: Draft list) =
        match below |> List.map _.Space |> List.filter ((<>) Space.point) |> List.distinct with
        | [] -> Space.point
        | [ one ] -> one
        | a :: b :: _ -> refuse (Refusal.unequalSpaces layer path a b)

    /// The number of channels that each network of a concat gives. The width is split in proportion, with rounded
    /// boundaries.
    let private shares m path (weights: float list) (extents: Extent list) =
        let isStated = extents |> List.forall _.IsStated
        let whole = if isStated then extents |> List.sumBy (_.Count >> int64) else int64 m
        let exponent = weights |> List.max |> Math.ILogB
        let weights = weights |> List.map (fun w -> Math.ScaleB(w, -exponent))
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
        let root = rootOf graph

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

    let private plain (extent: Extent) =
        { Extent = extent
          Layout = ChannelLayout.uniform extent.Count
          Weights = None
          Taken = [||]
          Space = Space.point
          Moved = None
          Heads = 0 }

    let private withChannels channels extent =
        match extent with
        | Repeated n -> Repeated(channels n)
        | Open n -> Open(channels n)
        | Stated n -> Stated(channels n)

    // A narrower signal is repeated and has no runs of its own.
    let private met label path (extent: Extent) (below: Draft list) =
        let layouts = below |> List.filter (fun d -> d.Extent.Count = extent.Count) |> List.map _.Layout
        { plain extent with Layout = ChannelLayout.meet layouts; Space = common label path below }

    let private viewed label path (view: View) (below: Draft) =
        let refused reason mend = refuse (Refusal.make label path reason mend)

        let features =
            match below.Space with
            | Grid extents -> Space.count extents * below.Extent.Count
            | Vertices -> refused "it reads a row, and graphs have one for each vertex" "leave it out"

        let taken =
            match view.Columns with
            | Some(_, last) when last > features ->
                refused $"it takes {last} columns of {features} features" "take columns that exist"
            | Some(first, last) -> last - first
            | None -> features

        match view.Shape with
        | None -> plain (Repeated taken)
        | Some shape when Space.count shape = taken ->
            { plain (Repeated(List.last shape)) with Space = Grid(List.take (shape.Length - 1) shape) }
        | Some shape ->
            refused $"it has {Space.count shape} numbers, and the input {taken}" "give the shape of the samples"

    let private moved label path map (below: Draft) =
        match Space.mapped map below.Space, below.Space with
        | Error(reason, mend), _ -> refuse (Refusal.make label path reason mend)
        | Ok space, at ->
            let copies = int64 (Space.copies map at)

            if int64 below.Extent.Count * copies > int64 Int32.MaxValue then
                let channels = int64 below.Extent.Count * copies

                refuse (
                    Refusal.make label path $"it has {channels} channels" "give it fewer channels or a smaller window"
                )

            { plain (below.Extent |> withChannels (fun n -> n * int copies)) with
                Space = space
                Moved =
                    match at with
                    | Grid extents -> Some(PositionMap.ofGrid map extents)
                    | Vertices -> None }

    let private joinedInto label m path parts (below: Draft list) =
        let shares, whole = shares m path (List.map fst parts) (below |> List.map _.Extent)
        let taken, layout = joined path shares (below |> List.map _.Layout)
        { plain whole with Layout = layout; Taken = taken; Space = common label path below }

    let private dense (table: WeightTable) path options extent channels (below: Draft) =
        let weights = table.Weights path options channels below.Extent.Count
        { plain (extent channels) with Weights = Some weights; Space = below.Space }

    // Queries, keys and values are one set of weights, and those of the output are another.
    let private attention (table: WeightTable) m label path (options: Attention) z (below: Draft) number =
        if below.Space = Space.point then
            refuse (Refusal.make label path "it reads positions, and flat rows have none" "give the input a shape")

        let heads = FiniteAttention.heads m
        let inner, outer = Layer.denseOptions 1.0 0.0, Layer.denseOptions options.Output options.Bias
        let ofInput, ofOutput = Child 0 :: path, Child 1 :: path
        let projected = dense table ofInput inner Open (FiniteAttention.channels options heads) below
        let attended = { plain (Open(heads * heads)) with Space = below.Space; Heads = heads }

        [ Op.Dense(ofInput, inner, z), projected
          Op.Attention(path, options, number), attended
          Op.Dense(ofOutput, outer, number + 1), dense table ofOutput outer Open m attended ]

    /// The signals of an operation on signals, in order. All but attention have one. `number` is that of the first.
    let private signalsOf (table: WeightTable) m features space isEnd path (op: Op<int>) (draft: int -> Draft) number =
        let label = Op.label op
        let one made = [ op, made ]

        let meeting parts =
            let below = List.map draft parts
            met label path (meet label path (below |> List.map _.Extent)) below |> one

        match op with
        | Op.Input -> one { plain (Repeated features) with Space = space }
        | Op.Constant _ -> one (plain (Repeated 1))
        | Op.Dense(weights, options, z) ->
            let channels = options.Width |> Option.defaultValue (if isEnd then 1 else m)
            let extent = if options.Width.IsSome then Stated else Open
            one (dense table weights options extent channels (draft z))
        | Op.Viewed(view, z) -> one (viewed label path view (draft z))
        | Op.Spatial(map, z) -> one (moved label path map (draft z))
        | Op.Attention(weights, options, z) -> attention table m label weights options z (draft z) number
        | Op.Phi(_, z)
        | Op.LayerNorm(_, z) -> one (met label path (draft z).Extent [ draft z ])
        | Op.Sum parts
        | Op.Hadamard parts -> meeting parts
        | Op.Concat parts -> one (joinedInto label m path parts (List.map (snd >> draft) parts))

    let private signal (op: Op<int>) (made: Draft) =
        { Op = op
          Channels = made.Extent.Count
          Weights = made.Weights
          Taken = made.Taken
          Positions =
            (match made.Space with
             | Grid extents -> Space.count extents
             | Vertices -> 0)
          Moved = made.Moved
          Heads = made.Heads }

    let private requireOnePosition (node: Node) space =
        match space with
        | Grid extents when Space.count extents = 1 -> ()
        | _ ->
            refuse (
                Refusal.make
                    (Op.label node.Op)
                    node.Path
                    $"the network ends on {Space.describe space}"
                    "put flatten or a global pool before its last layer"
            )

    /// The signals of a network at width m on d features, the number of the last one, and the weights in the order in
    /// which they are drawn.
    let make m features layer =
        let graph = unroll layer
        let root = rootOf graph
        let table = WeightTable()
        let space = Graph.inputSpace graph
        let drafts = ResizeArray<Op<int> * Draft>()
        // The number of the signal of each node.
        let numbers = Array.zeroCreate<int> graph.Nodes.Length

        graph.Nodes
        |> Array.iteri (fun k node ->
            let op = node.Op |> Op.map (fun z -> numbers[z])
            let draft number = snd drafts[number]
            let made = signalsOf table m features space (isReadOut graph root k) node.Path op draft drafts.Count
            drafts.AddRange made
            numbers[k] <- drafts.Count - 1)

        requireOnePosition graph.Nodes[root] (snd drafts[numbers[root]]).Space
        drafts |> Seq.map (fun (op, made) -> signal op made) |> Array.ofSeq, numbers[root], table.InOrder
