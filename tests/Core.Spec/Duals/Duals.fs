/// Dual activations: T = E phi(u) phi(v), T' = E phi'(u) phi'(v) and the mean E phi(u), for every activation.
module HadamardNtk.Core.Spec.Duals

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.DualTable
open HadamardNtk.Core.Spec.Integration
open Xunit

let rows = Xunit.TheoryData<string>(names)

/// Variances whose products have exact square roots, so that c = rho sqrt(q1 q2) is the end of its range at rho = +-1.
let private variances =
    [ 1e-6, 1e-6
      0.3, 0.3
      1.0, 1.0
      5.0, 5.0
      100.0, 100.0
      1.0, 4.0
      0.25, 100.0
      0.0, 1.0
      0.0, 0.0 ]

let private correlations = [ -1.0; -0.9; 0.0; 0.5; 0.99; 1.0 ]

// A wave of many periods costs the test's quadrature seconds: fewer of its places at large variance.
let private places case =
    let isLong q rho = q > 5.0 && case.Shape.Longest < infinity && rho <> 0.5 && abs rho <> 1.0

    [ for q1, q2 in variances do
          for rho in correlations do
              if max q1 q2 <= case.Largest && not (isLong (max q1 q2) rho) then
                  q1, q2, rho ]

let private covariance q1 q2 rho = if q1 = q2 then rho * q1 else rho * sqrt (q1 * q2)

[<Theory>]
[<MemberData(nameof rows)>]
[<Law "T = E phi(u) phi(v), T' = E phi'(u) phi'(v), mean = E phi(u)">]
let ``T, T' and the mean are the expectations that define them`` name =
    let case = caseOf name
    let phi, phi' = case.Phi, case.Activation.Derivative.Apply

    // By Cauchy and Schwarz the weights of the quadrature sum to sqrt(T T) at most, and panels of 16 points reach 13
    // digits: 1e-11 sqrt(T T) is for the formula. sqrt(T T) is of phi's terms where they cancel.
    let tolerance f q1 q2 = 1e-11 * sqrt (moment case.Shape q1 q1 1.0 f * moment case.Shape q2 q2 1.0 f)

    for q1, q2, rho in places case do
        let c = covariance q1 q2 rho
        let at what = $"{what} of {name} at q1 = {q1}, q2 = {q2}, rho = {rho}"
        let truth f = moment case.Shape q1 q2 rho f
        Spec.near (at "T") (tolerance case.Terms q1 q2) (truth phi) (value case.Activation q1 q2 c)
        Spec.near (at "T'") (tolerance phi' q1 q2) (truth phi') (slope case.Activation q1 q2 c)

    for q in [ 0.0; 1e-6; 0.3; 1.0; 5.0; 100.0 ] do
        if q <= case.Largest then
            let tolerance = tolerance case.Terms q q |> fun t -> sqrt (t * 1e-11)
            Spec.near $"mean of {name} at q = {q}" tolerance (mean case.Shape q phi) (meanAt case.Activation q)

/// Expressions of duals in closed form, read in double-double.
let private wide =
    let none (f: ScalarFunction) = invalidOp $"{f.Name} has no closed form"
    Expr.inArithmetic (DoubleDoubleArithmetic()) (fun f _ _ _ -> none f) (fun f _ -> none f)

let centered =
    TheoryData<string>(
        [ "cos"
          "cos(b=3,c=0.4)"
          "sin(b=0.5,c=1.5)"
          "rbf"
          "rbf(gamma=2)"
          "exp"
          "exp(a=0.5)"
          "sigmoid_like" ]
    )

[<Theory>]
[<MemberData(nameof centered)>]
[<Law "Cov(phi(u), phi(v)) = T - E phi(u) E phi(v), also where the means are nearly all of T">]
let ``covariances keep their digits where the means are nearly all of T`` (text: string) =
    let dual: Dual =
        match Notation.parse $"dense {text}" |> Result.map Calculus.analyse with
        | Ok(Ok { Rule = Op.Phi(phi, _) }) -> phi.Dual
        | other -> invalidOp $"'{text}': {other}"

    let truth q1 q2 c =
        let at q1 q2 c = Expr.evaluate wide (DoubleDouble.ofFloat q1) (DoubleDouble.ofFloat q2) (DoubleDouble.ofFloat c)
        let mean q = at q q q dual.Mean
        (DoubleDouble.subtract (at q1 q2 c dual.Value) (DoubleDouble.multiply (mean q1) (mean q2))).Hi

    for q1, q2 in [ 1e-8, 4e-8; 1e-4, 1e-4; 0.01, 1e-8; 0.3, 0.3; 1.0, 1e-6 ] do
        // Of the difference double-double keeps 31 digits less those by which the covariance is smaller, 17 here.
        let scale = sqrt (truth q1 q1 q1 * truth q2 q2 q2)

        for rho in [ -1.0; -0.3; 0.0; 1e-3; 0.7; 1.0 ] do
            let c = covariance q1 q2 rho
            let actual = Expr.evaluate Expr.floats q1 q2 c dual.Covariance
            Spec.near $"covariance of {text} at {q1}, {q2}, {rho}" (1e-13 * scale) (truth q1 q2 c) actual

let private sample = lazy (normalPairs 200_000)

[<Theory>]
[<MemberData(nameof rows)>]
[<Law "|T - mean of N draws| <= 5 s/sqrt(N)">]
let ``T and T' are what a sample gives, within 5 standard errors`` name =
    let case = caseOf name
    let phi, phi' = case.Phi, case.Activation.Derivative.Apply

    if case.Sampled then
        for q1, q2, rho in [ 0.3, 0.3, -0.7; 0.5, 1.0, 0.6; 1.0, 0.2, 0.95 ] do
            let c = covariance q1 q2 rho

            let check what f actual =
                let draws =
                    sample.Value
                    |> Array.map (fun (struct (g, h)) ->
                        f (sqrt q1 * g) * f (sqrt q2 * (rho * g + sqrt (1.0 - rho * rho) * h)))

                let struct (mean, error) = estimate draws
                // 5 standard errors are broken by chance once in two million draws; adding 2e5 numbers of one sign rounds
                // by less than 2e5 units in the last place, which is all there is where nothing varies.
                let tolerance = 5.0 * error + 200_000.0 * 1.2e-16 * abs mean
                Spec.near $"{what} of {name} at {q1}, {q2}, {rho}" tolerance mean actual

            check "T" phi (value case.Activation q1 q2 c)
            check "T'" phi' (slope case.Activation q1 q2 c)

[<Theory>]
[<MemberData(nameof rows)>]
[<Law "T'(q1, q2, c) = dT(q1, q2, c)/dc">]
let ``dT/dc is T'`` name =
    let case = caseOf name
    let activation = case.Activation

    for q1, q2, rho in [ 0.3, 0.3, 0.5; 1.0, 4.0, -0.8; 2.0, 0.7, 0.9; 1.0, 1.0, 0.0 ] do
        if max q1 q2 <= case.Largest then
            // By Mehler |T| <= B = sqrt(T(q1,q1,q1) T(q2,q2,q2)) on the complex disk |c| <= r = sqrt(q1 q2), so that
            // the n-th Taylor coefficient at c is at most B/d^n, d = r - |c|. The five-point rule with h = t d then
            // errs by (B/d) (2t)^4/(3 (1 - 4t^2)), and by 1.5 e B/h where T errs by e B. e = 1e-12 is the bound of
            // Expectation; t = 3e-3 makes the two alike. Jumps of phi belong to no derivative: sign and step, below.
            let c, r = rho * sqrt (q1 * q2), sqrt (q1 * q2)
            let d = r - abs c
            let b = sqrt (value activation q1 q1 q1 * value activation q2 q2 q2)
            let t, e = 3e-3, 1e-12
            let h = t * d
            let at k = value activation q1 q2 (c + float k * h)
            let numeric = (8.0 * (at 1 - at -1) - (at 2 - at -2)) / (12.0 * h)
            let tolerance = b / d * (Math.Pow(2.0 * t, 4.0) / (3.0 * (1.0 - 4.0 * t * t)) + 1.5 * e / t)
            let jumps = name = "sign" || name = "rectified_monomial(k=0)"

            if jumps then
                // The mass at the jump of height j adds j^2/(2 pi s), the density of (u, v) at (0, 0).
                let height = if name = "sign" then 2.0 else 1.0
                let jump = height * height / (2.0 * Math.PI * sqrt (q1 * q2 - c * c))
                Spec.same $"T' of {name}, almost everywhere" 0.0 (slope activation q1 q2 c)
                Spec.near $"dT/dc of {name}" tolerance jump numeric
            else
                Spec.near $"dT/dc of {name} at {q1}, {q2}, {rho}" tolerance (slope activation q1 q2 c) numeric

[<Theory>]
[<MemberData(nameof rows)>]
[<Law "T(q1, q2, c) = T(q2, q1, c), T^2 <= T(q1, q1, q1) T(q2, q2, q2), T(-c) = +-T(c)">]
let ``T and T' are symmetric to the last bit, obey Cauchy and Schwarz, follow phi's parity, and are never NaN`` name =
    let case = caseOf name
    let activation = case.Activation
    let f, f' = activation.Function, activation.Derivative

    let law (f: ScalarFunction) terms t q1 q2 c =
        let at = t activation
        let there: float = at q1 q2 c
        Assert.False(Double.IsNaN there, "NaN")
        Spec.same "symmetry" there (at q2 q1 c)
        // Both sides err by 1e-12 of sqrt(T T) (the bound of Expectation), of the absolute terms' where terms cancel.
        let bound q = max (at q q q) (moment case.Shape q q 1.0 terms)
        let scale = sqrt (bound q1 * bound q2)
        Assert.True(there * there <= at q1 q1 q1 * at q2 q2 q2 + 4e-12 * scale * scale, "Cauchy and Schwarz")

        match f.Parity with
        | Odd -> Spec.near "an odd function's T" (2e-12 * scale) -there (at q1 q2 -c)
        | Even -> Spec.near "an even function's T" (2e-12 * scale) there (at q1 q2 -c)
        | Neither -> ()

    let show (struct (q1: float, q2: float, c: float)) = $"{name} at q1 = {q1:R}, q2 = {q2:R}, c = {c:R}"
    let count = if Generators.isGeneral activation.Name then 12 else 120

    let inside (struct (q1, q2, c)) =
        let scale = if max q1 q2 > case.Largest then case.Largest / max q1 q2 else 1.0
        struct (q1 * scale, q2 * scale, c * scale)

    let moments = Data.moments |> FsCheck.FSharp.Arb.mapFilter inside (fun _ -> true)

    Spec.holds count show moments (fun (struct (q1, q2, c)) ->
        law f case.Terms value q1 q2 c
        law f' f'.Apply slope q1 q2 c)

[<Theory>]
[<MemberData(nameof rows)>]
let ``phi, its derivative, parity and mean are declared as they are`` name =
    let case = caseOf name
    let f, f' = case.Activation.Function, case.Activation.Derivative
    let size x = [ x; abs x + 0.1; -abs x - 0.1 ] |> List.map (case.Terms >> abs) |> List.max
    let points = [ 0.0; 0.03; 0.4; 1.1; 1.9; 3.0; 4.7; -0.02; -0.6; -1.4; -2.3; -4.1 ]

    for x in points do
        // Both hands round every term and its argument a few times: 40 units in the last place of the greatest term
        // nearby (phi itself may cross 0 at x).
        Spec.near $"{name} at {x}" (40.0 * 2.3e-16 * size x) (case.Phi x) (f.Apply x)

        let parity (f: ScalarFunction) =
            match f.Parity with
            | Odd -> Spec.same "oddness" -(f.Apply x) (f.Apply -x)
            | Even -> Spec.same "evenness" (f.Apply x) (f.Apply -x)
            | Neither -> ()

        parity f
        parity f'

    for x in points do
        if x <> 0.0 then
            // The five-point rule with h = 1e-3 errs by h^4/30 of the fifth derivative and by 1.5 e |phi|/h, where e = 40
            // units in the last place: 1e-11 of the largest terms near x; fifth derivatives are below 1e4 times those.
            let h = 1e-3
            let at k = f.Apply(x + float k * h)
            let numeric = (8.0 * (at 1 - at -1) - (at 2 - at -2)) / (12.0 * h)
            let size = max 1.0 (size x)
            Spec.near $"{name}' at {x}" ((h ** 4.0 / 30.0 * 1e4 + 1.5e-11) * size) (f'.Apply x) numeric

    if f.Parity = Odd then
        Spec.same $"mean of {name}" 0.0 (meanAt case.Activation (min 1.0 case.Largest))
