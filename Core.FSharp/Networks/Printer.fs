namespace HadamardNtk.Core

/// The conversion of networks to text. `Notation.parse (Notation.print network)` is the network.
[<RequireQualifiedAccess>]
module internal Printer =
    /// The strength with which a text holds together. An item can be repeated as it stands, but a series or a `let`
    /// cannot.
    type private Strength =
        | Item
        | Series
        | Binding
        | Copies

    let private number = Expr.showNumber

    // The text is printed for every layer of every network, and the first sprintf of a process takes long.
    let private applied word text = word + "(" + text + ")"

    /// The text WORD(key=value,...) with the given arguments.
    let private call word arguments =
        match arguments with
        | [] -> word
        | _ -> applied word (String.concat "," arguments)

    let private option (key: string) value defaultValue =
        if value = defaultValue then [] else [ $"{key}={number value}" ]

    let dense (dense: Dense) =
        call
            "dense"
            (option "w" dense.Weight 1.0
             @ option "b" dense.Bias 0.0
             @ (dense.Width |> Option.map (fun w -> $"width={w}") |> Option.toList)
             @ [ if dense.Parameterization = StandardParameterization then
                     "param=standard" ]
             @ [ if not dense.Trained then
                     "trained=false" ])

    let constant c = call "constant" (option "c" c 1.0)
    let layerNorm eps = call "layer_norm" (option "eps" eps 1e-12)
    let bottleneck (width: int) = $"bottleneck(width={width})"

    let private extents (numbers: int list) = numbers |> List.map string |> String.concat "x"

    /// The options of a window. The stride of a convolution is 1 unless given, and that of a pool is its size.
    let private window usual stride padding (window: Window) =
        [ if window.Size <> usual then
              "k=" + extents window.Size
          if window.Stride <> stride then
              "stride=" + extents window.Stride
          if window.Padding <> padding then
              "pad=" + string window.Padding |> _.ToLowerInvariant() ]

    let private pool word given = call word (window [ 2 ] given.Size Valid given)

    /// A linear map of positions.
    let spatial map =
        match map with
        | Patches given -> call "patches" (window [ 3 ] [ 1 ] Same given)
        | Average given -> pool "avg_pool" given
        | Total given -> pool "sum_pool" given
        | Flatten -> "flatten"
        | GlobalAverage -> "global_avg_pool"
        | GlobalTotal -> "global_sum_pool"
        | Aggregate NeighborSum -> "aggregate"
        | Aggregate NeighborMean -> "aggregate(kind=mean)"

    let attention (options: Attention) =
        call
            "self_attention"
            (option "wq" options.Query 1.0
             @ option "wk" options.Key 1.0
             @ option "wv" options.Value 1.0
             @ option "wo" options.Output 1.0
             @ option "b" options.Bias 0.0
             @ [ if options.Kind = AttentionKind.Identity then
                     "kind=identity" ]
             @ [ if options.Scaling = ScoreScaling.Root then
                     "scaling=root" ])

    /// A reading of the raw input as positions.
    let view (view: View) =
        let shaped (shape: int list) = applied (if shape.Length = 2 then "sequence" else "image") (extents shape)
        let taken (first: int, last: int) = applied "take" $"{first}:{last}"

        [ Option.map taken view.Columns; Option.map shaped view.Shape ]
        |> List.choose id
        |> String.concat " "

    let private parenthesized (text, strength) = if strength = Item then text else $"({text})"

    let private item (text, strength) = if strength = Binding then $"({text})" else text

    let private operands word extra parts =
        let texts = List.map fst parts @ extra
        applied word (String.concat ", " texts), Item

    let private weights given = given |> Option.map (fun w -> "weights=" + Catalogue.showNumbers w) |> Option.toList

    let private text shape =
        match shape with
        | Shape.Identity -> "identity", Item
        | Shape.Constant c -> constant c, Item
        | Shape.Dense options -> dense options, Item
        | Shape.Activation phi -> string phi, Item
        | Shape.LayerNorm eps -> layerNorm eps, Item
        | Shape.Bottleneck width -> bottleneck width, Item
        | Shape.Spatial map -> spatial map, Item
        | Shape.Viewed given -> view given, Item
        | Shape.Attention options -> attention options, Item
        | Shape.Serial parts -> parts |> List.map item |> String.concat " ", Series
        | Shape.Sum parts -> operands "sum" [] parts
        | Shape.Hadamard parts -> operands "hadamard" [] parts
        | Shape.Concat(given, parts) -> operands "concat" (weights given) parts
        | Shape.Repeat(count, part) -> $"{parenthesized part}^{count}", Copies
        | Shape.Let(name, definition, (body, _)) -> $"let {name} = {fst definition} in {body}", Binding
        | Shape.Name name -> name, Item

    let print layer = Layer.fold text layer |> fst
