namespace HadamardNtk.Core

open System.Collections.Generic

/// The order in which the values of a program on positions are computed by slices.
module internal SliceOrder =
    let isJoin step =
        match step with
        | PositionStep.Pool _
        | PositionStep.Total
        | PositionStep.Diagonal
        | PositionStep.Everywhere -> true
        | _ -> false

    let isPair (o: Operand) = o.Bank = Bank.Pairs
    let isSample (o: Operand) = o.Bank = Bank.Row || o.Bank = Bank.Column

    /// For each instruction the level of its segment and the depth of its pass within segments. A value of a sample
    /// that is one of a pair is known after the pass of that pair.
    type Order(program: PositionProgram) =
        let pairs = Dictionary<int, struct (int * int)>()
        let samples = Dictionary<int, struct (int * int)>()

        let highest (found: seq<struct (int * int)>) =
            (struct (0, 0), found) ||> Seq.fold (fun struct (a, b) struct (c, d) -> struct (max a c, max b d))

        let known (table: Dictionary<int, struct (int * int)>) make i =
            match table.TryGetValue i with
            | true, order -> order
            | _ ->
                let order = make i
                table[i] <- order
                order

        member this.Pair i : struct (int * int) =
            known
                pairs
                (fun i ->
                    let instruction = program.Pairs[i]

                    let struct (level, depth) =
                        instruction.Operands
                        |> Seq.filter (fun o -> isPair o || isSample o)
                        |> Seq.map (fun o -> if isPair o then this.Pair o.Index else this.Sample o.Index)
                        |> highest

                    match instruction.Step with
                    | PositionStep.Windows _ -> struct (level, depth + 1)
                    | step when isJoin step -> struct (level + 1, 0)
                    | _ -> struct (level, depth))
                i

        member this.Sample i : struct (int * int) =
            known
                samples
                (fun i ->
                    match program.Samples[i].Step with
                    | PositionStep.Self pair ->
                        let struct (level, depth) = this.Pair pair

                        if isJoin program.Pairs[pair].Step then
                            struct (level, 0)
                        else
                            struct (level, depth + 1)
                    | _ ->
                        program.Samples[i].Operands
                        |> Seq.filter isSample
                        |> Seq.map (fun o -> this.Sample o.Index)
                        |> highest)
                i

    /// The instructions of pairs on which a value depends, also by way of values of samples, and those among them that
    /// are values of samples.
    let needed (program: PositionProgram) (result: Operand) =
        let pairs, samples, selves = HashSet<int>(), HashSet<int>(), HashSet<int>()
        let waiting = Stack [ result ]

        while waiting.Count > 0 do
            let o = waiting.Pop()

            if isPair o then
                if pairs.Add o.Index then
                    program.Pairs[o.Index].Operands |> Array.iter waiting.Push
            elif isSample o && samples.Add o.Index then
                program.Samples[o.Index].Operands |> Array.iter waiting.Push

                match program.Samples[o.Index].Step with
                | PositionStep.Self pair ->
                    selves.Add pair |> ignore
                    waiting.Push { Bank = Bank.Pairs; Index = pair }
                | _ -> ()

        pairs, selves
