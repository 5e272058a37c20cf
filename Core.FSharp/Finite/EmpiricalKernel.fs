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

    /// Runs a sample of d features forwards and, for each channel, backwards.
    let sample (network: FiniteNetwork) row =
        let values = FiniteNetwork.forward network row
        let pulled = Array.init network.Channels (FiniteNetwork.backward network values)
        let uses = uses network

        { Output = values[network.Root]
          Inputs = uses |> Array.map (fun u -> at u values[u.Below] u.Weights.FanIn)
          Slopes = uses |> Array.map (fun u -> pulled |> Array.collect (fun p -> at u p[u.Signal] u.Weights.Channels)) }

    let private dot (a: float[]) (b: float[]) =
        let mutable sum = 0.0

        for i in 0 .. a.Length - 1 do
            sum <- sum + a[i] * b[i]

        sum

    let private groups network =
        uses network
        |> Array.mapi (fun n u -> u.Weights, n)
        |> Array.groupBy (fun (w, _) -> w.Offset)
        |> Array.map (fun (_, group) -> fst group[0], Array.map snd group)

    // Pairs of uses are added in an order that makes the sum symmetric in x and x', to the last bit.
    let private ofWeights (w: FiniteWeights) (uses: int[]) a b =
        let struct (s, t) = w.Factors
        let term u v = (s * s * dot a.Inputs[u] b.Inputs[v] + t * t) * dot a.Slopes[u] b.Slopes[v]
        let mutable sum = 0.0

        for i in 0 .. uses.Length - 1 do
            sum <- sum + term uses[i] uses[i]

            for j in 0 .. i - 1 do
                sum <- sum + (term uses[i] uses[j] + term uses[j] uses[i])

        sum

    /// Theta_m of two samples of one network, as a function. Numbers that depend on the network alone are computed
    /// once.
    let tangent (network: FiniteNetwork) =
        let groups = groups network
        let channels = float network.Channels
        fun a b -> (groups |> Array.sumBy (fun (w, uses) -> ofWeights w uses a b)) / channels

    /// Sigma_m of two samples of one network.
    let secondMoment a b = dot a.Output b.Output / float a.Output.Length

    let private matrix kernel a b = Array2D.init (Array.length a) (Array.length b) (fun i j -> kernel a[i] b[j])

    /// Theta_m between two sets of samples, n x d and n' x d. It is n x n', and symmetric to the last bit.
    let tangentKernel network (x: float[][]) (x': float[][]) =
        matrix (tangent network) (Array.map (sample network) x) (Array.map (sample network) x')

    /// Sigma_m between two sets of samples, n x d and n' x d. It is n x n', and symmetric to the last bit.
    let secondMoments (network: FiniteNetwork) (x: float[][]) (x': float[][]) =
        let outputs = Array.map (FiniteNetwork.outputs network)
        let mean a b = dot a b / float network.Channels
        matrix mean (outputs x) (outputs x')
