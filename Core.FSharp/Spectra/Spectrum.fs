namespace HadamardNtk.Core

open System

/// A power law c j^-a of eigenvalues, fitted by least squares to log lambda_j against log j.
type PowerLaw =
    {
        /// a, the exponent of the decay.
        Exponent: float
        /// The standard error of a, by the residuals of the fit: NaN for two eigenvalues, which leave none.
        StandardError: float
        /// c, the value at j = 1.
        Constant: float
        /// The first j of the fit, counted from 1.
        First: int
        /// The last j of the fit.
        Last: int
    }

/// Numbers of a spectrum: eigenvalues in descending order, counted from 1. Source: docs/mathematics.md, section 11.
[<RequireQualifiedAccess>]
module Spectrum =
    /// The power law of numbers whose logarithms are given, at the positive places j. It raises ArgumentException if
    /// there are fewer than two numbers, or a logarithm is not finite.
    let logarithmicLaw (places: float[]) (logarithms: float[]) =
        if places.Length < 2 then
            invalidArg "places" $"Expected at least 2 eigenvalues, for a power law; came {places.Length}."

        match logarithms |> Array.tryFindIndex (Double.IsFinite >> not) with
        | Some i ->
            invalidArg
                "logarithms"
                $"Expected positive eigenvalues; number {places[i]} is {exp logarithms[i]:R}. Give another range."
        | None -> ()

        let x, y = places |> Array.map log, logarithms
        let meanX, meanY = Array.average x, Array.average y
        let spread = x |> Array.sumBy (fun v -> (v - meanX) * (v - meanX))
        let slope = (Array.map2 (fun u v -> (u - meanX) * (v - meanY)) x y |> Array.sum) / spread
        let residuals = Array.map2 (fun u v -> v - meanY - slope * (u - meanX)) x y
        let variance = (residuals |> Array.sumBy (fun e -> e * e)) / float (places.Length - 2)

        { Exponent = -slope
          StandardError = if places.Length = 2 then nan else sqrt (variance / spread)
          Constant = exp (meanY - slope * meanX)
          First = int places[0]
          Last = int (Array.last places) }

    /// The power law of the eigenvalues first, ..., last. It raises ArgumentException if there are fewer than two, or
    /// one is not positive.
    let powerLaw first last (values: float[]) =
        if not (1 <= first && first < last && last <= values.Length) then
            invalidArg
                "last"
                $"Expected a range of at least 2 of the {values.Length} eigenvalues; came {first} to {last}."

        let range = [| first..last |]

        match range |> Array.tryFind (fun j -> not (values[j - 1] > 0.0)) with
        | Some j ->
            invalidArg
                "last"
                $"Expected positive eigenvalues; number {j} is {values[j - 1]:R}. Give a range that ends before it."
        | None -> ()

        let law = logarithmicLaw (range |> Array.map float) (range |> Array.map (fun j -> log values[j - 1]))
        { law with First = first; Last = last }

    /// tr K (K + r I)^-1 = sum lambda/(lambda + r) for a ridge r >= 0: the number of directions that it leaves free.
    /// Eigenvalues that are not positive are none.
    let effectiveDimension (ridge: float) (values: float[]) =
        values |> Array.sumBy (fun l -> if l > 0.0 then l / (l + ridge) else 0.0)

    /// (sum lambda)^2 / sum lambda^2 of eigenvalues of which one is positive: n if all are equal, 1 if one is all. It
    /// is not a number if all are 0.
    let participationRatio (values: float[]) =
        let most = Array.max values
        let parts = values |> Array.map (fun l -> l / most)
        let sum = Array.sum parts
        sum * sum / (parts |> Array.sumBy (fun p -> p * p))

/// The learning curve of kernel regression from its spectrum, by the eigenframework: the mean over training sets of the
/// mean squared error at new targets, which carry the same noise as those of the training. Sources: Simon, Dickens,
/// Karkada and DeWeese, The eigenlearning framework (2021); docs/mathematics.md, section 11.
[<RequireQualifiedAccess>]
module LearningCurve =
    /// The constant kappa > 0 with n = sum lambda_i/(lambda_i + kappa) + r/kappa, for eigenvalues of the kernel's
    /// integral operator with multiplicities. It is 0 if the eigenvalues that are not 0 are no more than n and r = 0.
    let constant (n: float) (ridge: float) (levels: struct (float * float)[]) =
        let positive = levels |> Array.filter (fun (struct (l, _)) -> l > 0.0)
        let count = positive |> Array.sumBy (fun (struct (_, m)) -> m)

        let excess kappa = (positive |> Array.sumBy (fun (struct (l, m)) -> m * l / (l + kappa))) + ridge / kappa - n

        if ridge = 0.0 && count <= n then
            0.0
        else
            // The excess falls from above 0 to below 0 as kappa grows; bisection is in log kappa.
            let trace = positive |> Array.sumBy (fun (struct (l, m)) -> m * l)
            let mutable low, high = 0.0, log ((trace + ridge) / n)
            low <- high - 1.0

            while excess (exp low) < 0.0 do
                low <- low - 2.0 * (high - low)

            for _ in 1..200 do
                let middle = 0.5 * (low + high)

                if excess (exp middle) > 0.0 then low <- middle else high <- middle

            exp (0.5 * (low + high))

    /// The error of n samples with noise of the given variance on a target whose squared norm in each eigenspace is
    /// given: E0 (sum (1 - L_i)^2 v_i^2 + sigma^2), L_i = lambda_i/(lambda_i + kappa), E0 = n/(n - sum L_i^2). The
    /// levels are struct (lambda_i, multiplicity) and the powers v_i^2, one for each level. It is infinite where n =
    /// sum L_i^2, as for r = 0 and as many samples as eigenvalues, unless nothing is missed and there is no noise.
    let error (n: float) ridge noise (levels: struct (float * float)[]) (powers: float[]) =
        let kappa = constant n ridge levels
        let learned l = if l > 0.0 then l / (l + kappa) else 0.0
        let squares = levels |> Array.sumBy (fun (struct (l, m)) -> m * learned l * learned l)

        let missed =
            Array.map2
                (fun (struct (l, _)) (v: float) ->
                    let rest = if l > 0.0 then kappa / (l + kappa) else 1.0
                    rest * rest * v)
                levels
                powers
            |> Array.sum

        if missed + noise = 0.0 then 0.0 else n / (n - squares) * (missed + noise)
