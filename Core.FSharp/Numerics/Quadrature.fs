namespace HadamardNtk.Core

open System
open MathNet.Numerics.Integration

/// A point towards which an integration mesh is graded. A panel that touches the point is at most Width long, and a
/// panel further away is at most as long as its distance from the point.
[<Struct>]
type internal Anchor =
    {
        /// The point.
        At: float
        /// The greatest length of a panel that touches the point.
        Width: float
    }

/// Composite Gauss-Legendre quadrature on graded meshes, which computes expectations by their definition.
[<RequireQualifiedAccess>]
module internal Quadrature =
    /// The number of nodes on a panel.
    let order = 20

    let private rule = GaussLegendreRule(-1.0, 1.0, order)

    let private distance (lower: float) (upper: float) (anchor: Anchor) =
        if anchor.At <= lower then lower - anchor.At
        elif anchor.At >= upper then anchor.At - upper
        else 0.0

    let private allowed longest (anchors: Anchor list) lower upper =
        (longest, anchors) ||> List.fold (fun limit a -> min limit (max a.Width (distance lower upper a)))

    /// A mesh has at most so many panels, each with `order` nodes.
    let mostPanels = 1 <<< 20

    // Halves a panel until its parts are short enough. A loop with its own stack keeps a fine mesh from overflowing the
    // thread's.
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

    /// Halves the panels until none is longer than `longest` or than the anchors allow. It raises ArgumentException if
    /// a bound is not finite, a length is not a number, or there would be more than `mostPanels` panels.
    let refine longest (anchors: Anchor list) (panels: struct (float * float) seq) =
        if Double.IsNaN longest || anchors |> List.exists (fun a -> Double.IsNaN a.At || Double.IsNaN a.Width) then
            invalidArg (nameof longest) $"A mesh's panels must have a length; the longest is {longest}."

        let found = ResizeArray()

        for struct (a, b) in panels do
            if not (Double.IsFinite a && Double.IsFinite b) then
                invalidArg (nameof panels) $"A mesh must have finite bounds; they are {a} and {b}."

            halve longest anchors found struct (a, b)

        List.ofSeq found

    /// The panels between neighbors among the bounds and the points inside [lower, upper].
    let between (points: float seq) (lower: float) (upper: float) =
        points
        |> Seq.filter (fun x -> x > lower && x < upper)
        |> Seq.append [ lower; upper ]
        |> Seq.distinct
        |> Seq.sort
        |> Seq.pairwise
        |> Seq.map (fun (a, b) -> struct (a, b))
        |> List.ofSeq

    /// Panels over [lower, upper], cut at every anchor and halved until none is longer than `longest` or than the
    /// anchors allow.
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

    /// The nodes and weights of the composite rule on a mesh, in ascending order.
    let nodes panels = composite rule panels

    // A relative error of 5.8^-28 = 4e-22 remains if panels are as long as their distance from the nearest singularity.
    let private shorter = GaussLegendreRule(-1.0, 1.0, 14)

    /// The nodes and weights of a composite rule with 14 nodes a panel, for integrands without polynomial factors of
    /// high degree.
    let fewerNodes panels = composite shorter panels

    /// The density of N(0, sigma^2) at x.
    let density (sigma: float) x = Scalar.normalDensity (x / sigma) / sigma

    /// Multiplies the weights by the density of N(0, sigma^2).
    let weighted sigma nodes = nodes |> Array.map (fun (struct (x, w)) -> struct (x, w * density sigma x))

    /// The nodes and weights for expectations over N(0, sigma^2) on a mesh.
    let weigh sigma panels = nodes panels |> weighted sigma
