namespace HadamardNtk.Core

open System

/// g(m) = E f(m + sigma z), z ~ N(0, 1): f smoothed over the width sigma, for about `count` means m in [lower, upper].
/// If f is analytic over many sigma, a Gauss-Hermite rule with few nodes is used. Near kinks, and where f changes
/// within a few sigma, g is a sum over the Gauss-Legendre nodes of f's own panels, at which f is evaluated once for all
/// means.
[<Sealed>]
type internal Smoothing(f: ScalarFunction, sigma: float, reach: float, lower: float, upper: float, count: int) =
    // The longest panel, in units of sigma.
    static let longest = 2.5

    // The Gauss-Hermite rules with 2, 3, ... nodes. Each comes with the distance, in units of sigma, within which f
    // must be analytic for the rule's error n! distance^-2n to be a rounding error.
    static let rules =
        [| for n in 2..16 do
               let rule = GaussRule.hermite n
               let factorial = Seq.fold (fun x i -> x * float i) 1.0 (seq { 1..n })
               let distance = Math.Pow(factorial / 2e-17, 0.5 / float n)
               struct (distance, rule.Nodes |> Array.map _.Hi, rule.Weights |> Array.map _.Hi) |]

    // The distance, in units of sigma, that the largest rule needs. No rule serves functions with nearer poles.
    static let enough =
        let struct (distance, _, _) = Array.last rules
        distance

    // A polynomial of degree 19 that represents f up to rounding shows that f is analytic within a Bernstein ellipse of
    // parameter 5.6. The ellipse extends beyond the panel by three quarters of the panel's length on either side.
    static let aroundPanel = 0.75

    // A function that settles is analytic over nine tenths of the distance to 0 or the nearest kink.
    static let aroundAnchor = 0.9

    let far = reach * sigma

    let panels =
        match f.Resolution with
        | Some resolution -> resolution.Panels(lower - far, upper + far)
        | None -> [||]

    let anchors = ScalarFunction.anchors f |> List.map _.At |> Array.ofList
    let strip = ScalarFunction.strip f

    // The length of the shortest panel within reach of m.
    let shortest m =
        let mutable i, shortest = 0, infinity

        while i < panels.Length && panels[i].From < m + far do
            if panels[i].To > m - far then
                shortest <- min shortest (panels[i].To - panels[i].From)

            i <- i + 1

        shortest

    let nearest (m: float) =
        let mutable nearest = infinity

        for a in anchors do
            nearest <- min nearest (abs (m - a))

        nearest

    // The distance from m within which f is analytic, if no kink is in reach.
    let distance m =
        if panels.Length > 0 then aroundPanel * shortest m
        elif f.Settles then max strip (aroundAnchor * nearest m)
        else strip

    // The intervals of means for which the nodes of f's panels are used.
    let hard =
        let about width k = struct (k - width, k + width)

        let narrow =
            if panels.Length > 0 then
                panels
                |> Array.filter (fun p -> aroundPanel * (p.To - p.From) < enough * sigma)
                |> Array.map (fun p -> struct (p.From - far, p.To + far))
            elif strip >= enough * sigma then
                [||]
            elif f.Settles then
                anchors |> Array.map (about (enough * sigma / aroundAnchor))
            else
                [| struct (lower, upper) |]

        let merge (found: struct (float * float) list) (struct (a, b)) =
            match found with
            | struct (a', b') :: rest when a <= b' + 2.0 * far -> struct (a', max b b') :: rest
            | _ -> struct (a, b) :: found

        ScalarFunction.kinksWithin f (lower - far) (upper + far)
        |> Array.ofList
        |> Array.map (about far)
        |> Array.append narrow
        |> Array.filter (fun (struct (a, b)) -> b > lower && a < upper)
        |> Array.map (fun (struct (a, b)) -> struct (max a lower, min b upper))
        |> Array.sort
        |> Array.fold merge []
        |> List.rev
        |> Array.ofList

    // For each of these intervals, the nodes and their weights times f.
    let nodes =
        hard
        |> Array.map (fun (struct (a, b)) ->
            let nodes = ScalarFunction.panels f (longest * sigma) [] (a - far) (b + far) |> Quadrature.fewerNodes

            struct (nodes |> Array.map (fun (struct (x, _)) -> x),
                    nodes |> Array.map (fun (struct (x, w)) -> w * f.Apply x)))

    let norm = 1.0 / (sigma * sqrt (2.0 * Math.PI))

    // The sum of w_i f(x_i) density(x_i - m) over the nodes within reach.
    let banded (struct (x: float[], weighted: float[])) m =
        let start = Array.BinarySearch(x, m - far)
        let mutable i = if start < 0 then ~~~start else start
        let last = m + far
        let scale = 1.0 / sigma
        let mutable sum = 0.0

        // The loop is scalar, because the bits of a vectorized exponential depend on whether the processor fuses its
        // products.
        while i < x.Length && x[i] <= last do
            let z = (x[i] - m) * scale
            sum <- sum + weighted[i] * exp (-0.5 * z * z)
            i <- i + 1

        norm * sum

    let ruled m =
        let analytic = distance m / sigma
        let mutable i = 0

        while i < rules.Length - 1 && (let struct (d, _, _) = rules[i] in analytic < d) do
            i <- i + 1

        let struct (_, z, w) = rules[i]
        let mutable sum = 0.0

        for i in 0 .. z.Length - 1 do
            sum <- sum + w[i] * f.Apply(m + sigma * z[i])

        sum

    // g is smoother than the density of width sigma, so it is a polynomial of degree 19 up to rounding on panels of
    // twice that width. It is interpolated if there are far more means than nodes of such panels.
    let interpolants =
        hard
        |> Array.mapi (fun i (struct (a, b)) ->
            let pieces = ceil ((b - a) / (2.0 * sigma))

            if pieces * 100.0 > float count then
                [||]
            else
                let cut j = if j = int pieces then b else a + float j * ((b - a) / pieces)
                Array.init (int pieces) (fun j -> LegendrePanel.through (banded nodes[i]) 0 (cut j) (cut (j + 1))))

    let inHard i m =
        let panels = interpolants[i]

        if panels.Length = 0 then
            banded nodes[i] m
        else
            let struct (a, b) = hard[i]
            let j = int (float panels.Length * ((m - a) / (b - a)))
            LegendrePanel.evaluate panels[max 0 (min (panels.Length - 1) j)] m

    /// g(m) for a mean m in [lower, upper].
    member _.At m =
        let mutable i = 0

        while i < hard.Length && (let struct (_, b) = hard[i] in b < m) do
            i <- i + 1

        if i < hard.Length && (let struct (a, _) = hard[i] in a <= m) then
            inHard i m
        else
            ruled m
