namespace HadamardNtk.Core

open System.Collections.Generic

/// Where the values of a slice come from that no strip computes.
[<RequireQualifiedAccess>]
type SliceSource =
    /// The products of the inputs' positions.
    | Input of View
    /// The values that an earlier segment left, by the instruction that gives them.
    | Kept of pair: int

/// The values of pairs that a strip reads.
[<RequireQualifiedAccess>]
type SliceInput =
    /// The values of a slot at the same positions.
    | Same of slot: int
    /// The sums of a slot's values over windows of a grid of the given extents.
    | Summed of slot: int * window: Window * extents: int list

/// A strip program on the positions of one grid.
type SlicePass =
    {
        /// The extents of the grid.
        Extents: int list
        /// The number of positions of this grid between positions that are neighbors at the end of the segment.
        Scale: int list
        /// The values that the program reads.
        Inputs: SliceInput[]
        /// The program.
        Program: StripProgram
        /// The tables of its series.
        Tables: TableRequest[]
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
        /// The slots: the instruction of pairs that each holds, and the scale of its grid.
        Slots: struct (int * int list)[]
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

    /// One segment under construction: the values at scales that its ends need.
    type private Collector(program: PositionProgram, order: Order, selves: HashSet<int>) =
        let slots = ResizeArray<struct (int * int list)>()
        let loads = ResizeArray<struct (int * SliceSource)>()
        let visited = HashSet<struct (int * int list)>(HashIdentity.Structural)
        let items = ResizeArray<struct (int * int list)>()
        let outputs = HashSet<struct (int * int list)>(HashIdentity.Structural)

        let slot item =
            match slots.IndexOf item with
            | -1 ->
                slots.Add item
                slots.Count - 1
            | i -> i

        let depthOf i = let struct (_, depth) = order.Pair i in depth

        // Windows are summed where they are read, so that only the values below them are kept.
        let childOf i scale =
            match program.Pairs[i].Step with
            | PositionStep.Windows window ->
                let child = program.Pairs[i].Operands[0].Index
                let extents = program.Pairs[child].Extents
                Some struct (window, child, List.map2 (*) scale (strideOf window extents))
            | _ -> None

        member this.Visit(i, scale) =
            if visited.Add struct (i, scale) then
                let instruction = program.Pairs[i]

                match instruction.Step with
                | PositionStep.Product view -> loads.Add struct (slot struct (i, scale), SliceSource.Input view)
                | step when isJoin step -> loads.Add struct (slot struct (i, scale), SliceSource.Kept i)
                | PositionStep.Windows _ ->
                    let struct (_, child, childScale) = (childOf i scale).Value
                    this.Visit(child, childScale)
                    this.Keep(child, childScale)
                | _ ->
                    items.Add struct (i, scale)

                    for o in instruction.Operands do
                        if isPair o then
                            this.Visit(o.Index, scale)

                            // A value of an earlier pass is kept for this one.
                            if depthOf o.Index < depthOf i && (childOf o.Index scale).IsNone then
                                this.Keep(o.Index, scale)

                    if selves.Contains i then
                        this.Keep(i, scale)

        /// Keeps a value in a slot.
        member _.Keep(i, scale) = outputs.Add struct (i, scale) |> ignore

        member _.Visited = visited |> Seq.map (fun struct (i, _) -> i)
        member _.Slot item = slot item
        member _.Slots = slots.ToArray()
        member _.Loads = loads.ToArray()

        /// The pass that computes the items of one depth and grid.
        member private _.Pass doubt constants scale (computed: int list) (windows: int list) : SlicePass =
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
                        match childOf i scale with
                        | Some struct (window, child, childScale) ->
                            SliceInput.Summed(slot struct (child, childScale), window, program.Pairs[child].Extents)
                        | None -> SliceInput.Same(slot struct (i, scale))

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

            let kept = computed @ windows |> List.filter (fun i -> outputs.Contains struct (i, scale))

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
              Scale = scale
              Inputs = inputs.ToArray()
              Program = SliceStrips.lower doubt constants (tables.ToArray()) (instructions.ToArray()) results
              Tables = tables.ToArray()
              Slots = kept |> List.map (fun i -> slot struct (i, scale)) |> Array.ofList
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
                [ for struct (i, scale) in outputs do
                      if (childOf i scale).IsSome then
                          struct (i, scale) ]

            let keyOf struct (i, scale: int list) = depthOf i, program.Pairs[i].Extents, scale
            let computed = List.ofSeq items |> List.groupBy keyOf |> Map.ofList
            let alone = windows |> List.groupBy keyOf |> Map.ofList
            let keys = Set.union (Map.keys computed |> Set.ofSeq) (Map.keys alone |> Set.ofSeq)

            let indices key map =
                Map.tryFind key map |> Option.defaultValue [] |> List.map (fun struct (i, _) -> i) |> List.sort

            [| for _, _, scale as key in keys do
                   this.Pass doubt constants scale (indices key computed) (indices key alone) |]

    /// The doubt that is watched where so many values are joined, and the greatest sum of it. Among many values the
    /// errors of angles near 0 are few, and have no common sign.
    let private watched join extents =
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

    /// A segment, and the instructions of pairs that it computes. `besides` are those that nothing joins.
    let private segment program order selves constants join (ends: (int * int) list) besides =
        let collector = Collector(program, order, selves)
        let extents = program.Pairs[snd ends.Head].Extents
        let scale = List.map (fun _ -> 1) extents

        for _, value in ends do
            collector.Visit(value, scale)
            collector.Keep(value, scale)

        for pair in besides do
            collector.Visit(pair, List.map (fun _ -> 1) program.Pairs[pair].Extents)

        let doubt, most = watched join extents
        let passes = collector.Passes doubt constants

        { Extents = extents
          Join = join
          Passes = passes
          Ends =
            ends
            |> List.map (fun (pair, value) -> { Slot = collector.Slot struct (value, scale); Pair = pair })
            |> Array.ofList
          Loads = collector.Loads
          Slots = collector.Slots
          MostDoubt = most },
        List.ofSeq collector.Visited

    /// The plan of one of the kernels.
    let make (program: PositionProgram) (kind: Operand) : SlicePlan =
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
                segment program order selves constants join (List.map snd ends) (besides level))

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
