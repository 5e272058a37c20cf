namespace HadamardNtk.Core

open System

/// The times for which the values of a strip program are needed.
[<RequireQualifiedAccess>]
module internal Liveness =
    /// The number of the last instruction that reads the value of each instruction. It is Int32.MaxValue for the values
    /// of `results`, and 0 for values that no instruction reads.
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
