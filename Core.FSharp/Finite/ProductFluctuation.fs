namespace HadamardNtk.Core

/// The moments of a factor a(u) of a product net and of its derivative a'(u), with u ~ N(0, 1).
type FactorMoments =
    {
        /// E a^2, which is not 0.
        Second: float
        /// E a^4
        Fourth: float
        /// E a'^2
        Slope: float
        /// E a'^4
        SlopeFourth: float
        /// E a^2 a'^2
        Mixed: float
    }

/// The fluctuation constant c = m Var Theta_m(x,x)/(E Theta_m(x,x))^2 of product nets of width m, in closed form:
///
///     f(x) = sqrt(2/m) sum_c v_c y_c(x),   y_c = a_1(u_1c) ... a_N(u_Nc),   u_ic = w_ic.x
///
/// with |x| = 1, all v_c and all entries of w_ic independent and N(0, 1), and all of them trained. Theta_m is the mean
/// of m independent copies of 2X, X = P + v^2 S, where P is the product of all a_i^2, and S the sum over i of a_i'^2
/// times the product of the other a_j^2. Hence c = E X^2/(E X)^2 - 1 at every m.
///
/// Source: derived here, docs/mathematics.md, section 6.
[<RequireQualifiedAccess>]
module ProductFluctuation =
    /// The greatest number of factors.
    let maximumDegree = 250

    /// c of a product of independent factors. With E v^2 = 1 and E v^4 = 3,
    ///
    ///     E X   = E P (1 + sum of E a_i'^2/E a_i^2)
    ///     E X^2 = E P^2 (1 + 2 sum of g_i + 3 sum of E a_i'^4/E a_i^4 + 3 sum over i <> j of g_i g_j)
    ///
    /// where g_i = E a_i^2 a_i'^2/E a_i^4. It raises ArgumentException if there are no factors.
    let ofFactors (factors: FactorMoments list) =
        if factors.IsEmpty then
            invalidArg "factors" "Expected at least one factor; there are none."

        let sum f = List.sumBy f factors
        let mixed a = a.Mixed / a.Fourth
        let mean = 1.0 + sum (fun a -> a.Slope / a.Second)
        let pairs = sum mixed * sum mixed - sum (fun a -> mixed a * mixed a)
        let square = 1.0 + 2.0 * sum mixed + 3.0 * (sum (fun a -> a.SlopeFourth / a.Fourth) + pairs)
        let product = factors |> List.fold (fun p a -> p * a.Fourth / (a.Second * a.Second)) 1.0
        product * square / (mean * mean) - 1.0

    // E relu(u), with u ~ N(0, 1). E relu(u)^3 is twice this number.
    let private reluMean = 1.0 / sqrt (2.0 * System.Math.PI)

    /// The factor relu(u). Its moments are 1/2, 3/2, 1/2, 1/2 and 1/2.
    let relu = { Second = 0.5; Fourth = 1.5; Slope = 0.5; SlopeFourth = 0.5; Mixed = 0.5 }

    /// The factor 1 + relu(u), by the moments E r = 1/sqrt(2 pi), E r^2 = 1/2, E r^3 = 2/sqrt(2 pi), E r^4 = 3/2 and
    /// E r r' = E r, E r^2 r' = E r^2.
    let shiftedRelu =
        { Second = 1.5 + 2.0 * reluMean
          Fourth = 5.5 + 12.0 * reluMean
          Slope = 0.5
          SlopeFourth = 0.5
          Mixed = 1.0 + 2.0 * reluMean }

    let private checkedDegree degree =
        if degree < 1 || degree > maximumDegree then
            invalidArg "degree" $"Expected a degree from 1 to {maximumDegree}; it is {degree}."

        degree

    /// c of the product of N factors relu(w.x): 6^N (1 + 5N/3 + N(N-1)/3)/(N+1)^2 - 1. It is the same for every norm of
    /// x and every scale of the weights. It raises ArgumentException unless N is from 1 to 250.
    let reluProduct degree = ofFactors (List.replicate (checkedDegree degree) relu)

    /// c of the product with skip connections, y_1 = relu(w_1.x), y_n = y_(n-1) (1 + relu(w_n.x)), at |x| = 1. It
    /// raises ArgumentException unless N is from 1 to 250.
    let reluSkipProduct degree = ofFactors (relu :: List.replicate (checkedDegree degree - 1) shiftedRelu)
