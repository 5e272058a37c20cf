namespace HadamardNtk.Core

open System
open System.Runtime.Intrinsics

/// The Hermite coefficients of f at one sample's variance, from which E f(u) f(v) is computed.
[<Sealed; AllowNullLiteral>]
type internal HermiteTable
    internal
    (
        f: ScalarFunction,
        q: float,
        coefficients: float[],
        square: float,
        beyond: float,
        given: float[] | null,
        precise: PreciseTable
    ) =
    // The tails take as long as the coefficients, and not every table is asked for them. Threads that ask at once
    // compute the same.
    let mutable tails = given

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

    /// t_K = E f(u)^2 - sum_{k < K} a_k^2 for K = 0, 1, ..., number of coefficients.
    member _.Tails =
        match tails with
        | null ->
            let sums = Array.zeroCreate (coefficients.Length + 1)
            sums[coefficients.Length] <- beyond

            for k in coefficients.Length - 1 .. -1 .. 0 do
                sums[k] <- sums[k + 1] + coefficients[k] * coefficients[k]

            tails <- sums
            sums
        | known -> known

    /// The last tail, which is the sum of the squares of the coefficients beyond.
    member _.Beyond = beyond
    /// The table in double-double that this table represents, or null.
    member internal _.Precise = precise

    /// The greatest number of terms of a series.
    static member internal Terms = 512
    /// Tails below this fraction of E f^2 are rounding errors if they are computed as differences.
    static member internal Floor = 2e-15
    /// Coefficients below this fraction of sqrt(E f^2) count as negligible.
    static member internal Negligible = 1e-10
    /// The series is cut after this many negligible coefficients in a row.
    static member internal Enough = 6

    /// A table from its coefficients and E f(u)^2. Tails are summed from the end, because differences from E f^2 have
    /// no digits below `Floor`. The tail beyond the last coefficient is that difference if all terms are used, and a
    /// hundred times the square of a negligible coefficient otherwise.
    static member internal OfSeries(f, q, coefficients: float[], square) =
        let beyond =
            if coefficients.Length >= HermiteTable.Terms then
                max (Array.fold (fun tail x -> tail - x * x) square coefficients) (HermiteTable.Floor * square)
            else
                100.0 * HermiteTable.Negligible * HermiteTable.Negligible * square

        HermiteTable.OfSeries(f, q, coefficients, square, beyond)

    /// A table from its coefficients, E f(u)^2, and the sum of the squares of the coefficients beyond.
    static member internal OfSeries(f, q, coefficients: float[], square, beyond) =
        HermiteTable(f, q, coefficients, square, beyond, null, null)

/// E f(u) f(v) for (u, v) ~ N(0, [[q1, c], [c, q2]]) and any f. It is computed by Mehler's series sum_k a_k(q1) a_k(q2)
/// rho^k if the tail is known to be small, and by composite Gauss-Legendre quadrature of E f(u) E[f(v) | u] otherwise.
/// The error is below `Bound` sqrt(E f(u)^2 E f(v)^2) at any variance; `Bound` is 1e-12 if the scale of f is known.
[<RequireQualifiedAccess>]
module internal Expectation =
    /// The greatest number of terms of the series.
    let terms = HermiteTable.Terms

    /// Tails below this fraction of sqrt(E f(u)^2 E f(v)^2) are neglected.
    let tolerance = 2e-14

    // The thresholds of `HermiteTable` that decide when the coefficients end.
    let private floor, negligible, enough = HermiteTable.Floor, HermiteTable.Negligible, HermiteTable.Enough

    let private keeps parity k =
        match parity with
        | Odd -> k % 2 = 1
        | Even -> k % 2 = 0
        | Neither -> true

    /// Keeps the nodes with x > 0 at twice their weights if the integrand is even, as products of two odd or two even
    /// functions are.
    let private half (f: ScalarFunction) nodes =
        if f.Parity = Neither then
            nodes
        else
            nodes
            |> Array.filter (fun (struct (x, _)) -> x > 0.0)
            |> Array.map (fun (struct (x, w)) -> struct (x, 2.0 * w))

    // Tests whether f is resolved on twice the interval of the outer integral, which smoothing needs.
    let private isKnown (f: ScalarFunction) furthest = ScalarFunction.isKnown f (-2.0 * furthest) (2.0 * furthest)

    // The step of the trapezoidal rule for a product of f with f or a Hermite polynomial and the normal density. The
    // rule's error is below exp(-2 pi a/step) if f is analytic within a of the real axis; the step leaves room for the
    // oscillations of the polynomials.
    let private waveStep (f: ScalarFunction) sigma = min 0.15 (ScalarFunction.strip f / (9.0 * sigma))

    // Below this step the graded mesh has fewer nodes than the trapezoidal rule.
    let private finestWave = 0.02

    /// The nodes and weights for E f(u)^2 and E f(u) h_k(g), which resolve f and the polynomials.
    let private resolved (f: ScalarFunction) sigma =
        // For great k, h_k times the density still has the size of exp(-x^2/4).
        let reach, step = max 13.0 (ScalarFunction.reach f sigma), waveStep f sigma

        if List.isEmpty f.Kinks && step >= finestWave then
            let count = int (ceil (reach / step))

            Array.init (2 * count) (fun i ->
                let z = step * (float (i - count) + 0.5)
                struct (sigma * z, step * Scalar.normalDensity z))
        else
            ScalarFunction.panels f (0.5 * sigma) [] (-reach * sigma) (reach * sigma) |> Quadrature.weigh sigma

    // Sums always have four partial sums, so that their order and thus their bits are the same on all processors.
    [<Literal>]
    let private Lanes = 4

    let inline private load (numbers: float[]) i = Vector256.LoadUnsafe(&numbers[i])

    /// Returns the weighted sum of h_k, and replaces h_(k-1) by h_(k+1) with the recursion sqrt(k+1) h_(k+1) = x h_k -
    /// sqrt(k) h_(k-1).
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

    /// The coefficients a_k for k = 0, 1, ..., by the three-term recursion of the normalized Hermite polynomials on
    /// nodes that resolve f and the polynomials. They end when the tail is a rounding error and the last coefficients
    /// are negligible, or at `terms`.
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

    /// Tests whether E f(u)^2 exists for u ~ N(0, sigma^2), and f is resolved on the interval that it needs.
    let private hasMoments (f: ScalarFunction) sigma =
        let reach = max 13.0 (ScalarFunction.reach f sigma) * sigma
        Double.IsFinite reach && not (ScalarFunction.outgrows f) && ScalarFunction.isKnown f -reach reach

    /// E r(u)^2 for the residual r of f's panels.
    let private residual (resolution: Resolution) nodes =
        nodes
        |> Array.sumBy (fun (struct (x, w)) ->
            match resolution.Panel x with
            | ValueSome panel -> w * panel.Residual * panel.Residual
            | ValueNone -> nan)

    // Returns E f(u)^2 and E f(u).
    let private moments (f: ScalarFunction) nodes =
        let mutable square, mean = 0.0, 0.0

        for struct (x, w) in nodes do
            let y = f.Apply x
            square <- square + w * y * y
            mean <- mean + w * y

        struct (square, mean)

    // Squares below this have fewer digits than float64 because of underflow.
    let private smallest = 1e-290

    /// The estimated errors of E f(u)^2 and E f(u), relative to E f(u)^2 and its root, for a function that was resolved
    /// by sampling. They are measured by a second mesh and by the residuals of the panels.
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
                // Unlike List.max, this hands on what is not a number.
                List.reduce
                    max
                    [ abs (square - square') / square
                      abs (mean - mean') / sqrt square
                      2.0 * sqrt (residual resolution nodes / square) ]

    /// The estimated relative error of the moments of f at variance q. It is 0 if the scale of f is known, and not a
    /// number if the moments do not exist.
    let error (f: ScalarFunction) q =
        let sigma = sqrt q
        if hasMoments f sigma then errorOn f sigma (resolved f sigma) else nan

    let private undefinedTable (f: ScalarFunction) q = HermiteTable(f, q, [| nan |], nan, nan, [| nan; nan |], null)

    /// The table of f at variance q with at least `least` coefficients, if there is more than one.
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
            HermiteTable(f, q, [| value |], value * value, 0.0, null, null)

    /// The table of f at variance q. It is not a number if q < 0, the moments do not exist, or their error exceeds the
    /// bound of f.
    let table (f: ScalarFunction) q = longTable 0 f q

    /// The number K of terms after which the tail |rho|^K sqrt(t_K t'_K) is below the tolerance. It is ValueNone if the
    /// tables end before that.
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

    // The step at which the trapezoidal rule has converged for the normal density (step 1/2) and for f. The rule's
    // error is exp(-2 pi a/step) for functions that are analytic within a of the real axis.
    let private stepOf (f: ScalarFunction) sigma = min 0.5 (ScalarFunction.strip f / (5.6 * sigma))

    let private trapezoid step reach sigma =
        let count = int (ceil (reach / step))

        Array.init (2 * count + 1) (fun i ->
            let z = step * float (i - count)
            struct (sigma * z, step * Scalar.normalDensity z))

    // Below this step the trapezoidal rule has more nodes than a mesh whose panels grow.
    let private finest = 0.06

    /// E f(mean + sigma z), z ~ N(0, 1), as a function of the mean in [lower, upper]. The trapezoidal rule is used if f
    /// has no kinks and the rule is cheaper than a mesh.
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

    // The longest panel of the outer integral is this many standard deviations long.
    let private longestOuter = 1.75

    // The inner integral needs a shorter reach, because f^2 multiplies only the outer density: exp(-8.7^2/2) = 4e-17.
    let private innerReach = 0.87

    /// E f(u) f(v) by its definition: f(u) times E[f(v) | u], v ~ N(c u/q1, s^2/q1), is integrated over u. The outer
    /// mesh is graded towards the kinks and towards the points at which the inner mean meets a kink, down to the width
    /// of the inner normal. The gap s = sqrt(q1 q2 - c^2) is an argument because c may be known to more digits than
    /// float64 holds.
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

    /// E f(u) f(v) by its definition, at second moments in float64.
    let quadrature (f: ScalarFunction) q1 q2 c = quadratureAt f q1 q2 c (Scalar.gap q1 q2 c)

    // The greatest rounding error of a correlation, in units in the last place.
    let private roundings = 4.0

    /// The slope of E f(u) f(v)/E f^2 in rho at rho = 1 - e: sum_k k a_k^2 (1 - e)^(k-1)/E f^2.
    let internal slopeAt (t: HermiteTable) e =
        let mutable sum, power = 0.0, 1.0

        for k in 1 .. t.Coefficients.Length - 1 do
            sum <- sum + float k * t.Coefficients[k] * t.Coefficients[k] * power
            power <- power * (1.0 - e)

        sum / t.Square

    /// The greatest 1 - rho at which rounding rho to `unit` changes E f(u) f(v), for u and v of the table's variance,
    /// by more than the tolerance times E f^2. It is 0 if there is none. The slope of a function that is analytic
    /// within w of the real axis is at most of the order of q/w^2. The slope of a truncated series is continued as a
    /// power of 1 - rho, fitted where the series is still known. The exponent is at most 3/2, which functions of narrow
    /// bumps attain.
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

    /// E f(u) f(v) for v = k u, where k has the given sign (1 or -1).
    let collinear (t: HermiteTable) (t': HermiteTable) (sign: float) =
        let q1, q2, parity = t.Variance, t'.Variance, t.Function.Parity

        if q1 = 0.0 || q2 = 0.0 then t.Mean * t'.Mean
        elif q1 = q2 && (sign > 0.0 || parity = Even) then t.Square
        elif q1 = q2 && parity = Odd then -t.Square
        else quadratureAt t.Function q1 q2 (sign * (sqrt q1 * sqrt q2)) 0.0

    /// E f(u) f(v) from the tables of both samples. It is symmetric to the last bit, and at u = v it is E f(u)^2 of the
    /// table.
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

/// Expectations in a number type. They are computed in double-double if the numbers and the function are known to more
/// digits than float64 has, and in float64 otherwise.
[<RequireQualifiedAccess>]
module internal ExpectationIn =
    /// The table of f at variance q.
    let table (arithmetic: 'A :> IArithmetic<'T>) (f: ScalarFunction) (q: 'T) =
        match arithmetic.Wide q, f.Precise with
        | ValueSome wide, Some precise ->
            let t = PreciseExpectation.table f precise wide
            let square = t.Square.Hi
            HermiteTable(f, wide.Hi, [| t.Mean.Hi |], square, square, [| square; square |], t)
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

    /// E f(u) f(v) from the tables of both samples and the second moments. Near the angles 0 and pi a function that is
    /// known in float64 only is integrated with the gap of the more precise moments.
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

    /// E f(u) f(v) for v = k u, where k has the given sign (1 or -1).
    let collinear (arithmetic: 'A :> IArithmetic<'T>) (t: HermiteTable) (t': HermiteTable) sign =
        match t.Precise, t.Function.Precise with
        | null, _
        | _, None -> arithmetic.Number(Expectation.collinear t t' sign)
        | _, Some precise -> arithmetic.Narrow(PreciseExpectation.collinear precise t.Precise t'.Precise sign)
