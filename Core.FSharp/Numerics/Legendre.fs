namespace HadamardNtk.Core

open System

/// A function on an interval as the polynomial through its values at Gauss and Legendre's nodes.
type LegendrePanel =
    {
        /// Where the interval begins.
        From: float
        /// Where it ends.
        To: float
        /// The coefficients of P_0, P_1, ... in t = (2x - From - To)/(To - From).
        Coefficients: float[]
        /// The greatest absolute value at the nodes.
        Greatest: float
        /// The mean of the absolute slopes between neighbouring nodes.
        Steepness: float
        /// How far the function is from the polynomial: the last coefficients, and the differences at points between.
        Residual: float
    }

/// Interpolation by Legendre polynomials.
[<RequireQualifiedAccess>]
module LegendrePanel =
    /// How many nodes a panel has.
    let order = 20

    // The rule in double-double: its nodes and weights are rounded once.
    let private rule = GaussRule.legendre order

    /// The nodes on [-1, 1], ascending.
    let private nodes = rule.Nodes |> Array.map _.Hi

    // (k+1) P_{k+1} = (2k+1) t P_k - k P_{k-1}.
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

    // Points between the nodes, at no regular place, and such as approach the ends, which the nodes keep away from.
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

    /// The sum of the coefficients times P_k(t), by Clenshaw's recursion.
    let private sum (c: float[]) t =
        let mutable next, after = 0.0, 0.0

        for k in c.Length - 1 .. -1 .. 1 do
            let this = c[k] + float (2 * k + 1) / float (k + 1) * t * next - float (k + 1) / float (k + 2) * after

            after <- next
            next <- this

        c[0] + t * next - 0.5 * after

    let private local panel x = (2.0 * x - panel.From - panel.To) / (panel.To - panel.From)

    /// The polynomial at x.
    let evaluate panel x = sum panel.Coefficients (local panel x)

    // c'_{k-1}/(2k-1) = c_k + c'_{k+1}/(2k+3).
    let private slopes (c: float[]) =
        let d = Array.zeroCreate (c.Length + 1)

        for k in c.Length - 1 .. -1 .. 1 do
            d[k - 1] <- float (2 * k - 1) * (c[k] + (if k + 1 < d.Length then d[k + 1] / float (2 * k + 3) else 0.0))

        Array.truncate (max 1 (c.Length - 1)) d

    // Coefficients that are rounding have no slope.
    let private digits (c: float[]) =
        let rounding = 1e-15 * Array.fold (fun most x -> max most (abs x)) 0.0 c
        Array.truncate (1 + Array.FindLastIndex(c, (fun x -> abs x > rounding))) c

    /// The polynomial's derivative as a panel of its own, of no known residual.
    let derivative panel =
        let stretch = 2.0 / (panel.To - panel.From)

        { panel with Coefficients = slopes (digits panel.Coefficients) |> Array.map ((*) stretch) }

    let private place (a: float) (b: float) t = 0.5 * (a + b) + 0.5 * (b - a) * t

    let private steepness (y: float[]) a b =
        let mutable variation = 0.0

        for i in 1 .. y.Length - 1 do
            variation <- variation + abs (y[i] - y[i - 1])

        variation / (b - a)

    /// The polynomial through f's values on [a, b]; differences are looked for at `extra` points more than usual.
    let through (f: float -> float) extra (a: float) (b: float) =
        let x = nodes |> Array.map (place a b)
        let y = x |> Array.map f

        let coefficients =
            transform |> Array.map (fun row -> Array.fold2 (fun sum r v -> sum + r * v) 0.0 row y)

        let differenceAt x =
            // What x is rounded to, not t.
            let t = (2.0 * x - a - b) / (b - a)
            abs (f x - sum coefficients t)

        let difference t = differenceAt (place a b t)

        let mutable residual = 0.0

        for k in order - 3 .. order - 1 do
            residual <- max residual (abs coefficients[k])

        for t in between do
            residual <- max residual (difference t)

        // The ends themselves may be kinks, at which a mean of both sides is meant.
        for x in [ Math.BitIncrement a; Math.BitDecrement b ] do
            residual <- max residual (differenceAt x)

        for i in 1..extra do
            // The golden ratio's multiples lie evenly, and at no regular place.
            let t = 2.0 * (float i * 0.6180339887498949 % 1.0) - 1.0
            residual <- max residual (difference t)

        { From = a
          To = b
          Coefficients = coefficients
          Greatest = y |> Array.map abs |> Array.max
          Steepness = steepness y a b
          // A comparison with what is not a number is false: it counts as the worst.
          Residual =
            if Array.forall Double.IsFinite y && Double.IsFinite residual then
                residual
            else
                infinity }

    // Parts that are looked at for one level on one panel.
    let private mostTries = 5000

    /// The points of [From, To] at which the polynomial crosses a level, each to a rounding: parts of the interval on
    /// which the coefficients rule a crossing out, or two of them, are not looked at again.
    let crossings level panel =
        let f x = evaluate panel x - level

        let rec bisect a b =
            let middle = 0.5 * (a + b)

            if middle <= a || middle >= b then middle
            elif (f middle > 0.0) = (f b > 0.0) then bisect a middle
            else bisect middle b

        // What differs from the level by rounding alone lies along it and does not cross it.
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
            // |P_k'| <= k(k+1)/2.
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
