namespace HadamardNtk.Core

open System.Collections.Generic

/// A line of a network's tree.
type TreeLine =
    {
        /// The depth of the line in the tree.
        Depth: int
        /// The layer, or the relation between its parts.
        Text: string
        /// The number of the layer's signal in the recursion, if it has one.
        Number: int option
        /// The facts of the signal.
        Facts: string
        /// Whether the network is refused here.
        Refused: bool
    }

/// The positions of a signal, and the values at pairs of them that a pair of samples needs.
type SignalPositions =
    {
        /// The number of the signal in the recursion.
        Signal: int
        /// The layer that makes it.
        Layer: string
        /// Its positions and channels, as in "32x32 x 3".
        Shape: string
        /// The offsets p' - p of the pairs that are needed.
        Offsets: string
        /// The number of these pairs, or None for graphs.
        Pairs: int64 option
    }

/// A network explained: its tree, the recursion that it stands for, and the formulas in it.
type Explanation =
    {
        /// The tree, from the root down.
        Tree: TreeLine list
        /// The recursion: Sigma and Theta of every signal that the kernel needs, in order.
        Recursion: (string * string) list
        /// The dual activations: name, T, T', mean.
        Duals: (string * string * string * string) list
        /// Sigma and Theta of the whole network in terms of k = x.x'/d, if the formulas are short.
        Whole: (string * string) option
        /// The positions of every signal of the recursion but constants and the row that is read as positions. Networks
        /// of flat rows, and those that are refused or do not end in one position, have none.
        Positions: SignalPositions list
        /// The number of pairs of positions of all signals together, the cost of a pair of samples; None for graphs.
        Pairs: int64 option
        /// The refusal of the network, if it is refused.
        Refusal: Refusal option
    }

/// The explanation as a reading of a network.
[<RequireQualifiedAccess>]
module Explain =
    // Trees -------------------------------------------------------------------------------------------------------

    type private Tree = { Path: LayerPath; Label: string; Parts: Tree list }

    let private treeOf (shape: Shape<LayerPath -> Tree>) (path: LayerPath) : Tree =
        let leaf label = { Path = path; Label = label; Parts = [] }

        let branch label parts =
            { Path = path; Label = label; Parts = parts |> List.mapi (fun i part -> part (Child i :: path)) }

        let shares weights =
            match weights with
            | None -> "concat"
            | Some w -> $"concat, weights {Catalogue.showNumbers w}"

        match shape with
        | Shape.Identity -> leaf "identity"
        | Shape.Constant c -> leaf (Printer.constant c)
        | Shape.Dense options -> leaf (Printer.dense options)
        | Shape.Activation phi -> leaf (string phi)
        | Shape.LayerNorm eps -> leaf (Printer.layerNorm eps)
        | Shape.Bottleneck width -> leaf (Printer.bottleneck width)
        | Shape.Spatial map -> leaf (Printer.spatial map)
        | Shape.Viewed view -> leaf (Printer.view view)
        | Shape.Attention options -> leaf (Printer.attention options)
        | Shape.Serial parts -> branch "series" parts
        | Shape.Sum parts -> branch "sum" parts
        | Shape.Hadamard parts -> branch "hadamard" parts
        | Shape.Concat(weights, parts) -> branch (shares weights) parts
        | Shape.Repeat(count, part) ->
            { Path = path
              Label = $"{count} independent copies, one after the other, of"
              Parts = [ part (Copy 0 :: path) ] }
        | Shape.Let(name, definition, body) ->
            // The word 'in' is a line of its own, which stands for no layer.
            let inside = { Path = Copy 0 :: path; Label = "in"; Parts = [ body (Child 1 :: path) ] }
            { Path = path; Label = $"let {name} ="; Parts = [ definition (Child 0 :: path); inside ] }
        | Shape.Name name -> leaf name

    let private names (sources: Set<Source>) =
        let shown =
            sources |> Seq.truncate 6 |> Seq.map (fun s -> if s = 0 then "x" else $"W{s}") |> String.concat ","

        if sources.Count > 6 then $"{{{shown},..}}" else $"{{{shown}}}"

    let private describe (facts: Facts) =
        [ if facts.Gaussian then
              "Gaussian"
          if not facts.Uniform then
              "uneven"
          if not facts.Centered then
              "mean"
          if facts.Space <> Space.point then
              "on " + Space.describe facts.Space
          "local " + names facts.Local
          if not facts.Odd.IsEmpty then
              "odd " + names facts.Odd ]
        |> String.concat " "

    let private lines
        (numbers: Dictionary<int, int>)
        (signals: Dictionary<LayerPath, Signal>)
        (refusal: Refusal option)
        tree
        =
        let rec walk depth tree =
            let signal =
                match signals.TryGetValue tree.Path with
                | true, s -> Some s
                | _ -> None

            let number =
                signal
                |> Option.bind (fun s ->
                    match numbers.TryGetValue s.Id with
                    | true, n -> Some n
                    | _ -> None)

            { Depth = depth
              Text = tree.Label
              Number = number
              Facts = signal |> Option.map (fun s -> describe s.Facts) |> Option.defaultValue ""
              Refused = refusal |> Option.exists (fun r -> r.Path = tree.Path) }
            :: List.collect (walk (depth + 1)) tree.Parts

        walk 0 tree

    // Formulas ----------------------------------------------------------------------------------------------------

    /// A text, and whether it is a sum, which needs parentheses as a factor.
    type private Term = { Text: string; IsSum: bool }

    let private atom text = { Text = text; IsSum = false }
    let private zero = atom "0"

    let private add terms =
        match terms |> List.filter (fun t -> t.Text <> "0") with
        | [] -> zero
        | [ t ] -> t
        | terms -> { Text = terms |> List.map _.Text |> String.concat " + "; IsSum = true }

    let private factor t = if t.IsSum then $"({t.Text})" else t.Text

    let private times terms =
        if terms |> List.exists (fun t -> t.Text = "0") then
            zero
        else
            match terms |> List.filter (fun t -> t.Text <> "1") with
            | [] -> atom "1"
            | [ t ] -> t
            | terms -> atom (terms |> List.map factor |> String.concat " ")

    let private number x = atom (Expr.showShort x)
    let private call name (t: Term) = atom $"{name}({t.Text})"

    let private dense (options: Dense) width (sigma, theta) named =
        let w2, b2 = number (options.Weight * options.Weight), number (options.Bias * options.Bias)
        let value = add [ times [ w2; sigma ]; b2 ]

        let fanIn =
            match width with
            | Channels n -> number (float n)
            | _ -> atom "d"

        let own =
            match options.Trained, options.Parameterization with
            | false, _ -> zero
            | true, NtkParameterization -> named |> Option.defaultValue value
            | true, StandardParameterization ->
                add [ times [ fanIn; sigma ]; (if options.Bias = 0.0 then zero else atom "1") ]

        value, add [ own; times [ w2; theta ] ]

    let private randomAttention (options: Attention) (sigma, theta) =
        let w2 = number ((options.Query * options.Key * options.Output * options.Value) ** 2.0)
        let inner a b = atom $"<{a.Text}, {b.Text}>"
        let without = times [ w2; inner sigma sigma; sigma ]
        let bias = number (options.Bias ** 2.0)

        let handedOn =
            if theta = zero then
                []
            else
                [ times [ w2; inner sigma sigma; theta ]; times [ number 2.0; w2; inner sigma theta; sigma ] ]

        add [ without; bias ], add (handedOn @ [ times [ number 4.0; without ]; bias ])

    /// Sigma and Theta of a signal in terms of those below it. `named` is the name of Sigma itself, if it has one.
    let private formula (below: Signal -> Term * Term) mean named signal =
        match signal.Rule with
        | Op.Input -> atom "x.x'/d", zero
        | Op.Constant c -> number (c * c), zero
        | Op.Dense(_, options, z) -> dense options z.Facts.Width (below z) named
        | Op.Phi(phi, z) ->
            let sigma, theta = below z
            call $"T[{phi}]" sigma, times [ call $"T'[{phi}]" sigma; theta ]
        | Op.LayerNorm(eps, z) ->
            let sigma, theta = below z
            let scale = atom $"/sqrt(({Expr.showShort eps} + q1)({Expr.showShort eps} + q2))"
            atom (factor sigma + scale.Text), (if theta = zero then zero else atom (factor theta + scale.Text))
        | Op.Viewed(view, _) -> atom $"x_p.x'_p'/C of {Printer.view view}", zero
        | Op.Attention(_, options, z) when options.Scaling = ScoreScaling.Root -> randomAttention options (below z)
        | Op.Attention(_, options, z) ->
            let sigma, theta = below z
            let w2, b2 = number ((options.Output * options.Value) ** 2.0), number (options.Bias ** 2.0)
            let weighed t = times [ w2; call "G" t ]
            let own = add [ times [ number 2.0; weighed sigma ]; b2 ]
            add [ weighed sigma; b2 ], (if theta = zero then own else add [ weighed theta; own ])
        | Op.Spatial(map, z) ->
            let sigma, theta = below z
            let mapped = call (Printer.spatial map)
            mapped sigma, (if theta = zero then zero else mapped theta)
        | Op.Sum parts ->
            let cross (a, b) = atom $"{mean a}(x) {mean b}(x') + {mean b}(x) {mean a}(x')"
            let sigmas, thetas = parts |> List.map below |> List.unzip
            add (sigmas @ List.map cross signal.Crosses), add thetas
        | Op.Hadamard parts ->
            let pairs = parts |> List.map below
            let sigmas = pairs |> List.map fst
            let without i = sigmas |> List.indexed |> List.filter (fun (j, _) -> j <> i) |> List.map snd
            times sigmas, add (pairs |> List.mapi (fun i (_, theta) -> times (theta :: without i)))
        | Op.Concat parts ->
            let weigh select = parts |> List.map (fun (w, z) -> times [ number w; select (below z) ]) |> add
            weigh fst, weigh snd

    let private recursion (numbers: Dictionary<int, int>) signals =
        let sigma (s: Signal) = atom $"Sigma{numbers[s.Id]}"

        let theta (s: Signal) =
            if s.Rule.IsInput || s.Rule.IsConstant || s.Rule.IsViewed then
                zero
            else
                atom $"Theta{numbers[s.Id]}"

        let mean (s: Signal) = $"m{numbers[s.Id]}"

        signals
        |> List.map (fun s ->
            let value, tangent = formula (fun z -> sigma z, theta z) mean (Some(sigma s)) s
            $"{(sigma s).Text} = {value.Text}", $"Theta{numbers[s.Id]} = {tangent.Text}")

    let private longest = 400

    let private whole (numbers: Dictionary<int, int>) signals =
        let known = Dictionary<int, Term * Term>()
        let mean (s: Signal) = $"m{numbers[s.Id]}"
        let tooLong t = t.Text.Length > longest

        let rec follow signals =
            match signals with
            | [] -> None
            | (s: Signal) :: rest ->
                let found =
                    if s.Rule.IsInput then
                        atom "k", zero
                    else
                        formula (fun z -> known[z.Id]) mean None s

                known[s.Id] <- found

                if tooLong (fst found) || tooLong (snd found) then None
                elif rest.IsEmpty then Some((fst found).Text, (snd found).Text)
                else follow rest

        follow signals

    let private duals signals =
        signals
        |> List.choose (fun (s: Signal) ->
            match s.Rule with
            | Op.Phi(phi, _) ->
                Some(string phi, Expr.show phi.Dual.Value, Expr.show phi.Dual.Derivative, Expr.show phi.Dual.Mean)
            | _ -> None)
        |> List.distinct

    // Positions ---------------------------------------------------------------------------------------------------

    let private shapeOf (facts: Facts) =
        let channels =
            match facts.Width with
            | Features -> "d"
            | Channels n -> string n
            | Unstated -> "width"

        match facts.Space with
        | Grid [] -> channels
        | Grid extents -> sprintf "%s x %s" (extents |> List.map string |> String.concat "x") channels
        | Vertices -> $"vertices x {channels}"

    let private positions (numbers: Dictionary<int, int>) signals =
        match List.tryLast signals with
        | Some(top: Signal) when top.Facts.Space = Space.point && (Signal.firstOnPositions top).IsSome ->
            let needed = Need.ofSignal top

            signals
            |> List.filter (fun s -> not s.Rule.IsConstant && needed s <> Need.none)
            |> List.map (fun s ->
                let need = needed s

                { Signal = numbers[s.Id]
                  Layer = s.Label
                  Shape = shapeOf s.Facts
                  Offsets = Need.describe need
                  Pairs = Need.pairs s.Facts.Space need })
        | _ -> []

    let private totalPairs (positions: SignalPositions list) =
        if positions.IsEmpty || positions |> List.exists _.Pairs.IsNone then
            None
        else
            Some(positions |> List.sumBy _.Pairs.Value)

    /// The explanation of a network, which may be refused.
    let network layer =
        let trace, result = Calculus.trace layer
        let numbers, layers = Dictionary<int, int>(), Dictionary<LayerPath, Signal>(HashIdentity.Structural)

        for path, signal in trace do
            layers[path] <- signal

        // A network without a kernel is explained up to its refusal.
        let signals, refusal =
            match result with
            | Ok signal -> Signal.ancestry signal, None
            | Error refusal -> Signal.ancestries (List.map snd trace), Some refusal

        signals |> List.iteri (fun i s -> numbers[s.Id] <- i)
        let positions = if refusal.IsNone then positions numbers signals else []

        { Tree = Layer.fold treeOf layer [] |> lines numbers layers refusal
          Recursion = recursion numbers signals
          Duals = duals signals
          Whole = if refusal.IsNone then whole numbers signals else None
          Positions = positions
          Pairs = totalPairs positions
          Refusal = refusal }
