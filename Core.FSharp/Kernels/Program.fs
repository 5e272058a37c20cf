namespace HadamardNtk.Core

open System.Collections.Generic

/// Where a value of a program lives: what is known before any sample, at the row's or the column's sample, or only at
/// the pair.
type Bank =
    /// Constants and the number of features.
    | Constants = 0
    /// The row's sample.
    | Row = 1
    /// The column's sample.
    | Column = 2
    /// The pair.
    | Pairs = 3

/// A value of a program.
[<Struct>]
type Operand =
    {
        /// Where it lives.
        Bank: Bank
        /// Its number there.
        Index: int
    }

/// What an instruction does.
type ProgramStep =
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
    /// An operation on values.
    | Compute of Operation
    /// E f(u)^2 from a table.
    | TableSquare of int
    /// E f(u) from a table.
    | TableMean of int
    /// E f(u) f(v) from both samples' tables, at the operands c, q1 and q2.
    | TablePair of int

/// One instruction: what it does, on what, and for which layer.
type Instruction =
    {
        /// What it does.
        Step: ProgramStep
        /// On what.
        Operands: Operand[]
        /// The number of the layer's label.
        Origin: int
    }

/// A table of Hermite coefficients that a sample carries: of a function, at the variance that an operand holds.
type TableRequest =
    {
        /// The function.
        Function: ScalarFunction
        /// The variance, a value of the sample or a constant.
        Variance: Operand
        /// The number of instructions of the sample that come before it.
        After: int
    }

/// A network's kernel as a scalar program: straight-line code in single-assignment form, common subexpressions shared,
/// split into what is done once, once a sample, and once a pair. The value of instruction i of a part is value i of its
/// bank; the samples' part is run for the row's and for the column's sample.
type Program =
    {
        /// Done once.
        Constants: Instruction[]
        /// Done once a sample.
        Samples: Instruction[]
        /// Done once a pair.
        Pairs: Instruction[]
        /// The tables that a sample carries.
        Tables: TableRequest[]
        /// How near to which angles the tables' functions need more digits.
        Steepness: Steepness
        /// The second moments of the layers' signals at one sample, as values of the sample.
        Moments: int[]
        /// Whether a sample's average feature matters: where the input itself meets other signals.
        HasAverage: bool
        /// How many gaps of angles a pair has: one for each layer with a kink.
        GapCount: int
        /// Where the NNGP kernel of a sample with itself is; none where it depends on no sample, or is zero by the network.
        Self: Operand option
        /// What is known at proportional rows of the signal whose gap or expectation a pair's instruction is.
        Rays: Ray option[]
        /// The layers that instructions stand for.
        Labels: string[]
        /// Where the NNGP kernel is.
        Nngp: Operand
        /// Where the NTK is.
        Ntk: Operand
    }

/// Programs from networks.
[<RequireQualifiedAccess>]
module Program =
    let private constant i = { Bank = Bank.Constants; Index = i }
    let private row i = { Bank = Bank.Row; Index = i }
    let private column i = { Bank = Bank.Column; Index = i }
    let private paired i = { Bank = Bank.Pairs; Index = i }

    /// One part of a program under construction: every instruction once.
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

        // What one signal knows of a value holds for all that share it.
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

        /// An instruction in the first part in which all its operands are known.
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

        /// A value that a table gives: once where its variance is a constant, as on branches that the input does not reach,
        /// else once a sample.
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

    // x + 0, 1 x and 0 x need no instruction; leaving them out changes no bit.
    let private compute (builder: Builder) operation operands =
        let isZero, isOne = builder.IsConstant 0.0, builder.IsConstant 1.0

        match operation, operands with
        | Add, [ a; b ] when isZero a -> b
        | Add, [ a; b ] when isZero b -> a
        | Multiply, [ a; b ] when isZero a || isOne b -> a
        | Multiply, [ a; b ] when isZero b || isOne a -> b
        | _ -> builder.Compute (Compute operation) operands

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

    /// The program of a network's kernels.
    let compile signal =
        let builder = Builder(Rays.ofSignals signal)
        builder.Labels.Add "input"
        let numbers, input = numbers builder, input builder
        let read = DualNumber.read numbers input builder.Enter signal
        let result = read signal

        let moments =
            Signal.ancestry signal
            |> Seq.map (fun z -> (read z).Sigma.Row)
            |> Seq.filter (fun q -> q.Bank = Bank.Row)
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
          Self =
            (if result.Sigma.Row.Bank = Bank.Row && not (Zeros.isZero signal) then
                 Some result.Sigma.Row
             else
                 None)
          Rays = builder.Rays
          Labels = builder.Labels.ToArray()
          Nngp = result.Sigma.Pair
          Ntk = result.Theta }
