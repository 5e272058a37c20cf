namespace HadamardNtk.Core

open System

/// Self-attention of H heads with queries, keys and values of d = H numbers, on a signal that has them side by side:
/// queries (where they are not the keys), keys and values, each head after head.
///
///     S_h = w_q w_k Q_h K_h^T/d, or /sqrt(d)      A_h = softmax S_h by rows, or S_h      O_h = w_v A_h V_h
module internal FiniteAttention =
    /// The number of heads at width m, and of the numbers of a query, a key and a value: the root of m, rounded up.
    let heads m = int (Math.Ceiling(sqrt (float m)))

    /// The number of channels of the signal that attention acts on, with its heads.
    let channels (options: Attention) heads = (if options.Scaling = ScoreScaling.Root then 3 else 2) * heads * heads

    /// Where the queries, the keys and the values of a position begin.
    let private places (options: Attention) heads =
        let own = heads * heads

        match options.Scaling with
        | ScoreScaling.Root -> struct (0, own, 2 * own)
        | ScoreScaling.Linear -> struct (0, 0, own)

    let private factor (options: Attention) heads =
        let d = float heads
        options.Query * options.Key / (if options.Scaling = ScoreScaling.Root then sqrt d else d)

    let private softmax (scores: float[]) =
        let most = Array.max scores
        let powers = scores |> Array.map (fun s -> exp (s - most))
        let total = Array.sum powers
        powers |> Array.map (fun p -> p / total)

    /// The weights of the values at a position for a head.
    let private weights (options: Attention) heads positions (x: float[]) head p =
        let width = channels options heads
        let struct (queries, keys, _) = places options heads
        let at start position = position * width + start + head * heads

        let score r =
            let mutable sum = 0.0

            for k in 0 .. heads - 1 do
                sum <- sum + x[at queries p + k] * x[at keys r + k]

            factor options heads * sum

        let scores = Array.init positions score
        if options.Kind = AttentionKind.Softmax then softmax scores else scores

    /// The heads side by side at every position.
    let forward (options: Attention) heads positions (x: float[]) =
        let width = channels options heads
        let struct (_, _, values) = places options heads
        let result = Array.zeroCreate<float>(positions * heads * heads)

        for p in 0 .. positions - 1 do
            for head in 0 .. heads - 1 do
                let a = weights options heads positions x head p
                let into = (p * heads + head) * heads

                for r in 0 .. positions - 1 do
                    let from = r * width + values + head * heads

                    for k in 0 .. heads - 1 do
                        result[into + k] <- result[into + k] + options.Value * a[r] * x[from + k]

        result

    /// The derivatives by the scores of a position, from those by its weights.
    let private throughWeights (options: Attention) (a: float[]) (slopes: float[]) =
        match options.Kind with
        | AttentionKind.Identity -> slopes
        | AttentionKind.Softmax ->
            let mean = Array.fold2 (fun sum w s -> sum + w * s) 0.0 a slopes
            Array.map2 (fun w s -> w * (s - mean)) a slopes

    /// Adds the derivatives by the signal below, from those by the heads.
    let backward (options: Attention) heads positions (x: float[]) (g: float[]) (into: float[]) =
        let width = channels options heads
        let struct (queries, keys, values) = places options heads
        let add place value = Array.set into place (into[place] + value)

        for p in 0 .. positions - 1 do
            for head in 0 .. heads - 1 do
                let a = weights options heads positions x head p
                let slope k = options.Value * g[(p * heads + head) * heads + k]
                let at start position = position * width + start + head * heads
                let slopes = Array.zeroCreate<float> positions

                for r in 0 .. positions - 1 do
                    for k in 0 .. heads - 1 do
                        slopes[r] <- slopes[r] + slope k * x[at values r + k]
                        add (at values r + k) (slope k * a[r])

                throughWeights options a slopes
                |> Array.iteri (fun r s ->
                    for k in 0 .. heads - 1 do
                        add (at queries p + k) (factor options heads * s * x[at keys r + k])
                        add (at keys r + k) (factor options heads * s * x[at queries p + k]))
