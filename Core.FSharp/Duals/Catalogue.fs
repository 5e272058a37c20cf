namespace HadamardNtk.Core

/// The values that an option of a layer accepts.
type internal OptionKind =
    /// A finite number.
    | Real
    /// A finite number that is not negative.
    | NonNegative
    /// An integer between the two bounds, inclusive.
    | Whole of int * int
    /// A list of at most this many numbers, joined by colons.
    | Numbers of int

/// The way in which the dual activation of a word depends on an option.
type internal OptionLaw =
    /// Only at whole numbers.
    | Discrete
    /// As a polynomial of degree 2, with the other options fixed: the option is a factor in terms of phi.
    | Quadratic
    /// As an expression in all options.
    | Smooth of ((string -> Expr) -> Dual)

/// An option of a layer.
type internal LayerOption =
    {
        /// The key.
        Key: string
        /// The accepted values.
        Kind: OptionKind
        /// The value of an option that is left out, or None if the option is required.
        Default: float list option
    }

/// A word of the notation that names an activation.
type internal Entry =
    {
        /// The word.
        Word: string
        /// The function of x that it names, with the keys of its options.
        Formula: string
        /// Its options, in the order of the notation.
        Options: LayerOption list
        /// The function that builds the activation from the values of all options.
        Build: (string -> float list) -> Activation
        /// The law by which the dual activation depends on each of the options.
        Law: OptionLaw
    }

/// All activations of the notation.
[<RequireQualifiedAccess>]
module internal Catalogue =
    let private real key value = { Key = key; Kind = Real; Default = Some [ value ] }
    let private whole key lower upper = { Key = key; Kind = Whole(lower, upper); Default = None }

    let private entry word formula options law build =
        { Word = word; Formula = formula; Options = options; Build = build word; Law = law }

    let private plain word formula make = entry word formula [] Discrete (fun word _ -> make word)

    let private three word formula make dual =
        let law = Smooth(fun get -> dual (get "a") (get "b") (get "c"))

        entry word formula [ real "a" 1.0; real "b" 1.0; real "c" 0.0 ] law (fun word get ->
            make word (get "a" |> List.head) (get "b" |> List.head) (get "c" |> List.head))

    let private two word formula second make dual =
        let law = Smooth(fun get -> dual (get "a") (get "b"))

        entry word formula [ real "a" 1.0; real "b" second ] law (fun word get ->
            make word (get "a" |> List.head) (get "b" |> List.head))

    let private degree word formula lower upper make =
        entry word formula [ whole "k" lower upper ] Discrete (fun word get -> make word (get "k" |> List.head |> int))

    /// f of an option, given f and its derivative.
    let private ofOption f f' expr =
        match expr with
        | Number x -> Number(f x)
        | Varying(x, slope) -> Varying(f x, slope * f' x)
        | _ -> invalidOp "An option is a constant."

    let private sine a b c = Dual.sine a b (ofOption sin cos c) (ofOption cos (sin >> (~-)) c)

    /// The dual activation of a cosine, which is a sine ahead by a quarter of a turn.
    let private cosine a b c = Dual.sine a b (ofOption cos (sin >> (~-)) c) (ofOption (sin >> (~-)) (cos >> (~-)) c)

    // Both functions are smooth, and given in float64 and in double-double.
    let private general word formula parity (f: float -> float, precise) parity' (f': float -> float, precise') =
        plain word formula (fun word ->
            let slope = ScalarFunction.settling (word + "'") parity' [] f' |> ScalarFunction.precisely precise'

            let value =
                ScalarFunction.settling word parity [] f
                |> ScalarFunction.precisely precise
                |> ScalarFunction.withDerivative slope

            Activation.general word value slope)

    /// scale alpha (exp(x) - 1) for x < 0, and scale x for x >= 0. At 0 the derivative is the mean of both sides.
    let private exponentialUnit word formula scale alpha =
        let value x = if x < 0.0 then scale * alpha * Scalar.expm1 x else scale * x

        let slope x =
            if x < 0.0 then scale * alpha * exp x
            elif x > 0.0 then scale
            else 0.5 * scale * (1.0 + alpha)

        let factor = DoubleDouble.product scale alpha

        let precise x = if x.Hi < 0.0 then factor * DoubleDouble.expm1 x else DoubleDouble.scale scale x

        let precise' x =
            if x.Hi < 0.0 then factor * DoubleDouble.exp x
            elif x.Hi > 0.0 then DoubleDouble.ofFloat scale
            else DoubleDouble.scale 0.5 (factor + DoubleDouble.ofFloat scale)

        plain word formula (fun word ->
            Activation.general
                word
                (ScalarFunction.settling word Neither [ 0.0 ] value |> ScalarFunction.precisely precise)
                (ScalarFunction.settling (word + "'") Neither [ 0.0 ] slope |> ScalarFunction.precisely precise'))

    /// The constants of selu (Klambauer et al., Self-normalizing neural networks).
    let private seluScale, seluAlpha = 1.0507009873554805, 1.6732632423543772

    let private sigmoidSlope x = Scalar.sigmoid x * Scalar.sigmoid -x

    let private swish x = x * Scalar.sigmoid x

    let private swishSlope x =
        let y = Scalar.sigmoid x
        y + x * y * Scalar.sigmoid -x

    let private mish x = x * tanh (Scalar.softplus x)

    let private mishSlope x =
        let y = Scalar.softplus x
        tanh y + x * Scalar.sechSquared y * Scalar.sigmoid x

    /// The width b of sigmoid_like(x) = 1/2 + erf(b x)/2.
    let sigmoidLikeWidth = 1.0 / 2.4020563531719796

    /// The greatest number of coefficients of a polynomial. The factorials up to its degree must be finite float64,
    /// which 170! is and 171! is not.
    let private mostCoefficients = 171

    /// The activations, in the order of the notation's table.
    let activations =
        [ plain "relu" "max(x, 0)" (fun word -> Activation.kinked word 0.0 1.0 1)
          plain "abs" "|x|" (fun word -> Activation.kinked word -1.0 1.0 1)
          plain "sign" "the sign of x, and 0 at 0" (fun word -> Activation.kinked word -1.0 1.0 0)
          plain "gelu" "x Phi(x), with the normal distribution function Phi" Activation.gelu
          plain "sigmoid_like" "1/2 + erf(x/2.4020563531719796)/2" (fun word ->
              Activation.erf word 0.5 sigmoidLikeWidth 0.5)
          entry "leaky_relu" "max(x, 0) + alpha min(x, 0)" [ real "alpha" 0.01 ] Quadratic (fun word get ->
              Activation.kinked word (get "alpha" |> List.head) 1.0 1)
          entry "abrelu" "a min(x, 0) + b max(x, 0)" [ real "a" 0.0; real "b" 1.0 ] Quadratic (fun word get ->
              Activation.kinked word (get "a" |> List.head) (get "b" |> List.head) 1)
          three "erf" "a erf(b x) + c" Activation.erf Dual.erf
          three "sin" "a sin(b x + c)" Activation.sin sine
          three "cos" "a cos(b x + c)" Activation.cos cosine
          entry
              "rbf"
              "sqrt(2) sin(sqrt(2 gamma) x + pi/4)"
              [ { real "gamma" 1.0 with Kind = NonNegative } ]
              (Smooth(fun get -> Dual.rbf (get "gamma")))
              (fun word get -> Activation.rbf word (get "gamma" |> List.head))
          two "exp" "a exp(b x)" 1.0 Activation.exponential Dual.exponential
          two "gaussian" "a exp(b x^2)" -1.0 Activation.gaussian Dual.gaussian
          degree "monomial" "x^k" 0 30 (fun word k -> Activation.polynomial word (List.replicate k 0.0 @ [ 1.0 ]))
          degree "rectified_monomial" "x^k for x > 0, 0 for x < 0; for k = 0 the mean 1/2 at 0" 0 5 (fun word k ->
              Activation.kinked word 0.0 1.0 k)
          degree "hermite" "He_k(x)/sqrt(k!)" 0 30 Activation.hermite
          entry
              "polynomial"
              "c0 + c1 x + c2 x^2 + ..., written c=c0:c1:c2"
              [ { Key = "c"; Kind = Numbers(mostCoefficients); Default = None } ]
              Quadratic
              (fun word get -> Activation.polynomial word (get "c"))
          general "tanh" "tanh x" Odd (tanh, PreciseScalar.tanh) Even (Scalar.sechSquared, PreciseScalar.sechSquared)
          general
              "sigmoid"
              "1/(1 + e^-x)"
              Neither
              (Scalar.sigmoid, PreciseScalar.sigmoid)
              Even
              (sigmoidSlope, PreciseScalar.sigmoidSlope)
          general
              "softplus"
              "log(1 + e^x)"
              Neither
              (Scalar.softplus, PreciseScalar.softplus)
              Neither
              (Scalar.sigmoid, PreciseScalar.sigmoid)
          general
              "swish"
              "x/(1 + e^-x)"
              Neither
              (swish, PreciseScalar.swish)
              Neither
              (swishSlope, PreciseScalar.swishSlope)
          exponentialUnit "elu" "x for x >= 0, e^x - 1 for x < 0" 1.0 1.0
          exponentialUnit
              "selu"
              "1.0507009873554805 x for x >= 0, 1.7580993408473766 (e^x - 1) for x < 0"
              seluScale
              seluAlpha
          general
              "mish"
              "x tanh(log(1 + e^x))"
              Neither
              (mish, PreciseScalar.mish)
              Neither
              (mishSlope, PreciseScalar.mishSlope) ]

    /// The entry of a word, or None.
    let find word = activations |> List.tryFind (fun entry -> entry.Word = word)

    let private values (options: LayerOption list) (given: (string * float list) list) key =
        match List.tryFind (fun (k, _) -> k = key) given with
        | Some(_, value) -> value
        | None ->
            match options |> List.find (fun o -> o.Key = key) |> _.Default with
            | Some value -> value
            | None -> invalidArg key $"The option {key} has no default; give its value."

    /// Prints numbers as the notation writes them, joined by colons.
    let showNumbers values = values |> List.map Expr.showNumber |> String.concat ":"

    let private check word (option: LayerOption) (values: float list) =
        let single accept expected =
            match values with
            | [ x ] when accept x -> ()
            | _ -> invalidArg option.Key $"{option.Key} of {word} must be {expected}; it is {showNumbers values}."

        match option.Kind with
        | Real -> single System.Double.IsFinite "a finite number"
        | NonNegative -> single (fun x -> System.Double.IsFinite x && x >= 0.0) "a finite number that is not negative"
        | Whole(lower, upper) ->
            let isWhole x = x = floor x && x >= float lower && x <= float upper
            single isWhole $"a whole number from {lower} to {upper}"
        | Numbers most ->
            if values.IsEmpty || not (List.forall System.Double.IsFinite values) then
                invalidArg
                    option.Key
                    $"{option.Key} of {word} must be one or more finite numbers; it is '{showNumbers values}'."

            if values.Length > most then
                invalidArg
                    option.Key
                    $"{option.Key} of {word} must be at most {most} numbers; there are {values.Length}."

    /// The activation of a word at the given options; the other options have their defaults. It raises
    /// ArgumentException if the word does not exist, an option without a default is missing, or a value is not
    /// accepted.
    let activation word given =
        match find word with
        | None -> invalidArg word $"There is no activation '{word}'."
        | Some entry ->
            let value = values entry.Options given
            entry.Options |> List.iter (fun option -> check word option (value option.Key))

            let shown =
                [ for option in entry.Options do
                      if Some(value option.Key) <> option.Default then
                          option.Key, showNumbers (value option.Key) ]

            { entry.Build value with Options = shown }

    /// The values of all options of an activation of the notation, in the order of its entry. It raises
    /// ArgumentException for an activation that is no word.
    let optionValues (activation: Activation) =
        match activation.Origin, find activation.Name with
        | Word, Some entry ->
            let given = Map.ofList activation.Options
            let numbers (text: string) = text.Split ':' |> Seq.map float |> List.ofSeq

            [ for option in entry.Options do
                  match given.TryFind option.Key with
                  | Some text -> option.Key, numbers text
                  | None -> option.Key, option.Default.Value ]
        | _ -> invalidArg "activation" $"'{activation}' is not a word of the notation."

    /// The derivative of a function of degree 2 from its values at a distance of 1 on both sides, which is exact.
    let private halfDifference (above: Dual) (below: Dual) =
        let between a b = Number 0.5 * (a - b)

        { Value = between above.Value below.Value
          Derivative = between above.Derivative below.Derivative
          Mean = between above.Mean below.Mean
          Covariance = between above.Covariance below.Covariance }

    /// The derivatives of a dual activation's expressions by an option, or None if the option is a whole number. Of an
    /// option with several numbers, `index` is the one that varies. It raises ArgumentException for an activation that
    /// is no word of the notation.
    let byOption (activation: Activation) key index : Dual option =
        let values = optionValues activation |> Map.ofList
        let entry = (find activation.Name).Value

        match entry.Law with
        | Discrete -> None
        | Quadratic ->
            let at step =
                let moved = List.mapi (fun i x -> if i = index then x + step else x) values[key]
                (entry.Build(fun other -> if other = key then moved else values[other])).Dual

            Some(halfDifference (at 1.0) (at -1.0))
        | Smooth dual ->
            dual (fun other ->
                let value = List.head values[other]
                if other = key then Varying(value, 1.0) else Number value)
            |> DualGradient.byOption
            |> Some
