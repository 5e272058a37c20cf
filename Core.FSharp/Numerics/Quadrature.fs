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

    /// Panels over [lower, upper], cut at every anchor, halved until none is longer than `longest` or than the anchors
    /// allow.
    let mesh longest (anchors: Anchor list) (lower: float) (upper: float) =
        let rec cut a b =
            let middle = 0.5 * (a + b)

            if b - a <= allowed longest anchors a b * 1.0000001 || middle <= a || middle >= b then
                [ struct (a, b) ]
            else
                cut a middle @ cut middle b

        anchors
        |> List.map _.At
        |> List.filter (fun x -> x > lower && x < upper)
        |> List.append [ lower; upper ]
        |> List.distinct
        |> List.sort
        |> List.pairwise
        |> List.collect (fun (a, b) -> cut a b)

    /// Nodes and weights of the composite rule on a mesh.
    let nodes (panels: struct (float * float) list) =
        [| for struct (a, b) in panels do
               for i in 0 .. order - 1 do
                   let half = 0.5 * (b - a)
                   struct (0.5 * (a + b) + half * rule.GetAbscissa i, half * rule.GetWeight i) |]

    /// The density of N(0, sigma^2) at x.
    let density (sigma: float) x = Scalar.normalDensity (x / sigma) / sigma

    /// Nodes x and weights for expectations over N(0, sigma^2), cut off at `reach` standard deviations, panels at most
    /// `longest` standard deviations long.
    let gaussian reach longest anchors sigma =
        mesh (longest * sigma) anchors (-reach * sigma) (reach * sigma)
        |> nodes
        |> Array.map (fun (struct (x, w)) -> struct (x, w * density sigma x))
