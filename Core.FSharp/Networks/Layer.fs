namespace HadamardNtk.Core

open System

/// The scaling and the initial distribution of a dense layer's weights.
type Parameterization =
    /// z = w/sqrt(fan_in) W x + b beta, W and beta ~ N(0, 1).
    | NtkParameterization
    /// z = W x + beta, W ~ N(0, w^2/fan_in), beta ~ N(0, b^2).
    | StandardParameterization

/// A dense (fully connected) layer with weights of its own, independent of everything else.
type Dense =
    {
        /// w, the weights' scale.
        Weight: float
        /// b, the biases' scale. There is no bias if b = 0.
        Bias: float
        /// The number of channels, if it matters.
        Width: int option
        /// The scaling and the initial distribution of the weights.
        Parameterization: Parameterization
        /// Whether gradient descent changes the weights.
        Trained: bool
    }

/// What makes the scores of a position the weights of the values.
[<RequireQualifiedAccess>]
type AttentionKind =
    /// The softmax over the scores.
    | Softmax
    /// The scores themselves.
    | Identity

/// The scale of the scores q_p.k_p' of queries and keys of d numbers.
[<RequireQualifiedAccess>]
type ScoreScaling =
    /// 1/d, where queries and keys share their weights.
    | Linear
    /// 1/sqrt(d), where they have weights of their own.
    | Root

/// A self-attention layer of infinitely many heads, whose scores weigh the values of the positions. With linear scaling
/// the scores tend to w_q w_k z_p.z_p'/channels. With that of the root they stay random, w_q w_k times a Gaussian
/// matrix for each head.
type Attention =
    {
        /// w_q, the scale of the queries' weights.
        Query: float
        /// w_k, the scale of the keys' weights.
        Key: float
        /// w_v, the scale of the values' weights.
        Value: float
        /// w_o, the scale of the output's weights.
        Output: float
        /// b, the scale of the output's biases.
        Bias: float
        /// What makes scores weights.
        Kind: AttentionKind
        /// The scale of the scores.
        Scaling: ScoreScaling
    }

/// One step from a network to a part of it.
type Step =
    /// The n-th item or operand. Of a `let`, 0 is the definition and 1 is the body.
    | Child of int
    /// The n-th independent copy of a repeated network.
    | Copy of int

/// The steps from a network to one of its layers, innermost first. Two layers have the same weights exactly when their
/// paths are equal. The layers of a `let` name have the path of its definition, wherever it is used.
type LayerPath = Step list

/// The ways in which a network is made of its parts, which have the type 'part.
[<RequireQualifiedAccess>]
type Shape<'part> =
    /// x
    | Identity
    /// The constant c in every channel.
    | Constant of float
    /// A dense layer.
    | Dense of Dense
    /// A pointwise nonlinearity.
    | Activation of Activation
    /// Layer normalization with its epsilon.
    | LayerNorm of float
    /// A finite layer of the given width.
    | Bottleneck of int
    /// A linear map of positions.
    | Spatial of SpatialMap
    /// The raw input read as positions.
    | Viewed of View
    /// Self-attention over the positions.
    | Attention of Attention
    /// One network after the other.
    | Serial of 'part list
    /// All networks on the same input, their outputs added.
    | Sum of 'part list
    /// All networks on the same input, their outputs multiplied channel by channel.
    | Hadamard of 'part list
    /// All networks on the same input, side by side, with weights if they are not equal.
    | Concat of float list option * 'part list
    /// Independent copies in series.
    | Repeat of int * 'part
    /// A name for one set of weights: name, definition, body.
    | Let of string * 'part * 'part
    /// The use of a name.
    | Name of string

/// Functions of all shapes.
[<RequireQualifiedAccess>]
module Shape =
    /// The same shape with every part replaced, in order.
    let map (f: 'a -> 'b) (shape: Shape<'a>) : Shape<'b> =
        match shape with
        | Shape.Identity -> Shape.Identity
        | Shape.Constant c -> Shape.Constant c
        | Shape.Dense options -> Shape.Dense options
        | Shape.Activation phi -> Shape.Activation phi
        | Shape.LayerNorm eps -> Shape.LayerNorm eps
        | Shape.Bottleneck width -> Shape.Bottleneck width
        | Shape.Spatial map -> Shape.Spatial map
        | Shape.Viewed view -> Shape.Viewed view
        | Shape.Attention options -> Shape.Attention options
        | Shape.Serial parts -> Shape.Serial(List.map f parts)
        | Shape.Sum parts -> Shape.Sum(List.map f parts)
        | Shape.Hadamard parts -> Shape.Hadamard(List.map f parts)
        | Shape.Concat(weights, parts) -> Shape.Concat(weights, List.map f parts)
        | Shape.Repeat(count, part) -> Shape.Repeat(count, f part)
        | Shape.Let(name, definition, body) ->
            let definition = f definition
            Shape.Let(name, definition, f body)
        | Shape.Name name -> Shape.Name name

    /// The parts of a shape, in order.
    let parts (shape: Shape<'part>) : 'part list =
        let found = ResizeArray()
        map found.Add shape |> ignore
        List.ofSeq found

/// Networks as data. They are shapes of networks that only the combinators make, with one fold over them.
[<AutoOpen>]
module Architecture =
    /// A network: the description of an architecture, before any reading of it.
    type Layer = private { Depth: int; Shape: Shape<Layer> }

    /// The combinators, the fold, and the functions made of them.
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
        let identity = leaf Shape.Identity

        /// The constant c in every channel.
        let constant c =
            finite "c" c
            leaf (Shape.Constant c)

        /// A dense layer with the given options.
        let denseWith (options: Dense) =
            finite "w" options.Weight
            finite "b" options.Bias
            options.Width |> Option.iter (positive "width")
            leaf (Shape.Dense options)

        /// The options of a trained dense layer of any width in the NTK parameterization.
        let denseOptions w b =
            { Weight = w; Bias = b; Width = None; Parameterization = NtkParameterization; Trained = true }

        /// z = w/sqrt(fan_in) W x + b beta.
        let dense w b = denseWith (denseOptions w b)

        /// A pointwise nonlinearity.
        let activation phi = leaf (Shape.Activation phi)

        /// A pointwise nonlinearity by its word in the notation, with its default options.
        let word name = activation (Catalogue.activation name [])

        /// Layer normalization, x / sqrt(eps + E x^2) over the channels.
        let layerNorm eps =
            finite "eps" eps

            if eps < 0.0 then
                invalidArg "eps" $"eps must not be negative; it is {eps}."

            leaf (Shape.LayerNorm eps)

        /// A finite layer, which splits a network into two infinitely wide parts.
        let bottleneck width =
            positive "width" width
            leaf (Shape.Bottleneck width)

        let private numbers what counts =
            if List.isEmpty counts then
                invalidArg what $"{what} needs at least one number; there is none."

            counts |> List.iter (positive what)

            if List.max counts > Space.longest then
                invalidArg what $"{what} must be at most {Space.longest}; it is {List.max counts}."

            if (counts |> List.fold (fun product n -> product * float n) 1.0) > float Space.most then
                invalidArg what $"{what} has more than {Space.most} positions and channels together."

        let private window (given: Window) =
            for what, counts in [ "k", given.Size; "stride", given.Stride ] do
                numbers what counts

                if counts.Length > 2 then
                    invalidArg what $"{what} has at most 2 numbers, one for each axis; there are {counts.Length}."

        /// A linear map of positions.
        let spatial map =
            match map with
            | Patches given
            | Average given
            | Total given -> window given
            | _ -> ()

            leaf (Shape.Spatial map)

        /// Self-attention over the positions.
        let attention (options: Attention) =
            finite "wq" options.Query
            finite "wk" options.Key
            finite "wv" options.Value
            finite "wo" options.Output
            finite "b" options.Bias
            leaf (Shape.Attention options)

        /// The raw input read as a grid of the given extents, the last of which is the number of channels.
        let shaped (extents: int list) =
            numbers "shape" extents

            if extents.Length < 2 || extents.Length > 3 then
                invalidArg
                    "shape"
                    $"A shape has one or two numbers of positions and that of channels; there are {extents.Length}."

            leaf (Shape.Viewed { Columns = None; Shape = Some extents })

        /// The columns first, ..., last - 1 of the raw input.
        let take first last =
            if first < 0 || last <= first then
                invalidArg
                    "columns"
                    $"Columns need a first one and a later one after the last; they are {first}:{last}."

            leaf (Shape.Viewed { Columns = Some(first, last); Shape = None })

        /// Networks one after the other, from left to right.
        let serial layers =
            let items layer =
                match layer.Shape with
                | Shape.Serial items -> items
                | _ -> [ layer ]

            match List.collect items layers with
            | [] -> identity
            | [ layer ] -> layer
            | items -> node items (Shape.Serial items)

        /// A convolution: a dense layer on the patches of a window.
        let conv window options = serial [ spatial (Patches window); denseWith options ]

        /// The sum of networks on the same input, channel by channel.
        let sum layers =
            some "sum" layers
            node layers (Shape.Sum layers)

        /// The product of networks on the same input, channel by channel.
        let hadamard layers =
            some "hadamard" layers
            node layers (Shape.Hadamard layers)

        /// Channels side by side, in equal shares of the width.
        let concat layers =
            some "concat" layers
            node layers (Shape.Concat(None, layers))

        /// Channels side by side, in the given proportions of width.
        let concatWith weights layers =
            some "concat" layers

            if List.length weights <> List.length layers then
                invalidArg
                    "weights"
                    $"concat has {layers.Length} networks and {List.length weights} weights; give one each."

            if weights |> List.exists (fun w -> not (Double.IsFinite w) || w <= 0.0) then
                invalidArg "weights" "The weights of concat must be positive numbers."

            node layers (Shape.Concat(Some weights, layers))

        /// The value of a network. `algebra` gives the value of a shape whose parts have their values.
        let rec fold (algebra: Shape<'r> -> 'r) (layer: Layer) : 'r = layer.Shape |> Shape.map (fold algebra) |> algebra

        // The function gathers sets of names from all parts. Only `let` and names differ.
        let private names bind single layer =
            fold
                (function
                | Shape.Let(name, definition, body) -> bind name definition body
                | Shape.Name name -> single name
                | shape -> Set.unionMany (Shape.parts shape))
                layer

        /// The names that a network uses and does not define.
        let freeNames layer = names (fun name definition body -> definition + Set.remove name body) Set.singleton layer

        let private boundNames layer =
            names (fun name definition body -> Set.add name (definition + body)) (fun _ -> Set.empty) layer

        /// The layer of a shape. Serial parts are joined into one series.
        let internal ofShape shape =
            match shape with
            | Shape.Serial parts -> serial parts
            | _ ->
                match Shape.parts shape with
                | [] -> leaf shape
                | parts -> node parts shape

        /// Independent copies in series. A network that uses a name from outside is refused, because it would be
        /// unclear whether the copies share it.
        let repeat count layer =
            positive "count" count

            if count > maximumSize then
                invalidArg "count" $"count must be at most {maximumSize}; it is {count}."

            match Seq.tryHead (freeNames layer) with
            | Some name ->
                invalidArg
                    "layer"
                    ($"A repeated network may not use '{name}' from outside; "
                     + $"write the copies out, or define '{name}' inside.")
            | None when count = 1 -> layer
            | None -> node [ layer ] (Shape.Repeat(count, layer))

        /// Words that cannot be names.
        let reserved =
            set [ "let"; "in"; "dense"; "identity"; "constant"; "sum"; "hadamard"; "concat"; "layer_norm" ]
            + set
                [ "ccp"
                  "ncp"
                  "bottleneck"
                  "image"
                  "sequence"
                  "take"
                  "conv"
                  "patches"
                  "avg_pool"
                  "sum_pool" ]
            + set [ "global_avg_pool"; "global_sum_pool"; "flatten"; "aggregate"; "self_attention"; "myrtle"; "gntk" ]
            + set (Catalogue.activations |> List.map _.Word)

        let internal isName (text: string) =
            text <> ""
            && text |> Seq.forall (fun c -> Char.IsAsciiLetterOrDigit c || c = '_')
            && not (Char.IsAsciiDigit text[0])
            && not (reserved.Contains text)

        /// The use of a name, which a `letIn` around it defines.
        let name text =
            if not (isName text) then
                invalidArg
                    "name"
                    $"'{text}' cannot be a name: letters, digits and _, no digit first, no word of the notation."

            leaf (Shape.Name text)

        /// The activations of the user in a network, each once, in the order of its text.
        let customActivations layer =
            layer
            |> fold (function
                | Shape.Activation phi when phi.Origin = Custom -> [ phi ]
                | shape -> Shape.parts shape |> List.concat |> List.distinct)

        /// One set of weights under a name, which the body may use more than once.
        let letIn text definition body =
            name text |> ignore

            if (boundNames body).Contains text then
                invalidArg "name" $"The name '{text}' is defined again inside its own scope; take another."

            node [ definition; body ] (Shape.Let(text, definition, body))

        let private factor w b act = serial (dense w b :: (act |> Option.map activation |> Option.toList))

        let private degree n =
            if n < 1 || n > 250 then
                invalidArg "degree" $"degree must be from 1 to 250; it is {n}."

        /// CCP without its read-out: hadamard(D, sum(D, constant), ..., sum(D, constant)) of n factors, where D is a
        /// dense layer, followed by `act` if there is one.
        let ccp n w b act =
            degree n

            let shifted () = sum [ factor w b act; constant 1.0 ]

            if n = 1 then
                factor w b act
            else
                hadamard (factor w b act :: List.init (n - 1) (fun _ -> shifted ()))

        // `let` may not hide a name, so NCP's own name avoids the names in whose scope it stands.
        let internal ncpBeside (names: Set<string>) n w b act skip =
            degree n

            let own =
                Seq.append [ "p" ] (Seq.initInfinite (fun i -> $"p{i + 1}")) |> Seq.find (names.Contains >> not)

            let d = factor w 0.0 act
            let times x = hadamard [ d; serial [ x; dense w b ] ]

            let next x = if skip then letIn own x (sum [ times (name own); name own ]) else times x

            Seq.fold (fun x _ -> next x) d (seq { 2..n })

        /// NCP without its read-out: X_1 = D, X_n = hadamard(D, X_{n-1} dense), where D = dense(w=w) followed by `act`.
        /// With skip, X_n = let p = X_{n-1} in sum(hadamard(D, p dense), p).
        let ncp n w b act skip = ncpBeside Set.empty n w b act skip
