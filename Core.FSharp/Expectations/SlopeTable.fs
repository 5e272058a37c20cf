namespace HadamardNtk.Core

/// The Hermite coefficients of a smooth function f and of its derivative f' at one variance q as one table. With A_k =
/// a_k(f)/sqrt(q) = a_(k-1)(f')/sqrt(k) and P(rho) = sum_{k > 0} A_k A'_k rho^k, both expectations follow from one
/// polynomial: E f(u) f(v) = m m' + sqrt(q q') P(rho) and E f'(u) f'(v) = P'(rho), where m = E f(u).
type internal SlopeTable =
    {
        /// A_1, A_2, ... as the coefficients of f'. Its tails are the greater of those of f and f', each relative to
        /// its function's second moment.
        Table: HermiteTable
        /// m = E f(u).
        Mean: float
        /// sqrt(q).
        Root: float
    }

/// Functions that make tables of a function and its derivative.
[<RequireQualifiedAccess>]
module internal SlopeTable =
    let private roots = Array.init (HermiteTable.Terms + 1) (fun k -> 1.0 / sqrt (float (max k 1)))

    /// Tests whether the coefficients of f determine those of f' without a loss of digits. The error of a coefficient
    /// is relative to sqrt(E f^2) or to sqrt(q E f'^2), and the smaller one counts.
    let isByValue (value: HermiteTable) (slope: HermiteTable) =
        value.Variance > 0.0 && value.Variance * slope.Square >= value.Square

    let private ofSeries (value: HermiteTable) (slope: HermiteTable) (a: float[]) beyond beyond' =
        let q = value.Variance
        let ratio = if value.Square > 0.0 then q * (slope.Square / value.Square) else 0.0
        let tails = Array.zeroCreate (a.Length + 1)
        let mutable tail, tail' = beyond, beyond'
        tails[a.Length] <- max tail' (ratio * tail)

        for j in a.Length - 1 .. -1 .. 0 do
            let square = a[j] * a[j]
            tail <- tail + square
            tail' <- tail' + float (j + 1) * square
            tails[j] <- max tail' (ratio * tail)

        // A value that is not a number makes the whole pair one.
        let root = if System.Double.IsFinite value.Square then sqrt q else nan

        { Table = HermiteTable(slope.Function, q, a, slope.Square, tails[a.Length], tails, null)
          Mean = value.Mean
          Root = root }

    /// The table from all coefficients of f and the second moment of f'.
    let ofValue (value: HermiteTable) (slope: HermiteTable) =
        let q, terms = value.Variance, value.Coefficients.Length - 1
        let inverse = 1.0 / sqrt q
        let a = Array.init terms (fun j -> inverse * value.Coefficients[j + 1])
        let beyond = value.Beyond

        // The squares beyond the last coefficient fall, so that most of them are within twice the number of terms.
        let beyond' =
            if terms + 1 < HermiteTable.Terms then
                max (slope.Square * (beyond / value.Square)) (2.0 * float terms * beyond / q)
            else
                let mutable rest = slope.Square
                a |> Array.iteri (fun j x -> rest <- rest - float (j + 1) * x * x)
                max rest (HermiteTable.Floor * slope.Square)

        ofSeries value slope a (beyond / q) beyond'

    /// The table from all coefficients of f' and the moments of f.
    let ofSlope (value: HermiteTable) (slope: HermiteTable) =
        let b = slope.Coefficients
        let beyond = slope.Beyond
        ofSeries value slope (Array.init b.Length (fun j -> b[j] * roots[j + 1])) (beyond / float b.Length) beyond
