namespace HadamardNtk.Core

open System
open System.Numerics

/// The first coefficients of a power series a_0 + a_1 t + a_2 t^2 + ... in double-double, each with a bound on its
/// error. A zero whose bound is 0 is exact: no rounding has touched it. Coefficients that are not stored are exact
/// zeros, up to the order that the functions of `PowerSeries` are given.
[<Sealed>]
type internal PowerSeries internal (hi: float[], lo: float[], errors: float[]) =
    member internal _.Hi = hi
    member internal _.Lo = lo
    member internal _.Errors = errors
    /// The number of coefficients that are stored.
    member _.Length = hi.Length

    /// The coefficient of t^j.
    member _.Item
        with get j = if j < hi.Length then { Hi = hi[j]; Lo = lo[j] } else DoubleDouble.ofFloat 0.0

    /// A bound on the absolute error of the coefficient of t^j.
    member _.Error j = if j < errors.Length then errors[j] else 0.0

/// Arithmetic of truncated power series. `order` is the number of coefficients that are kept. Every function costs at
/// most some order^2 operations, and bounds the errors of the result by those of the operands and by its own rounding.
/// The arguments of exp, sqrt, atan2 and angle at t = 0, and constants that divide, count as exact. Kernels have
/// nonnegative coefficients (Schoenberg), so that sums of them lose no digits.
[<RequireQualifiedAccess>]
module internal PowerSeries =
    // The relative error of an operation in double-double, with room for the sums of thousands of products.
    let private unit = Math.ScaleB(1.0, -96)

    // Numbers below this have lost the lower half of their digits to the range of float64.
    let private floor = 1e-290

    /// The sum of series times numbers, under construction. The high and low parts are normalized when they are read.
    type private Sum(order: int) =
        let hi, lo, errors =
            Array.zeroCreate<float> order, Array.zeroCreate<float> order, Array.zeroCreate<float> order

        member _.Order = order

        /// Adds x b[from], x b[from + 1], ... to the coefficients at, at + 1, ..., `count` of them or as many as fit.
        /// `error` is the error of x.
        member _.Add(x: DoubleDouble, error: float, b: PowerSeries, from: int, count: int, at: int) =
            let count = min count (min (b.Length - from) (order - at))

            if count > 0 && (x.Hi <> 0.0 || error <> 0.0) then
                let bh, bl, be = b.Hi, b.Lo, b.Errors
                let size = abs x.Hi
                let width = Vector<float>.Count
                let xh, xl, xs, xe = Vector x.Hi, Vector x.Lo, Vector size, Vector error
                let units = Vector unit
                let mutable i = 0

                while i + width <= count do
                    let h, l = Vector(bh, from + i), Vector(bl, from + i)
                    let p = xh * h
                    let e = Vector.FusedMultiplyAdd(xh, h, -p) + (xh * l + xl * h)
                    let a = Vector(hi, at + i)
                    let s = a + p
                    let t = s - a
                    s.CopyTo(hi, at + i)
                    (Vector(lo, at + i) + (((a - (s - t)) + (p - t)) + e)).CopyTo(lo, at + i)
                    let b' = Vector.Abs h
                    let own = xs * (Vector(be, from + i) + units * b') + xe * (b' + Vector(be, from + i))
                    (Vector(errors, at + i) + own).CopyTo(errors, at + i)
                    i <- i + width

                while i < count do
                    let h, l = bh[from + i], bl[from + i]
                    let p = x.Hi * h
                    let e = Math.FusedMultiplyAdd(x.Hi, h, -p) + (x.Hi * l + x.Lo * h)
                    let a = hi[at + i]
                    let s = a + p
                    let t = s - a
                    hi[at + i] <- s
                    lo[at + i] <- lo[at + i] + (((a - (s - t)) + (p - t)) + e)

                    errors[at + i] <-
                        errors[at + i] + size * (be[from + i] + unit * abs h) + error * (abs h + be[from + i])

                    i <- i + 1

        /// The coefficient j as it stands.
        member _.Item
            with get j =
                let s = hi[j] + lo[j]
                { Hi = s; Lo = lo[j] - (s - hi[j]) }

        /// The bound on the error of coefficient j as it stands.
        member _.Error j = errors[j]

        /// Sets coefficient j.
        member _.Set(j, x: DoubleDouble, error: float) =
            hi[j] <- x.Hi
            lo[j] <- x.Lo
            // A number that lies below the range of double-double is known no better than that.
            errors[j] <- if x.Hi <> 0.0 && abs x.Hi < floor then max error (abs x.Hi) else error

        /// Adds to the error of coefficient j.
        member _.Blur(j, error: float) = errors[j] <- errors[j] + error

        /// The series of all coefficients, without exact zeros at the end.
        member this.Series() =
            let mutable last = order

            while last > 0 && hi[last - 1] = 0.0 && lo[last - 1] = 0.0 && errors[last - 1] = 0.0 do
                last <- last - 1

            for j in 0 .. last - 1 do
                this.Set(j, this[j], errors[j])

            PowerSeries(hi[.. last - 1], lo[.. last - 1], errors[.. last - 1])

    let private errorOf (x: DoubleDouble) = unit * abs x.Hi

    /// The constant x, of which the last digits of double-double are not known.
    let constant (x: DoubleDouble) =
        if x.Hi = 0.0 then
            PowerSeries([||], [||], [||])
        else
            PowerSeries([| x.Hi |], [| x.Lo |], [| errorOf x |])

    /// The series r t for a power of two r, without error.
    let variable (r: float) = PowerSeries([| 0.0; r |], [| 0.0; 0.0 |], [| 0.0; 0.0 |])

    /// A series from its coefficients and the bounds on their errors.
    let ofCoefficients (values: DoubleDouble[]) (errors: float[]) =
        PowerSeries(values |> Array.map _.Hi, values |> Array.map _.Lo, Array.copy errors)

    /// Tests whether a series is a constant.
    let isConstant (a: PowerSeries) = a.Length <= 1

    let private one = DoubleDouble.ofFloat 1.0

    let private combine order (terms: (float * PowerSeries) list) =
        let longest = terms |> List.map (fun (_, a) -> a.Length) |> List.max
        let sum = Sum(min order longest)

        for factor, a in terms do
            sum.Add(DoubleDouble.ofFloat factor, 0.0, a, 0, a.Length, 0)

        sum.Series()

    /// a + b.
    let add order a b = combine order [ 1.0, a; 1.0, b ]
    /// a - b.
    let subtract order a b = combine order [ 1.0, a; -1.0, b ]

    /// a x for a number x.
    let scale (x: DoubleDouble) (a: PowerSeries) =
        let sum = Sum a.Length
        sum.Add(x, errorOf x, a, 0, a.Length, 0)
        sum.Series()

    /// a b.
    let multiply order (a: PowerSeries) (b: PowerSeries) =
        let short, long = if a.Length < b.Length then a, b else b, a
        let sum = Sum(max 0 (min order (short.Length + long.Length - 1)))

        for i in 0 .. (min sum.Order short.Length) - 1 do
            sum.Add(short[i], short.Error i, long, 0, long.Length, i)

        sum.Series()

    /// a / b for a series b with b_0 <> 0.
    let divide order (a: PowerSeries) (b: PowerSeries) =
        if isConstant b then
            scale (one / b[0]) a
        else
            let rest, y = Sum order, Sum order
            rest.Add(one, 0.0, a, 0, a.Length, 0)
            let size = abs b[0].Hi

            for j in 0 .. order - 1 do
                let value = rest[j] / b[0]
                let error = (rest.Error j + abs value.Hi * b.Error 0) / size + errorOf value
                y.Set(j, value, error)
                rest.Add(-value, error, b, 1, b.Length, j + 1)

            y.Series()

    /// sqrt(a) for a series with a_0 > 0.
    let sqrt order (a: PowerSeries) =
        let root = DoubleDouble.sqrt a[0]

        if isConstant a then
            constant root
        else
            let rest = Sum order
            rest.Add(one, 0.0, a, 0, a.Length, 0)
            let hi, lo, errors = Array.zeroCreate order, Array.zeroCreate order, Array.zeroCreate order
            // The series shares the arrays, so that it grows as they are filled.
            let y = PowerSeries(hi, lo, errors)
            let twice = DoubleDouble.scale 2.0 root
            let rootError = a.Error 0 / twice.Hi + errorOf root

            let set j (value: DoubleDouble) error =
                hi[j] <- value.Hi
                lo[j] <- value.Lo
                errors[j] <- error

            set 0 root rootError

            for j in 1 .. order - 1 do
                let value = rest[j] / twice
                let error = (rest.Error j + 2.0 * abs value.Hi * rootError) / twice.Hi + errorOf value
                set j value error
                // The square of y has the terms 2 y_j y_i for 0 < i < j, and y_j^2.
                rest.Add(DoubleDouble.scale -2.0 value, 2.0 * error, y, 1, j - 1, j + 1)
                rest.Add(-value, 2.0 * error, y, j, 1, 2 * j)

            let whole = Sum order
            whole.Add(one, 0.0, y, 0, order, 0)
            whole.Series()

    /// The derivative.
    let derivative (a: PowerSeries) =
        let sum = Sum(max 0 (a.Length - 1))

        for j in 1 .. a.Length - 1 do
            sum.Set(j - 1, DoubleDouble.scale (float j) a[j], float j * (a.Error j + errorOf a[j]))

        sum.Series()

    /// The antiderivative whose constant term is given.
    let integral order (first: DoubleDouble) (a: PowerSeries) =
        let sum = Sum(min order (a.Length + 1))
        sum.Set(0, first, errorOf first)

        for j in 1 .. sum.Order - 1 do
            let value = a[j - 1] / DoubleDouble.ofFloat (float j)
            sum.Set(j, value, a.Error(j - 1) / float j + errorOf value)

        sum.Series()

    /// exp(a), by y' = a' y. All coefficients are NaN if exp(a_0) is below the range of double-double, since they are
    /// multiples of it that may be great.
    let exp order (a: PowerSeries) =
        let first = DoubleDouble.exp a[0]

        if isConstant a then
            constant first
        else
            let first = if first.Hi < floor then DoubleDouble.ofFloat nan else first
            let slope = derivative a
            let product, y = Sum order, Sum order
            y.Set(0, first, abs first.Hi * (a.Error 0 + unit))
            product.Add(first, y.Error 0, slope, 0, slope.Length, 0)

            for j in 1 .. order - 1 do
                let value = product[j - 1] / DoubleDouble.ofFloat (float j)
                y.Set(j, value, product.Error(j - 1) / float j + errorOf value)
                product.Add(value, y.Error j, slope, 0, slope.Length, j)

            y.Series()

    /// atan2(y, x), by its derivative (x y' - y x')/(x^2 + y^2).
    let atan2 order (y: PowerSeries) (x: PowerSeries) =
        let first = DoubleDouble.atan2 y[0] x[0]

        if isConstant y && isConstant x then
            constant first
        else
            let times = multiply order
            let top = subtract order (times x (derivative y)) (times y (derivative x))
            let bottom = add order (times x x) (times y y)
            integral order first (divide order top bottom)

    /// The angle th = atan2(s, c) where s^2 + c^2 does not depend on t, so that th' = -c'/s.
    let angle order (s: PowerSeries) (c: PowerSeries) =
        let first = DoubleDouble.atan2 s[0] c[0]

        if isConstant c then
            constant first
        else
            integral order first (scale (DoubleDouble.ofFloat -1.0) (divide order (derivative c) s))

    /// The symmetry of a series, by its exact zeros.
    let parity (a: PowerSeries) =
        let vanishes remainder =
            seq { remainder..2 .. a.Length - 1 } |> Seq.forall (fun j -> a[j].Hi = 0.0 && a.Error j = 0.0)

        if vanishes 0 then Odd
        elif vanishes 1 then Even
        else Neither

    let private allows parity j = parity = Neither || (parity = Odd) = (j % 2 = 1)

    /// The series with greater errors of the coefficients that its parity allows.
    let blurred order parity (error: int -> float) (a: PowerSeries) =
        let sum = Sum order
        sum.Add(one, 0.0, a, 0, a.Length, 0)

        for j in 0 .. order - 1 do
            if allows parity j then
                sum.Blur(j, error j)

        sum.Series()

    /// The series of a function that is known to have a parity, with exact zeros.
    let symmetric parity (a: PowerSeries) =
        let sum = Sum a.Length

        for j in 0 .. a.Length - 1 do
            if allows parity j then
                sum.Set(j, a[j], a.Error j)

        sum.Series()

    /// f_0 + f_1 a + f_2 a^2 + ..., for coefficients with bounds on their errors. It takes some 2 sqrt(n) products for
    /// n coefficients (Paterson and Stockmeyer), and calls `told` with the part that is done before each of them.
    let composeTold (told: float -> unit) order (f: DoubleDouble[]) (errors: float[]) (a: PowerSeries) =
        let weighted (terms: seq<struct (int * PowerSeries)>) =
            let sum = Sum order

            for struct (k, power) in terms do
                sum.Add(f[k], errors[k] + errorOf f[k], power, 0, power.Length, 0)

            sum.Series()

        let width = max 1 (int (ceil (Math.Sqrt(float f.Length))))
        let powers = Array.create (width + 1) (PowerSeries([| 1.0 |], [| 0.0 |], [| 0.0 |]))

        for k in 1..width do
            told (0.5 * float (k - 1) / float width)
            powers[k] <- if k = 1 then a else multiply order powers[k - 1] a

        let block b =
            weighted (
                seq {
                    for k in b * width .. min f.Length ((b + 1) * width) - 1 do
                        struct (k, powers[k - b * width])
                }
            )

        let blocks = (f.Length + width - 1) / width

        (PowerSeries([||], [||], [||]), [ blocks - 1 .. -1 .. 0 ])
        ||> List.fold (fun sum b ->
            told (1.0 - 0.5 * float (b + 1) / float blocks)
            add order (multiply order sum powers[width]) (block b))

    /// The same composition, which is told to nobody.
    let compose order f errors a = composeTold ignore order f errors a
