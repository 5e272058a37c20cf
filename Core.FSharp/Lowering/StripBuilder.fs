namespace HadamardNtk.Core

open System.Collections.Generic

/// Strip programs under construction, and the operations on their values.
module internal StripBuilding =
    let value i = { Place = StripPlace.Value; Index = i }
    let product = { Place = StripPlace.Product; Index = 0 }

    type private Known = Dictionary<struct (StripOperation * int * StripOperand list), int>

    /// A strip program under construction, in which every instruction exists once.
    type StripBuilder() =
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

    let emit (b: StripBuilder) operation operands = b.Emit operation -1 operands

    let is (b: StripBuilder) operation x =
        match b.Of x with
        | ValueSome i when i.Operation = operation -> Some i.Operands
        | _ -> None

    /// Writes x as k y + c with constants k and c.
    let affine (b: StripBuilder) x =
        match is b StripOperation.Multiply x, is b StripOperation.Fma x with
        | Some [| k; y |], _ when (b.Number k).IsSome -> (b.Number k).Value, y, 0.0
        | _, Some [| k; y; c |] when (b.Number k).IsSome && (b.Number c).IsSome ->
            (b.Number k).Value, y, (b.Number c).Value
        | _ -> 1.0, x, 0.0

    /// k x for a constant k. The product k1 (k2 x + c) becomes (k1 k2) x + k1 c.
    let scale (b: StripBuilder) k x =
        match affine b x with
        | k', y, 0.0 when k * k' = 1.0 -> y
        | k', y, 0.0 -> emit b StripOperation.Multiply [ b.Constant(k * k'); y ]
        | k', y, c -> emit b StripOperation.Fma [ b.Constant(k * k'); y; b.Constant(k * c) ]

    /// x - y. The difference c - k x for constants k and c becomes one operation.
    let subtract (b: StripBuilder) x y =
        match b.Number x, affine b y with
        | ValueSome _, (k, z, 0.0) when k <> 1.0 -> emit b StripOperation.Fma [ b.Constant -k; z; x ]
        | _ -> emit b StripOperation.Subtract [ x; y ]

    /// Writes x as k r sin(th) with a constant k and a factor r without a sine, and returns k, r and rho.
    let rec gapOf (b: StripBuilder) x =
        match is b StripOperation.Multiply x with
        | Some [| r; sine |] when (is b StripOperation.Sine sine).IsSome ->
            Some(1.0, r, (is b StripOperation.Sine sine).Value[0])
        | Some [| k; y |] when (b.Number k).IsSome ->
            gapOf b y |> Option.map (fun (k', r, rho) -> (b.Number k).Value * k', r, rho)
        | _ -> None

    /// Replaces r = sqrt(q) sqrt(q') of two samples by the product of `make q` and `make q'`.
    let ofRoots (b: StripBuilder) make r =
        let ofRoot (root: StripOperand) =
            match b.Samples[root.Index] with
            | Root q -> b.Sample root.Place (make q)
            | other -> invalidOp $"{other} is no root."

        emit b StripOperation.Multiply [ for root in (is b StripOperation.Multiply r).Value -> ofRoot root ]

    let rec multiply (b: StripBuilder) x y =
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
    let rec inverse (b: StripBuilder) y =
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

    let divide (b: StripBuilder) x y =
        match b.Number x, b.Number y with
        | ValueSome 1.0, _ -> inverse b y
        | _, ValueSome k -> scale b (1.0 / k) x
        | _ -> multiply b x (inverse b y)

    /// The correlation rho of a pair, from c and the operands of the samples' second moments.
    let correlation (b: StripBuilder) c (q1: Operand) (q2: Operand) =
        let ``inverse of`` place (q: Operand) = b.Sample place (InverseRoot { q with Bank = min q.Bank Bank.Row })

        emit b StripOperation.Correlation [ c; ``inverse of`` StripPlace.Row q1; ``inverse of`` StripPlace.Column q2 ]

    /// The gap s = sqrt(q1 q2) sqrt((1 - rho)(1 + rho)).
    let gap (b: StripBuilder) (q1: Operand) (q2: Operand) rho =
        let root place (q: Operand) = b.Sample place (Root { q with Bank = min q.Bank Bank.Row })
        let roots = emit b StripOperation.Multiply [ root StripPlace.Row q1; root StripPlace.Column q2 ]
        emit b StripOperation.Multiply [ roots; emit b StripOperation.Sine [ rho ] ]

    /// The greatest absolute value of the terms of a sum x, including a constant factor before the sum.
    let summand (b: StripBuilder) x =
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
