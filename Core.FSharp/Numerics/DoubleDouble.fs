namespace HadamardNtk.Core

open System

/// A double-double number: the unevaluated sum Hi + Lo of two float64, with |Lo| at most half a unit in the last place
/// of Hi. It has about 106 bits, or 32 digits, while its absolute value lies between 1e-280 and 1e300.
[<Struct; CustomEquality; NoComparison>]
type DoubleDouble =
    {
        /// The float64 nearest to the number.
        Hi: float
        /// The rest, the number less Hi.
        Lo: float
    }

    override this.Equals other =
        match other with
        | :? DoubleDouble as that -> this.Hi = that.Hi && this.Lo = that.Lo
        | _ -> false

    override this.GetHashCode() = HashCode.Combine(this.Hi, this.Lo)

    /// The number as its two parts, up to 32 digits.
    override this.ToString() = $"{this.Hi:R} + {this.Lo:R}"

/// Arithmetic in double-double, with error-free sums (Knuth) and products (fused multiply-add), and the elementary
/// functions that dual activations need. Relative errors are below 1e-30, and that of exp below 1e-30 + 1e-32 |x|.
[<RequireQualifiedAccess>]
module DoubleDouble =
    let inline private make hi lo = { Hi = hi; Lo = lo }

    /// The double-double equal to a float64.
    let ofFloat x = make x 0.0

    // Returns a + b for |a| >= |b|: Hi is the rounded sum and Lo its rounding error. Where a has overflowed, b, the
    // error of its rounding, means nothing.
    let inline private quick (a: float) (b: float) =
        let s = a + b

        if Double.IsFinite s then make s (b - (s - a))
        elif Double.IsFinite a then make s 0.0
        else make a 0.0

    let inline private twoSum (a: float) (b: float) =
        let s = a + b
        let t = s - a
        struct (s, (a - (s - t)) + (b - t))

    let inline private twoProduct (a: float) (b: float) =
        let p = a * b
        struct (p, Math.FusedMultiplyAdd(a, b, -p))

    /// a + b, with a relative error below 2^-104.
    let add a b =
        let struct (s, e) = twoSum a.Hi b.Hi
        let struct (t, f) = twoSum a.Lo b.Lo
        let r = quick s (e + t)
        quick r.Hi (r.Lo + f)

    /// -a.
    let negate a = make -a.Hi -a.Lo

    /// a - b.
    let subtract a b = add a (negate b)

    /// a b, with a relative error below 2^-103.
    let multiply a b =
        let struct (p, e) = twoProduct a.Hi b.Hi
        quick p (e + (a.Hi * b.Lo + a.Lo * b.Hi))

    /// a b for two float64, without error.
    let product a b =
        let struct (p, e) = twoProduct a b
        if Double.IsFinite p then make p e else make p 0.0

    /// a x for a float64 x.
    let scale (x: float) a = multiply a (ofFloat x)

    /// a / b. Two corrections refine the quotient in float64.
    let divide a b =
        let q = a.Hi / b.Hi

        if q = 0.0 || not (Double.IsFinite q) then
            ofFloat q
        else
            let r = subtract a (scale q b)
            let q' = r.Hi / b.Hi
            let r' = subtract r (scale q' b)
            let sum = quick q q'
            add sum (ofFloat (r'.Hi / b.Hi))

    /// sqrt(a); not a number for a < 0. Two steps of Newton's method refine the root in float64.
    let sqrt a =
        if a.Hi <= 0.0 || not (Double.IsFinite a.Hi) then
            ofFloat (Math.Sqrt a.Hi)
        else
            let x = Math.Sqrt a.Hi
            let r = subtract a (product x x)
            let first = quick x (r.Hi / (2.0 * x))
            let r = subtract a (multiply first first)
            add first (ofFloat (r.Hi / (2.0 * x)))

    let private scaled n a = make (Math.ScaleB(a.Hi, n)) (Math.ScaleB(a.Lo, n))

    let private evenExponent a = if a.Hi > 0.0 then Math.ILogB a.Hi / 2 else 0

    let private gapInRange q1 q2 c =
        let d = subtract (multiply q1 q2) (multiply c c)
        if d.Hi <= 0.0 then ofFloat 0.0 else sqrt d

    /// s = sqrt(max(q1 q2 - c^2, 0)). The operands are scaled by powers of two if their products leave the range of
    /// float64.
    let gap q1 q2 c =
        let product = q1.Hi * q2.Hi

        if product > 1e-240 && product < 1e280 || not (Double.IsFinite q1.Hi && Double.IsFinite q2.Hi) then
            gapInRange q1 q2 c
        else
            let i, j = evenExponent q1, evenExponent q2
            gapInRange (scaled (-2 * i) q1) (scaled (-2 * j) q2) (scaled (-i - j) c) |> scaled (i + j)

    /// sqrt(a + b^2) for a >= 0. For a > 0 the square is not formed if it would leave the range of float64.
    let hypotenuse a b =
        let sum = add a (multiply b b)

        if Double.IsFinite sum.Hi || not (a.Hi > 0.0 && Double.IsFinite a.Hi && Double.IsFinite b.Hi) then
            sqrt sum
        else
            let root = sqrt a
            let slope = divide b root

            if slope.Hi * slope.Hi < 1e300 then
                multiply root (sqrt (add (ofFloat 1.0) (multiply slope slope)))
            elif b.Hi < 0.0 then
                negate b
            else
                b

    /// The ratio of a circle's circumference to its diameter.
    let pi = make 3.141592653589793 1.2246467991473532e-16

    let private ln2 = make 0.6931471805599453 2.3190468138462996e-17

    let private isNegative a = a.Hi < 0.0

    /// |a|.
    let abs a = if isNegative a then negate a else a

    // The entries are 1/(k + 1)! for k = 0, 1, ..., 11.
    let private inverseFactorials =
        Array.scan (fun x k -> divide x (ofFloat (float k))) (ofFloat 1.0) [| 2..12 |]

    // Returns k and m with exp(a) = 2^k (1 + m), m = exp(a - k log 2) - 1, at full relative precision. Taylor's series
    // is summed at r = (a - k log 2)/256. Squaring 1 + m eight times as m -> 2m + m^2 keeps the digits that 1 + m would
    // lose.
    let private reduced a =
        let k = Math.Round(a.Hi / 0.6931471805599453)
        let r = scale (1.0 / 256.0) (if k = 0.0 then a else subtract a (scale k ln2))
        let mutable sum = inverseFactorials[11]

        for i in 10..-1..0 do
            sum <- add inverseFactorials[i] (multiply sum r)

        let mutable m = multiply sum r

        for _ in 1..8 do
            m <- add (make (2.0 * m.Hi) (2.0 * m.Lo)) (multiply m m)

        struct (int k, m)

    let private inRange a = a.Hi > -745.0 && a.Hi < 710.0

    let private power k y =
        let half = k / 2
        let scaled x = Math.ScaleB(Math.ScaleB(x, half), k - half)
        make (scaled y.Hi) (scaled y.Lo)

    /// exp(a).
    let exp a =
        if not (inRange a) then
            ofFloat (Math.Exp a.Hi)
        else
            let struct (k, m) = reduced a
            power k (add (ofFloat 1.0) m)

    /// exp(a) - 1, at full relative precision near 0.
    let expm1 a =
        if a.Hi = 0.0 then
            a
        elif not (inRange a) then
            ofFloat (Math.Exp a.Hi - 1.0)
        else
            let struct (k, m) = reduced a

            if k = 0 then m else subtract (power k (add (ofFloat 1.0) m)) (ofFloat 1.0)

    /// log(1 + a) for a > -1, at full relative precision near 0. The float64 logarithm y is corrected by 2 (a - m)/(2 +
    /// a + m), where m = exp(y) - 1.
    let log1p a =
        let y = Scalar.log1p a.Hi

        if y = 0.0 || not (Double.IsFinite y) then
            ofFloat y
        else
            let m = expm1 (ofFloat y)
            let across = scale 2.0 (subtract a m)
            add (ofFloat y) (divide across (add (ofFloat 2.0) (add a m)))

    // Sums a series whose terms are each made from the one before, until a term is below 1e-34 of the sum.
    let private series first next =
        let rec go k term sum =
            let term = next k term
            let sum' = add sum term

            if k > 60 || Math.Abs term.Hi <= 1e-34 * Math.Abs sum'.Hi then
                sum'
            else
                go (k + 1) term sum'

        go 1 first first

    /// (sin a, cos a), with an error below 1e-30 + 1e-32 |a|. Taylor's series is summed at 1/16 of the distance of a
    /// from the nearest multiple of 2 pi, and the angle is doubled four times.
    let sinCos a =
        let turns = Math.Round(a.Hi / (2.0 * Math.PI))

        let x = scale (1.0 / 16.0) (if turns = 0.0 then a else subtract a (scale (2.0 * turns) pi))

        let x2 = negate (multiply x x)

        let step from k term =
            let n = float (2 * k + from)
            divide (multiply term x2) (ofFloat (n * (n - 1.0)))

        // The state holds v = 1 - cos instead of cos, since 1 - cos 2x = 2 sin^2 x loses no digits.
        let double struct (s, v) =
            let c = subtract (ofFloat 1.0) v
            struct (scale 2.0 (multiply s c), scale 2.0 (multiply s s))

        if x.Hi = 0.0 then
            struct (x, ofFloat 1.0)
        else
            let sine = series x (step 1)
            let versine = series (scale -0.5 x2) (fun k -> step 0 (k + 1))
            let struct (s, v) = Seq.fold (fun state _ -> double state) (struct (sine, versine)) (seq { 1..4 })
            struct (s, subtract (ofFloat 1.0) v)

    /// The angle of the point (x, y). The float64 angle t is corrected by (y cos t - x sin t)/(x cos t + y sin t).
    let atan2 y x =
        let t = Math.Atan2(y.Hi, x.Hi)

        if not (Double.IsFinite t) || (y.Hi = 0.0 && x.Hi >= 0.0) then
            ofFloat t
        elif y.Hi = 0.0 then
            pi
        else
            let struct (s, c) = sinCos (ofFloat t)
            let across = subtract (multiply y c) (multiply x s)
            let along = add (multiply x c) (multiply y s)
            add (ofFloat t) (divide across along)

    /// x . x' / d for two rows of length d; every product is exact.
    let meanProduct (x: ReadOnlySpan<float>, x': ReadOnlySpan<float>) =
        let mutable sum = ofFloat 0.0

        for i in 0 .. x.Length - 1 do
            sum <- add sum (product x[i] x'[i])

        divide sum (ofFloat (float x.Length))

    /// The mean of the entries of a row.
    let mean (x: ReadOnlySpan<float>) =
        let mutable sum = ofFloat 0.0

        for value in x do
            sum <- add sum (ofFloat value)

        divide sum (ofFloat (float x.Length))

type DoubleDouble with
    /// -a.
    static member (~-) a = DoubleDouble.negate a
    /// a + b.
    static member (+)(a, b) = DoubleDouble.add a b
    /// a - b.
    static member (-)(a, b) = DoubleDouble.subtract a b
    /// a b.
    static member (*)(a, b) = DoubleDouble.multiply a b
    /// a / b.
    static member (/)(a, b) = DoubleDouble.divide a b
