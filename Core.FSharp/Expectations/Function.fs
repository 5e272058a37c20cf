namespace HadamardNtk.Core

open System

/// The symmetry of a function under x -> -x.
type Parity =
    /// f(-x) = -f(x).
    | Odd
    /// f(-x) = f(x).
    | Even
    /// The function has neither symmetry.
    | Neither

/// The rules for the parity of combined functions.
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

    /// The parity of outer(inner(x)).
    let composition outer inner =
        match inner with
        | Odd -> outer
        | Even -> Even
        | Neither -> Neither

    /// The parity of a derivative.
    let derivative parity =
        match parity with
        | Odd -> Even
        | Even -> Odd
        | Neither -> Neither

/// A scalar function with the facts that quadrature uses. The function is analytic between its kinks.
[<ReferenceEquality>]
type ScalarFunction =
    internal
        {
            /// The name in formulas and messages.
            Name: string
            /// The function. At a jump its value is the mean of both sides.
            Apply: float -> float
            /// The function in double-double, if it is known to more digits than float64 has. Such a function has no
            /// kinks but 0.
            Precise: (DoubleDouble -> DoubleDouble) option
            /// The known points at which the function or one of its derivatives jumps.
            Kinks: float list
            /// The symmetry of the function under x -> -x.
            Parity: Parity
            /// A length over which the function is smooth: at most half the radius of convergence of its Taylor series.
            Scale: float
            /// Whether the function tends to polynomials away from 0 and its kinks, so that panels may grow there.
            Settles: bool
            /// A bound on the error of the computed dual activation, relative to sqrt(T(x,x) T(x',x')).
            Bound: float
            /// The resolution of the function by sampling, or None if its kinks and scale are known. The scale is not
            /// used if there is a resolution.
            Resolution: Resolution option
            /// The derivative, if both functions are smooth and known by formulas.
            Derivative: ScalarFunction option
        }

/// Functions that build and combine scalar functions.
[<RequireQualifiedAccess>]
module ScalarFunction =
    /// The error bound of the series and the quadrature for functions whose scale is known.
    let exactBound = 1e-12

    /// The assumed error bound of composed functions, which are resolved by sampling when they are first used.
    let composedBound = 1e-11

    /// A function that tends to polynomials on both sides and is analytic within 1.5 of the real axis, except at a kink
    /// at 0.
    let settling name parity kinks apply =
        { Name = name
          Apply = apply
          Precise = None
          Kinks = kinks
          Parity = parity
          Scale = 1.0
          Settles = true
          Bound = exactBound
          Resolution = None
          Derivative = None }

    /// Adds the function in double-double.
    let precisely precise (f: ScalarFunction) = { f with Precise = Some precise }

    /// Adds the derivative to a smooth function.
    let withDerivative f' (f: ScalarFunction) = { f with Derivative = Some f' }

    /// The kinks of the function on [lower, upper], which may be found by resolving it there.
    let kinksWithin (f: ScalarFunction) lower upper =
        match f.Resolution with
        | Some resolution -> resolution.Kinks(lower, upper)
        | None -> f.Kinks |> List.filter (fun k -> k >= lower && k <= upper)

    /// Adds a resolution to the function. `suspects` gives the points of an interval at which kinks may be.
    let resolvedBy suspects (f: ScalarFunction) =
        let source = { Apply = f.Apply; Known = f.Kinks; Suspects = suspects }
        { f with Resolution = Some(Resolution.make source) }

    let private join name parity (f: ScalarFunction) (g: ScalarFunction) apply precise =
        let joined =
            { Name = name
              Apply = apply
              Precise = Option.map2 (fun f g x -> precise (f x) (g x)) f.Precise g.Precise
              Kinks = List.distinct (f.Kinks @ g.Kinks) |> List.sort
              Parity = parity
              Scale = min f.Scale g.Scale
              Settles = f.Settles && g.Settles
              Bound = max f.Bound g.Bound
              Resolution = None
              Derivative = None }

        if f.Resolution.IsNone && g.Resolution.IsNone then
            joined
        else
            joined |> resolvedBy (fun lower upper -> kinksWithin f lower upper @ kinksWithin g lower upper)

    /// f g.
    let product (f: ScalarFunction) (g: ScalarFunction) =
        let apply x = f.Apply x * g.Apply x
        join $"{f.Name} {g.Name}" (Parity.product f.Parity g.Parity) f g apply DoubleDouble.multiply

    /// f + g.
    let sum (f: ScalarFunction) (g: ScalarFunction) =
        let apply x = f.Apply x + g.Apply x
        join $"({f.Name} + {g.Name})" (Parity.sum f.Parity g.Parity) f g apply DoubleDouble.add

    /// The anchors of a mesh on which the function is resolved.
    let internal anchors (f: ScalarFunction) =
        let points = if f.Settles then List.distinct (0.0 :: f.Kinks) else f.Kinks
        points |> List.map (fun x -> { At = x; Width = f.Scale })

    /// The longest panel away from the anchors.
    let longest (f: ScalarFunction) = if f.Settles then infinity else f.Scale

    // Jumps of a resolved function are searched for up to this distance from 0.
    let private looked = 16.0

    /// Tests whether the function jumps at a kink. Its T then has a slope in the angle th at th = 0 and pi.
    let jumps (f: ScalarFunction) =
        // The function is evaluated beside the rounded place of the kink, and at 0 so far away that no power of x
        // vanishes.
        let jump k =
            let beside = max 1e-30 (1e-14 * abs k)
            abs (f.Apply(k + beside) - f.Apply(k - beside))

        f.Kinks @ kinksWithin f -looked looked |> List.exists (fun k -> jump k > 1e-9)

    /// The distance from the real axis within which the function is analytic away from its kinks, or 0 if it is not
    /// known.
    let strip (f: ScalarFunction) = if f.Resolution.IsSome then 0.0 else (if f.Settles then 1.5 else 0.45) * f.Scale

    /// Tests whether the function is resolved on [lower, upper].
    let isKnown (f: ScalarFunction) lower upper =
        match f.Resolution with
        | Some resolution -> (resolution.Failure(lower, upper)).IsNone
        | None -> true

    /// Panels over [lower, upper] on which the function is resolved. They are at most `most` long and graded towards
    /// the anchors `more`.
    let internal panels (f: ScalarFunction) most more lower upper =
        match f.Resolution with
        | None -> Quadrature.mesh (min most (longest f)) (anchors f @ more) lower upper
        | Some resolution ->
            let cuts = resolution.Panels(lower, upper) |> Seq.map _.From

            Quadrature.between (Seq.append cuts (more |> Seq.map _.At)) lower upper
            |> Quadrature.refine most more

    // Moves the ends of the panels by about two thirds of the shorter neighbor, except for ends at kinks.
    let private shifted (kinks: Set<float>) (panels: LegendrePanel[]) =
        panels
        |> Array.pairwise
        |> Array.map (fun (p, p') ->
            if kinks.Contains p'.From then
                p'.From
            else
                p'.From + 0.6371 * min (p.To - p.From) (p'.To - p'.From))

    /// Panels over [lower, upper] as a second mesh. For a resolved function they differ from those of `panels` in all
    /// cuts except kinks, so that the difference between the two integrals reveals an overlooked kink.
    let otherPanels (f: ScalarFunction) most lower upper =
        match f.Resolution with
        | None -> panels f most [] lower upper
        | Some resolution ->
            let cuts = resolution.Panels(lower, upper) |> shifted (kinksWithin f lower upper |> Set.ofList)

            Quadrature.between (Seq.append cuts [ 0.0371 * most ]) lower upper
            |> List.collect (fun (struct (a, b)) -> Quadrature.between [ a + 0.5371 * (b - a) ] a b)
            |> Quadrature.refine most []

    /// The anchors of u -> g(slope u) on [lower, upper], where g is f smoothed over the width sigma. The kinks of f
    /// have the width sigma, and its panels are cuts.
    let internal moved (f: ScalarFunction) slope sigma lower upper =
        let inner = abs slope * max (abs lower) (abs upper)
        let turn width k = { At = k / slope; Width = width / abs slope }

        match f.Resolution with
        | _ when slope = 0.0 -> []
        | None ->
            anchors f
            |> List.map (fun a -> turn (if List.contains a.At f.Kinks then min a.Width sigma else a.Width) a.At)
        | Some resolution ->
            let cuts = resolution.Panels(-inner, inner) |> Seq.map (_.From >> turn infinity) |> List.ofSeq
            cuts @ (kinksWithin f -inner inner |> List.map (turn sigma))

    // The first of `reaches` beyond which f^2 times the normal density is below a fraction of its peak.
    let private reachTo part reaches (f: ScalarFunction) sigma =
        // A function that raises an exception far out has no known reach. Within a standard deviation the exception is
        // passed on.
        let size z =
            try
                abs (f.Apply(z * sigma))
            with :? ArgumentException when abs z > 1.0 ->
                nan

        let mass z =
            let value = max (size z) (size -z)
            let square = value * value

            // If only the square overflows, its product with the density may still be small.
            if Double.IsInfinity square then
                exp (2.0 * log value - 0.5 * z * z) / sqrt (2.0 * Math.PI)
            else
                square * Scalar.normalDensity z

        let grid = [ for i in 1..72 -> 0.5 * float i ]
        let masses = grid |> List.map mass
        let peak = List.max masses
        let fades z = List.forall2 (fun x m -> x < z || m <= part * peak) grid masses
        reaches |> List.tryFind (fun z -> Double.IsFinite peak && fades z) |> Option.defaultValue nan

    /// The number of standard deviations sigma beyond which f^2 times the normal density is negligible. It is not a
    /// number if f grows too fast for such a number to exist.
    let reach f sigma = reachTo 1e-17 [ 10.0; 14.0; 20.0; 28.0 ] f sigma

    /// The reach at the precision of double-double.
    let preciseReach f sigma = reachTo 1e-34 [ 13.0; 17.0; 22.0; 30.0 ] f sigma

    // A point this near to a known kink at 0 is that kink, found again with a rounding error.
    let private besides (known: float list) points =
        if List.contains 0.0 known then
            points |> List.filter (fun x -> abs x > 1e-14)
        else
            points

    // The points of an interval at which the inner function reaches a kink of the outer one, and the inner function's
    // own kinks.
    let private preimages (outer: ScalarFunction) (inner: ScalarFunction) (resolution: Resolution) lower upper =
        let crossed (panel: LegendrePanel) =
            // The polynomial's values differ from their mean by at most the sum of the other |coefficients|.
            let middle = panel.Coefficients[0]
            let spread = panel.Coefficients |> Seq.skip 1 |> Seq.sumBy abs

            kinksWithin outer (middle - spread) (middle + spread)
            |> List.collect (fun k -> LegendrePanel.crossings k panel)

        let panels = resolution.Panels(lower, upper)
        (panels |> Seq.collect crossed |> List.ofSeq) @ kinksWithin inner lower upper

    // Tests whether the function is 0 at 0 and has one sign on either side.
    let private vanishesOnce (f: ScalarFunction) =
        let side sign =
            [ for i in -80 .. 80 -> f.Apply(sign * Math.Pow(2.0, 0.25 * float i)) ]
            |> fun values -> List.forall (fun y -> y > 0.0) values || List.forall (fun y -> y < 0.0) values

        f.Apply 0.0 = 0.0 && side 1.0 && side -1.0

    /// outer(inner(x)). Its kinks are those of inner and the points at which inner reaches a kink of outer.
    let compose (outer: ScalarFunction) (inner: ScalarFunction) =
        let resolved = if inner.Resolution.IsSome then inner else resolvedBy (fun _ _ -> []) inner

        let kinks =
            if List.contains (inner.Apply 0.0) outer.Kinks then
                List.distinct (0.0 :: inner.Kinks)
            else
                inner.Kinks

        // A function is known in double-double only if its kinks are known exactly, as 0 is.
        let isExact =
            List.forall ((=) 0.0) (outer.Kinks @ inner.Kinks) && (outer.Kinks.IsEmpty || vanishesOnce inner)

        { Name = $"{outer.Name}({inner.Name})"
          Apply = inner.Apply >> outer.Apply
          Precise = if isExact then Option.map2 (<<) outer.Precise inner.Precise else None
          Kinks = kinks
          Parity = Parity.composition outer.Parity inner.Parity
          Scale = min outer.Scale inner.Scale
          Settles = outer.Settles && inner.Settles
          Bound = max composedBound (max outer.Bound inner.Bound)
          Resolution = None
          Derivative = None }
        |> resolvedBy (fun lower upper -> preimages outer inner resolved.Resolution.Value lower upper |> besides kinks)

    /// Tests whether the function grows so fast that no moment exists at any variance.
    let outgrows (f: ScalarFunction) =
        match f.Resolution with
        | Some resolution -> resolution.Outgrows
        | None -> false

    // The slope of the panel's polynomial, or the mean of both sides at a panel's end. Outside the panels it is a
    // difference quotient, which only shows how fast the function grows and enters no expectation.
    let private slope (f: ScalarFunction) (slopes: Resolution) x =
        let at x =
            match slopes.Panel x with
            | ValueSome panel -> LegendrePanel.evaluate panel (max panel.From (min panel.To x))
            | ValueNone ->
                let h = 1e-6 * max 1.0 (abs x)
                (f.Apply(x + h) - f.Apply(x - h)) / (2.0 * h)

        let before = at (Math.BitDecrement x)
        let here = at x
        if before = here then here else 0.5 * (before + here)

    /// The derivative almost everywhere of a function, computed from the polynomials on the panels of its resolution.
    /// At kinks it is the mean of both sides.
    let differentiate (f: ScalarFunction) =
        let resolved = if f.Resolution.IsSome then f else resolvedBy (fun _ _ -> []) f
        let slopes = Resolution.derivative f.Apply resolved.Resolution.Value

        { f with
            Name = f.Name + "'"
            Apply = slope f slopes
            Precise = None
            Parity = Parity.derivative f.Parity
            Resolution = Some slopes
            Derivative = None }
