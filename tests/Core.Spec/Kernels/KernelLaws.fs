/// Laws of kernels that need their own data or their own networks: what turning, scaling and repeating the input does.
module HadamardNtk.Core.Spec.KernelLaws

open System
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Data
open HadamardNtk.Core.Spec.Generators
open HadamardNtk.Core.Spec.Nets
open HadamardNtk.Core.Spec.Grams
open MathNet.Numerics.LinearAlgebra
open Xunit

let private entries (k: float[,]) =
    seq {
        for i in 0 .. Array2D.length1 k - 1 do
            for j in 0 .. Array2D.length2 k - 1 do
                i, j, k[i, j]
    }

/// Both kernels of one network against those of another, up to 1 part in 1 / tolerance of sqrt(K(x,x) K(x',x')).
let private agree tolerance (expected: float[,], expected': float[,]) (actual: float[,], actual': float[,]) =
    for what, a, b in [ "Sigma", expected, actual; "Theta", expected', actual' ] do
        for i, j, x in entries a do
            Spec.near $"{what} ({i}, {j})" (tolerance * sqrt (abs a[i, i] * abs a[j, j])) x b[i, j]

let private identical scale (expected: float[,], expected': float[,]) (actual: float[,], actual': float[,]) =
    for what, a, b in [ "Sigma", expected, actual; "Theta", expected', actual' ] do
        for i, j, x in entries a do
            Spec.same $"{what} ({i}, {j})" (x * scale i j) b[i, j]

// Size -------------------------------------------------------------------------------------------------------------

[<Fact>]
let ``K(x,x')^2 <= K(x,x) K(x',x') for Sigma and Theta`` () =
    // The bounds under which KernelSpec finds them semidefinite: a kinked Theta of nearly collinear rows errs by 1e-8.
    for data, tolerance in [ onData closedNetworks plainData, 1e-11; onData tameNetworks hardData, 1e-7 ] do
        Spec.holds 240 showOnData data (fun (net, rows) ->
            let sigma, theta = gram (toLayer net) rows

            for what, k, tolerance in [ "Sigma", sigma, 1e-11; "Theta", theta, tolerance ] do
                for i, j, x in entries k do
                    Assert.True(k[i, i] >= 0.0, $"{what} ({i}, {i}) is {k[i, i]}")
                    let most = sqrt k[i, i] * sqrt k[j, j] * (1.0 + tolerance)
                    Assert.True(abs x <= most, $"{what} ({i}, {j}) is {x}, above {most}"))

[<Fact>]
let ``a zero row has finite kernels with itself and with every other row`` () =
    Spec.holds 240 showOnData (onData tameNetworks hardData) (fun (net, rows) ->
        let rows = Array.append rows [| Array.zeroCreate rows[0].Length |]
        let kernels = gram (toLayer net) rows
        let zero = rows.Length - 1

        for k in [ fst kernels; snd kernels ] do
            for i in 0..zero do
                Assert.True(Double.IsFinite k[i, zero] && Double.IsFinite k[zero, i], $"({i}, zero) is {k[i, zero]}"))

// Definiteness -----------------------------------------------------------------------------------------------------

/// Rows in the plane or in space, at least 0.45 radians from each other's lines.
let private linesApart =
    let apart (x: float[]) (y: float[]) =
        abs (Kernel.product x y) <= 0.9 * sqrt (Kernel.product x x * Kernel.product y y)

    let rowsOf d n =
        Gen.choose (-100, 100)
        |> Gen.map (fun n -> float n / 50.0)
        |> Gen.arrayOfLength d
        |> Gen.listOfLength (4 * n)
        |> Gen.map (fun rows ->
            rows
            |> List.fold
                (fun kept x ->
                    if Kernel.product x x > 0.01 && List.forall (apart x) kept then
                        x :: kept
                    else
                        kept)
                []
            |> List.truncate n
            |> Array.ofList)

    Gen.zip (Gen.choose (2, 3)) (Gen.choose (1, 5))
    |> Gen.bind (fun (d, n) -> rowsOf d n)
    |> Gen.filter (fun rows -> rows.Length > 0)

let private leastOfUnitDiagonal (k: float[,]) =
    let unit = k |> Array2D.mapi (fun i j x -> x / sqrt (k[i, i] * k[j, j]))
    let values = (Matrix<float>.Build.DenseOfArray unit).Evd(Symmetricity.Symmetric).EigenValues
    values |> Seq.map _.Real |> Seq.min

let private layersOf acts =
    gen {
        let! depth = Gen.choose (1, 3)

        return!
            Gen.zip (Gen.elements [ 0.5; 1.0; 1.4; 2.0 ]) (Gen.elements acts)
            |> Gen.map (fun (w, act) -> [ Leaf(Layer.dense w 0.0); Leaf(parsed act) ])
            |> Gen.listOfLength depth
            |> Gen.map (fun layers -> Serial(List.concat layers @ [ Leaf(Layer.dense 1.0 0.0) ]))
    }

[<Fact>]
let ``without bias and with an activation that is no polynomial, rows of different directions are independent`` () =
    // Odd functions alone or even ones alone do not tell x from -x, so that directions differ as lines here. Five lines
    // 0.45 apart need degree 4 of the series in rho, whose share in three layers is above 1e-7; rounding leaves 1e-15.
    let made = Gen.zip (layersOf [ "relu"; "leaky_relu(alpha=0.2)"; "abs"; "gelu"; "erf" ]) linesApart
    let values = Arb.fromGenShrink (made, fun _ -> Seq.empty)

    Spec.holds 240 showOnData values (fun (net, rows) ->
        let sigma, theta = gram (toLayer net) rows

        for what, k in [ "Sigma", sigma; "Theta", theta ] do
            let least = leastOfUnitDiagonal k
            Assert.True(least > 1e-8, $"{what} of unit diagonal has the eigenvalue {least}"))

[<Fact>]
let ``a polynomial activation of degree k tells no more rows apart than there are monomials of degree k`` () =
    for k in 1..3 do
        // In the plane there are k + 1 of them; k + 2 rows are dependent.
        let rows =
            [| for i in 0 .. k + 1 -> let th = 0.1 + float i * Math.PI / float (k + 2) in [| cos th; sin th |] |]

        let sigma, theta = gram (parsed $"dense monomial(k={k}) dense") rows
        Spec.near $"Sigma of degree {k}" 1e-14 0.0 (leastOfUnitDiagonal sigma)
        Spec.near $"Theta of degree {k}" 1e-14 0.0 (leastOfUnitDiagonal theta)
        let fewer, fewer' = gram (parsed $"dense monomial(k={k}) dense") rows[..k]
        Assert.True(leastOfUnitDiagonal fewer > 1e-3 && leastOfUnitDiagonal fewer' > 1e-3)

// Turning ----------------------------------------------------------------------------------------------------------

let private map (matrix: Matrix<float>) (rows: float[][]) =
    rows |> Array.map (fun x -> (matrix * Vector<float>.Build.DenseOfArray x).AsArray())

/// An orthogonal matrix: the reflection in one direction after the reflection in another.
let private rotation (directions: float[] * float[]) =
    let reflection (v: float[]) =
        let v = Vector<float>.Build.DenseOfArray v
        Matrix<float>.Build.DenseIdentity v.Count - (2.0 / (v * v)) * v.OuterProduct v

    reflection (fst directions) * reflection (snd directions)

let private direction d =
    Gen.choose (-100, 100)
    |> Gen.map float
    |> Gen.arrayOfLength d
    |> Gen.filter (Array.exists ((<>) 0.0))

/// Whether the kernels know the rows' inner products only, and not their average features.
let private knowsProductsOnly net =
    match Kernel.ofNetwork (toLayer net) with
    | Ok kernel ->
        // Average features that are no numbers spoil what is made of them.
        let struct (sigma, theta) =
            DualNumber.pair 2 { Row = 1.0; Column = 1.0; Pair = 0.25 } (nan, nan) kernel.Signal

        not (Double.IsNaN sigma || Double.IsNaN theta)
    | Error _ -> false

let private turned (data: FsCheck.Arbitrary<Net * float[][]>) accepts =
    let made =
        data.Generator
        |> Gen.filter accepts
        |> Gen.bind (fun (net, rows) ->
            Gen.two (direction rows[0].Length) |> Gen.map (fun directions -> net, rows, directions))

    let shrink (net, rows, directions) =
        data.Shrinker(net, rows) |> Seq.filter accepts |> Seq.map (fun (net, rows) -> net, rows, directions)

    Arb.fromGenShrink (made, shrink)

let private showTurned (net, rows, (a: float[], b: float[])) =
    $"{showOnData (net, rows)}, reflected in {showRows [| a; b |]}"

// A rotation moves inner products by a few units in the last place of |x||x'|; ten piecewise linear layers answer with
// less than 1e5 times that. Rows so near collinear that a kinked T' sees sqrt(eps) are not among plain data.
let private turnedBy = 1e-10

[<Fact>]
let ``rotating all rows changes no kernel that knows their inner products only`` () =
    let values = turned (onData bareNetworks plainData) (fst >> knowsProductsOnly)

    Spec.holds 240 showTurned values (fun (net, rows, directions) ->
        let network = toLayer net
        agree turnedBy (gram network rows) (gram network (map (rotation directions) rows)))

[<Fact>]
let ``exchanging the features of all rows changes no kernel at all, though it may know their average`` () =
    let values = turned (onData bareNetworks plainData) (fun _ -> true)

    Spec.holds 240 showTurned values (fun (net, rows, (order, _)) ->
        let exchanged = rows |> Array.map (fun x -> Array.zip order x |> Array.sortBy fst |> Array.map snd)
        agree turnedBy (gram (toLayer net) rows) (gram (toLayer net) exchanged))

[<Fact>]
let ``the mean of the raw input does not rotate: a sum of it with what is not centered knows the average feature`` () =
    let network = parsed "sum(identity, dense relu) dense"
    let rows = [| [| 1.0; 1.0 |]; [| 0.5; -2.0 |] |]
    Assert.False(knowsProductsOnly (Leaf network))
    let before, _ = gram network rows
    let after, _ = gram network (rows |> Array.map (Array.map (~-)))
    // m = 1 of the row and sqrt(q/2pi) = 0.4 of relu: the cross terms 0.8 change their sign.
    Spec.near "the change" 1e-14 (4.0 * sqrt (1.0 / (2.0 * Math.PI))) (before[0, 0] - after[0, 0])

// Scaling ----------------------------------------------------------------------------------------------------------

[<Fact>]
let ``the first dense's w and the size of the rows are one scale`` () =
    let scaled = Gen.choose (-8, 8) |> Gen.map (fun k -> 2.0 ** float k)
    let after w net = Serial [ Leaf(Layer.dense w 0.0); net ]

    let values =
        let data =
            onData (Nets.arbitrary (fun _ -> true) (Gen.map (after 1.0) closedNetworks.Generator)) plainData

        Arb.fromGenShrink (
            Gen.zip data.Generator scaled,
            fun (value, s) -> data.Shrinker value |> Seq.map (fun v -> v, s)
        )

    let rest net =
        match net with
        | Serial(_ :: rest) -> Some(Serial rest)
        | _ -> None

    Spec.holds 160 (fun (value, s) -> $"{showOnData value} by {s}") values (fun ((net, rows), s) ->
        match rest net with
        | None -> ()
        | Some rest ->
            let at w rows =
                try
                    Some(gram (toLayer (after w rest)) rows)
                with KernelUndefinedException _ ->
                    None

            // Powers of 2 round nothing.
            match at s rows, at 1.0 (rows |> Array.map (Array.map ((*) s))) with
            | Some a, Some b -> identical (fun _ _ -> 1.0) a b
            | a, b -> Assert.Equal(a.IsSome, b.IsSome))

/// The degree in which a network is homogeneous, where it is: K(s x, t x') = (s t)^degree K(x, x') for s, t > 0.
let private degreeOf layer =
    let common degrees =
        match List.distinct degrees with
        | [ d ] -> d
        | _ -> None

    let activation (phi: Activation) degree =
        let text = string phi
        let isLinear = [ "relu"; "abs"; "leaky_relu"; "abrelu" ] |> List.exists text.StartsWith

        match text with
        | _ when isLinear -> Some degree
        | "rectified_monomial(k=2)" -> Some(2 * degree)
        | _ -> None

    let children parts names degree = parts |> List.map (fun part -> part names degree)

    let algebra (shape: Shape<Map<string, int -> int option> -> int -> int option>) names degree =
        match shape with
        | Shape.Identity -> Some degree
        | Shape.Dense options -> if options.Bias = 0.0 then Some degree else None
        | Shape.Activation phi -> activation phi degree
        | Shape.Constant _
        | Shape.LayerNorm _
        | Shape.Spatial _
        | Shape.Viewed _
        | Shape.Attention _
        | Shape.Bottleneck _ -> None
        | Shape.Serial parts -> parts |> List.fold (fun d part -> Option.bind (part names) d) (Some degree)
        | Shape.Sum parts
        | Shape.Concat(_, parts) -> common (children parts names degree)
        | Shape.Hadamard parts ->
            let degrees = children parts names degree

            if List.forall Option.isSome degrees then
                Some(List.sumBy Option.get degrees)
            else
                None
        | Shape.Repeat(count, part) -> Seq.fold (fun d _ -> Option.bind (part names) d) (Some degree) (seq { 1..count })
        | Shape.Let(name, definition, body) -> body (Map.add name (definition names) names) degree
        | Shape.Name name -> names[name] degree

    Layer.fold algebra layer Map.empty 1

/// The network without what has a scale of its own: biases, constants, norms.
let rec private withoutScale net =
    let algebra (shape: Shape<Layer>) =
        match shape with
        | Shape.Identity -> Layer.identity
        | Shape.Constant _
        | Shape.LayerNorm _ -> Layer.word "relu"
        | Shape.Dense options -> Layer.denseWith { options with Bias = 0.0 }
        | Shape.Activation phi -> Layer.activation phi
        | Shape.Bottleneck width -> Layer.bottleneck width
        | Shape.Spatial _
        | Shape.Viewed _
        | Shape.Attention _ -> invalidOp "These networks read flat rows."
        | Shape.Serial parts -> Layer.serial parts
        | Shape.Sum parts -> Layer.sum parts
        | Shape.Hadamard parts -> Layer.hadamard parts
        | Shape.Concat(Some weights, parts) -> Layer.concatWith weights parts
        | Shape.Concat(None, parts) -> Layer.concat parts
        | Shape.Repeat(count, part) -> Layer.repeat count part
        | Shape.Let(name, definition, body) -> Layer.letIn name definition body
        | Shape.Name name -> Layer.name name

    match net with
    | Leaf layer -> Leaf(Layer.fold algebra layer)
    | _ -> mapParts withoutScale net

/// Products of one to four homogeneous networks, and a read-out.
let private homogeneous =
    let isGood layer =
        match degreeOf layer with
        | Some degree -> degree < 12 && Result.isOk (Kernel.ofNetwork layer)
        | None -> false

    let factor = bareNetworks.Generator |> Gen.map withoutScale |> Gen.filter (toLayer >> isGood)

    Gen.choose (1, 4)
    |> Gen.bind (fun n -> Gen.listOfLength n factor)
    |> Gen.map (fun factors ->
        let own =
            factors |> List.map (fun f -> Serial [ f; Leaf(Layer.dense 1.25 0.0); Leaf(Layer.word "relu") ])

        Serial [ Hadamard own; Leaf(Layer.dense 0.75 0.0) ])
    |> Nets.arbitrary isGood

let private scaledRows =
    let made (data: FsCheck.Arbitrary<Net * float[][]>) scale =
        Arb.fromGenShrink (
            Gen.zip data.Generator (Gen.arrayOfLength 5 scale),
            fun (value, scales) -> data.Shrinker value |> Seq.map (fun v -> v, scales)
        )

    made (onData homogeneous plainData)

let private holdsScaled scale law =
    let show (value, scales: float[]) = $"{showOnData value}, scaled by {showRows [| scales |]}"

    Spec.holds 160 show (scaledRows scale) (fun ((net, rows: float[][]), scales) ->
        let degree = float (degreeOf (toLayer net)).Value
        let scaled = rows |> Array.mapi (fun i x -> Array.map ((*) scales[i]) x)
        law (fun i j -> (scales[i] * scales[j]) ** degree) (gram (toLayer net) rows) (gram (toLayer net) scaled))

[<Fact>]
let ``networks without scale are homogeneous, and N factors of degree d make one of degree N d`` () =
    let mutable greatest = 0.0

    // Scaled by powers of 2, each row by its own, nothing is rounded.
    holdsScaled (Gen.choose (-6, 6) |> Gen.map (fun k -> 2.0 ** float k)) (fun factor before after ->
        greatest <- max greatest (factor 0 0)
        identical factor before after)

    Assert.True(greatest > 2.0 ** 20.0, $"the greatest factor was {greatest}")

[<Fact>]
let ``networks without scale are homogeneous at any scale, to rounding`` () =
    holdsScaled (Gen.choose (1, 3000) |> Gen.map (fun k -> float k / 300.0)) (fun factor (s, t) after ->
        let scaled = Array2D.mapi (fun i j x -> x * factor i j)
        agree turnedBy (scaled s, scaled t) after)
