namespace HadamardNtk.Core

open System

/// A network with its kernels of infinite width.
type Kernel =
    {
        /// The network.
        Network: Layer
        /// The signal at the end of the network, with every side condition settled.
        Signal: Signal
        /// The kernels as a scalar program.
        Program: Program
    }

/// Raised if a Gram matrix has no value at a sample.
exception KernelUndefinedException of undefined: Undefined * row: int with
    /// The message states the layer, the sample, and a remedy.
    override this.Message = $"row {this.row}: {this.undefined}"

/// The reference backend. It interprets the network's program in float64, one pair after the other, and defines the
/// results of every other backend.
[<RequireQualifiedAccess>]
module Kernel =
    /// The kernels of a network, or the reason why it has none.
    let ofNetwork network : Result<Kernel, Refusal> =
        Calculus.analyse network
        |> Result.map (fun signal -> { Network = network; Signal = signal; Program = Program.compile signal })

    /// x.x'/d for two samples of d features.
    let product (x: float[]) (x': float[]) = Array.fold2 (fun sum a b -> sum + a * b) 0.0 x x' / float x.Length

    /// The interpreter of a kernel's program in float64, for samples of d features.
    let interpreter features kernel =
        Interpreter<float, Float64Arithmetic>(kernel.Program, Float64Arithmetic(), features)

    /// The interpreter of a kernel's program in double-double, for samples of d features.
    let exactInterpreter features kernel =
        Interpreter<DoubleDouble, DoubleDoubleArithmetic>(kernel.Program, DoubleDoubleArithmetic(), features)

    let private samples (interpreter: Interpreter<float, Float64Arithmetic>) (x: float[][]) =
        x
        |> Array.mapi (fun i row ->
            let state = interpreter.Sample(product row row, (DoubleDouble.mean (ReadOnlySpan row)).Hi)

            match interpreter.Check state with
            | Some undefined -> raise (KernelUndefinedException(undefined, i))
            | None -> state)

    let private featuresOf (x: float[][]) (x': float[][]) =
        match Array.append x x' |> Array.map Array.length |> Array.distinct with
        | [| d |] when d > 0 -> d
        | lengths ->
            invalidArg "x" (sprintf "All samples need the same number of features, at least one; they have %A." lengths)

    /// The NNGP and NTK Gram matrices (n x n') between two sets of samples (n x d and n' x d). It raises
    /// ArgumentException if the samples do not have the same number of features, and KernelUndefinedException if a
    /// kernel has no value.
    let cross kernel (x: float[][]) (x': float[][]) =
        let interpreter = interpreter (featuresOf x x') kernel
        let rows, columns = samples interpreter x, samples interpreter x'
        let scratch = Array.zeroCreate interpreter.ScratchLength
        let nngp, ntk = Array2D.zeroCreate x.Length x'.Length, Array2D.zeroCreate x.Length x'.Length

        for i in 0 .. x.Length - 1 do
            for j in 0 .. x'.Length - 1 do
                let alignment =
                    if interpreter.HasRays then
                        Alignment.ofRows (ReadOnlySpan x[i], ReadOnlySpan x'[j])
                    else
                        Alignment.Apart

                let struct (sigma, theta) =
                    interpreter.Pair(rows[i], columns[j], product x[i] x'[j], alignment, scratch)

                if not (Double.IsFinite sigma && Double.IsFinite theta) then
                    match interpreter.CheckPair(rows[i], scratch) with
                    | Some undefined -> raise (KernelUndefinedException(undefined, i))
                    | None -> ()

                nngp[i, j] <- sigma
                ntk[i, j] <- theta

        nngp, ntk

    /// The NNGP and NTK Gram matrices (n x n) of samples (n x d). It raises the exceptions of `cross`.
    let gram kernel x = cross kernel x x
