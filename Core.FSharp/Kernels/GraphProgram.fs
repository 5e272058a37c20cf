namespace HadamardNtk.Core

open System.Collections.Generic

/// The sample or the pair that a value of a graph program belongs to.
type internal GraphBank =
    /// A number.
    | Constants = 0
    /// The sample of the row.
    | Row = 1
    /// The sample of the column.
    | Column = 2
    /// The pair.
    | Pair = 3

/// The positions that a value of a graph program has numbers for.
type internal GraphForm =
    /// Each position of a sample, where it stands as p.
    | ByRow = 0
    /// Each position of a sample, where it stands as p'.
    | ByColumn = 1
    /// Each pair (p, p').
    | Whole = 2

/// The positions of a signal on graphs. Vertices with the same features and the same neighbors, up to a distance, have
/// the same values, so that one position stands for all of them.
[<RequireQualifiedAccess>]
module internal GraphDepth =
    /// The positions are the graphs themselves: the signals after a global pool.
    let graphs = -1

/// A value that an instruction of a graph program reads.
[<Struct>]
type internal GraphOperand =
    {
        /// The sample or pair that it belongs to.
        Bank: GraphBank
        /// Its place among the constants, or the number of its instruction among those of a sample or of a pair.
        Index: int
        /// The positions that it has numbers for.
        Form: GraphForm
        /// The distance up to which the neighbors of a vertex determine the value, or `GraphDepth.graphs`.
        Depth: int
    }

/// A step of a graph program.
[<RequireQualifiedAccess>]
type internal GraphStep =
    /// x_p.x'_p'/d.
    | Product
    /// The average feature of a vertex.
    | Average
    /// One number at every position.
    | Fill of float
    /// An operation at each position.
    | Compute of Operation
    /// The value at (p, p) by p.
    | Diagonal
    /// A M A'^T. The depth grows by 1.
    | Neighbors of AggregateKind
    /// The sums, or the means, over the vertices of graphs.
    | Pool of isMean: bool
    /// The same values at vertices that are told apart to a greater depth.
    | Refine

/// An instruction of a graph program.
type internal GraphInstruction =
    {
        /// The step.
        Step: GraphStep
        /// The values that it reads.
        Operands: GraphOperand[]
        /// The positions that its value has numbers for.
        Form: GraphForm
        /// The depth of its value.
        Depth: int
    }

/// A kernel of a network on graphs as straight-line code over blocks of positions. The instructions of a sample run for
/// that of the row and for that of the column.
type internal GraphProgram =
    {
        /// The constants.
        Constants: float[]
        /// The instructions of a sample.
        Samples: GraphInstruction[]
        /// The instructions of a pair.
        Pairs: GraphInstruction[]
        /// The kernel.
        Result: GraphOperand
    }

/// The compiler from networks on graphs to programs.
[<RequireQualifiedAccess>]
module internal GraphProgram =
    exception private Unsupported

    type private Part() =
        let known = Dictionary<GraphStep * GraphOperand list, int>(HashIdentity.Structural)
        member val Instructions = ResizeArray<GraphInstruction>()

        member this.Add(step, operands, form, depth) =
            match known.TryGetValue((step, operands)) with
            | true, index -> index
            | _ ->
                let index = this.Instructions.Count

                this.Instructions.Add { Step = step; Operands = Array.ofList operands; Form = form; Depth = depth }

                known[(step, operands)] <- index
                index

    type private Builder() =
        let constants = ResizeArray<float>()
        let samples, pairs = Part(), Part()

        member _.Constants = constants
        member _.Samples = samples.Instructions
        member _.Pairs = pairs.Instructions

        member _.Constant x =
            let bits (y: float) = System.BitConverter.DoubleToInt64Bits y
            let found = constants.FindIndex(fun y -> bits y = bits x)

            let index =
                if found < 0 then
                    constants.Add x
                    constants.Count - 1
                else
                    found

            { Bank = GraphBank.Constants; Index = index; Form = GraphForm.Whole; Depth = 0 }

        /// Adds an instruction to a sample, whose operands belong to it, or to the pair.
        member _.Add(step, operands: GraphOperand list, bank, form, depth) =
            match bank with
            | GraphBank.Pair ->
                { Bank = bank; Index = pairs.Add(step, operands, form, depth); Form = form; Depth = depth }
            | _ ->
                let own o = if o.Bank = GraphBank.Column then { o with Bank = GraphBank.Row } else o
                // A vector is one value, wherever its positions stand.
                let isVector = form <> GraphForm.Whole
                let stored = if isVector then GraphForm.ByRow else form

                let turned o =
                    if isVector && o.Bank <> GraphBank.Constants then
                        { o with Form = GraphForm.ByRow }
                    else
                        o

                let operands = operands |> List.map (own >> if step = GraphStep.Diagonal then id else turned)
                { Bank = bank; Index = samples.Add(step, operands, stored, depth); Form = form; Depth = depth }

    let private isConstant (o: GraphOperand) = o.Bank = GraphBank.Constants

    let private valueOf (b: Builder) (o: GraphOperand) = if isConstant o then Some b.Constants[o.Index] else None

    let private form operands =
        match operands |> List.map (fun (o: GraphOperand) -> o.Form) |> List.distinct with
        | [ one ] -> one
        | _ -> GraphForm.Whole

    let private bank operands =
        match operands |> List.map (fun (o: GraphOperand) -> o.Bank) |> List.distinct with
        | [ one ] -> one
        | _ -> GraphBank.Pair

    let private refine (b: Builder) depth (o: GraphOperand) =
        if isConstant o || o.Depth = depth then o
        elif o.Depth = GraphDepth.graphs then raise Unsupported
        else b.Add(GraphStep.Refine, [ o ], o.Bank, o.Form, depth)

    let private computed (b: Builder) operation operands =
        match operands |> List.map (valueOf b) with
        | values when List.forall Option.isSome values ->
            b.Constant(Expr.floats.Apply operation (List.map Option.get values))
        | _ ->
            let varying = operands |> List.filter (not << isConstant)
            let depths = varying |> List.map _.Depth |> List.distinct

            let depth =
                if List.length depths > 1 && List.contains GraphDepth.graphs depths then
                    raise Unsupported
                else
                    List.max depths

            b.Add(GraphStep.Compute operation, List.map (refine b depth) operands, bank varying, form varying, depth)

    let private compute (b: Builder) operation operands =
        Expr.perhaps (fun x o -> valueOf b o = Some x) (computed b) operation operands

    let private numbers (b: Builder) : Numbers<GraphOperand> =
        { Number = b.Constant
          Pi = b.Constant Expr.floats.Pi
          Apply = compute b
          Expect = fun _ _ _ _ -> raise Unsupported
          Mean = fun _ _ -> raise Unsupported }

    let private onDiagonal (b: Builder) form (o: GraphOperand) =
        match o.Bank, o.Form with
        | GraphBank.Constants, _ -> o
        | _, GraphForm.Whole -> { b.Add(GraphStep.Diagonal, [ o ], o.Bank, GraphForm.ByRow, o.Depth) with Form = form }
        | _ -> { o with Form = form }

    // A constant has its value at all positions, so that its sums depend on their number.
    let private spread (b: Builder) bank form (o: GraphOperand) =
        match valueOf b o with
        | Some x -> b.Add(GraphStep.Fill x, [], bank, form, 0)
        | None -> o

    let private across (b: Builder) bank form map (o: GraphOperand) =
        if valueOf b o = Some 0.0 then
            o
        else
            let o = spread b bank form o

            match map with
            | Aggregate kind -> b.Add(GraphStep.Neighbors kind, [ o ], o.Bank, o.Form, o.Depth + 1)
            | GlobalAverage -> b.Add(GraphStep.Pool true, [ o ], o.Bank, o.Form, GraphDepth.graphs)
            | GlobalTotal -> b.Add(GraphStep.Pool false, [ o ], o.Bank, o.Form, GraphDepth.graphs)
            | Patches _
            | Average _
            | Total _
            | Flatten -> raise Unsupported

    let private bankOf side =
        match side with
        | AtRow -> GraphBank.Row
        | AtColumn -> GraphBank.Column
        | AtPair -> GraphBank.Pair

    let private values (b: Builder) : LayerValues<GraphOperand> =
        { DualNumber.constants (numbers b) with
            Positions =
                { OfRow = onDiagonal b GraphForm.ByRow
                  OfColumn = onDiagonal b GraphForm.ByColumn
                  Across = fun map _ side o -> across b (bankOf side) GraphForm.Whole map o
                  AcrossMean = fun map _ side o -> across b (bankOf side) GraphForm.ByRow map o
                  Attend = fun _ _ _ _ -> raise Unsupported
                  Viewed = fun _ -> raise Unsupported } }

    let private input (b: Builder) features =
        let load step bank form = b.Add(step, [], bank, form, 0)
        let product bank = load GraphStep.Product bank GraphForm.Whole
        let average bank = load GraphStep.Average bank GraphForm.ByRow

        { Product = { Row = product GraphBank.Row; Column = product GraphBank.Column; Pair = product GraphBank.Pair }
          Average = average GraphBank.Row, average GraphBank.Column
          FeatureCount = b.Constant(float features) }

    // The instructions that a result needs, with new numbers.
    let private pruned (b: Builder) (result: GraphOperand) =
        let needed = HashSet<struct (bool * int)>()
        let waiting = Stack [ result ]

        while waiting.Count > 0 do
            let o = waiting.Pop()
            let isPair = o.Bank = GraphBank.Pair

            if not (isConstant o) && needed.Add(struct (isPair, o.Index)) then
                let instructions = if isPair then b.Pairs else b.Samples
                instructions[o.Index].Operands |> Array.iter waiting.Push

        let kept isPair (instructions: ResizeArray<_>) =
            [| for i in 0 .. instructions.Count - 1 do
                   if needed.Contains(struct (isPair, i)) then
                       i |]

        let samples, pairs = kept false b.Samples, kept true b.Pairs

        let renumbered (o: GraphOperand) =
            match o.Bank with
            | GraphBank.Constants -> o
            | GraphBank.Pair -> { o with Index = System.Array.BinarySearch(pairs, o.Index) }
            | _ -> { o with Index = System.Array.BinarySearch(samples, o.Index) }

        let made (instructions: ResizeArray<GraphInstruction>) i =
            { instructions[i] with Operands = Array.map renumbered instructions[i].Operands }

        { Constants = b.Constants.ToArray()
          Samples = Array.map (made b.Samples) samples
          Pairs = Array.map (made b.Pairs) pairs
          Result = renumbered result }

    /// The signal of a network that reads graphs and ends in one position, or the reason why it has no kernel on them.
    let ofGraphs network : Result<Signal, Refusal> =
        Calculus.analyse network
        |> Result.bind (fun signal ->
            let refuse reason mend = Error(Refusal.make signal.Label signal.Path reason mend)
            let readsGraphs (z: Signal) = z.Rule.IsInput && z.Facts.Space = Vertices

            if not (Signal.ancestry signal |> List.exists readsGraphs) then
                refuse "the network reads no graphs" "begin it with aggregate, as in aggregate dense relu"
            elif signal.Facts.Space <> Space.point then
                refuse
                    $"the network ends on {Space.describe signal.Facts.Space}"
                    "put global_sum_pool or global_avg_pool before its last layer"
            else
                Ok signal)

    /// The program of the NTK or the NNGP kernel of a signal on graphs whose vertices have the given number of
    /// features. It is None where the network has an attention, an activation without a closed form, or a signal of
    /// whole graphs that meets one of vertices.
    let compile (signal: Signal) (features: int) isNtk : GraphProgram option =
        let b = Builder()

        try
            let result = DualNumber.readWith (values b) (input b features) ignore signal signal
            Some(pruned b (if isNtk then result.Theta else result.Sigma.Pair))
        with Unsupported ->
            None
