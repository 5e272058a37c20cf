namespace HadamardNtk.Core

open System

/// The network language, in which one line of text describes a network.
[<RequireQualifiedAccess>]
module Notation =
    /// The names that are defined where a network stands, and the activations that are no words of the notation.
    type private Scope = { Names: Set<string>; Own: Map<string, Activation> }

    let private takesNetworks word = known[word].TakesNetworks
    let private keys word = known[word].Options |> List.map _.Key

    /// The words of layers and activations, in the order of the alphabet.
    let words = known |> Map.toList |> List.map fst

    // Layers ------------------------------------------------------------------------------------------------------

    let private denseOptions word arguments =
        { Weight = numberOr word arguments "w" 1.0
          Bias = numberOr word arguments "b" 0.0
          Width = whole word arguments "width"
          Parameterization =
            choice
                word
                arguments
                "param"
                [ "ntk", NtkParameterization; "standard", StandardParameterization ]
                NtkParameterization
          Trained = choice word arguments "trained" booleans true }

    let private convolution word arguments = window word arguments [ 3 ] (fun _ -> [ 1 ]) Same
    let private pool word arguments = window word arguments [ 2 ] id Valid

    let private activationOf word position arguments =
        let entry = Catalogue.find word |> Option.get

        for option in entry.Options do
            if option.Default.IsNone then
                required word position (find arguments option.Key) option.Key |> ignore

        let given =
            arguments.Options
            |> List.map (fun given ->
                let option = entry.Options |> List.find (fun o -> o.Key = given.Key)
                given.Key, values word option.Kind given)

        Layer.activation (Catalogue.activation word given)

    let private actOf scope word arguments =
        find arguments "act"
        |> Option.map (fun given ->
            match Catalogue.find given.Text with
            | None when scope.Own.ContainsKey given.Text -> scope.Own[given.Text]
            | Some entry when entry.Options |> List.forall _.Default.IsSome -> Catalogue.activation given.Text []
            | Some _ ->
                failAt
                    given.At
                    $"'{given.Text}'"
                    $"an activation without required options for act of {word}"
                    "write the network out with hadamard"
            | None ->
                let known = List.map _.Word Catalogue.activations @ List.ofSeq scope.Own.Keys

                failAt
                    given.At
                    $"'{shorten given.Text}'"
                    $"an activation for act of {word}"
                    (Spelling.hint given.Text known))

    let private polynomialNet scope word position arguments =
        let n = required word position (whole word arguments "degree") "degree"
        let w, b = numberOr word arguments "w" 1.0, numberOr word arguments "b" 0.0
        let act = actOf scope word arguments

        if word = "ccp" then
            Layer.ccp n w b act
        else
            Layer.ncpBeside scope.Names n w b act (choice word arguments "skip" booleans false)

    let private neighbors word arguments =
        choice word arguments "kind" [ "sum", NeighborSum; "mean", NeighborMean ] NeighborSum

    let private myrtle word position arguments =
        required word position (find arguments "depth") "depth" |> ignore
        let depths = KnownNetworks.myrtles |> List.map (fun (depth, _) -> string depth, depth)
        let depth = choice word arguments "depth" depths 5
        KnownNetworks.myrtle depth (numberOr word arguments "w" (sqrt 2.0)) (numberOr word arguments "b" 0.0)

    let private gntk word position arguments =
        let blocks = required word position (whole word arguments "blocks") "blocks"
        let mlp = whole word arguments "mlp" |> Option.defaultValue 1
        KnownNetworks.gntk blocks mlp (neighbors word arguments)

    let private concat arguments =
        match find arguments "weights" with
        | None -> Layer.concat arguments.Networks
        | Some given ->
            let weights = values "concat" (Numbers Int32.MaxValue) given

            if weights.Length <> arguments.Networks.Length || List.exists (fun w -> w <= 0.0) weights then
                failAt
                    given.At
                    $"'{shorten given.Text}'"
                    $"{arguments.Networks.Length} positive weights, one for each network"
                    ""

            Layer.concatWith weights arguments.Networks

    let private attentionKinds = [ "softmax", AttentionKind.Softmax; "identity", AttentionKind.Identity ]
    let private scorings = [ "linear", ScoreScaling.Linear; "root", ScoreScaling.Root ]

    let private build scope word position arguments =
        match word with
        | "dense" -> Layer.denseWith (denseOptions word arguments)
        | "identity" -> Layer.identity
        | "constant" -> Layer.constant (numberOr word arguments "c" 1.0)
        | "sum" -> Layer.sum arguments.Networks
        | "hadamard" -> Layer.hadamard arguments.Networks
        | "concat" -> concat arguments
        | "layer_norm" ->
            let eps =
                find arguments "eps"
                |> Option.map (values word NonNegative >> List.head)
                |> Option.defaultValue 1e-12

            Layer.layerNorm eps
        | "ccp"
        | "ncp" -> polynomialNet scope word position arguments
        | "conv" -> Layer.conv (convolution word arguments) (denseOptions word arguments)
        | "patches" -> Layer.spatial (Patches(convolution word arguments))
        | "avg_pool" -> Layer.spatial (Average(pool word arguments))
        | "sum_pool" -> Layer.spatial (Total(pool word arguments))
        | "flatten" -> Layer.spatial Flatten
        | "global_avg_pool" -> Layer.spatial GlobalAverage
        | "global_sum_pool" -> Layer.spatial GlobalTotal
        | "aggregate" -> Layer.spatial (Aggregate(neighbors word arguments))
        | "myrtle" -> myrtle word position arguments
        | "gntk" -> gntk word position arguments
        | "self_attention" ->
            Layer.attention
                { Query = numberOr word arguments "wq" 1.0
                  Key = numberOr word arguments "wk" 1.0
                  Value = numberOr word arguments "wv" 1.0
                  Output = numberOr word arguments "wo" 1.0
                  Bias = numberOr word arguments "b" 0.0
                  Kind = choice word arguments "kind" attentionKinds AttentionKind.Softmax
                  Scaling = choice word arguments "scaling" scorings ScoreScaling.Linear }
        | "image" -> Layer.shaped (required word position (find arguments "shape") "shape" |> extents word 3 3)
        | "sequence" -> Layer.shaped (required word position (find arguments "shape") "shape" |> extents word 2 2)
        | "take" -> required word position (find arguments "columns") "columns" |> range word ||> Layer.take
        | "bottleneck" -> Layer.bottleneck (required word position (whole word arguments "width") "width")
        | _ -> activationOf word position arguments

    /// The hint, or where there is none the command that lists the language.
    let private orList hint = if hint = "" then "'hntk layers' lists them" else hint

    let private checkOption word (arguments: Arguments) key position =
        let known = keys word

        if not (List.contains key known) then
            let expected =
                if known.IsEmpty then
                    $"no option: {word} takes none"
                else
                    sprintf "an option of %s: %s" word (String.concat ", " known)

            failAt position $"'{shorten key}'" expected (Spelling.hint key known |> orList)

        if arguments.Options |> List.exists (fun given -> given.Key = key) then
            failAt position $"'{key}' a second time" $"every option of {word} once" "remove one of the two"

    let private isValuePart c = not (Char.IsWhiteSpace c || Seq.contains c "(),=#^")

    /// A value, in which parentheses may follow 'sqrt'.
    let private takeValue (reader: Reader) =
        let text = Text.StringBuilder(reader.Run isValuePart)

        while Numeral.endsInRoot text && not reader.AtEnd && reader.Peek = '(' do
            reader.Position <- reader.Position + 1
            text.Append('(').Append(reader.Run isValuePart) |> ignore

            if not reader.AtEnd && reader.Peek = ')' then
                reader.Position <- reader.Position + 1
                text.Append(')').Append(reader.Run isValuePart) |> ignore

        text.ToString()

    let private value (reader: Reader) word (arguments: Arguments) key =
        reader.Skip()
        let at = reader.Position
        let text = takeValue reader

        if text = "" then
            fail at $"a value for {key} of {word}"

        { arguments with Options = { Key = key; Text = text; At = at } :: arguments.Options }

    let private option (reader: Reader) word (arguments: Arguments) key position =
        checkOption word arguments key position
        expect reader '=' "'='"
        value reader word arguments key

    /// Whether a number follows.
    let private startsNumber (reader: Reader) =
        reader.Skip()
        not reader.AtEnd && (Char.IsAsciiDigit reader.Peek || Seq.contains reader.Peek "-+.")

    /// Whether a word is followed by '=', and is an option therefore.
    let private isOption (reader: Reader) =
        let start = reader.Position
        takeWord reader
        reader.Skip()
        let found = not reader.AtEnd && reader.Peek = '='
        reader.Position <- start
        found

    let private startsOption reader = (peekWord reader |> Option.exists ((<>) "let")) && isOption reader

    /// Whether the value of a layer's first option follows without its key: a number first of all the arguments.
    let private startsFirst reader word (arguments: Arguments) =
        arguments.Options.IsEmpty
        && not (takesNetworks word || (keys word).IsEmpty)
        && (startsNumber reader || List.contains (peekWord reader) [ Some "sqrt"; Some "he" ])

    /// Whether '(' gives a layer its arguments. It does if it touches the word, if the word needs networks, and if an
    /// option or a number follows it. Otherwise it groups the following layers, as in `dense (relu dense)^2`.
    let private opensArguments (reader: Reader) word =
        reader.IsAdjacent
        || takesNetworks word
        || (let start = reader.Position
            let opens = accept reader '(' && (startsNumber reader || startsOption reader)
            reader.Position <- start
            opens)

    let private noOption (reader: Reader) word position =
        match keys word with
        | [] -> fail position $"no arguments: {word} takes none"
        | known ->
            let isNumber = startsNumber reader
            let suggestion = if isNumber then "only the first value may stand without its name" else ""
            let expected = sprintf "an option of %s (%s)" word (String.concat ", " known)
            failAt position (reader.Shown position) expected suggestion

    // Networks ----------------------------------------------------------------------------------------------------

    let private guard (reader: Reader) depth =
        if depth > Layer.maximumDepth then
            failAt
                reader.Position
                (reader.Shown reader.Position)
                $"networks nested at most {Layer.maximumDepth} deep"
                "flatten the text, or name parts with let"

    // The function reports a combinator's own refusal at the position of its text.
    let private guarded position read make =
        try
            make ()
        with :? ArgumentException as e ->
            failAt position read "a network that can be built" (e.Message.Split(" (Parameter")[0])

    let rec private network reader scope depth =
        guard reader depth

        match peekWord reader with
        | Some "let" -> binding reader scope depth
        | _ -> items reader scope depth

    and private binding reader scope depth =
        takeWord reader
        reader.Skip()
        let position = reader.Position

        let name =
            match peekWord reader with
            | Some word when Layer.reserved.Contains word || scope.Own.ContainsKey word ->
                failAt position $"'{word}'" "a name that is not a word of the notation" ""
            | Some word when scope.Names.Contains word ->
                failAt position $"'{word}', which is defined already" "a name of its own" "take another name"
            | Some word -> word
            | None -> fail position "a name"

        takeWord reader
        expect reader '=' "'='"
        let definition = network reader scope (depth + 1)
        reader.Skip()

        if peekWord reader <> Some "in" then
            fail reader.Position "a layer, a name, '(' or 'in'"

        takeWord reader
        let body = network reader { scope with Names = scope.Names.Add name } (depth + 1)
        guarded position $"'{name}'" (fun () -> Layer.letIn name definition body)

    and private items reader scope depth =
        let rec more found =
            reader.Skip()

            let starts =
                not reader.AtEnd && (reader.Peek = '(' || (isWordStart reader.Peek && peekWord reader <> Some "in"))

            if starts then more (item reader scope depth :: found) else List.rev found

        let position = reader.Position

        match more [] with
        | [] -> fail reader.Position "a layer, a name or '('"
        | found -> guarded position "a series" (fun () -> Layer.serial found)

    and private item reader scope depth =
        let position = reader.Position
        let body = primary reader scope depth

        if accept reader '^' then
            reader.Skip()
            let at = reader.Position
            let text = reader.Run isWordPart

            if not (isCount text) then
                fail at "a whole number of copies"

            let digits = text.TrimStart '0'

            if digits = "" || digits.Length > 6 || int digits > Layer.maximumSize then
                failAt at $"'{shorten text}'" $"a number of copies from 1 to {Layer.maximumSize}" ""

            guarded position "a repeated network" (fun () -> Layer.repeat (int digits) body)
        else
            body

    and private primary reader scope depth =
        let position = reader.Position

        if accept reader '(' then
            let inner = network reader scope (depth + 1)
            expect reader ')' "a layer, a name, '^' or ')'"
            inner
        else
            match peekWord reader with
            | Some word when scope.Names.Contains word ->
                takeWord reader
                Layer.name word
            | Some word when scope.Own.ContainsKey word ->
                takeWord reader
                Layer.activation scope.Own[word]
            | Some word when known.ContainsKey word ->
                takeWord reader
                layer reader scope depth word position
            | Some word ->
                let hint =
                    match Spelling.hint word (words @ Set.toList scope.Names @ List.ofSeq scope.Own.Keys) with
                    | "" when not scope.Names.IsEmpty ->
                        sprintf "names here: %s; 'hntk layers' lists the layers" (String.concat ", " scope.Names)
                    | hint -> orList hint

                failAt position $"'{shorten word}'" "a layer or a name that a let defines" hint
            | None -> fail position "a layer, a name or '('"

    and private layer reader scope depth word position =
        let none = { Options = []; Networks = [] }

        let arguments =
            if opensArguments reader word && accept reader '(' then
                let found = argumentsOf reader scope depth word none
                { found with Networks = List.rev found.Networks }
            else
                none

        if takesNetworks word && arguments.Networks.IsEmpty then
            fail reader.Position $"'(' and the networks of {word}"

        guarded position $"'{word}'" (fun () -> build scope word position arguments)

    and private argumentsOf reader scope depth word found =
        reader.Skip()
        let position = reader.Position

        let found =
            match peekWord reader with
            | Some key when isOption reader && key <> "let" ->
                takeWord reader
                option reader word found key position
            | _ when takesNetworks word -> { found with Networks = network reader scope (depth + 1) :: found.Networks }
            | _ when startsFirst reader word found -> value reader word found (List.head (keys word))
            | _ -> noOption reader word position

        if accept reader ',' then argumentsOf reader scope depth word found
        elif accept reader ')' then found
        else fail reader.Position "',' or ')'"

    let private describe (reader: Reader) position actual expected suggestion =
        let line, column = reader.LineAndColumn position

        { Line = line
          Column = column
          Actual = actual |> Option.defaultWith (fun () -> reader.Shown position)
          Expected = expected
          Suggestion = suggestion }

    /// The network that a text describes, or the syntax error. The activations are used by their names. It raises
    /// ArgumentException if one of them has a name that cannot stand in the notation, or that another one has.
    let parseWith (activations: Activation list) (text: string) : Result<Layer, SyntaxError> =
        for phi in activations do
            if not (Layer.isName phi.Name) then
                invalidArg
                    "activations"
                    ($"Expected an activation whose name can stand in a network: letters, digits and _, no digit first, "
                     + $"no word of the notation; there is '{phi.Name}'.")

        match activations |> List.countBy _.Name |> List.tryFind (fun (_, count) -> count > 1) with
        | Some(name, _) -> invalidArg "activations" $"Expected activations of different names; '{name}' came twice."
        | None -> ()

        let reader = Reader text
        let own = activations |> List.map (fun phi -> phi.Name, phi) |> Map.ofList

        try
            let parsed = network reader { Names = Set.empty; Own = own } 0
            reader.Skip()

            if reader.AtEnd then
                Ok parsed
            else
                Error(describe reader reader.Position None "a layer, a name, '(', '^' or the end of the text" "")
        with Failure(position, actual, expected, suggestion) ->
            Error(describe reader position actual expected suggestion)

    /// The network that a text describes, or the syntax error.
    let parse text = parseWith [] text

    /// The network as text, which `parse` reads back. Activations without a word in the notation print their own names,
    /// which `parseWith` reads.
    let print layer = Printer.print layer
