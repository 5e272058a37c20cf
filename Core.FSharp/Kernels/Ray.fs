namespace HadamardNtk.Core

/// The facts about a signal at exactly proportional rows: z(l x) = m z(x) for l > 0, where m > 0 depends on the pair,
/// so that the correlation of the signal at such rows is 1.
type internal Ray =
    {
        /// The correlation of the signal at rows x and -l x, which is the same for all of them. It is not a number if
        /// it is not known.
        Opposite: Lazy<DoubleDouble>
    }

    /// Whether the correlation at opposite rows is exactly 1 or -1.
    member this.IsStraight = this.Opposite.Value.Lo = 0.0 && abs this.Opposite.Value.Hi = 1.0

    /// Whether the correlation at opposite rows is known.
    member this.IsKnown = not (System.Double.IsNaN this.Opposite.Value.Hi)

/// The signals that are zero at every row.
[<RequireQualifiedAccess>]
module internal Zeros =
    /// Tests whether phi is zero, by its values at three numbers.
    let internal vanishes (phi: Activation) = [ -0.7; 0.3; 1.9 ] |> List.forall (fun x -> phi.Function.Apply x = 0.0)

    let private constants signals =
        let value signal =
            match signal.Rule with
            | Op.Constant c -> Some c
            | _ -> None

        let found = List.choose value signals
        if found.Length = signals.Length then Some(List.sum found) else None

    let private step (below: Signal -> bool) signal =
        match signal.Rule with
        | Op.Input -> false
        | Op.Constant c -> c = 0.0
        | Op.Dense(_, options, z) -> options.Bias = 0.0 && (options.Weight = 0.0 || below z)
        | Op.Phi(phi, z) -> vanishes phi || below z && phi.Function.Apply 0.0 = 0.0
        | Op.LayerNorm(_, z) -> below z
        | Op.Viewed _
        | Op.Attention _
        | Op.Spatial _ -> Signal.onePosition ()
        | Op.Hadamard parts -> List.exists below parts
        | Op.Sum parts -> List.forall below parts || constants parts = Some 0.0
        | Op.Concat parts -> List.forall (snd >> below) parts

    /// Tests whether a signal is zero at every row.
    let isZero top = Signal.read step top top

/// The signals that scale with their rows: z(l x) = m z(x) for l > 0. The scale m is propagated by these rules:
///
///     input       m = l
///     constant    m = 1
///     dense       m is kept if there is no bias, or if m = 1
///     phi         m^k if phi(x) is a x^k on one side of 0 and b x^k on the other; 1 if m = 1
///     layer_norm  m sqrt((eps + q)/(eps + m^2 q)), a separate number of the pair for each such layer
///     hadamard    the product of the scales
///     sum, concat the common m of all parts
[<RequireQualifiedAccess>]
module internal Rays =
    /// The scale m as l^degree times powers of the factors of the norm layers, and the signal's symmetry under x -> -x.
    type private Scaling = { Degree: bigint; Norms: Map<int, bigint>; Parity: Parity }

    let private still parity = { Degree = 0I; Norms = Map.empty; Parity = parity }
    let private isStill s = s.Degree.IsZero && s.Norms.IsEmpty

    let private power (k: int) s =
        if k = 0 then
            still s.Parity
        else
            { Degree = bigint k * s.Degree
              Norms = s.Norms |> Map.map (fun _ n -> bigint k * n)
              Parity = s.Parity }

    let private times a b =
        let add norms id n = Map.change id (fun m -> Some(n + Option.defaultValue 0I m)) norms

        { Degree = a.Degree + b.Degree
          Norms = Map.fold add a.Norms b.Norms
          Parity = Parity.product a.Parity b.Parity }

    let private plus a b =
        if a.Degree = b.Degree && a.Norms = b.Norms then
            Some({ a with Parity = Parity.sum a.Parity b.Parity }: Scaling)
        else
            None

    /// The k for which phi(x) is a x^k for x < 0 and b x^k for x > 0, if there is one.
    let private degree (phi: Activation) =
        match phi.Form with
        | Kinked(_, _, k) -> Some k
        | Polynomial coefficients ->
            match coefficients |> List.indexed |> List.filter (fun (_, c) -> c <> 0.0) with
            | [ k, _ ] -> Some k
            | _ -> None
        | Other -> None

    /// The symmetry of phi(z) under x -> -x. It is even if z is, and it is that of phi if z is odd.
    let private parity (phi: Activation) below =
        match below with
        | Odd -> phi.Function.Parity
        | other -> other

    let private pointwise phi s =
        let made: Scaling = { s with Parity = parity phi s.Parity }

        match degree phi with
        // A zero signal has no direction.
        | _ when Zeros.vanishes phi -> None
        | _ when isStill s -> Some made
        | Some k -> Some(power k made)
        | None -> None

    let private dense (options: Dense) s =
        if options.Weight = 0.0 then
            None
        elif options.Bias = 0.0 then
            Some s
        elif isStill s then
            Some({ s with Parity = (if s.Parity = Even then Even else Neither) }: Scaling)
        else
            None

    let private norm eps id s =
        if isStill s then s
        elif eps = 0.0 then still s.Parity
        else times s { Degree = 0I; Norms = Map [ id, 1I ]; Parity = Even }

    let private joined join parts = parts |> List.reduce (fun a b -> Option.bind (fun a -> Option.bind (join a) b) a)

    let private step (below: Signal -> Scaling option) signal =
        match signal.Rule with
        | Op.Input -> Some { Degree = 1I; Norms = Map.empty; Parity = Odd }
        | Op.Constant c -> if c = 0.0 then None else Some(still Even)
        | Op.Dense(_, options, z) -> below z |> Option.bind (dense options)
        | Op.Phi(phi, z) -> below z |> Option.bind (pointwise phi)
        | Op.LayerNorm(eps, z) -> below z |> Option.map (norm eps signal.Id)
        | Op.Viewed _
        | Op.Attention _
        | Op.Spatial _ -> Signal.onePosition ()
        | Op.Hadamard parts -> parts |> List.map below |> joined (fun a b -> Some(times a b))
        | Op.Sum parts -> parts |> List.map below |> joined plus
        | Op.Concat parts -> parts |> List.map (snd >> below) |> joined plus

    let private unknown = DoubleDouble.ofFloat nan

    // Expectations without a closed form would take too long here, and average features differ from row to row.
    let private numbers =
        Expr.inArithmetic (DoubleDoubleArithmetic()) (fun _ _ _ _ -> unknown) (fun _ _ -> unknown)

    /// The correlation of every signal for x.x/d = x'.x'/d = 1 and x.x'/d = -1.
    let private opposites top =
        let one = DoubleDouble.ofFloat 1.0
        let product = { Row = one; Column = one; Pair = DoubleDouble.negate one }
        let moments = { Product = product; Average = (unknown, unknown); FeatureCount = one }
        let read = Signal.read (DualNumber.step numbers moments) top

        fun signal ->
            let sigma = (read signal).Sigma
            sigma.Pair / (DoubleDouble.sqrt sigma.Row * DoubleDouble.sqrt sigma.Column)

    let private correlation (opposite: Lazy<Signal -> DoubleDouble>) signal parity =
        match parity with
        | Odd -> DoubleDouble.ofFloat -1.0
        | Even -> DoubleDouble.ofFloat 1.0
        | Neither -> opposite.Value signal

    /// For a signal and each signal below it: the facts about it at proportional rows, or None if it does not scale
    /// with its rows.
    let ofSignals top : Signal -> Ray option =
        let opposite = lazy (opposites top)
        let scaling = Signal.read step top

        fun signal -> scaling signal |> Option.map (fun s -> { Opposite = lazy (correlation opposite signal s.Parity) })
