namespace HadamardNtk.Core

open System
open MathNet.Numerics

/// Maps of float64 that are defined for all arguments, lose no digits at small ones and do not overflow at large ones.
[<RequireQualifiedAccess>]
module internal Scalar =
    /// exp(x) - 1, at full relative precision near 0 (Kahan's correction of the rounded exponential).
    let expm1 (x: float) =
        match exp x with
        | 1.0 -> x
        | u when u - 1.0 = -1.0 || Double.IsInfinity u -> u - 1.0
        | u -> (u - 1.0) * x / log u

    /// log(1 + x), at full relative precision near 0 (Kahan's correction of the rounded sum).
    let log1p (x: float) =
        match 1.0 + x with
        | 1.0 -> x
        | u when Double.IsInfinity u -> u
        | u -> log u * x / (u - 1.0)

    /// The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x.
    let erf (x: float) = SpecialFunctions.Erf x

    /// The standard normal density exp(-x^2/2)/sqrt(2 pi).
    let normalDensity (x: float) = exp (-0.5 * x * x) / sqrt (2.0 * Math.PI)

    /// The standard normal distribution function (1 + erf(x/sqrt 2))/2.
    let normalDistribution (x: float) = 0.5 * SpecialFunctions.Erfc(-x / sqrt 2.0)

    /// 1/(1 + exp(-x)), computed from exp(-|x|).
    let sigmoid (x: float) =
        if x >= 0.0 then
            1.0 / (1.0 + exp -x)
        else
            let e = exp x
            e / (1.0 + e)

    /// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)).
    let softplus (x: float) = max x 0.0 + log1p (exp -(abs x))

    /// 1 - tanh(x)^2, computed without the cancellation of that difference at large |x|.
    let sechSquared (x: float) =
        let e = exp (-2.0 * abs x)
        4.0 * e / ((1.0 + e) * (1.0 + e))

    /// x^k for an integer k.
    let power (k: int) (x: float) = Math.Pow(x, float k)

    /// a b - c d, with an error below 1.5 units in the last place (Kahan, with fused multiply-add). It is exactly 0 if
    /// the two products have equal factors.
    let differenceOfProducts (a: float) b c d =
        let w = c * d
        Math.FusedMultiplyAdd(a, b, -w) + Math.FusedMultiplyAdd(-c, d, w)

    /// The power of two that scales x to about 1, so that products of scaled numbers stay within the range of float64.
    /// It is 1 unless x is positive and finite.
    let unitOf (x: float) =
        if x > 0.0 && Double.IsFinite x then
            Math.ScaleB(1.0, min 1000 -(Math.ILogB x))
        else
            1.0

    let private evenExponent (x: float) = if x > 0.0 then (Math.ILogB x) / 2 else 0

    let private gapInRange q1 q2 c =
        let d = differenceOfProducts q1 q2 c c

        if d > 0.0 then sqrt d
        elif Double.IsNaN d then d
        else 0.0

    /// s = sqrt(max(q1 q2 - c^2, 0)). The operands are scaled by powers of two if their products leave the range of
    /// float64.
    let gap (q1: float) (q2: float) (c: float) =
        let product = q1 * q2

        if product > 1e-280 && product < 1e280 || not (Double.IsFinite q1 && Double.IsFinite q2) then
            gapInRange q1 q2 c
        else
            let i, j = evenExponent q1, evenExponent q2
            let s = gapInRange (Math.ScaleB(q1, -2 * i)) (Math.ScaleB(q2, -2 * j)) (Math.ScaleB(c, -i - j))
            Math.ScaleB(s, i + j)

    /// sqrt(a + b^2) for a >= 0. For a > 0 the square is not formed if it would leave the range of float64.
    let hypotenuse (a: float) (b: float) =
        match a + b * b with
        | sum when Double.IsFinite sum || not (a > 0.0 && Double.IsFinite a && Double.IsFinite b) -> sqrt sum
        | _ ->
            let root = sqrt a
            let slope = b / root
            if slope * slope < 1e300 then root * sqrt (1.0 + slope * slope) else abs b

    /// atan2(s, c), and pi/2 for s = c = 0, because a vector of length zero is orthogonal to every other.
    let angle (s: float) (c: float) = if s = 0.0 && c = 0.0 then Math.PI / 2.0 else Math.Atan2(s, c)

    /// exp(-m) sinh(c), at full relative precision near c = 0, and without overflow for |c| <= m.
    let expSinh (m: float) (c: float) =
        let a = abs c
        Math.CopySign(0.5, -c) * exp (a - m) * expm1 (-2.0 * a)
