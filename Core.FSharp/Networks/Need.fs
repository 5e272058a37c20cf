namespace HadamardNtk.Core

open System.Collections.Generic

/// The values of a second moment at a pair of samples that a network reads: those at pairs of positions (p, p') with
/// one of some offsets p' - p along the axes of a grid, or all. They are a semilattice under `Need.join`.
type internal Need =
    /// These offsets. The one offset of a single position has no axes.
    | Offsets of Set<int list>
    /// All pairs.
    | All

/// The needs of signals, found backwards from the end of a network.
[<RequireQualifiedAccess>]
module internal Need =
    /// Nothing is read.
    let none = Offsets Set.empty

    /// What either of two readers needs.
    let join a b =
        match a, b with
        | Offsets a, Offsets b -> Offsets(a + b)
        | _ -> All

    /// The pairs of equal positions.
    let equal space =
        match space with
        | Grid extents -> Offsets(Set.singleton (List.map (fun _ -> 0) extents))
        | Vertices -> All

    let private product (axes: int list list) =
        List.foldBack (fun axis rest -> List.allPairs axis rest |> List.map (fun (o, rest) -> o :: rest)) axes [ [] ]

    let private along (extent: int) = [ 1 - extent .. extent - 1 ]

    /// The offsets of a need on a grid.
    let offsets extents need =
        match need with
        | Offsets found -> found
        | All -> extents |> List.map along |> product |> Set.ofList

    // A set of all offsets is all.
    let private ofSet (extents: int list) (found: Set<int list>) =
        if int64 found.Count = (extents |> List.fold (fun n extent -> n * (2L * int64 extent - 1L)) 1L) then
            All
        else
            Offsets found

    // Windows that reach beyond an edge of a circle also read pairs that its edge parts.
    let private ofCopies padding (extent, size, stride) o =
        let windows, _ = Space.along padding (extent, size, stride)
        let isWrapped = padding = Circular && o <> 0 && (windows - 1) * stride + size > extent
        stride * o :: (if isWrapped then [ stride * o - sign o * extent ] else [])

    /// The positions along an axis that a window reads, without those beyond an edge.
    let private readBy padding (extent, size, stride) before p =
        [ p * stride - before .. p * stride - before + size - 1 ]
        |> List.choose (fun at ->
            match padding with
            | Circular -> Some((at % extent + extent) % extent)
            | _ -> if at < 0 || at >= extent then None else Some at)
        |> List.distinct

    // All windows inside read the same offsets, so that one of them stands for all.
    let private ofSums padding (extent, size, stride) =
        let windows, before = Space.along padding (extent, size, stride)
        let isInside p = p * stride >= before && p * stride - before + size <= extent
        let read = Array.init windows (readBy padding (extent, size, stride) before)
        let outside = [ 0 .. windows - 1 ] |> List.filter (isInside >> not)

        fun o ->
            let exists p = p >= 0 && p < windows && p + o >= 0 && p + o < windows

            let inside =
                [ max 0 -o .. min windows (windows - o) - 1 ]
                |> Seq.tryFind (fun p -> isInside p && isInside (p + o))
                |> Option.toList

            inside @ outside @ List.map (fun p -> p - o) outside
            |> List.filter exists
            |> List.distinct
            |> List.collect (fun p -> List.allPairs read[p] read[p + o] |> List.map (fun (a, b) -> b - a))
            |> List.distinct

    /// What a window's map reads for a need. `along` gives the offsets that it reads along an axis for one.
    let private ofWindow window extents along need =
        let axes = Space.axes window extents

        let reads =
            axes
            |> List.map (fun axis ->
                let read, known = along window.Padding axis, Dictionary<int, int list>()

                fun o ->
                    match known.TryGetValue o with
                    | true, found -> found
                    | _ ->
                        known[o] <- read o
                        known[o])

        match need with
        | Offsets found ->
            found |> Seq.collect (fun o -> List.map2 (fun read o -> read o) reads o |> product) |> Set.ofSeq
        | All ->
            let ofAxis read axis =
                let windows, _ = Space.along window.Padding axis
                [ 1 - windows .. windows - 1 ] |> List.collect read |> List.distinct

            List.map2 ofAxis reads axes |> product |> Set.ofList
        |> ofSet extents

    /// What a map of positions needs of the signal below it, on a space, where its own values are needed: monotone.
    let below map space need =
        match map, space with
        | _ when need = none -> none
        | Patches window, Grid extents -> ofWindow window extents ofCopies need
        | (Average window | Total window), Grid extents -> ofWindow window extents ofSums need
        | Flatten, Grid _ -> equal space
        | _ -> All

    // A signal of one position has its one value at all positions of what it meets.
    let private met need (signal: Signal) = if signal.Facts.Space = Space.point then equal Space.point else need

    let private ofOperand (signal: Signal) need (operand: Signal) =
        match signal.Rule with
        | Op.Spatial(map, z) -> below map z.Facts.Space need
        | Op.Attention _ -> All
        // A view reads the rows themselves.
        | Op.Viewed _ -> none
        | _ -> met need operand

    /// What a network that ends in a signal of one position needs of each signal below it.
    let ofSignal (top: Signal) : Signal -> Need =
        let known = Dictionary<int, Need>()

        let find (signal: Signal) =
            match known.TryGetValue signal.Id with
            | true, need -> need
            | _ -> none

        known[top.Id] <- equal top.Facts.Space

        for signal in List.rev (Signal.ancestry top) do
            for operand in Op.operands signal.Rule do
                known[operand.Id] <- join (find operand) (ofOperand signal (find signal) operand)

        find

    /// The number of pairs of positions of a need, or None for graphs.
    let pairs space need =
        let ofOffset extents (o: int list) =
            List.fold2 (fun n extent o -> n * (int64 extent - int64 (abs o))) 1L extents o

        match space, need with
        | Vertices, _ -> None
        | Grid extents, Offsets found -> Some(found |> Seq.sumBy (ofOffset extents))
        | Grid extents, All -> Some(let count = extents |> List.fold (fun n e -> n * int64 e) 1L in count * count)

    /// A need in words.
    let describe need =
        match need with
        | All -> "all"
        | Offsets found when found.Count = 0 -> "none"
        | Offsets found when found.Count = 1 && Seq.forall (List.forall ((=) 0)) found -> "p' = p"
        | Offsets found ->
            let axes = List.transpose (List.ofSeq found)
            let ranges = axes |> List.map (fun axis -> $"{List.min axis}..{List.max axis}") |> String.concat " x "
            $"p' - p in {found.Count} of {ranges}"
