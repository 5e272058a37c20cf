namespace HadamardNtk.Core

open System
open MathNet.Numerics.Integration

/// A point that an integration mesh is graded towards: near it panels are no longer than Width, and further away no
/// longer than their distance from it.
[<Struct>]
type Anchor =
    {
        /// The point.
        At: float
        /// The greatest length of a panel that touches the point.
        Width: float
    }

/// Composite Gauss-Legendre quadrature on graded meshes: expectations by their definition.
[<RequireQualifiedAccess>]
module Quadrature =
    /// Nodes of the rule used on every panel.
    let order = 20

    let private rule = GaussLegendreRule(-1.0, 1.0, order)

    let private distance (lower: float) (upper: float) (anchor: Anchor) =
        if anchor.At <= lower then lower - anchor.At
        elif anchor.At >= upper then anchor.At - upper
        else 0.0

    let private allowed longest (anchors: Anchor list) lower upper =
        (longest, anchors) ||> List.fold (fun limit a -> min limit (max a.Width (distance lower upper a)))

    /// The most panels of a mesh: two thousand nodes for each would be a second's work.
    let mostPanels = 1 <<< 20

    // Halves a panel until its parts are no longer than is allowed, in a loop, so that no mesh can use up the stack.
    let private halve longest anchors (found: ResizeArray<struct (float * float)>) (first: struct (float * float)) =
        let waiting = System.Collections.Generic.Stack [ first ]

        while waiting.Count > 0 do
            let struct (a, b) = waiting.Pop()
            let middle = 0.5 * (a + b)

            if b - a <= allowed longest anchors a b * 1.0000001 || middle <= a || middle >= b then
                found.Add struct (a, b)
            elif found.Count + waiting.Count > mostPanels then
                invalidArg
                    (nameof longest)
                    $"A mesh of panels no longer than {longest} on [{a}, {b}] has too many panels."
            else
                waiting.Push struct (middle, b)
                waiting.Push struct (a, middle)

    /// The panels, halved until none is longer than `longest` or than the anchors allow.
    let refine longest (anchors: Anchor list) (panels: struct (float * float) seq) =
        if Double.IsNaN longest || anchors |> List.exists (fun a -> Double.IsNaN a.At || Double.IsNaN a.Width) then
            invalidArg (nameof longest) $"A mesh's panels must have a length; the longest is {longest}."

        let found = ResizeArray()

        for struct (a, b) in panels do
            if not (Double.IsFinite a && Double.IsFinite b) then
                invalidArg (nameof panels) $"A mesh must have finite bounds; they are {a} and {b}."

            halve longest anchors found struct (a, b)

        List.ofSeq found

    /// The panels between neighbours of the points in [lower, upper] and the bounds.
    let between (points: float seq) (lower: float) (upper: float) =
        points
        |> Seq.filter (fun x -> x > lower && x < upper)
        |> Seq.append [ lower; upper ]
        |> Seq.distinct
        |> Seq.sort
        |> Seq.pairwise
        |> Seq.map (fun (a, b) -> struct (a, b))
        |> List.ofSeq

    /// Panels over [lower, upper], cut at every anchor, halved until none is longer than `longest` or than the anchors
    /// allow.
    let mesh longest (anchors: Anchor list) (lower: float) (upper: float) =
        between (anchors |> List.map _.At) lower upper |> refine longest anchors

    let private composite (rule: GaussLegendreRule) (panels: struct (float * float) list) =
        let points =
            Array.init rule.Order (fun i -> struct (rule.GetAbscissa i, rule.GetWeight i)) |> Array.sort

        let found = Array.zeroCreate (points.Length * List.length panels)
        let mutable next = 0

        for struct (a, b) in panels do
            let middle, half = 0.5 * (a + b), 0.5 * (b - a)

            for i in 0 .. points.Length - 1 do
                let struct (t, w) = points[i]
                found[next] <- struct (middle + half * t, half * w)
                next <- next + 1

        found

    /// Nodes and weights of the composite rule on a mesh, ascending.
    let nodes panels = composite rule panels

    // 5.8^-28 = 4e-22 is left where panels grow to their distance from what is not analytic.
    let private shorter = GaussLegendreRule(-1.0, 1.0, 14)

    /// The same by a rule of 14 nodes a panel, where no polynomials of high degree are multiplied in.
    let fewerNodes panels = composite shorter panels

    /// The density of N(0, sigma^2) at x.
    let density (sigma: float) x = Scalar.normalDensity (x / sigma) / sigma

    /// Nodes and weights, times the density of N(0, sigma^2).
    let weighted sigma nodes = nodes |> Array.map (fun (struct (x, w)) -> struct (x, w * density sigma x))

    /// Nodes x and weights for expectations over N(0, sigma^2) on a mesh.
    let weigh sigma panels = nodes panels |> weighted sigma
