namespace HadamardNtk.Core

open System
open MathNet.Numerics.LinearAlgebra

/// The momentum of gradient descent.
type Momentum =
    /// No momentum: plain gradient descent.
    | NoMomentum
    /// Every step adds beta times the last step (Polyak).
    | HeavyBall of beta: float
    /// Every step adds beta times the last step, and takes the gradient at the point to which this leads (Nesterov).
    | Nesterov of beta: float

/// The duration of training a network on the loss 1/(2 n C) |f(X) - y|^2.
type Training =
    /// Gradient flow until the time t, which is learning rate * steps in the limit of small steps. The time may be
    /// infinite.
    | Flow of time: float
    /// A number of steps of gradient descent at a learning rate.
    | Descent of rate: float * momentum: Momentum * steps: int

/// The eigendecomposition of a symmetric positive semidefinite G (n x n).
type Eigenbasis =
    {
        /// The eigenvalues lambda, in ascending order.
        Values: Vector<float>
        /// V, whose columns are the unit eigenvectors: G = V diag(lambda) V^T.
        Vectors: Matrix<float>
    }

/// A Gaussian process at m points with C outputs, which share its covariance.
type Ensemble =
    {
        /// The mean, m x C.
        Mean: Matrix<float>
        /// The covariance, m x m.
        Covariance: Matrix<float>
    }

/// The training dynamics of networks in the limit of infinite width, which are those of a linear model. Let K be the
/// kernel of the training samples (n x n), y the targets (n x C) and f_0 the function at time 0. Then
///
///     df/dt = -1/(n C) K (f - y),
///     f_t(x) = f_0(x) + K(x,X) phi_t(G) (y - f_0(X)),
///     phi_t(a) = (1 - e^{-a t/(nC)})/a
///
/// with G = K + r I for a ridge r. Gradient descent has the same form with another phi.
///
/// Sources: docs/mathematics.md, section 8; Lee et al., Wide neural networks of any depth evolve as linear models
/// (2019).
[<RequireQualifiedAccess>]
module Dynamics =
    let private requireRate rate beta =
        if not (Double.IsFinite rate && rate > 0.0) then
            invalidArg "rate" $"Expected a positive learning rate; it is {rate}."

        if not (beta >= 0.0 && beta < 1.0) then
            invalidArg "beta" $"Expected a momentum from 0 to below 1; it is {beta}."

    // Returns (1 - e^{-x})/x times t for x = a t, with all digits at every a and with t at a = 0.
    let private flowed a t =
        let x = a * t

        if x = 0.0 || a = 0.0 then t
        elif Double.IsPositiveInfinity x then 1.0 / a
        else -(Scalar.expm1 -x) / a

    // Recurrences run for this many steps, and all further steps are taken at once.
    let private counted = 1 <<< 20

    // Takes all further steps at once, by a power of the affine map (p, q) -> (step p q, p).
    let private leapt (step: float -> float -> float) steps p q =
        let c = step 0.0 0.0

        let map =
            Matrix<float>
                .Build
                .DenseOfRowArrays([| step 1.0 0.0 - c; step 0.0 1.0 - c; c |], [| 1.0; 0.0; 0.0 |], [| 0.0; 0.0; 1.0 |])

        (map.Power steps * Vector<float>.Build.Dense [| p; q; 1.0 |])[0]

    // Computes p = phi_k(a) with q = phi_{k-1}(a), where the residual 1 - a p obeys the two-term recursion of the
    // method. It ends early if two steps in a row change no bit, or if p is no longer finite.
    let private descended (rate: float) step steps a =
        let mutable p, q, left = 0.0, 0.0, min steps counted
        let mutable isMoving = true

        while left > 0 && isMoving do
            let next = step rate a p q
            isMoving <- Double.IsFinite next && not (next = p && p = q)
            q <- p
            p <- next
            left <- left - 1

        if isMoving && steps > counted then
            leapt (step rate a) (steps - counted) p q
        else
            p

    let private plain rate steps a =
        let x = rate * a

        if x = 0.0 then float steps * rate
        elif x < 0.5 then -(Scalar.expm1 (float steps * Scalar.log1p -x)) / a
        else (1.0 - Math.Pow(1.0 - x, float steps)) / a

    /// phi(a) for an eigenvalue a >= 0, where `numbers` is n C: 1/a of the part of a residual along the eigenvector
    /// that training has removed. It raises ArgumentException if the time, rate, momentum or number of steps is out of
    /// range.
    let gain training (numbers: int) a =
        let n = float numbers

        match training with
        | Flow t ->
            if not (t >= 0.0) then
                invalidArg "time" $"Expected a time of at least 0; it is {t}."

            flowed a (t / n)
        | Descent(rate, momentum, steps) ->
            if steps < 0 then
                invalidArg "steps" $"Expected a number of steps of at least 0; it is {steps}."

            match momentum with
            | NoMomentum ->
                requireRate rate 0.0
                plain (rate / n) steps a
            | HeavyBall beta ->
                requireRate rate beta
                descended (rate / n) (fun eta a p q -> p + beta * (p - q) + eta * (1.0 - a * p)) steps a
            | Nesterov beta ->
                requireRate rate beta

                let step eta a p q =
                    let ahead = p + beta * (p - q)
                    ahead + eta * (1.0 - a * ahead)

                descended (rate / n) step steps a

    /// The eigendecomposition of a symmetric G (n x n).
    let basis (g: Matrix<float>) =
        let evd = g.Evd Symmetricity.Symmetric
        { Values = evd.EigenValues.Map(_.Real); Vectors = evd.EigenVectors }

    /// n eps lambda_max for eps = 2^-52. Eigenvalues below this are rounding errors.
    let cutoff (values: float seq) = Roundoff.ofSum (Seq.length values) * Seq.max (Seq.append [ 0.0 ] values)

    let private every gain (values: float[]) =
        let cut = cutoff values
        let slowest: float = gain 0.0
        let rest = if slowest * cut <= 1.0 then slowest else 0.0
        values |> Array.map (fun a -> if a > cut then gain a else rest)

    /// phi of every eigenvalue. Eigenvalues below the cutoff are treated as 0: phi = phi(0) while phi(0) <= 1/cutoff,
    /// and 0 beyond (in particular at t = infinity), which gives the pseudo-inverse.
    let gains training numbers values = every (gain training numbers) values

    /// psi(a) = phi(a) (2 - a phi(a)) = (1 - rho(a)^2)/a, where rho = 1 - a phi is the part of a residual that training
    /// has left: 1/a of the part of a residual's variance that training has removed. It holds for each method, because
    /// rho is the residual polynomial of the method. If rho^2 is the rho of the same training for twice as long, psi is
    /// computed as the phi of that training, with all its digits.
    let varianceGain training numbers a =
        match training with
        | Flow t -> gain (Flow(2.0 * t)) numbers a
        | Descent(rate, NoMomentum, steps) when steps <= Int32.MaxValue / 2 ->
            gain (Descent(rate, NoMomentum, 2 * steps)) numbers a
        | Descent _ ->
            let phi = gain training numbers a
            phi * (2.0 - a * phi)

    /// psi of every eigenvalue. Eigenvalues below the cutoff are treated as in `gains`.
    let varianceGains training numbers values = every (varianceGain training numbers) values

    // K(x,X) v vanishes for an eigenvector v with eigenvalue 0, so products below their rounding n eps |K(x,X)| are set
    // to 0.
    let private projected basis (cross: Matrix<float>) =
        let cut, product = cutoff basis.Values, cross * basis.Vectors
        let noise = cross.RowNorms 2.0 * Roundoff.ofSum basis.Values.Count

        product.MapIndexed(fun i j p -> if basis.Values[j] <= cut && abs p <= noise[i] then 0.0 else p)

    let private shifted (ridge: float) (k: Matrix<float>) =
        if not (ridge >= 0.0 && Double.IsFinite ridge) then
            invalidArg "ridge" $"Expected a finite ridge of at least 0; it is {ridge}."

        k + ridge * Matrix<float>.Build.DenseIdentity k.RowCount

    // K(x,X) phi(K + r I), where `phi` maps all eigenvalues at once.
    let private filtered phi ridge (k: Matrix<float>) (cross: Matrix<float>) =
        let basis = basis (shifted ridge k)
        let factors: float[] = basis.Values.ToArray() |> phi

        projected basis cross
        * Matrix<float>.Build.DiagonalOfDiagonalArray factors
        * basis.Vectors.Transpose()

    /// K(x,X) phi(K + r I), m x n. It maps residuals at the training samples to the changes of the function at m
    /// points.
    let propagator training outputs ridge (k: Matrix<float>) (cross: Matrix<float>) =
        filtered (gains training (k.RowCount * outputs)) ridge k cross

    /// f_t = f_0 + K(x,X) phi (y - f_0(X)) at m points, from f_0 at the points (m x C) and at the training samples (n x
    /// C).
    let mean (propagator: Matrix<float>) (start: Matrix<float>) (startThere: Matrix<float>) (y: Matrix<float>) =
        start + propagator * (y - startThere)

    /// The kernels of m points and n training samples.
    type Kernels =
        {
            /// The kernel of the points, m x m.
            Points: Matrix<float>
            /// The kernel between points and training samples, m x n.
            Cross: Matrix<float>
            /// The kernel of the training samples, n x n.
            Train: Matrix<float>
        }

    /// The ensemble of networks of which only the read-out is trained. The mean is B y and the covariance S_tt - S_tX
    /// psi(G) S_Xt, where B = S_tX phi(G), G = S + r I and psi = phi (2 - a phi). It is the covariance of f_0 + B (y +
    /// noise - f_0(X)) with noise N(0, r) in the targets, whose two terms in B are -2 phi + phi G phi. At t = infinity
    /// it is the posterior of the Gaussian process S.
    let nngp training ridge (s: Kernels) (y: Matrix<float>) =
        let mean = propagator training y.ColumnCount ridge s.Train s.Cross * y
        let spread = filtered (varianceGains training (s.Train.RowCount * y.ColumnCount)) ridge s.Train s.Cross
        { Mean = mean; Covariance = s.Points - spread * s.Cross.Transpose() }

    /// The ensemble of networks of which all layers are trained. The mean is A y and the covariance S_tt + A S A^T - A
    /// S_Xt - (A S_Xt)^T, where A = Theta_tX phi_t(G) and G = Theta + r I.
    let ntk training ridge (s: Kernels) (theta: Kernels) (y: Matrix<float>) =
        let a = propagator training y.ColumnCount ridge theta.Train theta.Cross
        let crossed = a * s.Cross.Transpose()

        { Mean = a * y
          Covariance = s.Points + a * s.Train * a.Transpose() - crossed - crossed.Transpose() }

    /// The learning rate beyond which descent on 1/(2 n C) |f(X) - y|^2 diverges: 2 n C/lambda_max, times 1 + beta for
    /// the heavy ball and (1 + beta)/(1 + 2 beta) for Nesterov. It is infinite for lambda_max = 0.
    let maximumRate momentum (numbers: int) (largest: float) =
        let factor =
            match momentum with
            | NoMomentum -> 1.0
            | HeavyBall beta -> 1.0 + beta
            | Nesterov beta -> (1.0 + beta) / (1.0 + 2.0 * beta)

        2.0 * factor * float numbers / largest
