namespace HadamardNtk.Core

open StripTranslating

/// One kernel of a network as straight-line code on strips of pairs, where a strip is a row against consecutive
/// columns. It is the pairs' part of the program, restricted to the chosen kernel and with folded constants. Every
/// angle is computed from the correlation rho = c/sqrt(q1 q2), and the roots are computed once a sample.
type internal StripProgram =
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

/// The compiler from programs to strip programs.
[<RequireQualifiedAccess>]
module internal StripProgram =
    /// The table of the derivative of each table's function at the same variance, or -1.
    let internal slopesOf (program: Program) =
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
        let translation = StripTranslation(program, used, slopes, constants, features, variant, None)
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
