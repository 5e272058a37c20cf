namespace HadamardNtk.Core

open System

/// The maps of `Scalar` and the activations without a closed form, in double-double. Relative errors are below 1e-29
/// unless stated otherwise, and nothing overflows.
[<RequireQualifiedAccess>]
module internal PreciseScalar =
    let private number = DoubleDouble.ofFloat
    let private one, two = number 1.0, number 2.0

    /// exp(-|x|).
    let private decay x = DoubleDouble.exp -(DoubleDouble.abs x)

    /// x^k for k = 0, 1, ..., by repeated squaring.
    let rec power k x =
        match k with
        | 0 -> one
        | 1 -> x
        | _ ->
            let half = power (k / 2) x
            if k % 2 = 0 then half * half else x * half * half

    /// c0 + c1 x + c2 x^2 + ..., by Horner's rule. The error is relative to the sum of the absolute values of the
    /// terms.
    let polynomial (coefficients: float list) x =
        List.foldBack (fun c sum -> number c + x * sum) coefficients (number 0.0)

    /// tanh(x). Its absolute value is -m/(2 + m), where m = exp(-2 |x|) - 1.
    let tanh x =
        let m = DoubleDouble.expm1 (DoubleDouble.scale -2.0 (DoubleDouble.abs x))
        let size = -m / (two + m)
        if x.Hi < 0.0 then -size else size

    /// 1 - tanh(x)^2 = 4 e/(1 + e)^2, where e = exp(-2 |x|).
    let sechSquared x =
        let e = decay (two * x)
        DoubleDouble.scale 4.0 e / ((one + e) * (one + e))

    // Returns 1/(1 + exp(-x)) and 1/(1 + exp(x)). With e = exp(-|x|), one of them is 1/(1 + e) and the other e/(1 + e).
    let private logistic x =
        let e = decay x
        let small, large = e / (one + e), one / (one + e)
        if x.Hi < 0.0 then struct (small, large) else struct (large, small)

    /// 1/(1 + exp(-x)).
    let sigmoid x =
        let struct (y, _) = logistic x
        y

    /// The derivative of the sigmoid, which is sigmoid(x) sigmoid(-x).
    let sigmoidSlope x =
        let struct (y, rest) = logistic x
        y * rest

    /// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)).
    let softplus x = (if x.Hi > 0.0 then x else number 0.0) + DoubleDouble.log1p (decay x)

    /// x sigmoid(x).
    let swish x = x * sigmoid x

    /// The derivative of swish, which is sigmoid(x) + x sigmoid(x) sigmoid(-x).
    let swishSlope x =
        let struct (y, rest) = logistic x
        y + x * y * rest

    /// x tanh(softplus(x)) = x n/d. For x < 0, n = w^2 + 2w and d = n + 2, where w = exp(x). For x >= 0, n = 1 + 2e and
    /// d = n + 2e^2, where e = exp(-x).
    let mish x =
        let e = decay x

        if x.Hi < 0.0 then
            let n = e * (e + two)
            x * n / (n + two)
        else
            let n = one + two * e
            x * n / (n + two * e * e)

    /// The derivative of mish. With n, d, w and e as in `mish` it is n/d + 4x w (1 + w)/d^2 for x < 0, and n/d + 4x e^2
    /// (1 + e)/d^2 for x >= 0.
    let mishSlope x =
        let e = decay x
        let n = if x.Hi < 0.0 then e * (e + two) else one + two * e
        let d = if x.Hi < 0.0 then n + two else n + two * e * e
        let rest = if x.Hi < 0.0 then e else e * e
        n / d + DoubleDouble.scale 4.0 x * rest * (one + e) / (d * d)

    let private rootPi = DoubleDouble.sqrt DoubleDouble.pi

    /// erf(x) = 2/sqrt(pi) exp(-x^2) sum_n 2^n x^(2n+1)/(2n+1)!!, a series whose terms have one sign.
    let erf x =
        if not (abs x.Hi < 9.0) then
            number (float (sign x.Hi))
        else
            let x2 = two * x * x
            let mutable term, sum, n = x, x, 1

            while abs term.Hi > 1e-34 * abs sum.Hi do
                term <- term * x2 / number (float (2 * n + 1))
                sum <- sum + term
                n <- n + 1

            two / rootPi * DoubleDouble.exp (-(x * x)) * sum

    /// The standard normal density exp(-x^2/2)/sqrt(2 pi).
    let normalDensity x = DoubleDouble.exp (DoubleDouble.scale -0.5 (x * x)) / DoubleDouble.sqrt (two * DoubleDouble.pi)

    /// The standard normal distribution function (1 + erf(x/sqrt 2))/2, with an absolute error below 1e-31.
    let normalDistribution x = DoubleDouble.scale 0.5 (one + erf (x / DoubleDouble.sqrt two))
