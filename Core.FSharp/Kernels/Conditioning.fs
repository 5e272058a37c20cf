namespace HadamardNtk.Core

open System

/// The rounding of a number type, and the thresholds at which pairs escalate from it.
[<Struct>]
type internal Rounding =
    {
        /// The relative error of one rounding.
        Unit: float
        /// The error of the smallest numbers in units of `Unit`; numbers below the normal range lose digits.
        Least: float
        /// Terms of an exponent beyond this are watched pair by pair: a pair escalates if their roundings are visible
        /// in its kernel.
        Watched: float
        /// Pairs with 1 - rho below this escalate because of their angle.
        Nearest: float
    }

    static member private Of(unit, smallest, watched, nearest) =
        { Unit = unit; Least = smallest / unit; Watched = watched; Nearest = nearest }

    /// float32. Its underflow is not analyzed here.
    static member Float32 = Rounding.Of(Math.Pow(2.0, -23.0), 0.0, SingleCancellation.Great, 3e-3)
    /// float64.
    static member Float64 = Rounding.Of(Math.Pow(2.0, -52.0), Double.Epsilon, DoubleCancellation.Great, 1e-9)
    /// Double-double, which has the range of float64.
    static member DoubleDouble = Rounding.Of(1e-31, Double.Epsilon, infinity, 1e-9)
    /// Double-double with an unlimited range.
    static member Endless = Rounding.Of(1e-31, 0.0, infinity, 1e-9)

/// The growth of one rounding on its way through a network at one sample. It is the greatest change of the kernel of
/// the sample with itself, relative to that kernel, if any one value on the way is off by one unit. It is infinite if
/// the kernel is lost below the range of the numbers.
[<Struct>]
type internal Growth =
    {
        /// The growth of the NNGP kernel.
        Nngp: float
        /// The growth of the NTK.
        Ntk: float
        /// The NTK of the sample with itself.
        Theta: float
    }

/// First-order error analysis of a network at one sample x.
///
/// A dual activation changes by at most sqrt(T'(q1,q1) T'(q2,q2)) times the change of c. By the Cauchy-Schwarz
/// inequality the error at a pair, relative to sqrt(K_ii K_jj), is therefore at most the geometric mean of the errors
/// of both samples with themselves, and the recursion runs on the diagonal alone. It does not cover angles near 0 and
/// pi, at which the derivative of a kinked function has no bound, nor exponents that cancel. Pairs with these escalate
/// one by one. The derivatives used here are those of the nearest pairs that do not escalate.
[<RequireQualifiedAccess>]
module internal Conditioning =
    /// The values of a signal at (x, x), and their absolute errors in units of one rounding.
    type private State =
        { Sigma: float
          Theta: float
          Mean: float
          Covariance: float
          SigmaError: float
          ThetaError: float
          MeanError: float
          CovarianceError: float }

    /// The state of a signal without a mean.
    let private centered sigma theta sigmaError thetaError =
        { Sigma = sigma
          Theta = theta
          Mean = 0.0
          Covariance = sigma
          SigmaError = max sigmaError sigma
          ThetaError = max thetaError theta
          MeanError = 0.0
          CovarianceError = max sigmaError sigma }

    /// The error of a b for an exact a. It includes the rounding of the product, unless a factor is exactly 0.
    let private times rounding (a: float) b errorOfB =
        if a = 0.0 || (b = 0.0 && errorOfB = 0.0) then
            0.0
        else
            max rounding.Least (max (abs (a * b)) (abs a * errorOfB))

    /// The error of a^2 b for an exact a.
    let private timesSquare rounding a b errorOfB =
        if a <> 0.0 && a * a = 0.0 && (b <> 0.0 || errorOfB <> 0.0) then
            rounding.Least
        else
            times rounding (a * a) b errorOfB

    let private input rounding norm average =
        { centered norm 0.0 (if norm > 0.0 then max norm rounding.Least else 0.0) 0.0 with
            Mean = average
            MeanError = sqrt norm
            Covariance = norm - average * average }

    let private constant rounding c =
        { centered (c * c) 0.0 (timesSquare rounding c 1.0 0.0) 0.0 with
            Mean = c
            Covariance = 0.0
            CovarianceError = 0.0 }

    let private dense rounding (options: Dense) fanIn z =
        let w2 = options.Weight * options.Weight
        let sigma = w2 * z.Sigma + options.Bias * options.Bias
        let weighted = timesSquare rounding options.Weight
        let sigmaError = max (weighted z.Sigma z.SigmaError) (timesSquare rounding options.Bias 1.0 0.0)

        let own, ownError =
            match options.Trained, options.Parameterization with
            | false, _ -> 0.0, 0.0
            | true, NtkParameterization -> sigma, sigmaError
            | true, StandardParameterization ->
                fanIn * z.Sigma + (if options.Bias = 0.0 then 0.0 else 1.0), times rounding fanIn z.Sigma z.SigmaError

        centered sigma (own + w2 * z.Theta) sigmaError (max ownError (weighted z.Theta z.ThetaError))

    let private isDifference expr =
        match expr with
        | Apply(Subtract, _) -> true
        | _ -> false

    // The exponentials of pairs are watched while they are at least e^-20.
    let private unwatched = exp SingleCancellation.Small

    let private at expr q = Expr.evaluate Expr.floats q q q expr

    /// The sum of the absolute values of the terms of an expression at (x, x).
    let rec private terms q expr =
        match expr with
        | Apply((Add | Subtract), operands) -> operands |> List.sumBy (terms q)
        | Apply(Multiply, operands) -> operands |> List.fold (fun product o -> product * terms q o) 1.0
        | other -> abs (at other q)

    /// The smallest size of the terms of exponents in an expression. The exponent of exp is taken as a sum of two
    /// terms of about equal size. The result is infinite if there are no exponentials.
    let rec private exponents q expr =
        match expr with
        | Apply(ExpSinh, [ _; odd ]) -> terms q odd
        | Apply(Exp, [ exponent ]) -> 0.5 * terms q exponent
        | Apply(_, operands) -> operands |> List.fold (fun least o -> min least (exponents q o)) infinity
        | _ -> infinity

    // A sample stands for all samples whose norm differs by at most this factor.
    let private interval = 1.25

    /// T and the mean at (x, x). They come from one table if the function has no closed form.
    let private moments (phi: Activation) q =
        match phi.Dual.Value with
        | Expect f ->
            let table = Expectation.table f q
            struct (table.Square, table.Mean)
        | value -> struct (at value q, at phi.Dual.Mean q)

    // The distance 1 - rho within which pairs escalate if a function without a closed form is steep there.
    let private nearestOfSeries = 3e-3

    let private isKinked (phi: Activation) =
        match phi.Form with
        | Kinked(a, b, k) -> k <= 1 && (k = 0 || a <> b)
        | _ -> ScalarFunction.jumps phi.Derivative

    /// T' at (x, x), T' at the nearest pairs that do not escalate, and its slope in c there.
    let private derivatives rounding (phi: Activation) q =
        match phi.Dual.Derivative with
        | Expect f ->
            let table = Expectation.table f q
            let terms = table.Coefficients |> Seq.mapi (fun k a -> a * a * Math.Pow(1.0 - nearestOfSeries, float k))
            struct (table.Square, Seq.sum terms, Expectation.slopeAt table nearestOfSeries * table.Square / q)
        | derivative ->
            // If phi has a kink, T' is evaluated twice as far from the diagonal.
            let nearest = if isKinked phi then max (2.0 * rounding.Nearest) 1e-6 else rounding.Nearest
            let beside part = Expr.evaluate Expr.floats q q (q - part * q) derivative
            // If squares of gaps are great beside 1, pairs escalate at proportionally greater angles.
            let further = min 0.5 (nearest * max 1.0 q)
            let slope = (beside further - beside (2.0 * further)) / (further * q)
            struct (at derivative q, beside nearest, max 0.0 slope)

    let private jumps (phi: Activation) =
        match phi.Form with
        | Kinked(_, _, k) -> k = 0
        | _ -> ScalarFunction.jumps phi.Function

    /// The state at a variance that is 0, possibly by rounding. The error follows from the variance that it may be
    /// instead.
    let private pointwiseAtZero rounding (phi: Activation) z =
        let struct (value, mean) = moments phi 0.0
        let derivative = at phi.Dual.Derivative 0.0

        let zero = { centered value (derivative * z.Theta) value 0.0 with Mean = mean }

        if not (z.SigmaError > 0.0) then
            zero
        else
            let q = max Double.Epsilon (z.SigmaError * rounding.Unit)
            let struct (value', mean') = moments phi q

            let apart a b =
                let difference = abs (a - b) / rounding.Unit in if Double.IsNaN difference then infinity else difference

            { zero with
                SigmaError = max zero.SigmaError (apart value' value)
                ThetaError =
                    max
                        (times rounding derivative z.Theta z.ThetaError)
                        (if z.Theta = 0.0 then
                             0.0
                         else
                             z.Theta * apart (at phi.Dual.Derivative q) derivative)
                MeanError = apart mean' mean
                CovarianceError = max zero.CovarianceError (apart value' value) }

    // The roundings of chains of smooth layers add up, at this share of a unit for each layer. Networks with kinks have
    // a greater tolerance for each kink.
    let private ofCurve = 0.4

    let private pointwiseAt rounding (phi: Activation) z =
        let q = z.Sigma
        let struct (value, mean) = moments phi q
        let h = max (1e-3 * q) Double.Epsilon
        let struct (above, meanAbove) = moments phi (q + h)
        let lower = if 2.0 * h < q then q - h else q
        let struct (below, meanBelow) = moments phi lower
        let apart = q + h - lower
        let along, meanSlope = (above - below) / apart, (meanAbove - meanBelow) / apart
        let struct (here, near, bend) = derivatives rounding phi q
        // The slope at a kink is that of its angle, which is known to a unit for pairs that do not escalate, so only
        // the excess of the error counts.
        let off = if isKinked phi then max 0.0 (z.SigmaError - q) else z.SigmaError
        let terms = exponents q phi.Dual.Value
        let isWatched = terms < infinity && terms > interval * rounding.Watched
        let share = if isWatched then unwatched else 1.0
        let across = if isWatched then 0.0 else abs (along - near)
        let moved = max (share * near) across * z.SigmaError
        // Below the normal range rho loses digits as well, and with it the result of a jump.
        let lost = if jumps phi then value * z.SigmaError / q else 0.0

        let moved =
            if q >= rounding.Least then moved
            elif Double.IsNaN moved then infinity
            else max moved lost

        let isPlain = isDifference phi.Dual.Covariance
        let covariance = if isPlain then value - mean * mean else at phi.Dual.Covariance q

        { Sigma = value
          Theta = here * z.Theta
          Mean = mean
          Covariance = covariance
          SigmaError = max value (if isKinked phi then moved else moved + ofCurve * value)
          ThetaError =
            (if isKinked phi then List.max else List.sum)
                [ times rounding here z.Theta 0.0; share * near * z.ThetaError; z.Theta * share * bend * off ]
          MeanError = max (abs mean) (abs meanSlope * z.SigmaError)
          CovarianceError = max moved (if isPlain then max value (mean * mean) else covariance) }

    let private pointwise rounding (phi: Activation) z =
        if z.Sigma > 0.0 then
            pointwiseAt rounding phi z
        else
            pointwiseAtZero rounding phi z

    // A norm layer multiplies c by factors with five roundings, which add up along a chain: 1.6 units of float32 were
    // measured for each dense and norm layer.
    let private ofNorm = 1.2

    let private norm eps z =
        let scale = 1.0 / (eps + z.Sigma)
        let added value error = scale * (error + ofNorm * value)
        centered (scale * z.Sigma) (scale * z.Theta) (added z.Sigma z.SigmaError) (added z.Theta z.ThetaError)

    let private total f parts = List.sumBy f parts

    let private sum parts hasMeans =
        let mean = total _.Mean parts
        let meanError = total _.MeanError parts
        let covariance = total _.Covariance parts
        let covarianceError = max covariance (total _.CovarianceError parts)
        let sigma = if hasMeans then covariance + mean * mean else total _.Sigma parts

        { Sigma = sigma
          Theta = total _.Theta parts
          Mean = mean
          Covariance = covariance
          SigmaError =
            max
                sigma
                (if hasMeans then
                     // The error of a product of means, where the root of the second moment bounds the mean of the
                     // other sample.
                     max covarianceError (2.0 * sqrt (max 0.0 sigma) * meanError)
                 else
                     total _.SigmaError parts)
          ThetaError = total _.ThetaError parts
          MeanError = meanError
          CovarianceError = covarianceError }

    let private product rounding a b =
        let square m = m * m

        let both x errorOfX y errorOfY =
            if (x = 0.0 && errorOfX = 0.0) || (y = 0.0 && errorOfY = 0.0) then
                0.0
            else
                List.max [ rounding.Least; x * y; errorOfX * y + x * errorOfY ]

        { Sigma = a.Sigma * b.Sigma
          Theta = a.Theta * b.Sigma + a.Sigma * b.Theta
          Mean = a.Mean * b.Mean
          Covariance = a.Covariance * b.Covariance + a.Covariance * square b.Mean + square a.Mean * b.Covariance
          SigmaError = both a.Sigma a.SigmaError b.Sigma b.SigmaError
          ThetaError = both a.Theta a.ThetaError b.Sigma b.SigmaError + both a.Sigma a.SigmaError b.Theta b.ThetaError
          MeanError = a.MeanError * abs b.Mean + abs a.Mean * b.MeanError
          CovarianceError = a.CovarianceError * b.Sigma + a.Sigma * b.CovarianceError }

    let private concat parts =
        let sigma = parts |> List.sumBy (fun (w, z) -> w * z.Sigma)
        let mean = parts |> List.sumBy (fun (w, z) -> w * z.Mean)
        let sigmaError = max sigma (parts |> List.sumBy (fun (w, z) -> w * z.SigmaError))

        { Sigma = sigma
          Theta = parts |> List.sumBy (fun (w, z) -> w * z.Theta)
          Mean = mean
          Covariance = sigma - mean * mean
          SigmaError = sigmaError
          ThetaError = parts |> List.sumBy (fun (w, z) -> w * z.ThetaError)
          MeanError = parts |> List.sumBy (fun (w, z) -> w * z.MeanError)
          CovarianceError = sigmaError }

    let private step rounding features norm' average (below: Signal -> State) (signal: Signal) =
        match signal.Rule with
        | Op.Input -> input rounding norm' average
        | Op.Constant c -> constant rounding c
        | Op.Dense(_, options, z) ->
            let fanIn =
                match z.Facts.Width with
                | Features -> float features
                | Channels n -> float n
                | Unstated -> 1.0

            dense rounding options fanIn (below z)
        | Op.Viewed _
        | Op.Attention _
        | Op.Spatial _ -> Signal.onePosition ()
        | Op.Phi(phi, z) -> pointwise rounding phi (below z)
        | Op.LayerNorm(eps, z) -> norm eps (below z)
        | Op.Sum parts -> sum (List.map below parts) (not signal.Crosses.IsEmpty)
        | Op.Hadamard parts -> parts |> List.map below |> List.reduce (product rounding)
        | Op.Concat parts -> parts |> List.map (fun (w, z) -> w, below z) |> concat

    let private relative error value =
        if Double.IsNaN error || not (Double.IsFinite value) then 1.0
        elif value > 0.0 then max 1.0 (error / value)
        elif error > 0.0 then infinity
        else 1.0

    /// The growth at a sample with the given number of features, norm x.x/d > 0 and average feature. It is 1 if the
    /// kernel is zero by the network, or not finite.
    let growth rounding features norm average signal =
        let last = Signal.read (step rounding features norm average) signal signal

        { Nngp = relative last.SigmaError last.Sigma
          Ntk = relative last.ThetaError last.Theta
          Theta = last.Theta }
