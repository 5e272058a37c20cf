namespace HadamardNtk.Core

open System

/// The eigenspace of one degree of a kernel on the unit sphere: the spherical harmonics of that degree.
type SphereLevel =
    {
        /// The degree k.
        Degree: int
        /// mu_k. It underflows to 0 below 1e-308, where `LogEigenvalue` still holds it, and is not a number if no digit
        /// of it is known.
        Eigenvalue: float
        /// log mu_k; minus infinity if mu_k = 0.
        LogEigenvalue: float
        /// A bound for the relative error of mu_k by rounding, with an estimate for the terms that were extrapolated; 0
        /// if mu_k is exactly 0, and infinite if no digit is known.
        RelativeError: float
        /// N(d, k), the dimension of the eigenspace. It is infinite above 1.8e308.
        Multiplicity: float
        /// N(d, k) mu_k, the part of the trace.
        Power: float
    }

/// The eigenvalues of a kernel kappa(x.x') on the unit sphere of R^d with its uniform distribution,
///
///     mu_k = integral kappa(t) P_k(t) w(t) dt / integral w(t) dt,  w = (1 - t^2)^((d-3)/2),  P_k(1) = 1.
///
/// They come from the power series kappa(t) = sum_j a_j t^j, in which no digits cancel: a_j >= 0, and
///
///     mu_k = sum_i a_j m(j, k), j = k + 2i,  m(j, k) = j! Gamma(d/2)/(2^j i! Gamma(i + k + d/2)) > 0.
///
/// A kink leaves coefficients that decrease as powers of j. They are those of sums of (1 - t)^s and (1 + t)^s with s =
/// 1/2, 3/2, ..., whose eigenvalues have a closed form. Source: docs/mathematics.md, section 11.
[<RequireQualifiedAccess>]
module Sphere =
    let private number = DoubleDouble.ofFloat
    let private zero, one = number 0.0, number 1.0

    /// A positive number x 2^e, so that no product of many factors leaves the range of float64.
    [<Struct>]
    type private Scaled = { Part: DoubleDouble; Exponent: int }

    let private scaled (x: DoubleDouble) e =
        if x.Hi = 0.0 || not (Double.IsFinite x.Hi) then
            { Part = x; Exponent = 0 }
        else
            let shift = Math.ILogB x.Hi
            let down v = Math.ScaleB(v, -shift)
            { Part = { Hi = down x.Hi; Lo = down x.Lo }; Exponent = e + shift }

    let private times (x: DoubleDouble) a = scaled (a.Part * x) a.Exponent
    let private ratio (a: float) (b: float) = number a / number b
    let private float64 a = Math.ScaleB(a.Part.Hi, max -5000 (min 5000 a.Exponent))
    let private logOf a = log a.Part.Hi + float a.Exponent * log 2.0
    let private product a b = scaled (a.Part * b.Part) (a.Exponent + b.Exponent)

    /// The moments m(k, k) for k = 0, 1, ...: those of t^k.
    let private firstMoments dimension degrees =
        let step a k = times (ratio (float k) (float (dimension + 2 * k - 2))) a
        Array.scan step (scaled one 0) [| 1..degrees |]

    /// N(d, k) for k = 0, 1, ...
    let private multiplicities dimension degrees =
        let d = float dimension

        // The binomial coefficients binom(k + d - 3, k - 1).
        let binomials =
            Array.scan (fun a k -> times (ratio (float k + d - 2.0) (float k)) a) (scaled one 0) [| 1..degrees |]

        Array.init (degrees + 1) (fun k ->
            if k = 0 then
                scaled one 0
            else
                times (ratio (2.0 * float k + d - 2.0) (float k)) binomials[k - 1])

    /// The eigenvalues of (1 - t)^(1/2 + p) for degrees 0, 1, ...: M(k + 1) = M(k) (k - s)/(s + k + d - 1).
    let private powerEigenvalues dimension degrees p =
        let d = float dimension
        let a = (d - 1.0) / 2.0
        // M(0) for s = 1/2 from d = 2 or 3, by steps of 2.
        let first = if dimension % 2 = 0 then number 2.0 / DoubleDouble.pi else ratio 2.0 3.0

        let bases =
            seq {
                for b in (if dimension % 2 = 0 then 0.5 else 1.0) .. a - 0.5 do
                    ratio ((b + 0.5) * 2.0 * (2.0 * b + 1.0)) ((2.0 * b + 0.5) * (2.0 * b + 1.5))
            }

        let half = (first * DoubleDouble.sqrt (number 2.0), bases) ||> Seq.fold (*)

        let start =
            (half, seq { 0 .. p - 1 })
            ||> Seq.fold (fun m i ->
                let s = float i + 0.5
                m * ratio (2.0 * (s + a)) (s + 2.0 * a))

        let s = float p + 0.5
        Array.scan (fun m k -> m * ratio (float k - s) (s + float k + d - 1.0)) start [| 0 .. degrees - 1 |]

    /// The coefficients of (1 - t)^(1/2 + p) up to t^(order - 1).
    let private powerCoefficients order p =
        let s = float p + 0.5
        Array.scan (fun b j -> b * ratio (float j - s) (float j + 1.0)) one [| 0 .. order - 2 |]

    /// The solution of a linear system by elimination with pivots.
    let private solve (matrix: DoubleDouble[][]) (right: DoubleDouble[]) =
        let n = right.Length
        let a, b = Array.map Array.copy matrix, Array.copy right

        for i in 0 .. n - 1 do
            let pivot = seq { i .. n - 1 } |> Seq.maxBy (fun r -> (let x = a[r][i] in abs x.Hi))
            let row, value = a[i], b[i]
            a[i] <- a[pivot]
            b[i] <- b[pivot]
            a[pivot] <- row
            b[pivot] <- value

            for r in i + 1 .. n - 1 do
                let factor = a[r][i] / a[i][i]

                for c in i .. n - 1 do
                    a[r][c] <- a[r][c] - factor * a[i][c]

                b[r] <- b[r] - factor * b[i]

        let x = Array.create n zero

        for i in n - 1 .. -1 .. 0 do
            let mutable rest = b[i]

            for c in i + 1 .. n - 1 do
                rest <- rest - a[i][c] * x[c]

            x[i] <- rest / a[i][i]

        x

    // The numbers of powers (1 - t)^s by which the coefficients of a kink are continued.
    let private counts = [| 3; 5; 7; 9; 11; 13; 15; 17; 19 |]

    /// The factors of (1 - t)^(1/2), (1 - t)^(3/2), ... that agree with the coefficients of one parity at nodes between
    /// the quarter of the order and its end.
    let private continuation (powers: DoubleDouble[][]) (a: PowerSeries) order parity count =
        let last = order - 1 - (order - 1 + parity) % 2

        let nodes =
            Array.init count (fun i ->
                let x = 0.5 * (1.0 + cos (Math.PI * float i / float (count - 1)))
                // Chebyshev nodes in 1/j between 1/last and 4/last.
                let j = 1.0 / ((1.0 + 3.0 * (1.0 - x)) / float last)
                let j = int j
                j - (j + parity) % 2)

        let weights = nodes |> Array.map (fun j -> one / powers[0][j])
        let matrix = Array.map2 (fun j w -> Array.init count (fun p -> w * powers[p][j])) nodes weights
        let right = Array.map2 (fun (j: int) w -> w * a[j]) nodes weights
        solve matrix right

    /// The sum of a_j m(j, k)/m(k, k) r^(k - j) over the coefficients, with the last two terms.
    let private sumOf (value: int -> DoubleDouble) (error: int -> float) length radius dimension k =
        let mutable sum, weight, errors = zero, one, 0.0
        let mutable last, before = 0.0, 0.0
        let shrink = 1.0 / (radius * radius)
        let mutable j = k

        while j < length do
            let i = float ((j - k) / 2)
            let term = weight * value j
            sum <- sum + term
            errors <- errors + abs weight.Hi * error j
            before <- last
            last <- abs term.Hi

            weight <-
                DoubleDouble.scale shrink weight
                * ratio (float (j + 1) * float (j + 2)) (4.0 * (i + 1.0) * (i + float k + 0.5 * float dimension))

            j <- j + 2

        struct (sum, errors, last, before)

    // Rounding in the sum over thousands of terms, and in its factors.
    let private rounding = 1e-28

    // A relative error that counts as reached; float64 cannot hold more.
    let private reached = 1e-17

    /// What is known of one degree: the sum of its series and a bound on the error.
    type private Level = { Sum: DoubleDouble; Uncertainty: float; Radius: float }

    let private relativeError level =
        if level.Sum.Hi = 0.0 then
            (if level.Uncertainty = 0.0 then 0.0 else infinity)
        else
            level.Uncertainty / abs level.Sum.Hi

    let private levelsAt order dimension degrees (a: PowerSeries) radius =
        let plain =
            Array.init (degrees + 1) (fun k ->
                let struct (sum, errors, last, before) = sumOf (fun j -> a[j]) a.Error a.Length radius dimension k

                let tail =
                    if a.Length < order - 1 || last = 0.0 then 0.0
                    elif last < before then last * last / (before - last)
                    else infinity

                { Sum = sum; Uncertainty = errors + rounding * abs sum.Hi + 4.0 * tail; Radius = radius })

        if radius > 1.0 || plain |> Array.forall (fun l -> relativeError l <= reached) then
            plain
        else
            let powers = Array.init (Array.last counts) (powerCoefficients order)
            let closed = Array.init (Array.last counts) (powerEigenvalues dimension degrees)
            let first = firstMoments dimension degrees

            let continued parity =
                counts
                |> Array.filter (fun n -> 8 * n < order)
                |> Array.map (fun n ->
                    let factors = continuation powers a order parity n

                    let remainder =
                        Array.init order (fun j ->
                            if j % 2 <> parity then
                                zero
                            else
                                (a[j], seq { 0 .. n - 1 })
                                ||> Seq.fold (fun rest p -> rest - factors[p] * powers[p][j]))

                    let greatest = factors |> Array.map (fun c -> abs c.Hi) |> Array.max
                    struct (factors, remainder, greatest))

            let byParity = [| continued 0; continued 1 |]

            plain
            |> Array.mapi (fun k level ->
                if relativeError level <= reached then
                    level
                else
                    let scale = one / first[k].Part

                    let scaleDown x =
                        { Hi = Math.ScaleB(x.Hi, -first[k].Exponent); Lo = Math.ScaleB(x.Lo, -first[k].Exponent) }

                    let values =
                        byParity[k % 2]
                        |> Array.map (fun (struct (factors: DoubleDouble[], remainder: DoubleDouble[], greatest)) ->
                            let noise j = a.Error j + rounding * greatest * (let b = powers[0][j] in abs b.Hi)

                            let struct (sum, errors, _, _) =
                                sumOf (fun j -> Array.item j remainder) noise order radius dimension k

                            let tail = (zero, Seq.indexed factors) ||> Seq.fold (fun s (p, c) -> s + c * closed[p][k])

                            let tail = scaleDown (tail * scale)
                            struct (sum + tail, errors + rounding * abs tail.Hi))

                    // The error is the greater change by the last two steps, which add two powers each. A single
                    // step may be small by chance.
                    let candidates =
                        Array.windowed 3 values
                        |> Array.map (fun last ->
                            let struct (first, _), struct (second, _), struct (sum, errors) =
                                last[0], last[1], last[2]

                            let steps = max (abs (second - first).Hi) (abs (sum - second).Hi)
                            { Sum = sum; Uncertainty = errors + 2.0 * steps; Radius = radius })

                    Array.append candidates [| level |] |> Array.minBy _.Uncertainty)

    // The greatest number of coefficients.
    let private longest = 8192

    /// The greatest number of dimensions.
    let mostDimensions = 100000

    /// The greatest degree.
    let mostDegrees = 800

    // A relative error at which more coefficients are not computed.
    let private enough = 1e-14

    let private pick isNtk (program: Program) = if isNtk then program.Ntk else program.Nngp

    let private requireSphere (kernel: Kernel) =
        if kernel.Program.HasAverage then
            invalidArg
                "kernel"
                ("Expected a kernel that depends on x.x' alone, for a sphere; this one depends on the average feature "
                 + "of its samples too. Put a dense layer between the input and what it is joined with.")

    /// kappa(1), the sum of all eigenvalues with their multiplicities: the NTK, or else the NNGP kernel, of a sample
    /// with itself. It raises ArgumentException if the kernel depends on the average feature.
    let trace kernel isNtk dimension =
        requireSphere kernel
        let interpreter = Kernel.exactInterpreter dimension kernel
        let state = interpreter.Sample(one, zero)

        let struct (sigma, theta) =
            interpreter.Pair(state, state, one, Alignment.Along, Array.zeroCreate interpreter.ScratchLength)

        (if isNtk then theta else sigma).Hi

    // The operations of an expansion into a power series grow as this power of its order.
    let private cost (order: int) = Math.Pow(float order, 2.5)

    /// The same as `levels`. It calls `told` with the part that is done of the most work that may be needed.
    let internal levelsTold (told: float -> unit) (kernel: Kernel) isNtk dimension degrees =
        let program = kernel.Program

        if dimension < 2 || dimension > mostDimensions then
            invalidArg "dimension" $"Expected from 2 to {mostDimensions} dimensions, for a sphere; came {dimension}."

        if degrees < 0 || degrees > mostDegrees then
            invalidArg "degrees" $"Expected from 0 to {mostDegrees} as the greatest degree; came {degrees}."

        requireSphere kernel
        let interpreter = Kernel.exactInterpreter dimension kernel

        match interpreter.Check(interpreter.Sample(one, zero)) with
        | Some undefined -> raise (KernelUndefinedException(undefined, 0))
        | None -> ()

        let needed, symmetry = degrees + 1, KernelSeries.symmetry kernel.Signal
        let least = max 256 (2 * degrees + 64)
        let orders = least |> List.unfold (fun n -> if n <= longest then Some(n, 2 * n) else None)
        let most = orders |> List.sumBy cost

        let toldAt order part =
            let before = orders |> List.filter (fun n -> n < order) |> List.sumBy cost
            told ((before + part * cost order) / most)

        // More coefficients add knowledge to some degrees, and rounding to others.
        let rec refine order before =
            match KernelSeries.expand (toldAt order) order needed symmetry program interpreter (pick isNtk) with
            | None ->
                invalidArg
                    "kernel"
                    "The kernel has no power series in x.x' whose coefficients are in the range of float64."
            | Some(struct (a, radius)) ->
                let better (a: Level) (b: Level) = if relativeError b < relativeError a then b else a

                let levels =
                    levelsAt order dimension degrees a radius
                    |> Array.map (fun l -> { l with Radius = radius })
                    |> fun now -> if Array.isEmpty before then now else Array.map2 better before now

                let worst = levels |> Array.map relativeError |> Array.max

                let isStuck = before.Length > 0 && worst > 0.5 * (before |> Array.map relativeError |> Array.max)

                if worst <= enough || 2 * order > longest || isStuck && order > 2000 then
                    levels
                else
                    refine (2 * order) levels

        let found = refine least [||]
        let first, multiplicity = firstMoments dimension degrees, multiplicities dimension degrees

        // Second moments from tables that float64 alone knows are off by 1e-14. Coefficient j has their j-th power.
        let moments =
            if program.Tables |> Array.exists (fun t -> t.Function.Precise.IsNone) then
                fun k -> 1e-14 * float (k + 10)
            else
                fun _ -> 0.0

        found
        |> Array.mapi (fun k level ->
            let shift = -k * Math.ILogB level.Radius
            let factor = { first[k] with Exponent = first[k].Exponent + shift }
            let relative = if level.Uncertainty = 0.0 then 0.0 else relativeError level + moments k
            let sum = if relative < 1.0 then level.Sum else number nan
            let mu = product (scaled sum 0) factor

            { Degree = k
              Eigenvalue = float64 mu
              LogEigenvalue = if mu.Part.Hi = 0.0 then -infinity else logOf mu
              RelativeError = relative
              Multiplicity = float64 multiplicity[k]
              Power = float64 (product mu multiplicity[k]) })

    /// The eigenvalues of degrees 0, ..., `degrees` of a network's NTK, or else of its NNGP kernel, on the sphere |x|^2
    /// = d in R^d. It raises ArgumentException if the dimension or the degree is out of its range, if the kernel
    /// depends on the average feature of its samples, which no function of x.x' does, or if the coefficients of its
    /// power series leave the range of float64; and KernelUndefinedException if it has no value on the sphere.
    let levels kernel isNtk dimension degrees = levelsTold ignore kernel isNtk dimension degrees
