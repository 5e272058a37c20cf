namespace HadamardNtk.Core

open System

/// How long the values of a strip program are needed.
[<RequireQualifiedAccess>]
module Liveness =
    /// Of each instruction the number of the last one that reads its value; Int32.MaxValue for the values of `results`, and 0
    /// where nothing reads it.
    let lastReads (instructions: StripInstruction[]) (results: StripOperand[]) =
        let last = Array.zeroCreate instructions.Length

        for i in 0 .. instructions.Length - 1 do
            for operand in instructions[i].Operands do
                if operand.Place = StripPlace.Value then
                    last[operand.Index] <- i

        for result in results do
            if result.Place = StripPlace.Value then
                last[result.Index] <- Int32.MaxValue

        last

    /// The number of the last instruction that reads x.x'; -1 if none does.
    let lastProduct (instructions: StripInstruction[]) =
        instructions
        |> Array.tryFindIndexBack (fun i -> i.Operands |> Array.exists (fun o -> o.Place = StripPlace.Product))
        |> Option.defaultValue -1
