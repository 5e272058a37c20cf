namespace HadamardNtk.Core

open System
open MathNet.Numerics
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Optimization

/// Positive parameters (a ridge, weights' scales) chosen by the log marginal likelihood, or by any other number to be
/// made great.
[<RequireQualifiedAccess>]
module Evidence =
    // What stands for parameters at which there is no value: worse than any other, and its square is finite.
    let private worst = 1e100

    exception private Enough

    /// The parameters found from `start` on by the simplex method of Nelder and Mead in their logarithms, and the value there:
    /// until the values at the simplex differ by at most `tolerance` and a new simplex there gains no more, or so many were
    /// asked for. `value` is -infinity or
    /// NaN where there is none (K + r I not positive definite, say). `report` is told each try that was the best so far.
    /// Source: Nelder and Mead, A simplex method for function minimization (1965), as MathNet.Numerics has it.
    let maximise
        tolerance
        evaluations
        (report: int -> float[] -> float -> unit)
        (value: float[] -> float)
        (start: float[])
        =
        if start.Length = 0 || start |> Array.exists (fun p -> not (p > 0.0 && Double.IsFinite p)) then
            invalidArg "start" "Expected at least one parameter, each finite and positive."

        if not (tolerance >= 0.0) then
            invalidArg "tolerance" $"Expected a tolerance of at least 0; it is {tolerance}."

        let mutable best, bestValue, count = start, Double.NegativeInfinity, 0

        let tried (logs: Vector<float>) =
            if count = evaluations then
                raise Enough

            let parameters = logs.Map(exp).ToArray()
            let found = value parameters
            count <- count + 1

            if found > bestValue && Double.IsFinite found then
                best <- parameters
                bestValue <- found
                report count parameters found

            if Double.IsFinite found then -found else worst

        // A simplex that has shrunk on a ridge of the values begins anew where it is, until that gains nothing.
        let rec search (width: float) =
            let from, before = Vector<float>.Build.DenseOfArray(Array.map log best), bestValue
            let edges = Vector<float>.Build.Dense(start.Length, width)

            NelderMeadSimplex(tolerance, evaluations).FindMinimum(ObjectiveFunction.Value tried, from, edges)
            |> ignore

            if bestValue > before + tolerance then
                search 0.5

        try
            search 1.0
        with
        | Enough
        | :? MaximumIterationsException -> ()

        best, bestValue
