namespace HadamardNtk.Core

open System

/// The form of an activation. Activations of one signal are joined into a closed form if their forms allow it.
type Form =
    /// c0 + c1 x + c2 x^2 + ...
    | Polynomial of float list
    /// a x^k for x < 0, and b x^k for x > 0.
    | Kinked of a: float * b: float * k: int
    /// Any other form.
    | Other

/// The origin of an activation, which decides when two activations are the same function.
[<NoComparison>]
type Origin =
    /// A word of the notation. It equals an activation with the same name and options.
    | Word
    /// A function of the user. It equals only itself.
    | Custom
    /// Activations of one signal joined by a sum, a product or a composition. It equals a joined activation with the
    /// same parts.
    | Joined of operation: string * parts: Activation list

/// A pointwise nonlinearity phi with its derivative and its dual activation.
and [<CustomEquality; NoComparison>] Activation =
    {
        /// The word of the notation.
        Name: string
        /// The options that differ from their defaults, as text.
        Options: (string * string) list
        /// phi.
        Function: ScalarFunction
        /// phi'.
        Derivative: ScalarFunction
        /// The dual activation, computed on first use because that of a long polynomial takes longer than reading the
        /// network.
        LazyDual: Lazy<Dual>
        /// The form of the function.
        Form: Form
        /// The origin of the activation.
        Origin: Origin
    }

    /// The dual activation: the effect of phi on second moments.
    member this.Dual = this.LazyDual.Value

    override this.Equals other =
        match other with
        | :? Activation as that ->
            this.Name = that.Name
            && this.Options = that.Options
            && this.Origin = that.Origin
            && (this.Origin <> Custom || obj.ReferenceEquals(this.Function, that.Function))
        | _ -> false

    override this.GetHashCode() = hash (this.Name, this.Options)

    /// The text of the activation in the notation.
    override this.ToString() =
        match this.Options with
        | [] -> this.Name
        | options ->
            let inside = options |> List.map (fun (k, v) -> $"{k}={v}") |> String.concat ","
            $"{this.Name}({inside})"

/// The families of activations, and the rules that join activations of one signal.
[<RequireQualifiedAccess>]
module Activation =
    let private evaluate (coefficients: float list) (x: float) =
        List.foldBack (fun c sum -> c + x * sum) coefficients 0.0

    let private differentiate (coefficients: float list) =
        match coefficients with
        | [] -> []
        | _ :: rest -> rest |> List.mapi (fun i c -> float (i + 1) * c)

    let private polynomialParity (coefficients: float list) =
        let vanish keep = coefficients |> List.indexed |> List.forall (fun (i, c) -> keep i || c = 0.0)

        if vanish (fun i -> i % 2 = 0) then Even
        elif vanish (fun i -> i % 2 = 1) then Odd
        else Neither

    let private polynomialFunction name coefficients =
        ScalarFunction.settling name (polynomialParity coefficients) [] (evaluate coefficients)
        |> ScalarFunction.precisely (PreciseScalar.polynomial coefficients)

    let private kinkedParity a b k =
        let flip = if k % 2 = 0 then a else -a

        if flip = b then Even
        elif flip = -b then Odd
        else Neither

    let private kinkedFunction name a b k =
        ScalarFunction.settling name (kinkedParity a b k) [ 0.0 ] (fun x ->
            if x < 0.0 then a * Scalar.power k x
            elif x > 0.0 then b * Scalar.power k x
            elif k = 0 then 0.5 * (a + b)
            else 0.0)
        |> ScalarFunction.precisely (fun x ->
            if x.Hi < 0.0 then DoubleDouble.scale a (PreciseScalar.power k x)
            elif x.Hi > 0.0 then DoubleDouble.scale b (PreciseScalar.power k x)
            else DoubleDouble.ofFloat (if k = 0 then 0.5 * (a + b) else 0.0))

    let private make name f f' dual form =
        { Name = name
          Options = []
          Function = f
          Derivative = f'
          LazyDual = dual
          Form = form
          Origin = Word }

    /// c0 + c1 x + c2 x^2 + ...
    let polynomial name coefficients =
        let f = polynomialFunction name coefficients
        let f' = polynomialFunction (name + "'") (differentiate coefficients)
        make name f f' (lazy (Dual.polynomial coefficients)) (Polynomial coefficients)

    /// a x^k for x < 0 and b x^k for x > 0. The value at 0 is the mean of both sides.
    let kinked name (a: float) (b: float) k =
        let derivative =
            if k = 0 then
                kinkedFunction (name + "'") 0.0 0.0 0
            else
                kinkedFunction (name + "'") (float k * a) (float k * b) (k - 1)

        make name (kinkedFunction name a b k) derivative (lazy (Dual.kinked a b k)) (Kinked(a, b, k))

    /// He_k/sqrt(k!), where He_{k+1} = x He_k - k He_{k-1}.
    let hermite name k =
        // The step takes (He_{n-1}, He_n) to (He_n, He_{n+1}).
        let next (lower: float list, he: float list) n =
            let shifted = 0.0 :: he
            let pad = lower @ List.replicate (shifted.Length - lower.Length) 0.0
            he, List.map2 (fun x y -> x - float n * y) shifted pad

        let he = ((([], [ 1.0 ]), [ 0 .. k - 1 ]) ||> List.fold next) |> snd
        let norm = Seq.fold (fun x i -> x * sqrt (float i)) 1.0 (seq { 1..k })
        let coefficients = he |> List.map (fun c -> c / norm)
        { polynomial name coefficients with LazyDual = lazy (Dual.hermite k) }

    let private smooth name parity f parity' f' dual =
        make
            name
            (ScalarFunction.settling name parity [] f)
            (ScalarFunction.settling (name + "'") parity' [] f')
            (lazy dual)
            Other

    let private wave scale (f: ScalarFunction) = { f with Scale = min 1.0 (1.0 / scale); Settles = false }

    let private number = DoubleDouble.ofFloat

    /// Adds the function and its derivative in double-double to an activation.
    let private precisely f f' made =
        { made with
            Function = ScalarFunction.precisely f made.Function
            Derivative = ScalarFunction.precisely f' made.Derivative }

    /// a erf(b x) + c.
    let erf name a b c =
        let slope x = a * b * 2.0 / sqrt Math.PI * exp (-(b * x) * (b * x))
        let value x = a * Scalar.erf (b * x) + c

        let made =
            smooth name (if c = 0.0 then Odd else Neither) value Even slope (Dual.erf (Number a) (Number b) (Number c))

        let steep (f: ScalarFunction) = { f with Scale = min 1.0 (1.0 / abs b) }
        let b', factor = number b, number (2.0 * a * b) / DoubleDouble.sqrt DoubleDouble.pi

        { made with Function = steep made.Function; Derivative = steep made.Derivative }
        |> precisely (fun x -> number a * PreciseScalar.erf (b' * x) + number c) (fun x ->
            factor * DoubleDouble.exp (-(b' * x * (b' * x))))

    /// x Phi(x), where Phi is the standard normal distribution function.
    let gelu name =
        let value x = x * Scalar.normalDistribution x
        let slope x = Scalar.normalDistribution x + x * Scalar.normalDensity x
        let distribution = PreciseScalar.normalDistribution

        smooth name Neither value Neither slope Dual.gelu
        |> precisely (fun x -> x * distribution x) (fun x -> distribution x + x * PreciseScalar.normalDensity x)

    /// a sin(b x + phase), where the phase is given by its sine and cosine.
    let private sinusoid name a b sin0 cos0 =
        let value x = a * (sin0 * cos (b * x) + cos0 * sin (b * x))
        let slope x = a * b * (cos0 * cos (b * x) - sin0 * sin (b * x))

        let parity s c =
            if s = 0.0 then Odd
            elif c = 0.0 then Even
            else Neither

        let made =
            smooth
                name
                (parity sin0 cos0)
                value
                (parity cos0 sin0)
                slope
                (Dual.sine (Number a) (Number b) (Number sin0) (Number cos0))

        let scale = max 1.0 (abs b)

        let combine factor sine cosine x =
            let struct (s, c) = DoubleDouble.sinCos (number b * x)
            factor * (number sine * s + number cosine * c)

        { made with Function = wave scale made.Function; Derivative = wave scale made.Derivative }
        |> precisely (combine (number a) cos0 sin0) (combine (DoubleDouble.product a b) -sin0 cos0)

    /// a sin(b x + c).
    let sin name a b (c: float) = sinusoid name a b (sin c) (cos c)

    /// a cos(b x + c) = a sin(b x + c + pi/2).
    let cos name a b (c: float) = sinusoid name a b (Math.Cos c) (-(Math.Sin c))

    /// sqrt(2) sin(sqrt(2 gamma) x + pi/4).
    let rbf name gamma =
        let root = sqrt 0.5

        { sinusoid name (sqrt 2.0) (sqrt (2.0 * gamma)) root root with
            LazyDual = lazy (Dual.rbf (Number gamma)) }

    /// a exp(b x).
    let exponential name a b =
        let made =
            smooth
                name
                Neither
                (fun x -> a * exp (b * x))
                Neither
                (fun x -> a * b * exp (b * x))
                (Dual.exponential (Number a) (Number b))

        let scale = max 1.0 (abs b)
        let value x = number a * DoubleDouble.exp (number b * x)

        { made with Function = wave scale made.Function; Derivative = wave scale made.Derivative }
        |> precisely value (fun x -> number b * value x)

    /// a exp(b x^2).
    let gaussian name a b =
        let value x = a * exp (b * x * x)
        let slope x = 2.0 * a * b * x * exp (b * x * x)
        let made = smooth name Even value Odd slope (Dual.gaussian (Number a) (Number b))
        let scale = max 1.0 (sqrt (abs b))
        let precise x = number a * DoubleDouble.exp (number b * x * x)

        { made with Function = wave scale made.Function; Derivative = wave scale made.Derivative }
        |> precisely precise (fun x -> number (2.0 * b) * x * precise x)

    /// A function without a closed form. Section 2, 'Any phi', of docs/mathematics.md describes the two methods that
    /// compute its dual.
    let general name (f: ScalarFunction) f' = make name f f' (lazy (Dual.general f f')) Other

    /// A function phi of the user. A `derivative` that is not given is computed by interpolation. `kinks` are points at
    /// which phi or one of its derivatives jumps; further kinks are found by sampling. It raises ArgumentException,
    /// with the point x, if phi is not finite or not deterministic, or does not have the parity or the derivative. The
    /// error of the dual activation is in `Function.Bound`.
    let custom name (phi: float -> float) (derivative: (float -> float) option) (kinks: float list) parity =
        let f, f' = Inspection.functions name phi derivative kinks parity
        { general name f f' with Origin = Custom }

    /// phi(x) = x.
    let identity = polynomial "identity" [ 0.0; 1.0 ]

    /// If one of the forms is kinked and the other a polynomial of one term, that term is rewritten as a kinked form.
    let private alike f g =
        let kink form =
            match form with
            | Polynomial p ->
                match p |> List.indexed |> List.filter (fun (_, c) -> c <> 0.0) with
                | [ k, c ] -> Kinked(c, c, k)
                | _ -> form
            | _ -> form

        match f, g with
        | Kinked _, Polynomial _
        | Polynomial _, Kinked _ -> kink f, kink g
        | _ -> f, g

    let private build name f f' form origin =
        match form with
        | Polynomial p -> polynomial name p
        | Kinked(a, b, k) -> kinked name a b k
        | Other -> general name f f'
        |> fun made -> { made with Function = f; Derivative = f'; Origin = origin }

    let private multiply (f: float list) (g: float list) =
        [ for n in 0 .. f.Length + g.Length - 2 ->
              Seq.sum (
                  seq {
                      for i in max 0 (n - g.Length + 1) .. min n (f.Length - 1) do
                          f[i] * g[n - i]
                  }
              ) ]

    let private plus (f: float list) (g: float list) =
        let at (p: float list) i = if i < p.Length then p[i] else 0.0
        [ for i in 0 .. max f.Length g.Length - 1 -> at f i + at g i ]

    // The greatest degree of a polynomial for which the factorials are finite float64.
    let private greatestDegree = 170

    // A kinked form of power 0 has the mean of both sides at 0. Of the product of two such functions that is true only
    // if the product of their means is the mean of their products.
    let private isMeanAtZero (a: float, b: float) (a': float, b': float) = (a + b) * (a' + b') = 2.0 * (a * a' + b * b')

    /// phi1 phi2, where both act on one signal.
    let product (f: Activation) (g: Activation) =
        let form =
            match alike f.Form g.Form with
            | Polynomial p, Polynomial q when p.Length + q.Length - 2 <= greatestDegree -> Polynomial(multiply p q)
            | Kinked(a, b, k), Kinked(a', b', k') when k + k' > 0 || isMeanAtZero (a, b) (a', b') ->
                Kinked(a * a', b * b', k + k')
            | _ -> Other

        let f', g' =
            ScalarFunction.product f.Derivative g.Function, ScalarFunction.product f.Function g.Derivative

        let origin = Joined("product", [ f; g ])
        build $"{f} {g}" (ScalarFunction.product f.Function g.Function) (ScalarFunction.sum f' g') form origin

    /// phi1 + phi2, where both act on one signal.
    let sum (f: Activation) (g: Activation) =
        let form =
            match alike f.Form g.Form with
            | Polynomial p, Polynomial q -> Polynomial(plus p q)
            | Kinked(a, b, k), Kinked(a', b', k') when k = k' -> Kinked(a + a', b + b', k)
            | _ -> Other

        let f', g' = f.Derivative, g.Derivative
        let origin = Joined("sum", [ f; g ])
        build $"{f} + {g}" (ScalarFunction.sum f.Function g.Function) (ScalarFunction.sum f' g') form origin

    // The coefficients of p(q(x)), by Horner's scheme.
    let private substitute p q = List.foldBack (fun c sum -> plus [ c ] (multiply sum q)) p [ 0.0 ]

    // The composition maps x to a' (a x^k)^k' if a x^k is negative, and to b' (a x^k)^k' if it is positive, on each
    // side of 0. It is a kinked form only if it is homogeneous and its value at 0 is the mean of both sides.
    let private kinkedAfter (outer: float * float * int) (inner: float * float * int) =
        let (a', b', k'), (a, b, k) = outer, inner
        let side coefficient = if coefficient < 0.0 then a' else b'
        let left, right = (if k % 2 = 0 then a else -a), b
        let atZero = if k = 0 then 0.5 * (a + b) else 0.0

        let value x =
            if x = 0.0 then
                (if k' = 0 then 0.5 * (a' + b') else 0.0)
            else
                side x * Scalar.power k' x

        let made = side left * Scalar.power k' a, side right * Scalar.power k' b

        let isZeroPower = k' = 0 && (a = 0.0 || b = 0.0)
        let isMean = k * k' > 0 || value atZero = 0.5 * (fst made + snd made)

        if isZeroPower || not isMean || not (Double.IsFinite(fst made) && Double.IsFinite(snd made)) then
            Other
        else
            Kinked(fst made, snd made, k * k')

    let private composedForm (outer: Activation) (inner: Activation) =
        match outer.Form, inner.Form with
        | _, Polynomial([] | [ _ ]) -> Polynomial [ outer.Function.Apply(inner.Function.Apply 0.0) ]
        | Polynomial p, Polynomial q when (p.Length - 1) * (q.Length - 1) <= greatestDegree ->
            let made = substitute p q
            if List.forall Double.IsFinite made then Polynomial made else Other
        | f, g ->
            match alike f g with
            | Kinked(a', b', k'), Kinked(a, b, k) -> kinkedAfter (a', b', k') (a, b, k)
            | _ -> Other

    /// outer(inner(x)): the two activations act one after the other on one signal.
    let compose (outer: Activation) (inner: Activation) =
        let name = $"{outer}({inner})"

        let made =
            match composedForm outer inner with
            | Polynomial p -> polynomial name p
            | Kinked(a, b, k) -> kinked name a b k
            | Other ->
                let f = ScalarFunction.compose outer.Function inner.Function
                let slope = ScalarFunction.compose outer.Derivative inner.Function
                general name f (ScalarFunction.product slope inner.Derivative)

        { made with Origin = Joined("chain", [ outer; inner ]) }

    /// The number of activations from which an activation is joined.
    let rec parts (activation: Activation) =
        match activation.Origin with
        | Joined(_, joined) -> List.sumBy parts joined
        | _ -> 1

    /// Whether phi(x) = a x. Such an activation leaves a Gaussian signal Gaussian.
    let isLinear (activation: Activation) =
        match activation.Form with
        | Polynomial(0.0 :: _ :: rest) -> List.forall ((=) 0.0) rest
        | Kinked(a, b, 1) -> a = b
        | _ -> false
