namespace HadamardNtk.Core

open System
open MathNet.Numerics.Integration

/// The probabilities of classes, of which each has a Gaussian latent: that of a regression on one-hot targets. The
/// class is the one whose latent is the greatest, as in the multinomial probit model.
[<RequireQualifiedAccess>]
module ClassProbability =
    // A probability below Phi(-37), 6e-300, is none of float64's normal numbers.
    let private smallest = 37.0

    // Beyond 9 deviations a Gaussian has less than 1e-18 of its mass.
    let private tail = 9.0

    let private required (means: float[]) (deviations: float[]) =
        if means.Length = 0 || means.Length <> deviations.Length then
            invalidArg "deviations" $"Expected a deviation for each of {means.Length} means; came {deviations.Length}."

        if not (Array.forall Double.IsFinite means && Array.forall (fun s -> s >= 0.0 && s < infinity) deviations) then
            invalidArg "deviations" "Expected finite means and finite deviations of at least 0."

        if Array.contains 0.0 deviations && Array.max deviations > 0.0 then
            invalidArg "deviations" "Expected deviations that are all positive, or all 0."

    // Without deviations the greatest of the means is certain; equal ones share.
    let private certain (means: float[]) =
        let best = Array.max means
        let share = 1.0 / float (means |> Array.filter ((=) best) |> Array.length)
        means |> Array.map (fun mean -> if mean = best then share else 0.0)

    // Panels have this many nodes for each class, and each class has panels of its own.
    let private nodesOfPanels = 16.0 * (smallest + tail + 1.0)

    let private legendre = GaussLegendreRule(-1.0, 1.0, 16)

    // The logarithm of an integrand is curved by at most sum 1/s_j^2, that of a Gaussian of this precision. A
    // trapezoidal sum of steps of that size converges exponentially.
    let private even first last step =
        [| for k in 0.0 .. ceil ((last - first) / step) -> struct (first + k * step, step) |]

    // Gauss-Legendre on panels that end at f_j + k s_j for each class and whole numbers k: no factor moves on a smaller
    // scale than the length of a panel where it moves at all.
    let private graded (means: float[]) (deviations: float[]) first last =
        let ends =
            Array.zip means deviations
            |> Array.collect (fun (f, s) -> [| for k in -smallest .. tail -> f + k * s |])
            |> Array.filter (fun u -> u > first && u < last)

        Array.concat [ [| first; last |]; ends ]
        |> Array.distinct
        |> Array.sort
        |> Array.pairwise
        |> Array.collect (fun (a, b) ->
            Array.init legendre.Order (fun i ->
                let half = 0.5 * (b - a)
                struct (a + half * (1.0 + legendre.GetAbscissa i), half * legendre.GetWeight i)))

    // The integrand of class c at a latent u is exp of this.
    let private logarithms (means: float[]) (deviations: float[]) u =
        let places = Array.map2 (fun f s -> (u - f) / s) means deviations
        let logs = places |> Array.map (Scalar.normalDistribution >> log)
        let all = Array.sum logs
        Array.init means.Length (fun c -> all - logs[c] - places[c] * places[c] / 2.0 - log deviations[c])

    // The integrals over latents u, from where a class begins to have any chance, but for 1/sqrt(2 pi).
    let private integrated (means: float[]) (deviations: float[]) =
        let unit = Array.min deviations
        let step = 0.7 * unit / sqrt (deviations |> Array.sumBy (fun s -> (unit / s) ** 2.0))

        let range (means: float[]) =
            let possible = Array.map2 (fun f s -> f - smallest * s) means deviations |> Array.max
            let lowest = Array.map2 (fun f s -> f - tail * s) means deviations |> Array.min
            max possible lowest, Array.max means + tail * Array.max deviations

        let first, last = range means

        let raw =
            if (last - first) / step <= nodesOfPanels * float (means.Length * means.Length) then
                let sums = Array.zeroCreate means.Length

                for struct (u, weight) in even first last step do
                    logarithms means deviations u |> Array.iteri (fun c l -> sums[c] <- sums[c] + weight * exp l)

                sums
            else
                // Latents count from the mean of the class, near which a small deviation needs all their digits.
                means
                |> Array.mapi (fun c mean ->
                    let moved = means |> Array.map (fun f -> f - mean)

                    graded moved deviations <|| range moved
                    |> Array.sumBy (fun (struct (u, weight)) ->
                        weight * exp (logarithms moved deviations u |> Array.item c)))

        let total = Array.sum raw

        // The total is sqrt(2 pi) but for rounding, which would make a certain class more than certain.
        raw |> Array.map (fun p -> p / total)

    /// P(c) = P(z_c > z_j for all j <> c) for independent z_j ~ N(f_j, s_j^2):
    ///
    ///     P(c) = integral of N(u; f_c, s_c^2) prod_{j <> c} Phi((u - f_j)/s_j) du
    ///
    /// for the means f and the deviations s of C classes, which are all positive, or all 0. Probabilities down to
    /// 1e-250 have 10 digits or more. Two classes have Phi((f_1 - f_2)/sqrt(s_1^2 + s_2^2)).
    let ofLatents (means: float[]) (deviations: float[]) =
        required means deviations
        let best = Array.max means

        if Array.max deviations = 0.0 then
            certain means
        else
            integrated (means |> Array.map (fun mean -> mean - best)) deviations
