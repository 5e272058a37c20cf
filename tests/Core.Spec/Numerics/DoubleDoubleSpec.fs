/// Arithmetic with 32 digits, and the nearly collinear pairs that need it.
module HadamardNtk.Core.Spec.DoubleDoubleSpec

open System
open HadamardNtk.Core
open Xunit

/// Operation, operands, and the true value as the sum of two floats (from 300-bit arithmetic).
let private known =
    [ "exp", 1.0, 0.0, 2.718281828459045, 1.4456468917292502e-16
      "exp", -0.5, 0.0, 0.6065306597126334, -6.593178415491414e-19
      "exp", 1e-09, 0.0, 1.000000001, -8.224037093664211e-17
      "exp", 30.25, 0.0, 13721704977464.906, -0.0009393237907290634
      "exp", -700.5, 0.0, 5.980196118639791e-305, -2.87e-321
      "exp", 0.1, 0.0, 1.1051709180756477, -8.149523913327619e-17
      "exp", 709.0, 0.0, 8.218407461554972e+307, -1.955965507696277e+291
      "expm1", 1e-20, 0.0, 1e-20, 5e-41
      "expm1", -1e-05, 0.0, -9.999950000166666e-06, -7.687946724313578e-22
      "expm1", 0.09, 0.0, 0.09417428370521036, -5.623068763509874e-18
      "expm1", 0.11, 0.0, 0.11627807045887129, 6.667368000167177e-18
      "expm1", -3.0, 0.0, -0.950212931632136, -8.422032873046665e-18
      "sqrt", 2.0, 0.0, 1.4142135623730951, -9.667293313452913e-17
      "sqrt", 1e-200, 0.0, 1e-100, -2.8941768603061505e-117
      "sqrt", 3e+200, 0.0, 1.7320508075688773e+100, -6.154220429494397e+83
      "sqrt", 0.3, 0.0, 0.5477225575051661, 2.890126723719787e-17
      "divide", 1.0, 3.0, 0.3333333333333333, 1.850371707708594e-17
      "divide", -2.0, 7.0, -0.2857142857142857, -1.586032892321652e-17
      "divide", 1e+100, 3e-100, 3.3333333333333334e+199, -5.437723443564898e+182
      "atan2", 1.0, 1.0, 0.7853981633974483, 3.061616997868383e-17
      "atan2", 1.0, 3.0, 0.3217505543966422, 7.917392525722143e-18
      "atan2", 1e-09, 1.0, 1e-09, -3.3333333333333338e-28
      "atan2", 1e-09, -1.0, 3.141592652589793, 2.0520505085187742e-16
      "atan2", -2.0, -0.5, -1.8157749899217608, 1.133563127078463e-17
      "atan2", 1.0, 0.0, 1.5707963267948966, 6.123233995736766e-17
      "atan2", 5.0, 1e-12, 1.5707963267946967, -9.862322751445104e-17 ]

let private perform operation a b =
    let a, b = DoubleDouble.ofFloat a, DoubleDouble.ofFloat b

    match operation with
    | "exp" -> DoubleDouble.exp a
    | "expm1" -> DoubleDouble.expm1 a
    | "sqrt" -> DoubleDouble.sqrt a
    | "divide" -> DoubleDouble.divide a b
    | _ -> DoubleDouble.atan2 a b

/// |a - b| / |b|.
let private distance a b =
    let difference = DoubleDouble.subtract a b
    abs (difference.Hi / b.Hi)

[<Fact>]
let ``elementary functions have a relative error below 1e-30 (exp below 1e-30 + 1e-32 |x|)`` () =
    for operation, a, b, hi, lo in known do
        let error = distance (perform operation a b) { Hi = hi; Lo = lo }
        Assert.True(error < 1e-30 + 1e-32 * abs a, $"{operation}({a}, {b}) is off by {error:E1}")

let private random = Random 7

let private any () =
    let hi = (random.NextDouble() - 0.5) * Math.Pow(10.0, float (random.Next(-8, 8)))
    DoubleDouble.add (DoubleDouble.ofFloat hi) (DoubleDouble.ofFloat (hi * 1e-17 * random.NextDouble()))

[<Fact>]
let ``products undo quotients, squares undo roots, sums undo differences`` () =
    // Two operations, each with a relative error below 2^-103 = 1e-31 (the root 3e-32).
    for _ in 1..1000 do
        let a, b = any (), any ()
        Assert.True(distance (DoubleDouble.multiply (DoubleDouble.divide a b) b) a < 4e-31)
        let root = DoubleDouble.sqrt (DoubleDouble.abs a)
        Assert.True(distance (DoubleDouble.multiply root root) (DoubleDouble.abs a) < 4e-31)
        let there = DoubleDouble.add (DoubleDouble.subtract a b) b
        let scale = max (abs a.Hi) (abs b.Hi)
        Assert.True(abs (DoubleDouble.subtract there a).Hi <= 4e-31 * scale)

let private kernelOf net =
    match Notation.parse net with
    | Ok network ->
        match Kernel.ofNetwork network with
        | Ok kernel -> kernel
        | Error refusal -> invalidOp (string refusal)
    | Error error -> invalidOp (string error)

[<Fact>]
let ``a pair whose angle float64 does not know is noticed, and only such a pair`` () =
    let interpreter = Kernel.interpreter 2 (kernelOf "(dense(w=1.5,b=0.1) relu)^2 dense")
    let scratch = Array.zeroCreate interpreter.ScratchLength

    let isNear (x: float[]) (x': float[]) =
        let state (x: float[]) = interpreter.Sample(Kernel.product x x, Array.average x)
        let row, column = state x, state x'
        interpreter.Pair(row, column, Kernel.product x x', scratch) |> ignore
        interpreter.IsNear(row, column, scratch)

    let x = [| 0.3; -1.1 |]
    Assert.True(isNear x x) // its angle is 0, which the rows say
    Assert.False(isNear x [| 1.0; 0.4 |])
    Assert.False(isNear x [| 0.3; -1.101 |]) // th = 2.3e-4, 1 - rho = 2.7e-8
    Assert.True(isNear x [| 0.3; -1.1 - 1e-6 |])
    Assert.True(isNear x [| 0.3; Math.BitIncrement -1.1 |])

[<Fact>]
let ``in double-double the tangent kernel of nearly equal rows has the slope that the angle gives it`` () =
    // One hidden layer of relu, d = 2: Theta = T + T' k with T' = (1 - th/pi)/2; th is 1e-9 for the rows (1, 0) and
    // (cos 1e-9, sin 1e-9), where float64 has th = 0 or 1.5e-8.
    let interpreter = Kernel.exactInterpreter 2 (kernelOf "dense relu dense")
    let scratch = Array.zeroCreate interpreter.ScratchLength
    let x, x' = [| 1.0; 0.0 |], [| 1.0; 1e-9 |]
    let product (a: float[]) (b: float[]) = DoubleDouble.meanProduct (ReadOnlySpan a, ReadOnlySpan b)
    let state (a: float[]) = interpreter.Sample(product a a, DoubleDouble.ofFloat (Array.average a))
    let struct (_, theta) = interpreter.Pair(state x, state x', product x x', scratch)
    let struct (_, same) = interpreter.Pair(state x, state x, product x x, scratch)
    // T has no slope in th at 0 beyond th^2/4pi... of T's own size 1/4: -th/(4 pi) from T' k and 1e-18 elsewhere.
    let slope = (DoubleDouble.subtract same theta).Hi / 1e-9
    Assert.Equal(0.25 / Math.PI, slope, 1e-8)
