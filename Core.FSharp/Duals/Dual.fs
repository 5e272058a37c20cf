namespace HadamardNtk.Core

open System

/// The dual activation of a nonlinearity phi: T = E phi(u) phi(v) and T' = E phi'(u) phi'(v) for (u, v) ~ N(0, [[q1,
/// c], [c, q2]]), and the mean E phi(u) for u ~ N(0, q1).
type Dual =
    {
        /// T(q1, q2, c).
        Value: Expr
        /// T'(q1, q2, c) = dT/dc.
        Derivative: Expr
        /// E phi(u) for u ~ N(0, q1).
        Mean: Expr
        /// E (phi(u) - E phi(u)) (phi(v) - E phi(v)), which is T(q1, q2, c) less the product of the means. Closed forms
        /// of functions whose means are nearly all of T do not lose the digits that this difference loses. For the
        /// others it is the difference, whose error is relative to T.
        Covariance: Expr
    }

/// The dual activations with a closed form, one function for each family.
[<RequireQualifiedAccess>]
module Dual =
    let private q1, q2, c = Row, Column, Pair
    let private s, th = Expr.gap, Expr.angle
    let private number (x: float) = Number x
    let private square a = a * a
    let private half = Number 0.5

    // The difference is used as it stands where the means are not nearly all of T at c = q. At c near 0 it has the
    // absolute accuracy of T.
    let private plain value derivative mean =
        { Value = value
          Derivative = derivative
          Mean = mean
          Covariance = value - mean * Expr.mirror mean }

    /// The polynomials A and B in rho = c/r with r^k J_k(th) = s A(c, r^2) + (pi - th) B(c, r^2), r^2 = q1 q2. They
    /// follow from J_{k+1} = (2k+1) cos th J_k - sin th dJ_k/dth, J_0 = pi - th (Cho and Saul, Kernel Methods for Deep
    /// Learning).
    let private arcCosine k =
        let multiply shift factor (p: float[]) = Array.append (Array.zeroCreate shift) (Array.map ((*) factor) p)

        let add (p: float[]) (q: float[]) =
            Array.init (max p.Length q.Length) (fun i ->
                (if i < p.Length then p[i] else 0.0) + (if i < q.Length then q[i] else 0.0))

        let derivative (p: float[]) =
            if p.Length < 2 then
                [||]
            else
                Array.init (p.Length - 1) (fun i -> float (i + 1) * p[i + 1])

        let flank p =
            let d = derivative p
            add d (multiply 2 -1.0 d)

        let next (a, b) k =
            add (add (multiply 1 (2.0 * float k) a) (flank a)) b, add (multiply 1 (2.0 * float k + 1.0) b) (flank b)

        (([||], [| 1.0 |]), [ 0 .. k - 1 ]) ||> List.fold next

    /// The polynomial p made homogeneous: sum_j p_j c^j (q1 q2)^((degree - j)/2).
    let private homogeneous degree (p: float[]) =
        p
        |> Seq.indexed
        |> Seq.filter (fun (_, x) -> x <> 0.0)
        |> Seq.map (fun (j, x) -> number x * Expr.power j c * Expr.power ((degree - j) / 2) (q1 * q2))
        |> Seq.fold (+) (number 0.0)

    /// (a-b)^2 s sine/2pi + ((a^2+b^2)(1-t) + 2ab t) arc/2 with t = th/pi.
    let private kinkedSum (a: float) (b: float) sine arc =
        let a, b = number a, number b
        let same, opposite, jump = a * a + b * b, number 2.0 * a * b, square (a - b)
        let turn = th / Pi
        jump * s * sine / (number 2.0 * Pi) + half * (same * (number 1.0 - turn) + opposite * turn) * arc

    /// E phi(u) phi(v) for phi(x) = a x^k on x < 0 and b x^k on x > 0. The part with equal signs of u and v is r^k
    /// J_k(th)/2pi. The part with opposite signs is (-1)^k r^k J_k(pi - th)/2pi = (-s A + th B)/2pi. With t = th/pi the
    /// sum is (a-b)^2 s A/2pi + ((a^2+b^2)(1-t) + 2ab t) B/2.
    let internal kinkedMoment a b k =
        let sine, arc = arcCosine k
        kinkedSum a b (homogeneous (k - 1) sine) (homogeneous k arc)

    /// k T - c T' for the T of `kinkedMoment`, which is 2 q1 dT/dq1 since T is homogeneous of degree k in q1 and of
    /// degree 2k in c. The terms that cancel for k = 1 are left out.
    let internal kinkedEuler a b k =
        let sine, arc = arcCosine k
        let sine', arc' = arcCosine (k - 1)

        let less (p: float[]) (q: float[]) =
            Array.init (max p.Length (q.Length + 1)) (fun i ->
                (if i < p.Length then float k * p[i] else 0.0)
                - (if i > 0 && i <= q.Length then float (k * k) * q[i - 1] else 0.0))

        kinkedSum a b (homogeneous (k - 1) (less sine sine')) (homogeneous k (less arc arc'))

    let private factorial n = Seq.fold (fun x i -> x * float i) 1.0 (seq { 1..n })

    /// E |g|^k over one half of the line for g ~ N(0, 1), which is 2^(k/2 - 1) Gamma((k+1)/2)/sqrt(pi).
    let private halfMoment k =
        let rec moment k =
            match k with
            | 0 -> number 0.5
            | 1 -> number 1.0 / Expr.sqrt (number 2.0 * Pi)
            | _ -> number (float (k - 1)) * moment (k - 2)

        moment k

    /// phi(x) = a x^k for x < 0 and b x^k for x > 0. The family contains abs, relu, leaky relu, sign, step, and
    /// rectified and whole monomials.
    let kinked (a: float) (b: float) k =
        let sign = if k % 2 = 0 then 1.0 else -1.0
        let root = if k % 2 = 0 then number 1.0 else Expr.sqrt q1

        plain
            (kinkedMoment a b k)
            (if k = 0 then
                 number 0.0
             else
                 square (number (float k)) * kinkedMoment a b (k - 1))
            (number (b + sign * a) * halfMoment k * Expr.power (k / 2) q1 * root)

    let private mehlerTerms (b: Expr list) = b |> List.mapi (fun r b -> b * Expr.mirror b / number (factorial r))

    /// Mehler's formula without normalization: sum_r c^r/r! B_r(q1) B_r(q2), where B_r(q) = E phi^(r)(u).
    let private mehler (b: Expr list) = Expr.horner (mehlerTerms b) c

    // The term with r = 0 is the product of the means, which the covariance leaves out.
    let private fromDerivatives (b: Expr list) =
        { Value = mehler b
          Derivative =
            (match b with
             | [] -> number 0.0
             | _ :: rest -> mehler rest)
          Mean = List.head b
          Covariance =
            (match mehlerTerms b with
             | [] -> number 0.0
             | _ :: rest -> Expr.horner (number 0.0 :: rest) c) }

    /// phi(x) = c0 + c1 x + c2 x^2 + ..., with B_r(q) = sum_i c_i i! / (((i-r)/2)! 2^((i-r)/2)) q^((i-r)/2) over i with
    /// i - r even.
    let polynomial (coefficients: float list) =
        let derivativeMean r =
            let terms =
                coefficients
                |> List.mapi (fun i x ->
                    let m = (i - r) / 2

                    if i < r || (i - r) % 2 = 1 then
                        None
                    else
                        Some(number x * number (factorial i / (factorial m * Math.Pow(2.0, float m)))))
                |> List.skip r
                |> List.choose id

            Expr.horner terms q1

        fromDerivatives [ for r in 0 .. coefficients.Length - 1 -> derivativeMean r ]

    /// phi = He_k/sqrt(k!). The means E He_n(sqrt(q) g) = (n-1)!! (q-1)^(n/2) for even n have no cancellation.
    let hermite k =
        let doubleFactorial n = Seq.fold (fun x i -> x * float i) 1.0 (seq { n .. -2 .. 1 })

        let derivativeMean r =
            let n = k - r

            if n % 2 = 1 then
                number 0.0
            else
                let scale = sqrt (factorial k) / factorial n * doubleFactorial (n - 1)
                number scale * Expr.power (n / 2) (q1 - number 1.0)

        fromDerivatives [ for r in 0..k -> derivativeMean r ]

    /// phi(x) = a erf(b x) + c0 (Williams, Computing with infinite networks).
    let erf (a: Expr) (b: Expr) (c0: Expr) =
        let b2 = b * b
        // The value is D/2 for D = sqrt(1 + 2 b^2 (q1 + q2) + 4 (b^2 s)^2).
        let d = Expr.hypotenuse (number 0.25 + half * b2 * (q1 + q2)) (b2 * s)

        let centered = a * a * number 2.0 / Pi * Expr.atan2 (b2 * c) d

        { Value = centered + c0 * c0
          Derivative = a * a * b2 * number 2.0 / Pi / d
          Mean = c0
          Covariance = centered }

    /// phi(x) = x Phi(x), where Phi is the standard normal distribution function. T' has no cancellation for c > 0, and
    /// no product leaves the range of its factors, because of the identity 1 + (1 - q1 q2)/((1 + q1) (1 + q2)) = 1/(1 +
    /// q1) + 1/(1 + q2).
    let gelu =
        let one, two = number 1.0, number 2.0
        let d = Expr.hypotenuse (one + (q1 + q2)) s
        let arc = Expr.atan2 c d
        let share q x = x / (one + q)
        let tail = share q1 c * share q2 c / d + share q1 q1 * share q2 q2 * d

        plain
            ((tail + c * arc) / (two * Pi) + c / number 4.0)
            (number 0.25 + (arc + c / d * (one / d / d + (share q1 one + share q2 one))) / (two * Pi))
            (q1 / Expr.sqrt (two * Pi * (one + q1)))

    /// phi(x) = a sin(b x + c0), given by sin(c0) and cos(c0). With m = b^2 (q1+q2)/2, T = a^2 [e^{-m} sinh(b^2 c) +
    /// sin^2(c0) e^{-(m + b^2 c)}], which keeps every digit at small q. The covariance is a^2 e^{-m} [cos^2(c0)
    /// sinh(b^2 c) + 2 sin^2(c0) sinh^2(b^2 c/2)].
    let sine (a: Expr) (b: Expr) (sin0: Expr) (cos0: Expr) =
        let a2, b2 = a * a, b * b
        let m = b2 * (half * (q1 + q2))
        let odd = Expr.expSinh m (b2 * c)
        let even = Expr.exp (number 0.0 - (m + b2 * c))
        let moment phase = a2 * (odd + square phase * even)
        let wave = Expr.expSinh (half * m) (half * (b2 * c))

        { Value = moment sin0
          Derivative = b2 * moment cos0
          Mean = a * sin0 * Expr.exp (number -0.5 * b2 * q1)
          Covariance = a2 * (square cos0 * odd + number 2.0 * square sin0 * (wave * wave)) }

    /// phi(x) = sqrt(2) sin(sqrt(2 gamma) x + pi/4). T = e^{-gamma (q1 + q2 - 2c)}, and the covariance is T - e^{-gamma
    /// (q1 + q2)} = 2 e^{-gamma (q1 + q2 - c)} sinh(gamma c).
    let rbf (g: Expr) =
        let value = Expr.exp (g * (number 2.0 * c - (q1 + q2)))

        { Value = value
          Derivative = number 2.0 * g * value
          Mean = Expr.exp (number 0.0 - g * q1)
          Covariance = number 2.0 * Expr.expSinh (g * (q1 + q2 - c)) (g * c) }

    /// phi(x) = a exp(b x). T = a^2 e^{b^2 ((q1+q2)/2 + c)}, and the covariance is 2 a^2 e^{b^2 (q1+q2+c)/2} sinh(b^2
    /// c/2).
    let exponential (a: Expr) (b: Expr) =
        let b2 = b * b
        let value = a * a * Expr.exp (b2 * (half * (q1 + q2) + c))
        let above = number -0.5 * (b2 * (q1 + q2 + c))

        { Value = value
          Derivative = b2 * value
          Mean = a * Expr.exp (half * b2 * q1)
          Covariance = number 2.0 * (a * a) * Expr.expSinh above (half * (b2 * c)) }

    /// phi(x) = a exp(b x^2). T exists if 1 - 4 b q > 0 at the variances of both samples. With p = sqrt((1 - 2bq1)(1 -
    /// 2bq2)) the covariance is a^2 (1/d - 1/p) = a^2 (2bc)^2/(d p (d + p)).
    let gaussian (a: Expr) (b: Expr) =
        let one = number 1.0
        let d = Expr.hypotenuse (one - number 2.0 * b * (q1 + q2)) (number 2.0 * b * s)

        let p = Expr.sqrt (one - number 2.0 * b * q1) * Expr.sqrt (one - number 2.0 * b * q2)
        let t = number 2.0 * b * c

        { Value = a * a / d
          Derivative = number 4.0 * a * a * b * b * (c / d) / d / d
          Mean = a / Expr.sqrt (one - number 2.0 * b * q1)
          Covariance = a * a * (t / d) * (t / p) / (d + p) }

    /// Any phi with derivative phi'. The expectations are computed by series and quadrature.
    let general (f: ScalarFunction) f' = plain (Expect f) (Expect f') (Mean f)
