namespace HadamardNtk.Core

/// The offset of slices on one grid, by the offset o of the slices at the end of a segment. It is scale (r - less),
/// where r is o or the offset of another place.
type internal SlicePlace =
    {
        /// The number of the place whose offset is r, or -1 for o.
        Base: int
        /// What is taken from r.
        Less: int list
        /// The number of positions of this grid between positions that are neighbors at r.
        Scale: int list
        /// The extents of the grid if the slices are cyclic, which have the pairs of p and p + offset modulo the
        /// extents. They are empty for slices of the p for which p + offset is on the grid.
        Cycle: int list
    }

/// The places of a segment. Where `isSingle`, only the offset 0 is computed, at which cyclic slices are like others.
type internal SlicePlaces(isSingle) =
    let strideOf (window: Window) (extents: int list) =
        match window.Stride with
        | [ single ] -> List.map (fun _ -> single) extents
        | several -> several

    let places = ResizeArray<SlicePlace>()

    let intern place =
        match places.IndexOf place with
        | -1 ->
            places.Add place
            places.Count - 1
        | i -> i

    let isMultiple (a: int list) extents = List.forall2 (fun a extent -> a % extent = 0) a extents

    /// A cyclic place. If the offsets of its base differ from those that the base has by multiples of the extents,
    /// it is one of the base's base.
    let rec cyclic root less scale extents =
        let rebased (p: SlicePlace) =
            isMultiple (List.map2 (*) scale less) extents && isMultiple (List.map2 (*) scale p.Cycle) extents

        if root >= 0 && rebased places[root] then
            let p = places[root]
            cyclic p.Base p.Less (List.map2 (*) scale p.Scale) extents
        else
            intern { Base = root; Less = less; Scale = scale; Cycle = extents }

    /// Which extents are taken from the offset of each of the slices of which a cyclic one is made.
    let rec edges (extents: int list) =
        match extents with
        | [] -> [ [] ]
        | extent :: rest -> List.allPairs [ 0; extent ] (edges rest) |> List.map (fun (e, other) -> e :: other)

    member _.All = places.ToArray()

    /// The place of slices at the offset o itself.
    member _.Own isCyclic extents =
        intern
            { Base = -1
              Less = List.map (fun _ -> 0) extents
              Scale = List.map (fun _ -> 1) extents
              Cycle = if isCyclic && not isSingle then extents else [] }

    /// The places that windows read on a grid below: one, or one for each slice that a cyclic one is made of.
    member _.Below place (window: Window) extents =
        let p, stride = places[place], strideOf window extents

        let below root less scale =
            if Space.wraps window extents && not isSingle then
                cyclic root less scale extents
            else
                intern { Base = root; Less = less; Scale = scale; Cycle = [] }

        if p.Cycle.IsEmpty then
            [| below p.Base p.Less (List.map2 (*) p.Scale stride) |]
        else
            let found = edges p.Cycle |> List.map (fun less -> below place less stride)

            if List.forall ((=) found.Head) found then
                [| found.Head |]
            else
                Array.ofList found
