/// The fluctuation of tangent kernels of finite width over seeds: closed forms for product nets, and estimates.
module HadamardNtk.Core.Spec.FiniteFluctuation

open System
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Integration
open Xunit

let private parse text =
    match Notation.parse text with
    | Ok network -> network
    | Error e -> invalidOp (string e)

// Closed forms ----------------------------------------------------------------------------------------------------

/// A factor that takes a few values with given probabilities: (p, a, a') each.
type private Factor = (float * float * float) list

let private moments (factor: Factor) =
    let mean f = factor |> List.sumBy (fun (p, a, slope) -> p * f a slope)

    { Second = mean (fun a _ -> a * a)
      Fourth = mean (fun a _ -> a * a * a * a)
      Slope = mean (fun _ s -> s * s)
      SlopeFourth = mean (fun _ s -> s * s * s * s)
      Mixed = mean (fun a s -> a * a * s * s) }

/// All values of v^2 and of every factor: v = 0 and v = +-sqrt(3) have the moments E v^2 = 1 and E v^4 = 3.
let private outcomes (factors: Factor list) =
    let start = [ 2.0 / 3.0, 0.0, []; 1.0 / 3.0, 3.0, [] ]

    (start, factors)
    ||> List.fold (fun all factor ->
        [ for p, v2, values in all do
              for q, a, slope in factor -> p * q, v2, (a, slope) :: values ])

/// X = P + v^2 S by its definition, with derivatives of the product by each factor.
let private channel v2 (values: (float * float) list) =
    let product = values |> List.fold (fun p (a, _) -> p * a) 1.0

    let gradient i (_, slope: float) =
        let others = values |> List.removeAt i |> List.fold (fun p (a, _) -> p * a) 1.0
        slope * others

    product * product + v2 * (values |> List.mapi gradient |> List.sumBy (fun g -> g * g))

let private factorLists =
    let number = Gen.choose (-8, 8) |> Gen.map (fun k -> float k / 4.0)

    let factor =
        gen {
            let! values = Gen.listOfLength 3 (Gen.zip number number)
            let! weights = Gen.listOfLength 3 (Gen.choose (1, 5))
            let total = float (List.sum weights)
            return List.map2 (fun w (a, slope) -> float w / total, a, slope) weights values
        }
        |> Gen.filter (fun f -> (moments f).Second > 0.0)

    Gen.choose (1, 5) |> Gen.bind (fun n -> Gen.listOfLength n factor) |> Arb.fromGen

[<Fact>]
[<Law "c = E X^2/(E X)^2 - 1, X = prod a_i^2 + v^2 sum_i a_i'^2 prod_(j<>i) a_j^2">]
let ``the constant of a product of any factors is the variance of one channel over its squared mean`` () =
    Spec.holds 200 (sprintf "%A") factorLists (fun factors ->
        let all = outcomes factors |> List.map (fun (p, v2, values) -> p, channel v2 values)
        let mean = all |> List.sumBy (fun (p, x) -> p * x)
        let square = all |> List.sumBy (fun (p, x) -> p * x * x)
        let expected = square / (mean * mean) - 1.0
        // c + 1 is a sum of positive terms, each right to a few roundings.
        let actual = ProductFluctuation.ofFactors (List.map moments factors)
        Spec.near "c" (1e-12 * (1.0 + expected)) expected actual)

let private kinked = { Reach = 14.0; Finest = 1.0; Longest = infinity; Kinked = true }

/// The moments of a factor and of its derivative by quadrature.
let private integrated (a: float -> float) (slope: float -> float) =
    let square x = x * x
    let mean f = mean kinked 1.0 f

    { Second = mean (a >> square)
      Fourth = mean (a >> square >> square)
      Slope = mean (slope >> square)
      SlopeFourth = mean (slope >> square >> square)
      Mixed = mean (fun u -> square (a u) * square (slope u)) }

[<Fact>]
[<Law "E relu^2 = 1/2, E relu^4 = 3/2, E (1 + relu)^2 = 3/2 + 2/sqrt(2 pi), E (1 + relu)^4 = 11/2 + 12/sqrt(2 pi)">]
let ``moments of relu factors are the integrals that define them`` () =
    let step u = if u > 0.0 then 1.0 else 0.0

    for factor, shift in [ ProductFluctuation.relu, 0.0; ProductFluctuation.shiftedRelu, 1.0 ] do
        let expected = integrated (fun u -> shift + max u 0.0) step
        Spec.near "E a^2" 1e-13 expected.Second factor.Second
        Spec.near "E a^4" 1e-13 expected.Fourth factor.Fourth
        Spec.near "E a'^2" 1e-13 expected.Slope factor.Slope
        Spec.near "E a'^4" 1e-13 expected.SlopeFourth factor.SlopeFourth
        Spec.near "E a^2 a'^2" 1e-13 expected.Mixed factor.Mixed

[<Fact>]
[<Law "c = 6^N (1 + 5N/3 + N(N-1)/3)/(N+1)^2 - 1">]
let ``a product of N relu factors has its closed form, 3 for one and 684287 for eight`` () =
    let listed = [ 3.0; 19.0; 107.0; 603.8; 3455.0; 139961.0 / 7.0; 116639.0; 684287.0 ]

    for n, expected in Seq.indexed listed do
        Spec.near $"N = {n + 1}" (1e-13 * expected) expected (ProductFluctuation.reluProduct (n + 1))

    for n in 1..250 do
        let d = float n
        let growth = Math.Pow(6.0, d) * (1.0 + 5.0 * d / 3.0 + d * (d - 1.0) / 3.0)
        let expected = growth / ((d + 1.0) * (d + 1.0)) - 1.0
        Spec.near $"N = {n}" (1e-12 * expected) expected (ProductFluctuation.reluProduct n)

// The values were worked out apart from the product, by the same moments in Python.
[<Fact>]
let ``a product of relu factors with skip connections has the constants 3, 7.35, 16.43, ...`` () =
    let listed =
        [ 3.0
          7.347028588
          16.43430684
          35.26074945
          73.97321324
          153.076009
          313.8465793
          639.1118435
          1294.607191 ]

    for n, expected in Seq.indexed listed do
        Spec.near $"N = {n + 1}" (1e-9 * expected) expected (ProductFluctuation.reluSkipProduct (n + 1))

    Spec.same "one factor has no skip" (ProductFluctuation.reluProduct 1) (ProductFluctuation.reluSkipProduct 1)

[<Fact>]
let ``degrees without a product are refused`` () =
    for degree in [ 0; -1; 251 ] do
        for constant in [ ProductFluctuation.reluProduct; ProductFluctuation.reluSkipProduct ] do
            Assert.Throws<ArgumentException>("degree", (fun () -> constant degree |> ignore)) |> ignore

    Assert.Throws<ArgumentException>("factors", (fun () -> ProductFluctuation.ofFactors [] |> ignore))
    |> ignore

// Estimates -------------------------------------------------------------------------------------------------------

/// c and its jackknife error by their definitions: the estimate is computed again without each kernel.
let private byDefinition width (kernels: float[]) =
    let constant (k: float[]) =
        let mean = Array.average k

        let variance = (k |> Array.sumBy (fun x -> (x - mean) * (x - mean))) / float (k.Length - 1)

        float width * variance / (mean * mean)

    let count = float kernels.Length
    let left = Array.init kernels.Length (fun i -> constant (Array.removeAt i kernels))
    let middle = Array.average left
    let spread = left |> Array.sumBy (fun c -> (c - middle) * (c - middle))
    struct (constant kernels, sqrt ((count - 1.0) / count * spread))

let private kernels =
    Gen.choose (3, 40)
    |> Gen.bind (fun n -> Gen.listOfLength n (Gen.choose (1, 1000)))
    |> Gen.map (List.map (fun k -> float k / 8.0) >> List.toArray)
    |> Arb.fromGen

[<Fact>]
[<Law "c = m s^2/mean^2, SE^2 = (S-1)/S sum_i (c_(i) - mean_j c_(j))^2">]
let ``an estimate is the sample variance over the squared mean, and its error the jackknife's`` () =
    Spec.holds 300 (sprintf "%A") kernels (fun kernels ->
        let struct (constant, error) = byDefinition 64 kernels
        let found = Fluctuation.estimate 64 kernels
        Spec.near "c" (1e-11 * (1.0 + constant)) constant found.Constant
        Spec.near "SE" (1e-9 * (1.0 + constant + error)) error found.StandardError)

[<Fact>]
[<Law "c(s Theta) = c(Theta)">]
let ``an estimate depends on neither the scale nor the order of the kernels`` () =
    Spec.holds 100 (sprintf "%A") kernels (fun kernels ->
        let found = Fluctuation.estimate 8 kernels

        for scale in [ 1e-200; 3.0; 1e250 ] do
            let scaled = Fluctuation.estimate 8 (kernels |> Array.rev |> Array.map (fun k -> scale * k))
            Spec.near "c" (1e-11 * (1.0 + found.Constant)) found.Constant scaled.Constant
            let size = 1.0 + found.Constant + found.StandardError
            Spec.near "SE" (1e-9 * size) found.StandardError scaled.StandardError)

[<Fact>]
let ``equal kernels do not fluctuate, one kernel among zeros has no error, and zeros are refused`` () =
    for kernel in [ 1.0; 0.1; 1e300 ] do
        let still = Fluctuation.estimate 256 (Array.create 64 kernel)
        Assert.Equal((0.0, 0.0), (still.Constant, still.StandardError))
        Assert.False(Fluctuation.isRough 256 still)
        Assert.Equal(1.0, Fluctuation.width 0.05 still.Constant)

    // Roundings, and what no tolerance asks about, are no fluctuation.
    let rounded = Fluctuation.estimate 256 (Array.init 9 (fun i -> 1.0 + 2e-11 * float (i % 2)))
    Assert.Equal((0.0, 0.0), (rounded.Constant, rounded.StandardError))
    let one = Fluctuation.estimate 4 [| 0.0; 0.0; 5.0; 0.0 |]
    Assert.Equal((16.0, infinity), (one.Constant, one.StandardError))
    Assert.True(Fluctuation.isRough 4 one)

    for bad in
        [ [| 1.0; 2.0 |]
          [| 0.0; 0.0; 0.0 |]
          [| 1.0; -1.0; 2.0 |]
          [| 1.0; nan; 2.0 |]
          [| 1.0; infinity; 2.0 |] ] do
        Assert.Throws<ArgumentException>("kernels", (fun () -> Fluctuation.estimate 4 bad |> ignore))
        |> ignore

    Assert.Throws<ArgumentException>("width", (fun () -> Fluctuation.estimate 0 [| 1.0; 2.0; 3.0 |] |> ignore))
    |> ignore

[<Fact>]
[<Law "m = ceil(c/eps^2)">]
let ``a width is the least whose relative standard deviation is within the tolerance`` () =
    for n, expected in [ 1, 1200.0; 2, 7600.0; 3, 42800.0; 4, 241520.0; 8, 273714800.0 ] do
        Assert.Equal(expected, Fluctuation.width 0.05 (ProductFluctuation.reluProduct n))

    Assert.Equal(2939.0, Fluctuation.width 0.05 (ProductFluctuation.reluSkipProduct 2))
    let values = Gen.zip (Gen.choose (1, 100000)) (Gen.choose (1, 1000)) |> Arb.fromGen

    Spec.holds 300 string values (fun (k, t) ->
        let constant, tolerance = float k / 7.0, float t / 1000.0
        let width = Fluctuation.width tolerance constant
        Assert.True(width >= 1.0 && floor width = width)
        Assert.True(sqrt (constant / width) <= tolerance * (1.0 + 1e-12))
        Assert.True(width = 1.0 || sqrt (constant / (width - 1.0)) > tolerance * (1.0 - 1e-12)))

    for tolerance in [ 0.0; -0.1; 1.5; nan; 1e-7 ] do
        Assert.Throws<ArgumentException>("tolerance", (fun () -> Fluctuation.width tolerance 3.0 |> ignore))
        |> ignore

[<Fact>]
let ``an interval is that of two standard errors, and an estimate is rough beyond a third`` () =
    let at constant error = { Constant = constant; StandardError = error }
    Assert.Equal(struct (800.0, 1600.0), Fluctuation.interval 0.05 (at 3.0 0.5))
    Assert.Equal(struct (1.0, 2800.0), Fluctuation.interval 0.05 (at 3.0 2.0))
    Assert.False(Fluctuation.isRough 256 (at 3.0 0.99))
    Assert.True(Fluctuation.isRough 256 (at 3.0 1.01))
    Assert.False(Fluctuation.isRough 900 (at 99.0 1.0))
    Assert.True(Fluctuation.isRough 900 (at 101.0 1.0))

let private relu = "dense(w=1.7320508075688772) relu"

/// The product of N factors of 3 features, and that with skip connections: relu(w.x) has w ~ N(0, I).
let private product n =
    let factors = List.replicate n relu |> String.concat ", "
    $"hadamard(constant, {factors}) dense"

let private skipProduct n =
    let factors = List.replicate (n - 1) $"sum(constant, {relu})" |> List.append [ relu ]
    let list = String.concat ", " factors
    $"hadamard(constant, {list}) dense"

/// c of a network at a sample of unit norm.
let private sampled width seeds text =
    let network = parse text

    Array.init seeds (fun seed ->
        let finite = FiniteNetwork.create width 3 (int64 seed) network
        let sample = EmpiricalKernel.sample finite [| 2.0 / 3.0; -1.0 / 3.0; 2.0 / 3.0 |]
        EmpiricalKernel.tangent finite sample sample)
    |> Fluctuation.estimate width

// 5 standard errors are broken by chance once in two million where kernels are nearly Gaussian, as they are at this width.
[<Fact>]
let ``networks of finite width fluctuate as the closed forms say`` () =
    for text, constant in
        [ product 1, ProductFluctuation.reluProduct 1
          product 2, ProductFluctuation.reluProduct 2
          skipProduct 2, ProductFluctuation.reluSkipProduct 2
          skipProduct 3, ProductFluctuation.reluSkipProduct 3 ] do
        let found = sampled 400 800 text
        Assert.InRange(found.StandardError / constant, 0.03, 0.12)
        Spec.near text (5.0 * found.StandardError) constant found.Constant
        Assert.False(Fluctuation.isRough 400 found)

[<Fact>]
let ``an estimate by a pilot too narrow for heavy tails calls itself rough`` () =
    for n in [ 6; 9 ] do
        for seeds in [ 16; 64 ] do
            let found = sampled 64 seeds (product n)
            Assert.True(Fluctuation.isRough 64 found, $"{found}")
            // It is far too small, which its error need not show.
            Assert.True(found.Constant < 0.5 * ProductFluctuation.reluProduct n)

[<Fact>]
let ``a network whose layers state their widths has no width to find`` () =
    let refused text (part: string) =
        let e = Assert.Throws<ArgumentException>("network", (fun () -> Fluctuation.requireOpen (parse text)))

        Assert.Contains(part, e.Message)

    refused "dense relu dense(width=20) relu dense" "dense(width=20) states one"
    refused "dense(width=20) relu" "dense(width=20)"
    refused "dense bottleneck(width=3) dense" "bottleneck(width=3)"

    for text in [ "dense relu dense"; "dense relu dense(width=10)"; "dense"; "dense relu" ] do
        Fluctuation.requireOpen (parse text)
