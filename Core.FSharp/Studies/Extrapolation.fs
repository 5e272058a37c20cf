namespace HadamardNtk.Core

open System
open MathNet.Numerics.LinearAlgebra

/// The growth of functions along rays, and errors beyond a range: Wu, Zhu, Liu, Chrysos and Cevher, Extrapolation and
/// spectral bias of neural nets with Hadamard product (2022); Xu et al., How neural networks extrapolate (2021).
[<RequireQualifiedAccess>]
module Extrapolation =
    /// The greatest |f(t) - p(t)| for the polynomial p = sum of c_k t^k over first <= k <= last that is nearest in
    /// squares of (f(t) - p(t))/max |f|. The times are scaled to at most 1. It raises ArgumentException if there are no
    /// more values than coefficients, or no powers.
    let polynomialResidual first last (times: float[]) (values: float[]) =
        let columns = last - first + 1

        if first < 0 || columns < 1 then
            invalidArg "last" $"Expected powers from 0 on, the first one not above the last; came {first} to {last}."

        if values.Length <= columns then
            invalidArg "values" $"Expected more values than the {columns} coefficients; came {values.Length}."

        let greatest = values |> Array.map abs |> Array.max

        if greatest = 0.0 then
            0.0
        else
            let top = times |> Array.map abs |> Array.max

            let matrix =
                Matrix<float>.Build.Dense(times.Length, columns, fun i k -> Math.Pow(times[i] / top, float (first + k)))

            let y = Vector<float>.Build.Dense(values |> Array.map (fun v -> v / greatest))
            let fit = matrix * matrix.QR().Solve y
            greatest * (fit - y).AbsoluteMaximum()

    /// The greatest |f(t) (t_0/t)^N - f(t_0)|: 0 for f(t) = t^N f(1).
    let homogeneityResidual degree (times: float[]) (values: float[]) =
        Array.map2 (fun t f -> abs (f * Math.Pow(times[0] / t, float degree) - values[0])) times values
        |> Array.max

    /// The error of a curve in percent: 100 times the median of |f(x) - y(x)|/|y(x)| over points with y(x) <> 0. It is
    /// not a number if there are no such points, or f(x) is not a number at one.
    let percentError (truth: float[]) (values: float[]) =
        let errors =
            Array.zip truth values
            |> Array.filter (fun (y, _) -> y <> 0.0)
            |> Array.map (fun (y, f) -> abs (f - y) / abs y)
            |> Array.sort

        if errors.Length = 0 || errors |> Array.exists Double.IsNaN then
            nan
        else
            100.0 * 0.5 * (errors[(errors.Length - 1) / 2] + errors[errors.Length / 2])
