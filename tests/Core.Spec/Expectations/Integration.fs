/// Moments of Gaussian pairs by their definition, by quadrature and by sampling: written here, apart from the product's.
module HadamardNtk.Core.Spec.Integration

open System

/// Nodes and weights of the n-point Gauss-Legendre rule on [-1, 1]: Newton's method on P_n.
let private legendre n =
    let evaluate x =
        let mutable p, before = x, 1.0

        for k in 2..n do
            let next = (float (2 * k - 1) * x * p - float (k - 1) * before) / float k
            before <- p
            p <- next

        struct (p, float n * (x * p - before) / (x * x - 1.0))

    Array.init n (fun i ->
        let mutable x = cos (Math.PI * (float i + 0.75) / (float n + 0.5))

        for _ in 1..100 do
            let struct (p, slope) = evaluate x
            x <- x - p / slope

        let struct (_, slope) = evaluate x
        struct (x, 2.0 / ((1.0 - x * x) * slope * slope)))

let private rule = legendre 16

/// What has to be known of a function so that 16 points a panel reach 13 digits.
type Shape =
    {
        /// How many standard deviations out f^2 times the density still counts.
        Reach: float
        /// The length of panels next to 0, where it is the roughest; they double going outwards.
        Finest: float
        /// The longest panel.
        Longest: float
        /// Whether a derivative jumps at 0.
        Kinked: bool
    }

/// Analytic within 1.5 of the real axis and close to polynomials away from 0.
let smooth = { Reach = 12.0; Finest = 1.0; Longest = infinity; Kinked = false }

/// The end of the panel that begins at x; a panel ends at 0, and none is longer than its distance from 0.
let private panelEnd finest longest x =
    let length =
        if x >= 0.0 then max finest x
        elif -x > 2.0 * finest then -0.5 * x
        elif -x > finest then -x - finest
        else -x

    if length <= longest then x + length else x + longest

/// The integral of f over [lower, upper].
let private integrate finest longest lower upper (f: float -> float) =
    let mutable from = lower
    let mutable total = 0.0

    while from < upper do
        let until = panelEnd finest longest from
        // What is left beside 0 after rounding is no panel.
        let until = if abs until < 1e-14 * finest then 0.0 else until
        let until = min until upper
        let half, middle = 0.5 * (until - from), 0.5 * (until + from)

        for struct (x, w) in rule do
            total <- total + half * w * f (middle + half * x)

        from <- until

    total

let private density sigma x = exp (-0.5 * (x / sigma) * (x / sigma)) / (sigma * sqrt (2.0 * Math.PI))

/// E f(u), u ~ N(mean, sigma^2); f rough near 0 only.
let private average shape finest (mean: float) sigma f =
    let longest = min (1.5 * sigma) shape.Longest
    let reach = shape.Reach * sigma
    integrate finest longest (mean - reach) (mean + reach) (fun x -> density sigma (x - mean) * f x)

/// E f(u), u ~ N(0, q).
let mean shape q f =
    if q = 0.0 then
        f 0.0
    else
        average shape (min shape.Finest (sqrt q)) 0.0 (sqrt q) f

/// E f(u) f(v) with variances q1, q2 and correlation rho: u, then v | u ~ N(rho sqrt(q2/q1) u, q2 (1 - rho^2)).
let moment shape q1 q2 rho f =
    let q1, q2 = max q1 q2, min q1 q2

    if q1 = 0.0 then
        f 0.0 * f 0.0
    else
        let slope = rho * sqrt (q2 / q1)
        let sigma = sqrt (q2 * (1.0 - rho) * (1.0 + rho))

        if sigma = 0.0 then
            mean shape q1 (fun u -> f u * f (slope * u))
        else
            // Where f has a kink, E f(v) | u turns over a width sigma/slope.
            let turn = if shape.Kinked && slope <> 0.0 then 0.5 * sigma / abs slope else infinity
            let finest = List.min [ shape.Finest; turn; sqrt q1 ]
            let inner = min shape.Finest sigma

            average shape finest 0.0 (sqrt q1) (fun u ->
                match f u with
                | 0.0 -> 0.0
                | value -> value * average shape inner (slope * u) sigma f)

/// Draws of independent standard normal pairs, the same each time.
let normalPairs count =
    let random = Random 1729

    Array.init count (fun _ ->
        let radius = sqrt (-2.0 * log (1.0 - random.NextDouble()))
        let angle = 2.0 * Math.PI * random.NextDouble()
        struct (radius * cos angle, radius * sin angle))

/// Mean and standard error of numbers.
let estimate (values: float[]) =
    let n = float values.Length
    let mean = Array.average values
    let variance = values |> Array.sumBy (fun x -> (x - mean) * (x - mean)) |> fun s -> s / (n - 1.0)
    struct (mean, sqrt (variance / n))
