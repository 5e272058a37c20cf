namespace HadamardNtk.Core

open System.Collections.Concurrent

/// A value and its derivative along a curve.
[<Struct>]
type private VarianceJet = { Value: DoubleDouble; Slope: DoubleDouble }

/// A block of layers as a map of second moments: q1 = Sigma(x,x), q2 = Sigma(x',x') and c = Sigma(x,x') before the
/// block give those after it. A network that repeats the block repeats the map.
type BlockMap =
    private
        { Network: Layer
          Signal: Signal }

    /// The block.
    member this.Block = this.Network

/// The maps of blocks, and their derivatives, which are exact:
///
///     variance map       V(q) = Sigma(q, q, q),                 V'(q) by the chain rule along q1 = q2 = c = q
///     correlation map    C(rho) = Sigma(q, q, rho q)/V(q),      C'(rho) = q/V(q) dSigma/dc
///     dSigma/dc          is the tangent kernel Theta if no weights are trained and the input has Theta = 1
///
/// Source: Poole and others, Exponential expressivity in deep neural networks through transient chaos (2016).
[<RequireQualifiedAccess>]
module internal BlockMap =
    let private whole = "the block"

    let private averaging =
        Refusal.make
            whole
            []
            "its kernel depends on the average feature of the raw input, and not on second moments alone"
            "put a dense before the signals that the raw input meets"

    let private constant =
        Refusal.make whole [] "its kernel is the same for all inputs" "let its output depend on the input"

    let private jumping (phi: Activation) path =
        Refusal.make
            (string phi)
            path
            "its function jumps, and the slope of a correlation is known for jumps at 0 between two constants alone"
            "use sign or rectified_monomial(k=0)"

    let private isStep (phi: Activation) =
        match phi.Form with
        | Kinked(_, _, 0) -> true
        | _ -> false

    let private unknownSlope signal =
        match signal.Rule with
        | Op.Phi(phi, _) when not (isStep phi) && ScalarFunction.jumps phi.Function -> Some(jumping phi signal.Path)
        | _ -> None

    // The kernel of two copies in series, and not only that of one, has to be one of second moments.
    let private analysed network =
        Calculus.analyseFlat network
        |> Result.bind (fun signal -> if (Program.compile signal).HasAverage then Error averaging else Ok signal)

    /// The map of a block. It is refused if the block, or two copies of it in series, have no kernel or one that
    /// depends on the average feature; if the kernel depends on no input; or if a function jumps in any other way than
    /// between two constants at 0.
    let ofBlock network : Result<BlockMap, Refusal> =
        match analysed network with
        | Error refusal -> Error refusal
        | Ok signal when (Program.compile signal).Nngp.Bank = Bank.Constants -> Error constant
        | Ok signal ->
            match Signal.ancestry signal |> List.tryPick unknownSlope with
            | Some refusal -> Error refusal
            | None -> analysed (Layer.repeat 2 network) |> Result.map (fun _ -> { Network = network; Signal = signal })

    // Readings ----------------------------------------------------------------------------------------------------

    /// The values of an arithmetic. The table of a function at a variance is made once. A product with 0 is 0, so that
    /// the infinite slope of a jump does not pass where nothing depends on it.
    let private numbers<'T, 'A when 'T: equality and 'A: struct and 'A :> IArithmetic<'T>> (arithmetic: 'A) =
        let tables = ConcurrentDictionary<struct (ScalarFunction * 'T), HermiteTable>()
        let table f q = tables.GetOrAdd(struct (f, q), (fun _ -> ExpectationIn.table arithmetic f q))
        let isZero x = arithmetic.Float x = 0.0

        { Number = arithmetic.Number
          Pi = arithmetic.Pi
          Apply =
            fun operation operands ->
                match operation, operands with
                | Multiply, [ a; b ] when isZero a || isZero b -> arithmetic.Number 0.0
                | _ -> Expr.perform arithmetic operation (fun i -> List.item i operands)
          Expect = fun f q1 q2 c -> ExpectationIn.pair arithmetic (table f q1) (table f q2) q1 q2 c
          Mean = fun f q -> ExpectationIn.mean arithmetic (table f q) }

    let private floats () = numbers (Float64Arithmetic())
    let private wide () = numbers (DoubleDoubleArithmetic())

    let private number = DoubleDouble.ofFloat
    let private zero = number 0.0

    // d/dq E f(u) = (E u^2 f(u)/q - E f(u))/(2q) for u ~ N(0, q), which holds for functions with kinks and jumps.
    let private alongVariance q (product: DoubleDouble) expectation =
        (product / q - expectation) / DoubleDouble.scale 2.0 q

    let private slopeOf operation (operands: VarianceJet list) (value: DoubleDouble) =
        match operation, operands with
        | Add, [ a; b ] -> a.Slope + b.Slope
        | Subtract, [ a; b ] -> a.Slope - b.Slope
        | Multiply, [ a; b ] -> a.Slope * b.Value + a.Value * b.Slope
        | Divide, [ a; b ] -> (a.Slope - value * b.Slope) / b.Value
        | Sqrt, [ a ] -> a.Slope / DoubleDouble.scale 2.0 value
        | Exp, [ a ] -> value * a.Slope
        | Atan2, [ y; x ] -> (x.Value * y.Slope - y.Value * x.Slope) / (x.Value * x.Value + y.Value * y.Value)
        | Hypotenuse, [ a; b ] -> (DoubleDouble.scale 0.5 a.Slope + b.Value * b.Slope) / value
        | ExpSinh, [ m; c ] ->
            let cosh = DoubleDouble.exp (c.Value - m.Value) + DoubleDouble.exp (-(c.Value + m.Value))
            DoubleDouble.scale 0.5 (cosh * c.Slope) - m.Slope * value
        // Along q1 = q2 = c both are 0.
        | (Gap | Angle), _ -> zero
        | _ -> invalidOp $"{operation} does not have {operands.Length} operands."

    /// Values with their derivatives along q1 = q2 = c = q, by the chain rule.
    let private jets () : Numbers<VarianceJet> =
        let n = wide ()
        let products = ConcurrentDictionary<ScalarFunction, ScalarFunction>(HashIdentity.Reference)
        let x = Activation.identity.Function
        let timesX f = products.GetOrAdd(f, (fun f -> ScalarFunction.product x f))
        let still value = { Value = value; Slope = zero }

        let along (q: VarianceJet) expectation product =
            { Value = expectation
              Slope =
                if q.Slope.Hi = 0.0 then
                    zero
                else
                    q.Slope * alongVariance q.Value (product ()) expectation }

        { Number = number >> still
          Pi = still n.Pi
          Apply =
            fun operation operands ->
                let value = n.Apply operation (List.map _.Value operands)

                if operands |> List.forall (fun o -> o.Slope.Hi = 0.0) then
                    still value
                else
                    { Value = value; Slope = slopeOf operation operands value }
          Expect =
            fun f q _ _ ->
                let square (f: ScalarFunction) = n.Expect f q.Value q.Value q.Value
                along q (square f) (fun () -> square (timesX f))
          Mean = fun f q -> along q (n.Mean f q.Value) (fun () -> n.Mean (timesX (timesX f)) q.Value) }

    // dT/dc is T' where the function does not jump. Of T = (a-b)^2 (1 - 2 th/pi)/4 + ..., the step's, it is that of th.
    let private derivative (phi: Activation) =
        match phi.Form with
        | Kinked(a, b, 0) when a <> b -> Number((a - b) * (a - b)) / (Number 2.0 * Pi * Expr.gap)
        | _ -> phi.Dual.Derivative

    let private withDerivative derivative (phi: Activation) =
        let dual = phi.Dual
        { phi with LazyDual = lazy { dual with Derivative = derivative phi } }

    /// Sigma and dSigma/dc of the block at the moments (q1, q2, c) of its input.
    let private read (n: Numbers<'v>) derivative (q1, q2, c) map =
        let unknown = n.Number nan

        let moments =
            { Product = { Row = q1; Column = q2; Pair = c }
              Average = unknown, unknown
              FeatureCount = n.Number 1.0 }

        let step below signal =
            let through rule = DualNumber.step n moments below { signal with Rule = rule }

            match signal.Rule with
            | Op.Input -> { through signal.Rule with Theta = n.Number 1.0 }
            | Op.Dense(path, options, z) -> through (Op.Dense(path, { options with Trained = false }, z))
            | Op.Phi(phi, z) -> through (Op.Phi(withDerivative derivative phi, z))
            | rule -> through rule

        Signal.read step map.Signal map.Signal

    let private none (_: Activation) = Number 0.0

    // Variances ---------------------------------------------------------------------------------------------------

    /// V(q) in float64.
    let variance q map = (read (floats ()) none (q, q, q) map).Sigma.Row

    /// V(q) and V'(q) in double-double.
    let internal varianceJet (q: DoubleDouble) map =
        let along = { Value = q; Slope = number 1.0 }
        let result = (read (jets ()) none (along, along, along) map).Sigma.Row
        struct (result.Value, result.Slope)

    /// V'(q), for q > 0.
    let varianceSlope (q: float) map =
        let struct (_, slope) = varianceJet (number q) map
        slope.Hi

    /// The moments (q1, q2, c) after the block, from those before it, in float64.
    let apply (struct (q1, q2, c)) map =
        let sigma = (read (floats ()) none (q1, q2, c) map).Sigma
        struct (sigma.Row, sigma.Column, sigma.Pair)

    // Correlations ------------------------------------------------------------------------------------------------

    let private correlations (n: Numbers<'v>) derivative (divide: 'v -> 'v -> 'v) times q map =
        fun rho ->
            let result = read n derivative (q, q, times rho q) map
            struct (divide result.Sigma.Pair result.Sigma.Row, divide (times result.Theta q) result.Sigma.Row)

    /// C and C' at the variance q, in float64. C' is infinite at 1 and -1 where a function jumps.
    let internal correlation q map = correlations (floats ()) derivative (/) (*) q map

    /// C and C' at the variance q in double-double, where C' is finite.
    let internal preciseCorrelation (q: DoubleDouble) map =
        correlations (wide ()) derivative DoubleDouble.divide DoubleDouble.multiply q map
