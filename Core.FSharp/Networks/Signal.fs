namespace HadamardNtk.Core

open System.Collections.Generic

/// How a signal arises from others, with every side condition settled: what the kernel needs to know. A signal is equal to
/// itself alone, since every variable of a network is one signal.
[<ReferenceEquality>]
type Signal =
    {
        /// Its number in its network; signals below have smaller ones.
        Id: int
        /// Where the layer that makes it stands.
        Path: LayerPath
        /// How it arises. Activations and layer norms act on Gaussian signals, the factors of a product are independent,
        /// and the weights of a concat sum to 1.
        Rule: Op<Signal>
        /// Of a sum, the pairs of summands whose means multiply.
        Crosses: (Signal * Signal) list
        /// What is known of it.
        Facts: Facts
    }

    /// The layer that makes it, in the notation.
    member this.Label = Op.label this.Rule

/// Signals and those below them.
[<RequireQualifiedAccess>]
module Signal =
    /// The signals that some depend on and themselves, in the order of their numbers, so that each follows those below it.
    let ancestries (signals: Signal list) =
        let found = Dictionary<int, Signal>()
        let waiting = Stack<Signal>(signals)

        while waiting.Count > 0 do
            let next = waiting.Pop()

            if found.TryAdd(next.Id, next) then
                Op.operands next.Rule |> List.iter waiting.Push

        found.Values |> Seq.sortBy _.Id |> List.ofSeq

    /// The signals that one depends on and itself, in the order of their numbers.
    let ancestry signal = ancestries [ signal ]

    /// What each signal that one depends on is, itself included, where `step` tells what a signal is from what those below
    /// it are.
    let read (step: (Signal -> 'v) -> Signal -> 'v) signal : Signal -> 'v =
        let known = Dictionary<int, 'v>()

        for next in ancestry signal do
            known[next.Id] <- step (fun z -> known[z.Id]) next

        fun z -> known[z.Id]

/// The signals of one network, each made once: the same operation on the same signals is the same random variable.
type internal SignalTable() =
    let known = Dictionary<Op<int>, Signal>(HashIdentity.Structural)
    let sources = Dictionary<LayerPath, Source>(HashIdentity.Structural)
    let inputs = Dictionary<Source, Width>()

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

    /// The width that a source's weights were first applied to.
    member _.FirstInput source width =
        match inputs.TryGetValue source with
        | true, first -> first
        | _ ->
            inputs[source] <- width
            width
