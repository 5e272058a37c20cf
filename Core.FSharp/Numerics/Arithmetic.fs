namespace HadamardNtk.Core

open System

/// The operations of a number type in which the scalar programs of kernels can be evaluated. Implementations are
/// structs, so that generic code is compiled once for each of them, without virtual calls.
type internal IArithmetic<'T> =
    /// The number nearest to a float64.
    abstract Number: float -> 'T
    /// The float64 nearest to a number.
    abstract Float: 'T -> float
    /// The ratio of a circle's circumference to its diameter.
    abstract Pi: 'T
    /// a + b.
    abstract Add: 'T * 'T -> 'T
    /// a - b.
    abstract Subtract: 'T * 'T -> 'T
    /// a b.
    abstract Multiply: 'T * 'T -> 'T
    /// a / b.
    abstract Divide: 'T * 'T -> 'T
    /// sqrt(a); not a number for a < 0.
    abstract Sqrt: 'T -> 'T
    /// exp(a).
    abstract Exp: 'T -> 'T
    /// atan2(y, x), the angle of the point (x, y).
    abstract Atan2: 'T * 'T -> 'T
    /// s = sqrt(max(q1 q2 - c^2, 0)).
    abstract Gap: 'T * 'T * 'T -> 'T
    /// sqrt(a + b^2).
    abstract Hypotenuse: 'T * 'T -> 'T
    /// atan2(s, c), and pi/2 for s = c = 0.
    abstract Angle: 'T * 'T -> 'T
    /// exp(-m) sinh(c), for the arguments (m, c).
    abstract ExpSinh: 'T * 'T -> 'T
    /// The number in double-double if the type holds more digits than a float64, and ValueNone otherwise.
    abstract Wide: 'T -> DoubleDouble voption
    /// The number nearest to a double-double.
    abstract Narrow: DoubleDouble -> 'T

/// Arithmetic in IEEE double precision.
[<Struct>]
type internal Float64Arithmetic =
    interface IArithmetic<float> with
        member _.Number x = x
        member _.Float x = x
        member _.Pi = Math.PI
        member _.Add(a, b) = a + b
        member _.Subtract(a, b) = a - b
        member _.Multiply(a, b) = a * b
        member _.Divide(a, b) = a / b
        member _.Sqrt a = sqrt a
        member _.Exp a = exp a
        member _.Atan2(y, x) = Math.Atan2(y, x)
        member _.Gap(q1, q2, c) = Scalar.gap q1 q2 c
        member _.Hypotenuse(a, b) = Scalar.hypotenuse a b
        member _.Angle(s, c) = Scalar.angle s c
        member _.ExpSinh(m, c) = Scalar.expSinh m c
        member _.Wide _ = ValueNone
        member _.Narrow a = a.Hi

/// Arithmetic in double-double.
[<Struct>]
type internal DoubleDoubleArithmetic =
    interface IArithmetic<DoubleDouble> with
        member _.Number x = DoubleDouble.ofFloat x
        member _.Float x = x.Hi
        member _.Pi = DoubleDouble.pi
        member _.Add(a, b) = DoubleDouble.add a b
        member _.Subtract(a, b) = DoubleDouble.subtract a b
        member _.Multiply(a, b) = DoubleDouble.multiply a b
        member _.Divide(a, b) = DoubleDouble.divide a b
        member _.Sqrt a = DoubleDouble.sqrt a
        member _.Exp a = DoubleDouble.exp a
        member _.Atan2(y, x) = DoubleDouble.atan2 y x

        member _.Gap(q1, q2, c) = DoubleDouble.gap q1 q2 c
        member _.Hypotenuse(a, b) = DoubleDouble.hypotenuse a b

        member _.Angle(s, c) =
            if s.Hi = 0.0 && c.Hi = 0.0 then
                DoubleDouble.scale 0.5 DoubleDouble.pi
            else
                DoubleDouble.atan2 s c

        member _.ExpSinh(m, c) =
            let a = DoubleDouble.abs c
            let e = DoubleDouble.exp (DoubleDouble.subtract a m)
            let sinh = DoubleDouble.multiply e (DoubleDouble.expm1 (DoubleDouble.scale -2.0 a))

            DoubleDouble.scale
                (if c.Hi > 0.0 then -0.5
                 elif c.Hi < 0.0 then 0.5
                 else 0.0)
                sinh

        member _.Wide a = ValueSome a
        member _.Narrow a = a
