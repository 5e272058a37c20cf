namespace HadamardNtk.Core

open System

/// The values of a sample that the empirical kernels use.
[<NoComparison; NoEquality>]
type FiniteSample =
    internal
        {
            /// f(x), C numbers.
            Output: float[]
            /// The inputs A of the n-th use of weights.
            Inputs: float[][]
            /// The derivatives D of f by the outputs of the n-th use: of f_0 by all its channels, then of f_1, ...
            Slopes: float[][]
            /// The uses of each set of weights, by number. A graph has one for each of its vertices.
            Uses: (FiniteWeights * int[])[]
        }

    /// Whether every number of the sample is finite.
    member this.IsFinite =
        let isFinite = Array.forall Double.IsFinite
        isFinite this.Output && Array.forall isFinite this.Inputs && Array.forall isFinite this.Slopes

/// The kernels of a finite network f with C channels, which tend to those of infinite width:
///
///     Sigma_m(x,x') = 1/C sum_c f_c(x) f_c(x')
///     Theta_m(x,x') = 1/C sum_c <grad_p f_c(x), grad_p f_c(x')>
///
/// over the trained parameters p. The gradients are never formed. One use of weights, z = s W a + t beta, adds the
/// product of two inner products, (s^2 A.A' + t^2) D.D'/C, where D are all derivatives of f_c by z. Weights that are
/// used on several signals, or at several positions, add all pairs of uses. E Sigma_m and E Theta_m over seeds differ
/// from Sigma and Theta by O(1/m).
///
/// Source: docs/mathematics.md, section 6; Jacot, Gabriel and Hongler, Neural tangent kernel (2018).
[<RequireQualifiedAccess>]
module EmpiricalKernel =
    /// A use of trained weights at a position, and the numbers of the signals that it acts on and makes.
    type private Use = { Weights: FiniteWeights; Below: int; Signal: int; Position: int }

    let private uses network =
        network.Signals
        |> Seq.truncate (network.Root + 1)
        |> Seq.indexed
        |> Seq.collect (fun (k, signal) ->
            match signal with
            | { Op = Op.Dense(_, _, z); Weights = Some w } when w.Options.Trained ->
                List.init signal.Positions (fun p -> { Weights = w; Below = z; Signal = k; Position = p })
            | _ -> [])
        |> Seq.toArray

    /// The channels at the position of a use.
    let private at u (x: float[]) channels =
        if x.Length = channels then x else Array.sub x (u.Position * channels) channels

    let private groups (uses: Use[]) =
        uses
        |> Array.mapi (fun n u -> u.Weights, n)
        |> Array.groupBy (fun (w, _) -> w.Offset)
        |> Array.map (fun (_, group) -> fst group[0], Array.map snd group)

    /// Runs a sample forwards and, for each channel, backwards: a row of d features, or a graph with d features for
    /// each vertex.
    let sampleAt (network: FiniteNetwork) (sample: SpatialSample) =
        let network = FiniteNetwork.at sample network
        let values = FiniteNetwork.forward network sample
        let pulled = Array.init network.Channels (FiniteNetwork.backward network values)
        let uses = uses network

        { Output = values[network.Root]
          Inputs = uses |> Array.map (fun u -> at u values[u.Below] u.Weights.FanIn)
          Slopes = uses |> Array.map (fun u -> pulled |> Array.collect (fun p -> at u p[u.Signal] u.Weights.Channels))
          Uses = groups uses }

    /// Runs a row of d features forwards and, for each channel, backwards.
    let sample network row = sampleAt network (SpatialKernel.ofRow row)

    let private dot (a: float[]) (b: float[]) =
        let mutable sum = 0.0

        for i in 0 .. a.Length - 1 do
            sum <- sum + a[i] * b[i]

        sum

    let private term (w: FiniteWeights) a b u v =
        let struct (s, t) = w.Factors
        (s * s * dot a.Inputs[u] b.Inputs[v] + t * t) * dot a.Slopes[u] b.Slopes[v]

    // Pairs of uses are added in an order that makes the sum symmetric in x and x', to the last bit.
    let private ofEqual w (uses: int[]) (others: int[]) a b =
        let term = term w a b
        let mutable sum = 0.0

        for i in 0 .. uses.Length - 1 do
            sum <- sum + term uses[i] others[i]

            for j in 0 .. i - 1 do
                sum <- sum + (term uses[i] others[j] + term uses[j] others[i])

        sum

    // Of graphs with different numbers of vertices the smaller one comes first.
    let private ofUnequal w (uses: int[]) (others: int[]) a b =
        let mutable sum = 0.0

        for u in uses do
            for v in others do
                sum <- sum + term w a b u v

        sum

    let private ofWeights (w, uses: int[]) (_, others: int[]) a b =
        if uses.Length = others.Length then ofEqual w uses others a b
        elif uses.Length < others.Length then ofUnequal w uses others a b
        else ofUnequal w others uses b a

    /// Theta_m of two samples of one network, as a function.
    let tangent (network: FiniteNetwork) =
        let channels = float network.Channels

        fun a b ->
            let mutable sum = 0.0

            for k in 0 .. a.Uses.Length - 1 do
                sum <- sum + ofWeights a.Uses[k] b.Uses[k] a b

            sum / channels

    /// Sigma_m of two samples of one network.
    let secondMoment a b = dot a.Output b.Output / float a.Output.Length

    let private matrix kernel a b = Array2D.init (Array.length a) (Array.length b) (fun i j -> kernel a[i] b[j])

    /// Theta_m between two sets of samples, n and n'. It is n x n', and symmetric to the last bit.
    let tangentKernelAt network x x' =
        matrix (tangent network) (Array.map (sampleAt network) x) (Array.map (sampleAt network) x')

    /// Sigma_m between two sets of samples, n and n'. It is n x n', and symmetric to the last bit.
    let secondMomentsAt (network: FiniteNetwork) x x' =
        let outputs = Array.map (FiniteNetwork.outputsAt network)
        matrix (fun a b -> dot a b / float network.Channels) (outputs x) (outputs x')

    /// Theta_m between two sets of rows, n x d and n' x d. It is n x n', and symmetric to the last bit.
    let tangentKernel network (x: float[][]) (x': float[][]) =
        tangentKernelAt network (Array.map SpatialKernel.ofRow x) (Array.map SpatialKernel.ofRow x')

    /// Sigma_m between two sets of rows, n x d and n' x d. It is n x n', and symmetric to the last bit.
    let secondMoments network (x: float[][]) (x': float[][]) =
        secondMomentsAt network (Array.map SpatialKernel.ofRow x) (Array.map SpatialKernel.ofRow x')
