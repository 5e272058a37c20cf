namespace HadamardNtk.Core

open System
open System.Collections.Generic

/// How a dense layer's weights are drawn and scaled.
type Parameterisation =
    /// z = w/sqrt(fan_in) W x + b beta, W and beta ~ N(0, 1).
    | NtkParameterisation
    /// z = W x + beta, W ~ N(0, w^2/fan_in), beta ~ N(0, b^2).
    | StandardParameterisation

/// A dense (fully connected) layer with weights of its own, independent of everything else.
type Dense =
    {
        /// w, the weights' scale.
        Weight: float
        /// b, the biases' scale; no bias at all where b = 0.
        Bias: float
        /// The number of channels, where it matters.
        Width: int option
        /// How the weights are drawn and scaled.
        Parameterisation: Parameterisation
        /// Whether gradient descent moves them.
        Trained: bool
    }

/// One step from a network to a part of it.
type Step =
    /// The n-th item, operand, or (0) definition and (1) body of a `let`.
    | Child of int
    /// The n-th independent copy of a repeated network.
    | Copy of int

/// Where a layer stands, innermost step first. Two layers have the same weights exactly when their places are equal: a
/// `let` name's layers stand where the name is defined, wherever it is used.
type Place = Step list

/// Networks as data: a private union with combinators, one fold over it, and readings.
[<AutoOpen>]
module Architecture =
    /// What a network is made of.
    type private Shape =
        | Identity
        | Constant of float
        | Dense of Dense
        | Activation of Activation
        | LayerNorm of float
        | Bottleneck of int
        | Serial of Layer list
        | Sum of Layer list
        | Hadamard of Layer list
        | Concat of float list option * Layer list
        | Repeat of int * Layer
        | Let of string * Layer * Layer
        | Name of string

    /// A network: a description of an architecture, not yet read as anything.
    and Layer = private { Depth: int; Shape: Shape }

    /// One function for every case of the union: what a network becomes, given what its parts became.
    type Algebra<'r> =
        {
            /// x
            Identity: 'r
            /// The constant c in every channel.
            Constant: float -> 'r
            /// A dense layer.
            Dense: Dense -> 'r
            /// A pointwise nonlinearity.
            Activation: Activation -> 'r
            /// Layer normalisation with its epsilon.
            LayerNorm: float -> 'r
            /// A finite layer of the given width.
            Bottleneck: int -> 'r
            /// One after the other.
            Serial: 'r list -> 'r
            /// All on the same input, added.
            Sum: 'r list -> 'r
            /// All on the same input, multiplied channel by channel.
            Hadamard: 'r list -> 'r
            /// All on the same input, side by side, with weights if they are not equal.
            Concat: float list option -> 'r list -> 'r
            /// Independent copies in series.
            Repeat: int -> 'r -> 'r
            /// A name for one set of weights: name, definition, body.
            Let: string -> 'r -> 'r -> 'r
            /// A name's use.
            Name: string -> 'r
        }

    /// What each layer does to a signal: the semantics of a network, told its place (which names its weights).
    type Reading<'signal> =
        {
            /// A dense layer.
            Dense: Place -> Dense -> 'signal -> 'signal
            /// A pointwise nonlinearity.
            Activation: Place -> Activation -> 'signal -> 'signal
            /// Layer normalisation.
            LayerNorm: Place -> float -> 'signal -> 'signal
            /// A finite layer.
            Bottleneck: Place -> int -> 'signal -> 'signal
            /// The constant c, whatever the input.
            Constant: Place -> float -> 'signal
            /// The sum of signals.
            Sum: Place -> 'signal list -> 'signal
            /// The channelwise product of signals.
            Hadamard: Place -> 'signal list -> 'signal
            /// Channels side by side, in proportion to the weights.
            Concat: Place -> (float * 'signal) list -> 'signal
        }

    /// A network has more layers than can be read, copies and uses counted.
    exception NetworkTooLargeException of most: int

    type private Context<'signal> = { Place: Place; Names: Map<string, 'signal -> 'signal> }

    /// Combinators, the fold, and what is built on it.
    [<RequireQualifiedAccess>]
    module Layer =
        /// The deepest nesting of networks.
        let maximumDepth = 1000

        /// The greatest number of layers, copies and uses of names counted.
        let maximumSize = 100_000

        /// The greatest number of signals that one sum or product of a network with a kernel joins.
        let maximumParts = 1000

        let private leaf shape = { Depth = 1; Shape = shape }

        let private node (parts: Layer list) shape =
            let depth = 1 + (parts |> List.map _.Depth |> List.max)

            if depth > maximumDepth then
                invalidArg "parts" $"Networks may be nested at most {maximumDepth} deep; this one is {depth} deep."

            { Depth = depth; Shape = shape }

        let private finite what (x: float) =
            if not (Double.IsFinite x) then
                invalidArg what $"{what} must be a finite number; it is {x}."

        let private positive what count =
            if count < 1 then
                invalidArg what $"{what} must be at least 1; it is {count}."

        let private some what (layers: Layer list) =
            if layers.IsEmpty then
                invalidArg what $"{what} needs at least one network; there is none."

        /// x.
        let identity = leaf Identity

        /// The constant c in every channel.
        let constant c =
            finite "c" c
            leaf (Constant c)

        /// A dense layer with the given options.
        let denseWith (options: Dense) =
            finite "w" options.Weight
            finite "b" options.Bias
            options.Width |> Option.iter (positive "width")
            leaf (Dense options)

        /// The options of a trained dense layer of any width in the NTK parameterisation.
        let denseOptions w b =
            { Weight = w; Bias = b; Width = None; Parameterisation = NtkParameterisation; Trained = true }

        /// z = w/sqrt(fan_in) W x + b beta.
        let dense w b = denseWith (denseOptions w b)

        /// A pointwise nonlinearity.
        let activation phi = leaf (Activation phi)

        /// A pointwise nonlinearity by its word in the notation, with its default options.
        let word name = activation (Catalogue.activation name [])

        /// Layer normalisation, x / sqrt(eps + E x^2) over the channels.
        let layerNorm eps =
            finite "eps" eps

            if eps < 0.0 then
                invalidArg "eps" $"eps must not be negative; it is {eps}."

            leaf (LayerNorm eps)

        /// A finite layer: splits a network into two infinitely wide parts.
        let bottleneck width =
            positive "width" width
            leaf (Bottleneck width)

        /// One after the other, left to right.
        let serial layers =
            let items layer =
                match layer.Shape with
                | Serial items -> items
                | _ -> [ layer ]

            match List.collect items layers with
            | [] -> identity
            | [ layer ] -> layer
            | items -> node items (Serial items)

        /// Every network on the same input, outputs added channel by channel.
        let sum layers =
            some "sum" layers
            node layers (Sum layers)

        /// Every network on the same input, outputs multiplied channel by channel.
        let hadamard layers =
            some "hadamard" layers
            node layers (Hadamard layers)

        /// Channels side by side, in equal shares of the width.
        let concat layers =
            some "concat" layers
            node layers (Concat(None, layers))

        /// Channels side by side, in the given proportions of width.
        let concatWith weights layers =
            some "concat" layers

            if List.length weights <> List.length layers then
                invalidArg
                    "weights"
                    $"concat has {layers.Length} networks and {List.length weights} weights; give one each."

            if weights |> List.exists (fun w -> not (Double.IsFinite w) || w <= 0.0) then
                invalidArg "weights" "The weights of concat must be positive numbers."

            node layers (Concat(Some weights, layers))

        /// What a network becomes under an algebra.
        let rec fold (algebra: Algebra<'r>) (layer: Layer) : 'r =
            let recurse = fold algebra

            match layer.Shape with
            | Identity -> algebra.Identity
            | Constant c -> algebra.Constant c
            | Dense options -> algebra.Dense options
            | Activation phi -> algebra.Activation phi
            | LayerNorm eps -> algebra.LayerNorm eps
            | Bottleneck width -> algebra.Bottleneck width
            | Serial layers -> algebra.Serial(List.map recurse layers)
            | Sum layers -> algebra.Sum(List.map recurse layers)
            | Hadamard layers -> algebra.Hadamard(List.map recurse layers)
            | Concat(weights, layers) -> algebra.Concat weights (List.map recurse layers)
            | Repeat(count, layer) -> algebra.Repeat count (recurse layer)
            | Let(name, definition, body) -> algebra.Let name (recurse definition) (recurse body)
            | Name name -> algebra.Name name

        // An algebra that gathers sets of names; only `let` and names differ.
        let private names bind single : Algebra<Set<string>> =
            { Identity = Set.empty
              Constant = fun _ -> Set.empty
              Dense = fun _ -> Set.empty
              Activation = fun _ -> Set.empty
              LayerNorm = fun _ -> Set.empty
              Bottleneck = fun _ -> Set.empty
              Serial = Set.unionMany
              Sum = Set.unionMany
              Hadamard = Set.unionMany
              Concat = fun _ -> Set.unionMany
              Repeat = fun _ -> id
              Let = bind
              Name = single }

        /// The names that a network uses and does not define.
        let freeNames layer =
            fold (names (fun name definition body -> definition + Set.remove name body) Set.singleton) layer

        let private boundNames layer =
            fold (names (fun name definition body -> Set.add name (definition + body)) (fun _ -> Set.empty)) layer

        /// Independent copies in series. A network that mentions a name from outside is refused: it would be unclear
        /// whether the copies share it.
        let repeat count layer =
            positive "count" count

            if count > maximumSize then
                invalidArg "count" $"count must be at most {maximumSize}; it is {count}."

            match Seq.tryHead (freeNames layer) with
            | Some name ->
                invalidArg
                    "layer"
                    $"A repeated network may not use '{name}' from outside; write the copies out, or define '{name}' inside."
            | None when count = 1 -> layer
            | None -> node [ layer ] (Repeat(count, layer))

        /// Words that cannot be names.
        let reserved =
            set [ "let"; "in"; "dense"; "identity"; "constant"; "sum"; "hadamard"; "concat"; "layer_norm" ]
            + set [ "ccp"; "ncp"; "bottleneck" ]
            + set (Catalogue.activations |> List.map _.Word)

        let private isName (text: string) =
            text <> ""
            && text |> Seq.forall (fun c -> Char.IsAsciiLetterOrDigit c || c = '_')
            && not (Char.IsAsciiDigit text[0])
            && not (reserved.Contains text)

        /// The use of a name that a `letIn` around it defines.
        let name text =
            if not (isName text) then
                invalidArg
                    "name"
                    $"'{text}' cannot be a name: letters, digits and _, no digit first, no word of the notation."

            leaf (Name text)

        /// One set of weights under a name, usable more than once in the body.
        let letIn text definition body =
            name text |> ignore

            if (boundNames body).Contains text then
                invalidArg "name" $"The name '{text}' is defined again inside its own scope; take another."

            node [ definition; body ] (Let(text, definition, body))

        let private factor w b act = serial (dense w b :: (act |> Option.map activation |> Option.toList))

        let private degree n =
            if n < 1 || n > 250 then
                invalidArg "degree" $"degree must be from 1 to 250; it is {n}."

        /// CCP without its read-out: hadamard(D, sum(D, constant), ..., sum(D, constant)), n factors, D a dense layer
        /// followed by `act` if there is one.
        let ccp n w b act =
            degree n

            let shifted () = sum [ factor w b act; constant 1.0 ]

            if n = 1 then
                factor w b act
            else
                hadamard (factor w b act :: List.init (n - 1) (fun _ -> shifted ()))

        // `let` may not hide a name, so that NCP's own one gives way to those in whose scope it stands.
        let internal ncpBeside (names: Set<string>) n w b act skip =
            degree n

            let own =
                Seq.append [ "p" ] (Seq.initInfinite (fun i -> $"p{i + 1}")) |> Seq.find (names.Contains >> not)

            let d = factor w 0.0 act
            let times x = hadamard [ d; serial [ x; dense w b ] ]

            let next x = if skip then letIn own x (sum [ times (name own); name own ]) else times x

            Seq.fold (fun x _ -> next x) d (seq { 2..n })

        /// NCP without its read-out: X_1 = D, X_n = hadamard(D, X_{n-1} dense), D = dense(w=w) followed by `act`; with
        /// skip X_n = let p = X_{n-1} in sum(hadamard(D, p dense), p).
        let ncp n w b act skip = ncpBeside Set.empty n w b act skip

        /// The network as a function of a signal. Copies get weights of their own; a name is one set of weights.
        let read (reading: Reading<'signal>) (input: 'signal when 'signal: not struct) layer =
            let visits = ref 0

            let visit () =
                visits.Value <- visits.Value + 1

                if visits.Value > maximumSize then
                    raise (NetworkTooLargeException maximumSize)

            let at step context = { context with Place = step :: context.Place }

            let simple act context signal =
                visit ()
                act context.Place signal

            // A name on the same signal is the same variable, and is not worked out again.
            let remembering (act: 'signal -> 'signal) =
                let known = Dictionary<'signal, 'signal>(HashIdentity.Reference)

                fun signal ->
                    match known.TryGetValue signal with
                    | true, value -> value
                    | _ ->
                        let value = act signal
                        known[signal] <- value
                        value

            let inSeries steps context signal =
                steps |> Seq.fold (fun s (step, part) -> part (at step context) s) signal

            let children context signal parts = parts |> List.mapi (fun i part -> part (at (Child i) context) signal)

            let algebra: Algebra<Context<'signal> -> 'signal -> 'signal> =
                { Identity = simple (fun _ signal -> signal)
                  Constant = fun c -> simple (fun place _ -> reading.Constant place c)
                  Dense = fun options -> simple (fun place -> reading.Dense place options)
                  Activation = fun phi -> simple (fun place -> reading.Activation place phi)
                  LayerNorm = fun eps -> simple (fun place -> reading.LayerNorm place eps)
                  Bottleneck = fun width -> simple (fun place -> reading.Bottleneck place width)
                  Serial = fun parts -> inSeries (parts |> List.mapi (fun i part -> Child i, part))
                  Sum = fun parts context signal -> reading.Sum context.Place (children context signal parts)
                  Hadamard = fun parts context signal -> reading.Hadamard context.Place (children context signal parts)
                  Concat =
                    fun weights parts context signal ->
                        let weights = weights |> Option.defaultValue (List.map (fun _ -> 1.0) parts)
                        reading.Concat context.Place (List.zip weights (children context signal parts))
                  Repeat = fun count part -> inSeries (Seq.init count (fun i -> Copy i, part))
                  Let =
                    fun name definition body context signal ->
                        let defined = remembering (definition (at (Child 0) context))
                        body { at (Child 1) context with Names = Map.add name defined context.Names } signal
                  Name = fun name context -> simple (fun _ signal -> context.Names[name] signal) context }

            fold algebra layer { Place = []; Names = Map.empty } input
