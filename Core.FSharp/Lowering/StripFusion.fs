namespace HadamardNtk.Core

open System.Collections.Generic

/// Transformations of a complete list of strip instructions.
[<RequireQualifiedAccess>]
module internal StripFusion =
    /// Finds the instructions whose results do not change, to the last bit, when row and column are exchanged.
    let private symmetric (instructions: StripInstruction[]) =
        let known = Dictionary<struct (StripOperation * int * StripOperand list), int>(HashIdentity.Structural)
        let mirrors = Array.create instructions.Length -1

        let ordered operation operands =
            match operation, operands with
            | (StripOperation.Add | StripOperation.Multiply | StripOperation.Turn), [ x; y ] ->
                List.sortBy (fun o -> o.Place, o.Index) [ x; y ]
            | StripOperation.Fma, [ x; y; z ] -> List.sortBy (fun o -> o.Place, o.Index) [ x; y ] @ [ z ]
            | StripOperation.Correlation, [ x; y; z ] -> x :: List.sortBy (fun o -> o.Place, o.Index) [ y; z ]
            | _ -> operands

        let mirror (o: StripOperand) =
            match o.Place with
            | StripPlace.Row -> { o with Place = StripPlace.Column }
            | StripPlace.Column -> { o with Place = StripPlace.Row }
            | StripPlace.Value -> { o with Index = mirrors[o.Index] }
            | _ -> o

        instructions
        |> Array.mapi (fun i instruction ->
            let operands = List.ofArray instruction.Operands
            known[struct (instruction.Operation, instruction.Table, ordered instruction.Operation operands)] <- i
            let mirrored = ordered instruction.Operation (List.map mirror operands)

            match known.TryGetValue(struct (instruction.Operation, instruction.Table, mirrored)) with
            | true, j ->
                mirrors[i] <- j
                mirrors[j] <- i
            | _ -> ()

            i)
        |> Array.map (fun i -> mirrors[i] = i)

    // A product that is used once, in a sum, is fused with the sum into one operation. It is not fused if both summands
    // are products that are exchanged with the rows of the pair, because the two orders would round differently.
    let fuse (instructions: StripInstruction[]) results =
        let uses = Array.zeroCreate instructions.Length

        let count (o: StripOperand) =
            if o.Place = StripPlace.Value then
                uses[o.Index] <- uses[o.Index] + 1

        instructions |> Array.iter (fun i -> Array.iter count i.Operands)
        results |> List.iter count
        let symmetric = symmetric instructions

        let isProduct (o: StripOperand) =
            o.Place = StripPlace.Value && instructions[o.Index].Operation = StripOperation.Multiply

        let once (o: StripOperand) = isProduct o && uses[o.Index] = 1
        let stays (o: StripOperand) = not (isProduct o) || symmetric[o.Index]

        let fused (p: StripOperand) rest =
            { Operation = StripOperation.Fma
              Operands = Array.append instructions[p.Index].Operands [| rest |]
              Table = -1 }

        instructions
        |> Array.map (fun i ->
            match i.Operation, i.Operands with
            | StripOperation.Add, [| x; y |] when once x && (not (isProduct y) || (stays x && stays y)) -> fused x y
            | StripOperation.Add, [| x; y |] when once y && (not (isProduct x) || (stays x && stays y)) -> fused y x
            | _ -> i)

    /// Removes the instructions whose results are not used, and renumbers the others.
    let compact (instructions: StripInstruction[]) results =
        let live = Array.zeroCreate instructions.Length

        let mark (o: StripOperand) =
            if o.Place = StripPlace.Value then
                live[o.Index] <- true

        results |> List.iter mark

        for i in instructions.Length - 1 .. -1 .. 0 do
            if live[i] then
                instructions[i].Operands |> Array.iter mark

        let place = live |> Array.scan (fun n isLive -> if isLive then n + 1 else n) 0

        let move (o: StripOperand) = if o.Place = StripPlace.Value then { o with Index = place[o.Index] } else o

        let kept =
            [| for i in 0 .. instructions.Length - 1 do
                   if live[i] then
                       { instructions[i] with Operands = Array.map move instructions[i].Operands } |]

        kept, List.map move results
