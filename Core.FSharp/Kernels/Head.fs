namespace HadamardNtk.Core

/// A network with one hidden layer behind a bottleneck, f(z) = w2/sqrt(M) A phi(w1/sqrt(d) B z + b1 beta) + b2 gamma
/// for z of d numbers, with all parameters ~ N(0, 1).
type internal Head =
    {
        /// The network.
        Layer: Layer
        /// The dense layer before the activation.
        First: Dense
        /// The activation phi. It is the identity if there is none.
        Activation: Activation
        /// The dense layer behind the activation.
        Second: Dense
        /// The signal at the end of the network.
        Signal: Signal
        /// The signal that phi makes, or None for the identity.
        Activated: Signal option
    }

/// The tangent kernel K_f(z, z') of a head at infinite width and its gradient in z. With v = z.z/d and u = z.z'/d the
/// second moments of the hidden layer are q = w1^2 v + b1^2 and c = w1^2 u + b1^2, and
///
///     K_f = [A](w2^2 T(q, q', c) + b2^2) + [B] w2^2 c T'(q, q', c),
///     grad_z K_f = w1^2/d (dK/dc z' + 2 dK/dq z),
///
/// where [A] and [B] are 1 for the layers that are trained and 0 for the others.
///
/// Source: Littwin et al., Implicit acceleration and feature learning in infinitely wide neural networks with
/// bottlenecks (2021).
[<RequireQualifiedAccess>]
module internal Head =
    let private refuse (network: Layer) reason mend = Error(Refusal.make (Printer.print network) [] reason mend)

    let private isLimit (dense: Dense) = dense.Parameterization = NtkParameterization

    /// The head that a network behind a bottleneck is, or why it is none.
    let ofNetwork (network: Layer) : Result<Head, Refusal> =
        let made first (phi: Activation) second signal activated =
            if ScalarFunction.jumps phi.Function then
                refuse
                    network
                    $"{phi} jumps, so that no gradient reaches what is before the bottleneck"
                    "take an activation without jumps"
            elif isLimit first && isLimit second then
                Ok
                    { Layer = network
                      First = first
                      Activation = phi
                      Second = second
                      Signal = signal
                      Activated = activated }
            else
                refuse
                    network
                    "behind a bottleneck layers of the standard parameterization have no limit"
                    "leave param=standard out"

        match Calculus.analyseFlat network with
        | Error refusal -> Error refusal
        | Ok signal ->
            match signal.Rule with
            | Op.Dense(_, second, activated) ->
                match activated.Rule with
                | Op.Phi(phi, { Rule = Op.Dense(_, first, { Rule = Op.Input }) }) ->
                    made first phi second signal (Some activated)
                | Op.Dense(_, first, { Rule = Op.Input }) -> made first Activation.identity second signal None
                | _ ->
                    refuse
                        network
                        "a network behind a bottleneck has one hidden layer: dense, an activation, dense"
                        "write it so, or move layers before the bottleneck"
            | _ ->
                refuse
                    network
                    "a network behind a bottleneck has one hidden layer: dense, an activation, dense"
                    "write it so, or move layers before the bottleneck"

    let private square (x: float) = Number(x * x)

    /// Whether a layer is trained, as a number.
    let private weight (dense: Dense) = Number(if dense.Trained then 1.0 else 0.0)

    /// K_f in the second moments of the hidden layer.
    let kernel head =
        let dual, w2, b2 = head.Activation.Dual, square head.Second.Weight, square head.Second.Bias
        weight head.Second * (w2 * dual.Value + b2) + weight head.First * w2 * (Pair * dual.Derivative)

    /// The covariance of f at the start, w2^2 T + b2^2, in the second moments of the hidden layer.
    let covariance head = square head.Second.Weight * head.Activation.Dual.Value + square head.Second.Bias

    /// w2^2 T', the sum of products of phi' that the gradients of f at the start have in the mean.
    let slopes head = square head.Second.Weight * head.Activation.Dual.Derivative

    /// dK/dq and dK/dc by the second moments of the hidden layer at z, or the reason why they are not known. At a kink,
    /// where they jump, the jumping term is 0.
    let gradient head : Result<Expr * Expr, Refusal> =
        match DualGradient.ofActivation head.Activation with
        | Error reason ->
            refuse head.Layer reason "take an activation whose kernel has a gradient, or a head of finite width"
        | Ok dual ->
            let a, b, w2 = weight head.Second, weight head.First, square head.Second.Weight
            let slope = head.Activation.Dual.Derivative

            Ok(
                w2 * (a * dual.ByVariance + b * (Pair * dual.DerivativeByVariance)),
                w2 * (a * slope + b * (slope + Pair * dual.DerivativeByCovariance))
            )

    /// The second moments of the hidden layer at z and z'.
    let private moments head (z: float[]) (z': float[]) =
        let w2, b2 = head.First.Weight * head.First.Weight, head.First.Bias * head.First.Bias
        let moment x y = w2 * Kernel.product x y + b2
        moment z z, moment z' z', moment z z'

    /// The value of an expression in the second moments of the hidden layer at z and z', in float64.
    let evaluate head expr z z' =
        let q, q', c = moments head z z'
        Expr.evaluate Expr.floats q q' c expr

    /// grad_z K_f(z, z') from the two derivatives, in float64. Behind a kink the angle of near points loses digits: six
    /// are left at a sine of 1e-6. The backends compute such pairs in double-double.
    let evaluateGradient head (byVariance, byCovariance) (z: float[]) (z': float[]) =
        let scale = head.First.Weight * head.First.Weight / float z.Length
        let along, across = evaluate head byVariance z z', evaluate head byCovariance z z'
        Array.map2 (fun x x' -> scale * (across * x' + 2.0 * along * x)) z z'
