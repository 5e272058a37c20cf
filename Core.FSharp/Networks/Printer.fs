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

    let private parenthesised (text, strength) = if strength = Item then text else $"({text})"

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
        | Shape.Serial parts -> parts |> List.map item |> String.concat " ", Series
        | Shape.Sum parts -> operands "sum" [] parts
        | Shape.Hadamard parts -> operands "hadamard" [] parts
        | Shape.Concat(given, parts) -> operands "concat" (weights given) parts
        | Shape.Repeat(count, part) -> $"{parenthesised part}^{count}", Copies
        | Shape.Let(name, definition, (body, _)) -> $"let {name} = {fst definition} in {body}", Binding
        | Shape.Name name -> name, Item

    let print layer = Layer.fold text layer |> fst
