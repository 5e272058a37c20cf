namespace HadamardNtk.Core

open System.Collections.Generic

/// The step of an instruction on positions.
[<RequireQualifiedAccess>]
type internal PositionStep =
    /// A constant.
    | Literal of float
    /// The ratio of a circle's circumference to its diameter.
    | Pi
    /// x[p].x[p]/C of a sample read as positions with C channels.
    | Norm of View
    /// The mean over the channels of x[p].
    | Average of View
    /// x[p].x'[p']/C of a pair.
    | Product of View
    /// An operation on the values at the same position or pair of positions.
    | Compute of Operation
    /// E f(u)^2 at the variance q of a sample.
    | Square of ScalarFunction
    /// E f(u) at the variance q of a sample.
    | Mean of ScalarFunction
    /// E f(u) f(v) at c, q1 and q2.
    | Expectation of ScalarFunction
    /// The sum over d of the values at (s p + d, s p' + d), or of those of a sample at s p + d. Values beyond an edge
    /// are 0, or those of the other edge.
    | Windows of Window
    /// The sum of the values at (p, p) over all p, or of those of a sample.
    | Diagonal
    /// The sum over d and d' of the values at (s p + d, s p' + d'). Values beyond an edge are 0, or those of the other
    /// edge.
    | Pool of Window
    /// The sum of the values at all (p, p').
    | Total
    /// At every position the one value of a signal without positions.
    | Everywhere
    /// At p the value of a pair, by its instruction, at (p, p) of the sample with itself.
    | Self of pair: int

/// An instruction on positions.
type internal PositionInstruction =
    {
        /// The step.
        Step: PositionStep
        /// The operands.
        Operands: Operand[]
        /// The extents of the grid on which the result lives. They are empty for one position.
        Extents: int list
    }

/// A network's kernels on grids as straight-line code in single-assignment form. It is split into instructions that run
/// once, at the positions of a sample, and at the pairs of positions of two samples. The second moments of one sample
/// are known at equal positions alone.
type internal PositionProgram =
    {
        /// The number of features of a row.
        Features: int
        /// The instructions that run once.
        Constants: PositionInstruction[]
        /// The instructions on a sample's positions.
        Samples: PositionInstruction[]
        /// The instructions on pairs of positions.
        Pairs: PositionInstruction[]
        /// The NNGP kernel of a pair.
        Nngp: Operand
        /// The NTK of a pair.
        Ntk: Operand
    }

/// The compiler from networks on grids to programs on positions.
[<RequireQualifiedAccess>]
module internal PositionProgram =
    /// The reason why a network has no program on positions.
    exception private Unfit of reason: string

    let private unfit reason = raise (Unfit reason)

    type private Part() =
        let known = Dictionary<PositionStep * Operand list * int list, int>(HashIdentity.Structural)
        member val Instructions = ResizeArray<PositionInstruction>()

        member this.Add(step, operands, extents) =
            match known.TryGetValue((step, operands, extents)) with
            | true, index -> index
            | _ ->
                let index = this.Instructions.Count
                this.Instructions.Add { Step = step; Operands = Array.ofList operands; Extents = extents }
                known[(step, operands, extents)] <- index
                index

    type private Builder() =
        let constants, samples, pairs = Part(), Part(), Part()
        let constant i = { Bank = Bank.Constants; Index = i }
        let row i = { Bank = Bank.Row; Index = i }
        let column i = { Bank = Bank.Column; Index = i }
        let paired i = { Bank = Bank.Pairs; Index = i }
        let own o = if o.Bank = Bank.Column then { o with Bank = Bank.Row } else o

        let extentsOf (o: Operand) =
            match o.Bank with
            | Bank.Constants -> []
            | Bank.Pairs -> pairs.Instructions[o.Index].Extents
            | _ -> samples.Instructions[o.Index].Extents

        /// Adds an instruction on values of one bank beside constants.
        let add step (operands: Operand list) extents =
            let all bank = operands |> List.forall (fun o -> o.Bank = Bank.Constants || o.Bank = bank)

            if all Bank.Constants then
                constants.Add(step, operands, []) |> constant
            elif all Bank.Row then
                samples.Add(step, operands, extents) |> row
            elif all Bank.Column then
                samples.Add(step, List.map own operands, extents) |> column
            else
                pairs.Add(step, operands, extents) |> paired

        let spread extents (o: Operand) =
            if o.Bank = Bank.Constants || extentsOf o = extents then o
            elif List.isEmpty (extentsOf o) then add PositionStep.Everywhere [ o ] extents
            else invalidOp "The calculus lets no signals of different grids meet."

        member _.Constants = constants.Instructions
        member _.Samples = samples.Instructions
        member _.Pairs = pairs.Instructions
        member _.Constant step = constants.Add(step, [], []) |> constant
        member _.LoadSample(step, extents) = samples.Add(step, [], extents)
        member _.LoadPair(step, extents) = pairs.Add(step, [], extents) |> paired

        /// Adds a step that acts value by value.
        member _.Pointwise step (operands: Operand list) =
            let grids = operands |> List.map extentsOf |> List.filter (List.isEmpty >> not)
            let extents = grids |> List.tryHead |> Option.defaultValue []
            add step (List.map (spread extents) operands) extents

        member this.Compute operation (operands: Operand list) =
            this.Pointwise (PositionStep.Compute operation) operands

        member _.Map(step, extents, operand) = add step [ operand ] extents

        /// The value of a sample that a pair's value has at the sample itself.
        member _.Self(pair: Operand) = samples.Add(PositionStep.Self pair.Index, [], extentsOf pair)

        member _.IsConstant value (o: Operand) =
            o.Bank = Bank.Constants && constants.Instructions[o.Index].Step = PositionStep.Literal value

    let private compute (builder: Builder) operation operands =
        Expr.perhaps builder.IsConstant builder.Compute operation operands

    let private numbers (builder: Builder) : Numbers<Operand> =
        let expect f q1 q2 c =
            if q1 = c && q2 = c then
                builder.Pointwise (PositionStep.Square f) [ q1 ]
            else
                builder.Pointwise (PositionStep.Expectation f) [ c; q1; q2 ]

        { Number = fun x -> builder.Constant(PositionStep.Literal x)
          Pi = builder.Constant PositionStep.Pi
          Apply = compute builder
          Expect = expect
          Mean = fun f q -> builder.Pointwise (PositionStep.Mean f) [ q ] }

    let private viewed (builder: Builder) features (view: View) =
        let first, last = view.Columns |> Option.defaultValue (0, features)
        let channels = view.Shape |> Option.map List.last |> Option.defaultValue (last - first)

        let extents =
            view.Shape |> Option.map (fun shape -> List.take (shape.Length - 1) shape) |> Option.defaultValue []

        let norm = builder.LoadSample(PositionStep.Norm view, extents)
        let average = builder.LoadSample(PositionStep.Average view, extents)

        { Product =
            { Row = { Bank = Bank.Row; Index = norm }
              Column = { Bank = Bank.Column; Index = norm }
              Pair = builder.LoadPair(PositionStep.Product view, extents) }
          Average = { Bank = Bank.Row; Index = average }, { Bank = Bank.Column; Index = average }
          FeatureCount = builder.Constant(PositionStep.Literal(float channels)) }

    let private target map extents =
        match Space.mapped map (Grid extents) with
        | Ok(Grid mapped) -> mapped
        | _ -> invalidOp "The calculus lets no map act on a space that it does not fit."

    let private windowSize map extents = Space.copies map (Grid extents) |> float

    /// The positions of blocks. `twinOf` gives the pair's value that has a sample's value at the sample itself.
    let private positions (builder: Builder) features (twinOf: Operand -> Operand) : PositionValues<Operand> =
        let scaled factor x = compute builder Multiply [ builder.Constant(PositionStep.Literal factor); x ]

        let gridOf space =
            match space with
            | Grid extents -> extents
            | Vertices -> unfit "graphs have no grid"

        let require (x: Operand) =
            if x.Bank = Bank.Constants && not (builder.IsConstant 0.0 x) then
                unfit "a constant is moved"

        let moved step extents to' x = builder.Map(step, target to' extents, x)
        let map step extents to' factor x = moved step extents to' x |> scaled factor

        let across to' space side (x: Operand) =
            let extents = gridOf space
            require x
            let count = float (Space.count extents)
            let patches window = windowSize (Patches window) extents

            // What a map makes of a sample's second moment depends on pairs of its positions.
            let weighted step factor =
                if side = AtPair then
                    map step extents to' factor x
                else
                    let pair = moved step extents to' (twinOf x)
                    let bank = if side = AtRow then Bank.Row else Bank.Column
                    scaled factor { Bank = bank; Index = builder.Self pair }

            if x.Bank = Bank.Constants then
                x
            else
                match to' with
                | Patches window -> map (PositionStep.Windows window) extents to' (1.0 / patches window) x
                | Flatten -> map PositionStep.Diagonal extents to' (1.0 / count) x
                | Average window -> weighted (PositionStep.Pool window) (1.0 / patches window ** 2.0)
                | Total window -> weighted (PositionStep.Pool window) 1.0
                | GlobalAverage -> weighted PositionStep.Total (1.0 / (count * count))
                | GlobalTotal -> weighted PositionStep.Total 1.0
                | Aggregate _ -> unfit "graphs have no grid"

        let acrossMean to' space _ (x: Operand) =
            let extents = gridOf space
            require x

            if x.Bank = Bank.Constants then
                x
            else
                let sum window factor = map (PositionStep.Windows window) extents to' factor x

                match to' with
                | Patches window
                | Average window -> sum window (1.0 / windowSize (Patches window) extents)
                | Total window -> sum window 1.0
                | Flatten
                | GlobalAverage -> map PositionStep.Diagonal extents to' (1.0 / float (Space.count extents)) x
                | GlobalTotal -> map PositionStep.Diagonal extents to' 1.0 x
                | Aggregate _ -> unfit "graphs have no grid"

        { OfRow = id
          OfColumn = id
          Across = across
          AcrossMean = acrossMean
          Attend = fun _ _ _ _ -> unfit "attention reads whole blocks"
          Viewed = viewed builder features }

    /// The values of pairs that values of samples are at the samples themselves.
    type private Twins(builder: Builder) =
        let twins = Dictionary<int, Operand>()
        let selves = Dictionary<int, int>()

        member _.TryOf(x: Operand) =
            match twins.TryGetValue x.Index with
            | true, pair when pair.Bank = Bank.Pairs -> Some pair
            | _ -> None

        member this.Of x =
            this.TryOf x
            |> Option.defaultWith (fun () -> unfit "the moments of a sample are not those of a pair")

        member _.Add(row: Operand, pair: Operand) =
            if row.Bank = Bank.Row && pair.Bank = Bank.Pairs then
                twins.TryAdd(row.Index, pair) |> ignore

        /// Notes the second moment of a signal. After an activation it is read from the pair's own instructions, so
        /// that equal patches have equal moments to the last bit. `before` instructions of samples were there below it.
        member this.Note(signal: Signal, before, row: Operand, pair: Operand) =
            this.Add(row, pair)

            match signal.Rule with
            | Op.Phi _ when row.Bank = Bank.Row && pair.Bank = Bank.Pairs && row.Index >= before ->
                selves[row.Index] <- pair.Index
            | _ -> ()

        member _.Samples =
            builder.Samples.ToArray()
            |> Array.mapi (fun i instruction ->
                match selves.TryGetValue i with
                | true, pair -> { instruction with Step = PositionStep.Self pair; Operands = [||] }
                | _ -> instruction)

    let private compiled features (read: Builder -> Twins -> struct (Operand * Operand)) =
        let builder = Builder()
        let twins = Twins builder

        try
            let struct (nngp, ntk) = read builder twins

            Ok
                { Features = features
                  Constants = builder.Constants.ToArray()
                  Samples = twins.Samples
                  Pairs = builder.Pairs.ToArray()
                  Nngp = nngp
                  Ntk = ntk }
        with Unfit reason ->
            Error reason

    let private wholeRow = { Columns = None; Shape = None }

    let private kernels numbersOf features (signal: Signal) =
        compiled features (fun builder twins ->
            let values =
                { DualNumber.constants (numbersOf builder) with Positions = positions builder features twins.Of }

            let moments = viewed builder features wholeRow

            let step below (next: Signal) =
                let before = builder.Samples.Count
                let result = DualNumber.stepWith values moments below next
                twins.Note(next, before, result.Sigma.Row, result.Sigma.Pair)
                result

            let result = Signal.read step signal signal
            struct (result.Sigma.Pair, result.Theta))

    /// Compiles the program of a network that ends in one position, for rows of the given number of features, or says
    /// why it has none: attention and graphs are computed by whole blocks.
    let compile features signal = kernels numbers features signal

    /// Compiles the program for backends without tables, or says why there is none: attention, graphs, and activations
    /// without a closed form.
    let compileBlocks features (signal: Signal) : Result<PositionProgram, Refusal> =
        let withoutTables builder =
            let noTables (f: ScalarFunction) = unfit $"{f.Name} has no closed form"
            { numbers builder with Expect = (fun f _ _ _ -> noTables f); Mean = (fun f _ -> noTables f) }

        kernels withoutTables features signal
        |> Result.mapError (fun reason ->
            Refusal.make "the network" [] $"tensors have no blocks of it: {reason}" "take the backend cpu")

    /// A constant derivative as one of positions, since windows read zeros beyond the edges: v - v is 0 at the
    /// positions of the value.
    let private filled (builder: Builder) (twins: Twins) (value: Operand) (slope: Operand) =
        if slope.Bank <> Bank.Constants || value.Bank = Bank.Constants || builder.IsConstant 0.0 slope then
            slope
        else
            let at v = compute builder Add [ slope; builder.Compute Subtract [ v; v ] ]
            let made = at value

            if made.Bank = Bank.Row then
                twins.TryOf value |> Option.iter (fun pair -> twins.Add(made, at pair))

            made

    /// Compiles the program of the derivatives of a network's kernels in a direction that `Jet.require` accepts, as
    /// `compile` does that of the kernels.
    let compileDerivative features (signal: Signal) direction : Result<PositionProgram, string> =
        compiled features (fun builder twins ->
            let numbers = numbers builder
            let at = Jet.positions (filled builder twins) (positions builder features twins.Of)
            let values = Jet.layersOn at numbers direction
            let moments = Jet.input numbers direction (viewed builder features wholeRow)

            let step below (next: Signal) =
                let before = builder.Samples.Count
                let result = DualNumber.stepWith values moments below next
                let row, pair = result.Sigma.Row, result.Sigma.Pair
                twins.Note(next, before, row.Value, pair.Value)
                Option.map2 (fun row pair -> twins.Add(row, pair)) row.Slope pair.Slope |> ignore
                result

            let result = Signal.read step signal signal
            let slope (jet: Jet<Operand>) = jet.Slope |> Option.defaultWith (fun () -> numbers.Number 0.0)
            struct (slope result.Sigma.Pair, slope result.Theta))

    /// The values of a program's constants.
    let constants (program: PositionProgram) =
        let values = Array.zeroCreate program.Constants.Length

        program.Constants
        |> Array.iteri (fun i instruction ->
            let at k = values[instruction.Operands[k].Index]

            values[i] <-
                match instruction.Step with
                | PositionStep.Literal x -> x
                | PositionStep.Pi -> Expr.floats.Pi
                | PositionStep.Compute operation ->
                    Expr.floats.Apply operation (List.init instruction.Operands.Length at)
                | PositionStep.Square f -> Expr.floats.Expect f (at 0) (at 0) (at 0)
                | PositionStep.Mean f -> Expr.floats.Mean f (at 0)
                | PositionStep.Expectation f -> Expr.floats.Expect f (at 1) (at 2) (at 0)
                | step -> invalidOp $"{step} does not belong to the constants of a program.")

        values
