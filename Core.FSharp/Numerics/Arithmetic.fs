namespace HadamardNtk.Core

open System

/// The number type that the kernels' scalar programs are read in: the few operations that dual activations need.
/// Implementations are structs, so that code generic over them is compiled once for each, without virtual calls.
type IArithmetic<'T> =
    /// The number nearest to a float.
    abstract Number: float -> 'T
    /// The float nearest to a number.
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
    /// The square root.
    abstract Sqrt: 'T -> 'T
    /// The exponential.
    abstract Exp: 'T -> 'T
    /// The angle of the point (x, y), given as (y, x).
    abstract Atan2: 'T * 'T -> 'T
    /// s = sqrt(max(q1 q2 - c^2, 0)).
    abstract Gap: 'T * 'T * 'T -> 'T
    /// atan2(s, c), pi/2 where s = c = 0.
    abstract Angle: 'T * 'T -> 'T
    /// exp(-m) sinh(c), given as (m, c).
    abstract ExpSinh: 'T * 'T -> 'T

/// Arithmetic in IEEE double precision.
[<Struct>]
type Float64Arithmetic =
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
        member _.Angle(s, c) = Scalar.angle s c
        member _.ExpSinh(m, c) = Scalar.expSinh m c
