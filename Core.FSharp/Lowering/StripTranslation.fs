namespace HadamardNtk.Core

open System.Collections.Generic
open StripBuilding

/// The translation of instructions of pairs to those of strips.
module internal StripTranslating =
    /// Marks the instructions on which the result depends.
    let needed (program: Program) (result: Operand) =
        let used = Array.zeroCreate program.Pairs.Length

        let mark (o: Operand) =
            if o.Bank = Bank.Pairs then
                used[o.Index] <- true

        mark result

        for i in program.Pairs.Length - 1 .. -1 .. 0 do
            if used[i] then
                program.Pairs[i].Operands |> Array.iter mark

        used

    /// Translates the instructions of pairs to strip instructions, and collects the doubt on the way.

    type StripTranslation
        (
            program: Program,
            used: bool[],
            slopes: int[],
            constants: float[],
            features: int,
            variant: StripVariant,
            slices: SliceDoubt option
        ) =
        let withRays = variant.Rays
        let isSliced = slices.IsSome
        let b = StripBuilder()
        let mean = scale b (1.0 / float features) product
        let values = Array.create program.Pairs.Length mean
        let rhos = Dictionary<int, StripOperand>()
        let watched = HashSet<StripOperand>()
        let mutable doubt = b.Constant 0.0

        let norm bank = { Bank = bank; Index = 0 }
        let likeness = if isSliced then mean else correlation b mean (norm Bank.Row) (norm Bank.Column)

        // The factor k with q = k x.x/d, if q is a multiple of x.x/d.
        let rec multiple (q: Operand) =
            if isSliced || q.Bank = Bank.Constants then
                None
            else
                match program.Samples[q.Index].Step, program.Samples[q.Index].Operands with
                | LoadNorm, _ -> Some 1.0
                | Compute Operation.Multiply, [| k; o |] when k.Bank = Bank.Constants ->
                    multiple o |> Option.map (fun m -> constants[k.Index] * m)
                | Compute Operation.Multiply, [| o; k |] when k.Bank = Bank.Constants ->
                    multiple o |> Option.map (fun m -> constants[k.Index] * m)
                | _ -> None

        // The correlation of a pair. It is that of the inputs if all three moments are the same multiple of the inputs'
        // moments.
        let correlation c (q1: Operand) (q2: Operand) =
            match multiple q1, multiple q2, affine b c with
            | Some m, Some m', (k, x, 0.0) when m = m' && x = product && abs (k * float features / m - 1.0) < 1e-12 ->
                likeness
            | _ -> correlation b c q1 q2

        // The doubt that each correlation leaves at proportional rows.
        let settled = Dictionary<StripOperand, StripOperand>()
        let zero = b.Constant 0.0
        let ifZero a x y = emit b StripOperation.IfZero [ a; x; y ]

        let turn =
            lazy
                (emit b StripOperation.Turn [ b.Sample StripPlace.Row Direction; b.Sample StripPlace.Column Direction ])

        let one = lazy (b.Constant 1.0)
        let isAgainst = lazy (emit b StripOperation.Subtract [ turn.Value; one.Value ])

        let atOpposite along against = ifZero isAgainst.Value along against

        // The turn of proportional rows. It is 0 for opposite rows if their correlation is not known.
        let turnOf (ray: Ray) = if ray.IsKnown then turn.Value else atOpposite one.Value zero

        /// The correlation of proportional rows, as given by the ray.
        let straight (ray: Ray) =
            match ray.Opposite.Value.Hi with
            | -1.0 -> turn.Value
            | rho when ray.IsKnown && rho <> 1.0 -> atOpposite one.Value (b.Constant rho)
            | _ -> one.Value

        // An angle of opposite rows that is near 0 or pi, but not equal to it, stays in doubt.
        let doubtOf (ray: Ray) =
            if ray.IsStraight || not ray.IsKnown then
                zero
            else
                atOpposite zero (b.Constant(abs ray.Opposite.Value.Hi))

        /// The correlation of an instruction's pair, replaced by that of the ray if the rows are proportional.
        let onRay index rho =
            match (if withRays then program.Rays[index] else None) with
            | Some ray ->
                let turn = turnOf ray
                let known = ifZero turn rho (straight ray)
                settled[known] <- ifZero turn rho (doubtOf ray)
                known
            | _ -> rho

        /// The doubt x that comes with a correlation, except where the ray settles it.
        let unsettled rho x =
            match settled.TryGetValue rho with
            | true, doubt when x = rho -> doubt
            | true, doubt ->
                match is b StripOperation.IfZero doubt with
                | Some [| turn; _; rest |] -> ifZero turn x rest
                | _ -> x
            | _ -> x

        let operand (o: Operand) =
            match o.Bank with
            | Bank.Constants -> b.Constant constants[o.Index]
            | Bank.Row -> b.Sample StripPlace.Row (Stored { o with Bank = Bank.Row })
            | Bank.Column -> b.Sample StripPlace.Column (Stored { o with Bank = Bank.Row })
            | _ -> values[o.Index]

        let doubtful x = doubt <- emit b StripOperation.Greatest [ doubt; x ]

        // The doubts of slices are added, since their values are.
        let doubtfulAt weight x = doubt <- emit b StripOperation.Add [ doubt; scale b weight x ]

        let needsSlope t operands =
            program.Pairs
            |> Seq.indexed
            |> Seq.exists (fun (i, other) -> used[i] && other.Step = TablePair slopes[t] && other.Operands = operands)

        // An error of rho is one of the angle over the sine. Equal patches have equal moments, to the last bit, and
        // their angle is 0 without an error.
        let angleOf c q1 q2 rho doubtOf =
            let turn = emit b StripOperation.Turn [ c; q1 ]
            let turns = emit b StripOperation.Multiply [ turn; emit b StripOperation.Turn [ c; q2 ] ]
            let rho = ifZero turns (emit b StripOperation.Clamped [ rho ]) turn
            doubtfulAt 1.0 (ifZero turns (doubtOf rho) zero)
            rho

        let inverseSine rho =
            let sine =
                emit b StripOperation.Greatest [ b.Constant SliceDoubt.least; emit b StripOperation.Sine [ rho ] ]

            emit b StripOperation.Divide [ one.Value; sine ]

        let watchedAngle c q1 q2 rho = angleOf c q1 q2 rho inverseSine

        let near t rho =
            let either place = b.Sample place (Steep t)
            let both = emit b StripOperation.Multiply [ either StripPlace.Row; either StripPlace.Column ]
            emit b StripOperation.Near [ rho; both ]

        // Where a table is steep, an error of rho counts like one of an angle.
        let watchedSteep t c q1 q2 rho doubtOf = angleOf c q1 q2 rho (fun rho -> ifZero (near t rho) zero (doubtOf rho))

        // If the function jumps, E f(u) f(v) has a slope in the angle.
        let watchTable t rho =
            if ScalarFunction.jumps program.Tables[t].Function then
                doubtful (unsettled rho rho)
            elif variant.Steep then
                doubtful (unsettled rho (near t rho))

        // The correlation of a table on slices.
        let tableAngle t c q1 q2 rho =
            match slices, ScalarFunction.jumps program.Tables[t].Function with
            | Some SliceDoubt.Angles, true -> watchedAngle c q1 q2 rho
            | Some SliceDoubt.Angles, false -> watchedSteep t c q1 q2 rho inverseSine
            | _, true -> emit b StripOperation.Aligned [ rho ]
            | _, false -> watchedSteep t c q1 q2 rho (fun _ -> b.Constant(2.0 * SliceDoubt.great))

        let series t operands rho =
            let value = b.Emit StripOperation.Series t [ rho ]

            if slopes[t] >= 0 && needsSlope t operands then
                b.Emit StripOperation.Series slopes[t] [ rho ] |> ignore

            value

        // A sum of great numbers leaves an exponential only a few correct digits.
        let watch x (terms: StripOperand option) =
            match terms with
            | Some t when isSliced -> doubtfulAt SliceDoubt.great (emit b StripOperation.Cancelled [ x; t ])
            | Some t -> doubtful (emit b StripOperation.Cancelled [ x; t ])
            | None -> ()

        // The square of a gap that is great beside 1 magnifies the error of rho.
        let square x =
            match gapOf b x with
            | Some(k, r, rho) when not isSliced ->
                let slack = ofRoots b Slack r
                let strained = emit b StripOperation.Strained [ rho; scale b (4.0 / abs k) slack ]

                // The strained correlation is at least |rho|, so the doubt about rho itself is dropped.
                match is b StripOperation.Greatest doubt with
                | Some [| before; last |] when last = unsettled rho rho -> doubt <- before
                | _ -> ()

                doubtful (unsettled rho strained)
            | _ -> ()

        let compute index operation (o: Operand[]) =
            let at i = operand o[i]

            match operation with
            | Add -> emit b StripOperation.Add [ at 0; at 1 ]
            | Subtract -> subtract b (at 0) (at 1)
            | Multiply ->
                if at 0 = at 1 then
                    square (at 0)

                multiply b (at 0) (at 1)
            | Divide -> divide b (at 0) (at 1)
            | Sqrt -> emit b StripOperation.Sqrt [ at 0 ]
            | Atan2 ->
                // A root is positive or not a number.
                let isRoot = (is b StripOperation.Sqrt (at 1)).IsSome
                emit b (if isRoot then StripOperation.AtanRight else StripOperation.Atan2) [ at 0; at 1 ]
            | Exp ->
                if not (watched.Contains(at 0)) then
                    watch (at 0) (summand b (at 0))

                emit b StripOperation.Exp [ at 0 ]
            | Hypotenuse ->
                square (at 1)
                emit b StripOperation.Sqrt [ emit b StripOperation.Add [ at 0; multiply b (at 1) (at 1) ] ]
            | ExpSinh ->
                let size = emit b StripOperation.Greatest [ b.Constant 0.0; at 1 ]
                watch (emit b StripOperation.Subtract [ size; at 0 ]) (Some size)
                let sum = emit b StripOperation.Subtract [ b.Constant 0.0; emit b StripOperation.Add [ at 0; at 1 ] ]
                // Only the greater of the two exponents is watched.
                watched.Add sum |> ignore
                let up = emit b StripOperation.Exp [ emit b StripOperation.Subtract [ at 1; at 0 ] ]
                emit b StripOperation.OddPart [ up; emit b StripOperation.Exp [ sum ]; at 1 ]
            | Gap ->
                let rho = correlation (at 2) o[0] o[1]

                rhos[index] <-
                    match slices with
                    | Some SliceDoubt.Angles -> watchedAngle (at 2) (operand o[0]) (operand o[1]) rho
                    // Equal patches are many, and their correlation is 1 up to rounding.
                    | Some SliceDoubt.Cancellations -> emit b StripOperation.Aligned [ rho ]
                    | None -> onRay index rho

                let rho = rhos[index]

                if not isSliced then
                    doubtful (unsettled rho rho)

                gap b o[0] o[1] rho
            | Angle ->
                (match o[0].Bank, rhos.TryGetValue o[0].Index with
                 | Bank.Pairs, (true, rho) -> emit b StripOperation.Angle [ rho ]
                 | _ -> invalidOp "An angle is that of a gap.")

        member _.Builder = b

        /// The likeness of the inputs. Among proportional rows only those of equal length are alike.
        member _.Likeness =
            let norm place = b.Sample place (Stored(norm Bank.Row))

            let ofLengths () =
                let same = emit b StripOperation.Turn [ norm StripPlace.Row; norm StripPlace.Column ]
                // The likeness of a sample out of range stays not a number.
                ifZero turn.Value likeness (emit b StripOperation.Fma [ zero; likeness; same ])

            emit b StripOperation.Greatest [ zero; (if withRays then ofLengths () else likeness) ]

        member _.Doubt = doubt

        /// A value that holds the operand, whatever its place is.
        member _.Result o =
            let x = operand o

            if x.Place = StripPlace.Value then
                x
            else
                emit b StripOperation.Add [ x; b.Constant 0.0 ]

        member _.Step index =
            let instruction = program.Pairs[index]

            values[index] <-
                match instruction.Step with
                | LoadProduct -> mean
                | LoadSlice k -> { Place = StripPlace.Slice; Index = k }
                | Compute operation -> compute index operation instruction.Operands
                | TablePair t ->
                    let q = program.Tables[t].Variance

                    let column = if q.Bank = Bank.Row then { q with Bank = Bank.Column } else q

                    let c = operand instruction.Operands[0]
                    let rho = onRay index (correlation c q column)

                    if isSliced then
                        tableAngle t c (operand q) (operand column) rho
                    else
                        watchTable t rho
                        emit b StripOperation.Clamped [ rho ]
                    |> series t instruction.Operands
                | step -> invalidOp $"{step} does not belong to the pairs of a program."
