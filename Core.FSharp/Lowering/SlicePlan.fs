namespace HadamardNtk.Core

open System.Collections.Generic

/// Where the values of a slice come from that no strip computes.
[<RequireQualifiedAccess>]
type SliceSource =
    /// The products of the inputs' positions.
    | Input of View
    /// The values that an earlier segment left, by the instruction that gives them.
    | Kept of pair: int

/// The offset of slices on one grid, by the offset o of the slices at the end of a segment. It is scale (r - less), where
/// r is o or the offset of another place.
type SlicePlace =
    {
        /// The number of the place whose offset is r, or -1 for o.
        Base: int
        /// What is taken from r.
        Less: int list
        /// The number of positions of this grid between positions that are neighbors at r.
        Scale: int list
        /// The extents of the grid if the slices are cyclic, which have the pairs of p and p + offset modulo the extents.
        /// They are empty for slices of the p for which p + offset is on the grid.
        Cycle: int list
    }

/// The values of pairs that a strip reads.
[<RequireQualifiedAccess>]
type SliceInput =
    /// The values of a slot at the same positions.
    | Same of slot: int
    /// The sums of a slot's values over windows of a grid of the given extents. Cyclic slices are up to four slices that
    /// are not: those of their offset less an extent along some axes. Where several slots are given, the windows of
    /// each of these read one of their own, the last axis first.
    | Summed of slots: int[] * window: Window * extents: int list

/// A strip program on the positions of one grid.
type SlicePass =
    {
        /// The extents of the grid.
        Extents: int list
        /// The number of the place of its slices.
        Place: int
        /// The values that the program reads.
        Inputs: SliceInput[]
        /// The program.
        Program: StripProgram
        /// The tables of its series.
        Tables: TableRequest[]
        /// The distances within which they are steep.
        Steepness: Steepness
        /// The slots that its results fill, one for each.
        Slots: int[]
        /// The values of samples, by their instructions, that are moments of pairs before an activation of this pass.
        Moments: int[]
        /// The program of these moments, with the same inputs and the same roundings. It reads no values of samples.
        MomentProgram: StripProgram option
    }

/// What becomes of the values at the end of a segment.
type SliceEnd =
    {
        /// The slot of the values.
        Slot: int
        /// The instruction of pairs whose values they give.
        Pair: int
    }

/// A slice M[p, p + o] of a segment is computed for one offset o after the other. A segment ends where the values of
/// different offsets meet, or at the kernel.
type SliceSegment =
    {
        /// The extents of the grid at the end.
        Extents: int list
        /// The step that joins the values: Pool, Total, Diagonal, or Everywhere for values of one position.
        Join: PositionStep
        /// Whether the slices at the end are cyclic.
        IsCyclic: bool
        /// The places of slices. Their bases come before them.
        Places: SlicePlace[]
        /// The slots: the instruction of pairs that each holds, and the number of its place.
        Slots: struct (int * int)[]
        /// The slots that are filled without a strip program.
        Loads: struct (int * SliceSource)[]
        /// The strip programs, in order.
        Passes: SlicePass[]
        /// The slots that are joined.
        Ends: SliceEnd[]
        /// The greatest sum of the doubts of all its values in float32.
        MostDoubt: float
    }

/// One kernel of a network on grids, cut into segments whose slices of one offset are short programs of their own.
type SlicePlan =
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
module SlicePlan =
    let private isJoin step =
        match step with
        | PositionStep.Pool _
        | PositionStep.Total
        | PositionStep.Diagonal
        | PositionStep.Everywhere -> true
        | _ -> false

    let private isPair (o: Operand) = o.Bank = Bank.Pairs
    let private isSample (o: Operand) = o.Bank = Bank.Row || o.Bank = Bank.Column

    /// For each instruction the level of its segment and the depth of its pass within segments. A value of a sample
    /// that is one of a pair is known after the pass of that pair.
    type private Order(program: PositionProgram) =
        let pairs = Dictionary<int, struct (int * int)>()
        let samples = Dictionary<int, struct (int * int)>()

        let highest (found: seq<struct (int * int)>) =
            (struct (0, 0), found) ||> Seq.fold (fun struct (a, b) struct (c, d) -> struct (max a c, max b d))

        let known (table: Dictionary<int, struct (int * int)>) make i =
            match table.TryGetValue i with
            | true, order -> order
            | _ ->
                let order = make i
                table[i] <- order
                order

        member this.Pair i : struct (int * int) =
            known
                pairs
                (fun i ->
                    let instruction = program.Pairs[i]

                    let struct (level, depth) =
                        instruction.Operands
                        |> Seq.filter (fun o -> isPair o || isSample o)
                        |> Seq.map (fun o -> if isPair o then this.Pair o.Index else this.Sample o.Index)
                        |> highest

                    match instruction.Step with
                    | PositionStep.Windows _ -> struct (level, depth + 1)
                    | step when isJoin step -> struct (level + 1, 0)
                    | _ -> struct (level, depth))
                i

        member this.Sample i : struct (int * int) =
            known
                samples
                (fun i ->
                    match program.Samples[i].Step with
                    | PositionStep.Self pair ->
                        let struct (level, depth) = this.Pair pair

                        if isJoin program.Pairs[pair].Step then
                            struct (level, 0)
                        else
                            struct (level, depth + 1)
                    | _ ->
                        program.Samples[i].Operands
                        |> Seq.filter isSample
                        |> Seq.map (fun o -> this.Sample o.Index)
                        |> highest)
                i

    /// The instructions of pairs on which a value depends, also by way of values of samples, and those among them that
    /// are values of samples.
    let private needed (program: PositionProgram) (result: Operand) =
        let pairs, samples, selves = HashSet<int>(), HashSet<int>(), HashSet<int>()
        let waiting = Stack [ result ]

        while waiting.Count > 0 do
            let o = waiting.Pop()

            if isPair o then
                if pairs.Add o.Index then
                    program.Pairs[o.Index].Operands |> Array.iter waiting.Push
            elif isSample o && samples.Add o.Index then
                program.Samples[o.Index].Operands |> Array.iter waiting.Push

                match program.Samples[o.Index].Step with
                | PositionStep.Self pair ->
                    selves.Add pair |> ignore
                    waiting.Push { Bank = Bank.Pairs; Index = pair }
                | _ -> ()

        pairs, selves

    let private strideOf (window: Window) (extents: int list) =
        match window.Stride with
        | [ single ] -> List.map (fun _ -> single) extents
        | several -> several

    /// The places of a segment. Where `isSingle`, only the offset 0 is computed, at which cyclic slices are like others.
    type private Places(isSingle) =
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

        /// Which extents are taken from the offset of each slice that is not cyclic, of those of which a cyclic one is made.
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
                if List.forall ((=) found.Head) found then [| found.Head |] else Array.ofList found

    /// One segment under construction: the values at places that its ends need.
    type private Collector(program: PositionProgram, order: Order, selves: HashSet<int>, isSingle) =
        let places = Places isSingle
        let slots = ResizeArray<struct (int * int)>()
        let loads = ResizeArray<struct (int * SliceSource)>()
        let visited = HashSet<struct (int * int)>()
        let items = ResizeArray<struct (int * int)>()
        let outputs = HashSet<struct (int * int)>()

        let slot item =
            match slots.IndexOf item with
            | -1 ->
                slots.Add item
                slots.Count - 1
            | i -> i

        let depthOf i = let struct (_, depth) = order.Pair i in depth

        // Windows are summed where they are read, so that only the values below them are kept.
        let childOf i place =
            match program.Pairs[i].Step with
            | PositionStep.Windows window ->
                let child = program.Pairs[i].Operands[0].Index
                Some struct (window, child, places.Below place window program.Pairs[child].Extents)
            | _ -> None

        let isWindows i = program.Pairs[i].Step.IsWindows

        member _.Places = places

        member this.Visit(i, place) =
            if visited.Add struct (i, place) then
                let instruction = program.Pairs[i]

                match instruction.Step with
                | PositionStep.Product view -> loads.Add struct (slot struct (i, place), SliceSource.Input view)
                | step when isJoin step -> loads.Add struct (slot struct (i, place), SliceSource.Kept i)
                | PositionStep.Windows _ ->
                    let struct (_, child, below) = (childOf i place).Value

                    for childPlace in below do
                        this.Visit(child, childPlace)
                        this.Keep(child, childPlace)
                | _ ->
                    items.Add struct (i, place)

                    for o in instruction.Operands do
                        if isPair o then
                            this.Visit(o.Index, place)

                            // A value of an earlier pass is kept for this one.
                            if depthOf o.Index < depthOf i && not (isWindows o.Index) then
                                this.Keep(o.Index, place)

                    if selves.Contains i then
                        this.Keep(i, place)

        /// Keeps a value in a slot.
        member _.Keep(i, place) = outputs.Add struct (i, place) |> ignore

        member _.Visited = visited |> Seq.map (fun struct (i, _) -> i)
        member _.Slot item = slot item
        member _.Slots = slots.ToArray()
        member _.Loads = loads.ToArray()

        /// The pass that computes the items of one depth and grid.
        member private _.Pass doubt constants place (computed: int list) (windows: int list) : SlicePass =
            let inputs = ResizeArray<SliceInput>()
            let instructions = ResizeArray<Instruction>()
            let places = Dictionary<int, int>()
            let tables = ResizeArray<TableRequest>()

            let table f variance =
                match tables.FindIndex(fun t -> obj.ReferenceEquals(t.Function, f) && t.Variance = variance) with
                | -1 ->
                    tables.Add { Function = f; Variance = variance; After = 0 }
                    tables.Count - 1
                | index -> index

            let read i =
                match places.TryGetValue i with
                | true, place -> place
                | _ ->
                    let input =
                        match childOf i place with
                        | Some struct (window, child, below) ->
                            let read = below |> Array.map (fun childPlace -> slot struct (child, childPlace))
                            SliceInput.Summed(read, window, program.Pairs[child].Extents)
                        | None -> SliceInput.Same(slot struct (i, place))

                    inputs.Add input
                    instructions.Add { Step = LoadSlice(inputs.Count - 1); Operands = [||]; Origin = 0 }
                    places[i] <- instructions.Count - 1
                    instructions.Count - 1

            let moved (o: Operand) = if isPair o then { o with Index = read o.Index } else o

            for i in computed do
                let operands = program.Pairs[i].Operands |> Array.map moved

                let step =
                    match program.Pairs[i].Step with
                    | PositionStep.Compute operation -> Compute operation
                    | PositionStep.Expectation f -> TablePair(table f operands[1])
                    | step -> invalidOp $"{step} is not computed by strips."

                instructions.Add { Step = step; Operands = operands; Origin = 0 }
                places[i] <- instructions.Count - 1

            windows |> List.iter (read >> ignore)

            let kept = computed @ windows |> List.filter (fun i -> outputs.Contains struct (i, place))

            let results = kept |> List.map (fun i -> { Bank = Bank.Pairs; Index = places[i] })

            let moments =
                [ for i in computed do
                      match program.Pairs[i].Step, program.Pairs[i].Operands with
                      | PositionStep.Compute Gap, [| q; _; c |]
                      | PositionStep.Expectation _, [| c; q; _ |] when q.Bank = Bank.Row && isPair c ->
                          q.Index, { c with Index = places[c.Index] }
                      | _ -> () ]
                |> List.distinctBy fst

            { Extents = program.Pairs[List.head (computed @ windows)].Extents
              Place = place
              Inputs = inputs.ToArray()
              Program = SliceStrips.lower doubt constants (tables.ToArray()) (instructions.ToArray()) results
              Tables = tables.ToArray()
              Steepness =
                let times = if doubt = SliceDoubt.Angles then 1.0 else SliceDoubt.lenience
                Steepness(tables.ToArray() |> Array.map _.Function, times)
              Slots = kept |> List.map (fun i -> slot struct (i, place)) |> Array.ofList
              Moments = moments |> List.map fst |> Array.ofList
              MomentProgram =
                if moments.IsEmpty then
                    None
                else
                    SliceStrips.lowerMoments
                        constants
                        (tables.ToArray())
                        (instructions.ToArray())
                        (List.map snd moments) }

        member this.Passes doubt constants =
            // Windows that are kept themselves are results of a pass too.
            let windows =
                [ for struct (i, place) in outputs do
                      if isWindows i then
                          struct (i, place) ]

            let keyOf struct (i, place: int) = depthOf i, place, program.Pairs[i].Extents
            let computed = List.ofSeq items |> List.groupBy keyOf |> Map.ofList
            let alone = windows |> List.groupBy keyOf |> Map.ofList
            let keys = Set.union (Map.keys computed |> Set.ofSeq) (Map.keys alone |> Set.ofSeq)

            let indices key map =
                Map.tryFind key map |> Option.defaultValue [] |> List.map (fun struct (i, _) -> i) |> List.sort

            [| for _, place, _ as key in keys do
                   this.Pass doubt constants place (indices key computed) (indices key alone) |]

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
            SliceDoubt.Angles, values * min SliceDoubt.most (SliceDoubt.mostAlone * sqrt values)
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
        let collector = Collector(program, order, selves, isSingle)
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
