namespace HadamardNtk.Core

open StripTranslating

/// The compiler from instructions on pairs of positions to strip programs.
[<RequireQualifiedAccess>]
module internal SliceStrips =
    let private sliced
        doubt
        (constants: float[])
        (tables: TableRequest[])
        (pairs: Instruction[])
        choose
        (results: Operand list)
        =
        let program =
            { Constants = [||]
              Samples = [||]
              Pairs = pairs
              Tables = tables
              Steepness = Steepness(Array.map _.Function tables)
              Moments = [||]
              HasAverage = false
              GapCount = 0
              Self = None
              Rays = [||]
              Labels = [||]
              Nngp = results.Head
              Ntk = results.Head }

        let used: bool[] = choose program
        let slopes = StripProgram.slopesOf program

        let translation =
            StripTranslation(program, used, slopes, constants, 1, { Rays = false; Steep = false }, Some doubt)

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
          Slopes = slopes }

    /// The strip program of instructions on pairs of positions, which read known values by LoadSlice. `constants` are
    /// the values of the program's constants, `tables` those of the instructions, whose variances are values of a
    /// sample's positions, and `results` the operands whose values are kept. Its doubt is that of
    /// `SliceDoubt`. Operands of rows and columns are values of the positions of a sample.
    let lower doubt constants tables pairs results =
        sliced doubt constants tables pairs (fun p -> Array.create p.Pairs.Length true) results

    /// The strip program of values before activations among the instructions of pairs of positions, or None if they
    /// depend on values of samples. It rounds as the program of all the instructions.
    let lowerMoments constants tables (pairs: Instruction[]) results =
        let needs (program: Program) = results |> List.map (needed program) |> List.reduce (Array.map2 (||))

        let strip = sliced SliceDoubt.Cancellations constants tables pairs needs results

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
