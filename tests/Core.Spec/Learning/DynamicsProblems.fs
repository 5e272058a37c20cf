/// Kernels with targets, and what training makes of them: the material of the laws of dynamics.
module HadamardNtk.Core.Spec.DynamicsProblems

open FsCheck.FSharp
open HadamardNtk.Core
open MathNet.Numerics.LinearAlgebra

type M = Matrix<float>

let build = Matrix<float>.Build

/// A kernel of n training samples and m points as one positive semidefinite matrix of rank `rank`, and targets.
type Problem = { Joint: float[,]; Train: int; Targets: float[,] }

let matrixOf rows columns =
    Gen.choose (-1000, 1000) |> Gen.map (fun i -> float i / 500.0) |> Gen.array2DOfDim rows columns

let problems =
    let made =
        gen {
            let! n, m = Gen.zip (Gen.choose (1, 5)) (Gen.choose (1, 3))
            let! rank = Gen.choose (1, n + m + 2)
            let! factor = matrixOf (n + m) rank
            let! targets = matrixOf n 2
            let f = build.DenseOfArray factor
            return { Joint = (f * f.Transpose()).ToArray(); Train = n; Targets = targets }
        }

    Arb.fromGen made

let show problem = $"{problem.Train} of %A{problem.Joint}, targets %A{problem.Targets}"

let kernelsOf problem : Dynamics.Kernels =
    let joint, n = build.DenseOfArray problem.Joint, problem.Train
    let m = joint.RowCount - n

    { Points = joint.SubMatrix(n, m, n, m)
      Cross = joint.SubMatrix(n, m, 0, n)
      Train = joint.SubMatrix(0, n, 0, n) }

let targetsOf problem : M = build.DenseOfArray problem.Targets

let size (m: M) = m.Enumerate() |> Seq.map abs |> Seq.append [ 1.0 ] |> Seq.max

let near what tolerance (expected: M) (actual: M) =
    let scale = size expected

    for i in 0 .. expected.RowCount - 1 do
        for j in 0 .. expected.ColumnCount - 1 do
            Spec.near what (tolerance * scale) expected[i, j] actual[i, j]

/// f_t at the points with f_0 = 0.
let reached training ridge problem =
    let k, y = kernelsOf problem, targetsOf problem
    Dynamics.propagator training y.ColumnCount ridge k.Train k.Cross * y

let onTrain training ridge problem =
    let k, y = kernelsOf problem, targetsOf problem
    Dynamics.propagator training y.ColumnCount ridge k.Train k.Train * y

let smallest (m: M) = (Dynamics.basis m).Values.Minimum()
