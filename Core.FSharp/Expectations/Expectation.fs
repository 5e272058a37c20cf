namespace HadamardNtk.Core

open System
open System.Runtime.Intrinsics

/// What one sample contributes to E f(u) f(v): the Hermite coefficients of f at the sample's variance.
[<Sealed; AllowNullLiteral>]
type HermiteTable
    internal (f: ScalarFunction, q: float, coefficients: float[], square: float, tails: float[], precise: PreciseTable)
    =
    /// The function.
    member _.Function = f
    /// The variance q of u ~ N(0, q).
    member _.Variance = q
    /// a_k = E f(sqrt(q) g) He_k(g)/sqrt(k!), k = 0, 1, ...
    member _.Coefficients = coefficients
    /// E f(u)^2.
    member _.Square = square
    /// E f(u).
    member _.Mean = coefficients[0]
    /// t_K = E f(u)^2 - sum_{k < K} a_k^2, K = 0, 1, ..., number of coefficients.
    member _.Tails = tails
    /// The table in double-double, in whose place this one stands then; null where there is none.
    member internal _.Precise = precise

    /// The greatest number of terms of a series.
    static member internal Terms = 512
    /// A tail below this, relative to E f^2, is rounding where it is taken as a difference.
    static member internal Floor = 2e-15
    /// A coefficient below this, relative to sqrt(E f^2), is negligible beside a greater one of another variance,
    static member internal Negligible = 1e-10
    /// and so many of them in a row end a series.
    static member internal Enough = 6

    /// A table from its coefficients and E f(u)^2. Tails are summed from the end, because the difference from E f^2 has no
    /// digits below `Floor`; what lies beyond the end is that difference where all terms were used up, and no more than
    /// a hundred times the last coefficients' squares where they are negligible.
    static member internal OfSeries(f, q, coefficients: float[], square) =
        let beyond =
            if coefficients.Length >= HermiteTable.Terms then
                max (Array.fold (fun tail x -> tail - x * x) square coefficients) (HermiteTable.Floor * square)
            else
                100.0 * HermiteTable.Negligible * HermiteTable.Negligible * square

        HermiteTable.OfSeries(f, q, coefficients, square, beyond)

    /// A table from its coefficients, E f(u)^2, and the sum of the squares of what lies beyond the coefficients.
    static member internal OfSeries(f, q, coefficients: float[], square, beyond) =
        let tails = Array.zeroCreate (coefficients.Length + 1)
        tails[coefficients.Length] <- beyond

        for k in coefficients.Length - 1 .. -1 .. 0 do
            tails[k] <- tails[k + 1] + coefficients[k] * coefficients[k]

        HermiteTable(f, q, coefficients, square, tails, null)

/// E f(u) f(v) for (u, v) ~ N(0, [[q1, c], [c, q2]]) and any f, by two exact forms: Mehler's series
/// sum_k a_k(q1) a_k(q2) rho^k while its tail is known to be small, and composite Gauss-Legendre quadrature of
/// E f(u) E[f(v) | u] where it is not. The error is below 1e-12 sqrt(E f(u)^2 E f(v)^2) at any variance.
[<RequireQualifiedAccess>]
module Expectation =
    /// The greatest number of terms of the series.
    let terms = HermiteTable.Terms

    /// The tail that is neglected, relative to sqrt(E f(u)^2 E f(v)^2).
    let tolerance = 2e-14

    // What is rounding, see `HermiteTable.OfSeries`.
    let private floor, negligible, enough = HermiteTable.Floor, HermiteTable.Negligible, HermiteTable.Enough

    let private keeps parity k =
        match parity with
        | Odd -> k % 2 = 1
        | Even -> k % 2 = 0
        | Neither -> true

    /// The nodes with x > 0 at twice their weights, where the integrand is even: products of two odd or two even functions.
    let private half (f: ScalarFunction) nodes =
        if f.Parity = Neither then
            nodes
        else
            nodes
            |> Array.filter (fun (struct (x, _)) -> x > 0.0)
            |> Array.map (fun (struct (x, w)) -> struct (x, 2.0 * w))

    // Whether f is resolved as far from 0, and further than smoothing it asks.
    let private isKnown (f: ScalarFunction) furthest = ScalarFunction.isKnown f (-2.0 * furthest) (2.0 * furthest)

    // The trapezoidal rule's step for a product of f, f or Hermite polynomials and the normal density: its error is below
    // exp(-2 pi a/step), a the distance from the axis within which f is analytic, with room for the polynomials' own waves.
    let private waveStep (f: ScalarFunction) sigma = min 0.15 (ScalarFunction.strip f / (9.0 * sigma))

    // Below this step the graded mesh has fewer nodes.
    let private finestWave = 0.02

    /// Nodes and weights for E f(u)^2 and E f(u) h_k(g) that resolve f and the polynomials.
    let private resolved (f: ScalarFunction) sigma =
        // h_k times the density is still exp(-x^2/4) where k is great.
        let reach, step = max 13.0 (ScalarFunction.reach f sigma), waveStep f sigma

        if List.isEmpty f.Kinks && step >= finestWave then
            let count = int (ceil (reach / step))

            Array.init (2 * count) (fun i ->
                let z = step * (float (i - count) + 0.5)
                struct (sigma * z, step * Scalar.normalDensity z))
        else
            ScalarFunction.panels f (0.5 * sigma) [] (-reach * sigma) (reach * sigma) |> Quadrature.weigh sigma

    // Four lanes whatever the processor has: the order of a sum, and so its bits, are the same on all.
    [<Literal>]
    let private Lanes = 4

    let inline private load (numbers: float[]) i = Vector256.LoadUnsafe(&numbers[i])

    /// The sum of weighted h_k, and h_(k+1) from h_k and h_(k-1) in its place:
    /// sqrt(k+1) h_(k+1) = x h_k - sqrt(k) h_(k-1).
    let private advance k (x: float[]) (weighted: float[]) (current: float[]) (previous: float[]) =
        let up, down = Vector256.Create(1.0 / sqrt (float (k + 1))), Vector256.Create(sqrt (float k))
        let mutable sum = Vector256<float>.Zero

        for i in 0..Lanes .. x.Length - 1 do
            let h = load current i
            sum <- sum + load weighted i * h
            Vector256.StoreUnsafe((load x i * h - down * load previous i) * up, &previous[i])

        (sum[0] + sum[1]) + (sum[2] + sum[3])

    let private padded (values: float[]) =
        Array.append values (Array.zeroCreate ((Lanes - values.Length % Lanes) % Lanes))

    /// a_k for k = 0, 1, ... until the tail is rounding and the last coefficients are negligible or `terms` is reached, by the
    /// three-term recursion of the normalised Hermite polynomials on nodes that resolve both f and them.
    let private coefficients (f: ScalarFunction) sigma square least nodes =
        let x = nodes |> Array.map (fun (struct (x, _)) -> x / sigma) |> padded
        let weighted = nodes |> Array.map (fun (struct (x, w)) -> w * f.Apply x) |> padded
        let mutable current = Array.create x.Length 1.0
        let mutable previous = Array.zeroCreate x.Length
        let mutable tail = square
        let mutable quiet = 0
        let found = ResizeArray()

        while found.Count < terms && (found.Count < least || quiet < enough || tail > floor * square) do
            let k = found.Count
            let sum = advance k x weighted current previous
            let a = if keeps f.Parity k then sum else 0.0
            found.Add a
            tail <- tail - a * a

            if keeps f.Parity k then
                quiet <- if a * a <= negligible * negligible * square then quiet + 1 else 0

            let swap = current
            current <- previous
            previous <- swap

        found.ToArray()

    /// Whether E f(u)^2, u ~ N(0, sigma^2), exists and f is resolved as far as it asks.
    let private hasMoments (f: ScalarFunction) sigma =
        let reach = max 13.0 (ScalarFunction.reach f sigma) * sigma
        Double.IsFinite reach && not (ScalarFunction.outgrows f) && ScalarFunction.isKnown f -reach reach

    /// E r(u)^2, r what f's panels leave of it.
    let private residual (resolution: Resolution) nodes =
        nodes
        |> Array.sumBy (fun (struct (x, w)) ->
            match resolution.Panel x with
            | ValueSome panel -> w * panel.Residual * panel.Residual
            | ValueNone -> nan)

    // E f(u)^2 and E f(u).
    let private moments (f: ScalarFunction) nodes =
        let mutable square, mean = 0.0, 0.0

        for struct (x, w) in nodes do
            let y = f.Apply x
            square <- square + w * y * y
            mean <- mean + w * y

        struct (square, mean)

    // Squares below this are rounded to fewer digits than a float has.
    let private smallest = 1e-290

    /// How far E f(u)^2 and E f(u), relative to E f(u)^2 and its root, are known to be off for a function that is resolved by
    /// looking at it: by another mesh, and by what its panels leave of it.
    let private errorOn (f: ScalarFunction) sigma nodes =
        match f.Resolution with
        | None -> 0.0
        | Some resolution ->
            let reach = max 13.0 (ScalarFunction.reach f sigma) * sigma
            let other = ScalarFunction.otherPanels f (0.5 * sigma) -reach reach |> Quadrature.weigh sigma
            let struct (square, mean), struct (square', mean') = moments f nodes, moments f other
            let isZero = nodes |> Array.forall (fun (struct (x, _)) -> f.Apply x = 0.0)

            if isZero && square' = 0.0 then
                0.0
            elif not (square > smallest) then
                infinity
            else
                List.max
                    [ abs (square - square') / square
                      abs (mean - mean') / sqrt square
                      2.0 * sqrt (residual resolution nodes / square) ]

    /// The same at variance q; not a number where there are no moments.
    let error (f: ScalarFunction) q =
        let sigma = sqrt q
        if hasMoments f sigma then errorOn f sigma (resolved f sigma) else nan

    let private undefinedTable (f: ScalarFunction) q = HermiteTable(f, q, [| nan |], nan, [| nan; nan |], null)

    /// The table with at least so many coefficients, where there are any beyond the first.
    let internal longTable least (f: ScalarFunction) q =
        if q > 0.0 then
            let sigma = sqrt q
            let whole = if hasMoments f sigma then resolved f sigma else [||]

            if whole.Length = 0 || not (errorOn f sigma whole <= f.Bound) then
                undefinedTable f q
            else
                let nodes = half f whole
                let square = nodes |> Array.sumBy (fun (struct (x, w)) -> w * f.Apply x * f.Apply x)
                HermiteTable.OfSeries(f, q, coefficients f sigma square least nodes, square)
        else
            let value = if q = 0.0 then f.Apply 0.0 else nan
            HermiteTable(f, q, [| value |], value * value, [| value * value; 0.0 |], null)

    /// The coefficients of f at variance q; not a number where f grows too fast for its moments to be integrated.
    let table (f: ScalarFunction) q = longTable 0 f q

    /// The number of terms after which the tail |rho|^K sqrt(t_K t'_K) is below the tolerance; none where the tables
    /// end before.
    let degree (t: HermiteTable) (t': HermiteTable) rho =
        let last = min t.Coefficients.Length t'.Coefficients.Length
        let unit, unit' = Scalar.unitOf t.Square, Scalar.unitOf t'.Square
        let target = tolerance * tolerance * (unit * t.Square) * (unit' * t'.Square)
        let square = rho * rho

        let rec search k power =
            if power * (unit * t.Tails[k]) * (unit' * t'.Tails[k]) <= target then
                ValueSome k
            elif k = last then
                ValueNone
            else
                search (k + 1) (power * square)

        search 0 1.0

    let private series (a: float[]) (b: float[]) degree rho =
        let mutable sum = 0.0

        for k in degree - 1 .. -1 .. 0 do
            sum <- sum * rho + a[k] * b[k]

        sum

    // The step at which the trapezoidal rule, whose error is exp(-2 pi a/step) for functions analytic within a of the
    // axis, has converged for the normal density (step 1/2) and for f.
    let private stepOf (f: ScalarFunction) sigma = min 0.5 (ScalarFunction.strip f / (5.6 * sigma))

    let private trapezoid step reach sigma =
        let count = int (ceil (reach / step))

        Array.init (2 * count + 1) (fun i ->
            let z = step * float (i - count)
            struct (sigma * z, step * Scalar.normalDensity z))

    // Steps below this make more nodes than a mesh whose panels grow.
    let private finest = 0.06

    /// E f(mean + sigma z), z ~ N(0, 1), as a function of the mean in [lower, upper]: the trapezoidal rule where there is no
    /// kink and it is the cheaper one.
    let private smoothed (f: ScalarFunction) reach sigma lower upper count =
        let step = stepOf f sigma

        if f.Resolution.IsSome || not f.Kinks.IsEmpty || f.Settles && step < finest then
            let smoothing = Smoothing(f, sigma, reach, lower, upper, count)
            smoothing.At
        else
            let nodes = trapezoid step reach sigma

            fun mean ->
                let mutable sum = 0.0

                for struct (x, w) in nodes do
                    sum <- sum + w * f.Apply(mean + x)

                sum

    // The longest panel of the outer integral, in standard deviations.
    let private longestOuter = 1.75

    // Less of the inner density counts than of the outer one, which f^2 is multiplied with: exp(-8.7^2/2) = 4e-17.
    let private innerReach = 0.87

    /// The definition: f(u) times E[f(v) | u], v ~ N(c u/q1, s^2/q1), integrated over u. The outer mesh is graded
    /// towards the kinks and towards the points where the inner mean meets one, down to the width of the inner normal.
    /// The gap s = sqrt(q1 q2 - c^2) is given, because c may be known to more digits than it is handed over with.
    let quadratureAt (f: ScalarFunction) q1 q2 c s =
        let q1 = max q1 q2
        let slope = c / q1
        let sigma = s / sqrt q1
        let reach = ScalarFunction.reach f (sqrt q1)
        let furthest = reach * sqrt q1

        if not (Double.IsFinite furthest && isKnown f furthest) then
            nan
        else
            let outer =
                let moved = ScalarFunction.moved f slope sigma -furthest furthest

                ScalarFunction.panels f (longestOuter * sqrt q1) moved -furthest furthest
                |> Quadrature.fewerNodes
                |> Quadrature.weighted (sqrt q1)

            if sigma = 0.0 then
                outer |> Array.sumBy (fun (struct (x, w)) -> w * (f.Apply x * f.Apply(slope * x)))
            else
                let most = abs slope * furthest
                let conditional = smoothed f (innerReach * reach) sigma -most most outer.Length

                outer
                |> half f
                |> Array.sumBy (fun (struct (u, w)) ->
                    match w * f.Apply u with
                    | 0.0 -> 0.0
                    | value -> value * conditional (slope * u))

    /// E f(u) f(v) by its definition.
    let quadrature (f: ScalarFunction) q1 q2 c = quadratureAt f q1 q2 c (Scalar.gap q1 q2 c)

    // What rounding may change in a correlation, in units in the last place.
    let private roundings = 4.0

    /// sum_k k a_k^2 (1 - e)^(k-1)/E f^2, the slope of E f(u) f(v)/E f^2 in rho at rho = 1 - e.
    let internal slopeAt (t: HermiteTable) e =
        let mutable sum, power = 0.0, 1.0

        for k in 1 .. t.Coefficients.Length - 1 do
            sum <- sum + float k * t.Coefficients[k] * t.Coefficients[k] * power
            power <- power * (1.0 - e)

        sum / t.Square

    /// The greatest 1 - rho at which rounding rho to `unit` changes E f(u) f(v), for u and v of the table's variance, by
    /// more than the tolerance times E f^2; 0 where there is none. Where the series is cut short, its slope is continued
    /// as the power of 1 - rho that it follows where it is still known; no slope grows faster than (1 - rho)^(-3/2),
    /// that of a function of narrow bumps. A function that is analytic within w of the real axis has a slope of the order
    /// of q/w^2 at most.
    let nearness (t: HermiteTable) unit tolerance =
        let f, q = t.Function, t.Variance
        let most = tolerance / (roundings * unit)
        let steepest = q / (f.Scale * f.Scale)

        if not (t.Square > 0.0) || not (steepest > most) then
            0.0
        elif t.Coefficients.Length < terms then
            let rec search far near left =
                let middle = sqrt (far * near)

                if left = 0 then far
                elif slopeAt t middle > most then search far middle (left - 1)
                else search middle near (left - 1)

            if slopeAt t 1e-17 <= most then 0.0 else search 1.0 1e-17 40
        else
            let known, further = 4.0 / float terms, 16.0 / float terms
            let slope = slopeAt t known
            let power = max 0.0 (min 1.5 (log (slope / slopeAt t further) / log (further / known)))

            if power = 0.0 then
                (if slope > most then known else 0.0)
            else
                min 1.0 (known * Math.Pow(slope / most, 1.0 / power))

    /// E f(u) f(v) for a v that is a multiple of u, positive or, for sign = -1, negative.
    let collinear (t: HermiteTable) (t': HermiteTable) (sign: float) =
        let q1, q2, parity = t.Variance, t'.Variance, t.Function.Parity

        if q1 = 0.0 || q2 = 0.0 then t.Mean * t'.Mean
        elif q1 = q2 && (sign > 0.0 || parity = Even) then t.Square
        elif q1 = q2 && parity = Odd then -t.Square
        else quadratureAt t.Function q1 q2 (sign * (sqrt q1 * sqrt q2)) 0.0

    /// E f(u) f(v) from the two samples' tables. Symmetric to the last bit; at u = v it is the table's own E f(u)^2.
    let pair (t: HermiteTable) (t': HermiteTable) c =
        let q1, q2 = t.Variance, t'.Variance

        if q1 = 0.0 || q2 = 0.0 then
            t.Mean * t'.Mean
        elif not (Double.IsFinite t.Square && Double.IsFinite t'.Square && Double.IsFinite c) then
            nan
        elif q1 = q2 && abs c = q1 && (c > 0.0 || t.Function.Parity <> Neither) then
            if c < 0.0 && t.Function.Parity = Odd then -t.Square else t.Square
        else
            let rho = max -1.0 (min 1.0 (c / (sqrt q1 * sqrt q2)))

            match degree t t' rho with
            | ValueSome k -> series t.Coefficients t'.Coefficients k rho
            | ValueNone -> quadrature t.Function q1 q2 c

/// Expectations in a number type: in double-double where the numbers and the function are known to more digits than a
/// float holds, in floats elsewhere.
[<RequireQualifiedAccess>]
module ExpectationIn =
    /// A sample's table of f at variance q.
    let table (arithmetic: 'A :> IArithmetic<'T>) (f: ScalarFunction) (q: 'T) =
        match arithmetic.Wide q, f.Precise with
        | ValueSome wide, Some precise ->
            let t = PreciseExpectation.table f precise wide
            let square = t.Square.Hi
            HermiteTable(f, wide.Hi, [| t.Mean.Hi |], square, [| square; square |], t)
        | _ -> Expectation.table f (arithmetic.Float q)

    /// E f(u)^2.
    let square (arithmetic: 'A :> IArithmetic<'T>) (t: HermiteTable) =
        match t.Precise with
        | null -> arithmetic.Number t.Square
        | precise -> arithmetic.Narrow precise.Square

    /// E f(u).
    let mean (arithmetic: 'A :> IArithmetic<'T>) (t: HermiteTable) =
        match t.Precise with
        | null -> arithmetic.Number t.Mean
        | precise -> arithmetic.Narrow precise.Mean

    /// E f(u) f(v) from both samples' tables and the second moments. Near angles 0 and pi a function that is known in floats
    /// only is integrated with the gap of moments that are known to more digits.
    let pair (arithmetic: 'A :> IArithmetic<'T>) (t: HermiteTable) (t': HermiteTable) (q1: 'T) (q2: 'T) (c: 'T) =
        match arithmetic.Wide c, t.Function.Precise with
        | ValueSome wide, Some precise -> arithmetic.Narrow(PreciseExpectation.pair precise t.Precise t'.Precise wide)
        | ValueSome _, None ->
            let s = arithmetic.Float(arithmetic.Gap(q1, q2, c))
            let square = t.Variance * t'.Variance

            if s > 0.0 && s * s < 1e-2 * square then
                arithmetic.Number(Expectation.quadratureAt t.Function t.Variance t'.Variance (arithmetic.Float c) s)
            else
                arithmetic.Number(Expectation.pair t t' (arithmetic.Float c))
        | _ -> arithmetic.Number(Expectation.pair t t' (arithmetic.Float c))

    /// E f(u) f(v) for a v that is a positive or a negative multiple of u.
    let collinear (arithmetic: 'A :> IArithmetic<'T>) (t: HermiteTable) (t': HermiteTable) sign =
        match t.Precise, t.Function.Precise with
        | null, _
        | _, None -> arithmetic.Number(Expectation.collinear t t' sign)
        | _, Some precise -> arithmetic.Narrow(PreciseExpectation.collinear precise t.Precise t'.Precise sign)
