namespace HadamardNtk.Core

/// A quadrature rule sum_i w_i f(x_i) for an integral or an expectation, in double-double.
type internal PreciseRule =
    {
        /// The nodes x_i, in ascending order.
        Nodes: DoubleDouble[]
        /// The weights w_i.
        Weights: DoubleDouble[]
    }

/// Gaussian quadrature rules in double-double. They follow from the three-term recursion of the orthonormal
/// polynomials, b_{k+1} p_{k+1} = x p_k - b_k p_{k-1} with p_0 = 1.
[<RequireQualifiedAccess>]
module internal GaussRule =
    let private number = DoubleDouble.ofFloat

    // Returns p_n(x) and its derivative in float64.
    let private plain (b: float[]) n x =
        let mutable p, before, slope, slopeBefore = 1.0, 0.0, 0.0, 0.0

        for k in 0 .. n - 1 do
            let next = (x * p - b[k] * before) / b[k + 1]
            let nextSlope = (p + x * slope - b[k] * slopeBefore) / b[k + 1]
            before <- p
            p <- next
            slopeBefore <- slope
            slope <- nextSlope

        struct (p, slope)

    // Returns p_n(x) and p_0(x)^2 + ... + p_{n-1}(x)^2 in double-double.
    let private precise (b: DoubleDouble[]) n x =
        let mutable p, before, sum = number 1.0, number 0.0, number 0.0

        for k in 0 .. n - 1 do
            sum <- sum + p * p
            let next = (x * p - b[k] * before) / b[k + 1]
            before <- p
            p <- next

        struct (p, sum)

    // The roots of p_n interlace with those of p_{n-1}, which bracket them for bisection.
    let private roots (b: float[]) n =
        let value n x =
            let struct (p, _) = plain b n x
            p

        let rec bisect n lower upper =
            let middle = 0.5 * (lower + upper)

            if middle <= lower || middle >= upper then middle
            elif (value n middle > 0.0) = (value n upper > 0.0) then bisect n lower middle
            else bisect n middle upper

        let bound = 2.0 * Array.max b
        let next roots n = [ -bound ] @ roots @ [ bound ] |> List.pairwise |> List.map (fun (a, b) -> bisect n a b)
        List.fold next [] [ 1..n ]

    /// The rule with n nodes of a measure of the given mass, from b_0 = 0, b_1, ..., b_n. Every weight is the mass
    /// divided by p_0^2 + ... + p_{n-1}^2.
    let private ofRecursion mass (b: DoubleDouble[]) n =
        let floats = b |> Array.map _.Hi

        let newton x _ =
            let struct (_, slope) = plain floats n x.Hi
            let struct (p, _) = precise b n x
            x - p / number slope

        let nodes = roots floats n |> List.map (fun x -> List.fold newton (number x) [ 1..3 ]) |> Array.ofList

        let weight x =
            let struct (_, sum) = precise b n x
            number mass / sum

        { Nodes = nodes; Weights = Array.map weight nodes }

    /// The Gauss-Legendre rule on [-1, 1], with b_k = k/sqrt(4 k^2 - 1).
    let legendre n =
        let b k =
            if k = 0 then
                number 0.0
            else
                number (float k) / DoubleDouble.sqrt (number (float (4 * k * k - 1)))

        ofRecursion 2.0 (Array.init (n + 1) b) n

    /// The Gauss-Hermite rule of the standard normal distribution, with b_k = sqrt(k).
    let hermite n = ofRecursion 1.0 (Array.init (n + 1) (fun k -> DoubleDouble.sqrt (number (float k)))) n
