namespace HadamardNtk.Core

open System

/// Points of a sphere and functions of one degree on it.
[<RequireQualifiedAccess>]
module SphereTargets =
    /// n points (n x d) with |x|^2 = d, uniform by the draws of a seed.
    let points seed n dimension =
        let draws = Draws.normals seed (n * dimension)

        for i in 0 .. n - 1 do
            let row = Span(draws, i * dimension, dimension)
            let mutable square = 0.0

            for x in row do
                square <- square + x * x

            let scale = sqrt (float dimension / square)

            for j in 0 .. dimension - 1 do
                row[j] <- scale * row[j]

        draws

    /// P_0(t), ..., P_n(t), the Gegenbauer polynomials of R^d for d >= 2 with P_k(1) = 1:
    /// (k + d - 2) P_{k+1} = (2k + d - 2) t P_k - k P_{k-1}.
    let gegenbauer dimension degrees (t: float) =
        let d = float dimension
        let p = Array.create (degrees + 1) 1.0

        if degrees > 0 then
            p[1] <- t

        for k in 1 .. degrees - 1 do
            let k' = float k
            p[k + 1] <- ((2.0 * k' + d - 2.0) * t * p[k] - k' * p[k - 1]) / (k' + d - 2.0)

        p

    /// P_k(<x, z>/d) at points x (n x d) for a point z of the same sphere.
    let harmonic dimension degree (z: float[]) (x: float[]) =
        Array.init (x.Length / dimension) (fun i ->
            let mutable product = 0.0

            for j in 0 .. dimension - 1 do
                product <- product + x[i * dimension + j] * z[j]

            (gegenbauer dimension degree (product / float dimension))[degree])

/// How fast kernel gradient descent learns the parts of a target: Wu, Zhu, Liu, Chrysos and Cevher, Extrapolation and
/// spectral bias of neural nets with Hadamard product (2022). A step on the loss |r|^2/(2n) with the rate e takes the
/// residuals r to (I - e K/n) r.
[<RequireQualifiedAccess>]
module SpectralBias =
    /// |n^(-1/2) sum_i p_i r_i|, the residual's part along the values p of a function.
    let part (p: float[]) (r: float[]) = abs (Array.fold2 (fun sum a b -> sum + a * b) 0.0 p r) / sqrt (float p.Length)

    /// The part after s steps by the eigendecomposition of K/n: |n^(-1/2) sum_j (p.v_j) (y.v_j) (1 - e lambda_j)^s|
    /// from the products p.v_j and y.v_j.
    let predicted (values: float[]) (p: float[]) (y: float[]) rate (steps: float) =
        let mutable sum = 0.0

        for j in 0 .. values.Length - 1 do
            sum <- sum + p[j] * y[j] * Math.Pow(1.0 - rate * values[j], steps)

        abs sum / sqrt (float values.Length)

    /// The number of steps s after which (1 - e mu)^s = 1/2; infinity for mu = 0, and not a number for an unknown mu or
    /// e mu > 1.
    let halfTime rate mu = if mu = 0.0 then infinity else log 0.5 / Scalar.log1p (-rate * mu)

    /// The first time at which values that are given at increasing times reach half of the first one, by interpolation
    /// in the logarithms; infinity if they do not. It is the first time if the first value is 0.
    let firstHalf (times: float[]) (values: float[]) =
        let half = 0.5 * values[0]

        match values |> Array.tryFindIndex (fun v -> v <= half) with
        | None -> infinity
        | Some 0 -> times[0]
        | Some i ->
            let share = log (values[i - 1] / half) / log (values[i - 1] / max values[i] 1e-300)
            times[i - 1] + share * (times[i] - times[i - 1])
