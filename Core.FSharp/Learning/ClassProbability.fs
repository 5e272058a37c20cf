namespace HadamardNtk.Core

open System

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

    // The trapezoidal sum over latents u, from where a class begins to have any chance. The logarithm of an integrand
    // is curved by at most sum 1/s_j^2, that of a Gaussian of this precision, and such a sum converges exponentially.
    let private integrated (means: float[]) (deviations: float[]) =
        let widest = Array.max deviations
        let possible = Array.map2 (fun f s -> f - smallest * s) means deviations |> Array.max
        let lowest = Array.map2 (fun f s -> f - tail * s) means deviations |> Array.min
        let first = max possible lowest
        let unit = Array.min deviations
        let step = 0.7 * unit / sqrt (deviations |> Array.sumBy (fun s -> (unit / s) ** 2.0))
        let count = int (ceil ((Array.max means + tail * widest - first) / step))
        let sums = Array.zeroCreate means.Length

        for k in 0..count do
            let u = first + float k * step
            let places = Array.map2 (fun f s -> (u - f) / s) means deviations
            let logs = places |> Array.map (Scalar.normalDistribution >> log)
            let all = Array.sum logs

            for c in 0 .. means.Length - 1 do
                sums[c] <- sums[c] + exp (all - logs[c] - places[c] * places[c] / 2.0)

        let raw = Array.map2 (fun sum s -> sum * (step / s) / sqrt (2.0 * Math.PI)) sums deviations
        let total = Array.sum raw

        // The total is 1 but for rounding, which would make a certain class more than certain.
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
