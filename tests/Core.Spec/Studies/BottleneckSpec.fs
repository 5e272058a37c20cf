/// Infinitely wide networks with bottlenecks in training, in function space.
module HadamardNtk.Core.Spec.BottleneckSpec

open System
open FsCheck
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.BottleneckProblems
open MathNet.Numerics.LinearAlgebra
open Xunit

let private history, hybrid = HadamardNtk.BottleneckMode.History, HadamardNtk.BottleneckMode.Hybrid

let private greatest (rows: float[][]) = rows |> Array.collect id |> Array.map abs |> Array.max

let private near what tolerance (expected: float[][]) (found: float[][]) =
    let scale = tolerance * (1.0 + greatest expected)
    Assert.Equal(expected.Length, found.Length)
    Array.iter2 (Array.iter2 (fun a b -> Spec.near what scale a b)) expected found

/// The run of a problem whose steps are stable when they are divided; few are not.
let private tryTrain mode problem =
    try
        Some(train mode problem)
    with :? ArithmeticException ->
        None

/// Checks a run; whether there is one.
let private whenStable mode problem (check: HadamardNtk.BottleneckRun -> unit) =
    let run = tryTrain mode problem
    run |> Option.iter check
    run.IsSome

/// A law of stable runs, which most are.
let private mostly count problems law = Spec.holdsMostly 0.9 count show problems law

let private isTheDefinition mode problem =
    whenStable mode problem (fun run ->
        let network, kernel = definition problem, kernelOf problem
        let y = M.Build.DenseOfRowArrays problem.Y

        (startOf mode problem run.Start, run.Records)
        ||> Seq.fold (fun state record ->
            // Steps may be divided.
            let training, parts = problem.Training, record.Parts

            near "g" 1e-10 state.Embeddings (rowsOf record.Embeddings)

            Bottleneck.outputs network state
            |> Array.map (Array.map (fun f -> training.Multiplier * f))
            |> fun expected -> near "F" 1e-10 expected (rowsOf record.Predictions)

            let part =
                { training with
                    HeadRate = training.HeadRate / float parts
                    FeatureRate = training.FeatureRate / float parts }

            (state, seq { 1..parts })
            ||> Seq.fold (fun state _ -> Bottleneck.descend network part kernel y state))
        |> ignore)

[<Fact>]
[<Law "f_t(z) = f_0(z) - eta_f sum_s sum_i K_f(z, g_s(x_i)) chi_i^s">]
let ``in history mode a training is its definition, written out sample by sample`` () =
    mostly 60 smooth (isTheDefinition history)

[<Fact>]
[<Law "g_{t+1}(x) = g_t(x) - eta_g sum_i Theta_g(x, x_i) grad f_t(g_t(x_i)) chi_i">]
let ``in hybrid mode a training is its definition, written out sample by sample`` () =
    mostly 60 any (isTheDefinition hybrid)

/// A start of the same network with the units of its first bottleneck turned by Q (d x d).
let private turned (q: M) problem (start: HadamardNtk.BottleneckStart) =
    let d = start.Embeddings.Columns
    let embeddings = M.Build.DenseOfRowArrays(rowsOf start.Embeddings) * q
    let first = start.Heads[0]
    let hidden = M.Build.DenseOfRowMajor(problem.Width, d, first[.. problem.Width * d - 1]) * q
    let rest = first[problem.Width * d ..]

    HadamardNtk.BottleneckStart(
        matrix (embeddings.ToRowArrays()),
        Array.append [| Array.append (hidden.ToRowMajorArray()) rest |] start.Heads[1..],
        start.HeadWidth
    )

let private predictions (run: HadamardNtk.BottleneckRun) =
    run.Records |> Seq.map (fun r -> rowsOf r.Predictions) |> Array.concat

let private embeddings (run: HadamardNtk.BottleneckRun) =
    run.Records |> Seq.map (fun r -> rowsOf r.Embeddings) |> Array.concat

let private orthogonal d (seed: int64) = M.Build.DenseOfRowMajor(d, d, Draws.normals seed (d * d)).QR().Q

let private turns mode problem (q: int -> M) =
    whenStable mode problem (fun run ->
        let q = q run.Start.Embeddings.Columns
        let other = trainWith (optionsFrom (turned q problem run.Start) 1.0 mode problem) problem
        near "F" 1e-9 (predictions run) (predictions other)
        let moved = M.Build.DenseOfRowArrays(embeddings run) * q
        near "g Q" 1e-9 (moved.ToRowArrays()) (embeddings other))

[<Fact>]
[<Law "F of g P is F of g, for permutations P of the bottleneck's units">]
let ``the order of the units of a bottleneck does not matter`` () =
    for mode, problems in [ history, smooth; hybrid, any ] do
        mostly 25 problems (fun problem ->
            turns mode problem (fun d -> M.Build.Dense(d, d, (fun i j -> if (i + 1) % d = j then 1.0 else 0.0))))

[<Fact>]
[<Law "F of g Q is F of g, for orthogonal Q">]
let ``a bottleneck may be turned, since its head knows inner products only`` () =
    for mode, problems in [ history, smooth; hybrid, any ] do
        mostly 25 problems (fun problem -> turns mode problem (fun d -> orthogonal d problem.Seed))

[<Fact>]
[<Law "kappa F of targets a y at rates eta is a times that of kappa/a, y at rates a^2 eta">]
let ``the scale of the targets is the inverse of the output's`` () =
    let squared = smooth |> Arb.toGen |> Gen.filter (fun p -> p.Training.Loss = Squared) |> Arb.fromGen

    for mode in [ history; hybrid ] do
        mostly 20 squared (fun problem ->
            whenStable mode problem (fun run ->
                let a = 3.0
                let t = problem.Training

                let scaled =
                    { problem with
                        Training =
                            { t with
                                Multiplier = t.Multiplier * a
                                HeadRate = t.HeadRate / (a * a)
                                FeatureRate = t.FeatureRate / (a * a) } }

                let other = trainWith (optionsFrom null a mode scaled) scaled
                near "a F" 1e-9 (predictions run |> Array.map (Array.map ((*) a))) (predictions other)
                near "g" 1e-9 (embeddings run) (embeddings other)))

let private firstRows n (m: HadamardNtk.Matrix) = Array.take n (rowsOf m)

let private wide (rows: float[][]) = M.Build.DenseOfRowArrays rows

[<Fact>]
[<Law "eta_g = 0: F_t = f_0(g_0) + K (I - (I - eta K/(nC))^t) K^-1 (y - f_0(g_0)), K = K_f(g_0, g_0)">]
let ``with g at rest the training is the ordinary dynamics of the head on its embeddings`` () =
    let resting =
        smooth
        |> Arb.toGen
        |> Gen.filter (fun p -> p.Training.Loss = Squared && (definition p).Widths.Length = 1)
        |> Gen.map (fun p -> { p with Training = { p.Training with HeadRate = 0.05; FeatureRate = 0.0 } })
        |> Arb.fromGen

    let undivided = Spec.Checked 0.75

    mostly 40 resting (fun problem ->
        whenStable history problem (fun run ->
            let n = problem.Y.Length
            let network = HadamardNtk.BottleneckNetwork.Of(network problem)
            let first = run.Records[0]
            let rows = matrix (firstRows n first.Embeddings)
            let kappa = problem.Training.Multiplier
            let start = matrix (firstRows n first.Predictions)

            let options =
                HadamardNtk.DynamicsOptions<HadamardNtk.Matrix>(
                    OutputMultiplier = kappa,
                    InitialFunction = (fun _ -> start)
                )

            let dynamics =
                HadamardNtk.TrainingDynamics.Create(
                    HadamardNtk.NetworkKernels.Ntk network.Heads[0],
                    rows,
                    matrix problem.Y,
                    options
                )

            let isUndivided = run.Records |> Seq.forall (fun r -> r.Parts = 1)
            undivided.Add isUndivided

            if isUndivided then
                for record in run.Records do
                    let training =
                        HadamardNtk.Training.Descent(
                            problem.Training.HeadRate,
                            record.Step,
                            HadamardNtk.Momentum.None
                        )

                    let expected = rowsOf (dynamics.At().Mean training)
                    near "F" 1e-9 expected (firstRows n record.Predictions)))

    undivided.Require()

[<Fact>]
[<Law "dF/dt = -Theta_F dL/dF">]
let ``the effective tangent kernel drives the predictions at all samples`` () =
    mostly 30 smooth (fun problem ->
        let slow = 1e-6

        let problem =
            { problem with
                Steps = 1
                Training = { problem.Training with HeadRate = 0.7 * slow; FeatureRate = 1.3 * slow } }

        whenStable history problem (fun run ->
            let n, all = problem.Y.Length, problem.X.Length
            let first, last = run.Records[0], run.Records[1]
            let loss = problem.Training.Loss
            let slope = Loss.gradient loss (wide (firstRows n first.Predictions)) (wide problem.Y)
            let moved = wide (rowsOf last.Predictions) - wide (rowsOf first.Predictions)
            let outputs = problem.Y[0].Length

            // With one output the kernel is the whole of it; with more, those of two outputs are not in it.
            if outputs = 1 then
                let kernel = first.Kernel().Cross([| 0 .. all - 1 |], [| 0 .. n - 1 |])
                let expected = -(wide (rowsOf kernel)) * slope
                near "dF" 1e-4 (expected.Divide(slow).ToRowArrays()) (moved.Divide(slow).ToRowArrays())

            let gram = first.Kernel().Gram [| 0 .. all - 1 |]
            let crossed = first.Kernel().Cross([| 0 .. all - 1 |], [| 0 .. all - 1 |])
            near "Gram" 1e-12 (rowsOf crossed) (rowsOf gram)

            let diagonal = first.Kernel().Diagonal [| 0 .. all - 1 |]

            let mean =
                [ for c in 0 .. outputs - 1 -> wide (rowsOf (first.Kernel(Nullable c).Gram [| 0 .. all - 1 |])) ]

            let average = (List.reduce (+) mean).Divide(float outputs)
            near "mean over outputs" 1e-12 (average.ToRowArrays()) (rowsOf gram)
            diagonal |> Array.iteri (fun i v -> Spec.near "diagonal" (1e-12 * (1.0 + abs v)) v gram[i, i])))

[<Fact>]
[<Law "Theta_F >= 0">]
let ``the effective tangent kernel is symmetric and positive semidefinite through training`` () =
    for mode, problems in [ history, smooth; hybrid, any ] do
        mostly 25 problems (fun problem ->
            whenStable mode problem (fun run ->
                for record in run.Records do
                    let gram = wide (rowsOf (record.Kernel().Gram [| 0 .. problem.X.Length - 1 |]))
                    Assert.Equal(gram, gram.Transpose())
                    let values = gram.Evd(Symmetricity.Symmetric).EigenValues |> Seq.map _.Real |> List.ofSeq
                    let least, most = List.min values, List.max values
                    Assert.True(least >= -1e-12 * (1e-300 + most), $"{least} beside {most}")))

/// Moments of g at two samples with the NNGP kernel Sigma, for a width d and one draw: q, q' and c.
let private moments (sigma: float * float * float) d (draws: float[]) start =
    let a, b, c = sigma
    let root = sqrt a
    let cross = c / root
    let rest = sqrt (b - cross * cross)
    let mutable q, q', r = 0.0, 0.0, 0.0

    for k in 0 .. d - 1 do
        let u, v = draws[start + 2 * k], draws[start + 2 * k + 1]
        let z, z' = root * u, cross * u + rest * v
        q <- q + z * z
        q' <- q' + z' * z'
        r <- r + z * z'

    let d = float d
    struct (q / d, q' / d, r / d)

[<Theory>]
[<InlineData("dense(w=1.41421356237309515) relu dense")>]
[<InlineData("dense erf dense")>]
[<InlineData("dense sin dense")>]
let ``the mean over starts of K_f at width 4096 is that of the ordinary recursion to 1e-6 beside its term in 1/d``
    text
    =
    let head = BottleneckGradient.headOf text
    let kernel = Head.kernel head
    let byRow, byPair = Head.gradient head |> Result.defaultWith (string >> invalidOp)
    let byColumn = Expr.mirror byRow
    let a, b, c = 1.3, 0.8, 0.45
    let w2 = head.First.Weight * head.First.Weight
    let at expr (q, q', r) = Expr.evaluate Expr.floats (w2 * q) (w2 * q') (w2 * r) expr
    let gradient = [ byRow; byColumn; byPair ]

    // The second derivatives are differences of the first; the moments of d columns have these covariances, over d.
    let h = 1e-4

    let hessian =
        [ for first in gradient ->
              [ (at first (a + h, b, c) - at first (a - h, b, c)) / (2.0 * h)
                (at first (a, b + h, c) - at first (a, b - h, c)) / (2.0 * h)
                (at first (a, b, c + h) - at first (a, b, c - h)) / (2.0 * h) ] ]

    let covariance =
        [ [ 2.0 * a * a; 2.0 * c * c; 2.0 * a * c ]
          [ 2.0 * c * c; 2.0 * b * b; 2.0 * b * c ]
          [ 2.0 * a * c; 2.0 * b * c; a * b + c * c ] ]

    let bend = 0.5 * w2 * (List.map2 (List.map2 (*)) hessian covariance |> List.concat |> List.sum)
    let limit = at kernel (a, b, c)

    /// The mean over starts less the limit. The terms of first and second order in the moments are taken away, and the
    /// mean of the second, bend/d, is added: what is left scatters as d^(-3/2).
    let excess d starts =
        let values =
            [| for s in 1..starts ->
                   let draws = Draws.normals (int64 s) (2 * d)
                   let struct (q, q', r) = moments (a, b, c) d draws 0
                   let moved = [ q - a; q' - b; r - c ]

                   let linear = List.map2 (fun expr x -> w2 * at expr (a, b, c) * x) gradient moved |> List.sum

                   let quadratic =
                       List.map2 (fun x row -> x * List.sum (List.map2 (*) row moved)) moved hessian |> List.sum

                   at kernel (q, q', r) - limit - linear - 0.5 * w2 * quadratic + bend / float d |]

        Array.average values

    Spec.near "E K_f" 1e-6 (bend / 4096.0) (excess 4096 400)

    // The rate: 16 times the width leaves a 16th.
    let small, great = excess 256 1600, excess 4096 400
    Assert.True(abs bend > 1e-3)
    Spec.near "16 times the width" (0.05 * abs small) small (16.0 * great)

[<Fact>]
[<Law "lim_d F = F of the network without the bottleneck">]
let ``as the bottleneck widens the training tends to that without it, as d^(-1/2) at a start`` () =
    let problem width seed =
        { Text = $"dense erf dense bottleneck(width={width}) dense erf dense"
          X = [| for i in 0L .. 5L -> Draws.normals (i + 11L) 3 |]
          Y = [| for i in 0..4 -> [| cos (float i) |] |]
          Width = 8192
          Seed = seed
          Training = { Loss = Squared; Multiplier = 1.0; HeadRate = 0.5; FeatureRate = 0.5 }
          Steps = 30 }

    let distance width =
        [ for seed in 1L .. 12L ->
              let last = Seq.last (train history (problem width seed)).Records
              let joined = last.JoinedPredictions |> Option.ofObj |> Option.get
              (wide (rowsOf last.Predictions) - wide (rowsOf joined)).L2Norm() ** 2.0 ]
        |> List.average
        |> sqrt

    let narrow, broad = distance 16, distance 256
    // The factor is 4 but for the scatter of 12 starts and the random features of f_0.
    Assert.True(narrow / broad > 2.5 && narrow / broad < 6.0, $"{narrow} at 16, {broad} at 256")
