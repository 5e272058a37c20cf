namespace HadamardNtk.Core

open System.Collections.Generic

/// One kernel of a network as straight-line code on strips of pairs, where a strip is a row against consecutive
/// columns. It is the pairs' part of the program, restricted to the chosen kernel and with folded constants. Every
/// angle is computed from the correlation rho = c/sqrt(q1 q2), and the roots are computed once a sample.
type StripProgram =
    {
        /// The constants.
        Constants: float[]
        /// The values that are read of each sample, for rows and columns alike.
        Samples: SampleValue[]
        /// The instructions. Instruction i computes value i.
        Instructions: StripInstruction[]
        /// The value of the kernel.
        Result: StripOperand
        /// The doubt: the greatest |rho| on which an angle depends, or 2 if digits cancel. It may be not a number if
        /// rounding made a |rho| exceed 1. It is a constant if there are no angles.
        Doubt: StripOperand
        /// The likeness: |rho| of the inputs, or not a number if a sample is out of range.
        Likeness: StripOperand
        /// The values of a program on slices, which has no likeness. Others have none here.
        Slices: StripOperand[]
        /// The table of the derivative of each table's function at the same variance, or -1 if there is none. Where a
        /// pair needs both series, they are neighbors, so that one pass can compute both.
        Slopes: int[]
    }

/// What the doubt of a program on slices adds up, over the positions.
[<RequireQualifiedAccess>]
type SliceDoubt =
    /// A great number for each exponential whose digits cancel.
    | Cancellations
    /// These, and 1/sin(th) for each angle th of patches that are not equal.
    | Angles

/// The numbers of doubts.
[<RequireQualifiedAccess>]
module SliceDoubt =
    /// The doubt of an exponential whose digits cancel is twice this.
    let great = 1e12

    /// The greatest mean over positions of the sum over layers of 1/sin(th) in float32. An error of 1e-7 in a
    /// correlation is one of 1e-7/sin(th) in the angle, and the kernel's slope in the angle is 1/pi at most. Errors of
    /// different positions have no common sign.
    let most = 200.0

    /// The same for one value, whose error nothing evens out. That of n values is at most sqrt(n) times as great.
    let mostAlone = 20.0

    /// The number of values from which on the errors of few angles are small.
    let few = 256.0

    /// The least sine that is told from 0 in float32.
    let least = 1e-4

/// The compiler from programs to strip programs.
[<RequireQualifiedAccess>]
module StripProgram =
    let private value i = { Place = StripPlace.Value; Index = i }
    let private product = { Place = StripPlace.Product; Index = 0 }

    type private Known = Dictionary<struct (StripOperation * int * StripOperand list), int>

    /// A strip program under construction, in which every instruction exists once.
    type private Builder() =
        let known = Known(HashIdentity.Structural)
        let constants = ResizeArray<float>()
        let samples = ResizeArray<SampleValue>()
        let instructions = ResizeArray<StripInstruction>()

        let place (list: ResizeArray<'a>) (x: 'a) =
            match list.IndexOf x with
            | -1 ->
                list.Add x
                list.Count - 1
            | i -> i

        member _.Constants = constants
        member _.Samples = samples
        member _.Instructions = instructions

        member _.Constant(x: float) = { Place = StripPlace.Constant; Index = place constants x }

        member _.Sample where value = { Place = where; Index = place samples value }

        member _.Emit operation table operands =
            let key = struct (operation, table, operands)

            match known.TryGetValue key with
            | true, i -> value i
            | _ ->
                instructions.Add { Operation = operation; Operands = Array.ofList operands; Table = table }
                known[key] <- instructions.Count - 1
                value (instructions.Count - 1)

        /// Finds an existing instruction with the given operation and operand.
        member _.Find operation operand =
            match known.TryGetValue(struct (operation, -1, [ operand ])) with
            | true, i -> Some(value i)
            | _ -> None

        member _.Number(operand: StripOperand) =
            if operand.Place = StripPlace.Constant then
                ValueSome constants[operand.Index]
            else
                ValueNone

        member _.Of(operand: StripOperand) =
            if operand.Place = StripPlace.Value then
                ValueSome instructions[operand.Index]
            else
                ValueNone

    let private emit (b: Builder) operation operands = b.Emit operation -1 operands

    let private is (b: Builder) operation x =
        match b.Of x with
        | ValueSome i when i.Operation = operation -> Some i.Operands
        | _ -> None

    /// Writes x as k y + c with constants k and c.
    let private affine (b: Builder) x =
        match is b StripOperation.Multiply x, is b StripOperation.Fma x with
        | Some [| k; y |], _ when (b.Number k).IsSome -> (b.Number k).Value, y, 0.0
        | _, Some [| k; y; c |] when (b.Number k).IsSome && (b.Number c).IsSome ->
            (b.Number k).Value, y, (b.Number c).Value
        | _ -> 1.0, x, 0.0

    /// k x for a constant k. The product k1 (k2 x + c) becomes (k1 k2) x + k1 c.
    let private scale (b: Builder) k x =
        match affine b x with
        | k', y, 0.0 when k * k' = 1.0 -> y
        | k', y, 0.0 -> emit b StripOperation.Multiply [ b.Constant(k * k'); y ]
        | k', y, c -> emit b StripOperation.Fma [ b.Constant(k * k'); y; b.Constant(k * c) ]

    /// x - y. The difference c - k x for constants k and c becomes one operation.
    let private subtract (b: Builder) x y =
        match b.Number x, affine b y with
        | ValueSome _, (k, z, 0.0) when k <> 1.0 -> emit b StripOperation.Fma [ b.Constant -k; z; x ]
        | _ -> emit b StripOperation.Subtract [ x; y ]

    /// Writes x as k r sin(th) with a constant k and a factor r without a sine, and returns k, r and rho.
    let rec private gapOf (b: Builder) x =
        match is b StripOperation.Multiply x with
        | Some [| r; sine |] when (is b StripOperation.Sine sine).IsSome ->
            Some(1.0, r, (is b StripOperation.Sine sine).Value[0])
        | Some [| k; y |] when (b.Number k).IsSome ->
            gapOf b y |> Option.map (fun (k', r, rho) -> (b.Number k).Value * k', r, rho)
        | _ -> None

    /// Replaces r = sqrt(q) sqrt(q') of two samples by the product of `make q` and `make q'`.
    let private ofRoots (b: Builder) make r =
        let ofRoot (root: StripOperand) =
            match b.Samples[root.Index] with
            | Root q -> b.Sample root.Place (make q)
            | other -> invalidOp $"{other} is no root."

        emit b StripOperation.Multiply [ for root in (is b StripOperation.Multiply r).Value -> ofRoot root ]

    let rec private multiply (b: Builder) x y =
        match b.Number x, b.Number y with
        | ValueSome k, ValueSome k' -> b.Constant(k * k')
        | ValueSome k, _ -> scale b k y
        | _, ValueSome k -> scale b k x
        | _ when x = y && (gapOf b x).IsSome ->
            // The square of a gap is computed without a root.
            let k, r, rho = (gapOf b x).Value

            let square = ofRoots b Stored r
            scale b (k * k) (multiply b square (emit b StripOperation.SineSquared [ rho ]))
        | _ -> emit b StripOperation.Multiply [ x; y ]

    /// 1/y. The inverse of a product is the product of the inverses. Samples' values are inverted once a sample, and a
    /// value whose root is known is inverted through that root.
    let rec private inverse (b: Builder) y =
        let one = b.Constant 1.0

        match b.Number y, is b StripOperation.Multiply y with
        | ValueSome k, _ -> b.Constant(1.0 / k)
        | _, Some [| p; q |] -> multiply b (inverse b p) (inverse b q)
        | _ when y.Place = StripPlace.Row || y.Place = StripPlace.Column ->
            match b.Samples[y.Index] with
            | Stored o -> b.Sample y.Place (Inverse o)
            | _ -> emit b StripOperation.Divide [ one; y ]
        | _ ->
            match b.Find StripOperation.Sqrt y with
            | Some root ->
                let inverse = emit b StripOperation.Divide [ one; root ]
                emit b StripOperation.Multiply [ inverse; inverse ]
            | None -> emit b StripOperation.Divide [ one; y ]

    let private divide (b: Builder) x y =
        match b.Number x, b.Number y with
        | ValueSome 1.0, _ -> inverse b y
        | _, ValueSome k -> scale b (1.0 / k) x
        | _ -> multiply b x (inverse b y)

    /// The correlation rho of a pair, from c and the operands of the samples' second moments.
    let private correlation (b: Builder) c (q1: Operand) (q2: Operand) =
        let ``inverse of`` place (q: Operand) = b.Sample place (InverseRoot { q with Bank = min q.Bank Bank.Row })

        emit b StripOperation.Correlation [ c; ``inverse of`` StripPlace.Row q1; ``inverse of`` StripPlace.Column q2 ]

    /// The gap s = sqrt(q1 q2) sqrt((1 - rho)(1 + rho)).
    let private gap (b: Builder) (q1: Operand) (q2: Operand) rho =
        let root place (q: Operand) = b.Sample place (Root { q with Bank = min q.Bank Bank.Row })
        let roots = emit b StripOperation.Multiply [ root StripPlace.Row q1; root StripPlace.Column q2 ]
        emit b StripOperation.Multiply [ roots; emit b StripOperation.Sine [ rho ] ]

    /// The greatest absolute value of the terms of a sum x, including a constant factor before the sum.
    let private summand (b: Builder) x =
        let rec go k x =
            match b.Of x with
            | ValueSome i when i.Operation = StripOperation.Multiply && (b.Number i.Operands[0]).IsSome ->
                go (k * (b.Number i.Operands[0]).Value) i.Operands[1]
            | ValueSome i when i.Operation = StripOperation.Add || i.Operation = StripOperation.Subtract ->
                Some(k, i.Operands)
            | ValueSome i when i.Operation = StripOperation.Fma ->
                Some(k, [| emit b StripOperation.Multiply [ i.Operands[0]; i.Operands[1] ]; i.Operands[2] |])
            | _ -> None

        go 1.0 x
        |> Option.map (fun (k, terms) ->
            (b.Constant 0.0, terms)
            ||> Array.fold (fun greatest t -> emit b StripOperation.Greatest [ greatest; scale b k t ]))

    /// Marks the instructions on which the result depends.
    let private needed (program: Program) (result: Operand) =
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
    type private Translation
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
        let b = Builder()
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

        // An error of rho is one of the angle over the sine. Equal patches have equal moments, to the last bit, and
        // their angle is 0 without an error.
        let watchedAngle c q1 q2 rho =
            let turn = emit b StripOperation.Turn [ c; q1 ]
            let turns = emit b StripOperation.Multiply [ turn; emit b StripOperation.Turn [ c; q2 ] ]
            let rho = ifZero turns (emit b StripOperation.Clamped [ rho ]) turn

            let sine =
                emit b StripOperation.Greatest [ b.Constant SliceDoubt.least; emit b StripOperation.Sine [ rho ] ]

            doubtfulAt 1.0 (ifZero turns (emit b StripOperation.Divide [ one.Value; sine ]) zero)
            rho

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

        let needsSlope t operands =
            program.Pairs
            |> Seq.indexed
            |> Seq.exists (fun (i, other) -> used[i] && other.Step = TablePair slopes[t] && other.Operands = operands)

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

                    let rho = onRay index (correlation (operand instruction.Operands[0]) q column)

                    // If the function jumps, E f(u) f(v) has a slope in the angle.
                    if ScalarFunction.jumps program.Tables[t].Function then
                        doubtful (unsettled rho rho)
                    elif variant.Steep then
                        let either place = b.Sample place (Steep t)
                        let both = emit b StripOperation.Multiply [ either StripPlace.Row; either StripPlace.Column ]
                        doubtful (unsettled rho (emit b StripOperation.Near [ rho; both ]))

                    let clamped = emit b StripOperation.Clamped [ rho ]
                    let value = b.Emit StripOperation.Series t [ clamped ]

                    if slopes[t] >= 0 && needsSlope t instruction.Operands then
                        b.Emit StripOperation.Series slopes[t] [ clamped ] |> ignore

                    value
                | step -> invalidOp $"{step} does not belong to the pairs of a program."

    /// The table of the derivative of each table's function at the same variance, or -1.
    let private slopesOf (program: Program) =
        let isOf f' variance (other: TableRequest) =
            obj.ReferenceEquals(other.Function, f') && other.Variance = variance

        program.Tables
        |> Array.map (fun table ->
            table.Function.Derivative
            |> Option.bind (fun f' -> Array.tryFindIndex (isOf f' table.Variance) program.Tables)
            |> Option.defaultValue -1)

    /// The strip program of one kernel. `constants` are the values of the program's constants for samples with the
    /// given number of features, and `result` is the operand of the kernel.
    let lower variant (program: Program) (constants: float[]) features (result: Operand) =
        let used, slopes = needed program result, slopesOf program
        let translation = Translation(program, used, slopes, constants, features, variant, None)
        let likeness = translation.Likeness

        used
        |> Array.iteri (fun i isUsed ->
            if isUsed then
                translation.Step i)

        let b = translation.Builder
        let results = [ translation.Result result; translation.Doubt; likeness ]

        let instructions, results =
            StripFusion.compact (StripFusion.fuse (b.Instructions.ToArray()) results) results

        { Constants = b.Constants.ToArray()
          Samples = b.Samples.ToArray()
          Instructions = instructions
          Result = results[0]
          Doubt = results[1]
          Likeness = results[2]
          Slices = [||]
          Slopes = slopes }

    let private sliced doubt (constants: float[]) (pairs: Instruction[]) choose (results: Operand list) =
        let program =
            { Constants = [||]
              Samples = [||]
              Pairs = pairs
              Tables = [||]
              Steepness = Steepness [||]
              Moments = [||]
              HasAverage = false
              GapCount = 0
              Self = None
              Rays = [||]
              Labels = [||]
              Nngp = results.Head
              Ntk = results.Head }

        let used: bool[] = choose program

        let translation =
            Translation(program, used, [||], constants, 1, { Rays = false; Steep = false }, Some doubt)

        used
        |> Array.iteri (fun i isChosen ->
            if isChosen then
                translation.Step i)

        let kept = translation.Doubt :: List.map translation.Result results
        let b = translation.Builder
        let instructions, kept = StripFusion.compact (StripFusion.fuse (b.Instructions.ToArray()) kept) kept

        { Constants = b.Constants.ToArray()
          Samples = b.Samples.ToArray()
          Instructions = instructions
          Result = kept[1]
          Doubt = kept[0]
          Likeness = kept[1]
          Slices = Array.ofList kept.Tail
          Slopes = [||] }

    /// The strip program of instructions on pairs of positions, which read known values by LoadSlice. `constants` are
    /// the values of the program's constants, and `results` the operands whose values are kept. Its doubt is that of
    /// `SliceDoubt`. Operands of rows and columns are values of the positions of a sample.
    let lowerSlices doubt constants pairs results =
        sliced doubt constants pairs (fun p -> Array.create p.Pairs.Length true) results

    /// The strip program of values before activations among the instructions of pairs of positions, or None if they
    /// depend on values of samples. It rounds as the program of all the instructions.
    let lowerMoments constants (pairs: Instruction[]) results =
        let needs (program: Program) = results |> List.map (needed program) |> List.reduce (Array.map2 (||))

        let strip = sliced SliceDoubt.Cancellations constants pairs needs results

        if Array.isEmpty strip.Samples then Some strip else None

    /// The program without its doubt and the instructions that only the doubt reads.
    let withoutDoubt (program: StripProgram) =
        let instructions, kept = StripFusion.compact program.Instructions (List.ofArray program.Slices)

        { program with
            Constants = Array.append program.Constants [| 0.0 |]
            Instructions = instructions
            Result = kept.Head
            Doubt = { Place = StripPlace.Constant; Index = program.Constants.Length }
            Likeness = kept.Head
            Slices = Array.ofList kept }
