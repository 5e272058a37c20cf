namespace HadamardNtk.Core

open System
open MathNet.Numerics.LinearAlgebra

/// A linear network F(x) = f(g(x)) with a bottleneck: infinitely wide dense layers g with d outputs, then infinitely
/// wide dense layers f with C outputs. A layer of weight scale w maps x (p numbers) to the covariance w^2 x.x'/p.
type DeepLinear =
    {
        /// The number p of inputs of g.
        Features: int
        /// The width d of the bottleneck.
        Width: int
        /// The number C of outputs of f.
        Outputs: int
        /// The number L_f of dense layers of f.
        FLayers: int
        /// The number L_g of dense layers of g.
        GLayers: int
        /// The product s_f of w^2 over the layers of f.
        FScale: float
        /// The product s_g of w^2 over the layers of g.
        GScale: float
        /// The learning rate eta_f of f. At 0, f is frozen.
        FRate: float
        /// The learning rate eta_g of g. At 0, g is frozen.
        GRate: float
    }

    /// c_f = eta_f L_f s_f/d: the tangent kernel of f is c_f z.z', times its rate.
    member this.HeadCoefficient = this.FRate * float this.FLayers * this.FScale / float this.Width

    /// c_g = eta_g L_g s_g/p: the tangent kernel of g is c_g x.x', times its rate.
    member this.FeatureCoefficient = this.GRate * float this.GLayers * this.GScale / float this.Features

    /// c_inf = (eta_f L_f + eta_g L_g) s_f s_g/p: the tangent kernel of the same layers without a bottleneck is c_inf
    /// x.x', times the rates. It is the limit of large d.
    member this.InfiniteCoefficient =
        let layers = this.FRate * float this.FLayers + this.GRate * float this.GLayers
        layers * this.FScale * this.GScale / float this.Features

/// The training of a deep linear network with a bottleneck. In the limit of infinite width g(x) = W x, with W d x p,
/// and f(z) = U z, with U C x d. Let X (n x p) be samples, F = X W^T U^T their outputs and L(F, y) the loss. The
/// gradient flow is
///
///     S = (dL/dF)^T X                     C x p
///     dU/dt = -c_f S W^T
///     dW/dt = -c_g U^T S,
///
/// which is the gradient flow of L in U at the rate c_f and in W at the rate c_g. The tangent kernel of F is
///
///     Theta(x, x') = c_f (W x . W x') I_C + c_g (x . x') U U^T,
///
/// and it moves. For unit vectors v (p) and a (C), its Rayleigh quotient along a v^T is
///
///     c_f |W v|^2 + c_g |U^T a|^2 >= 2 sqrt(c_f c_g) |a . U W v|,
///
/// by the inequalities of the two means and of Cauchy-Schwarz. Without a bottleneck it is c_inf, always. A target of
/// norm |a . U W v| = b is hence learned at least 2 sqrt(c_f c_g) b/c_inf times as fast in the end.
///
/// Source: Littwin, Saremi, Zhai, Thilak, Goh, Susskind and Yang, Implicit acceleration and feature learning in
/// infinitely wide neural networks with bottlenecks (2021).
[<RequireQualifiedAccess>]
module DeepLinear =
    /// The two maps of a network.
    type State =
        {
            /// W, d x p.
            W: Matrix<float>
            /// U, C x d.
            U: Matrix<float>
        }

    let private require (net: DeepLinear) =
        let sizes =
            [ "Features", net.Features
              "Width", net.Width
              "Outputs", net.Outputs
              "FLayers", net.FLayers
              "GLayers", net.GLayers ]

        for name, size in sizes do
            if size < 1 then
                invalidArg name $"Expected {name} of at least 1; it is {size}."

        for name, scale in [ "FScale", net.FScale; "GScale", net.GScale ] do
            if not (scale > 0.0 && Double.IsFinite scale) then
                invalidArg name $"Expected a positive, finite {name}; it is {scale}."

        for name, rate in [ "FRate", net.FRate; "GRate", net.GRate ] do
            if not (rate >= 0.0 && Double.IsFinite rate) then
                invalidArg name $"Expected a finite {name} of at least 0, where 0 freezes the part; it is {rate}."

    let private requireShape name rows columns (m: Matrix<float>) =
        if m.RowCount <> rows || m.ColumnCount <> columns then
            invalidArg name $"Expected {name} of {rows} x {columns} numbers; it is {m.RowCount} x {m.ColumnCount}."

    let private requireState (net: DeepLinear) state =
        requireShape "W" net.Width net.Features state.W
        requireShape "U" net.Outputs net.Width state.U

    /// A start by the draws of a seed: entries of W from N(0, s_g/p), then those of U from N(0, s_f/d), row by row. It
    /// raises ArgumentException if a number of the network is out of range.
    let start (net: DeepLinear) seed =
        require net
        let p, d, outputs = net.Features, net.Width, net.Outputs
        let draws = Draws.normals seed (d * p + outputs * d)
        let ofW, ofU = sqrt (net.GScale / float p), sqrt (net.FScale / float d)

        { W = Matrix<float>.Build.Dense(d, p, fun i j -> ofW * draws[i * p + j])
          U = Matrix<float>.Build.Dense(outputs, d, fun i j -> ofU * draws[d * p + i * d + j]) }

    /// F(x) = X W^T U^T at rows X (n x p), n x C.
    let outputs state (x: Matrix<float>) = x.TransposeAndMultiply(state.W).TransposeAndMultiply(state.U)

    /// The tangent kernel between rows x (n x p) and x' (m x p), n C x m C. The entry of the outputs a of row i and b
    /// of row j is at (i C + a, j C + b).
    let kernel (net: DeepLinear) state (x: Matrix<float>) (x': Matrix<float>) =
        let z, z' = x.TransposeAndMultiply state.W, x'.TransposeAndMultiply state.W
        let one = Matrix<float>.Build.DenseIdentity state.U.RowCount
        let head = (net.HeadCoefficient * z.TransposeAndMultiply z').KroneckerProduct one
        let features = net.FeatureCoefficient * x.TransposeAndMultiply x'
        head + features.KroneckerProduct(state.U.TransposeAndMultiply state.U)

    /// c_g U^T U - c_f W W^T (d x d), which no time changes: c_f c_g times U^T U/c_f - W W^T/c_g, so that it also
    /// stands where a part is frozen.
    let conserved (net: DeepLinear) state =
        net.FeatureCoefficient * state.U.TransposeThisAndMultiply state.U
        - net.HeadCoefficient * state.W.TransposeAndMultiply state.W

    /// The unit vectors a (C) and v (p) of the greatest a . U W v, which is the norm of U W. If C = 1, they are 1 and
    /// beta/|beta| for beta = W^T u. It raises ArgumentException if U W = 0.
    let direction state =
        let beta = state.U * state.W

        let a =
            (beta.TransposeAndMultiply(beta).Evd Symmetricity.Symmetric).EigenVectors.Column(beta.RowCount - 1)

        let v = beta.LeftMultiply a
        let norm = v.L2Norm()

        if norm = 0.0 then
            invalidArg "state" "Expected a map other than 0; U W is 0 and has no direction. Train it for a while first."

        (if beta.RowCount = 1 && a[0] < 0.0 then -a, v / -norm else a, v / norm)

    // The vector's length, which must not be 0.
    let private length name size (vector: Vector<float>) =
        if vector.Count <> size then
            invalidArg name $"Expected {name} of {size} numbers; it has {vector.Count}."

        let norm = vector.L2Norm()

        if not (norm > 0.0 && Double.IsFinite norm) then
            invalidArg name $"Expected {name} of a positive, finite length; it is {norm}."

        norm

    /// The Rayleigh quotient of the tangent kernel along a v^T, c_f |W v|^2/|v|^2 + c_g |U^T a|^2/|a|^2. For one output
    /// and beta = W^T u, along beta, it is beta^T (c_f W^T W + c_g |u|^2 I) beta/|beta|^2. Compare it to
    /// InfiniteCoefficient. The residual of one sample x with one output falls as e^{-rate |x|^2 t} in the end under
    /// the squared loss, for the rate along x. It raises ArgumentException if a vector has no direction.
    let rate (net: DeepLinear) state (a: Vector<float>) (v: Vector<float>) =
        let ofA, ofV = length "a" net.Outputs a, length "v" net.Features v
        let z, u = (state.W * v).L2Norm() / ofV, state.U.LeftMultiply(a).L2Norm() / ofA
        net.HeadCoefficient * z * z + net.FeatureCoefficient * u * u

    /// The number 2 sqrt(c_f c_g) |a . U W v|/(|a| |v|), which the rate along a v^T is never below. It is reached where
    /// U^T a and W v are parallel and c_f |W v|^2/|v|^2 = c_g |U^T a|^2/|a|^2. It raises ArgumentException if a vector
    /// has no direction.
    let bound (net: DeepLinear) state (a: Vector<float>) (v: Vector<float>) =
        let ofA, ofV = length "a" net.Outputs a, length "v" net.Features v
        let product = state.U.LeftMultiply a * (state.W * v) / (ofA * ofV)
        2.0 * sqrt (net.HeadCoefficient * net.FeatureCoefficient) * abs product

    /// The gradient flow of the loss of the outputs at rows x (n x p) against y (n x C) from `start` at time 0. It
    /// returns the states at the times, which must be finite and in ascending order from 0. An adaptive Runge-Kutta
    /// method of order 5 keeps the errors of U and of W in each step below `tolerance` |U| and `tolerance` |W|. It
    /// raises ArgumentException if an argument is out of range or of another shape, and TooManyStepsException and
    /// FlowStoppedException as `Loss.flow` does.
    let flow (net: DeepLinear) loss tolerance maximumSteps (x: Matrix<float>) (y: Matrix<float>) times start =
        require net
        requireState net start
        requireShape "x" x.RowCount net.Features x
        requireShape "y" x.RowCount net.Outputs y

        if not (tolerance > 0.0) then
            invalidArg "tolerance" $"Expected a positive tolerance; it is {tolerance}."

        if not (0.0 :: times |> List.pairwise |> List.forall (fun (a, b) -> a <= b && Double.IsFinite b)) then
            invalidArg "times" $"Expected finite times in ascending order from 0; they are %A{times}."

        // The state as one matrix [U^T, W], d x (C + p).
        let packed state = state.U.Transpose().Append state.W

        let unpacked (m: Matrix<float>) =
            { U = m.SubMatrix(0, net.Width, 0, net.Outputs).Transpose()
              W = m.SubMatrix(0, net.Width, net.Outputs, net.Features) }

        let slope m =
            let state = unpacked m
            let s = (Loss.gradient loss (outputs state x) y).TransposeThisAndMultiply x

            packed
                { U = -net.HeadCoefficient * s.TransposeAndMultiply state.W
                  W = -net.FeatureCoefficient * state.U.TransposeThisAndMultiply s }

        let share (reached: Matrix<float>) (difference: Matrix<float>) =
            match difference.FrobeniusNorm() with
            | 0.0 -> 0.0
            | norm -> norm / (tolerance * reached.FrobeniusNorm())

        let error reached difference =
            let reached, difference = unpacked reached, unpacked difference
            max (share reached.U difference.U) (share reached.W difference.W)

        RungeKutta.solve slope error maximumSteps (Loss.halted maximumSteps) (packed start) times
        |> List.map unpacked
