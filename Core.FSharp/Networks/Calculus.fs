namespace HadamardNtk.Core

open System.Collections.Generic

/// How a signal arises from others, with every side condition settled: what the kernel needs to know.
[<CustomEquality; NoComparison>]
type Signal =
    {
        /// Its number; signals below have smaller ones.
        Id: int
        /// The layer that makes it, in the notation.
        Label: string
        /// Where that layer stands.
        Place: LayerPath
        /// How it arises.
        Rule: Rule
        /// What is known of it.
        Facts: Facts
    }

    override this.Equals other =
        match other with
        | :? Signal as that -> this.Id = that.Id
        | _ -> false

    override this.GetHashCode() = this.Id

/// The ways in which signals arise.
and [<NoComparison>] Rule =
    /// The raw input.
    | Input
    /// The constant c in every channel.
    | ConstantOf of float
    /// A dense layer with the given weights on a signal of the given fan-in.
    | DenseOf of Source * Dense * Width * Signal
    /// A function of a Gaussian signal's channels.
    | PointwiseOf of Activation * Signal
    /// Layer normalisation of a Gaussian signal.
    | NormOf of float * Signal
    /// A sum, and the pairs of summands whose means multiply.
    | SumOf of Signal list * (Signal * Signal) list
    /// A product of independent factors.
    | ProductOf of Signal list
    /// Channels side by side, with weights that sum to 1.
    | ConcatOf of (float * Signal) list

/// Why a network has no kernel limit that the calculus can vouch for.
type Refusal =
    {
        /// The layer, in the notation.
        Layer: string
        /// Where it stands.
        Place: LayerPath
        /// What is wrong with it.
        Reason: string
        /// What to change.
        Mend: string
    }

    /// One line: the layer, the reason, the mend.
    override this.ToString() = $"network refused at {this.Layer}: {this.Reason}; {this.Mend}"

/// The independence calculus: which products and sums of signals have a kernel, and which.
///
/// A product is exact when the factors' local sets are disjoint. A sum adds m_i(x) m_j(x') + m_j(x) m_i(x') for summands
/// with disjoint local sets and nothing where one is odd in a source the other is free of. Signals that are pointwise
/// functions of one Gaussian signal are first joined into one activation, and so are activations one after the other.
[<RequireQualifiedAccess>]
module Calculus =
    exception private Refused of Refusal

    let private refuse layer place reason mend =
        raise (Refused { Layer = layer; Place = place; Reason = reason; Mend = mend })

    /// The common width of signals that meet channel by channel.
    let private meet layer place widths =
        let stated =
            widths
            |> List.choose (function
                | Channels n -> Some n
                | _ -> None)
            |> List.distinct

        match stated with
        | [ n ] -> Channels n
        | [] -> if List.forall ((=) Features) widths then Features else Unstated
        | a :: b :: _ ->
            refuse layer place $"signals of {a} and of {b} channels meet" "give the layers before it the same width"

    /// A signal as a function of one Gaussian signal, if it is one.
    let private asPointwise signal =
        match signal.Rule with
        | PointwiseOf(phi, z) -> Some(phi, z)
        | _ when signal.Facts.Gaussian -> Some(Activation.identity, signal)
        | _ -> None

    /// What makes two signals the same random variable: the same rule on the same signals, given by their numbers.
    type private Key =
        | InputKey
        | ConstantKey of float
        | DenseKey of Source * int
        | PhiKey of Activation * int
        | NormKey of float * int
        | SumKey of int list
        | ProductKey of int list
        | ConcatKey of (float * int) list

    /// Signals made once each.
    type private Pool() =
        let known = Dictionary<Key, Signal>(HashIdentity.Structural)
        let sources = Dictionary<LayerPath, Source>(HashIdentity.Structural)
        let fits = Dictionary<Source, Width>()
        member val Signals = ResizeArray<Signal>()

        member this.Make label place key rule facts =
            match known.TryGetValue key with
            | true, signal -> signal
            | _ ->
                let signal = { Id = this.Signals.Count; Label = label; Place = place; Rule = rule; Facts = facts }

                this.Signals.Add signal
                known[key] <- signal
                signal

        member _.Source place =
            match sources.TryGetValue place with
            | true, source -> source
            | _ ->
                let source = sources.Count + 1
                sources[place] <- source
                source

        /// The width that a source's weights were first applied to.
        member _.FirstFit source width =
            match fits.TryGetValue source with
            | true, first -> first
            | _ ->
                fits[source] <- width
                width

    let private ids signals = signals |> List.map _.Id

    let private input (pool: Pool) = pool.Make "input" [] InputKey Input Facts.input

    let private constant (pool: Pool) place c =
        pool.Make (Printer.constant c) place (ConstantKey c) (ConstantOf c) (Facts.constant c)

    let private checkFit (pool: Pool) label place source width =
        let clash =
            match pool.FirstFit source width, width with
            | Features, Features -> false
            | Features, _
            | _, Features -> true
            | Channels a, Channels b -> a <> b
            | _ -> false

        if clash then
            refuse
                label
                place
                "one set of weights meets inputs of different widths"
                "use the name only on signals of one width"

    let private dense (pool: Pool) place (options: Dense) below =
        let label = Printer.dense options
        let source = pool.Source place
        checkFit pool label place source below.Facts.Width

        if options.Parameterisation = StandardParameterisation && below.Facts.Width = Unstated then
            refuse
                label
                place
                "the standard parameterisation needs the width of the layer below"
                "give the dense before it a width"

        let rule = DenseOf(source, options, below.Facts.Width, below)
        pool.Make label place (DenseKey(source, below.Id)) rule (Facts.dense source options below.Facts)

    let private pointwise (pool: Pool) place (phi: Activation) z =
        pool.Make (string phi) place (PhiKey(phi, z.Id)) (PointwiseOf(phi, z)) (Facts.pointwise phi z.Facts)

    let private needsGaussian label place below =
        let mend =
            match below.Rule with
            | ConcatOf _ -> $"put a dense before {label}, or {label} into each network of the concat"
            | _ -> $"put a dense before {label}"

        refuse label place $"{label} needs a Gaussian signal, and {below.Label} does not give one" mend

    // Texts and times of chains grow with the square of their lengths.
    let private longestChain = 32

    let private activation pool place (phi: Activation) below =
        match below.Rule with
        | _ when below.Facts.Gaussian -> pointwise pool place phi below
        | PointwiseOf(inner, z) when Activation.parts inner < longestChain ->
            pointwise pool place (Activation.compose phi inner) z
        | PointwiseOf _ ->
            let label = string phi

            refuse
                label
                place
                $"more than {longestChain} activations act on one signal without a dense between them"
                $"put a dense before {label}"
        | _ -> needsGaussian (string phi) place below

    let private layerNorm (pool: Pool) place eps below =
        let label = Printer.layerNorm eps

        if not below.Facts.Gaussian then
            needsGaussian label place below

        pool.Make label place (NormKey(eps, below.Id)) (NormOf(eps, below)) below.Facts

    /// The same down to the Gaussian signal that is no multiple of another one.
    let rec private asPointwiseOfRoot signal =
        match asPointwise signal with
        | Some(phi, z) when z.Rule.IsPointwiseOf ->
            asPointwiseOfRoot z |> Option.map (fun (inner, root) -> Activation.compose phi inner, root)
        | found -> found

    /// Signals grouped by the Gaussian signal they are functions of; each group of several becomes one activation.
    let private joinedBy asPointwise (pool: Pool) place join signals =
        let merge (group: (Signal * (Activation * Signal)) list) =
            match group with
            | [ signal, _ ] -> signal
            | _ ->
                pointwise
                    pool
                    place
                    (group |> List.map (snd >> fst) |> List.reduce join)
                    (group |> List.head |> snd |> snd)

        let groups = signals |> List.groupBy (fun s -> asPointwise s |> Option.map (snd >> _.Id))

        groups
        |> List.collect (fun (z, group) ->
            match z with
            | None -> group
            | Some _ -> [ group |> List.map (fun s -> s, (asPointwise s).Value) |> merge ])

    // Functions of one signal become one activation, and then those of multiples of one signal.
    let private joinedFrom asPointwise pool place join signals =
        signals |> joinedBy asPointwise pool place join |> joinedBy asPointwiseOfRoot pool place join

    let private joined pool place join signals = joinedFrom asPointwise pool place join signals

    let private refuseUneven label place signals =
        if (signals |> List.filter (fun s -> not s.Facts.Uniform)).Length > 1 then
            refuse
                label
                place
                "channels that are not alike meet (two of its networks end in a concat or the raw input)"
                "put a dense at the end of all but one of them"

    let rec private pairs items =
        match items with
        | [] -> []
        | x :: rest -> List.map (fun y -> x, y) rest @ pairs rest

    let private checkCount label place signals =
        if List.length signals > Layer.maximumParts then
            refuse
                label
                place
                $"it joins {signals.Length} signals"
                $"join at most {Layer.maximumParts}, with a dense after each group"

    let private shared (a: Signal) (b: Signal) =
        if a.Facts.Local.Contains 0 && b.Facts.Local.Contains 0 then
            "the raw input"
        else
            "the same weights"

    /// The signals without the operation's unit, unless nothing else is there.
    let private without unit signals =
        let isUnit s =
            match s.Rule with
            | ConstantOf c -> c = unit
            | _ -> false

        match signals |> List.filter (fun s -> not (isUnit s)) with
        | [] -> [ List.head signals ]
        | rest -> rest

    let private hadamard (pool: Pool) place signals =
        let label = "hadamard"

        let factors =
            signals
            |> List.collect (fun s ->
                match s.Rule with
                | ProductOf fs -> fs
                | _ -> [ s ])

        match factors |> without 1.0 |> joined pool place Activation.product with
        | [ single ] -> single
        | factors ->
            refuseUneven label place factors
            checkCount label place factors

            for a, b in pairs factors do
                if not (Facts.disjoint a.Facts b.Facts) then
                    refuse
                        label
                        place
                        $"its factors {a.Label} and {b.Label} share {shared a b} and are not functions of one Gaussian signal"
                        $"put a dense of its own at the end of one of them"

            let facts = factors |> List.map _.Facts
            let width = meet label place (facts |> List.map _.Width)
            pool.Make label place (ProductKey(ids factors)) (ProductOf factors) (Facts.product width facts)

    /// Whether two summands' means multiply; refused where their correlation is not known.
    let private crosses label place (a: Signal) (b: Signal) =
        if Facts.uncorrelated a.Facts b.Facts then
            false
        elif Facts.disjoint a.Facts b.Facts then
            not a.Facts.Centred && not b.Facts.Centred
        else
            refuse
                label
                place
                $"its summands {a.Label} and {b.Label} are correlated through {shared a b}"
                "put a dense of its own at the end of one of them"

    /// Signals as functions of one Gaussian signal, where a constant beside a function without a closed form is a function
    /// of that one's signal too: the mean of both together loses no digits.
    let private withConstants signals =
        let general signal =
            match signal.Rule with
            | PointwiseOf(phi, z) ->
                (match phi.Dual.Value with
                 | Expect _ -> Some z
                 | _ -> None)
            | _ -> None

        let host = List.tryPick general signals

        fun signal ->
            match signal.Rule, host with
            | ConstantOf c, Some z -> Some(Activation.polynomial (Printer.constant c) [ c ], z)
            | _ -> asPointwise signal

    let private sumOf (pool: Pool) place signals =
        let label = "sum"

        let present = without 0.0 signals

        match present |> joinedFrom (withConstants present) pool place Activation.sum with
        | [ single ] -> single
        | summands ->
            refuseUneven label place summands
            checkCount label place summands
            let cross = pairs summands |> List.filter (fun (a, b) -> crosses label place a b)
            let facts = summands |> List.map _.Facts
            let width = meet label place (facts |> List.map _.Width)
            pool.Make label place (SumKey(ids summands)) (SumOf(summands, cross)) (Facts.sum width facts)

    // A sum below is one signal first (an activation may act on it), and its summands where that is refused.
    let private sum (pool: Pool) place signals =
        try
            sumOf pool place signals
        with Refused first ->
            let summands =
                signals
                |> List.collect (fun s ->
                    match s.Rule with
                    | SumOf(ss, _) -> ss
                    | _ -> [ s ])

            try
                sumOf pool place summands
            with Refused _ ->
                raise (Refused first)

    let private concatWidth place (parts: (float * Signal) list) =
        let stated =
            parts
            |> List.choose (fun (w, s) ->
                match s.Facts.Width with
                | Channels n -> Some(w, n)
                | _ -> None)

        let shares = stated |> List.map (fun (w, n) -> w / float n)

        if shares |> List.exists (fun x -> abs (x / shares.Head - 1.0) > 1e-9) then
            refuse
                "concat"
                place
                "its weights contradict the widths of its networks"
                "give weights in proportion to the widths"

        let total = stated |> List.sumBy (snd >> int64)

        if total > int64 System.Int32.MaxValue then
            refuse
                "concat"
                place
                $"it has {total} channels"
                "give its networks widths of at most 2^31 - 1 channels together"

        if stated.Length = parts.Length then Channels(int total) else Unstated

    let private concat (pool: Pool) place parts =
        let total = List.sumBy fst parts
        let parts = parts |> List.map (fun (w, s) -> w / total, s)
        let facts = parts |> List.map (fun (_, s) -> s.Facts)
        let key = ConcatKey(parts |> List.map (fun (w, s) -> w, s.Id))
        pool.Make "concat" place key (ConcatOf parts) (Facts.concat (concatWidth place parts) facts)

    let private bottleneck place width =
        let label = Printer.bottleneck width

        refuse
            label
            place
            "a finite layer has no kernel of its own"
            "remove it, or read the networks before and after it apart"

    let private reading pool : Reading<Signal> =
        { Dense = dense pool
          Activation = activation pool
          LayerNorm = layerNorm pool
          Bottleneck = fun place width _ -> bottleneck place width
          Constant = constant pool
          Sum = sum pool
          Hadamard = hadamard pool
          Concat = concat pool }

    let private checkWhole layer =
        match Seq.tryHead (Layer.freeNames layer) with
        | Some name -> refuse name [] "the name is not defined" $"put 'let {name} = ... in' before the network"
        | None -> ()

    let private readWhole reading input layer =
        checkWhole layer

        try
            Layer.read reading input layer
        with NetworkTooLargeException most ->
            refuse "the network" [] $"it has more than {most} layers, copies counted" "make it shallower"

    let private settled (pool: Pool) layer = readWhole (reading pool) (input pool) layer

    /// The signal that a network ends in, or why there is none.
    let analyse layer : Result<Signal, Refusal> =
        try
            Ok(settled (Pool()) layer)
        with Refused refusal ->
            Error refusal

    /// Every layer's signal in the order of the network, as far as it goes, and the refusal that ended it, if any.
    let trace layer : (LayerPath * Signal) list * Refusal option =
        let pool = Pool()
        let seen = ResizeArray()

        let noted place signal =
            seen.Add(place, signal)
            signal

        let inner = reading pool

        let noting =
            { Dense = fun place options below -> inner.Dense place options below |> noted place
              Activation = fun place phi below -> inner.Activation place phi below |> noted place
              LayerNorm = fun place eps below -> inner.LayerNorm place eps below |> noted place
              Bottleneck = inner.Bottleneck
              Constant = fun place c -> inner.Constant place c |> noted place
              Sum = fun place signals -> inner.Sum place signals |> noted place
              Hadamard = fun place signals -> inner.Hadamard place signals |> noted place
              Concat = fun place parts -> inner.Concat place parts |> noted place }

        try
            readWhole noting (input pool) layer |> ignore
            List.ofSeq seen, None
        with Refused refusal ->
            List.ofSeq seen, Some refusal

    /// The signals directly below.
    let below signal =
        match signal.Rule with
        | Input
        | ConstantOf _ -> []
        | DenseOf(_, _, _, z)
        | PointwiseOf(_, z)
        | NormOf(_, z) -> [ z ]
        | SumOf(signals, _)
        | ProductOf signals -> signals
        | ConcatOf parts -> List.map snd parts

    /// The signals that one depends on and itself, in the order of their numbers, so that each follows those below it.
    let ancestry signal =
        let found = Dictionary<int, Signal>()
        let waiting = Stack<Signal>()
        waiting.Push signal

        while waiting.Count > 0 do
            let next = waiting.Pop()

            if found.TryAdd(next.Id, next) then
                below next |> List.iter waiting.Push

        found.Values |> Seq.sortBy _.Id |> List.ofSeq
