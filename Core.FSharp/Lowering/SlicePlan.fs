namespace HadamardNtk.Core

open System.Collections.Generic
open SliceOrder

/// One kernel of a network on grids, cut into segments whose slices of one offset are short programs of their own.
type internal SlicePlan =
    {
        /// The program on positions.
        Program: PositionProgram
        /// The values of its constants.
        Constants: float[]
        /// The segments, in order.
        Segments: SliceSegment[]
        /// The kernel, which is a constant or a value that the last segment leaves.
        Result: Operand
        /// The instructions of pairs whose values at a sample itself are values of the sample.
        Selves: int[]
    }

/// The compiler from programs on positions to slices.
[<RequireQualifiedAccess>]
module internal SlicePlan =
    /// The doubt that is watched where so many values are joined, and the greatest sum of it. Among many values the
    /// errors of angles near 0 are few, and have no common sign.
    let private watchedInSingle join extents =
        let positions = float (Space.count extents)

        let values =
            match join with
            | PositionStep.Diagonal
            | PositionStep.Everywhere -> positions
            | _ -> positions * positions

        if join = PositionStep.Diagonal || values < SliceDoubt.few then
            let most = if join <> PositionStep.Diagonal then SliceDoubt.mostOfFew else SliceDoubt.most
            SliceDoubt.Angles, values * min most (SliceDoubt.mostAlone * sqrt values)
        else
            SliceDoubt.Cancellations, SliceDoubt.great

    /// Whether windows that read the other edge are on the way from values to where their segment begins.
    let private wrapped (program: PositionProgram) values =
        let seen = HashSet<int>()

        let rec reads i =
            seen.Add i
            && (match program.Pairs[i].Step, program.Pairs[i].Operands with
                | step, _ when isJoin step -> false
                | PositionStep.Windows window, [| o |] when Space.wraps window program.Pairs[o.Index].Extents -> true
                | _, operands -> operands |> Array.exists (fun o -> isPair o && reads o.Index))

        List.exists reads values

    /// A segment, and the instructions of pairs that it computes. `besides` are those that nothing joins.
    let private segment program order selves constants watched isWhole join (ends: (int * int) list) besides =
        let isSingle = isWhole || join = PositionStep.Diagonal || join = PositionStep.Everywhere
        let collector = SliceCollector(program, order, selves, isSingle)
        let extents = program.Pairs[snd ends.Head].Extents
        let isCyclic = not isSingle && wrapped program (List.map snd ends)
        let place = collector.Places.Own isCyclic extents

        for _, value in ends do
            collector.Visit(value, place)
            collector.Keep(value, place)

        for pair in besides do
            collector.Visit(pair, collector.Places.Own false program.Pairs[pair].Extents)

        let doubt, most = watched join extents
        let passes = collector.Passes doubt constants

        { Extents = extents
          Join = join
          Passes = passes
          Ends =
            ends
            |> List.map (fun (pair, value) -> { Slot = collector.Slot struct (value, place); Pair = pair })
            |> Array.ofList
          IsCyclic = isCyclic
          Places = collector.Places.All
          Loads = collector.Loads
          Slots = collector.Slots
          MostDoubt = most },
        List.ofSeq collector.Visited

    let private planned watched isWhole (program: PositionProgram) (kind: Operand) : SlicePlan =
        let constants = PositionProgram.constants program
        let pairs, selves = needed program kind
        let order = Order program

        let ended =
            [ for i in Seq.sort pairs do
                  if isJoin program.Pairs[i].Step then
                      let operand = program.Pairs[i].Operands[0].Index
                      let struct (level, _) = order.Pair i
                      (level, program.Pairs[i].Step, program.Pairs[operand].Extents), (i, operand) ]

        let last =
            if isPair kind && not (isJoin program.Pairs[kind.Index].Step) then
                let struct (level, _) = order.Pair kind.Index
                [ (level + 1, PositionStep.Everywhere, []), (kind.Index, kind.Index) ]
            else
                []

        let groups = ended @ last |> List.groupBy fst |> List.sortBy (fun ((level, _, _), _) -> level)

        let segments besides =
            groups
            |> List.map (fun ((level, join, _), ends) ->
                segment program order selves constants watched isWhole join (List.map snd ends) (besides level))

        // A value of a sample may be one of a pair on which no value of pairs depends.
        let reached = segments (fun _ -> []) |> List.collect snd |> Set.ofList

        let alone =
            selves
            |> Seq.filter (fun i -> not (isJoin program.Pairs[i].Step || reached.Contains i))
            |> List.ofSeq

        let firstAfter i =
            let struct (level, _) = order.Pair i
            groups |> List.map (fun ((l, _, _), _) -> l) |> List.find (fun l -> l > level)

        let besides level = alone |> List.filter (fun i -> firstAfter i = level)

        { Program = program
          Constants = constants
          Segments = segments besides |> List.map fst |> Array.ofList
          Result = kind
          Selves = Array.ofSeq selves }

    /// The plan of one of the kernels.
    let make program kind = planned watchedInSingle false program kind

    /// The plan of one of the kernels for backends that compute whole blocks, where windows read the other edge without
    /// slices of their own. Angles are watched in float32 alone; float64 computes what float32 does not know.
    let makeBlocks isWatched program kind =
        let nothing _ _ = SliceDoubt.Cancellations, SliceDoubt.great
        planned (if isWatched then watchedInSingle else nothing) true program kind
