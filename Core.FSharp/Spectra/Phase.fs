namespace HadamardNtk.Core

open System

/// The effect of a map near its fixed point, by the slope there.
type Stability =
    /// |slope| < 1: the map leads back to the point, exponentially fast.
    | Stable
    /// |slope| = 1 within the tolerance.
    | Neutral
    /// |slope| > 1: the map leads away from the point.
    | Unstable

/// A fixed point of a map of one number.
[<Struct>]
type FixedPoint =
    {
        /// The number that the map keeps.
        Value: float
        /// The map's derivative there.
        Slope: float
    }

/// The fixed points of a map.
[<RequireQualifiedAccess>]
type FixedPoints =
    /// The map keeps every number.
    | All
    /// The fixed points in ascending order.
    | Isolated of FixedPoint list

/// The phase of a deep network, by the slope chi_1 = C'(1) of the correlation map.
type Phase =
    /// chi_1 < 1: correlations of all inputs tend to 1.
    | Ordered
    /// chi_1 = 1 within the tolerance: correlations tend to 1 as a power of the depth, or stay.
    | Critical
    /// chi_1 > 1: correlations of nearly equal inputs fall to a number below 1.
    | Chaotic

/// The choices of an analysis of phases.
type PhaseOptions =
    {
        /// The least variance of a fixed point.
        Lowest: float
        /// The greatest variance of a fixed point.
        Highest: float
        /// Slopes count as 1, and a variance as fixed, within this.
        Tolerance: float
        /// The variance that the correlation map is taken near, if it is chosen.
        Near: float option
    }

/// The long run of a network that repeats a block.
type BlockPhase =
    {
        /// The block's map.
        Map: BlockMap
        /// The fixed points of the variance map in the range.
        Variances: FixedPoints
        /// The fixed variance that the correlation map is taken at.
        Variance: FixedPoint
        /// The fixed points of the correlation map in [-1, 1].
        Correlations: FixedPoints
        /// The fixed correlation that a deep network leads to from those in [0, 1), or 1 if it keeps every one.
        Limit: FixedPoint
        /// chi_1 = C'(1), which is infinite if a function jumps.
        Slope: float
        /// The phase.
        Phase: Phase
        /// Slopes count as 1 within this.
        Tolerance: float
    }

/// Fixed points and slopes of the maps of a repeated block. The variance map is searched for changes of sign of
/// V(q) - q on a grid of 16 variances to a factor of ten. The correlation map needs no grid. It is C(rho) = sum_k c_k
/// rho^k with c_k >= 0 and sum_k c_k = 1, as every kernel of correlations is in the limit of infinite width
/// (Schoenberg). Unless C(rho) = rho,
///
///     on [0, 1]    C is convex: its one fixed point is 1 if chi_1 <= 1, and there is one more if chi_1 > 1
///     on [-1, 0)   C(-r) >= -sum_{odd k} c_k r^k >= -r, with equality for r = 1 and an odd C alone
///
/// Sources: Poole and others, Exponential expressivity in deep neural networks through transient chaos (2016);
/// Schoenholz and others, Deep information propagation (2017); Hayou, Doucet and Rousseau, On the impact of the
/// activation function on deep neural networks training (2019); docs/mathematics.md, section 11.
[<RequireQualifiedAccess>]
module Phase =
    let private number = DoubleDouble.ofFloat
    let private one = number 1.0

    /// Variances from 1e-6 to 1e6, a tolerance of 1e-8, and no chosen variance.
    let defaults = { Lowest = 1e-6; Highest = 1e6; Tolerance = 1e-8; Near = None }

    /// The stability of a fixed point. Slopes count as 1 within the tolerance.
    let stability tolerance (point: FixedPoint) =
        let size = abs point.Slope

        if abs (size - 1.0) <= tolerance then Neutral
        elif size < 1.0 then Stable
        else Unstable

    /// The number of copies of the block in which the distance from a fixed point falls by a factor of e: -1/log
    /// |slope|. It is infinite if the distance does not fall exponentially, and 0 if the slope is 0.
    let depthScale tolerance (point: FixedPoint) =
        match stability tolerance point with
        | Stable -> -1.0 / log (abs point.Slope)
        | _ -> infinity

    // A zero of g between numbers where its signs differ, by Newton's method, or by bisection where that leaves the
    // interval. `g` gives its value and its derivative.
    let private zero (g: DoubleDouble -> struct (DoubleDouble * DoubleDouble)) (lower: float) (upper: float) =
        let isPositive (x: DoubleDouble) = x.Hi > 0.0
        let struct (first, _) = g (number lower)

        let rec refine (a: DoubleDouble) (b: DoubleDouble) x left =
            let struct (value, slope) = g x
            let a, b = if isPositive value = isPositive first then x, b else a, x
            let newton = x - value / slope
            let isInside = (newton - a).Hi >= 0.0 && (b - newton).Hi >= 0.0
            let next = if isInside then newton else DoubleDouble.scale 0.5 (a + b)

            if left = 0 || value.Hi = 0.0 || abs (next - x).Hi <= 1e-29 * abs x.Hi then
                x
            else
                refine a b next (left - 1)

        refine (number lower) (number upper) (DoubleDouble.scale 0.5 (number lower + number upper)) 200

    // Neighbors in a list of numbers and values between which the value changes its sign.
    let private changes (points: (float * float) list) =
        points
        |> List.filter (fun (_, value) -> Double.IsFinite value && value <> 0.0)
        |> List.pairwise
        |> List.filter (fun ((_, value), (_, value')) -> sign value <> sign value')
        |> List.map (fun ((x, _), (x', _)) -> x, x')

    // Variances ---------------------------------------------------------------------------------------------------

    let private grid (options: PhaseOptions) =
        let count = int (ceil (16.0 * log10 (options.Highest / options.Lowest))) |> max 1
        let step = log (options.Highest / options.Lowest) / float count
        // The grid begins just below the range and ends just above it, and its points are no round numbers, so that a
        // fixed point that is one, or an end of the range, lies between two of them.
        [ for i in 0..count -> options.Lowest * exp (step * float i + 2.6e-9 * float i / float count - 1e-9) ]

    let private refusal reason mend = Error { Layer = "the block"; Path = []; Reason = reason; Suggestion = mend }

    let private withoutVariance (options: PhaseOptions) (excesses: (float * float) list) =
        let range = $"from {options.Lowest} to {options.Highest}"
        let mend = "change w or b, or put a layer_norm after a dense"

        if excesses |> List.forall (fun (_, excess) -> excess < 0.0) then
            refusal $"its variance vanishes with the depth: V(q) < q for all q {range}" mend
        elif excesses |> List.forall (fun (_, excess) -> excess > 0.0) then
            refusal $"its variance grows without bound: V(q) > q for all q {range}" mend
        else
            refusal $"its variance map has no value, or no fixed point, at variances {range}" mend

    let private fixedVariance told map (lower, upper) =
        // g = V(q)/q - 1.
        let excess (q: DoubleDouble) =
            told 0.5
            let struct (value, slope) = BlockMap.varianceJet q map
            struct (value / q - one, (slope - value / q) / q)

        let q = zero excess lower upper
        let struct (_, slope) = BlockMap.varianceJet q map
        struct (q, ({ Value = q.Hi; Slope = slope.Hi }: FixedPoint))

    // The distance of two variances is that of their logarithms.
    let private nearest (options: PhaseOptions) (found: struct (DoubleDouble * FixedPoint) list) =
        let rank (struct (_, point)) =
            match options.Near, stability options.Tolerance point with
            | None, Stable -> 0
            | None, Neutral -> 1
            | None, Unstable -> 2
            | Some _, _ -> 0

        let target = defaultArg options.Near 1.0
        found |> List.minBy (fun (struct (_, p) as v) -> rank v, abs (log (p.Value / target)))

    /// The fixed points of the variance map, and the one that the correlation map is taken at.
    let private variances told (options: PhaseOptions) map =
        let points = grid options

        let excesses =
            points
            |> List.mapi (fun i q ->
                told (0.5 * float i / float points.Length)
                q, BlockMap.variance q map / q - 1.0)

        if excesses |> List.forall (fun (_, excess) -> abs excess <= options.Tolerance) then
            let q = number (defaultArg options.Near 1.0)
            Ok(FixedPoints.All, struct (q, ({ Value = q.Hi; Slope = 1.0 }: FixedPoint)))
        else
            match changes excesses |> List.map (fixedVariance told map) with
            | [] -> withoutVariance options excesses
            | found -> Ok(FixedPoints.Isolated(found |> List.map (fun (struct (_, p)) -> p)), nearest options found)

    // Correlations ------------------------------------------------------------------------------------------------

    // C(rho) - rho and its derivative.
    let private excessOf (map: DoubleDouble -> struct (DoubleDouble * DoubleDouble)) rho =
        let struct (value, slope) = map rho
        struct (value - rho, slope - one)

    let private at (map: DoubleDouble -> struct (DoubleDouble * DoubleDouble)) (rho: DoubleDouble) =
        let struct (_, slope) = map rho
        ({ Value = rho.Hi; Slope = slope.Hi }: FixedPoint)

    // A correlation counts as fixed within the error of expectations without a closed form.
    let private isFixed (map: DoubleDouble -> struct (DoubleDouble * DoubleDouble)) rho =
        let struct (excess, _) = excessOf map (number rho)
        abs excess.Hi <= 1e-12

    // C(rho) - rho is convex, not negative at 0, and falls to its first zero, which Newton's method reaches from below.
    let private lowest map =
        let rec climb (rho: DoubleDouble) left =
            let struct (excess, slope) = excessOf map rho
            let next = rho - excess / slope

            if left = 0 || not ((next - rho).Hi > 1e-30) || not (next.Hi < 1.0) then
                rho
            else
                climb next (left - 1)

        if isFixed map 0.0 then number 0.0 else climb (number 0.0) 200

    let private phaseOf tolerance slope =
        if abs (slope - 1.0) <= tolerance then Critical
        elif slope < 1.0 then Ordered
        else Chaotic

    // The slope at 1 is infinite in float64, and not a number in double-double, where a function jumps.
    let private slopeAtOne (q: DoubleDouble) blockMap map =
        let struct (_, rough: float) = BlockMap.correlation q.Hi blockMap 1.0
        if Double.IsInfinity rough then rough else (at map one).Slope

    let private correlations told (options: PhaseOptions) (q: DoubleDouble) blockMap =
        let precise = BlockMap.preciseCorrelation q blockMap

        let map rho =
            told 0.75
            precise rho

        let slope = slopeAtOne q blockMap map
        let top: FixedPoint = { Value = 1.0; Slope = slope }
        let phase = phaseOf options.Tolerance slope
        let opposite = if isFixed map -1.0 then [ { top with Value = -1.0 } ] else []

        if [ -0.9; -0.4; 0.3; 0.8 ] |> List.forall (isFixed map) then
            FixedPoints.All, top, phase
        elif phase = Chaotic then
            let below = at map (lowest map)
            FixedPoints.Isolated(opposite @ [ below; top ]), below, phase
        else
            FixedPoints.Isolated(opposite @ [ top ]), top, phase

    let private require (options: PhaseOptions) =
        let inRange q = q >= options.Lowest && q <= options.Highest

        if not (options.Lowest > 0.0 && options.Lowest < options.Highest && Double.IsFinite options.Highest) then
            invalidArg
                (nameof options)
                $"Expected a range of positive variances; came {options.Lowest} to {options.Highest}."

        if not (options.Tolerance > 0.0 && options.Tolerance < 1.0) then
            invalidArg (nameof options) $"Expected a tolerance between 0 and 1; came {options.Tolerance}."

        match options.Near with
        | Some q when not (inRange q) ->
            invalidArg
                (nameof options)
                $"Expected a variance from {options.Lowest} to {options.Highest}, the range; came {q}."
        | _ -> ()

    /// The same as `ofBlock`. It calls `told` with the part that is done: half of it is the grid of variances, and a
    /// quarter their fixed points.
    let internal ofBlockTold (told: float -> unit) (options: PhaseOptions) network : Result<BlockPhase, Refusal> =
        require options

        BlockMap.ofBlock network
        |> Result.bind (fun map -> variances told options map |> Result.map (fun found -> map, found))
        |> Result.map (fun (map, (variances, struct (q, variance))) ->
            let correlations, limit, phase = correlations told options q map

            let slope =
                match correlations with
                | FixedPoints.All -> limit.Slope
                | FixedPoints.Isolated points -> (List.last points).Slope

            { Map = map
              Variances = variances
              Variance = variance
              Correlations = correlations
              Limit = limit
              Slope = slope
              Phase = phase
              Tolerance = options.Tolerance })

    /// The phase of a repeated block. It is refused where the map is, and if there is no fixed variance in the range.
    /// It raises ArgumentException if the options are not a positive range, a tolerance in (0, 1) and a variance in the
    /// range.
    let ofBlock options network = ofBlockTold ignore options network

    /// The same as `iterate`. It calls `told` with the part of the copies that are done.
    let internal iterateTold (told: float -> unit) (rho: float) depth (phase: BlockPhase) =
        if not (abs rho <= 1.0) then
            invalidArg (nameof rho) $"Expected a correlation from -1 to 1; came {rho}."

        if depth < 0 then
            invalidArg (nameof depth) $"Expected a depth of at least 0; came {depth}."

        let map = BlockMap.preciseCorrelation (number phase.Variance.Value) phase.Map

        let next rho =
            let struct (value, _) = map rho
            value

        (number rho, seq { 1..depth })
        ||> Seq.scan (fun rho k ->
            told (float (k - 1) / float depth)
            next rho)
        |> Seq.map _.Hi
        |> Array.ofSeq

    /// The correlations after 0, 1, ..., depth copies of the block, at the fixed variance. It raises ArgumentException
    /// if rho is not in [-1, 1], or depth is negative.
    let iterate rho depth phase = iterateTold ignore rho depth phase
