namespace HadamardNtk.Core

open System

/// A function on an interval, represented by the polynomial through its values at the Gauss-Legendre nodes.
type internal LegendrePanel =
    {
        /// The lower end of the interval.
        From: float
        /// The upper end of the interval.
        To: float
        /// The coefficients of P_0, P_1, ... in t = (2x - From - To)/(To - From).
        Coefficients: float[]
        /// The greatest absolute value of the function at the nodes.
        Greatest: float
        /// The mean of |f'|, measured as the total variation over the nodes divided by the interval's length.
        Steepness: float
        /// A measure of the distance between the function and the polynomial: the greatest of the last three
        /// |coefficients| and of the absolute differences at test points between the nodes.
        Residual: float
    }

/// Interpolation by Legendre polynomials.
[<RequireQualifiedAccess>]
module internal LegendrePanel =
    /// The number of nodes on a panel.
    let order = 20

    // The rule is computed in double-double, so that its nodes and weights are rounded only once.
    let private rule = GaussRule.legendre order

    /// The nodes on [-1, 1], in ascending order.
    let private nodes = rule.Nodes |> Array.map _.Hi

    // The recursion is (k+1) P_{k+1} = (2k+1) t P_k - k P_{k-1}.
    let private polynomials t =
        let p = Array.create order (DoubleDouble.ofFloat 1.0)
        p[1] <- t

        for k in 1 .. order - 2 do
            let next = DoubleDouble.scale (float (2 * k + 1)) (t * p[k]) - DoubleDouble.scale (float k) p[k - 1]
            p[k + 1] <- next / DoubleDouble.ofFloat (float (k + 1))

        p

    // The coefficient of P_k is (2k+1)/2 sum_i w_i P_k(t_i) f(t_i).
    let private transform =
        let columns = Array.map2 (fun t w -> polynomials t |> Array.map ((*) w)) rule.Nodes rule.Weights
        Array.init order (fun k -> columns |> Array.map (fun p -> (DoubleDouble.scale (float k + 0.5) p[k]).Hi))

    // The test points lie between the nodes at irregular places, and some approach the ends, from which the nodes keep
    // away.
    let private between =
        [| -0.9999999
           -0.99999
           -0.9993
           -0.871
           -0.5371
           -0.1711
           0.0237
           0.4219
           0.7873
           0.9991
           0.99999
           0.9999999 |]

    /// The sum of c_k P_k(t) over k, by Clenshaw's recursion.
    let private sum (c: float[]) t =
        let mutable next, after = 0.0, 0.0

        for k in c.Length - 1 .. -1 .. 1 do
            let this = c[k] + float (2 * k + 1) / float (k + 1) * t * next - float (k + 1) / float (k + 2) * after

            after <- next
            next <- this

        c[0] + t * next - 0.5 * after

    let private local panel x = (2.0 * x - panel.From - panel.To) / (panel.To - panel.From)

    /// The value of the polynomial at x.
    let evaluate panel x = sum panel.Coefficients (local panel x)

    // The derivative's coefficients c' satisfy c'_{k-1}/(2k-1) = c_k + c'_{k+1}/(2k+3).
    let private slopes (c: float[]) =
        let d = Array.zeroCreate (c.Length + 1)

        for k in c.Length - 1 .. -1 .. 1 do
            d[k - 1] <- float (2 * k - 1) * (c[k] + (if k + 1 < d.Length then d[k + 1] / float (2 * k + 3) else 0.0))

        Array.truncate (max 1 (c.Length - 1)) d

    // Trailing coefficients below 1e-15 of the greatest are rounding errors, and are dropped before differentiation.
    let private digits (c: float[]) =
        let rounding = 1e-15 * Array.fold (fun most x -> max most (abs x)) 0.0 c
        Array.truncate (1 + Array.FindLastIndex(c, (fun x -> abs x > rounding))) c

    /// The derivative of the polynomial as a panel. Its other fields are those of the original panel.
    let derivative panel =
        let stretch = 2.0 / (panel.To - panel.From)

        { panel with Coefficients = slopes (digits panel.Coefficients) |> Array.map ((*) stretch) }

    let private place (a: float) (b: float) t = 0.5 * (a + b) + 0.5 * (b - a) * t

    let private steepness (y: float[]) a b =
        let mutable variation = 0.0

        for i in 1 .. y.Length - 1 do
            variation <- variation + abs (y[i] - y[i - 1])

        variation / (b - a)

    /// The polynomial through the values of f at the nodes of [a, b]. The residual is measured at `extra` additional
    /// test points.
    let through (f: float -> float) extra (a: float) (b: float) =
        let x = nodes |> Array.map (place a b)
        let y = x |> Array.map f

        let coefficients =
            transform |> Array.map (fun row -> Array.fold2 (fun sum r v -> sum + r * v) 0.0 row y)

        let differenceAt x =
            // The abscissa t is computed from x as rounded, because f is evaluated there.
            let t = (2.0 * x - a - b) / (b - a)
            abs (f x - sum coefficients t)

        let difference t = differenceAt (place a b t)

        let mutable residual = 0.0

        for k in order - 3 .. order - 1 do
            residual <- max residual (abs coefficients[k])

        for t in between do
            residual <- max residual (difference t)

        // At the ends themselves a kinked function may have the mean of both sides, so the test points are the floats
        // next to them.
        for x in [ Math.BitIncrement a; Math.BitDecrement b ] do
            residual <- max residual (differenceAt x)

        for i in 1..extra do
            // The multiples of the golden ratio modulo 1 are evenly spread and irregular.
            let t = 2.0 * (float i * 0.6180339887498949 % 1.0) - 1.0
            residual <- max residual (difference t)

        { From = a
          To = b
          Coefficients = coefficients
          Greatest = y |> Array.map abs |> Array.max
          Steepness = steepness y a b
          // A comparison with NaN is false, so a residual that is not finite counts as infinite.
          Residual =
            if Array.forall Double.IsFinite y && Double.IsFinite residual then
                residual
            else
                infinity }

    // The most subintervals that are searched for one level on one panel.
    let private mostTries = 5000

    /// The points of [From, To] at which the polynomial crosses a level, each up to one rounding. The interval is
    /// halved until the coefficients on a part exclude a crossing, or exclude more than one. It raises
    /// ArgumentException if there are too many parts.
    let crossings level panel =
        let f x = evaluate panel x - level

        let rec bisect a b =
            let middle = 0.5 * (a + b)

            if middle <= a || middle >= b then middle
            elif (f middle > 0.0) = (f b > 0.0) then bisect a middle
            else bisect middle b

        // A polynomial that stays within rounding errors of the level does not cross it.
        let rounding = 4e-15 * max panel.Greatest (abs level)
        let mutable tries = 0

        let rec search depth a b =
            tries <- tries + 1

            if tries > mostTries then
                invalidArg
                    (nameof level)
                    $"The crossings of the level {level} on [{panel.From}, {panel.To}] are too many."

            let part = through f 0 a b
            let rest = part.Coefficients |> Array.skip 1 |> Array.sumBy abs
            // The derivatives on [-1, 1] satisfy |P_k'| <= k(k+1)/2, so a linear term greater than `turn` makes the
            // part monotone.
            let turn =
                part.Coefficients
                |> Seq.indexed
                |> Seq.skip 2
                |> Seq.sumBy (fun (k, c) -> 0.5 * float (k * (k + 1)) * abs c)

            if abs part.Coefficients[0] > rest * 1.0000001 || part.Greatest <= rounding then
                []
            elif turn < abs part.Coefficients[1] || depth = 0 then
                if (f a > 0.0) <> (f b > 0.0) then [ bisect a b ] else []
            else
                let middle = 0.5 * (a + b)
                search (depth - 1) a middle @ search (depth - 1) middle b

        search 24 panel.From panel.To
