/// Deep linear networks with a bottleneck: their flow, what it conserves, and how fast it ends.
module HadamardNtk.Core.Spec.DeepLinearSpec

open System
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.DeepLinearProblems
open HadamardNtk.Core.Spec.DynamicsProblems
open MathNet.Numerics.LinearAlgebra
open Xunit

[<Fact>]
[<Law "c_g x.x', c_f z.z', c_inf x.x' are the NTK of g, f and g f; starts have their NNGP">]
let ``the coefficients are those of the kernels of dense layers`` () =
    let kernels text x x' =
        match Notation.parse text |> Result.map Kernel.ofNetwork with
        | Ok(Ok kernel) ->
            let nngp, ntk = Kernel.cross kernel [| x |] [| x' |]
            nngp[0, 0], ntk[0, 0]
        | other -> invalidOp (string other)

    let x, x' = [| 0.4; -1.0; 0.7 |], [| 1.5; -0.2; 0.6 |]
    let z, z' = [| 0.3; 0.9 |], [| -0.8; 1.1 |]
    let dot a b = Array.fold2 (fun sum a b -> sum + a * b) 0.0 a b
    let g, f = "dense(w=1.3) dense(w=0.7)", "dense(w=0.9) dense(w=1.1) dense(w=1.2)"

    let net =
        { Features = 3
          Width = 2
          Outputs = 2
          FLayers = 3
          GLayers = 2
          FScale = (0.9 * 1.1 * 1.2) ** 2.0
          GScale = (1.3 * 0.7) ** 2.0
          FRate = 1.0
          GRate = 1.0 }

    Spec.near "c_g" 1e-14 (snd (kernels g x x')) (net.FeatureCoefficient * dot x x')
    Spec.near "c_f" 1e-14 (snd (kernels f z z')) (net.HeadCoefficient * dot z z')
    Spec.near "c_inf" 1e-14 (snd (kernels $"{g} {f}" x x')) (net.InfiniteCoefficient * dot x x')
    // Each rate is that of its own part, and a frozen part is not trained.
    Spec.near "eta_g" 1e-14 (3.0 * net.FeatureCoefficient) { net with GRate = 3.0; FRate = 5.0 }.FeatureCoefficient
    Spec.near "eta_f" 1e-14 (5.0 * net.HeadCoefficient) { net with GRate = 3.0; FRate = 5.0 }.HeadCoefficient
    let frozen = g.Replace(")", ",trained=false)")

    Spec.near
        "g frozen"
        1e-14
        (snd (kernels $"{frozen} {f}" x x'))
        ({ net with GRate = 0.0 }.InfiniteCoefficient * dot x x')

    let draws = Draws.normals 5L 10
    let start = DeepLinear.start net 5L
    let deviation kernel (x: float[]) = sqrt (fst kernel * float x.Length / dot x x) / sqrt (float x.Length)

    for i in 0..1 do
        for j in 0..2 do
            Spec.near "W" 1e-14 (deviation (kernels g x x) x * draws[3 * i + j]) start.W[i, j]

        for j in 0..1 do
            Spec.near "U" 1e-14 (deviation (kernels f z z) z * draws[6 + 2 * i + j]) start.U[i, j]

[<Fact>]
[<Law "dU/dt = -c_f dL/dU, dW/dt = -c_g dL/dW: Euler's and Runge's steps on central differences of L(X W^T U^T, y)">]
let ``the flow is gradient descent of the loss in U and W with tiny steps`` () =
    /// dL/dM by central differences of the loss with M moved.
    let slope (m: M) (lossOf: M -> float) : M =
        let h = 1e-5

        build.Dense(
            m.RowCount,
            m.ColumnCount,
            fun i j ->
                let moved by =
                    let m = m.Clone()
                    m[i, j] <- m[i, j] + by
                    lossOf m

                (moved h - moved -h) / (2.0 * h)
        )

    let outputs (u: M) (w: M) (x: M) =
        build.Dense(
            x.RowCount,
            u.RowCount,
            fun i c ->
                Seq.sum (
                    seq {
                        for k in 0 .. w.RowCount - 1 do
                            for j in 0 .. w.ColumnCount - 1 do
                                u[c, k] * w[k, j] * x[i, j]
                    }
                )
        )

    Spec.holds 6 string seeds (fun seed ->
        for loss in losses do
            let task = taskOf loss seed
            let cf, cg = task.Net.HeadCoefficient, task.Net.FeatureCoefficient

            let slopes (u: M, w: M) =
                let lossOf u w = Loss.value loss (outputs u w task.X) task.Y
                -cf * slope u (fun u -> lossOf u w), -cg * slope w (lossOf u)

            let plus h (u: M, w: M) (u': M, w': M) = u + h * u', w + h * w'

            let euler h state = plus h state (slopes state)

            let runge h state =
                let k1 = slopes state
                let k2 = slopes (plus (h / 2.0) state k1)
                let k3 = slopes (plus (h / 2.0) state k2)
                let k4 = slopes (plus h state k3)

                [ h / 6.0, k1; h / 3.0, k2; h / 3.0, k3; h / 6.0, k4 ]
                |> List.fold (fun s (h, k) -> plus h s k) state

            let run step steps =
                Seq.fold (fun s _ -> step (0.5 / float steps) s) (task.Start.U, task.Start.W) (seq { 1..steps })

            let found = flowOf task [ 0.2; 0.5 ] |> List.last
            let u, w = run runge 150
            near "U" 1e-7 u found.U
            near "W" 1e-7 w found.W

            let distance steps =
                let u, w = run euler steps
                (u - found.U).L2Norm() + (w - found.W).L2Norm()

            let far, near' = distance 20, distance 200
            Assert.True(near' <= 0.13 * far + 1e-8, $"{far} after 20 steps, {near'} after 200"))

[<Fact>]
[<Law "dF/dt = -Theta_F(x, X) dL/dF(X), Theta_F = c_f (Wx . Wx') I + c_g (x.x') U U^T">]
let ``outputs everywhere move by the tangent kernel`` () =
    Spec.holds 40 string seeds (fun seed ->
        for loss in losses do
            let task = taskOf loss seed
            let x = normal 9L 3 task.Net.Features
            let h = 1e-4

            match flowOf task [ 0.3 - h; 0.3; 0.3 + h ] with
            | [ before; at; after ] ->
                let motion = (DeepLinear.outputs after x - DeepLinear.outputs before x) / (2.0 * h)
                let chi = Loss.gradient loss (DeepLinear.outputs at task.X) task.Y

                let moved =
                    DeepLinear.kernel task.Net at x task.X * Vector<float>.Build.DenseOfArray(chi.ToRowMajorArray())

                // Third derivatives h^2, and errors of the flow 1e-11/h.
                near "dF/dt" 3e-6 (-build.DenseOfRowMajor(3, task.Net.Outputs, moved)) motion
            | _ -> invalidOp "three times")

/// Fails unless the conserved form of a state is that of the start. The error may be relative to the form's two parts,
/// which grow where their difference does not.
let private conserves (net: DeepLinear) start (state: DeepLinear.State) =
    let scale =
        net.FeatureCoefficient * state.U.FrobeniusNorm() ** 2.0
        + net.HeadCoefficient * state.W.FrobeniusNorm() ** 2.0

    let change = (DeepLinear.conserved net state - DeepLinear.conserved net start).FrobeniusNorm()
    Assert.True(change <= 1e-8 * scale, $"{change} of {scale}")

[<Fact>]
[<Law "c_g U^T U - c_f W W^T = const">]
let ``a quadratic form of the maps is conserved while the loss falls`` () =
    Spec.holds 60 string seeds (fun seed ->
        for loss in losses do
            let task = taskOf loss seed
            let states = flowOf task [ 0.0; 0.1; 1.0; 10.0; 300.0 ]
            states |> List.iter (conserves task.Net task.Start)

            Assert.True(
                states
                |> List.map (fun s -> Loss.value loss (DeepLinear.outputs s task.X) task.Y)
                |> List.pairwise
                |> List.forall (fun (a, b) -> b <= a + 1e-9 * (1.0 + a))
            ))

[<Fact>]
[<Law "c_f |W v|^2 + c_g |U^T a|^2 >= 2 sqrt(c_f c_g) |a.U W v|, with equality where they are balanced and aligned">]
let ``no rate is below its bound, and the norm of U W has the greatest one`` () =
    Spec.holds 300 string seeds (fun seed ->
        let task = taskOf Squared seed
        let net, state = task.Net, task.Start
        let a = Vector<float>.Build.DenseOfArray(Draws.normals 3L net.Outputs)
        let v = Vector<float>.Build.DenseOfArray(Draws.normals 4L net.Features)
        let rate, bound = DeepLinear.rate net state a v, DeepLinear.bound net state a v
        Assert.True(rate >= bound * (1.0 - 1e-14), $"{rate} below {bound}")

        // It is the quotient of the kernel along a v^T.
        let along = DeepLinear.kernel net state (v.ToRowMatrix()) (v.ToRowMatrix())
        Spec.near "quotient" (1e-12 * rate) (a * along * a / (a * a * (v * v))) rate
        Spec.near "scaled" (1e-12 * rate) rate (DeepLinear.rate net state (3.0 * a) (-7.0 * v))
        Spec.near "scaled bound" (1e-12 * rate) bound (DeepLinear.bound net state (3.0 * a) (-7.0 * v))

        let a', v' = DeepLinear.direction state
        let top = DeepLinear.bound net state a' v'
        let norm = (state.U * state.W).L2Norm()
        Spec.near "norm" (1e-12 * norm) norm (a' * (state.U * state.W) * v')
        Spec.near "top" (1e-12 * top) (2.0 * sqrt (net.HeadCoefficient * net.FeatureCoefficient) * norm) top
        Assert.True(bound <= top * (1.0 + 1e-12))

        if net.Outputs = 1 then
            let beta = (state.U * state.W).Row 0
            Assert.Equal(1.0, a'[0])
            Spec.near "beta" 1e-12 0.0 ((v' - beta / beta.L2Norm()).L2Norm())

            let quotient =
                net.HeadCoefficient * (state.W * beta * (state.W * beta)) / (beta * beta)
                + net.FeatureCoefficient * (state.U.Row 0 * state.U.Row 0)

            Spec.near "beta^T Theta beta" (1e-12 * quotient) quotient (DeepLinear.rate net state a' v')

        // U^T a = r b and W v = s b for a unit vector b, with c_f s^2 = c_g r^2.
        let b = (Vector<float>.Build.DenseOfArray(Draws.normals 6L net.Width)).Normalize 2.0

        let balanced: DeepLinear.State =
            { U = sqrt net.HeadCoefficient * a'.OuterProduct b
              W = sqrt net.FeatureCoefficient * b.OuterProduct v' }

        let rate = DeepLinear.rate net balanced a' v'
        Spec.near "balanced" (1e-12 * rate) rate (DeepLinear.bound net balanced a' v'))

/// The state in which the residual of one sample x = e_1 with the target y is small, and the rate -d log|residual|/dt.
let private ending (net: DeepLinear) (y: float) seed =
    let x: M = build.Dense(1, net.Features, (fun _ j -> if j = 0 then 1.0 else 0.0))
    let target: M = build.Dense(1, 1, y)
    let times = [ 8.0; 8.2 ]
    let states = DeepLinear.flow net Squared 1e-14 100_000 x target times (DeepLinear.start net seed)
    let left = states |> List.map (fun s -> abs ((DeepLinear.outputs s x)[0, 0] - y))
    List.last states, log (left[0] / left[1]) / (times[1] - times[0]), left[1]

[<Fact>]
[<Law "-d log|r|/dt -> rate >= 2 sqrt(c_f c_g) |b|, 50 sqrt 2 c_inf for c_f = 1, c_g = 1/50, |b| = 10">]
let ``a large target is learned seventy times as fast in the end as without the bottleneck`` () =
    let bound = 50.0 * sqrt 2.0

    for seed in 1L .. 12L do
        let state, measured, left = ending paper 10.0 seed
        let x = one 100
        let expected = DeepLinear.rate paper state unit x
        Assert.True(left < 1e-5)
        conserves paper (DeepLinear.start paper seed) state
        // The rate changes by a share of the order of what is left.
        Spec.near "measured" (1e-6 * expected) expected measured
        Spec.near "bound" (1e-5 * bound) bound (DeepLinear.bound paper state unit x / paper.InfiniteCoefficient)
        Assert.InRange(measured / paper.InfiniteCoefficient, bound * (1.0 - 1e-6), bound * 1.003)

[<Fact>]
[<Law "X = sqrt n I: rate along beta -> sqrt(4 c_f c_g |beta*|^2 + (c_f s_g)^2) for large p">]
let ``where all directions are samples the rate is that along the target`` () =
    let wanted = 10.0 * one 100
    let x: M = 10.0 * build.DenseIdentity 100
    let y = (x * wanted).ToColumnMatrix()

    for width in [ 2; 4 ] do
        let net = { paper with Width = width }
        let bound = 20.0 * sqrt (net.HeadCoefficient * net.FeatureCoefficient)

        let rates =
            [ 1L .. 8L ]
            |> List.map (fun seed ->
                let state =
                    DeepLinear.flow net Squared 1e-10 100_000 x y [ 30.0 ] (DeepLinear.start net seed) |> List.last

                conserves net (DeepLinear.start net seed) state
                let a, v = DeepLinear.direction state
                Spec.near "beta" 1e-5 0.0 (((state.U * state.W).Row 0 - wanted).L2Norm())
                DeepLinear.rate net state a v)

        for rate in rates do
            Assert.InRange(rate, bound * (1.0 - 1e-6), 1.15 * bound)

        // For large p, W_0 W_0^T = s_g I, and c_g U_0^T U_0 is small beside c_f s_g: c_f W W^T = c_f s_g I + c_g u u^T
        // in the end. The rate is c_f s_g + 2 c_g |u|^2 then, and c_f |beta|^2 = c_f s_g |u|^2 + c_g |u|^4.
        let limit = sqrt (bound ** 2.0 + (net.HeadCoefficient * net.GScale) ** 2.0)
        Spec.near $"d = {width}" (0.02 * limit) limit (List.average rates)

[<Fact>]
[<Law "U Q^T, Q W: the same outputs at every time">]
let ``a rotation of the bottleneck changes no output`` () =
    Spec.holds 40 string seeds (fun seed ->
        for loss in losses do
            let task = taskOf loss seed
            let q: M = (normal 7L task.Net.Width task.Net.Width).QR().Q
            let turned: DeepLinear.State = { U = task.Start.U * q.Transpose(); W = q * task.Start.W }
            let times = [ 0.0; 0.7; 20.0 ]

            for state, other in List.zip (flowOf task times) (flowOf { task with Start = turned } times) do
                near "F" 1e-8 (DeepLinear.outputs state task.X) (DeepLinear.outputs other task.X)
                near "U" 1e-8 (state.U * q.Transpose()) other.U)

[<Fact>]
[<Law "c_f -> b^2 c_f, c_g -> c_g/b^2 with b U, W/b: the same outputs; y -> b y with sqrt b (U, W): b F(b t)">]
let ``outputs depend on the rates through their product, and a larger target is a longer time`` () =
    Spec.holds 40 string seeds (fun seed ->
        let times = [ 0.0; 0.4; 3.0 ]
        let b = 2.5

        for loss in losses do
            let task = taskOf loss seed

            let scaled =
                { task with
                    Net = { task.Net with FRate = b * b * task.Net.FRate; GRate = task.Net.GRate / (b * b) }
                    Start = { U = b * task.Start.U; W = task.Start.W / b } }

            for state, other in List.zip (flowOf task times) (flowOf scaled times) do
                near "F" 1e-8 (DeepLinear.outputs state task.X) (DeepLinear.outputs other task.X)

        let task = taskOf Squared seed

        let larger =
            { task with Y = b * task.Y; Start = { U = sqrt b * task.Start.U; W = sqrt b * task.Start.W } }

        let later = times |> List.map (fun t -> b * t)

        for state, other in List.zip (flowOf task later) (flowOf larger times) do
            near "F" 1e-8 (b * DeepLinear.outputs state task.X) (DeepLinear.outputs other task.X))

[<Fact>]
[<Law "eta_f = 0 or eta_g = 0: f_t(x) = f_0(x) + Theta_0(x,X) phi_t(Theta_0) (y - f_0(X))">]
let ``with a frozen part it is a linear model`` () =
    Spec.holds 60 string seeds (fun seed ->
        let task = taskOf Squared seed
        let points = normal 8L 2 task.Net.Features
        let column (m: M) : M = build.DenseOfColumnMajor(m.RowCount * m.ColumnCount, 1, m.ToRowMajorArray())
        let outputs x = DeepLinear.outputs task.Start x |> column

        for net in [ { task.Net with FRate = 0.0 }; { task.Net with GRate = 0.0 } ] do
            let kernel x = DeepLinear.kernel net task.Start x task.X
            let task = { task with Net = net }

            for t, state in List.zip [ 0.5; 3.0 ] (flowOf task [ 0.5; 3.0 ]) do
                let propagator = Dynamics.propagator (Flow t) 1 0.0 (kernel task.X) (kernel points)
                let expected = Dynamics.mean propagator (outputs points) (outputs task.X) (column task.Y)
                near $"t = {t}" 1e-8 expected (DeepLinear.outputs state points |> column)

                if net.FRate = 0.0 then
                    Assert.Equal<M>(task.Start.U, state.U)
                else
                    Assert.Equal<M>(task.Start.W, state.W))

[<Fact>]
[<Law "E |F_t - F_t of the kernel c_inf x.x'|^2 = O(1/d): each start is off by 1/sqrt d">]
let ``a wide bottleneck is no bottleneck`` () =
    let x = normal 1L 3 4
    let points = normal 2L 2 4
    let y = normal 3L 3 1

    let distance width =
        let net = { paper with Features = 4; Width = width; FScale = 1.3; GScale = 0.8; FRate = 0.7 }
        let kernel (a: M) : M = net.InfiniteCoefficient * a * x.Transpose()
        let propagator = Dynamics.propagator (Flow 2.0) 1 0.0 (kernel x) (kernel points)

        [ 1L .. 40L ]
        |> List.averageBy (fun seed ->
            let start = DeepLinear.start net seed
            let expected = Dynamics.mean propagator (DeepLinear.outputs start points) (DeepLinear.outputs start x) y
            let state = DeepLinear.flow net Squared 1e-8 10_000 x y [ 2.0 ] start |> List.last
            (DeepLinear.outputs state points - expected).FrobeniusNorm() ** 2.0)

    let narrow, middle, wide = distance 8, distance 64, distance 512
    // Eight times the width is an eighth of the square; a factor of 5 to 13 is what 40 starts can tell.
    Assert.InRange(narrow / middle, 5.0, 13.0)
    Assert.InRange(middle / wide, 5.0, 13.0)

[<Fact>]
let ``the states are those at the times, and the first is the start`` () =
    let task = taskOf Squared 4
    let states = flowOf task [ 0.0; 0.3; 0.3; 1.0 ]
    Assert.Equal<M>(task.Start.W, states[0].W)
    Assert.Equal<M>(task.Start.U, states[0].U)
    Assert.Equal<M>(states[1].W, states[2].W)
    near "W" 1e-8 (flowOf task [ 1.0 ] |> List.last).W states[3].W
    let later = flowOf { task with Start = states[1] } [ 0.7 ] |> List.last
    near "U" 1e-8 states[3].U later.U
    Assert.Empty(flowOf task [])

[<Theory>]
[<InlineData("Features")>]
[<InlineData("Width")>]
[<InlineData("Outputs")>]
[<InlineData("FLayers")>]
[<InlineData("GLayers")>]
[<InlineData("FScale")>]
[<InlineData("GScale")>]
[<InlineData("FRate")>]
[<InlineData("GRate")>]
let ``networks that make no sense are refused by the name of the number`` name =
    let net =
        match name with
        | "Features" -> { paper with Features = 0 }
        | "Width" -> { paper with Width = -1 }
        | "Outputs" -> { paper with Outputs = 0 }
        | "FLayers" -> { paper with FLayers = 0 }
        | "GLayers" -> { paper with GLayers = 0 }
        | "FScale" -> { paper with FScale = 0.0 }
        | "GScale" -> { paper with GScale = Double.PositiveInfinity }
        | "FRate" -> { paper with FRate = -1.0 }
        | _ -> { paper with GRate = Double.NaN }

    let refused = Assert.Throws<ArgumentException>(fun () -> DeepLinear.start net 1L |> ignore)
    Assert.Equal(name, refused.ParamName)

[<Fact>]
let ``shapes, times, tolerances and vectors that make no sense are refused`` () =
    let task = taskOf Squared 4
    let net, start = task.Net, task.Start

    let refused name (act: unit -> unit) =
        Assert.Equal(name, Assert.Throws<ArgumentException>(fun () -> act ()).ParamName)

    let flow tolerance x y times start () = DeepLinear.flow net Squared tolerance 100 x y times start |> ignore
    refused "x" (flow 1e-6 (normal 1L 2 (net.Features + 1)) task.Y [ 1.0 ] start)
    refused "y" (flow 1e-6 task.X (normal 1L (task.X.RowCount + 1) net.Outputs) [ 1.0 ] start)
    refused "W" (flow 1e-6 task.X task.Y [ 1.0 ] { start with W = start.W.Append start.W })
    refused "U" (flow 1e-6 task.X task.Y [ 1.0 ] { start with U = start.U.Append start.U })
    refused "tolerance" (flow 0.0 task.X task.Y [ 1.0 ] start)
    refused "times" (flow 1e-6 task.X task.Y [ 1.0; 0.5 ] start)
    refused "times" (flow 1e-6 task.X task.Y [ -1.0 ] start)
    refused "times" (flow 1e-6 task.X task.Y [ infinity ] start)
    refused "times" (flow 1e-6 task.X task.Y [ nan ] start)
    refused "state" (fun () -> DeepLinear.direction { start with U = 0.0 * start.U } |> ignore)
    refused "a" (fun () -> DeepLinear.rate net start (one (net.Outputs + 1)) (one net.Features) |> ignore)
    refused "v" (fun () -> DeepLinear.bound net start (one net.Outputs) (0.0 * one net.Features) |> ignore)

[<Fact>]
let ``a flow that cannot go on says at which time, and what to scale`` () =
    let task = taskOf Squared 4

    let steps =
        Assert.Throws<Loss.TooManyStepsException>(fun () ->
            DeepLinear.flow task.Net Squared 1e-9 3 task.X task.Y [ 1e6 ] task.Start |> ignore)

    Assert.Equal(3, steps.steps)

    let stopped =
        Assert.Throws<Loss.FlowStoppedException>(fun () ->
            DeepLinear.flow task.Net Squared 1e-9 100 task.X (nan * task.Y) [ 1.0 ] task.Start |> ignore)

    Assert.False stopped.isFinite
    Assert.Equal(0.0, stopped.time)

    try
        let large = 1e200 * task.Y
        let states = DeepLinear.flow task.Net Squared 1e-9 20_000 task.X large [ 1.0 ] task.Start
        Assert.True(states |> List.forall (fun s -> s.U.Enumerate() |> Seq.forall Double.IsFinite))
    with
    | Loss.FlowStoppedException _
    | Loss.TooManyStepsException _ as e -> Assert.Contains("scale the targets", e.Message)
