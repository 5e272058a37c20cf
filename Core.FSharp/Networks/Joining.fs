namespace HadamardNtk.Core

/// The joining of signals that are functions of one Gaussian signal into one activation.
[<RequireQualifiedAccess>]
module internal Joining =
    /// phi of a Gaussian signal.
    let pointwise (table: SignalTable) path (phi: Activation) (z: Signal) =
        table.Make(path, Op.Phi(phi, z), Facts.pointwise phi z.Facts)

    /// A signal as a function of one Gaussian signal, if it is one.
    let private asPointwise signal =
        match signal.Rule with
        | Op.Phi(phi, z) -> Some(phi, z)
        | _ when signal.Facts.Gaussian -> Some(Activation.identity, signal)
        | _ -> None

    /// A signal as a function of the Gaussian signal that is no multiple of another one, if it is one.
    let rec private asPointwiseOfRoot signal =
        match asPointwise signal with
        | Some(phi, z) when z.Rule.IsPhi ->
            asPointwiseOfRoot z |> Option.map (fun (inner, root) -> Activation.compose phi inner, root)
        | found -> found

    /// Groups signals by the Gaussian signal they are functions of. Each group of several signals becomes one
    /// activation.
    let private joinedBy asPointwise table path join signals =
        let merge (group: (Signal * (Activation * Signal)) list) =
            match group with
            | [ signal, _ ] -> signal
            | _ ->
                let phi = group |> List.map (snd >> fst) |> List.reduce join
                pointwise table path phi (group |> List.head |> snd |> snd)

        let groups = signals |> List.groupBy (fun s -> asPointwise s |> Option.map (snd >> _.Id))

        groups
        |> List.collect (fun (z, group) ->
            match z with
            | None -> group
            | Some _ -> [ group |> List.map (fun s -> s, (asPointwise s).Value) |> merge ])

    // Functions of one signal become one activation, and then those of multiples of one signal do.
    let private joinedFrom asPointwise table path join signals =
        signals |> joinedBy asPointwise table path join |> joinedBy asPointwiseOfRoot table path join

    /// Signals as functions of one Gaussian signal. A constant beside a function without a closed form becomes a
    /// function of the same signal, because the mean of both together loses no digits.
    let private withConstants signals =
        let general signal =
            match signal.Rule with
            | Op.Phi(phi, z) ->
                (match phi.Dual.Value with
                 | Expect _ -> Some z
                 | _ -> None)
            | _ -> None

        let host = List.tryPick general signals

        fun signal ->
            match signal.Rule, host with
            | Op.Constant c, Some z -> Some(Activation.polynomial (Printer.constant c) [ c ], z)
            | _ -> asPointwise signal

    /// The factors of a product, with functions of one signal joined.
    let factors table path signals = joinedFrom asPointwise table path Activation.product signals

    /// The summands of a sum, with functions of one signal joined.
    let summands table path signals = joinedFrom (withConstants signals) table path Activation.sum signals
