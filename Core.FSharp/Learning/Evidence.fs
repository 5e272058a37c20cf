namespace HadamardNtk.Core

open System
open MathNet.Numerics
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Optimization

/// The choice of positive parameters (a ridge, or scales of weights) that maximize the log marginal likelihood or
/// another value.
[<RequireQualifiedAccess>]
module Evidence =
    // This number replaces a value that does not exist. It is worse than any other, and its square is finite.
    let private worst = 1e100

    exception private Enough

    /// Maximizes `value` over positive parameters from `start` on, by the simplex method of Nelder and Mead in the
    /// logarithms of the parameters, and returns the parameters and the value. The search ends if the values at the
    /// simplex differ by at most `tolerance` and a new simplex there gains no more, or after the given number of
    /// evaluations. `value` may return -infinity or NaN if it does not exist (for example if K + r I is not positive
    /// definite). `report` is called for each evaluation that is the best so far. It raises ArgumentException if a
    /// parameter is not positive and finite, or the tolerance is negative. Source: Nelder and Mead, A simplex method
    /// for function minimization (1965), as implemented by MathNet.Numerics.
    let maximize
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

        // A simplex that has shrunk on a ridge of the values is started anew at its place, until that gains nothing.
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
