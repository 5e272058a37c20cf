namespace HadamardNtk.Core

open System

/// A network of finite width with parameters of its own. It is immutable.
[<NoComparison; NoEquality>]
type FiniteNetwork =
    internal
        {
            /// The signals, each after those below it.
            Signals: FiniteSignal[]
            /// The signal that the network ends in.
            Root: int
            /// The sets of weights, in the order of the parameters.
            Weights: FiniteWeights[]
            /// The number of features.
            Inputs: int
            /// All parameters, including those that are not trained.
            Values: float[]
        }

    /// d, the number of features.
    member this.Features = this.Inputs

    /// C, the number of channels of f.
    member this.Channels = this.Signals[this.Root].Channels

    /// P, the number of parameters, including those that are not trained.
    member this.ParameterCount = this.Values.Length

/// The operations of a finite network on signals of another kind than arrays of float64, such as tensors. A signal on
/// positions has all its channels at each of them, and operations without a number of positions act at each alike.
type internal ISignalOperations<'z> =
    /// The sample.
    abstract Input: 'z
    /// A single channel with a constant.
    abstract Constant: value: float -> 'z
    /// z = s W x + t beta, with the factors of the weights.
    abstract Dense: weights: FiniteWeights * x: 'z -> 'z
    /// phi(x), channel by channel.
    abstract Apply: phi: Activation * x: 'z -> 'z
    /// x / sqrt(eps + the mean of x^2 over the channels).
    abstract Normalize: eps: float * x: 'z -> 'z
    /// The sum. Channel i of a part with k channels is its channel i mod k.
    abstract Sum: parts: 'z[] * channels: int -> 'z
    /// The channelwise product. Channel i of a part with k channels is its channel i mod k.
    abstract Product: parts: 'z[] * channels: int -> 'z
    /// The channels of the given numbers from each part, one part after the other.
    abstract Concat: parts: 'z[] * taken: int[][] -> 'z
    /// The channels of a signal of one position at each of several.
    abstract Spread: positions: int * x: 'z -> 'z
    /// Columns of the sample from a first one on, as so many channels at each of so many positions.
    abstract View: first: int * positions: int * channels: int * x: 'z -> 'z
    /// A map of so many positions.
    abstract Move: map: PositionMap * positions: int * x: 'z -> 'z
    /// The heads of self-attention over so many positions side by side, of queries, keys and values side by side.
    abstract Attend: options: Attention * heads: int * positions: int * x: 'z -> 'z

/// A network read at width m: its function f(x) of C numbers, the gradients of f and their inner products.
///
/// A network that ends in a dense layer of its own without a width is a scalar function: that layer, the read-out, has
/// one channel. Every other network has as many channels as it ends in (`dense(width=10)` has 10), and each of them is
/// a scalar function of this kind. A dense layer's parameters are its W and beta in the NTK parameterization, drawn
/// from N(0, 1). In the standard one they are the weights N(0, w^2/fan_in) and the biases N(0, b^2) themselves. A
/// finite network needs no limit, so layers that the calculus refuses can be read too.
/// A concat takes channels of each of its networks in proportion. From a concat below it, directly or through sums,
/// products and activations, it takes every part in the proportions of that concat.
[<RequireQualifiedAccess>]
module FiniteNetwork =
    let private draw told seed (weights: FiniteWeights[]) =
        let count = weights |> Array.sumBy (_.Count >> int)
        let values = Draws.normalsTold told seed count

        for w in weights do
            let struct (weight, bias) = w.Deviations
            let biases = w.Offset + w.Channels * w.FanIn

            for i in w.Offset .. w.Offset + int w.Count - 1 do
                values[i] <- values[i] * (if i < biases then weight else bias)

        values

    /// The same as `create`. It calls `told` with the part of the parameters that is drawn.
    let internal createTold told width features (seed: int64) network =
        if width < 1 then
            invalidArg "width" $"width must be at least 1; it is {width}."

        if features < 1 then
            invalidArg "features" $"features must be at least 1; it is {features}."

        let signals, root, weights = FinitePlan.make width features network

        { Signals = signals
          Root = root
          Weights = weights
          Inputs = features
          Values = draw told seed weights }

    /// A network at width m on samples of d features, or on graphs of d features for each vertex, with parameters drawn
    /// from a seed. `Draws.normals` draws one dense layer after the other, in the order of `Graph.unroll`, with the
    /// weights row by row (channels x fan_in) and then the biases. Self-attention is two of them: that of its queries,
    /// keys and values (w = 1) and that of its outputs. Raises ArgumentException where widths do not fit (a stated
    /// width against m, or more features than m where the raw input meets wide signals), at a bottleneck without dense
    /// layers before it, and beyond 2^31 parameters.
    let create width features seed network = createTold ignore width features seed network

    /// A copy of the parameters: P numbers in the order in which they were drawn.
    let parameters (network: FiniteNetwork) = Array.copy network.Values

    /// The same network with other parameters, P numbers.
    let withParameters (parameters: float[]) (network: FiniteNetwork) =
        if parameters.Length <> network.ParameterCount then
            invalidArg "parameters" $"Expected {network.ParameterCount} parameters; there are {parameters.Length}."

        { network with Values = Array.copy parameters }

    /// Whether each of the P parameters is trained.
    let trained (network: FiniteNetwork) =
        network.Weights |> Array.collect (fun w -> Array.create (int w.Count) w.Options.Trained)

    /// The sets of weights, in the order of the parameters.
    let weights (network: FiniteNetwork) = Array.copy network.Weights

    let private firstColumn (view: View) = view.Columns |> Option.map fst |> Option.defaultValue 0

    /// The signal f that a network's operations make. Every signal up to f is made once, after those below it. Raises
    /// ArgumentException if the network reads graphs.
    let internal read (operations: ISignalOperations<'z>) (network: FiniteNetwork) : 'z =
        let made = ResizeArray<'z>()

        if network.Signals[0].Positions = 0 then
            invalidArg "network" "Expected a network that reads rows; it reads graphs, each with vertices of its own."

        let at (signal: FiniteSignal) z =
            if network.Signals[z].Positions = signal.Positions then
                made[z]
            else
                operations.Spread(signal.Positions, made[z])

        for signal in network.Signals |> Seq.truncate (network.Root + 1) do
            let several parts = parts |> List.map (at signal) |> List.toArray

            made.Add(
                match signal.Op with
                | Op.Input -> operations.Input
                | Op.Constant c -> operations.Constant c
                | Op.Dense(_, _, z) -> operations.Dense(signal.Weights.Value, made[z])
                | Op.Phi(phi, z) -> operations.Apply(phi, made[z])
                | Op.LayerNorm(eps, z) -> operations.Normalize(eps, made[z])
                | Op.Viewed(view, z) -> operations.View(firstColumn view, signal.Positions, signal.Channels, made[z])
                | Op.Spatial(_, z) -> operations.Move(signal.Moved.Value, network.Signals[z].Positions, made[z])
                | Op.Attention(_, options, z) -> operations.Attend(options, signal.Heads, signal.Positions, made[z])
                | Op.Sum parts -> operations.Sum(several parts, signal.Channels)
                | Op.Hadamard parts -> operations.Product(several parts, signal.Channels)
                | Op.Concat parts -> operations.Concat(parts |> List.map snd |> several, signal.Taken)
            )

        made[network.Root]

    // The weights act at every position.
    let private apply (p: float[]) (w: FiniteWeights) (x: float[]) =
        let struct (scale, shift) = w.Factors

        Array.init (x.Length / w.FanIn * w.Channels) (fun k ->
            let i, start = k % w.Channels, k / w.Channels * w.FanIn
            let row = w.Offset + i * w.FanIn
            let mutable sum = 0.0

            for j in 0 .. w.FanIn - 1 do
                sum <- sum + p[row + j] * x[start + j]

            scale * sum + (if w.HasBias then shift * p[w.Offset + w.Channels * w.FanIn + i] else 0.0))

    /// The factor of the norm at the position whose channels start at the given number.
    let private normalization eps (x: float[]) start channels =
        let mutable sum = 0.0

        for i in start .. start + channels - 1 do
            sum <- sum + x[i] * x[i]

        1.0 / sqrt (eps + sum / float channels)

    /// The index of a channel, counted modulo the signal's channels, at a position, or at the signal's one position.
    let private place (signal: FiniteSignal) p i =
        (if signal.Positions = 1 then 0 else p * signal.Channels) + i % signal.Channels

    let private several network parts = parts |> List.map (fun z -> network.Signals[z]) |> Array.ofList

    let private combine operation (signal: FiniteSignal) (below: FiniteSignal[]) (parts: float[][]) =
        Array.init (signal.Positions * signal.Channels) (fun k ->
            let p, i = k / signal.Channels, k % signal.Channels
            Array.map2 (fun z (x: float[]) -> x[place z p i]) below parts |> Array.reduce operation)

    let private moved (below: FiniteSignal) map (x: float[]) =
        let channels = below.Channels

        match map with
        | Copies taken ->
            taken
            |> Array.collect (
                Array.collect (fun p ->
                    if p < 0 then Array.zeroCreate channels else Array.sub x (p * channels) channels)
            )
        | Weighted weights ->
            weights
            |> Array.collect (fun terms ->
                Array.init channels (fun i -> terms |> Array.sumBy (fun (p, a) -> a * x[p * channels + i])))

    /// The network whose signals have the positions of a sample. Those of a graph are its vertices.
    let internal at (sample: SpatialSample) (network: FiniteNetwork) =
        let vertices = sample.Rows.Length

        if vertices = 0 then
            invalidArg "sample" "Expected a sample with at least one row; it has none."

        let placed signal =
            match signal.Op with
            | Op.Spatial(map, _) when signal.Moved.IsNone ->
                { signal with
                    Moved = Some(SpatialKernel.mapOfVertices map sample)
                    Positions = if signal.Positions = 0 then vertices else signal.Positions }
            | _ when signal.Positions = 0 -> { signal with Positions = vertices }
            | _ -> signal

        if network.Signals[0].Positions = 0 then
            { network with Signals = Array.map placed network.Signals }
        elif vertices <> 1 then
            invalidArg "sample" $"Expected a sample of one row, since the network reads no graphs; it has {vertices}."
        else
            network

    /// All signals at a sample, by number. The channels of one position follow those of the one before.
    let internal forward network (sample: SpatialSample) =
        for row in sample.Rows do
            if row.Length <> network.Inputs then
                invalidArg "row" $"Expected a sample of {network.Inputs} features; it has {row.Length}."

        let values = Array.zeroCreate<float[]> network.Signals.Length

        for k in 0 .. values.Length - 1 do
            let signal = network.Signals[k]
            let below parts = several network parts, parts |> List.map (fun z -> values[z]) |> Array.ofList

            values[k] <-
                match signal.Op with
                | Op.Input -> Array.concat sample.Rows
                | Op.Constant c -> [| c |]
                | Op.Dense(_, _, z) -> apply network.Values signal.Weights.Value values[z]
                | Op.Phi(phi, z) -> Array.map phi.Function.Apply values[z]
                | Op.LayerNorm(eps, z) ->
                    let scales =
                        Array.init signal.Positions (fun p ->
                            normalization eps values[z] (p * signal.Channels) signal.Channels)

                    values[z] |> Array.mapi (fun k x -> scales[k / signal.Channels] * x)
                | Op.Viewed(view, z) -> Array.sub values[z] (firstColumn view) (signal.Positions * signal.Channels)
                | Op.Spatial(_, z) -> moved network.Signals[z] signal.Moved.Value values[z]
                | Op.Attention(_, options, z) -> FiniteAttention.forward options signal.Heads signal.Positions values[z]
                | Op.Sum parts -> below parts ||> combine (+) signal
                | Op.Hadamard parts -> below parts ||> combine (*) signal
                | Op.Concat parts ->
                    let below, values = below (List.map snd parts)

                    Array.init signal.Positions (fun p ->
                        Seq.map3
                            (fun from z (x: float[]) -> from |> Array.map (fun i -> x[place z p i]))
                            signal.Taken
                            below
                            values
                        |> Array.concat)
                    |> Array.concat

        values

    // The function adds W^T g times the weights' factor, at every position.
    let private throughDense (p: float[]) (w: FiniteWeights) (g: float[]) (into: float[]) =
        let struct (scale, _) = w.Factors

        for k in 0 .. g.Length - 1 do
            let row, gk = w.Offset + k % w.Channels * w.FanIn, scale * g[k]
            let start = k / w.Channels * w.FanIn

            for j in 0 .. w.FanIn - 1 do
                into[start + j] <- into[start + j] + gk * p[row + j]

    // The derivative of y = s x, s = (eps + mean x^2)^(-1/2), is dy = s (dx - s^2 x mean(x dx)), which is symmetric.
    let private throughNorm eps channels (x: float[]) (g: float[]) (into: float[]) =
        for start in 0..channels .. x.Length - 1 do
            let s = normalization eps x start channels
            let mutable along = 0.0

            for i in start .. start + channels - 1 do
                along <- along + x[i] * g[i]

            along <- along / float channels

            for i in start .. start + channels - 1 do
                into[i] <- into[i] + s * (g[i] - s * s * along * x[i])

    // The derivative by the n-th factor is the product of the others.
    let private throughProduct (signal: FiniteSignal) (below: FiniteSignal[]) (parts: float[][]) n (g: float[]) into =
        for k in 0 .. g.Length - 1 do
            let p, i = k / signal.Channels, k % signal.Channels
            let mutable product = g[k]

            for other in 0 .. parts.Length - 1 do
                if other <> n then
                    product <- product * parts[other][place below[other] p i]

            let at = place below[n] p i
            Array.set into at (into[at] + product)

    // The gradient of a repeated channel is the sum over all of its copies.
    let private gather (signal: FiniteSignal) (below: FiniteSignal) (g: float[]) (into: float[]) =
        for k in 0 .. g.Length - 1 do
            let at = place below (k / signal.Channels) (k % signal.Channels)
            into[at] <- into[at] + g[k]

    let private gatherTaken (signal: FiniteSignal) (below: FiniteSignal) (g: float[]) start (from: int[]) into =
        for p in 0 .. signal.Positions - 1 do
            for i in 0 .. from.Length - 1 do
                let at = place below p from[i]
                Array.set into at (into[at] + g[p * signal.Channels + start + i])

    let private throughMap map channels (g: float[]) (into: float[]) =
        let add from start weight =
            for i in 0 .. channels - 1 do
                into[start + i] <- into[start + i] + weight * g[from + i]

        match map with
        | Copies taken ->
            taken
            |> Array.iteri (fun p copies ->
                copies
                |> Array.iteri (fun d q ->
                    if q >= 0 then
                        add ((p * copies.Length + d) * channels) (q * channels) 1.0))
        | Weighted weights ->
            weights
            |> Array.iteri (fun p terms -> terms |> Array.iter (fun (q, a) -> add (p * channels) (q * channels) a))

    let private pull network (values: float[][]) (into: float[][]) k =
        let signal, g = network.Signals[k], into[k]

        match signal.Op with
        | Op.Input
        | Op.Constant _ -> ()
        | Op.Dense(_, _, z) -> throughDense network.Values signal.Weights.Value g into[z]
        | Op.Phi(phi, z) ->
            let x, t = values[z], into[z]

            for i in 0 .. g.Length - 1 do
                t[i] <- t[i] + g[i] * phi.Derivative.Apply x[i]
        | Op.LayerNorm(eps, z) -> throughNorm eps signal.Channels values[z] g into[z]
        | Op.Viewed(view, z) ->
            for i in 0 .. g.Length - 1 do
                into[z][firstColumn view + i] <- into[z][firstColumn view + i] + g[i]
        | Op.Spatial(_, z) -> throughMap signal.Moved.Value network.Signals[z].Channels g into[z]
        | Op.Attention(_, options, z) ->
            FiniteAttention.backward options signal.Heads signal.Positions values[z] g into[z]
        | Op.Sum parts -> parts |> List.iter (fun z -> gather signal network.Signals[z] g into[z])
        | Op.Hadamard parts ->
            let factors = parts |> List.map (fun z -> values[z]) |> List.toArray
            let below = several network parts
            parts |> List.iteri (fun n z -> throughProduct signal below factors n g into[z])
        | Op.Concat parts ->
            let starts = signal.Taken |> Array.map Array.length |> Array.scan (+) 0

            parts
            |> List.iteri (fun n (_, z) -> gatherTaken signal network.Signals[z] g starts[n] signal.Taken[n] into[z])

    /// The derivatives of f_c by every signal, by number. This is the reverse pass.
    let internal backward network (values: float[][]) channel =
        let into = values |> Array.map (fun x -> Array.zeroCreate<float> x.Length)
        into[network.Root][channel] <- 1.0

        for k in network.Root .. -1 .. 0 do
            pull network values into k

        into

    /// f(x), C numbers, at a sample: a row of d features, or a graph with d features for each vertex. Raises
    /// ArgumentException if the sample is not what the network reads.
    let outputsAt network (sample: SpatialSample) =
        let network = at sample network
        Array.copy(forward network sample)[network.Root]

    /// f(x), C numbers, at a row of d features.
    let outputs network row = outputsAt network (SpatialKernel.ofRow row)

    let private checkChannel (network: FiniteNetwork) channel =
        if channel < 0 || channel >= network.Channels then
            invalidArg "channel" $"Expected a channel from 0 to {network.Channels - 1}; it is {channel}."

    /// Adds the gradient by the weights of one layer, from its inputs and the derivatives by its outputs.
    let private addGradient (w: FiniteWeights) (x: float[]) (g: float[]) (result: float[]) =
        let struct (scale, shift) = w.Factors
        let biases = w.Offset + w.Channels * w.FanIn

        for k in 0 .. g.Length - 1 do
            let i, start = k % w.Channels, k / w.Channels * w.FanIn

            for j in 0 .. w.FanIn - 1 do
                let at = w.Offset + i * w.FanIn + j
                result[at] <- result[at] + scale * g[k] * x[start + j]

            if w.HasBias then
                result[biases + i] <- result[biases + i] + shift * g[k]

    /// The gradient of f_c at a sample by all P parameters. It is 0 for those that are not trained.
    let gradientAt (network: FiniteNetwork) channel sample =
        checkChannel network channel
        let network = at sample network
        let values = forward network sample
        let pulled = backward network values channel
        let result = Array.zeroCreate<float> network.ParameterCount

        for k in 0 .. network.Root do
            match network.Signals[k] with
            | { Op = Op.Dense(_, _, z); Weights = Some w } when w.Options.Trained ->
                addGradient w values[z] pulled[k] result
            | _ -> ()

        result

    /// The gradient of f_c at a row by all P parameters. It is 0 for those that are not trained.
    let gradient network channel row = gradientAt network channel (SpatialKernel.ofRow row)
