namespace HadamardNtk.Core

open System

/// An unevaluated sum of two floats, |Lo| at most half a unit in the last place of Hi: about 106 bits, 32 digits,
/// while the number lies between 1e-280 and 1e300 in size.
[<Struct; CustomEquality; NoComparison>]
type DoubleDouble =
    {
        /// The float nearest to the number.
        Hi: float
        /// What is left.
        Lo: float
    }

    override this.Equals other =
        match other with
        | :? DoubleDouble as that -> this.Hi = that.Hi && this.Lo = that.Lo
        | _ -> false

    override this.GetHashCode() = HashCode.Combine(this.Hi, this.Lo)

    /// The number with up to 32 digits, as its two parts.
    override this.ToString() = $"{this.Hi:R} + {this.Lo:R}"

/// Arithmetic in double-double: error-free sums (Knuth) and products (fused multiply-add), and the elementary functions
/// that dual activations need, to 1e-30 relative (exp to
/// 1e-30 + 1e-32 |x|).
[<RequireQualifiedAccess>]
module DoubleDouble =
    let inline private make hi lo = { Hi = hi; Lo = lo }

    /// The number that a float is.
    let ofFloat x = make x 0.0

    // hi = a + b rounded, lo the rounding error; for |a| >= |b|.
    let inline private quick (a: float) (b: float) =
        let s = a + b
        if Double.IsFinite s then make s (b - (s - a)) else make s 0.0

    let inline private twoSum (a: float) (b: float) =
        let s = a + b
        let t = s - a
        struct (s, (a - (s - t)) + (b - t))

    let inline private twoProduct (a: float) (b: float) =
        let p = a * b
        struct (p, Math.FusedMultiplyAdd(a, b, -p))

    /// a + b, relative error below 2^-104.
    let add a b =
        let struct (s, e) = twoSum a.Hi b.Hi
        let struct (t, f) = twoSum a.Lo b.Lo
        let r = quick s (e + t)
        quick r.Hi (r.Lo + f)

    /// -a
    let negate a = make -a.Hi -a.Lo

    /// a - b
    let subtract a b = add a (negate b)

    /// a b, relative error below 2^-103.
    let multiply a b =
        let struct (p, e) = twoProduct a.Hi b.Hi
        quick p (e + (a.Hi * b.Lo + a.Lo * b.Hi))

    /// a b of two floats, exactly.
    let product a b =
        let struct (p, e) = twoProduct a b
        make p e

    /// a times a float.
    let scale (x: float) a = multiply a (ofFloat x)

    /// a / b, by two corrections of the float quotient.
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

    /// The square root, by Newton's step on the float root; not a number below 0.
    let sqrt a =
        if a.Hi <= 0.0 || not (Double.IsFinite a.Hi) then
            ofFloat (Math.Sqrt a.Hi)
        else
            let x = Math.Sqrt a.Hi
            let r = subtract a (product x x)
            let first = quick x (r.Hi / (2.0 * x))
            let r = subtract a (multiply first first)
            add first (ofFloat (r.Hi / (2.0 * x)))

    /// The ratio of a circle's circumference to its diameter.
    let pi = make 3.141592653589793 1.2246467991473532e-16

    let private ln2 = make 0.6931471805599453 2.3190468138462996e-17

    let private isNegative a = a.Hi < 0.0

    /// |a|
    let abs a = if isNegative a then negate a else a

    // sum_k x^k/(k + shift)! * shift!, until a term no longer counts.
    let private taylor first next x =
        let rec go k term sum =
            let term = next k term x
            let sum' = add sum term

            if k > 60 || Math.Abs term.Hi <= 1e-34 * Math.Abs sum'.Hi then
                sum'
            else
                go (k + 1) term sum'

        go 1 first first

    /// exp(a) - 1 for small a, by Taylor's series.
    let private expm1Small a = taylor a (fun k term x -> divide (multiply term x) (ofFloat (float (k + 1)))) a

    /// exp(a) - 1, to full relative precision near 0.
    let rec expm1 a =
        if a.Hi = 0.0 then a
        elif Math.Abs a.Hi < 0.1 then expm1Small a
        else subtract (exp a) (ofFloat 1.0)

    /// exp(a) = 2^k exp(r)^256, r = (a - k log 2)/256.
    and exp a =
        if not (a.Hi > -745.0 && a.Hi < 710.0) then
            ofFloat (Math.Exp a.Hi)
        else
            let k = Math.Round(a.Hi / 0.6931471805599453)
            let r = scale (1.0 / 256.0) (subtract a (scale k ln2))
            // (1 + m)^2 - 1 = 2m + m^2 keeps the digits that 1 + m would lose.
            let squared m = add (scale 2.0 m) (multiply m m)
            let m = Seq.fold (fun m _ -> squared m) (expm1Small r) (seq { 1..8 })
            let y = add (ofFloat 1.0) m
            let half = int k / 2
            let power x = Math.ScaleB(Math.ScaleB(x, half), int k - half)
            make (power y.Hi) (power y.Lo)

    // Sine and cosine of a float of at most pi in size: Taylor's series of a/16, then four doublings.
    let private sinCos (a: float) =
        let x = scale (1.0 / 16.0) (ofFloat a)
        let x2 = negate (multiply x x)

        let step from k term _ =
            let n = float (2 * k + from)
            divide (multiply term x2) (ofFloat (n * (n - 1.0)))

        let sine = if a = 0.0 then ofFloat 0.0 else taylor x (step 1) x
        // 1 - cos, so that doubling loses nothing: 1 - cos 2x = 2 sin^2 x.
        let double struct (s, v) =
            let c = subtract (ofFloat 1.0) v
            struct (scale 2.0 (multiply s c), scale 2.0 (multiply s s))

        let versine =
            let first = scale -0.5 x2

            if a = 0.0 then
                first
            else
                taylor first (fun k term _ -> step 0 (k + 1) term x) x

        let struct (s, v) = Seq.fold (fun state _ -> double state) (struct (sine, versine)) (seq { 1..4 })
        struct (s, subtract (ofFloat 1.0) v)

    /// The angle of the point (x, y): the float angle t, corrected by (y cos t - x sin t)/(x cos t + y sin t).
    let atan2 y x =
        let t = Math.Atan2(y.Hi, x.Hi)

        if not (Double.IsFinite t) || (y.Hi = 0.0 && x.Hi >= 0.0) then
            ofFloat t
        elif y.Hi = 0.0 then
            pi
        else
            let struct (s, c) = sinCos t
            let across = subtract (multiply y c) (multiply x s)
            let along = add (multiply x c) (multiply y s)
            add (ofFloat t) (divide across along)

    /// The inner product of two rows of equal length, divided by their length, every product exact.
    let meanProduct (x: ReadOnlySpan<float>, x': ReadOnlySpan<float>) =
        let mutable sum = ofFloat 0.0

        for i in 0 .. x.Length - 1 do
            sum <- add sum (product x[i] x'[i])

        divide sum (ofFloat (float x.Length))

/// Arithmetic in double-double.
[<Struct>]
type DoubleDoubleArithmetic =
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

        member _.Gap(q1, q2, c) =
            let d = DoubleDouble.subtract (DoubleDouble.multiply q1 q2) (DoubleDouble.multiply c c)

            if d.Hi > 0.0 then DoubleDouble.sqrt d
            elif Double.IsNaN d.Hi then d
            else DoubleDouble.ofFloat 0.0

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
