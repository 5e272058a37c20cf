namespace HadamardNtk.Core

open System

/// Where and why a kernel has no value: it overflows, it is too small for its numbers, or the expectation that defines it
/// diverges.
type Undefined =
    {
        /// The layer, in the notation.
        Layer: string
        /// The number that came out.
        Value: float
        /// The sample's x.x/d.
        Norm: float
    }

    /// What happened, without the sample.
    override this.ToString() =
        if Double.IsNaN this.Value then
            $"the kernel is not known at {this.Layer} (for a row with x.x/d = {this.Norm}); change the layer or scale the data"
        elif abs this.Value < 1.0 then
            $"the kernel is too small at {this.Layer} (the value there is {this.Value}, for a row with x.x/d = {this.Norm}); scale the data up or change the layer"
        else
            $"the kernel is not finite at {this.Layer} (the value there is {this.Value}, for a row with x.x/d = {this.Norm}); scale the data down or change the layer"

/// What a sample contributes to every pair that it is in.
type SampleState<'T> =
    {
        /// The values of the samples' part.
        Values: 'T[]
        /// Its Hermite tables.
        Tables: HermiteTable[]
    }

/// A program in a number type: runs the constants once on construction, then samples, then pairs. Immutable; `Pair`
/// works in memory that the caller gives, so that threads share one interpreter.
[<Sealed>]
type Interpreter<'T, 'A when 'A :> IArithmetic<'T> and 'A: struct>(program: Program, arithmetic: 'A, features: int) =
    let compute (operands: Operand[]) (banks: 'T[][]) operation =
        let inline operand i =
            let o: Operand = operands[i]
            banks[int o.Bank][o.Index]

        Expr.perform arithmetic operation (fun i -> operand i)

    let constants =
        let banks = [| Array.zeroCreate program.Constants.Length; [||]; [||]; [||] |]

        let values: 'T[] = banks[0]

        let tables =
            program.Tables
            |> Array.map (fun t -> lazy (ExpectationIn.table arithmetic t.Function (values[t.Variance.Index])))

        program.Constants
        |> Array.iteri (fun i instruction ->
            banks[0][i] <-
                match instruction.Step with
                | Literal x -> arithmetic.Number x
                | LiteralPi -> arithmetic.Pi
                | LoadFeatures -> arithmetic.Number(float features)
                | Compute operation -> compute instruction.Operands banks operation
                | TableSquare t -> ExpectationIn.square arithmetic tables[t].Value
                | TableMean t -> ExpectationIn.mean arithmetic tables[t].Value
                | step -> invalidOp $"{step} does not belong to the constants of a program.")

        banks[0]

    let fillTables (source: ScalarFunction -> 'T -> HermiteTable) (tables: HermiteTable[]) (banks: 'T[][]) ready =
        program.Tables
        |> Array.iteri (fun i request ->
            if isNull tables[i] && (request.Variance.Bank = Bank.Constants || request.Variance.Index < ready) then
                let q = banks[int request.Variance.Bank][request.Variance.Index]
                tables[i] <- source request.Function q)

    let gaps =
        [| for i in 0 .. program.Pairs.Length - 1 do
               if program.Pairs[i].Step = Compute Gap then
                   i |]

    // Moments are rounded at 1e-16 of themselves, those from tables known to 1e-14: the angle's error is that over itself.
    let nearness = if program.Tables.Length > 0 then 1e-8 else 1e-9

    // The sine of the angle at opposite rows, where it is known.
    let sines =
        let one = DoubleDouble.ofFloat 1.0

        let sine (ray: Ray) =
            let rho = ray.Opposite.Value
            arithmetic.Narrow(DoubleDouble.sqrt ((one - rho) * (one + rho)))

        lazy (program.Rays |> Array.map (Option.filter _.IsKnown >> Option.map sine))

    let isStraight alignment i =
        match program.Rays[i], alignment with
        | None, _
        | _, Alignment.Apart -> false
        | Some _, Alignment.Along -> true
        | Some ray, _ -> ray.IsStraight

    // The gap of proportional rows: no rounding of the moments makes one.
    let gapOnRay alignment i q1 q2 otherwise =
        if isStraight alignment i then
            arithmetic.Number 0.0
        else
            match sines.Value[i] with
            | Some sine -> arithmetic.Multiply(arithmetic.Multiply(arithmetic.Sqrt q1, arithmetic.Sqrt q2), sine)
            | None -> otherwise ()

    let signOnRay alignment i =
        match alignment with
        | Alignment.Against -> program.Rays[i].Value.Opposite.Value.Hi
        | _ -> 1.0

    // Expectations: their number, table, operand c, and whether they have a slope in the angle that double-double knows.
    let expectations =
        program.Pairs
        |> Array.indexed
        |> Array.choose (fun (i, instruction) ->
            match instruction.Step with
            | TablePair t ->
                let f = program.Tables[t].Function
                Some struct (i, t, instruction.Operands[0], ScalarFunction.jumps f && f.Precise.IsSome)
            | _ -> None)

    let hasRays = Array.exists Option.isSome program.Rays

    // Whether an instruction has another value at proportional rows than its operands give.
    let turns alignment i = alignment <> Alignment.Apart && program.Rays[i].IsSome

    /// The values of the constants.
    member _.Constants = constants

    /// 1 - |rho| below which a pair is near, see `IsNear`.
    member _.Nearness = nearness

    /// The number of pair values, the least length of the memory that `Pair` works in.
    member _.ScratchLength = program.Pairs.Length

    /// What one sample contributes, from x.x/d and its average feature.
    member this.Sample(norm: 'T, average: 'T) : SampleState<'T> =
        this.Sample(norm, average, ExpectationIn.table arithmetic)

    /// What one sample contributes, from x.x/d and its average feature, with Hermite tables from another source than
    /// their definition.
    member _.Sample(norm: 'T, average: 'T, source: ScalarFunction -> 'T -> HermiteTable) : SampleState<'T> =
        let values = Array.zeroCreate program.Samples.Length
        let tables = Array.zeroCreate program.Tables.Length
        let banks = [| constants; values; values; [||] |]

        for i in 0 .. program.Samples.Length - 1 do
            let instruction = program.Samples[i]

            values[i] <-
                match instruction.Step with
                | LoadNorm -> norm
                | LoadAverage -> average
                | Compute operation -> compute instruction.Operands banks operation
                | TableSquare t ->
                    fillTables source tables banks i
                    ExpectationIn.square arithmetic tables[t]
                | TableMean t ->
                    fillTables source tables banks i
                    ExpectationIn.mean arithmetic tables[t]
                | step -> invalidOp $"{step} does not belong to the samples of a program."

        fillTables source tables banks values.Length
        { Values = values; Tables = tables }

    /// Whether the kernel has angles that proportional rows have exactly.
    member _.HasRays = hasRays

    /// NNGP and NTK of one pair, from both samples' states and x.x'/d, in the caller's memory.
    member this.Pair(row: SampleState<'T>, column: SampleState<'T>, product: 'T, scratch: 'T[]) : struct ('T * 'T) =
        this.Pair(row, column, product, Alignment.Apart, scratch)

    /// NNGP and NTK of one pair whose rows lie to each other as is said, from both samples' states and x.x'/d, in the
    /// caller's memory.
    member _.Pair
        (row: SampleState<'T>, column: SampleState<'T>, product: 'T, alignment: Alignment, scratch: 'T[])
        : struct ('T * 'T) =
        let banks = [| constants; row.Values; column.Values; scratch |]
        let pairs = program.Pairs

        for i in 0 .. pairs.Length - 1 do
            let instruction = pairs[i]

            scratch[i] <-
                match instruction.Step with
                | Compute Gap when turns alignment i ->
                    let at k = banks[int instruction.Operands[k].Bank][instruction.Operands[k].Index]
                    gapOnRay alignment i (at 0) (at 1) (fun () -> compute instruction.Operands banks Gap)
                | Compute operation -> compute instruction.Operands banks operation
                | LoadProduct -> product
                | TablePair t when isStraight alignment i && ScalarFunction.jumps program.Tables[t].Function ->
                    ExpectationIn.collinear arithmetic row.Tables[t] column.Tables[t] (signOnRay alignment i)
                | TablePair t ->
                    let at k : 'T =
                        let o = instruction.Operands[k]
                        banks[int o.Bank][o.Index]

                    ExpectationIn.pair arithmetic row.Tables[t] column.Tables[t] (at 1) (at 2) (at 0)
                | step -> invalidOp $"{step} does not belong to the pairs of a program."

        let at (o: Operand) = banks[int o.Bank][o.Index]
        struct (at program.Nngp, at program.Ntk)

    /// Whether the pair, as `Pair` left its values, has an angle so near 0 or pi (1 - |rho| below 1e-9, or 1e-8 in a
    /// program with tables, or as near as a table is steep) that its moments, rounded, do not know it. It is 0 for equal
    /// rows, which only the rows can tell from nearly equal ones.
    member this.IsNear(row: SampleState<'T>, column: SampleState<'T>, scratch: 'T[]) =
        this.IsNear(row, column, Alignment.Apart, scratch)

    /// The same for rows that lie to each other as is said; what is exactly collinear is known.
    member _.IsNear(row: SampleState<'T>, column: SampleState<'T>, alignment: Alignment, scratch: 'T[]) =
        let banks = [| constants; row.Values; column.Values; scratch |]
        let at (o: Operand) = arithmetic.Float(banks[int o.Bank][o.Index])

        // Not a number where a sample has no length. Squares of small numbers leave the range of a float.
        let isSmall nearness q1 q2 s =
            let sine = s / sqrt q1 / sqrt q2
            sine * sine < 2.0 * nearness

        let isNearGap i =
            let operands = program.Pairs[i].Operands

            not (isStraight alignment i)
            && isSmall nearness (at operands[0]) (at operands[1]) (arithmetic.Float scratch[i])

        let isNearTable struct (i, t, c, jumps) =
            let q1, q2 = row.Tables[t].Variance, column.Tables[t].Variance
            let within = if jumps then nearness else program.Steepness.Double t q1 q2

            within > 0.0 && not (isStraight alignment i) && isSmall within q1 q2 (Scalar.gap q1 q2 (at c))

        Array.exists isNearGap gaps || Array.exists isNearTable expectations

    member private _.FirstBad(instructions: Instruction[], values: 'T[], norm: 'T) =
        values
        |> Array.tryFindIndex (fun v -> not (Double.IsFinite(arithmetic.Float v)))
        |> Option.map (fun i ->
            { Layer = program.Labels[instructions[i].Origin]
              Value = arithmetic.Float values[i]
              Norm = arithmetic.Float norm })

    // A kernel with itself below the normal numbers has lost digits, or all of them, on the way.
    member private _.Vanished(state: SampleState<'T>) =
        program.Self
        |> Option.map (fun self -> arithmetic.Float state.Values[self.Index], arithmetic.Float state.Values[0])
        |> Option.filter (fun (value, norm) -> norm > 0.0 && abs value < 2.2250738585072014e-308)
        |> Option.map (fun (value, norm) -> { Layer = "the read-out"; Value = value; Norm = norm })

    /// The layer at which a sample's second moment is smallest, or below the range of floats one that is no sample's.
    member _.Smallest(state: SampleState<'T>) =
        let moments =
            program.Moments
            |> Array.map (fun i ->
                struct (abs (arithmetic.Float state.Values[i]), program.Labels[program.Samples[i].Origin]))

        let norm = arithmetic.Float state.Values[0]

        match Array.sort moments with
        | sorted when sorted.Length > 0 && (let struct (least, _) = sorted[0] in least < 1e-280) ->
            let struct (least, layer) = sorted[0]
            { Layer = layer; Value = least; Norm = norm }
        | _ -> { Layer = "what depends on no sample"; Value = 0.0; Norm = norm }

    /// The first layer at which the network's constants or a sample's own values are not finite, or its kernel with itself
    /// is too small for the numbers.
    member this.Check(state: SampleState<'T>) =
        this.FirstBad(program.Constants, constants, state.Values[0])
        |> Option.orElse (this.FirstBad(program.Samples, state.Values, state.Values[0]))
        |> Option.orElse (this.Vanished state)

    /// The first layer at which the values of a pair, as `Pair` left them, are not finite.
    member this.CheckPair(row: SampleState<'T>, scratch: 'T[]) = this.FirstBad(program.Pairs, scratch, row.Values[0])
