namespace HadamardNtk.Core

open System.Collections.Generic
open SliceOrder

/// One segment under construction: the values at places that its ends need.
type internal SliceCollector(program: PositionProgram, order: Order, selves: HashSet<int>, isSingle) =
    let places = SlicePlaces isSingle
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
                SliceStrips.lowerMoments constants (tables.ToArray()) (instructions.ToArray()) (List.map snd moments) }

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
