namespace HadamardNtk.Core

open System
open System.Collections.Generic

/// One set of weights of a finite network: `Channels` x `FanIn` weights row by row, then a bias a channel where b <> 0.
type internal Weights =
    {
        /// Where they begin among the parameters.
        Offset: int
        /// The number of channels that they make.
        Channels: int
        /// The number of channels that they act on.
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

    /// What a weight and a bias are multiplied by in z: in the standard parameterisation nothing.
    member this.Factors =
        match this.Options.Parameterisation with
        | NtkParameterisation -> struct (this.Scale, this.Options.Bias)
        | StandardParameterisation -> struct (1.0, (if this.HasBias then 1.0 else 0.0))

    /// The standard deviations that a weight and a bias are drawn with.
    member this.Deviations =
        match this.Options.Parameterisation with
        | NtkParameterisation -> struct (1.0, 1.0)
        | StandardParameterisation -> struct (this.Scale, this.Options.Bias)

/// What makes a signal of a finite network from those below it.
[<NoComparison>]
type internal FiniteStep =
    | Raw
    | Fill of float
    | Apply of Weights
    | Map of Activation
    | Normalise of float
    | Add
    | Times
    /// The channels of each signal that it is made of, one signal after the other.
    | Join of int[][]

/// A signal of a finite network: what makes it, the numbers of the signals below it, and its channels.
[<NoComparison>]
type internal FiniteSignal = { Step: FiniteStep; Below: int[]; Channels: int }

/// A network read as a list of signals of a given width, each after those below it.
///
///     dense        its own width if it states one, 1 if it is the read-out, else m
///     x, constant  d and 1 channels, repeated to the width of what they meet in a sum, product or concat
///     concat       the sum of its networks' widths if all state one, else m; channels of each, in proportion, and where one
///                  is not taken whole the first ones of every run of channels that are alike in it, in proportion too
module internal FinitePlan =
    /// A layer before the widths are known.
    [<ReferenceEquality>]
    type private Draft = { Id: int; Place: LayerPath; Layer: Layered; Below: Draft list }

    and private Layered =
        | OfInput
        | OfConstant of float
        | OfDense of Dense
        | OfActivation of Activation
        | OfNorm of float
        | OfSum
        | OfHadamard
        | OfConcat of float list

    /// How many channels, and whether they can be repeated, were left to m, or were stated.
    type private Extent =
        | Repeated of int
        | Open of int
        | Stated of int

        member this.Count =
            match this with
            | Repeated n
            | Open n
            | Stated n -> n

    let private refuse layer reason mend =
        invalidArg "network" $"The network cannot be read at this width, at {layer}: {reason}; {mend}."

    let private drafts layer =
        let made = ResizeArray<Draft>()

        let make place layered below =
            let draft = { Id = made.Count; Place = place; Layer = layered; Below = below }
            made.Add draft
            draft

        let bottleneck width =
            refuse
                (Printer.bottleneck width)
                "it splits a network in two"
                $"write dense(width={width}) for a layer of that width"

        let reading: Reading<Draft> =
            { Dense = fun place options below -> make place (OfDense options) [ below ]
              Activation = fun place phi below -> make place (OfActivation phi) [ below ]
              LayerNorm = fun place eps below -> make place (OfNorm eps) [ below ]
              Bottleneck = fun _ width _ -> bottleneck width
              Constant = fun place c -> make place (OfConstant c) []
              Sum = fun place below -> make place OfSum below
              Hadamard = fun place below -> make place OfHadamard below
              Concat = fun place parts -> make place (OfConcat(List.map fst parts)) (List.map snd parts) }

        for name in Layer.freeNames layer do
            refuse name "the name is not defined" $"put 'let {name} = ... in' before the network"

        try
            let root = Layer.read reading (make [] OfInput []) layer
            List.ofSeq made, root
        with NetworkTooLargeException most ->
            refuse "the network" $"it has more than {most} layers, copies counted" "make it shallower"

    let private lost layer (from: int) (into: int) =
        refuse layer $"{from} channels do not fit into {into}" "give a larger width"

    /// The common width of signals that meet channel by channel.
    let private meet layer (extents: Extent list) =
        let repeated, fixedOnes =
            extents
            |> List.partition (function
                | Repeated _ -> true
                | _ -> false)

        let common =
            match fixedOnes |> List.distinctBy _.Count with
            | [] -> repeated |> List.maxBy _.Count
            | [ one ] -> fixedOnes |> List.tryFind _.IsStated |> Option.defaultValue one
            | a :: b :: _ ->
                refuse
                    layer
                    $"signals of {a.Count} and of {b.Count} channels meet"
                    "give the layers before it the same width"

        for part in repeated do
            if part.Count > common.Count then
                lost layer part.Count common.Count

        common

    /// The channels that each network of a concat gives: the whole split in proportion, every boundary rounded.
    let private shares m (weights: float list) (extents: Extent list) =
        let isStated = extents |> List.forall _.IsStated
        let whole = if isStated then extents |> List.sumBy (_.Count >> int64) else int64 m
        let total = List.sum weights

        if whole > int64 Int32.MaxValue then
            refuse "concat" $"it has {whole} channels" "give its networks smaller widths"

        let ends =
            weights
            |> List.scan (+) 0.0
            |> List.map (fun w -> int (Math.Round(float whole * w / total)))
            |> List.toArray

        let shares = ends |> Array.pairwise |> Array.map (fun (a, b) -> b - a)

        for extent, share in Seq.zip extents shares do
            match extent with
            | Repeated n when n > share -> lost "concat" n share
            | _ when share = 0 -> lost "concat" 1 0
            | Stated n when n < share || (isStated && n <> share) ->
                refuse
                    "concat"
                    "its weights contradict the widths of its networks"
                    "give weights in proportion to the widths"
            | _ -> ()

        shares, (if isStated then Stated(int whole) else Open m)

    /// The channels of each network of a concat, and their layout together.
    let private joined shares layouts =
        let taken =
            List.map2
                (fun share layout ->
                    match ChannelLayout.take share layout with
                    | Some taken -> taken
                    | None ->
                        refuse
                            "concat"
                            $"{share} channels of a concat in it leave one of that one's networks out"
                            "give a larger width")
                (List.ofArray shares)
                layouts

        Join(taken |> List.map fst |> List.toArray), taken |> List.map snd |> Array.concat

    let private most = int64 Array.MaxLength

    /// Weights made once a place, one behind the other.
    type private Pool() =
        let known = Dictionary<LayerPath, Weights>(HashIdentity.Structural)
        let inOrder = ResizeArray<Weights>()

        member _.InOrder = inOrder.ToArray()

        member _.Weights place (options: Dense) channels fanIn =
            match known.TryGetValue place with
            | true, weights when weights.FanIn = fanIn -> weights
            | true, _ ->
                refuse
                    (Printer.dense options)
                    "one set of weights meets inputs of different widths"
                    "use the name only on signals of one width"
            | _ ->
                let offset =
                    inOrder |> Seq.tryLast |> Option.map (fun w -> w.Offset + int w.Count) |> Option.defaultValue 0

                let weights = { Offset = offset; Channels = channels; FanIn = fanIn; Options = options }

                if int64 offset + weights.Count > most then
                    invalidArg
                        "width"
                        $"Expected at most {most} parameters; at this width there are more. Give a smaller one."

                known[place] <- weights
                inOrder.Add weights
                weights

    /// Whether a layer is a dense one that ends the network, its weights in no other use.
    let private isReadOut drafts root draft =
        let isOther d = d.Id <> draft.Id && d.Place = draft.Place && d.Layer.IsOfDense
        obj.ReferenceEquals(draft, root) && not (List.exists isOther drafts)

    /// The signals of a network at width m on d features, the number of the one that it ends in, and its weights in the
    /// order in which they are drawn.
    let make m features layer =
        let drafts, root = drafts layer
        let pool = Pool()
        let extents = ResizeArray<Extent>()
        let layouts = ResizeArray<int[]>()

        // What is narrower is repeated and has no runs of its own.
        let metLayout (extent: Extent) below =
            below
            |> List.filter (fun d -> extents[d.Id].Count = extent.Count)
            |> List.map (fun d -> layouts[d.Id])
            |> ChannelLayout.meet

        let stepOf draft =
            let below = draft.Below |> List.map (fun d -> extents[d.Id])

            let plain (step, extent: Extent) = step, extent, ChannelLayout.uniform extent.Count
            let met step extent = step, extent, metLayout extent draft.Below

            match draft.Layer with
            | OfInput -> plain (Raw, Repeated features)
            | OfConstant c -> plain (Fill c, Repeated 1)
            | OfDense options ->
                let channels = options.Width |> Option.defaultValue (if isReadOut drafts root draft then 1 else m)
                let extent = if options.Width.IsSome then Stated channels else Open channels
                plain (Apply(pool.Weights draft.Place options channels below.Head.Count), extent)
            | OfActivation phi -> met (Map phi) below.Head
            | OfNorm eps -> met (Normalise eps) below.Head
            | OfSum -> met Add (meet "sum" below)
            | OfHadamard -> met Times (meet "hadamard" below)
            | OfConcat proportions ->
                let shares, extent = shares m proportions below
                let step, layout = joined shares (draft.Below |> List.map (fun d -> layouts[d.Id]))
                step, extent, layout

        let signalOf draft =
            let step, extent, layout = stepOf draft
            extents.Add extent
            layouts.Add layout
            { Step = step; Below = draft.Below |> List.map _.Id |> List.toArray; Channels = extent.Count }

        let signals = drafts |> List.map signalOf |> List.toArray
        signals, root.Id, pool.InOrder
