namespace HadamardNtk.Core

open System

/// A network with its kernels of infinite width.
type Kernel =
    internal
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

/// A sample of d features as the reference backend keeps it.
type internal ReferenceSample =
    {
        /// The features x.
        Features: float[]
        /// x.x/d.
        Norm: float
        /// The mean of the features.
        Average: float
        /// The values of the program at the sample.
        State: SampleState<float>
    }

/// The reference backend. It interprets the network's program in float64, one pair after the other, and defines the
/// results of every other backend.
[<RequireQualifiedAccess>]
module Kernel =
    /// The kernels of a network, or the reason why it has none.
    let ofNetwork network : Result<Kernel, Refusal> =
        Calculus.analyseFlat network
        |> Result.map (fun signal -> { Network = network; Signal = signal; Program = Program.compile signal })

    /// The kernels of a network with two other functions in their place: expressions in the second moments of the
    /// Gaussian signal that an activation of the network acts on.
    let internal ofMoments kernel activated first second =
        { kernel with Program = Program.compileMoments kernel.Signal activated (first, second) }

    /// x.x'/d for two samples of d features.
    let product (x: float[]) (x': float[]) = Array.fold2 (fun sum a b -> sum + a * b) 0.0 x x' / float x.Length

    /// The interpreter of a kernel's program in float64, for samples of d features.
    let internal interpreter features kernel =
        Interpreter<float, Float64Arithmetic>(kernel.Program, Float64Arithmetic(), features)

    /// The interpreter of a kernel's program in double-double, for samples of d features.
    let internal exactInterpreter features kernel =
        Interpreter<DoubleDouble, DoubleDoubleArithmetic>(kernel.Program, DoubleDoubleArithmetic(), features)

    /// Prepares a sample.
    let internal sample (interpreter: Interpreter<float, Float64Arithmetic>) row =
        let norm, average = product row row, (DoubleDouble.mean (ReadOnlySpan row)).Hi
        { Features = row; Norm = norm; Average = average; State = interpreter.Sample(norm, average) }

    /// Sigma and Theta of two prepared samples. `scratch` has the interpreter's ScratchLength numbers.
    let internal pair
        (interpreter: Interpreter<float, Float64Arithmetic>)
        (a: ReferenceSample)
        (b: ReferenceSample)
        scratch
        =
        let alignment =
            if interpreter.HasRays then
                Alignment.ofRows (ReadOnlySpan a.Features, ReadOnlySpan b.Features)
            else
                Alignment.Apart

        interpreter.Pair(a.State, b.State, product a.Features b.Features, alignment, scratch)

    let private samples interpreter (x: float[][]) =
        x
        |> Array.mapi (fun i row ->
            let sample = sample interpreter row

            match interpreter.Check sample.State with
            | Some undefined -> raise (KernelUndefinedException(undefined, i))
            | None -> sample)

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
                let struct (sigma, theta) = pair interpreter rows[i] columns[j] scratch

                if not (Double.IsFinite sigma && Double.IsFinite theta) then
                    raise (KernelUndefinedException(interpreter.UndefinedPair(rows[i].State, scratch), i))

                nngp[i, j] <- sigma
                ntk[i, j] <- theta

        nngp, ntk

    /// The NNGP and NTK Gram matrices (n x n) of samples (n x d). It raises the exceptions of `cross`.
    let gram kernel x = cross kernel x x
