namespace HadamardNtk.Core

open System

/// An estimate of the fluctuation constant of a network at a sample.
type Fluctuation =
    {
        /// c
        Constant: float
        /// The standard error of c. It is infinite where leaving one kernel out leaves only zeros.
        StandardError: float
    }

/// How far the tangent kernel of one network of width m lies from its mean over seeds. The fluctuation constant of a
/// network at a sample x,
///
///     c = m Var Theta_m(x,x) / (E Theta_m(x,x))^2,
///
/// tends to a limit as m grows if every layer below the end has width m. A network of width c/eps^2 has a kernel whose
/// relative standard deviation is eps.
///
/// Source: docs/mathematics.md, section 6; Efron and Stein, The jackknife estimate of variance (1981).
[<RequireQualifiedAccess>]
module Fluctuation =
    /// The fewest kernels that an estimate is made of.
    let fewestSeeds = 3

    // Relative deviations below this are roundings, or so small that one channel is enough for every tolerance.
    let private negligible = 1e-10

    let private check width (kernels: float[]) =
        if width < 1 then
            invalidArg "width" $"Expected a width of at least 1; it is {width}."

        if kernels.Length < fewestSeeds then
            invalidArg "kernels" $"Expected kernels of at least {fewestSeeds} seeds; there are {kernels.Length}."

        if kernels |> Array.exists (fun k -> not (k >= 0.0 && Double.IsFinite k)) || Array.max kernels = 0.0 then
            invalidArg "kernels" "Expected finite kernels of at least 0, and one above 0; scale the samples."

    // The kernels over their mean, less 1.
    let private deviations (kernels: float[]) =
        let greatest = Array.max kernels
        let scaled = kernels |> Array.map (fun k -> k / greatest)
        let mean = Array.average scaled
        let deviation k = k / mean - 1.0
        scaled |> Array.map (fun k -> if abs (deviation k) < negligible then 0.0 else deviation k)

    /// The estimate c = m s^2/mean^2 by the kernels Theta_m(x,x) of S seeds at width m, where s^2 is their sample
    /// variance, and its standard error by the jackknife:
    ///
    ///     SE^2 = (S-1)/S sum of (c_(i) - mean of all c_(j))^2,   c_(i): c without seed i.
    ///
    /// The delta method, which agrees with it as S grows, would need sample moments of the fourth order, which heavy
    /// tails make far too small. The jackknife does without them, and the expectation of its sum is not below the
    /// variance of c by S-1 seeds (Efron and Stein). The cost is O(S). It raises ArgumentException for fewer than 3
    /// kernels, negative or infinite ones, or zeros only.
    let estimate width (kernels: float[]) =
        check width kernels
        let count, d = float kernels.Length, deviations kernels
        let squares = d |> Array.sumBy (fun x -> x * x)

        let without x =
            let mean = 1.0 - x / (count - 1.0)
            let variance = (squares - count / (count - 1.0) * x * x) / (count - 2.0)
            float width * max variance 0.0 / (mean * mean)

        let left = d |> Array.map without
        let middle = Array.average left
        let spread = left |> Array.sumBy (fun c -> (c - middle) * (c - middle))
        let isOne = kernels |> Array.filter (fun k -> k > 0.0) |> Array.length = 1

        { Constant = float width * squares / (count - 1.0)
          StandardError = if isOne then infinity else sqrt ((count - 1.0) / count * spread) }

    /// Whether an estimate is a rough one: its standard error is above a third of it, or the standard deviation of the
    /// kernels at the pilot width is above a third of their mean, c/m > 1/9. The second sign is needed because heavy
    /// tails hide from the jackknife, too: the seeds that carry most of the variance may not be among those drawn.
    let isRough width fluctuation =
        fluctuation.StandardError > fluctuation.Constant / 3.0 || fluctuation.Constant > float width / 9.0

    /// The width at which the relative standard deviation is eps: c/eps^2, rounded up, at least 1. It is a float, as it
    /// may be above all integers. It raises ArgumentException unless eps is from 1e-6 to 1.
    let width tolerance constant =
        if not (tolerance >= 1e-6 && tolerance <= 1.0) then
            invalidArg "tolerance" $"Expected a tolerance from 1e-6 to 1; it is {tolerance}."

        // A quotient that is above a whole number by rounding alone is that number.
        max 1.0 (ceil (constant / (tolerance * tolerance) * (1.0 - 1e-12)))

    /// The widths for c less and plus two standard errors.
    let interval tolerance fluctuation =
        let at errors = width tolerance (fluctuation.Constant + errors * fluctuation.StandardError)
        struct (at -2.0, at 2.0)

    /// Raises ArgumentException if a layer below the end of the network states its width, so that its share of the
    /// variance would not fall as m grows.
    let requireOpen network =
        match FinitePlan.stated network with
        | Some layer ->
            invalidArg
                "network"
                ("Expected a network whose layers below its end leave their widths to m; "
                 + $"{layer} states one; leave it out.")
        | None -> ()
