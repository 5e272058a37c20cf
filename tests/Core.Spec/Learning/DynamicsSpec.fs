/// Training in the limit of infinite width: gradient flow, descent, ensembles, other losses.
module HadamardNtk.Core.Spec.DynamicsSpec

open System
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.DynamicsProblems
open MathNet.Numerics.LinearAlgebra
open Xunit

[<Fact>]
[<Law "f_0(x) = f_0(x)">]
let ``at time 0, and before the first step, nothing is learned`` () =
    Spec.holds 200 show problems (fun problem ->
        for training in [ Flow 0.0; Descent(0.1, NoMomentum, 0); Descent(0.1, HeavyBall 0.9, 0) ] do
            reached training 0.0 problem |> near "f_0" 0.0 (0.0 * reached training 0.0 problem))

[<Fact>]
[<Law "f_inf(x) = K(x,X) (K + r I)^-1 y">]
let ``in the end the flow is the regression at its ridge`` () =
    Spec.holds 200 show problems (fun problem ->
        let k, y, r = kernelsOf problem, targetsOf problem, 0.5
        let regression = Regression.fit r k.Train y

        reached (Flow Double.PositiveInfinity) r problem
        |> near "f_inf" 1e-11 (Regression.predict k.Cross regression))

[<Fact>]
[<Law "f_inf(X) = K K^+ y">]
let ``without a ridge the end is the least squares solution, whatever eigenvalues are 0`` () =
    Spec.holds 200 show problems (fun problem ->
        let k, y = kernelsOf problem, targetsOf problem
        let fitted = onTrain (Flow Double.PositiveInfinity) 0.0 problem
        // What is left is orthogonal to what K can make.
        near "K (y - f_inf)" 1e-8 (0.0 * y) (k.Train * (y - fitted))
        Assert.True(reached (Flow Double.PositiveInfinity) 0.0 problem |> _.Enumerate() |> Seq.forall Double.IsFinite))

[<Fact>]
[<Law "lim_k (1 - a t/k)^k = e^(-a t)">]
let ``the flow is the limit of small steps: ten times the steps leave a tenth of the error`` () =
    Spec.holds 100 show problems (fun problem ->
        let flow = reached (Flow 1.0) 0.0 problem
        // The error of k steps is (t lambda)^2 e^(-t lambda)/2k to first order; k >> t lambda.
        let distance steps = (reached (Descent(1.0 / float steps, NoMomentum, steps)) 0.0 problem - flow).L2Norm()

        let far, near' = distance 10000, distance 100000
        Assert.True(near' <= 0.11 * far + 1e-9 * (1.0 + flow.L2Norm()), $"{far} at 10000 steps, {near'} at 100000"))

/// One descent, step by step, on the n training values.
let private byHand rate momentum steps problem =
    let k, y = (kernelsOf problem).Train, targetsOf problem
    let numbers = float (y.RowCount * y.ColumnCount)
    let step (f: M) = -(rate / numbers) * k * (f - y)

    let rec go count (f: M) (before: M) =
        if count = 0 then
            f
        else
            match momentum with
            | NoMomentum -> go (count - 1) (f + step f) f
            | HeavyBall beta -> go (count - 1) (f + step f + beta * (f - before)) f
            | Nesterov beta ->
                let ahead = f + beta * (f - before)
                go (count - 1) (ahead + step ahead) f

    go steps (0.0 * y) (0.0 * y)

let private stableRate momentum problem =
    let k, y = (kernelsOf problem).Train, targetsOf problem
    let largest = (Dynamics.basis k).Values.Maximum()
    Dynamics.maximumRate momentum (y.RowCount * y.ColumnCount) (max 1e-3 largest)

let private momenta = [ NoMomentum; HeavyBall 0.9; HeavyBall 0.0; Nesterov 0.8 ]

[<Fact>]
[<Law "f_(k+1) = f_k - rate/(nC) K (f_k - y) + beta (f_k - f_(k-1))">]
let ``descent is its steps one after the other, with each momentum`` () =
    Spec.holds 100 show problems (fun problem ->
        for momentum in momenta do
            let rate = 0.7 * stableRate momentum problem

            onTrain (Descent(rate, momentum, 60)) 0.0 problem
            |> near $"{momentum}" 1e-9 (byHand rate momentum 60 problem))

[<Fact>]
[<Law "rate_max = 2 (1 + beta) nC/lambda, Nesterov 2 (1 + beta)/(1 + 2 beta) nC/lambda">]
let ``below the maximum rate the residual along the first eigenvector dies, above it grows`` () =
    for momentum in momenta do
        for lambda in [ 0.3; 1.0; 40.0 ] do
            let residual factor steps =
                let rate = factor * Dynamics.maximumRate momentum 6 lambda
                abs (1.0 - lambda * Dynamics.gain (Descent(rate, momentum, steps)) 6 lambda)

            Assert.True(residual 0.98 4000 < 1e-3, $"{momentum} {lambda}: {residual 0.98 4000}")
            Assert.True(residual 1.02 300 > 1e3, $"{momentum} {lambda}: {residual 1.02 300}")

[<Fact>]
[<Law "d/dt L(f_t) <= 0">]
let ``the training loss never grows along the flow`` () =
    Spec.holds 200 show problems (fun problem ->
        let y = targetsOf problem
        let loss t = Loss.value Squared (onTrain (Flow t) 0.0 problem) y
        let losses = [ 0.0; 1e-3; 0.1; 1.0; 7.0; 1e3; 1e6 ] |> List.map loss
        Assert.True(losses |> List.pairwise |> List.forall (fun (a, b) -> b <= a + 1e-12 * (1.0 + a)), $"%A{losses}"))

[<Fact>]
[<Law "f_(s+t) = flow of f_s by t">]
let ``a flow interrupted and started again from where it was is the whole flow`` () =
    Spec.holds 200 show problems (fun problem ->
        let k, y = kernelsOf problem, targetsOf problem
        let at t cross = Dynamics.propagator (Flow t) y.ColumnCount 0.0 k.Train cross
        let points, train = at 0.4 k.Cross * y, at 0.4 k.Train * y
        Dynamics.mean (at 1.1 k.Cross) points train y |> near "f" 1e-10 (reached (Flow 1.5) 0.0 problem))

[<Fact>]
[<Law "da/dt = -grad L(f_0 + K a), f_t(x) = f_0(x) + K(x,X) a">]
let ``the flow agrees with its integration step by step`` () =
    Spec.holds 60 show problems (fun problem ->
        let k, y = kernelsOf problem, targetsOf problem
        let times = [ 0.0; 0.3; 2.0; 9.0 ]
        let found = Loss.flow Squared 1e-12 100_000 ((*) k.Train) (0.0 * y) y times

        for t, a in List.zip times found do
            k.Cross * a |> near $"t = {t}" 1e-9 (reached (Flow t) 0.0 problem))

[<Fact>]
[<Law "grad L by central differences">]
let ``a loss's gradient is that of its value`` () =
    Spec.holds 100 show problems (fun problem ->
        let f = targetsOf problem

        let targets loss =
            match loss with
            | Squared -> build.Dense(f.RowCount, 2, 0.3)
            | Logistic -> build.Dense(f.RowCount, 2, (fun i c -> if (i + c) % 2 = 0 then 1.0 else -1.0))
            | Softmax -> build.Dense(f.RowCount, 2, (fun i c -> if (i + c) % 2 = 0 then 1.0 else 0.0))

        for loss in [ Squared; Logistic; Softmax ] do
            let y, h = targets loss, 1e-5
            let gradient = Loss.gradient loss f y

            for i in 0 .. f.RowCount - 1 do
                for c in 0..1 do
                    let moved by =
                        let g = f.Clone()
                        g[i, c] <- g[i, c] + by
                        Loss.value loss g y

                    // Values to 1e-16 |L|, L <= 20: 1e-10 of the slope; third derivatives h^2.
                    Spec.near $"{loss}" 3e-9 ((moved h - moved -h) / (2.0 * h)) gradient[i, c])

[<Fact>]
[<Law "d/dt L(f_t) <= 0 for logistic and softmax">]
let ``other losses fall along their flow, and huge outputs overflow nothing`` () =
    Spec.holds 60 show problems (fun problem ->
        let k, f = kernelsOf problem, targetsOf problem
        let labels = build.Dense(f.RowCount, 2, (fun i c -> if f[i, c] > 0.0 then 1.0 else -1.0))
        let hot = build.Dense(f.RowCount, 2, (fun i c -> if (f[i, 0] > f[i, 1]) = (c = 0) then 1.0 else 0.0))

        for loss, y in [ Logistic, labels; Softmax, hot ] do
            for start in [ 0.0; 800.0 ] do
                let f0 = start * f
                let times = [ 0.0; 0.5; 4.0; 30.0 ]
                let flow = Loss.flow loss 1e-9 100_000 ((*) k.Train) f0 y times
                let losses = flow |> List.map (fun a -> Loss.value loss (f0 + k.Train * a) y)
                Assert.True(losses |> List.forall Double.IsFinite)

                Assert.True(
                    losses |> List.pairwise |> List.forall (fun (a, b) -> b <= a + 1e-7 * (1.0 + a)),
                    $"%A{losses}"
                ))

[<Fact>]
[<Law "cov_inf = k(x,x') - K(x,X) (K + r I)^-1 K(X,x')">]
let ``in the end the NNGP ensemble is the posterior of its Gaussian process`` () =
    Spec.holds 200 show problems (fun problem ->
        let k, y, r = kernelsOf problem, targetsOf problem, 0.5
        let regression = Regression.fit r k.Train y
        let ensemble = Dynamics.nngp (Flow Double.PositiveInfinity) r k y
        near "mean" 1e-11 (Regression.predict k.Cross regression) ensemble.Mean
        near "covariance" 1e-11 (Regression.covariance k.Cross k.Points regression) ensemble.Covariance)

[<Fact>]
[<Law "cov of f_0 + A (y + noise - f_0(X)) = the NNGP line; without noise the NTK line">]
let ``an ensemble's covariance is that of the flow applied to Gaussian starts`` () =
    Spec.holds 200 show problems (fun problem ->
        let s, y, r = kernelsOf problem, targetsOf problem, 0.3
        // f_t = f_0 + A (y - f_0(X)) = [I, -A] (f_0, f_0(X)) + A y: its covariance by the joint one of the starts.
        let flowed (a: M) noise =
            let joint =
                build.DenseOfMatrixArray(array2D [ [ s.Points; s.Cross ]; [ s.Cross.Transpose(); s.Train ] ])

            let map = build.DenseOfMatrixArray(array2D [ [ build.DenseIdentity s.Points.RowCount; -a ] ])
            map * joint * map.Transpose() + noise * a * a.Transpose()

        for t in [ 0.0; 0.8; 20.0; Double.PositiveInfinity ] do
            let b = Dynamics.propagator (Flow t) y.ColumnCount r s.Train s.Cross
            near "NNGP" 1e-10 (flowed b r) (Dynamics.nngp (Flow t) r s y).Covariance
            let theta: Dynamics.Kernels = { Points = 2.0 * s.Points; Cross = 2.0 * s.Cross; Train = 2.0 * s.Train }
            let a = Dynamics.propagator (Flow t) y.ColumnCount r theta.Train theta.Cross
            near "NTK" 1e-10 (flowed a 0.0) (Dynamics.ntk (Flow t) r s theta y).Covariance)

/// M_k of a method with a_k = M_k (y + noise - f_0(X)), f_k(x) = f_0(x) + K(x,X) a_k, step by step: n x n.
let private recursion rate momentum steps numbers (g: M) =
    let one: M = build.DenseIdentity g.RowCount
    let pull (m: M) = (rate / float numbers) * (one - g * m)

    let next (m: M) (before: M) =
        match momentum with
        | NoMomentum -> m + pull m
        | HeavyBall beta -> m + beta * (m - before) + pull m
        | Nesterov beta ->
            let ahead = m + beta * (m - before)
            ahead + pull ahead

    ((0.0 * one, 0.0 * one), seq { 1..steps })
    ||> Seq.fold (fun (m, before) _ -> next m before, m)
    |> fst

[<Fact>]
[<Law "cov_k = S_tt - S_tX (1 - rho_k(G)^2)/G S_Xt, rho_k the residual polynomial">]
let ``the NNGP ensemble's covariance under momentum is that of its steps applied to Gaussian starts`` () =
    Spec.holds 100 show problems (fun problem ->
        let s, y = kernelsOf problem, targetsOf problem

        for r in [ 0.0; 0.3 ] do
            let g: M = s.Train + r * build.DenseIdentity s.Train.RowCount
            let largest = max 1e-3 ((Dynamics.basis g).Values.Maximum())
            let numbers = y.RowCount * y.ColumnCount

            for momentum in momenta do
                let rate = 0.7 * Dynamics.maximumRate momentum numbers largest

                for steps in [ 0; 1; 2; 3; 40 ] do
                    let b: M = s.Cross * recursion rate momentum steps numbers g
                    let crossed: M = b * s.Cross.Transpose()
                    // f_0 + B (y + noise - f_0(X)), noise N(0, r).
                    let expected = s.Points - crossed - crossed.Transpose() + b * g * b.Transpose()
                    let found = Dynamics.nngp (Descent(rate, momentum, steps)) r s y
                    near $"{momentum}, {steps} steps, r = {r}" 1e-9 expected found.Covariance
                    near "mean" 1e-9 (b * y) found.Mean)

[<Fact>]
let ``three steps with momentum leave these parts of a variance of 2`` () =
    // Along a = 2 at rate 1/4: the residuals 1, 1/2, 0, -1/4 of the heavy ball and 1, 1/2, 1/8, -1/32 of Nesterov's, at beta = 1/2.
    let two: M = build.Dense(1, 1, 2.0)
    let s: Dynamics.Kernels = { Points = two; Cross = two; Train = two }
    let left momentum = (Dynamics.nngp (Descent(0.25, momentum, 3)) 0.0 s two).Covariance[0, 0]
    Spec.near "heavy ball" 1e-15 (2.0 / 16.0) (left (HeavyBall 0.5))
    Spec.near "Nesterov" 1e-15 (2.0 / 1024.0) (left (Nesterov 0.5))

/// One descent of functions drawn from N(0, S), on the joint values of points and training samples: what happens at the points
/// is a step of its own, K(x,X) (f(X) - y), and momentum acts on their own values.
let private drawn rate momentum steps (s: Dynamics.Kernels) (y: M) draws =
    let joint: M =
        build.DenseOfMatrixArray(array2D [ [ s.Points; s.Cross ]; [ s.Cross.Transpose(); s.Train ] ])

    let root: M = joint.Cholesky().Factor
    let m, n = s.Points.RowCount, s.Train.RowCount
    let toAll = joint.SubMatrix(0, m + n, m, n)
    let normals: M = build.DenseOfColumnMajor(m + n, draws, Draws.normals 5L ((m + n) * draws))
    let start: M = root * normals
    let targets: M = build.Dense(n, draws, (fun i _ -> y[i, 0]))
    let step (f: M) = -(rate / float n) * toAll * (f.SubMatrix(m, n, 0, draws) - targets)

    let next (f: M) (before: M) =
        match momentum with
        | NoMomentum -> f + step f
        | HeavyBall beta -> f + beta * (f - before) + step f
        | Nesterov beta ->
            let ahead = f + beta * (f - before)
            ahead + step ahead

    ((start, start), seq { 1..steps })
    ||> Seq.fold (fun (f, before) _ -> next f before, f)
    |> fst
    |> _.SubMatrix(0, m, 0, draws)

[<Fact>]
let ``functions drawn from the start and trained with momentum have the mean and covariance of the NNGP ensemble`` () =
    let factor: M = build.DenseOfRowMajor(5, 5, Draws.normals 3L 25)
    let all: M = factor * factor.Transpose() + 0.1 * build.DenseIdentity 5

    let s: Dynamics.Kernels =
        { Points = all.SubMatrix(0, 2, 0, 2)
          Cross = all.SubMatrix(0, 2, 2, 3)
          Train = all.SubMatrix(2, 3, 2, 3) }

    let y = build.DenseOfColumnMajor(3, 1, [ 1.0; -2.0; 0.5 ])
    let largest = (Dynamics.basis s.Train).Values.Maximum()
    let draws = 40000

    for momentum in [ HeavyBall 0.8; Nesterov 0.6; NoMomentum ] do
        let rate = 0.5 * Dynamics.maximumRate momentum 3 largest

        for steps in [ 1; 4; 25 ] do
            let f = drawn rate momentum steps s y draws
            let expected = Dynamics.nngp (Descent(rate, momentum, steps)) 0.0 s y
            let mean = f.RowSums() / float draws
            let centered = f - build.DenseOfColumnVectors(Seq.replicate draws mean)
            let covariance = centered * centered.Transpose() / float draws
            let c = expected.Covariance

            for i in 0..1 do
                Spec.near "mean" (5.0 * sqrt (c[i, i] / float draws)) expected.Mean[i, 0] mean[i]

                for j in 0..1 do
                    let deviation = sqrt ((c[i, i] * c[j, j] + c[i, j] * c[i, j]) / float draws)
                    Spec.near $"{momentum}, {steps}: cov[{i},{j}]" (5.0 * deviation) c[i, j] covariance[i, j]

[<Theory>]
[<InlineData(1e200, 1.0)>]
[<InlineData(-1.797e308, 1.0)>]
[<InlineData(1.0, 1e300)>]
[<InlineData(1e200, 1e200)>]
let ``a flow whose numbers leave float64 ends, and says what to scale`` (target: float) (kernel: float) =
    let y: M = build.DenseOfColumnMajor(2, 1, [ target; -1.0 ])
    let k: M = kernel * build.DenseOfRowMajor(2, 2, [ 2.0; 1.0; 1.0; 2.0 ])

    for loss in [ Squared; Softmax ] do
        try
            let found = Loss.flow loss 1e-9 20_000 ((*) k) (0.0 * y) y [ 1.0 ]
            Assert.True(found |> List.forall (fun a -> a.Enumerate() |> Seq.forall Double.IsFinite))
        with
        | Loss.FlowStoppedException _
        | Loss.TooManyStepsException _ as e -> Assert.Contains("scale the targets", e.Message)

[<Fact>]
let ``a flow that grows beyond float64 stops where no step is small enough, and says at which time`` () =
    // df/dt = f - y: f = 1 - e^t leaves float64 at t = 709.8. Only a kernel that is not positive semidefinite does that.
    let y: M = build.DenseOfColumnMajor(1, 1, [ 1.0 ])

    let stopped =
        Assert.Throws<Loss.FlowStoppedException>(fun () ->
            Loss.flow Squared 1e-6 100_000 (fun a -> -a) (0.0 * y) y [ 1000.0 ] |> ignore)

    Assert.InRange(stopped.time, 700.0, 710.0)
    Assert.Contains("scale the targets", stopped.Message)

[<Fact>]
[<Law "cov_t >= 0, var_t <= k(x,x) for the NNGP">]
let ``an ensemble's covariance is positive semidefinite, and training the read-out takes variance away`` () =
    Spec.holds 200 show problems (fun problem ->
        let s, y = kernelsOf problem, targetsOf problem
        let theta: Dynamics.Kernels = { Points = 1.5 * s.Points; Cross = 1.5 * s.Cross; Train = 1.5 * s.Train }
        let bound = 1e-9 * (size s.Points + size s.Train)

        for r in [ 0.0; 0.1 ] do
            for t in [ 0.0; 0.5; 30.0; Double.PositiveInfinity ] do
                let nngp = Dynamics.nngp (Flow t) r s y
                Assert.True(smallest nngp.Covariance >= -bound, $"NNGP, t = {t}: {smallest nngp.Covariance}")
                let ntk = Dynamics.ntk (Flow t) r s theta y
                Assert.True(smallest ntk.Covariance >= -bound, $"NTK, t = {t}: {smallest ntk.Covariance}")

                for i in 0 .. s.Points.RowCount - 1 do
                    Assert.True(nngp.Covariance[i, i] <= s.Points[i, i] + bound))

[<Fact>]
let ``one sample, two equal ones and a kernel of zeros give numbers at every time`` () =
    let single =
        { Joint = array2D [ [ 2.0; 1.0 ]; [ 1.0; 3.0 ] ]; Train = 1; Targets = array2D [ [ 1.0; -1.0 ] ] }

    let twins =
        { Joint = Array2D.create 3 3 1.0; Train = 2; Targets = array2D [ [ 1.0; 0.0 ]; [ -3.0; 2.0 ] ] }

    let zeros =
        { Joint = Array2D.zeroCreate 3 3; Train = 2; Targets = array2D [ [ 1.0; 0.0 ]; [ -3.0; 2.0 ] ] }

    for problem in [ single; twins; zeros ] do
        for t in [ 0.0; 1.0; 1e5; 1e20; Double.PositiveInfinity ] do
            for r in [ 0.0; 1e-3 ] do
                Assert.True((reached (Flow t) r problem).Enumerate() |> Seq.forall Double.IsFinite, show problem)

    // Two samples that are one: it learns their mean, -1 and 1.
    let learned = reached (Flow Double.PositiveInfinity) 0.0 twins
    Spec.near "first" 1e-12 -1.0 learned[0, 0]
    Spec.near "second" 1e-12 1.0 learned[0, 1]

[<Theory>]
[<InlineData("Flow -1")>]
[<InlineData("Flow NaN")>]
[<InlineData("rate")>]
[<InlineData("beta")>]
[<InlineData("steps")>]
let ``times, rates and momenta that make no sense are refused`` what =
    let training =
        match what with
        | "Flow -1" -> Flow -1.0
        | "Flow NaN" -> Flow Double.NaN
        | "rate" -> Descent(0.0, NoMomentum, 3)
        | "beta" -> Descent(0.1, HeavyBall 1.0, 3)
        | _ -> Descent(0.1, NoMomentum, -1)

    Assert.Throws<ArgumentException>(fun () -> Dynamics.gain training 4 1.0 |> ignore) |> ignore

/// f(X) of a finite network, n x 1.
let private outputs network (rows: float[][]) : M =
    build.DenseOfRowArrays(rows |> Array.map (FiniteNetwork.outputs network))

/// The same network after steps of gradient descent on 1/(2 n) |f(X) - y|^2.
let private descend (rate: float) steps (rows: float[][]) (y: M) network =
    let step network =
        let residual = outputs network rows - y
        let p = Vector<float>.Build.DenseOfArray(FiniteNetwork.parameters network)

        let gradient: Vector<float> =
            rows
            |> Array.mapi (fun i row ->
                residual[i, 0] / float rows.Length
                * Vector<float>.Build.DenseOfArray(FiniteNetwork.gradient network 0 row))
            |> Array.reduce (+)

        FiniteNetwork.withParameters ((p - rate * gradient).ToArray()) network

    Seq.fold (fun n _ -> step n) network (seq { 1..steps })

[<Fact>]
[<Law "f_k of a network of width m -> f_0 + K phi_k(K) (y - f_0)">]
let ``gradient descent on a finite network tends to the descent of its limit as it grows wider`` () =
    let network =
        match Notation.parse "dense erf dense erf dense" with
        | Ok network -> network
        | Error e -> invalidOp (string e)

    let x = [| [| 1.0; 0.2 |]; [| -0.5; 0.8 |]; [| 0.3; -1.0 |] |]
    let points = [| [| 0.4; 0.6 |]; [| -1.0; -0.2 |] |]
    let y = build.DenseOfColumnMajor(3, 1, [ 0.7; -0.4; 0.2 ])
    let rate, steps = 0.8, 40

    let gram rows columns : M =
        match Kernel.ofNetwork network with
        | Ok kernel -> Kernel.cross kernel rows columns |> snd |> build.DenseOfArray
        | Error e -> invalidOp (string e)

    let limit: M = Dynamics.propagator (Descent(rate, NoMomentum, steps)) 1 0.0 (gram x x) (gram points x)

    // The mean over seeds of the squared distance between the trained network and the limit started where it started.
    let distance width =
        [ 1L .. 12L ]
        |> List.averageBy (fun (seed: int64) ->
            let start = FiniteNetwork.create width 2 seed network
            let expected: M = Dynamics.mean limit (outputs start points) (outputs start x) y
            let trained: M = outputs (descend rate steps x y start) points
            (trained - expected).PointwisePower(2.0).RowSums().Sum())

    let narrow, wide = distance 16, distance 256
    // The kernel's fluctuation is O(1/sqrt m): the squared distance falls by 16; a factor of 6 is well outside the seeds' spread.
    Assert.True(wide < narrow / 6.0, $"{narrow} at width 16, {wide} at width 256")
