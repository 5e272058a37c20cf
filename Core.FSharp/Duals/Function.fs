namespace HadamardNtk.Core

open System

/// What a function becomes under x -> -x.
type Parity =
    /// f(-x) = -f(x).
    | Odd
    /// f(-x) = f(x).
    | Even
    /// Neither of the two.
    | Neither

/// The algebra of parities.
[<RequireQualifiedAccess>]
module Parity =
    /// The parity of a product.
    let product a b =
        match a, b with
        | Neither, _
        | _, Neither -> Neither
        | _ -> if a = b then Even else Odd

    /// The parity of a sum.
    let sum a b = if a = b then a else Neither

    /// The parity of a derivative.
    let derivative parity =
        match parity with
        | Odd -> Even
        | Even -> Odd
        | Neither -> Neither

/// A scalar function as quadrature needs to know it: smooth (analytic) between its kinks.
[<ReferenceEquality>]
type ScalarFunction =
    {
        /// What it is called in formulas and messages.
        Name: string
        /// The function, also at its kinks, where the mean of both sides is meant.
        Apply: float -> float
        /// The function in double-double, where it is known to more digits than a float holds; it has no kink but 0 then.
        Precise: (DoubleDouble -> DoubleDouble) option
        /// The points at which it or one of its derivatives jumps.
        Kinks: float list
        /// What it becomes under x -> -x.
        Parity: Parity
        /// A length over which it is smooth: half the radius of convergence of its Taylor series, or less.
        Scale: float
        /// Whether it tends to polynomials away from 0 and its kinks, so that panels may grow there.
        Settles: bool
        /// The error reached in its dual activation, relative to sqrt(T(x,x) T(x',x')).
        Bound: float
    }

/// Scalar functions, and how they are joined.
[<RequireQualifiedAccess>]
module ScalarFunction =
    /// The bound that the series and the quadrature reach for functions whose scale is known.
    let exactBound = 1e-12

    /// A function that is analytic within 1.5 of the real axis, except at 0 if it is kinked there, and tends to
    /// polynomials on both sides.
    let settling name parity kinks apply =
        { Name = name
          Apply = apply
          Precise = None
          Kinks = kinks
          Parity = parity
          Scale = 1.0
          Settles = true
          Bound = exactBound }

    /// The function, known in double-double.
    let precisely precise (f: ScalarFunction) = { f with Precise = Some precise }

    let private join name parity (f: ScalarFunction) (g: ScalarFunction) apply precise =
        { Name = name
          Apply = apply
          Precise = Option.map2 (fun f g x -> precise (f x) (g x)) f.Precise g.Precise
          Kinks = List.distinct (f.Kinks @ g.Kinks) |> List.sort
          Parity = parity
          Scale = min f.Scale g.Scale
          Settles = f.Settles && g.Settles
          Bound = max f.Bound g.Bound }

    /// f g.
    let product (f: ScalarFunction) (g: ScalarFunction) =
        let apply x = f.Apply x * g.Apply x
        join $"{f.Name} {g.Name}" (Parity.product f.Parity g.Parity) f g apply DoubleDouble.multiply

    /// f + g.
    let sum (f: ScalarFunction) (g: ScalarFunction) =
        let apply x = f.Apply x + g.Apply x
        join $"({f.Name} + {g.Name})" (Parity.sum f.Parity g.Parity) f g apply DoubleDouble.add

    /// The anchors of a mesh on which the function is resolved.
    let anchors (f: ScalarFunction) =
        let points = if f.Settles then List.distinct (0.0 :: f.Kinks) else f.Kinks
        points |> List.map (fun x -> { At = x; Width = f.Scale })

    /// The longest panel away from the anchors.
    let longest (f: ScalarFunction) = if f.Settles then infinity else f.Scale

    /// Whether its two sides do not meet at a kink, so that T has a slope in the angle th at 0 and pi.
    let jumps (f: ScalarFunction) =
        let jump k = abs (f.Apply(Math.BitIncrement k) - f.Apply(Math.BitDecrement k))
        f.Kinks |> List.exists (fun k -> jump k > 1e-9)

    /// A distance from the real axis within which the function is analytic, away from its kinks.
    let strip (f: ScalarFunction) = (if f.Settles then 1.5 else 0.45) * f.Scale

    // The first of the reaches beyond which f^2 times the normal density is below a part of its peak.
    let private reachTo part reaches (f: ScalarFunction) sigma =
        let mass z =
            let value = max (abs (f.Apply(z * sigma))) (abs (f.Apply(-z * sigma)))
            let square = value * value

            // What only the square overflows may still be small.
            if Double.IsInfinity square then
                exp (2.0 * log value - 0.5 * z * z) / sqrt (2.0 * Math.PI)
            else
                square * Scalar.normalDensity z

        let grid = [ for i in 1..72 -> 0.5 * float i ]
        let masses = grid |> List.map mass
        let peak = List.max masses
        let fades z = List.forall2 (fun x m -> x < z || m <= part * peak) grid masses
        reaches |> List.tryFind (fun z -> Double.IsFinite peak && fades z) |> Option.defaultValue nan

    /// The number of standard deviations sigma beyond which f^2 times the normal density counts for nothing; not a number
    /// where f grows so fast that there is none.
    let reach f sigma = reachTo 1e-17 [ 10.0; 14.0; 20.0; 28.0 ] f sigma

    /// The same where 32 digits count.
    let preciseReach f sigma = reachTo 1e-34 [ 13.0; 17.0; 22.0; 30.0 ] f sigma

    /// E f(u) for u ~ N(0, q).
    let mean (f: ScalarFunction) q =
        match f.Parity with
        | Odd -> 0.0
        | _ when q = 0.0 -> f.Apply 0.0
        | _ ->
            let sigma = sqrt q

            Quadrature.gaussian (reach f sigma) (min 1.0 (longest f / sigma)) (anchors f) sigma
            |> Array.sumBy (fun (struct (x, w)) -> w * f.Apply x)

    /// E f(u)^2 for u ~ N(0, q).
    let meanSquare (f: ScalarFunction) q =
        let square x = f.Apply x * f.Apply x
        mean { f with Apply = square; Parity = Even } q

    /// The derivative by Richardson's extrapolation of central differences (five halvings), with steps that do not
    /// reach over a kink; the almost-everywhere derivative where the function jumps.
    let differentiate (f: ScalarFunction) =
        let step x =
            let free = f.Kinks |> List.map (fun k -> abs (x - k)) |> List.fold min infinity
            if free = 0.0 then 0.0 else min (0.2 * f.Scale) free

        let central (x: float) h = (f.Apply(x + h) - f.Apply(x - h)) / (2.0 * h)

        let rec extrapolate factor (row: float list) =
            match row with
            | [ value ] -> value
            | _ ->
                row
                |> List.pairwise
                |> List.map (fun (coarse, fine) -> fine + (fine - coarse) / (factor - 1.0))
                |> extrapolate (4.0 * factor)

        let smooth x h = [ for i in 0..4 -> central x (h / float (1 <<< i)) ] |> extrapolate 4.0

        let rec apply x =
            match step x with
            | 0.0 -> 0.5 * (apply (x - 1e-3 * f.Scale) + apply (x + 1e-3 * f.Scale))
            | h -> smooth x (0.999 * h)

        { f with
            Name = f.Name + "'"
            Apply = apply
            Precise = None
            Parity = Parity.derivative f.Parity
            Bound = max f.Bound 1e-10 }
