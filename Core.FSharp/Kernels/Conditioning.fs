namespace HadamardNtk.Core

open System

/// The numbers that a kernel is computed in.
[<Struct>]
type Rounding =
    {
        /// How far a number is off, relative to itself.
        Unit: float
        /// How far the smallest numbers are off, in such units: below the normal ones digits are lost.
        Least: float
        /// Terms of an exponent beyond this are watched pair by pair: where their roundings show the pair is told apart.
        Watched: float
        /// 1 - rho below which pairs are told apart by their angle.
        Nearest: float
    }

    static member private Of(unit, smallest, watched, nearest) =
        { Unit = unit; Least = smallest / unit; Watched = watched; Nearest = nearest }

    /// float32; what it has no room for is no subject here.
    static member Float32 = Rounding.Of(Math.Pow(2.0, -23.0), 0.0, SingleCancellation.Great, 3e-3)
    /// float64.
    static member Float64 = Rounding.Of(Math.Pow(2.0, -52.0), Double.Epsilon, DoubleCancellation.Great, 1e-9)
    /// Double-double, which has the range of float64.
    static member DoubleDouble = Rounding.Of(1e-31, Double.Epsilon, infinity, 1e-9)
    /// The same without an end to its range.
    static member Endless = Rounding.Of(1e-31, 0.0, infinity, 1e-9)

/// How far one rounding may grow on its way through a network at one sample: the greatest change of the kernel of the
/// sample with itself, relative to that kernel, when any one value on the way is off by one unit. Infinite where the kernel
/// is lost below the range of the numbers.
[<Struct>]
type Growth =
    {
        /// Of the NNGP kernel.
        Nngp: float
        /// Of the NTK.
        Ntk: float
        /// The NTK of the sample with itself.
        Theta: float
    }

/// First-order error analysis of a network at one sample x.
///
/// A dual activation changes by at most sqrt(T'(q1,q1) T'(q2,q2)) times the change of c, so that by Cauchy and Schwarz the
/// error at a pair, relative to sqrt(K_ii K_jj), is at most the geometric mean of what both samples have with themselves.
/// The recursion therefore runs on the diagonal alone. Angles near 0 and pi, at which the derivative of a kinked function
/// has no bound, and exponents that cancel are not its subject: pairs that have them are told apart one by one, and the
/// derivatives here are those of the pairs that are as near as the others get.
[<RequireQualifiedAccess>]
module Conditioning =
    /// What a signal is at (x, x), and the errors of it, absolute in units of one rounding.
    type private State =
        { Sigma: float
          Theta: float
          Mean: float
          Covariance: float
          SigmaError: float
          ThetaError: float
          MeanError: float
          CovarianceError: float }

    /// A signal without a mean.
    let private centred sigma theta sigmaError thetaError =
        { Sigma = sigma
          Theta = theta
          Mean = 0.0
          Covariance = sigma
          SigmaError = max sigmaError sigma
          ThetaError = max thetaError theta
          MeanError = 0.0
          CovarianceError = max sigmaError sigma }

    /// The error of a b, a without error: it has one of its own where it is not zero by its factors, whatever it is rounded
    /// to.
    let private times rounding (a: float) b errorOfB =
        if a = 0.0 || (b = 0.0 && errorOfB = 0.0) then
            0.0
        else
            max rounding.Least (max (abs (a * b)) (abs a * errorOfB))

    /// The same of a^2 b.
    let private timesSquare rounding a b errorOfB =
        if a <> 0.0 && a * a = 0.0 && (b <> 0.0 || errorOfB <> 0.0) then
            rounding.Least
        else
            times rounding (a * a) b errorOfB

    let private input rounding norm average =
        { centred norm 0.0 (if norm > 0.0 then max norm rounding.Least else 0.0) 0.0 with
            Mean = average
            MeanError = sqrt norm
            Covariance = norm - average * average }

    let private constant rounding c =
        { centred (c * c) 0.0 (timesSquare rounding c 1.0 0.0) 0.0 with
            Mean = c
            Covariance = 0.0
            CovarianceError = 0.0 }

    let private dense rounding (options: Dense) fanIn z =
        let w2 = options.Weight * options.Weight
        let sigma = w2 * z.Sigma + options.Bias * options.Bias
        let weighted = timesSquare rounding options.Weight
        let sigmaError = max (weighted z.Sigma z.SigmaError) (timesSquare rounding options.Bias 1.0 0.0)

        let own, ownError =
            match options.Trained, options.Parameterisation with
            | false, _ -> 0.0, 0.0
            | true, NtkParameterisation -> sigma, sigmaError
            | true, StandardParameterisation ->
                fanIn * z.Sigma + (if options.Bias = 0.0 then 0.0 else 1.0), times rounding fanIn z.Sigma z.SigmaError

        centred sigma (own + w2 * z.Theta) sigmaError (max ownError (weighted z.Theta z.ThetaError))

    let private isDifference expr =
        match expr with
        | Apply(Subtract, _) -> true
        | _ -> false

    // Pairs are watched down to exponentials of e^-20.
    let private unwatched = exp SingleCancellation.Small

    let private at expr q = Expr.evaluate Expr.floats q q q expr

    /// The terms of an expression at (x, x), without their signs.
    let rec private terms q expr =
        match expr with
        | Apply((Add | Subtract), operands) -> operands |> List.sumBy (terms q)
        | Apply(Multiply, operands) -> operands |> List.fold (fun product o -> product * terms q o) 1.0
        | other -> abs (at other q)

    /// The least of the terms, of about two equal ones, of exponents; infinite where there are no exponentials.
    let rec private exponents q expr =
        match expr with
        | Apply(ExpSinh, [ _; odd ]) -> terms q odd
        | Apply(Exp, [ exponent ]) -> 0.5 * terms q exponent
        | Apply(_, operands) -> operands |> List.fold (fun least o -> min least (exponents q o)) infinity
        | _ -> infinity

    // A sample stands for all whose norm is as much greater or smaller.
    let private interval = 1.25

    /// T and the mean at (x, x), of functions without a closed form from one table.
    let private moments (phi: Activation) q =
        match phi.Dual.Value with
        | Expect f ->
            let table = Expectation.table f q
            struct (table.Square, table.Mean)
        | value -> struct (at value q, at phi.Dual.Mean q)

    // Of functions without a closed form nearer pairs are told apart where these are steep.
    let private nearestOfSeries = 3e-3

    let private isKinked (phi: Activation) =
        match phi.Form with
        | Kinked(a, b, k) -> k <= 1 && (k = 0 || a <> b)
        | _ -> ScalarFunction.jumps phi.Derivative

    /// T' at (x, x), T' as near to it as pairs get, and its slope in c there.
    let private derivatives rounding (phi: Activation) q =
        match phi.Dual.Derivative with
        | Expect f ->
            let table = Expectation.table f q
            let terms = table.Coefficients |> Seq.mapi (fun k a -> a * a * Math.Pow(1.0 - nearestOfSeries, float k))
            struct (table.Square, Seq.sum terms, Expectation.slopeAt table nearestOfSeries * table.Square / q)
        | derivative ->
            // Where there is a kink angles are asked for twice as far.
            let nearest = if isKinked phi then max (2.0 * rounding.Nearest) 1e-6 else rounding.Nearest
            let beside part = Expr.evaluate Expr.floats q q (q - part * q) derivative
            // Squares of gaps that are great beside 1 are told apart at angles as much greater.
            let further = min 0.5 (nearest * max 1.0 q)
            let slope = (beside further - beside (2.0 * further)) / (further * q)
            struct (at derivative q, beside nearest, max 0.0 slope)

    let private jumps (phi: Activation) =
        match phi.Form with
        | Kinked(_, _, k) -> k = 0
        | _ -> ScalarFunction.jumps phi.Function

    /// Of a variance that is 0, or 0 by its rounding: what it may be instead makes the error.
    let private pointwiseAtZero rounding (phi: Activation) z =
        let struct (value, mean) = moments phi 0.0
        let derivative = at phi.Dual.Derivative 0.0

        let zero = { centred value (derivative * z.Theta) value 0.0 with Mean = mean }

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

    // Of chains of smooth layers the roundings add up, some for each; networks of kinks are allowed more for each kink.
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
        // A kink's slope is that of its angle, which is known to a unit where the pair is not told apart; more is not.
        let off = if isKinked phi then max 0.0 (z.SigmaError - q) else z.SigmaError
        let terms = exponents q phi.Dual.Value
        let isWatched = terms < infinity && terms > interval * rounding.Watched
        let share = if isWatched then unwatched else 1.0
        let across = if isWatched then 0.0 else abs (along - near)
        let moved = max (share * near) across * z.SigmaError
        // Where digits are lost they are lost of rho as well, and with it of what a jump gives.
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

    // A norm is five roundings of factors of c, which add up along a chain: measured, 1.6 units of float32 for each dense and
    // norm.
    let private ofNorm = 1.2

    let private norm eps z =
        let scale = 1.0 / (eps + z.Sigma)
        let added value error = scale * (error + ofNorm * value)
        centred (scale * z.Sigma) (scale * z.Theta) (added z.Sigma z.SigmaError) (added z.Theta z.ThetaError)

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
                     // Of the product with another sample's mean, which the root of its second moment bounds.
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

    /// The growth at a sample of so many features with x.x/d > 0 and the average feature given; 1 where the kernel is zero by
    /// the network, or not finite.
    let growth rounding features norm average signal =
        let last = Signal.read (step rounding features norm average) signal signal

        { Nngp = relative last.SigmaError last.Sigma
          Ntk = relative last.ThetaError last.Theta
          Theta = last.Theta }
