/// Iterative solvers of (K + r I) x = y are what the factorization gives.
module HadamardNtk.Core.Spec.SolverSpec

open System
open FsCheck
open FsCheck.FSharp
open HadamardNtk.Core
open MathNet.Numerics.LinearAlgebra
open Xunit

let private epsilon = Math.ScaleB(1.0, -52)

/// A positive semidefinite K = A A^T, targets and a ridge: A has small whole numbers, so that K is exact, with zero,
/// duplicate and dependent rows.
type private Case = { Rows: float[][]; Targets: float[][]; Ridge: float }

let private matrix (rows: float[][]) = Matrix<float>.Build.DenseOfRowArrays rows
let private gramOf case = let a = matrix case.Rows in a * a.Transpose()

let private show case = $"A = {Data.showRows case.Rows}, y = {Data.showRows case.Targets}, r = {case.Ridge}"

let private cases =
    let row d = Gen.arrayOfLength d (Gen.choose (-3, 3) |> Gen.map float)

    let made =
        gen {
            let! d = Gen.choose (1, 6)
            let! n = Gen.choose (1, 8)
            let! rows = Gen.arrayOfLength n (row d)
            let! again = Gen.subListOf rows
            let! zeros = Gen.choose (0, 1)
            let all = Array.concat [ rows; Array.ofList again; Array.replicate zeros (Array.zeroCreate d) ]
            let! targets = Gen.arrayOfLength all.Length (row 2)
            let! ridge = Gen.elements [ 1e-4; 0.01; 1.0 ]
            return { Rows = all; Targets = targets; Ridge = ridge }
        }

    let smaller case =
        if case.Rows.Length > 1 then
            seq {
                for i in 0 .. case.Rows.Length - 1 ->
                    { case with Rows = Array.removeAt i case.Rows; Targets = Array.removeAt i case.Targets }
            }
        else
            Seq.empty

    Arb.fromGenShrink (made, smaller)

let private shifted case =
    let k = gramOf case
    k + case.Ridge * Matrix<float>.Build.DenseIdentity k.RowCount

// lambda_max <= tr K, lambda_min >= r.
let private condition case = ((gramOf case).Trace() + case.Ridge) / case.Ridge

let private solve rank case =
    let a = shifted case
    let f = Solvers.randomlyPivoted 3L rank (gramOf case)
    let most = 20 * case.Rows.Length + 20
    Solvers.conjugateGradients 1e-10 most (fun v -> a * v) (Solvers.preconditioner case.Ridge f) (matrix case.Targets)

let private near bound (expected: Matrix<float>) (actual: Matrix<float>) =
    for j in 0 .. expected.ColumnCount - 1 do
        let error = (actual.Column j - expected.Column j).L2Norm()
        let size = (expected.Column j).L2Norm()
        // A column of zeros has no error at all.
        Assert.True(
            error <= bound * size,
            $"output {j}: off by {error:E2} of {size:E2} where {bound * size:E2} is allowed"
        )

[<Fact>]
[<Law "|x - A^-1 y| <= cond(A) |y - A x| |A^-1 y| / |y|">]
let ``conjugate gradients give the solution of the factorization`` () =
    Spec.holds 150 show cases (fun case ->
        for rank in [ 0; 1; 3 ] do
            let found = solve rank case
            Assert.True(found.Residual <= 1e-10, $"rank {rank}: the residual is {found.Residual:E2}")
            // The recurrence's residual and the factorization are off by rounding, n eps cond of the solution each.
            let n = float case.Rows.Length
            let bound = condition case * (1e-10 + 10.0 * n * epsilon)
            near bound (Regression.fit case.Ridge (gramOf case) (matrix case.Targets)).Weights found.Solution)

[<Fact>]
[<Law "K = F F^T -> P^-1 (K + r I) = I">]
let ``with all of the matrix in the preconditioner two steps are enough`` () =
    Spec.holds 150 show cases (fun case ->
        let found = solve case.Rows.Length case
        Assert.InRange(found.Iterations, 0, 2))

[<Fact>]
[<Law "lambda_min(K - F F^T) >= 0">]
let ``what a partial factorization leaves is positive semidefinite`` () =
    Spec.holds 150 show cases (fun case ->
        let k = gramOf case

        for rank in 0..4 do
            let rest = k - (Solvers.randomlyPivoted (int64 rank) rank k).Product
            let least = rest.Evd(Symmetricity.Symmetric).EigenValues.Real().Minimum()
            // Entries are off by a few eps of the diagonal for each step.
            let rounding = 10.0 * float (rank + 1) * epsilon * (k.Trace() + 1.0)
            Assert.True(least >= -rounding, $"rank {rank}: an eigenvalue of {least:E2}"))

[<Fact>]
[<Law "i /= j -> s_i /= s_j, F F^T[:, S] = K[:, S]">]
let ``no pivot comes twice, and its column is known exactly`` () =
    Spec.holds 150 show cases (fun case ->
        let k = gramOf case
        let f = Solvers.randomlyPivoted 5L case.Rows.Length k
        Assert.Equal(f.Pivots.Length, (List.distinct f.Pivots).Length)
        let product = f.Product

        for s in f.Pivots do
            let error = (product.Column s - k.Column s).AbsoluteMaximum()
            Spec.near $"column {s}" (10.0 * float (f.Pivots.Length + 1) * epsilon * k.Trace()) 0.0 error)

[<Fact>]
[<Law "rank F = rank K">]
let ``with as many pivots as samples nothing is left, and dependent samples are left out`` () =
    Spec.holds 150 show cases (fun case ->
        let k = gramOf case
        let f = Solvers.randomlyPivoted 7L case.Rows.Length k
        let n = float case.Rows.Length
        let rest = (k - f.Product).ToRowMajorArray() |> Array.map abs |> Array.max
        Spec.near "rest" (10.0 * n * n * epsilon * (k.Trace() + 1.0)) 0.0 rest
        let rank = if k.Trace() = 0.0 then 0 else (matrix case.Rows).Rank()
        Assert.Equal(rank, f.Pivots.Length))

/// Predictions at the samples themselves, by the weights on the centers.
let private predictions (k: Matrix<float>) (model: Nystroem) =
    let columns = Matrix<float>.Build.DenseOfColumnVectors(model.Centers |> List.map k.Column)
    columns * model.CenterWeights

[<Fact>]
[<Law "S = all samples -> K[:, S] alpha = K (K + r I)^-1 y">]
let ``with all samples as centers the regression is the exact one`` () =
    let some = cases |> Arb.filter (fun case -> (gramOf case).Trace() > 0.0)

    Spec.holds 150 show some (fun case ->
        let k, y = gramOf case, matrix case.Targets
        let n = case.Rows.Length
        let exact = k * (Regression.fit case.Ridge k y).Weights
        // A random order of the samples is one too.
        for order in [ [ 0 .. n - 1 ]; List.rev [ 0 .. n - 1 ] ] do
            let found = predictions k (Solvers.nystroem case.Ridge order k y)
            let bound = 100.0 * float n * epsilon * condition case

            for j in 0 .. y.ColumnCount - 1 do
                let error = ((found.Column j) - (exact.Column j)).L2Norm()
                Spec.near $"output {j}" (bound * (y.Column j).L2Norm()) 0.0 error)

[<Fact>]
[<Law "K[S, :] (K[:, S] alpha - y) + r K[S, S] alpha = 0">]
let ``on fewer centers it is the best of their functions`` () =
    let some = cases |> Arb.filter (fun case -> (gramOf case)[0, 0] > 0.0)

    Spec.holds 150 show some (fun case ->
        let k, y = gramOf case, matrix case.Targets
        let model = Solvers.nystroem case.Ridge [ 0; case.Rows.Length - 1 ] k y
        let miss = predictions k model - y
        let columns = Matrix<float>.Build.DenseOfColumnVectors(model.Centers |> List.map k.Column)
        let own = Matrix<float>.Build.DenseOfRowVectors(model.Centers |> List.map columns.Row)
        let slope = columns.TransposeThisAndMultiply miss + case.Ridge * own * model.CenterWeights

        let size =
            1.0
            + k.FrobeniusNorm() * (y.FrobeniusNorm() + k.FrobeniusNorm() * model.CenterWeights.FrobeniusNorm())

        Spec.near "slope" (100.0 * float case.Rows.Length * epsilon * size) 0.0 (slope.FrobeniusNorm()))

[<Fact>]
let ``a matrix of zeros has no pivots, and the solution is y / r`` () =
    let zero = Matrix<float>.Build.Dense(3, 3)
    let f = Solvers.randomlyPivoted 1L 3 zero
    Assert.Empty f.Pivots
    let y = matrix [| [| 1.0 |]; [| 0.0 |]; [| -2.0 |] |]
    let found = Solvers.conjugateGradients 1e-14 9 (fun v -> 0.5 * v) (Solvers.preconditioner 0.5 f) y
    near (4.0 * epsilon) (2.0 * y) found.Solution
    Assert.Equal(1, found.Iterations)

[<Fact>]
let ``targets of zero need no step and give zero, beside others too`` () =
    let a = matrix [| [| 2.0; 1.0 |]; [| 1.0; 2.0 |] |]
    let y = matrix [| [| 0.0; 3.0 |]; [| 0.0; 3.0 |] |]
    let found = Solvers.conjugateGradients 1e-14 9 (fun v -> a * v) id y
    near (4.0 * epsilon) (matrix [| [| 0.0; 1.0 |]; [| 0.0; 1.0 |] |]) found.Solution
    Assert.Equal(1, found.Iterations)
