namespace HadamardNtk.Core

open MathNet.Numerics.LinearAlgebra

/// A network with bottlenecks in the limit of infinite width of everything else: F = f_L(...f_1(g(x))), where g is
/// infinitely wide with the outputs that the first bottleneck has, and every f_l is a head.
type BottleneckNetwork =
    internal
        {
            /// g.
            Features: Layer
            /// The widths of the bottlenecks d_1, ..., d_L.
            Widths: int list
            /// f_1, ..., f_L.
            Heads: Head list
            /// The network without its bottlenecks, which is the limit of great d.
            Joined: Layer
        }

/// The parameters of a head of width M with C outputs.
type HeadParameters =
    {
        /// B, M x d.
        Hidden: float[][]
        /// beta, M numbers, or none if there are no biases.
        HiddenBias: float[]
        /// A, C x M.
        Output: float[][]
        /// gamma, C numbers, or none if there are no biases.
        OutputBias: float[]
    }

/// A function from R^d to R^C that a head is during training.
type HeadFunction =
    /// A head of width M with its present parameters.
    | FiniteHead of HeadParameters
    /// A head of infinite width: its start, and for each step and training sample z = g(x_i) and rate * chi_i.
    | InfiniteHead of start: HeadParameters * steps: (float[] * float[]) list

/// The rates and the loss of a training.
type BottleneckTraining =
    {
        /// The loss of kappa F and y.
        Loss: Loss
        /// kappa, the multiplier of the output.
        Multiplier: float
        /// eta_f, the learning rate of every head.
        HeadRate: float
        /// eta_g, the learning rate of g.
        FeatureRate: float
    }

/// The state of a training at n training samples and any others behind them.
type BottleneckState =
    {
        /// g_t at all samples.
        Embeddings: float[][]
        /// f_1, ..., f_L.
        Heads: HeadFunction list
    }

/// The training of infinitely wide networks with bottlenecks, in function space: the tangent kernel Theta_g of g is
/// constant, and so is the tangent kernel K_f of a head as a function, but it is evaluated at points that move.
///
///     g_{t+1}(x) = g_t(x) - eta_g sum_i Theta_g(x, x_i) grad f_t(g_t(x_i)) chi_i
///     f_t(z)     = f_0(z) - eta_f sum_{s<t} sum_i K_f(z, g_s(x_i)) chi_i^s
///     chi_i      = dL/dF(x_i)
///
/// With several bottlenecks chi_i of a head is that of the next one times its gradient. A head of finite width is
/// trained by its parameters instead; it tends to this in the limit of great M. This is the definition, written out
/// sample by sample. The class BottleneckRun computes the same on many cores.
///
/// Source: Littwin, Saremi, Zhai, Thilak, Goh, Susskind and Yang, Implicit acceleration and feature learning in
/// infinitely wide neural networks with bottlenecks (2021).
[<RequireQualifiedAccess>]
module Bottleneck =
    let rec private every results =
        match results with
        | [] -> Ok []
        | Error reason :: _ -> Error reason
        | Ok first :: rest -> every rest |> Result.map (fun rest -> first :: rest)

    /// The parts of a network with at least one bottleneck, or why they have no limit together.
    let ofNetwork (network: Layer) : Result<BottleneckNetwork, Refusal> =
        let read (cut: CutNetwork) =
            let heads = cut.Parts.Tail |> List.map Head.ofNetwork |> every

            // The channels of every part before a bottleneck are Gaussian at the start, and have one tangent kernel.
            let ends = List.map2 Bottlenecks.narrowed cut.Widths (List.take cut.Widths.Length cut.Parts) |> every

            Calculus.analyseFlat cut.Parts.Head
            |> Result.bind (fun _ -> ends)
            |> Result.bind (fun _ -> heads)
            |> Result.map (fun heads ->
                { Features = cut.Parts.Head; Widths = cut.Widths; Heads = heads; Joined = Layer.serial cut.Parts })

        match Bottlenecks.cut network with
        | Ok { Widths = [] } ->
            Error(
                Refusal.make
                    (Printer.print network)
                    []
                    "it has no bottleneck"
                    "write bottleneck(width=2) behind the dense layer that is to be narrow"
            )
        | Ok cut -> read cut
        | Error refusal -> Error refusal

    /// The network as one of finite width with C outputs, or None if it ends in a layer of another width.
    let finite outputs (network: BottleneckNetwork) =
        let heads = network.Heads |> List.map _.Layer
        let widths = network.Widths @ [ outputs ]
        let parts = List.map2 Bottlenecks.narrow widths (network.Features :: heads)

        if List.forall Option.isSome parts then
            Some(Layer.serial (List.map Option.get parts))
        else
            None

    let private rows count width (draws: float[]) start =
        Array.init count (fun i -> Array.sub draws (start + i * width) width)

    /// The number of parameters of a head of width M with d inputs and C outputs.
    let internal parameterCount (width: int) (inputs: int) (outputs: int) (head: Head) =
        int64 width * int64 inputs
        + (if head.First.Bias = 0.0 then 0L else int64 width)
        + int64 outputs * int64 width
        + (if head.Second.Bias = 0.0 then 0L else int64 outputs)

    /// The parameters of a head from their numbers: B row by row, beta, A row by row, gamma. It is the order in which a
    /// finite network draws them.
    let internal parameters width inputs outputs (head: Head) (numbers: float[]) =
        let biases = if head.First.Bias = 0.0 then 0 else width
        let hidden = width * inputs

        { Hidden = rows width inputs numbers 0
          HiddenBias = Array.sub numbers hidden biases
          Output = rows outputs width numbers (hidden + biases)
          OutputBias =
            Array.sub numbers (hidden + biases + outputs * width) (if head.Second.Bias = 0.0 then 0 else outputs) }

    let private dot (x: float[]) (y: float[]) = Array.fold2 (fun sum a b -> sum + a * b) 0.0 x y

    let private bias (b: float) (values: float[]) i = if values.Length = 0 then 0.0 else b * values[i]

    let private inner (head: Head) (z: float[]) = head.First.Weight / sqrt (float z.Length)

    let private hidden (head: Head) p (z: float[]) =
        p.Hidden |> Array.mapi (fun j row -> inner head z * dot row z + bias head.First.Bias p.HiddenBias j)

    let private readOut (head: Head) p = head.Second.Weight / sqrt (float p.Hidden.Length)

    let private finiteValue (head: Head) p z =
        let x = hidden head p z |> Array.map head.Activation.Function.Apply

        p.Output
        |> Array.mapi (fun c row -> readOut head p * dot row x + bias head.Second.Bias p.OutputBias c)

    // w2/sqrt(M) sum_c delta_c A_cj phi'(hidden_j), the gradient of delta.f(z) in each hidden number.
    let private pulled (head: Head) p z (delta: float[]) =
        hidden head p z
        |> Array.mapi (fun j h ->
            let through = p.Output |> Array.mapi (fun c row -> delta[c] * row[j]) |> Array.sum
            readOut head p * through * head.Activation.Derivative.Apply h)

    let private combine (weights: float[]) (rows: float[][]) =
        Array.init rows[0].Length (fun k -> Array.fold2 (fun sum w (row: float[]) -> sum + w * row[k]) 0.0 weights rows)

    let private startPull head p z delta =
        combine (pulled head p z delta) p.Hidden |> Array.map (fun g -> inner head z * g)

    /// f(z).
    let internal value (head: Head) f z =
        match f with
        | FiniteHead p -> finiteValue head p z
        | InfiniteHead(start, steps) ->
            let kernel = Head.kernel head

            (finiteValue head start z, steps)
            ||> List.fold (fun sum (z', chi) ->
                let k = Head.evaluate head kernel z z'
                Array.map2 (fun s c -> s - k * c) sum chi)

    /// The gradient of delta.f(z) in z, for C numbers delta. It raises ArgumentException if K_f has no known gradient.
    let internal pull (head: Head) f (z: float[]) (delta: float[]) =
        match f with
        | FiniteHead p -> startPull head p z delta
        | InfiniteHead(start, steps) ->
            match Head.gradient head with
            | Error refusal -> invalidArg "head" (string refusal)
            | Ok gradient ->
                (startPull head start z delta, steps)
                ||> List.fold (fun sum (z', chi) ->
                    let k = Head.evaluateGradient head gradient z z'
                    let share = dot delta chi
                    Array.map2 (fun s g -> s - share * g) sum k)

    // One step of gradient descent on sum_i delta_i.f(z_i) with delta_i = rate * chi_i.
    let private step (head: Head) f (points: (float[] * float[]) list) =
        match f with
        | InfiniteHead(start, steps) -> InfiniteHead(start, steps @ points)
        | FiniteHead p ->
            let trainedHidden = if head.First.Trained then 1.0 else 0.0
            let trainedOutput = if head.Second.Trained then 1.0 else 0.0

            let less scale (values: float[]) (change: int -> float) =
                Array.mapi (fun k v -> v - scale * change k) values

            let pulls = points |> List.map (fun (z, delta) -> z, delta, pulled head p z delta)

            let active =
                points
                |> List.map (fun (z, delta) -> hidden head p z |> Array.map head.Activation.Function.Apply, delta)

            FiniteHead
                { Hidden =
                    p.Hidden
                    |> Array.mapi (fun j row ->
                        less trainedHidden row (fun k ->
                            pulls |> List.sumBy (fun (z, _, pull) -> inner head z * pull[j] * z[k])))
                  HiddenBias =
                    less (trainedHidden * head.First.Bias) p.HiddenBias (fun j ->
                        pulls |> List.sumBy (fun (_, _, pull) -> pull[j]))
                  Output =
                    p.Output
                    |> Array.mapi (fun c row ->
                        less (trainedOutput * readOut head p) row (fun j ->
                            active |> List.sumBy (fun (x, delta) -> delta[c] * x[j])))
                  OutputBias =
                    less (trainedOutput * head.Second.Bias) p.OutputBias (fun c ->
                        active |> List.sumBy (fun (_, delta) -> delta[c])) }

    /// f_l(...f_1(z)) for l = 0, ..., L: the signals between the heads, and F.
    let signals (network: BottleneckNetwork) state z =
        List.zip network.Heads state.Heads |> List.scan (fun z (head, f) -> value head f z) z

    /// F at all samples, without the multiplier.
    let outputs network state = state.Embeddings |> Array.map (signals network state >> List.last)

    // For every sample the cotangents of the signals: chi of F, and back to that of g.
    let private cotangents (network: BottleneckNetwork) state z chi =
        let heads = List.zip network.Heads state.Heads

        (List.zip heads (signals network state z |> List.take heads.Length), [ chi ])
        ||> List.foldBack (fun ((head, f), below) deltas -> pull head f below (List.head deltas) :: deltas)

    /// One step of gradient descent of all parts at once, where `kernel` is Theta_g between all samples and the n
    /// training samples, and y (n x C) are the targets.
    let descend network training (kernel: Matrix<float>) (y: Matrix<float>) state =
        let n = y.RowCount
        let points = state.Embeddings |> Array.take n
        let signals = points |> Array.map (signals network state)
        let f = Matrix<float>.Build.DenseOfRowArrays(signals |> Array.map List.last)
        let chi = training.Multiplier * Loss.gradient training.Loss (training.Multiplier * f) y
        let deltas = points |> Array.mapi (fun i z -> cotangents network state z (chi.Row(i).ToArray()))

        let heads =
            List.zip network.Heads state.Heads
            |> List.mapi (fun l (head, f) ->
                [ for i in 0 .. n - 1 -> signals[i][l], deltas[i][l + 1] |> Array.map (fun d -> training.HeadRate * d) ]
                |> step head f)

        let back = Matrix<float>.Build.DenseOfRowArrays(deltas |> Array.map List.head)
        let move = training.FeatureRate * kernel * back

        { Embeddings = state.Embeddings |> Array.mapi (fun i z -> Array.mapi (fun k v -> v - move[i, k]) z)
          Heads = heads }
