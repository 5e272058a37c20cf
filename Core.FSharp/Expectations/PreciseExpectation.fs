namespace HadamardNtk.Core

open System

/// The moments of f in double-double at one sample's variance q, from which E f(u) f(v) is computed.
[<Sealed; AllowNullLiteral>]
type internal PreciseTable
    internal
    (
        f: ScalarFunction,
        q: DoubleDouble,
        mean: DoubleDouble,
        square: DoubleDouble,
        coefficients: Lazy<struct (DoubleDouble[] * float[])>
    ) =
    /// The function.
    member _.Function = f
    /// The variance q of u ~ N(0, q).
    member _.Variance = q
    /// E f(u).
    member _.Mean = mean
    /// E f(u)^2.
    member _.Square = square
    /// a_k = E f(sqrt(q) g) He_k(g)/sqrt(k!) and t_K = E f(u)^2 - sum_{k < K} a_k^2, computed on first use.
    member internal _.Coefficients = coefficients.Value

/// `Expectation` in double-double, for functions that are known in that precision. It uses the same two forms, Mehler's
/// series and quadrature. The error is below 1e-28 sqrt(E f(u)^2 E f(v)^2), so that the layer above knows the angle of
/// nearly collinear rows.
[<RequireQualifiedAccess>]
module internal PreciseExpectation =
    let private number = DoubleDouble.ofFloat
    let private zero = number 0.0

    /// The greatest number of terms of the series.
    let terms = 512

    /// Tails below this fraction of sqrt(E f(u)^2 E f(v)^2) are neglected.
    let tolerance = 5e-30

    // Tails below this fraction of E f^2 are rounding errors, because they are differences of numbers near E f^2.
    let private floor = 5e-31

    // Panels are as long as their distance from the poles of f, for which this order leaves a relative error of 5.8^-48
    // = 2e-37.
    let private rule = GaussRule.legendre 24

    // The longest panels in standard deviations. The first resolves exp(-z^2/2), and the second also He_k up to k =
    // 512.
    let private longestPlain, longestHermite = 3.5, 0.82

    let private rootTwoPi = DoubleDouble.sqrt (DoubleDouble.scale 2.0 DoubleDouble.pi)

    /// The density of N(0, sigma^2) as a function of x.
    let private density sigma =
        let inverse = number 1.0 / sigma
        let top = inverse / rootTwoPi

        fun x ->
            let z = x * inverse
            top * DoubleDouble.exp (DoubleDouble.scale -0.5 (z * z))

    /// The integral of a function over the panels.
    let private integrate (panels: struct (float * float) list) (value: DoubleDouble -> DoubleDouble) =
        let mutable sum = zero

        for struct (a, b) in panels do
            let half = DoubleDouble.scale 0.5 (number b - number a)
            let middle = DoubleDouble.scale 0.5 (number a + number b)
            let mutable part = zero

            for i in 0 .. rule.Nodes.Length - 1 do
                part <- part + rule.Weights[i] * value (middle + half * rule.Nodes[i])

            sum <- sum + half * part

        sum

    // A polynomial of degree 19 with sixteen digits on a panel is one of degree 23 with more than thirty on a quarter
    // of it.
    let private quarters (f: ScalarFunction) panels =
        match f.Resolution with
        | None -> panels
        | Some _ ->
            panels
            |> List.collect (fun (struct (a, b)) ->
                let cut i = a + 0.25 * float i * (b - a)
                [ struct (a, cut 1); struct (cut 1, cut 2); struct (cut 2, cut 3); struct (cut 3, b) ])

    /// Panels on which f is resolved, no longer than `longest` and graded towards the anchors.
    let private meshed (f: ScalarFunction) longest anchors lower upper =
        ScalarFunction.panels f longest anchors lower upper |> quarters f

    /// Panels for E g(u), u ~ N(0, sigma^2), where g is as smooth as f.
    let private panels (f: ScalarFunction) longest anchors sigma =
        let reach = ScalarFunction.preciseReach f sigma * sigma
        meshed f (longest * sigma) anchors -reach reach

    // Tests whether f has moments at the standard deviation sigma, and is resolved on the interval that they need.
    let private isKnown (f: ScalarFunction) sigma =
        let reach = ScalarFunction.preciseReach f sigma * sigma
        Double.IsFinite reach && not (ScalarFunction.outgrows f) && ScalarFunction.isKnown f -reach reach

    /// E g(u) for u ~ N(0, sigma^2). Only the panels with x > 0 are used if g is even.
    let private expect isEven panels sigma (g: DoubleDouble -> DoubleDouble) =
        let density = density sigma
        let weighted x = density x * g x

        if isEven then
            let positive = panels |> List.filter (fun (struct (a, _)) -> a >= 0.0)
            DoubleDouble.scale 2.0 (integrate positive weighted)
        else
            integrate panels weighted

    let private keeps parity k =
        match parity with
        | Odd -> k % 2 = 1
        | Even -> k % 2 = 0
        | Neither -> true

    /// The nodes g = x/sigma and the weighted values of f there, on panels that resolve f and He_k.
    let private samples (f: ScalarFunction) precise longest sigma =
        let found = ResizeArray()
        let density = density sigma

        let keep x =
            found.Add struct (x / sigma, density x * precise x)
            zero

        let panels = panels f longest [] sigma.Hi
        let weights = ResizeArray()

        for struct (a, b) in panels do
            if f.Parity = Neither || a >= 0.0 then
                integrate [ struct (a, b) ] keep |> ignore
                let half = (if f.Parity = Neither then 0.5 else 1.0) * (b - a)
                weights.AddRange(rule.Weights |> Array.map (DoubleDouble.scale half))

        Seq.map2 (fun struct (g, value) w -> struct (g, value * w)) found weights |> Array.ofSeq

    /// The coefficients a_k for k = 0, 1, ... while `goesOn` holds of their number and the tail, with the tails.
    let private expand
        (f: ScalarFunction)
        (samples: struct (DoubleDouble * DoubleDouble)[])
        (square: DoubleDouble)
        goesOn
        =
        let mutable current = Array.create samples.Length (number 1.0)
        let mutable previous = Array.create samples.Length zero
        let a, tails = ResizeArray(), ResizeArray [ square.Hi ]
        let mutable tail = square

        while goesOn a.Count tail.Hi do
            let k = a.Count
            let mutable sum = zero

            if keeps f.Parity k then
                for i in 0 .. samples.Length - 1 do
                    let struct (_, value) = samples[i]
                    sum <- sum + value * current[i]

            a.Add sum
            tail <- tail - sum * sum
            tails.Add(max tail.Hi (floor * square.Hi))
            let up = number 1.0 / DoubleDouble.sqrt (number (float (k + 1)))
            let down = DoubleDouble.sqrt (number (float k)) * up

            for i in 0 .. samples.Length - 1 do
                let struct (g, _) = samples[i]
                previous[i] <- g * up * current[i] - down * previous[i]

            let swap = current
            current <- previous
            previous <- swap

        struct (a.ToArray(), tails.ToArray())

    /// The coefficients until the tail is a rounding error or `terms` is reached, with the tails.
    let private coefficients (f: ScalarFunction) precise sigma (square: DoubleDouble) =
        expand f (samples f precise longestHermite sigma) square (fun count tail ->
            count < terms && (count = 0 || tail > floor * square.Hi))

    /// The first `count` coefficients a_k of a table, however small, and the tail beyond them. The errors of quadrature
    /// are 1e-30 sqrt(E f(u)^2).
    let internal firstCoefficients (table: PreciseTable) precise count =
        let f, square = table.Function, table.Square

        if table.Variance.Hi > 0.0 then
            // The polynomials up to the degree 512 are resolved by the longest panels, and oscillate as sqrt(k).
            let longest = longestHermite * Math.Sqrt(min 1.0 (float terms / float count))
            let sigma = DoubleDouble.sqrt table.Variance
            let struct (a, tails) = expand f (samples f precise longest sigma) square (fun known _ -> known < count)
            struct (a, Array.last tails)
        else
            struct ([| table.Mean |], 0.0)

    let private none = lazy struct ([||], [||])

    /// The table of f at variance q, where `precise` is f in double-double. It is not a number if q < 0 or f grows too
    /// fast for its moments to exist.
    let table (f: ScalarFunction) (precise: DoubleDouble -> DoubleDouble) (q: DoubleDouble) =
        if not (q.Hi > 0.0) then
            let value = if q.Hi = 0.0 then precise zero else number nan
            PreciseTable(f, q, value, value * value, none)
        elif not (isKnown f (sqrt q.Hi)) then
            PreciseTable(f, q, number nan, number nan, none)
        else
            let sigma = DoubleDouble.sqrt q
            let panels = panels f longestPlain [] sigma.Hi
            let mean = if f.Parity = Odd then zero else expect (f.Parity = Even) panels sigma precise

            let square =
                expect (f.Parity <> Neither) panels sigma (fun x ->
                    let y = precise x
                    y * y)

            PreciseTable(f, q, mean, square, lazy (coefficients f precise sigma square))

    /// The number K of terms after which the tail |rho|^K sqrt(t_K t'_K) is below the tolerance. It is ValueNone if the
    /// tables end before that.
    let private degree (tails: float[]) (tails': float[]) rho =
        let last = min tails.Length tails'.Length - 1
        let unit, unit' = Scalar.unitOf tails[0], Scalar.unitOf tails'[0]
        let target = tolerance * tolerance * (unit * tails[0]) * (unit' * tails'[0])
        let square = rho * rho

        let rec search k power =
            if power * (unit * tails[k]) * (unit' * tails'[k]) <= target then ValueSome k
            elif k = last then ValueNone
            else search (k + 1) (power * square)

        search 0 1.0

    let private series (t: PreciseTable) (t': PreciseTable) (rho: DoubleDouble) =
        let struct (a, tails), struct (b, tails') = t.Coefficients, t'.Coefficients

        match degree tails tails' rho.Hi with
        | ValueNone -> ValueNone
        | ValueSome degree ->
            let mutable sum = zero

            for k in degree - 1 .. -1 .. 0 do
                sum <- sum * rho + a[k] * b[k]

            ValueSome sum

    // The Gauss-Hermite rules with 1, 2, ... nodes, computed on first use.
    let private hermite = Array.init 16 (fun i -> lazy (GaussRule.hermite (i + 1)))
    let private factorials = Array.scan (*) 1.0 [| 1.0 .. 16.0 |]

    /// The rule with the fewest nodes for the standard normal distribution, for functions that are analytic within
    /// `strip` standard deviations of the real axis. The error is n! strip^-2n for the Gauss-Hermite rule of n nodes,
    /// and exp(strip^2/2 - 2 pi strip/h) for the trapezoidal rule of step h.
    let private smoothRule strip reach =
        let isEnough n = factorials[n] * Math.Pow(strip, -2.0 * float n) <= 1e-33

        match List.tryFind isEnough [ 2 .. hermite.Length ] with
        | Some n -> hermite[n - 1].Value
        | None ->
            let step =
                if strip > 12.0 then
                    0.5
                else
                    2.0 * Math.PI * strip / (74.0 + 0.5 * strip * strip)

            let count = int (ceil (reach / step))
            let nodes = Array.init (2 * count + 1) (fun i -> DoubleDouble.product step (float (i - count)))
            { Nodes = nodes; Weights = nodes |> Array.map (density (number 1.0) >> DoubleDouble.scale step) }

    // For strips narrower than this many standard deviations the rules have more nodes than a mesh whose panels grow.
    let private narrowest = 0.7

    /// E f(mean + sigma z), z ~ N(0, 1), as a function of the mean. A rule for analytic functions is used if no kink is
    /// in reach and the rule is cheaper than a mesh in x.
    let private smoothed (f: ScalarFunction) precise reach (sigma: DoubleDouble) =
        let longest = longestPlain * sigma.Hi
        let strip = ScalarFunction.strip f / sigma.Hi

        let density = density sigma

        let inPanels (mean: DoubleDouble) =
            let panels = meshed f longest [] (mean.Hi - reach * sigma.Hi) (mean.Hi + reach * sigma.Hi)
            integrate panels (fun x -> density (x - mean) * precise x)

        if f.Resolution.IsSome || f.Settles && strip < narrowest then
            inPanels
        else
            let rule = smoothRule strip reach
            let offsets = rule.Nodes |> Array.map (fun z -> sigma * z)
            let clear mean = f.Kinks |> List.forall (fun k -> abs (k - mean) > reach * sigma.Hi)

            fun mean ->
                if clear mean.Hi then
                    let mutable sum = zero

                    for i in 0 .. offsets.Length - 1 do
                        sum <- sum + rule.Weights[i] * precise (mean + offsets[i])

                    sum
                else
                    inPanels mean

    // The expectation by its definition, for q1 >= q2 and a given gap s.
    let private integrated (f: ScalarFunction) precise (q1: DoubleDouble) (c: DoubleDouble) (s: DoubleDouble) =
        let sigma1, slope = DoubleDouble.sqrt q1, c / q1
        let sigma = s / sigma1
        let reach = ScalarFunction.preciseReach f sigma1.Hi
        let expect anchors = expect (f.Parity <> Neither) (panels f longestPlain anchors sigma1.Hi) sigma1

        let moved = ScalarFunction.moved f slope.Hi sigma.Hi (-reach * sigma1.Hi) (reach * sigma1.Hi)

        if sigma.Hi = 0.0 then
            expect moved (fun u -> precise u * precise (slope * u))
        else
            let conditional = smoothed f precise reach sigma

            expect moved (fun u ->
                let value = precise u
                if value.Hi = 0.0 then zero else value * conditional (slope * u))

    /// The expectation by its definition, as `Expectation.quadrature` computes it; q1 must be the larger variance.
    let private quadrature f precise q1 q2 c = integrated f precise q1 c (DoubleDouble.gap q1 q2 c)

    let private isEqual (a: DoubleDouble) (b: DoubleDouble) = a.Hi = b.Hi && a.Lo = b.Lo

    let private isLess (a: DoubleDouble) (b: DoubleDouble) = a.Hi < b.Hi || a.Hi = b.Hi && a.Lo < b.Lo

    // If 1 - |rho| is smaller than this, the series needs all its terms, and few nodes suffice for E[f(v) | u].
    let private near = 1e-8

    /// E f(u) f(v) from the tables of both samples. It is symmetric to the last bit, and at u = v it is E f(u)^2 of the
    /// table.
    let pair (precise: DoubleDouble -> DoubleDouble) (t: PreciseTable) (t': PreciseTable) (c: DoubleDouble) =
        let q1, q2, parity = t.Variance, t'.Variance, t.Function.Parity

        if c.Hi = 0.0 || q1.Hi = 0.0 || q2.Hi = 0.0 then
            t.Mean * t'.Mean
        elif isEqual q1 q2 && isEqual (DoubleDouble.abs c) q1 && (c.Hi > 0.0 || parity <> Neither) then
            if c.Hi < 0.0 && parity = Odd then -t.Square else t.Square
        elif not (Double.IsFinite t.Square.Hi && Double.IsFinite t'.Square.Hi && Double.IsFinite c.Hi) then
            number nan
        else
            let rho = c / (DoubleDouble.sqrt q1 * DoubleDouble.sqrt q2)

            let fromSeries =
                if (number 1.0 - DoubleDouble.abs rho).Hi < near then
                    ValueNone
                else
                    series t t' rho

            match fromSeries with
            | ValueSome value -> value
            | ValueNone when isLess q1 q2 -> quadrature t.Function precise q2 q1 c
            | ValueNone -> quadrature t.Function precise q1 q2 c

    /// E f(u) f(v) for v = k u, where k has the given sign (1 or -1).
    let collinear (precise: DoubleDouble -> DoubleDouble) (t: PreciseTable) (t': PreciseTable) (sign: float) =
        let q1, q2, parity = t.Variance, t'.Variance, t.Function.Parity

        if q1.Hi = 0.0 || q2.Hi = 0.0 then
            t.Mean * t'.Mean
        elif isEqual q1 q2 && (sign > 0.0 || parity <> Neither) then
            if sign < 0.0 && parity = Odd then -t.Square else t.Square
        elif not (Double.IsFinite t.Square.Hi && Double.IsFinite t'.Square.Hi) then
            number nan
        else
            let c = DoubleDouble.scale sign (DoubleDouble.sqrt q1 * DoubleDouble.sqrt q2)
            integrated t.Function precise (if isLess q1 q2 then q2 else q1) c zero
