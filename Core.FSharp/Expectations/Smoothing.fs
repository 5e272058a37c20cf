namespace HadamardNtk.Core

open System

/// g(m) = E f(m + sigma z), z ~ N(0, 1), at `count` means m of [lower, upper]: f smoothed over the width sigma. Where f is
/// analytic over many sigma, by a Gauss and Hermite rule of few nodes; near kinks, and where f changes within a few sigma,
/// by Gauss and Legendre's nodes of f's own panels, at which f is evaluated once for all means.
[<Sealed>]
type internal Smoothing(f: ScalarFunction, sigma: float, reach: float, lower: float, upper: float, count: int) =
    // The longest panel, in sigma.
    static let longest = 2.5

    // Gauss and Hermite's rules of 2, 3, ... nodes, and the distance, in sigma, over which f must be analytic so that
    // what they leave out, n! distance^-2n, is rounding.
    static let rules =
        [| for n in 2..16 do
               let rule = GaussRule.hermite n
               let factorial = Seq.fold (fun x i -> x * float i) 1.0 (seq { 1..n })
               let distance = Math.Pow(factorial / 2e-17, 0.5 / float n)
               struct (distance, rule.Nodes |> Array.map _.Hi, rule.Weights |> Array.map _.Hi) |]

    // With fewer sigma to the next pole there is no rule.
    static let enough =
        let struct (distance, _, _) = Array.last rules
        distance

    // What a panel holds as a polynomial of degree 19 to rounding is analytic within a Bernstein ellipse of parameter 5.6,
    // and so over three quarters of the panel's length on either side of its ends.
    static let aroundPanel = 0.75

    // What settles is analytic over nine tenths of the distance to 0 or a kink.
    static let aroundAnchor = 0.9

    let far = reach * sigma

    let panels =
        match f.Resolution with
        | Some resolution -> resolution.Panels(lower - far, upper + far)
        | None -> [||]

    let anchors = ScalarFunction.anchors f |> List.map _.At |> Array.ofList
    let strip = ScalarFunction.strip f

    // The shortest panel within reach of m.
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

    // How far from m f is analytic, where no kink is in reach.
    let distance m =
        if panels.Length > 0 then aroundPanel * shortest m
        elif f.Settles then max strip (aroundAnchor * nearest m)
        else strip

    // The intervals of means in which nodes of f's panels are used.
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

    // The nodes of each of these intervals and their weights times f.
    let nodes =
        hard
        |> Array.map (fun (struct (a, b)) ->
            let nodes = ScalarFunction.panels f (longest * sigma) [] (a - far) (b + far) |> Quadrature.fewerNodes

            struct (nodes |> Array.map (fun (struct (x, _)) -> x),
                    nodes |> Array.map (fun (struct (x, w)) -> w * f.Apply x)))

    let norm = 1.0 / (sigma * sqrt (2.0 * Math.PI))

    // sum_i w_i f(x_i) density(x_i - m) over the nodes within reach.
    let banded (struct (x: float[], weighted: float[])) m =
        let start = Array.BinarySearch(x, m - far)
        let mutable i = if start < 0 then ~~~start else start
        let last = m + far
        let scale = 1.0 / sigma
        let mutable sum = 0.0

        // One after the other: the bits of a vector's exponential depend on whether the processor fuses its products.
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

    // g is smoother than the density of width sigma, so that on panels of twice that width it is a polynomial of degree 19
    // to rounding: where there are far more means than nodes of such panels, it is interpolated.
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

    /// g(m).
    member _.At m =
        let mutable i = 0

        while i < hard.Length && (let struct (_, b) = hard[i] in b < m) do
            i <- i + 1

        if i < hard.Length && (let struct (a, _) = hard[i] in a <= m) then
            inHard i m
        else
            ruled m
