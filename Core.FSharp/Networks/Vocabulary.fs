namespace HadamardNtk.Core

/// The text that an option of a word takes.
type internal OptionText =
    /// Numbers of a kind.
    | Value of OptionKind
    /// Numbers of at least 1 joined by x, so many at least and at most.
    | Extents of int * int
    /// The first column and the one after the last, joined by a colon.
    | Columns
    /// One of these words.
    | OneOf of string list
    /// The word of an activation whose options all have defaults.
    | ActivationWord

/// An option of a word of the notation.
type internal WordOption =
    {
        /// The key.
        Key: string
        /// The accepted text.
        Text: OptionText
        /// The text that stands for an option that is left out: a value, or a description of what happens then, which
        /// begins with "no ". It is None if the option is required.
        Default: string option
    }

    /// Numbers joined by x in words.
    static member internal Extents least most =
        match least, most with
        | 1, 2 -> "a whole number from 1 to 999999, or one for each axis as in 3x3"
        | 2, 2 -> "a length and a number of channels as in 100x8"
        | _ -> "a height, a width and a number of channels as in 32x32x3"

    /// The accepted text in words, as in "a whole number from 1 to 250".
    member this.Accepts =
        match this.Text with
        | Value Real -> "a number"
        | Value NonNegative -> "a number of at least 0"
        | Value(Whole(1, upper)) when upper = System.Int32.MaxValue -> "a whole number of at least 1"
        | Value(Whole(lower, upper)) -> $"a whole number from {lower} to {upper}"
        | Value(Numbers most) when most = System.Int32.MaxValue -> "numbers joined by colons"
        | Value(Numbers most) -> $"at most {most} numbers joined by colons"
        | Extents(least, most) -> WordOption.Extents least most
        | Columns -> "two columns joined by a colon, the one after the last behind"
        | OneOf words -> String.concat " or " words
        | ActivationWord -> "the word of an activation"

/// A word of the notation that names a layer.
type internal VocabularyWord =
    {
        /// The word.
        Name: string
        /// Whether it is an activation.
        IsActivation: bool
        /// Whether networks stand in its parentheses.
        TakesNetworks: bool
        /// Its options in the order of the notation. The value of the first may be written without its key, unless the
        /// word takes networks.
        Options: WordOption list
        /// Its meaning in one line: for an activation, its function of x.
        Formula: string
    }

/// All words of the notation.
[<RequireQualifiedAccess>]
module internal Vocabulary =
    let internal extents least most = WordOption.Extents least most

    let private option key text fallback = { Key = key; Text = text; Default = fallback }
    let private real key fallback = option key (Value Real) (Some fallback)
    let private size upper = Value(Whole(1, upper))
    let private flag key fallback = option key (OneOf [ "true"; "false" ]) (Some fallback)

    let private layer name options formula =
        { Name = name; IsActivation = false; TakesNetworks = false; Options = options; Formula = formula }

    let private join name options formula = { layer name options formula with TakesNetworks = true }

    let private polynomial =
        [ option "degree" (size 250) None
          real "w" "1"
          real "b" "0"
          option "act" ActivationWord (Some "no activation") ]

    let private denseOptions =
        [ real "w" "1"
          real "b" "0"
          option "width" (size System.Int32.MaxValue) (Some "no width of its own")
          option "param" (OneOf [ "ntk"; "standard" ]) (Some "ntk")
          flag "trained" "true" ]

    let private window size stride padding =
        [ option "k" (Extents(1, 2)) (Some size)
          option "stride" (Extents(1, 2)) (Some stride)
          option "pad" (OneOf [ "same"; "valid"; "circular" ]) (Some padding) ]

    let private layers =
        [ layer "dense" denseOptions "w/sqrt(fan_in) W x + b beta, with W and beta ~ N(0, 1)"
          layer "identity" [] "x"
          layer "constant" [ real "c" "1" ] "c in every channel"
          join "sum" [] "n1(x) + n2(x) + ..."
          join "hadamard" [] "n1(x) n2(x) ..., channel by channel"
          join
              "concat"
              [ option "weights" (Value(Numbers System.Int32.MaxValue)) (Some "no weights: equal shares") ]
              "the channels of n1(x), n2(x), ... side by side, in these proportions"
          layer
              "layer_norm"
              [ option "eps" (Value NonNegative) (Some "1e-12") ]
              "x/sqrt(eps + the mean of x^2 over the channels)"
          layer "ccp" polynomial "hadamard(D, sum(D, constant), ...) of degree factors, D = dense(w, b) act"
          layer
              "ncp"
              (polynomial @ [ flag "skip" "false" ])
              "X1 = D, Xn = hadamard(D, X(n-1) dense(w, b)) up to degree, D = dense(w) act; skip adds X(n-1)"
          layer
              "bottleneck"
              [ option "width" (size System.Int32.MaxValue) None ]
              "the finite width of the dense layers before it"
          layer "image" [ option "shape" (Extents(3, 3)) None ] "a row of the raw input as height x width x channels"
          layer "sequence" [ option "shape" (Extents(2, 2)) None ] "a row of the raw input as length x channels"
          layer "take" [ option "columns" Columns None ] "these columns of the raw input"
          layer "conv" (window "3" "1" "same" @ denseOptions) "dense of the patches of a window"
          layer
              "patches"
              (window "3" "1" "same")
              "the channels of all positions of a window side by side, 0 beyond the edge (circular: wrapped)"
          layer "avg_pool" (window "2" "no stride of its own: k" "valid") "the mean of a window"
          layer "sum_pool" (window "2" "no stride of its own: k" "valid") "the sum of a window"
          layer "global_avg_pool" [] "the mean over all positions"
          layer "global_sum_pool" [] "the sum over all positions"
          layer "flatten" [] "the channels of all positions side by side"
          layer
              "aggregate"
              [ option "kind" (OneOf [ "sum"; "mean" ]) (Some "sum") ]
              "A x with a graph's matrix A; mean: its rows divided by their sums"
          layer
              "self_attention"
              [ real "wq" "1"
                real "wk" "1"
                real "wv" "1"
                real "wo" "1"
                real "b" "0"
                option "kind" (OneOf [ "softmax"; "identity" ]) (Some "softmax")
                option "scaling" (OneOf [ "linear"; "root" ]) (Some "linear") ]
              "values of the positions, weighed by softmax(wq wk x_p.x_p'/channels), of infinitely many heads" ]

    let private families =
        [ layer
              "myrtle"
              [ option "depth" (OneOf(KnownNetworks.myrtles |> List.map (fst >> string))) None
                real "w" (Expr.showNumber (sqrt 2.0))
                real "b" "0" ]
              "conv relu blocks with 2x2 average pools between and a global one last; depth counts the read-out"
          layer
              "gntk"
              [ option "blocks" (size 250) None
                option "mlp" (size 250) (Some "1")
                option "kind" (OneOf [ "sum"; "mean" ]) (Some "sum") ]
              "the graph network of blocks of aggregate (relu dense)^mlp, its read-outs summed over all vertices" ]

    let private ofEntry (entry: Entry) =
        let text (option: LayerOption) = option.Default |> Option.map (List.map Expr.showNumber >> String.concat ":")

        { layer entry.Word [ for o in entry.Options -> option o.Key (Value o.Kind) (text o) ] entry.Formula with
            IsActivation = true }

    /// The words in the order of the notation's table: layers, then activations.
    let words = layers @ families @ List.map ofEntry Catalogue.activations
