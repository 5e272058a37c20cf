namespace HadamardNtk.Core

open System.Collections.Generic

/// A signal: its relation to others, with every side condition settled, and its facts. The kernel needs no more. A
/// signal is equal to itself alone, since every variable of a network is one signal.
[<ReferenceEquality>]
type internal Signal =
    {
        /// The number of the signal in its network. Signals below have smaller ones.
        Id: int
        /// The path of the layer that makes the signal.
        Path: LayerPath
        /// The operation that makes the signal. Activations and layer norms act on Gaussian signals, the factors of a
        /// product are independent, and the weights of a concat sum to 1.
        Rule: Op<Signal>
        /// The pairs of a sum's summands whose means multiply. Other signals have none.
        Crosses: (Signal * Signal) list
        /// The facts of the signal.
        Facts: Facts
    }

    /// The layer that makes the signal, in the notation.
    member this.Label = Op.label this.Rule

/// The signals below given ones, and readings of them.
[<RequireQualifiedAccess>]
module internal Signal =
    /// The given signals and those that they depend on, in the order of their numbers, so that each follows those below
    /// it.
    let ancestries (signals: Signal list) =
        let found = Dictionary<int, Signal>()
        let waiting = Stack<Signal>(signals)

        while waiting.Count > 0 do
            let next = waiting.Pop()

            if found.TryAdd(next.Id, next) then
                Op.operands next.Rule |> List.iter waiting.Push

        found.Values |> Seq.sortBy _.Id |> List.ofSeq

    /// The failure of a reading that knows one position only. Readings are given no other signals.
    let internal onePosition () = invalidOp "This reading knows one position only."

    /// A signal and those that it depends on, in the order of their numbers.
    let ancestry signal = ancestries [ signal ]

    /// The layer that first reads positions, in a signal and in those that it depends on.
    let firstOnPositions signal =
        ancestry signal
        |> List.tryFind (fun z ->
            match z.Rule with
            | Op.Viewed _
            | Op.Attention _
            | Op.Spatial _ -> true
            | _ -> z.Facts.Space <> Space.point)

    /// The values of a signal and of those that it depends on. `step` gives the value of a signal from the values of
    /// those below it.
    let read (step: (Signal -> 'v) -> Signal -> 'v) signal : Signal -> 'v =
        let known = Dictionary<int, 'v>()

        for next in ancestry signal do
            known[next.Id] <- step (fun z -> known[z.Id]) next

        fun z -> known[z.Id]

/// The signals of one network. The same operation on the same signals is the same random variable, and is one signal.
type internal SignalTable() =
    let known = Dictionary<Op<int>, Signal>(HashIdentity.Structural)
    let sources = Dictionary<LayerPath, Source>(HashIdentity.Structural)
    let inputs = Dictionary<Source, Width * int>()

    /// The signal of a rule, made at the given path if it is new.
    member _.Make(path, rule, facts, ?crosses) =
        let key = Op.map _.Id rule

        match known.TryGetValue key with
        | true, signal -> signal
        | _ ->
            let signal =
                { Id = known.Count; Path = path; Rule = rule; Crosses = defaultArg crosses []; Facts = facts }

            known[key] <- signal
            signal

    /// The number of the weights of the dense layer at a path.
    member _.Source path =
        match sources.TryGetValue path with
        | true, source -> source
        | _ ->
            let source = sources.Count + 1
            sources[path] <- source
            source

    /// The width that a source's weights were first applied to, and the number of copies that it has side by side.
    member _.FirstInput source width =
        match inputs.TryGetValue source with
        | true, first -> first
        | _ ->
            inputs[source] <- width
            width
