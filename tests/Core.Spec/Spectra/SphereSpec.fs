/// The eigenvalues of kernels on spheres, and the power series that they come from.
module HadamardNtk.Core.Spec.SphereSpec

open System
open System.IO
open FsCheck.FSharp
open HadamardNtk.Core
open Xunit

let private seeds = Gen.choose (1, 100000) |> Arb.fromGen

let private kernelOf net =
    match Notation.parse net |> Result.map Kernel.ofNetwork with
    | Ok(Ok kernel) -> kernel
    | other -> invalidOp $"{net}: {other}"

let private one = DoubleDouble.ofFloat 1.0

/// A series with random coefficients that are not negative, the first of them 1.
let private series (random: Random) length =
    let values =
        Array.init length (fun j -> DoubleDouble.ofFloat (if j = 0 then 1.0 else 0.9 * random.NextDouble()))

    PowerSeries.ofCoefficients values (Array.zeroCreate length)

/// Fails unless two series agree within the sum of the bounds on their errors.
let private agree what order (a: PowerSeries) (b: PowerSeries) =
    for j in 0 .. order - 1 do
        Spec.near $"{what}, t^{j}" (a.Error j + b.Error j) 0.0 (a[j] - b[j]).Hi
        // A bound that says nothing would make this law empty.
        Assert.InRange(a.Error j + b.Error j, 0.0, 1e-12 * (1.0 + abs a[j].Hi))

[<Fact>]
[<Law "(a b)/b = a, sqrt(a)^2 = a, exp(a + b) = exp(a) exp(b), exp(a)' = a' exp(a), within the stated errors">]
let ``power series keep the laws of the numbers that they stand for`` () =
    Spec.holds 100 string seeds (fun seed ->
        let random = Random seed
        let order = 2 + random.Next 40
        let a, b = series random (1 + random.Next order), series random (1 + random.Next order)
        let times, exp = PowerSeries.multiply order, PowerSeries.exp order
        agree "(a b)/b" order a (PowerSeries.divide order (times a b) b)
        let root = PowerSeries.sqrt order a
        agree "sqrt(a)^2" order a (times root root)
        agree "exp" order (exp (PowerSeries.add order a b)) (times (exp a) (exp b))

        agree
            "exp'"
            (order - 1)
            (PowerSeries.derivative (exp a))
            (PowerSeries.multiply (order - 1) (PowerSeries.derivative a) (exp a)))

[<Fact>]
[<Law "atan2(y, x) has the derivative (x y' - y x')/(x^2 + y^2), and th' = -c'/s on a circle">]
let ``angles of power series have the derivative of the angle`` () =
    Spec.holds 100 string seeds (fun seed ->
        let random = Random seed
        let order = 3 + random.Next 30
        // s = sqrt(q^2 - c^2) for c = t g(t) with g >= 0 and q beyond the sum of its coefficients.
        let g = series random (1 + random.Next(order - 2))
        let c = PowerSeries.multiply order (PowerSeries.variable 1.0) g
        let q = float g.Length + random.NextDouble()

        let s =
            PowerSeries.subtract
                order
                (PowerSeries.constant (DoubleDouble.product q q))
                (PowerSeries.multiply order c c)
            |> PowerSeries.sqrt order

        agree "angle" order (PowerSeries.angle order s c) (PowerSeries.atan2 order s c)
        let half = DoubleDouble.scale 0.5 DoubleDouble.pi

        agree
            "the complement"
            order
            (PowerSeries.atan2 order c s)
            (PowerSeries.subtract order (PowerSeries.constant half) (PowerSeries.angle order s c)))

[<Fact>]
[<Law "sum_k f_k a^k by blocks of powers is Horner's rule">]
let ``a composition of power series is the sum of powers`` () =
    Spec.holds 100 string seeds (fun seed ->
        let random = Random seed
        let order = 2 + random.Next 30
        let a = series random (1 + random.Next order) |> PowerSeries.scale (DoubleDouble.ofFloat 0.5)
        let f = Array.init (1 + random.Next 40) (fun _ -> DoubleDouble.ofFloat (random.NextDouble()))

        let horner =
            (PowerSeries.constant (DoubleDouble.ofFloat 0.0), Array.rev f)
            ||> Array.fold (fun sum x ->
                PowerSeries.add order (PowerSeries.multiply order sum a) (PowerSeries.constant x))

        agree "f(a)" order horner (PowerSeries.compose order f (Array.zeroCreate f.Length) a))

[<Fact>]
[<Law "a coefficient that is 0 by parity is exactly 0, with the error 0">]
let ``exact zeros survive every operation`` () =
    let order = 40
    let t = PowerSeries.variable 1.0
    let square = PowerSeries.multiply order t t
    let root = PowerSeries.sqrt order (PowerSeries.subtract order (PowerSeries.constant one) square)

    for what, a, parity in
        [ "t^2", square, Even
          "sqrt(1 - t^2)", root, Even
          "t/sqrt(1 - t^2)", PowerSeries.divide order t root, Odd
          "asin", PowerSeries.atan2 order t root, Odd
          "exp(t^2)", PowerSeries.exp order square, Even ] do
        Assert.True(PowerSeries.parity a = parity, what)

/// The integral of kappa(cos phi) P_k(cos phi) sin^(d-2) phi for k = 0, 1, ..., over that of sin^(d-2) phi, by composite
/// quadrature: the definition of mu_k.
let private integrals (kernel: Kernel) isNtk dimension degrees =
    let interpreter = Kernel.exactInterpreter dimension kernel
    let state = interpreter.Sample(one, DoubleDouble.ofFloat nan)
    let scratch = Array.zeroCreate interpreter.ScratchLength
    let rule = GaussRule.legendre 24
    let panels = 8
    let d = float dimension
    let sums = Array.zeroCreate (degrees + 1)
    let mutable total = 0.0

    for p in 0 .. panels - 1 do
        for i in 0 .. rule.Nodes.Length - 1 do
            let half = 0.5 * Math.PI / float panels
            let phi = half * (2.0 * float p + 1.0 + rule.Nodes[i].Hi)
            let t = cos phi
            let weight = half * rule.Weights[i].Hi * Math.Pow(sin phi, d - 2.0)
            let struct (sigma, theta) = interpreter.Pair(state, state, DoubleDouble.ofFloat t, scratch)
            let value = if isNtk then theta.Hi else sigma.Hi
            total <- total + weight
            let mutable now, next = 1.0, t

            for k in 0..degrees do
                sums[k] <- sums[k] + weight * value * now
                let n = float (k + 1)
                let after = ((2.0 * n + d - 2.0) * t * next - n * now) / (n + d - 2.0)
                now <- next
                next <- after

    sums |> Array.map (fun s -> s / total)

let private isRound kernel = not kernel.Program.HasAverage

let private isDefined (kernel: Kernel) =
    let interpreter = Kernel.exactInterpreter 3 kernel
    (interpreter.Check(interpreter.Sample(one, one))).IsNone

[<Fact>]
[<Law "mu_k = integral kappa P_k w / integral w, for generated networks">]
let ``eigenvalues on a sphere are their integrals`` () =
    let mutable tried, all, precise = 0, 0, 0

    let cases = Gen.zip Generators.tameNetworks.Generator seeds.Generator |> Arb.fromGen

    Spec.holds 100 (fun (net, seed) -> $"{Notation.print (Nets.toLayer net)}, {seed}") cases (fun (net, seed) ->
        match Kernel.ofNetwork (Nets.toLayer net) with
        | Ok kernel when isRound kernel && isDefined kernel ->
            tried <- tried + 1
            let dimension = List.item (seed % 5) [ 2; 3; 4; 7; 12 ]

            for isNtk in [ true; false ] do
                let trace = Sphere.trace kernel isNtk dimension
                let levels = Sphere.levels kernel isNtk dimension 8
                let expected = integrals kernel isNtk dimension 8

                for level in levels do
                    all <- all + 1

                    if level.RelativeError < 1e-10 then
                        precise <- precise + 1

                    if level.RelativeError < 1.0 then
                        Spec.near
                            $"mu_{level.Degree} in {dimension}"
                            (1e-9 * trace + level.RelativeError * level.Eigenvalue)
                            expected[level.Degree]
                            level.Eigenvalue

                        Assert.True(level.Eigenvalue >= 0.0)
        | _ -> ())

    Assert.InRange(tried, 50, 100)
    // Steep functions leave coefficients that decrease too slowly.
    Assert.InRange(precise, all * 9 / 10, all)

let private file =
    let rec up (d: DirectoryInfo) =
        let here = Path.Combine(d.FullName, "tests", "Core.Spec", "sphere.txt")

        match d.Parent with
        | _ when File.Exists here -> here
        | null -> invalidOp "tests/Core.Spec/sphere.txt is in no folder above the tests."
        | parent -> up parent

    up (DirectoryInfo AppContext.BaseDirectory)

/// The networks of the file with their dimensions and, by degree, the eigenvalues of both kernels.
let private golden =
    let number (text: string) = Double.Parse(text, Globalization.CultureInfo.InvariantCulture)

    ([], File.ReadAllLines file |> Array.filter (fun line -> not (line.StartsWith '#')))
    ||> Array.fold (fun known line ->
        match line.StartsWith ' ', known with
        | true, (net, dimension, levels) :: rest ->
            let parts = line.Trim().Split ' '
            (net, dimension, (int parts[0], number parts[1], number parts[2]) :: levels) :: rest
        | _ ->
            let place = line.IndexOf ' '
            (line[place + 1 ..], int line[.. place - 1], []) :: known)

[<Fact>]
[<Law "mu_k to degree 300 = integrals of 150 digits, to 2e-15 and to the stated error, zeros exactly">]
let ``eigenvalues of six networks agree with integrals of many digits`` () =
    Assert.Equal(6, golden.Length)

    for net, dimension, levels in golden do
        for isNtk in [ true; false ] do
            let found = Sphere.levels (kernelOf net) isNtk dimension 300

            for degree, sigma, theta in levels do
                let expected = if isNtk then theta else sigma
                let level = found[degree]
                Assert.InRange(level.RelativeError, 0.0, 1e-11)

                Spec.near
                    $"{net}, NTK {isNtk}, degree {degree}"
                    ((2e-15 + level.RelativeError) * expected)
                    expected
                    level.Eigenvalue

                if expected = 0.0 then
                    Assert.Equal(0.0, level.RelativeError)

[<Fact>]
[<Law "sum_k N(d, k) mu_k = kappa(1), exactly for polynomial kernels">]
let ``the eigenvalues of a polynomial kernel add up to its trace`` () =
    let gen =
        Gen.zip3
            (Gen.choose (1, 12))
            (Gen.elements [ 2; 3; 4; 5; 10; 31; 100; 1000 ])
            (Gen.elements [ "monomial(k={0}) dense"; "hermite(k={0}) dense(b=0.5)"; "polynomial(c=1:0.5:-2) dense" ])

    Spec.holds 100 string (Arb.fromGen gen) (fun (k, dimension, format) ->
        let kernel = kernelOf ("dense(b=0.3) " + format.Replace("{0}", string k))

        for isNtk in [ true; false ] do
            let levels = Sphere.levels kernel isNtk dimension (k + 5)
            let trace = Sphere.trace kernel isNtk dimension
            Spec.near "trace" (1e-14 * trace) trace (levels |> Array.sumBy _.Power)
            let highest = if format.StartsWith "poly" then 2 else k

            for level in levels[highest + 1 ..] do
                Assert.Equal((0.0, 0.0), (level.Eigenvalue, level.RelativeError)))

[<Fact>]
[<Law "sum_{k <= n} N(d, k) mu_k -> kappa(1) for smooth kernels">]
let ``the eigenvalues of a smooth kernel add up to its trace`` () =
    for net in [ "dense gelu dense"; "dense(b=0.2) erf dense"; "dense exp dense sin dense"; "dense rbf dense" ] do
        for dimension in [ 2; 3; 10 ] do
            let kernel = kernelOf net
            let trace = Sphere.trace kernel true dimension
            Spec.near net (1e-13 * trace) trace (Sphere.levels kernel true dimension 120 |> Array.sumBy _.Power)

[<Fact>]
[<Law "N(d, k) are the dimensions of spherical harmonics: 2 on a circle, 2k+1 on a sphere, binomials in general">]
let ``multiplicities are the dimensions of harmonic polynomials`` () =
    let kernel = kernelOf "dense relu dense"

    let binomial n k = (1I, [ 1..k ]) ||> List.fold (fun b i -> b * bigint (n - k + i) / bigint i)

    for dimension in [ 2; 3; 5; 10; 50 ] do
        for level in Sphere.levels kernel true dimension 60 do
            let k = level.Degree
            // Homogeneous polynomials of degree k less those of degree k - 2.
            let all j = if j < 0 then 0I else binomial (j + dimension - 1) (dimension - 1)
            let expected = float (all k - all (k - 2))
            Spec.near $"N({dimension}, {k})" (1e-14 * expected) expected level.Multiplicity

[<Fact>]
[<Law "mu_k of the kernel exp(t) is Gamma(d/2) 2^(d/2-1) I_(k+d/2-1)(1), in ever smaller numbers: d to 1000, k to 500">]
let ``the logarithm holds eigenvalues below the range of float64`` () =
    for dimension in [ 2; 3; 10; 1000 ] do
        // dense exp has Sigma = exp(1 + t).
        let levels = Sphere.levels (kernelOf "dense exp") false dimension 500
        let half = 0.5 * float dimension

        let bessel k =
            // log of e 2^-k sum_i 4^-i Gamma(d/2)/(i! Gamma(i + k + d/2)).
            let first = Seq.sumBy (fun m -> log (half + float m)) (seq { 0 .. k - 1 })

            let sum =
                (1.0, seq { 0..20 })
                ||> Seq.scan (fun term i -> term * 0.25 / (float (i + 1) * (float (i + k) + half)))
                |> Seq.sum

            1.0 - float k * log 2.0 - first + log sum

        for level in levels do
            let tolerance = 1e-12 * (1.0 + float level.Degree)
            Spec.near $"d = {dimension}, degree {level.Degree}" tolerance (bessel level.Degree) level.LogEigenvalue
            Assert.InRange(level.RelativeError, 0.0, 1e-20)

        Assert.Equal(0.0, levels[500].Eigenvalue)

[<Fact>]
[<Law "d = 3: k^3 mu_k -> .1586 (even), 0 (odd) of the two-layer tangent kernel; N/(N+1) of it for N factors, every parity">]
let ``a product of relu factors keeps the exponent and gains every parity`` () =
    let scaled net degree =
        let kernel = kernelOf net
        let level = (Sphere.levels kernel true 3 401)[degree]
        Math.Pow(float degree, 3.0) * level.Eigenvalue / Sphere.trace kernel true 3

    let factors n = String.concat ", " (List.replicate n "dense relu")
    let plain = scaled "dense relu dense" 400
    Spec.near "two layers" 5e-5 0.1586 plain
    Assert.Equal(0.0, scaled "dense relu dense" 401)

    for n, expected in [ 2, 0.1057; 3, 0.1189; 6, 0.1359; 9, 0.1428 ] do
        for degree in [ 400; 401 ] do
            let found = scaled $"hadamard({factors n}) dense" degree
            Spec.near $"{n} factors, degree {degree}" 5e-5 expected found
            Spec.near $"{n} factors, the constant" 3e-3 (float n / float (n + 1)) (found / plain)

[<Fact>]
[<Law "the eigenvalues of section 7, d = 10, with the trace 1">]
let ``eigenvalues have the values of the mathematics page`` () =
    let degrees = [ 1; 3; 4; 5; 8; 12 ]
    let factors n = String.concat ", " (List.replicate n "dense relu")

    for net, values in
        [ "dense relu dense", [ 5.00e-2; 0.0; 4.83e-5; 0.0; 3.93e-7; 1.77e-8 ]
          $"hadamard({factors 3}) dense", [ 1.53e-2; 1.20e-3; 2.02e-4; 2.83e-5; 4.79e-7; 1.68e-8 ]
          $"hadamard({factors 9}) dense", [ 1.42e-3; 4.45e-4; 2.14e-4; 9.27e-5; 4.33e-6; 5.79e-8 ] ] do
        let kernel = kernelOf net
        let levels, trace = Sphere.levels kernel true 10 12, Sphere.trace kernel true 10

        for degree, expected in List.zip degrees values do
            Spec.near $"{net}, {degree}" (5.1e-3 * expected) expected (levels[degree].Eigenvalue / trace)

[<Fact>]
[<Law "f(-x) = -f(x) for all weights  =>  mu_k = 0 exactly for even k; = f(x) => for odd k">]
let ``an eigenvalue that vanishes by symmetry is exactly 0`` () =
    for net, odd in
        [ "dense tanh dense tanh dense", true
          "dense sin dense", true
          "hadamard(dense erf, dense erf, dense erf) dense", true
          "dense abs dense", false
          "dense cos dense(b=1) relu dense", false
          "hadamard(dense erf, dense erf) dense(b=0.2)", false ] do
        for isNtk in [ true; false ] do
            for level in Sphere.levels (kernelOf net) isNtk 5 20 do
                if (level.Degree % 2 = 0) = odd then
                    Assert.Equal((0.0, 0.0, -infinity), (level.Eigenvalue, level.RelativeError, level.LogEigenvalue))
                elif level.Degree < 8 then
                    Assert.True(level.Eigenvalue > 0.0, $"{net}, degree {level.Degree}")

[<Fact>]
[<Law "only kernels of x.x' have eigenvalues by degree, on spheres that exist">]
let ``what has no eigenvalues on a sphere is refused`` () =
    let joined = kernelOf "sum(identity, constant) dense"
    let refused (text: string) (f: unit -> unit) = Assert.Contains(text, Assert.Throws<ArgumentException>(f).Message)

    refused "x.x' alone" (fun () -> Sphere.levels joined true 3 5 |> ignore)
    // Its coefficients are those of exp(-10000) sinh(10000 t), the first of which are 0 in float64.
    refused "no power series" (fun () -> Sphere.levels (kernelOf "dense(w=100) sin dense") true 3 5 |> ignore)

    let kernel = kernelOf "dense relu dense"
    refused "dimensions" (fun () -> Sphere.levels kernel true 1 5 |> ignore)
    refused "greatest degree" (fun () -> Sphere.levels kernel true 3 -1 |> ignore)

    Assert.Throws<KernelUndefinedException>(fun () ->
        Sphere.levels (kernelOf "dense(w=30) exp dense(w=30) exp dense(w=30) exp dense") true 3 5 |> ignore)
    |> ignore

[<Fact>]
[<Law "E phi(u) phi(v) from 16 digits of phi has the eigenvalues of its closed form, to the stated error">]
let ``functions that float64 alone knows have fewer digits, and say so`` () =
    // The same function with and without its closed form: as a general function it has tables in float64.
    let known = kernelOf "dense(b=0.3) erf dense"

    let custom =
        let erf x = (PreciseScalar.erf (DoubleDouble.ofFloat x)).Hi
        let slope x = 2.0 / sqrt Math.PI * exp (-x * x)

        Activation.general
            "my erf"
            (ScalarFunction.settling "my erf" Odd [] erf)
            (ScalarFunction.settling "my erf'" Even [] slope)

    let dense b = Layer.denseWith { Layer.denseOptions 1.0 b with Width = None }

    let network = Layer.serial [ dense 0.3; Layer.activation custom; dense 0.0 ]

    let kernel =
        match Kernel.ofNetwork network with
        | Ok kernel -> kernel
        | Error refusal -> invalidOp $"{refusal}"

    let exact, found = Sphere.levels known true 5 12, Sphere.levels kernel true 5 12

    for a, b in Array.zip exact found do
        Assert.InRange(b.RelativeError, 1e-14, 1e-3)
        Spec.near $"degree {a.Degree}" (b.RelativeError * a.Eigenvalue) a.Eigenvalue b.Eigenvalue
