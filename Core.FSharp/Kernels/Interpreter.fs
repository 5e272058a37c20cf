namespace HadamardNtk.Core

open System

/// The layer and the reason for which a kernel has no value. It may overflow, be too small for its number type, or be
/// defined by an expectation that diverges.
type Undefined =
    {
        /// The text of the layer in the notation.
        Layer: string
        /// The value at that layer.
        Value: float
        /// x.x/d of the sample.
        Norm: float
    }

    /// The error message, without the sample.
    override this.ToString() =
        if Double.IsNaN this.Value then
            $"the kernel is not known at {this.Layer} (for a row with x.x/d = {this.Norm}); "
            + "change the layer or scale the data"
        elif abs this.Value < 1.0 then
            $"the kernel is too small at {this.Layer} "
            + $"(the value there is {this.Value}, for a row with x.x/d = {this.Norm}); "
            + "scale the data up or change the layer"
        else
            $"the kernel is not finite at {this.Layer} "
            + $"(the value there is {this.Value}, for a row with x.x/d = {this.Norm}); "
            + "scale the data down or change the layer"

/// The values of one sample that all its pairs use.
type internal SampleState<'T> =
    {
        /// The values of the samples' part of the program.
        Values: 'T[]
        /// The sample's Hermite tables.
        Tables: HermiteTable[]
    }

/// Interprets a program in a number type. The constants are computed on construction, then samples, then pairs. The
/// class is immutable: `Pair` works in memory of the caller, so threads can share one interpreter.
[<Sealed>]
type internal Interpreter<'T, 'A when 'A :> IArithmetic<'T> and 'A: struct>
    (program: Program, arithmetic: 'A, features: int) =
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

    // Moments have relative errors of 1e-16, and those from tables of 1e-14. The error of an angle is that error
    // divided by the angle.
    let nearness = if program.Tables.Length > 0 then 1e-8 else 1e-9

    // The sine of the angle at opposite rows, if it is known.
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

    // The gap of proportional rows follows from the ray, because a gap computed from rounded moments would not be
    // exact.
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

    // The expectations of pairs: the index of the instruction, the table, the operand c, and whether the expectation
    // has a slope in the angle that double-double resolves.
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

    // Tests whether the value of an instruction at proportional rows differs from the one that its operands give.
    let turns alignment i = alignment <> Alignment.Apart && program.Rays[i].IsSome

    /// The values of the constants.
    member _.Constants = constants

    /// Pairs with 1 - |rho| below this count as near, see `IsNear`.
    member _.Nearness = nearness

    /// The number of pair values, which is the least length of the memory for `Pair`.
    member _.ScratchLength = program.Pairs.Length

    /// The state of one sample, from x.x/d and its average feature.
    member this.Sample(norm: 'T, average: 'T) : SampleState<'T> =
        this.Sample(norm, average, ExpectationIn.table arithmetic)

    /// The state of one sample, from x.x/d and its average feature. `source` computes its Hermite tables.
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

    /// Whether proportional rows have exact angles in this kernel.
    member _.HasRays = hasRays

    /// The NNGP kernel and the NTK of one pair, from the states of both samples and x.x'/d, computed in the caller's
    /// memory.
    member this.Pair(row: SampleState<'T>, column: SampleState<'T>, product: 'T, scratch: 'T[]) : struct ('T * 'T) =
        this.Pair(row, column, product, Alignment.Apart, scratch)

    /// The NNGP kernel and the NTK of one pair whose rows have the given alignment, from the states of both samples and
    /// x.x'/d, computed in the caller's memory.
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

    /// Tests whether the rounded moments of a pair determine one of its angles too inaccurately. The angle is then so
    /// near to 0 or pi that 1 - |rho| is below 1e-9, or 1e-8 in a program with tables, or within the steepness of a
    /// table. `scratch` must hold the values that `Pair` computed. Equal rows count as near, because only the rows
    /// themselves distinguish them from nearly equal ones.
    member this.IsNear(row: SampleState<'T>, column: SampleState<'T>, scratch: 'T[]) =
        this.IsNear(row, column, Alignment.Apart, scratch)

    /// The test of `IsNear` for rows with the given alignment. Angles that are exact by alignment do not count as near.
    member _.IsNear(row: SampleState<'T>, column: SampleState<'T>, alignment: Alignment, scratch: 'T[]) =
        let banks = [| constants; row.Values; column.Values; scratch |]
        let at (o: Operand) = arithmetic.Float(banks[int o.Bank][o.Index])

        // The sine is not a number if a sample is zero. It is divided by one root at a time, because q1 q2 could
        // underflow.
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

    // A kernel of a sample with itself below the normal range has lost some or all of its digits.
    member private _.Vanished(state: SampleState<'T>) =
        program.Self
        |> Option.map (fun self -> arithmetic.Float state.Values[self.Index], arithmetic.Float state.Values[0])
        |> Option.filter (fun (value, norm) -> norm > 0.0 && abs value < 2.2250738585072014e-308)
        |> Option.map (fun (value, norm) -> { Layer = "the read-out"; Value = value; Norm = norm })

    /// The layer at which a sample's second moment is smallest. If no moment is below 1e-280, the value that underflows
    /// depends on no sample.
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

    /// The first layer at which the network's constants or a sample's values are not finite, or the read-out if the
    /// sample's kernel with itself is below the normal range. It is None if the kernel has a value.
    member this.Check(state: SampleState<'T>) =
        this.FirstBad(program.Constants, constants, state.Values[0])
        |> Option.orElse (this.FirstBad(program.Samples, state.Values, state.Values[0]))
        |> Option.orElse (this.Vanished state)

    /// The first layer at which the values of a pair, as computed by `Pair`, are not finite, or else the read-out.
    member this.UndefinedPair(row: SampleState<'T>, scratch: 'T[]) =
        this.FirstBad(program.Pairs, scratch, row.Values[0])
        |> Option.defaultWith (fun () -> { Layer = "the read-out"; Value = nan; Norm = arithmetic.Float row.Values[0] })
