namespace HadamardNtk.Core

open System.Collections.Generic

/// The bank of a value of a program.
type internal Bank =
    /// The constants and the number of features, which are known before any sample.
    | Constants = 0
    /// The values of the row's sample.
    | Row = 1
    /// The values of the column's sample.
    | Column = 2
    /// The values of the pair.
    | Pairs = 3

/// A reference to a value of a program.
[<Struct>]
type internal Operand =
    {
        /// The bank of the value.
        Bank: Bank
        /// The index of the value in its bank.
        Index: int
    }

/// The step of an instruction.
type internal ProgramStep =
    /// A constant.
    | Literal of float
    /// The ratio of a circle's circumference to its diameter.
    | LiteralPi
    /// d, the number of features.
    | LoadFeatures
    /// x.x/d of a sample.
    | LoadNorm
    /// The average feature of a sample.
    | LoadAverage
    /// x.x'/d of a pair.
    | LoadProduct
    /// A value of a pair of positions that is known, by its number.
    | LoadSlice of int
    /// An operation on values.
    | Compute of Operation
    /// E f(u)^2, from a table.
    | TableSquare of int
    /// E f(u), from a table.
    | TableMean of int
    /// E f(u) f(v), from the tables of both samples and the operands c, q1 and q2.
    | TablePair of int

/// An instruction of a program.
type internal Instruction =
    {
        /// The step.
        Step: ProgramStep
        /// The operands.
        Operands: Operand[]
        /// The index of the label of the layer for which the instruction was made.
        Origin: int
    }

/// A request for a table of Hermite coefficients, which every sample carries.
type internal TableRequest =
    {
        /// The function.
        Function: ScalarFunction
        /// The variance, which is a value of the sample or a constant.
        Variance: Operand
        /// The number of the sample's instructions that come before the table.
        After: int
    }

/// A network's kernel as a scalar program: straight-line code in single-assignment form with shared common
/// subexpressions. It is split into instructions that run once, once a sample, and once a pair. Instruction i of a part
/// computes value i of the part's bank. The samples' part runs for the sample of the row and for that of the column.
type internal Program =
    {
        /// The instructions that run once.
        Constants: Instruction[]
        /// The instructions that run once a sample.
        Samples: Instruction[]
        /// The instructions that run once a pair.
        Pairs: Instruction[]
        /// The tables that a sample carries.
        Tables: TableRequest[]
        /// The steepness of the tables' functions: the angles at which they need more digits.
        Steepness: Steepness
        /// The second moments of the layers' signals at one sample, as values of the sample.
        Moments: int[]
        /// Whether the kernel depends on a sample's average feature. It does if the input itself meets other signals.
        HasAverage: bool
        /// The number of gaps of a pair, one for each layer with a kink.
        GapCount: int
        /// The NNGP kernel of a sample with itself. It is None if it depends on no sample or is zero by the network.
        Self: Operand option
        /// For each instruction of a pair that computes a gap or an expectation, the ray of its signal if there is one.
        Rays: Ray option[]
        /// The labels of the layers.
        Labels: string[]
        /// The NNGP kernel of a pair.
        Nngp: Operand
        /// The NTK of a pair.
        Ntk: Operand
    }

/// The compiler from networks to programs.
[<RequireQualifiedAccess>]
module internal Program =
    let private constant i = { Bank = Bank.Constants; Index = i }
    let private row i = { Bank = Bank.Row; Index = i }
    let private column i = { Bank = Bank.Column; Index = i }
    let private paired i = { Bank = Bank.Pairs; Index = i }

    /// A part of a program under construction, in which every instruction exists once.
    type private Part() =
        let known = Dictionary<ProgramStep * Operand list, int>(HashIdentity.Structural)
        member val Instructions = ResizeArray<Instruction>()

        member this.Add origin step operands =
            match known.TryGetValue((step, operands)) with
            | true, index -> index
            | _ ->
                let index = this.Instructions.Count
                this.Instructions.Add { Step = step; Operands = Array.ofList operands; Origin = origin }
                known[(step, operands)] <- index
                index

    type private Builder(rayOf: Signal -> Ray option) =
        let constants, samples, pairs = Part(), Part(), Part()
        let tables = ResizeArray<TableRequest>()
        let labels = ResizeArray<string>()
        let rays = Dictionary<int, Ray>()
        let mutable origin = 0
        let mutable ray = None

        // If signals share a value, the ray of any of them holds for the value.
        let onRay step (operand: Operand) =
            let dependsOnAngle =
                match step with
                | Compute Gap -> operand.Bank = Bank.Pairs
                | TablePair t -> ScalarFunction.jumps tables[t].Function
                | _ -> false

            if dependsOnAngle then
                ray |> Option.iter (fun known -> rays.TryAdd(operand.Index, known) |> ignore)

            operand

        member _.Constants = constants
        member _.Samples = samples
        member _.Pairs = pairs
        member _.Tables = tables
        member _.Labels = labels

        member _.Enter(signal: Signal) =
            origin <- labels.Count
            labels.Add signal.Label

            ray <-
                match signal.Rule with
                | Op.Phi(_, z) -> rayOf z
                | _ -> None

        member _.Rays =
            Array.init pairs.Instructions.Count (fun i ->
                match rays.TryGetValue i with
                | true, known -> Some known
                | _ -> None)

        member _.Constant step = constants.Add origin step [] |> constant

        /// Adds an instruction to the first part in which all its operands are known.
        member _.Compute step (operands: Operand list) =
            let all accept = operands |> List.forall (fun o -> o.Bank = Bank.Constants || o.Bank = accept)

            let own o = if o.Bank = Bank.Column then { o with Bank = Bank.Row } else o

            if all Bank.Constants then
                constants.Add origin step operands |> constant
            elif all Bank.Row then
                samples.Add origin step operands |> row
            elif all Bank.Column then
                samples.Add origin step (List.map own operands) |> column
            else
                pairs.Add origin step operands |> paired |> onRay step

        member _.ComputePair step operands = pairs.Add origin step operands |> paired |> onRay step

        member _.LoadSample step = samples.Add origin step []
        member _.LoadPair step = pairs.Add origin step [] |> paired

        member _.Table f (variance: Operand) =
            let variance =
                if variance.Bank = Bank.Column then
                    { variance with Bank = Bank.Row }
                else
                    variance

            match tables.FindIndex(fun t -> obj.ReferenceEquals(t.Function, f) && t.Variance = variance) with
            | -1 ->
                tables.Add { Function = f; Variance = variance; After = samples.Instructions.Count }
                tables.Count - 1
            | index -> index

        /// Adds a value from a table. It is a constant if its variance is one, as on branches that do not depend on the
        /// input, and otherwise a value of the sample.
        member _.FromTable step (variance: Operand) =
            match variance.Bank with
            | Bank.Constants -> constants.Add origin step [] |> constant
            | Bank.Column -> samples.Add origin step [] |> column
            | _ -> samples.Add origin step [] |> row

        member _.IsConstant value (operand: Operand) =
            operand.Bank = Bank.Constants
            && (match constants.Instructions[operand.Index].Step with
                | Literal x -> x = value
                | _ -> false)

    let private compute (builder: Builder) operation operands =
        Expr.perhaps builder.IsConstant (fun operation -> builder.Compute(Compute operation)) operation operands

    let private expect (builder: Builder) f q1 q2 c =
        let table = builder.Table f q1

        if q1 = c && q2 = c then
            builder.FromTable (TableSquare table) q1
        else
            builder.ComputePair (TablePair table) [ c; q1; q2 ]

    let private numbers (builder: Builder) : Numbers<Operand> =
        { Number = fun x -> builder.Constant(Literal x)
          Pi = builder.Constant LiteralPi
          Apply = compute builder
          Expect = expect builder
          Mean = fun f q -> builder.FromTable (TableMean(builder.Table f q)) q }

    let private input (builder: Builder) =
        let norm = builder.LoadSample LoadNorm
        let average = builder.LoadSample LoadAverage

        { Product = { Row = row norm; Column = column norm; Pair = builder.LoadPair LoadProduct }
          Average = row average, column average
          FeatureCount = builder.Constant LoadFeatures }

    // `finish` gives the two values of the program and the value of a sample that must not vanish, and beside them the
    // second moment of each signal at the row's sample.
    let private compiled signal finish =
        let builder = Builder(Rays.ofSignals signal)
        builder.Labels.Add "input"
        let numbers, input = numbers builder, input builder
        let struct (first, second, self: Operand option), momentOf = finish builder numbers input

        let moments =
            Signal.ancestry signal
            |> Seq.map momentOf
            |> Seq.filter (fun (q: Operand) -> q.Bank = Bank.Row)
            |> Seq.map _.Index
            |> Seq.distinct

        { Constants = builder.Constants.Instructions.ToArray()
          Samples = builder.Samples.Instructions.ToArray()
          Pairs = builder.Pairs.Instructions.ToArray()
          Tables = builder.Tables.ToArray()
          Steepness = Steepness(builder.Tables.ToArray() |> Array.map _.Function)
          Moments = Array.ofSeq moments
          GapCount = builder.Pairs.Instructions |> Seq.filter (fun i -> i.Step = Compute Gap) |> Seq.length
          HasAverage =
            Seq.append builder.Samples.Instructions builder.Pairs.Instructions
            |> Seq.exists (fun i ->
                Array.contains (fst input.Average) i.Operands || Array.contains (snd input.Average) i.Operands)
          Self = self
          Rays = builder.Rays
          Labels = builder.Labels.ToArray()
          Nngp = first
          Ntk = second }

    let private rowOf read z = (read z).Sigma.Row

    /// Compiles the program of a network's kernels.
    let compile signal =
        compiled signal (fun builder numbers input ->
            let read = DualNumber.read numbers input builder.Enter signal
            let result = read signal
            let self = result.Sigma.Row
            let mayVanish = self.Bank <> Bank.Row || Zeros.isZero signal
            struct (result.Sigma.Pair, result.Theta, (if mayVanish then None else Some self)), rowOf read)

    /// Compiles the program of two expressions in the second moments of the Gaussian signal that an activation in a
    /// network acts on. They take the places of the NNGP kernel and of the NTK.
    let compileMoments (signal: Signal) (activated: Signal) (first: Expr, second: Expr) =
        compiled signal (fun builder numbers input ->
            let read = DualNumber.read numbers input builder.Enter signal
            let below = Op.operands activated.Rule |> List.head
            let moments = (read below).Sigma
            builder.Enter activated
            let value expr = Expr.evaluate numbers moments.Row moments.Column moments.Pair expr
            let first = value first
            struct (first, value second, None), rowOf read)

    /// Compiles the program of the derivatives of a network's kernels in a direction, or says why they have none. They
    /// take the places of the NNGP kernel and of the NTK. Along a sample's own values they are not symmetric.
    let compileDerivative (signal: Signal) direction : Result<Program, Refusal> =
        try
            compiled signal (fun builder numbers input ->
                let layers, moments = Jet.layers numbers direction, Jet.input numbers direction input
                let read = DualNumber.readWith layers moments builder.Enter signal
                let result = read signal
                let slope (jet: Jet<Operand>) = jet.Slope |> Option.defaultWith (fun () -> numbers.Number 0.0)
                struct (slope result.Sigma.Pair, slope result.Theta, None), (fun z -> (read z).Sigma.Row.Value))
            |> Ok
        with Jet.Undifferentiable refusal ->
            Error refusal
