namespace HadamardNtk.Core

/// The derivatives of T and T' by the second moments of the first sample, for T = E phi(u) phi(v) and T' = E phi'(u)
/// phi'(v) with (u, v) ~ N(0, [[q1, c], [c, q2]]). The derivative of T by c is T' itself.
type internal DualGradient =
    {
        /// dT/dq1, half of E phi''(u) phi(v).
        ByVariance: Expr
        /// dT'/dq1.
        DerivativeByVariance: Expr
        /// dT'/dc = E phi''(u) phi''(v). At a kink of phi it has a term that grows without bound as s goes to 0, and is
        /// 0 at s = 0.
        DerivativeByCovariance: Expr
    }

/// The derivatives of a dual activation's four expressions by the second moments.
type internal DualPartials =
    {
        /// The derivatives by q1.
        ByRow: Dual
        /// The derivatives by q2: the mirror images of those of T, T' and the covariance, and 0 for the mean.
        ByColumn: Dual
        /// The derivatives by c.
        ByPair: Dual
    }

/// The derivatives of dual activations, as expressions. None of them is a difference quotient.
[<RequireQualifiedAccess>]
module internal DualGradient =
    // What is added to squares that may be 0, so that x/y is x y/(y^2 + ...) with the value 0 at y = 0. The quotient by
    // a sine keeps 13 digits above 1e-6, is halved at 1e-13, and falls to 0 below.
    let private leastSquare, leastSine = Number 1e-290, Number 1e-26

    let private over y x = x * y / (y * y + leastSquare)

    /// 1/s, which is 0 at s = 0: the documented value at a kink.
    let private inverseGap = Expr.gap / (Expr.gap * Expr.gap + leastSine * (Row * Column) + leastSquare)

    // Raised at an expectation without a closed form.
    exception private NoClosedForm

    /// The derivative of a^2 in an expression a. That of s^2 = q1 q2 - c^2 is a polynomial, unlike that of s.
    let rec private ofSquare by a =
        match a with
        | Number _
        | Pi -> Number 0.0
        | Apply(Gap, [ q1; q2; c ]) -> by (q1 * q2) - Number 2.0 * c * by c
        | Apply(Multiply, [ x; y ]) -> ofSquare by x * (y * y) + x * x * ofSquare by y
        | _ -> Number 2.0 * a * by a

    /// The variable that stands for an activation's option.
    let private option = Varying(0.0, 1.0)

    /// The derivative of an expression by q1, q2, c or the option. It raises NoClosedForm.
    let rec private derivative variable expr =
        let by = derivative variable

        match expr with
        | Number _
        | Pi -> Number 0.0
        | Varying(_, slope) -> Number(if variable = option then slope else 0.0)
        | Row
        | Column
        | Pair -> Number(if expr = variable then 1.0 else 0.0)
        | Apply(Add, [ a; b ]) -> by a + by b
        | Apply(Subtract, [ a; b ]) -> by a - by b
        | Apply(Multiply, [ a; b ]) -> by a * b + a * by b
        | Apply(Divide, [ a; b ]) -> (by a - expr * by b) / b
        | Apply(Sqrt, [ a ]) -> by a / (Number 2.0 * expr)
        | Apply(Exp, [ a ]) -> expr * by a
        | Apply(Atan2, [ y; x ]) -> (x * by y - y * by x) / (x * x + y * y)
        | Apply(Angle, [ y; x ]) -> x * by y - y * by x |> over (x * x + y * y)
        | Apply(Gap, _) -> Number 0.5 * ofSquare by expr * inverseGap
        | Apply(Hypotenuse, [ a; b ]) -> (by a + ofSquare by b) / (Number 2.0 * expr)
        | Apply(ExpSinh, [ m; a ]) -> by a * (expr + Expr.exp (Number 0.0 - (m + a))) - by m * expr
        | Apply(operation, _) -> invalidOp $"{operation} has another number of operands."
        | Expect _
        | Mean _
        | ColumnMean _ -> raise NoClosedForm

    /// For phi = a x^k on x < 0 and b x^k on x > 0, T is homogeneous, so that 2 q1 dT/dq1 = k T - c T'. The terms that
    /// cancel in this difference are left out. T' is k^2 times the T of degree k - 1, and for k = 1 it has an angle,
    /// whose derivative is -1/s.
    let private ofKinked a b k =
        let byVariance k = Dual.kinkedEuler a b k |> over (Number 2.0 * Row)
        let square x = Number(x * x)

        if k = 1 then
            let density = square (a - b) / (Number 2.0 * Pi) * inverseGap

            { ByVariance = byVariance 1
              DerivativeByVariance = Number 0.0 - (Pair * density |> over (Number 2.0 * Row))
              DerivativeByCovariance = density }
        else
            let k' = float k

            { ByVariance = byVariance k
              DerivativeByVariance = square k' * byVariance (k - 1)
              DerivativeByCovariance = square (k' * (k' - 1.0)) * Dual.kinkedMoment a b (k - 2) }

    /// The derivatives for an activation, or the reason why they are not known: phi jumps, so that its signals have no
    /// gradient, or its dual activation has no closed form.
    let ofActivation (phi: Activation) : Result<DualGradient, string> =
        match phi.Form with
        | Kinked(a, b, 0) when a <> b -> Error $"{phi} jumps, so that what follows it has no gradient"
        | Kinked(a, b, k) when k > 0 -> Ok(ofKinked a b k)
        | _ ->
            let dual = phi.Dual

            try
                Ok
                    { ByVariance = derivative Row dual.Value
                      DerivativeByVariance = derivative Row dual.Derivative
                      DerivativeByCovariance = derivative Pair dual.Derivative }
            with NoClosedForm ->
                Error $"the dual activation of {phi} has no closed form, so that the gradient of its kernel has none"

    /// The derivative of every expression of a dual activation by one variable. It raises NoClosedForm.
    let private each variable (dual: Dual) =
        let by = derivative variable

        { Value = by dual.Value
          Derivative = by dual.Derivative
          Mean = by dual.Mean
          Covariance = by dual.Covariance }

    let private partialsBy byRow byPair =
        { ByRow = byRow
          ByColumn =
            { Value = Expr.mirror byRow.Value
              Derivative = Expr.mirror byRow.Derivative
              Mean = Number 0.0
              Covariance = Expr.mirror byRow.Covariance }
          ByPair = byPair }

    /// The mean of a kinked function is homogeneous of degree k/2 in q1, and its covariance is T less a product of
    /// means.
    let private partialsOfKinked (phi: Activation) a b k =
        let known, dual = ofKinked a b k, phi.Dual
        let byMean = Number(float k) * dual.Mean |> over (Number 2.0 * Row)

        partialsBy
            { Value = known.ByVariance
              Derivative = known.DerivativeByVariance
              Mean = byMean
              Covariance = known.ByVariance - byMean * Expr.mirror dual.Mean }
            { Value = dual.Derivative
              Derivative = known.DerivativeByCovariance
              Mean = Number 0.0
              Covariance = dual.Derivative }

    /// The derivatives of an activation's dual by the second moments, or the reason why they are not known. The
    /// derivative of T by c is that of the expectation itself: for an activation that jumps it is not the T' of the
    /// NTK. At s = 0 terms that grow as 1/s are 0.
    let partials (phi: Activation) : Result<DualPartials, string> =
        match phi.Form with
        | Kinked(a, b, k) when k > 0 -> Ok(partialsOfKinked phi a b k)
        | _ ->
            try
                Ok(partialsBy (each Row phi.Dual) (each Pair phi.Dual))
            with NoClosedForm ->
                Error $"the dual activation of {phi} has no closed form, so that its kernel has no gradient"

    /// The derivatives of a dual activation by the option that its `Varying` constants depend on.
    let byOption (dual: Dual) = each option dual
