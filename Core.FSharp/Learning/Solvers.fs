namespace HadamardNtk.Core

open System
open MathNet.Numerics.LinearAlgebra

/// A partial Cholesky factorization: K = F F^T + a positive semidefinite rest, where F is n x k. It consists of one
/// step for each pivot. With the set S of pivots, F F^T = K[:, S] K[S, S]^{-1} K[S, :].
type PartialCholesky =
    {
        /// The order n of K.
        Order: int
        /// The pivots S in the order of the steps, without repetition.
        Pivots: int list
        /// The k columns of F, of length n.
        Columns: Vector<float> list
    }

    /// The product F F^T, n x n.
    member f.Product =
        (Matrix<float>.Build.Dense(f.Order, f.Order), f.Columns)
        ||> List.fold (fun sum column -> sum + column.OuterProduct column)

/// The result of an iterative solver.
type Iterated =
    {
        /// The solution, n x C.
        Solution: Matrix<float>
        /// The number of steps taken.
        Iterations: int
        /// The greatest |y - A x| / |y| of the outputs, as computed by the recurrence. It is 0 for an output y = 0.
        Residual: float
    }

/// A regression on centers S: f(x) = K(x, S) alpha.
type Nystroem =
    {
        /// The centers S: indices of linearly independent samples.
        Centers: int list
        /// The weights alpha, with a row for each center and a column for each output.
        CenterWeights: Matrix<float>
    }

/// Solvers of (K + r I) x = y for a K that is too large to factorize, on dense matrices. They define the results of the
/// fast iterative solvers. K is n x n and positive semidefinite, y is n x C, and r > 0 is the absolute ridge.
///
/// Sources: Chen, Epperly, Tropp and Webber, Randomly pivoted Cholesky (2022); Diaz, Epperly, Frangella, Tropp and
/// Webber, Robust, randomized preconditioning for kernel ridge regression (2023); Rudi, Carratino and Rosasco, FALKON
/// (2017).
[<RequireQualifiedAccess>]
module Solvers =
    /// The diagonal of K - F F^T.
    let residualDiagonal (k: Matrix<float>) (f: PartialCholesky) =
        (k.Diagonal(), f.Columns) ||> List.fold (fun rest column -> rest - column.PointwiseMultiply column)

    /// A factorization without steps.
    let private start (k: Matrix<float>) = { Order = k.RowCount; Pivots = []; Columns = [] }

    /// Adds a step at pivot s, whose column is g = (K - F F^T)[:, s] divided by the root of its own entry. A sample
    /// that depends on the earlier pivots leaves only rounding errors, below n 2^-52 of its entry. Such a step changes
    /// nothing.
    let private step (k: Matrix<float>) (f: PartialCholesky) (s: int) =
        let g = (k.Column s, f.Columns) ||> List.fold (fun g column -> g - column[s] * column)

        if g[s] <= Roundoff.ofSum f.Order * k[s, s] || List.contains s f.Pivots then
            f
        else
            { f with Pivots = f.Pivots @ [ s ]; Columns = f.Columns @ [ g / sqrt g[s] ] }

    /// The partial factorization with the given pivots. Pivots that depend on earlier ones are left out.
    let partialCholesky (pivots: int seq) (k: Matrix<float>) = Seq.fold (step k) (start k) pivots

    /// The first index at which the running sum of the weights exceeds `part` of their total.
    let private choose part (weights: Vector<float>) =
        let sums = weights.ToArray() |> Array.scan (+) 0.0 |> Array.tail
        Array.findIndex (fun sum -> sum > part * Array.last sums) sums

    /// At most `rank` steps with pivots drawn from a seed. Sample s is drawn with a probability proportional to its
    /// entry in the diagonal of K - F F^T. It ends early if the diagonal consists of rounding errors.
    let randomlyPivoted seed rank (k: Matrix<float>) =
        let least = k.Diagonal() * Roundoff.ofSum k.RowCount

        let next f draw =
            let rest = residualDiagonal k f
            let weights = rest.MapIndexed(fun i d -> if d > least[i] then d else 0.0)

            if weights.Sum() > 0.0 then
                step k f (choose (Draws.uniformAt seed draw) weights)
            else
                f

        Seq.fold next (start k) (seq { for i in 1 .. min rank k.RowCount -> int64 (i - 1) })

    /// v -> (F F^T + shift I)^{-1} v for a shift > 0. With shift = r it is the inverse of K + r I if F F^T is all of K.
    let preconditioner (shift: float) (f: PartialCholesky) =
        let p: Matrix<float> = f.Product + shift * Matrix<float>.Build.DenseIdentity f.Order
        let factor = p.Cholesky()
        fun (v: Vector<float>) -> factor.Solve(v: Vector<float>)

    /// The state of the conjugate gradient method for one output.
    type private Recurrence = { X: Vector<float>; R: Vector<float>; P: Vector<float>; Energy: float }

    let private relative (y: Vector<float>) state =
        let size = y.L2Norm() in if size > 0.0 then state.R.L2Norm() / size else 0.0

    // The step is x + a p with a = r.z / p.A p and r - a A p. The next direction is z + (r'.z' / r.z) p.
    let private advance multiply precondition state =
        let ap: Vector<float> = multiply state.P
        let a = state.Energy / (state.P * ap)
        let r = state.R - a * ap
        let z: Vector<float> = precondition r
        let energy = r * z

        { X = state.X + a * state.P; R = r; P = z + (energy / state.Energy) * state.P; Energy = energy }

    /// Preconditioned conjugate gradients for A x = y. Every output has a recurrence of its own from x = 0. It ends if
    /// |y - A x| <= tolerance |y| for every output, or after `most` steps. `multiply` is v -> A v, and `precondition`
    /// is v -> P^{-1} v.
    let conjugateGradients (tolerance: float) most multiply precondition (y: Matrix<float>) =
        let outputs = List.ofSeq (y.EnumerateColumns())

        let first (r: Vector<float>) =
            let z: Vector<float> = precondition r
            { X = 0.0 * r; R = r; P = z; Energy = r * z }

        let residual states = List.map2 relative outputs states |> List.max

        let rec run iterations states =
            if residual states <= tolerance || iterations = most then
                { Solution = Matrix<float>.Build.DenseOfColumnVectors(states |> List.map _.X)
                  Iterations = iterations
                  Residual = residual states }
            else
                (outputs, states)
                ||> List.map2 (fun y s -> if relative y s > tolerance then advance multiply precondition s else s)
                |> run (iterations + 1)

        run 0 (List.map first outputs)

    /// The regression of y on the centers alone, which minimizes |K[:, S] alpha - y|^2 + r alpha^T K[S, S] alpha. For F
    /// with the pivots S and L = F[S, :] it is alpha = L^{-T} (F^T F + r I)^{-1} F^T y. With all samples as centers it
    /// is the exact regression.
    let nystroem (r: float) (centers: int seq) (k: Matrix<float>) (y: Matrix<float>) =
        let partial = partialCholesky centers k
        let f: Matrix<float> = Matrix<float>.Build.DenseOfColumnVectors partial.Columns

        let l: Matrix<float> =
            Matrix<float>.Build.DenseOfRowVectors(List.map (fun (s: int) -> f.Row s) partial.Pivots)

        let normal: Matrix<float> =
            f.TransposeThisAndMultiply(f: Matrix<float>) + r * Matrix<float>.Build.DenseIdentity f.ColumnCount

        let gamma: Matrix<float> =
            normal.Cholesky().Solve(f.TransposeThisAndMultiply(y: Matrix<float>): Matrix<float>)

        { Centers = partial.Pivots; CenterWeights = l.Transpose().Solve(gamma: Matrix<float>) }
