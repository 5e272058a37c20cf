/// Laws of kernels: what holds for every network and every data set.
module HadamardNtk.Core.Spec.KernelSpec

open System
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Data
open HadamardNtk.Core.Spec.Generators
open HadamardNtk.Core.Spec.Nets
open MathNet.Numerics.LinearAlgebra
open Xunit

let private kernelOf network =
    match Kernel.ofNetwork network with
    | Ok kernel -> kernel
    | Error refusal -> invalidOp (string refusal)

let private both net rows =
    let kernel = kernelOf (toLayer net)
    kernel, Kernel.gram kernel rows

/// The three ways in which networks and data are drawn: everything at ordinary rows, closed forms at ordinary rows,
/// functions without fast growth at hard rows.
let private everything = onData networks plainData
let private ordinary = onData closedNetworks plainData
let private hard = onData tameNetworks hardData

let private eachLaw count law =
    Spec.holds count showOnData ordinary law
    Spec.holds count showOnData hard law
    // Series and quadrature are a thousand times slower.
    Spec.holds (count / 8) showOnData everything law

let private entries (k: float[,]) =
    seq {
        for i in 0 .. Array2D.length1 k - 1 do
            for j in 0 .. Array2D.length2 k - 1 do
                i, j, k[i, j]
    }

let private equal what (a: float[,]) (b: float[,]) =
    for i, j, x in entries a do
        Spec.same $"{what} ({i}, {j})" x b[i, j]

[<Fact>]
let ``the program gives the law's own value to the last bit`` () =
    eachLaw 160 (fun (net, rows) ->
        let kernel, (nngp, ntk) = both net rows
        let dot = Kernel.product
        let interpreter = Kernel.interpreter rows[0].Length kernel
        let states = rows |> Array.map (fun x -> interpreter.Sample(dot x x, Array.average x))
        let scratch = Array.zeroCreate interpreter.ScratchLength

        for i, j, sigma in entries nngp do
            let x, x' = rows[i], rows[j]
            let moments = { Row = dot x x; Column = dot x' x'; Pair = dot x x' }
            let average = Array.average x, Array.average x'
            let struct (s, t) = DualNumber.pair x.Length moments average kernel.Signal
            let struct (s', t') = interpreter.Pair(states[i], states[j], moments.Pair, scratch)
            Spec.same $"Sigma ({i}, {j})" s s'
            Spec.same $"Theta ({i}, {j})" t t'

            // The law is told moments only; of proportional rows the matrix knows the angle too.
            if Alignment.ofRows (ReadOnlySpan x, ReadOnlySpan x') = Alignment.Apart then
                Spec.same $"Sigma of the matrix ({i}, {j})" s sigma
                Spec.same $"Theta of the matrix ({i}, {j})" t ntk[i, j])

[<Fact>]
[<Law "K(x, x') = K(x', x)">]
let ``kernels are finite, symmetric to the last bit, and the same for equal rows`` () =
    eachLaw 240 (fun (net, rows) ->
        let twice = Array.append rows [| Array.copy rows[0] |]
        let _, (nngp, ntk) = both net twice
        let last = rows.Length

        for what, k in [ "Sigma", nngp; "Theta", ntk ] do
            for i, j, x in entries k do
                Assert.True(Double.IsFinite x, $"{what} ({i}, {j}) is {x}")
                Spec.same $"symmetry of {what} ({i}, {j})" x k[j, i]

            for i in 0 .. last - 1 do
                Spec.same $"{what} beside a duplicate" k[0, i] k[last, i]

            Spec.same $"{what} of duplicates" k[0, 0] k[0, last])

[<Fact>]
[<Law "K(P X)_ij = K(x_{P i}, x_{P j})">]
let ``the kernel of a batch is the kernel of each pair, in any order`` () =
    eachLaw 160 (fun (net, rows) ->
        let kernel, (nngp, ntk) = both net rows
        let order = [| rows.Length - 1 .. -1 .. 0 |]
        let reversed, reversed' = Kernel.gram kernel (order |> Array.map (fun i -> rows[i]))

        for i, j, x in entries nngp do
            Spec.same "permuted Sigma" x reversed[order[i], order[j]]
            Spec.same "permuted Theta" ntk[i, j] reversed'[order[i], order[j]]
            let one, one' = Kernel.cross kernel [| rows[i] |] [| rows[j] |]
            Spec.same "Sigma of a pair" x one[0, 0]
            Spec.same "Theta of a pair" ntk[i, j] one'[0, 0])

/// Fails where the smallest eigenvalue lies below -tolerance times the trace.
let private semidefinite what tolerance (k: float[,]) =
    let matrix = Matrix<float>.Build.DenseOfArray k
    let largest = matrix.Enumerate() |> Seq.map abs |> Seq.max

    if largest > 0.0 then
        let values = (matrix / largest).Evd(Symmetricity.Symmetric).EigenValues |> Seq.map _.Real
        let trace = (matrix / largest).Trace()

        Assert.True(
            Seq.min values >= -tolerance * trace,
            $"{what} has the eigenvalue {Seq.min values} of trace {trace}"
        )

// An entry that errs by e sqrt(K_ii K_jj) moves eigenvalues by e tr K at most. e = 1e-11: Expectation's bound, and 1e-16
// times the growth of errors through ten layers, each at most 3 for the generated ones. A kinked Theta knows angles only
// to sqrt(1e-16) = 1e-8 where rows are nearly collinear; ten layers add theirs.
let private smoothly, nearCollinear = 1e-11, 1e-7

[<Fact>]
[<Law "v^T K v >= 0">]
let ``Sigma and Theta are positive semidefinite`` () =
    for data, tolerance in [ ordinary, smoothly; hard, nearCollinear ] do
        Spec.holds 240 showOnData data (fun (net, rows) ->
            let _, (nngp, ntk) = both net rows
            semidefinite "Sigma" smoothly nngp
            semidefinite "Theta" tolerance ntk)

    Spec.holds 30 showOnData everything (fun (net, rows) ->
        let _, (nngp, ntk) = both net rows
        semidefinite "Sigma" smoothly nngp
        semidefinite "Theta" smoothly ntk)

[<Fact>]
[<Law "Theta >= Sigma (trained), Theta = w^2 Theta_below (frozen)">]
let ``after a trained dense Theta - Sigma is positive semidefinite, and after a frozen one Theta is w^2 Theta`` () =
    Spec.holds 240 showOnData ordinary (fun (net, rows) ->
        let _, (sigma, theta) = both net rows
        let w, b = 1.5, 0.5
        let options = Layer.denseOptions w b
        let _, (sigma', theta') = both (Serial [ net; Leaf(Layer.denseWith options) ]) rows
        let _, (_, frozen) = both (Serial [ net; Leaf(Layer.denseWith { options with Trained = false }) ]) rows
        semidefinite "Theta - Sigma" smoothly (Array2D.mapi (fun i j t -> t - sigma'[i, j]) theta')

        for i, j, s in entries sigma do
            Spec.same "Sigma" (w * w * s + b * b) sigma'[i, j]
            Spec.same "Theta" (sigma'[i, j] + w * w * theta[i, j]) theta'[i, j]
            Spec.same "frozen Theta" (w * w * theta[i, j]) frozen[i, j])

[<Fact>]
[<Law "Theta = sum_i Theta_i prod_{j/=i} Sigma_j; Sigma = sum_i Sigma_i">]
let ``independent factors obey the product rule, independent centered summands add`` () =
    let pairs = Gen.zip3 closedNetworks.Generator closedNetworks.Generator plainData.Generator

    let isEven net =
        match Calculus.analyse (toLayer net) with
        | Ok signal -> signal.Facts.Uniform
        | Error _ -> false

    let values =
        pairs
        |> Gen.filter (fun (a, b, _) ->
            isEven a && isEven b && Result.isOk (Calculus.analyse (toLayer (Hadamard [ a; b ]))))
        |> fun made -> Arb.fromGenShrink (made, fun _ -> Seq.empty)

    let mutable checked' = 0

    Spec.holds 160 (fun (a, b, rows) -> $"{show a} | {show b} on {showRows rows}") values (fun (a, b, rows) ->
        try
            let last = Leaf(Layer.dense 1.25 0.0)
            let _, (s, t) = both a rows
            let _, (s', t') = both b rows
            let _, (product, tangent) = both (Hadamard [ a; b ]) rows
            let _, (c, d) = both (Serial [ a; last ]) rows
            let _, (c', d') = both (Serial [ b; last ]) rows
            let _, (sum, slope) = both (Sum [ Serial [ a; last ]; Serial [ b; last ] ]) rows
            let scale (k: float[,]) i j = sqrt (abs k[i, i] * abs k[j, j])

            for i, j, x in entries s do
                // Factors that are products themselves multiply in another order: 20 roundings.
                Spec.near "Sigma" (20.0 * 2.3e-16 * scale product i j) (x * s'[i, j]) product[i, j]
                let leibniz = t[i, j] * s'[i, j] + x * t'[i, j]
                Spec.near "Theta" (20.0 * 2.3e-16 * scale tangent i j) leibniz tangent[i, j]
                Spec.same "sum's Sigma" (c[i, j] + c'[i, j]) sum[i, j]
                Spec.same "sum's Theta" (d[i, j] + d'[i, j]) slope[i, j]

            checked' <- checked' + 1
        with KernelUndefinedException _ ->
            ())

    Assert.True(checked' > 40, $"only {checked'} were defined")

[<Fact>]
[<Law "Theta = 0">]
let ``constants cost no training: Theta of what has no weights is 0`` () =
    for net in [ Layer.identity; Layer.constant 2.0; Layer.sum [ Layer.identity; Layer.constant 2.0 ] ] do
        let _, ntk = Kernel.gram (kernelOf net) [| [| 1.0; 2.0 |]; [| -1.0; 0.5 |] |]

        for _, _, x in entries ntk do
            Spec.same "Theta" 0.0 x

[<Fact>]
let ``rows of a different length or without features are refused`` () =
    let kernel = kernelOf (Layer.dense 1.0 0.0)

    for x, x' in
        [ [| [| 1.0 |] |], [| [| 1.0; 2.0 |] |]
          [| [||] |], [| [||] |]
          [| [| 1.0 |]; [||] |], [| [| 1.0 |] |] ] do
        Assert.Throws<ArgumentException>(fun () -> Kernel.cross kernel x x' |> ignore) |> ignore

[<Fact>]
let ``equal networks have equal programs, in which nothing is computed twice`` () =
    Spec.holds 200 show closedNetworks (fun net ->
        let program = (kernelOf (toLayer net)).Program
        Assert.Equal<Instruction[]>(program.Pairs, (kernelOf (toLayer net)).Program.Pairs)

        for part in [ program.Constants; program.Samples; program.Pairs ] do
            let steps = part |> Array.map (fun i -> i.Step, List.ofArray i.Operands)

            let isTable step =
                match step with
                | TableSquare _
                | TableMean _ -> true
                | _ -> false

            let plain = steps |> Array.filter (fun (step, _) -> not (isTable step))
            Assert.Equal(plain.Length, (Array.distinct plain).Length))
