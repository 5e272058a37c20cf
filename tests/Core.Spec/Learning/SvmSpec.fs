/// Support vector machines: the fast solver finds what the dual problem defines.
module HadamardNtk.Core.Spec.SvmSpec

open System
open FsCheck
open FsCheck.FSharp
open HadamardNtk
open HadamardNtk.Core
open MathNet.Numerics.LinearAlgebra
open Xunit

type private Numbers = Matrix<float>

/// Points of which some coincide, the kernel of each pair, which class each is in, and C.
type private Problem = { Kernel: Numbers; Targets: Vector<float>; Cost: float }

let private gaussian (x: float[]) (x': float[]) = exp (-0.5 * (Array.map2 (-) x x' |> Array.sumBy (fun d -> d * d)))
let private linear (x: float[]) (x': float[]) = Array.map2 (*) x x' |> Array.sum

/// Up to `most` points with halves for coordinates, both classes among them.
let private problems kernels most =
    gen {
        let! n, d = Gen.zip (Gen.choose (2, most)) (Gen.choose (1, 3))

        let! points =
            Gen.arrayOfLength n (Gen.arrayOfLength d (Gen.choose (-6, 6) |> Gen.map (fun k -> float k / 2.0)))

        let! classes = Gen.arrayOfLength n (Gen.elements [ 1.0; -1.0 ])
        let! cost = Gen.choose (-6, 6) |> Gen.map (fun k -> 2.0 ** float k)
        let! kernel = Gen.elements kernels
        let targets = classes |> Array.mapi (fun s y -> if s < 2 then 1.0 - 2.0 * float s else y)

        return
            { Kernel = Numbers.Build.Dense(n, n, (fun s t -> kernel points[s] points[t]))
              Targets = Vector<float>.Build.DenseOfArray targets
              Cost = cost }
    }
    |> Arb.fromGen

let private show p =
    $"C = {p.Cost}, y = {List.ofSeq p.Targets}, K = {p.Kernel.ToColumnArrays() |> Array.map List.ofArray |> List.ofArray}"

let private labels p = [| for y in p.Targets -> if y > 0.0 then 0L else 1L |]

let private machine tolerance p =
    let options = SupportVectorOptions(Cost = p.Cost, Tolerance = tolerance)
    GramSupportVectorMachine.Fit(Matrix(p.Kernel.ToArray()), labels p, options)

let private weights (machine: GramSupportVectorMachine) = Vector<float>.Build.DenseOfArray(machine.Weights.Column 0)

/// What rounding leaves of sums such as K beta.
let private rounding p = 1e-15 * float p.Targets.Count * (1.0 + p.Cost * p.Kernel.Diagonal().Sum())

[<Fact>]
[<Law "max over movable up of e - min over movable down of e <= tolerance, e = y - K beta">]
let ``the Karush-Kuhn-Tucker conditions hold to the tolerance that was asked for`` () =
    for tolerance in [ 1e-1; 1e-3; 1e-6 ] do
        Spec.holds 100 show (problems [ gaussian; linear ] 14) (fun p ->
            let fitted = machine tolerance p
            let beta = weights fitted
            Spec.near "sum of beta" (rounding p) 0.0 (beta.Sum())

            for s in 0 .. beta.Count - 1 do
                let least, greatest = SupportVectors.bounds p.Cost p.Targets[s]
                Assert.InRange(beta[s], least, greatest)

            let violation = SupportVectors.violation p.Cost p.Kernel p.Targets beta
            Assert.InRange(violation, 0.0, tolerance + rounding p)
            Spec.near "the violation it states" (rounding p) violation fitted.Violation
            Spec.near "bias" (rounding p) (SupportVectors.bias p.Cost p.Kernel p.Targets beta) fitted.Biases[0])

[<Fact>]
[<Law "0 <= primal - dual <= C n tolerance">]
let ``no other machine is better by more than C n times the tolerance`` () =
    // The gap is sum_s C max(0, y_s u_s) - beta_s u_s with u = e - b, and each of its terms is at most C times the violation.
    for tolerance in [ 1e-1; 1e-3; 1e-6 ] do
        Spec.holds 100 show (problems [ gaussian; linear ] 14) (fun p ->
            let fitted = machine tolerance p
            let beta = weights fitted
            let primal = SupportVectors.primal p.Cost p.Kernel p.Targets beta fitted.Biases[0]
            let gap = primal - SupportVectors.dual p.Kernel p.Targets beta
            let size = p.Cost * float beta.Count
            Assert.InRange(gap, -size * rounding p, size * (tolerance + rounding p)))

/// The best of all points at which some beta are at a bound, and the others where no direction within the constraint gains.
let private bestByEnumeration p =
    let n = p.Targets.Count

    let rec states k =
        if k = 0 then
            [ [] ]
        else
            [ for rest in states (k - 1) do
                  for s in 0..2 -> s :: rest ]

    let candidate (state: int[]) =
        let free =
            [| for s in 0 .. n - 1 do
                   if state[s] = 2 then
                       s |]

        let fixedPart =
            Vector<float>
                .Build.Dense(
                    n,
                    (fun s ->
                        match state[s] with
                        | 0 -> 0.0
                        | 1 -> p.Cost * p.Targets[s]
                        | _ -> 0.0)
                )

        let m = free.Length
        let errors = p.Targets - p.Kernel * fixedPart

        let system =
            Numbers.Build.Dense(
                m + 1,
                m + 1,
                (fun i j ->
                    if i < m && j < m then p.Kernel[free[i], free[j]]
                    elif i = m && j = m then 0.0
                    else 1.0)
            )

        let side =
            Vector<float>.Build.Dense(m + 1, (fun i -> if i < m then errors[free[i]] else -fixedPart.Sum()))

        if m = 0 then
            Some fixedPart
        elif system.Rank() <= m then
            None
        else
            let solved = system.Solve side

            Some(
                fixedPart.MapIndexed(fun s b ->
                    match Array.IndexOf(free, s) with
                    | -1 -> b
                    | i -> solved[i])
            )

    let isFeasible (beta: Vector<float>) =
        abs (beta.Sum()) <= rounding p
        && Seq.forall
            (fun s ->
                let least, greatest = SupportVectors.bounds p.Cost p.Targets[s]
                beta[s] >= least - rounding p && beta[s] <= greatest + rounding p)
            [ 0 .. n - 1 ]

    states n
    |> List.choose (Array.ofList >> candidate)
    |> List.filter isFeasible
    |> List.map (SupportVectors.dual p.Kernel p.Targets)
    |> List.max

[<Fact>]
[<Law "dual(beta) = max over all sets of beta at a bound">]
let ``the dual objective is the greatest of all, found by trying which coefficients are at a bound`` () =
    Spec.holds 100 show (problems [ gaussian; linear ] 5) (fun p ->
        let beta = weights (machine 1e-8 p)
        let size = p.Cost * float beta.Count

        Spec.near
            "dual"
            (size * (1e-8 + 10.0 * rounding p))
            (bestByEnumeration p)
            (SupportVectors.dual p.Kernel p.Targets beta))

[<Fact>]
[<Law "beta = min(C, 2 / (K_11 + K_22 - 2 K_12)), b = 1/2 beta (K_22 - K_11)">]
let ``the machine of two points is known in closed form`` () =
    Spec.holds 200 show (problems [ gaussian; linear ] 2) (fun p ->
        let k = p.Kernel
        let curvature = k[0, 0] + k[1, 1] - 2.0 * k[0, 1]
        let beta = min p.Cost (2.0 / curvature)
        let fitted = machine 1e-6 p
        Spec.near "beta" (1e-14 * beta) beta fitted.Weights[0, 0]
        Spec.near "-beta" (1e-14 * beta) -beta fitted.Weights[1, 0]
        Spec.near "b" (rounding p) (0.5 * beta * (k[1, 1] - k[0, 0])) fitted.Biases[0])

[<Fact>]
[<Law "K -> s K, C -> C/s: the same f, to the last bit where s is a power of 2">]
let ``a machine does not see the size of its kernel when its cost is scaled back`` () =
    Spec.holds 200 show (problems [ gaussian; linear ] 14) (fun p ->
        let expected = (machine 1e-3 p).Decide(Matrix(p.Kernel.ToArray()))

        for s in [ 2.0 ** -30.0; 2.0; 2.0 ** 40.0 ] do
            let scaled = { p with Kernel = s * p.Kernel; Cost = p.Cost / s }
            let actual = (machine 1e-3 scaled).Decide(Matrix(scaled.Kernel.ToArray()))
            Array.iter2 (Spec.same $"f at scale {s}") expected.Data actual.Data)

/// f without b at the samples of a problem, from weights of the same or of other samples.
let private directions (cross: Numbers) p = cross * weights (machine 1e-9 p)

/// |w - w'| sqrt K(x, x) for two machines whose objectives are each within C n 1e-9 of the optimum: 1/2 |w - w*|^2 is at most that.
let private apart p =
    2.0 * sqrt (2.0 * p.Cost * float p.Targets.Count * 1e-9 * p.Kernel.Diagonal().Maximum())
    + rounding p

let private areNear p (expected: Vector<float>) (actual: Vector<float>) =
    for s in 0 .. expected.Count - 1 do
        Spec.near $"f - b at sample {s}" (apart p) expected[s] actual[s]

[<Fact>]
[<Law "f is the same for samples in another order">]
let ``the order of samples does not matter`` () =
    Spec.holds 100 show (problems [ gaussian ] 14) (fun p ->
        let n = p.Targets.Count
        let turned = Numbers.Build.Dense(n, n, (fun s t -> p.Kernel[n - 1 - s, n - 1 - t]))
        let targets = Vector<float>.Build.Dense(n, (fun s -> p.Targets[n - 1 - s]))
        let cross = Numbers.Build.Dense(n, n, (fun s t -> p.Kernel[s, n - 1 - t]))
        areNear p (directions p.Kernel p) (directions cross { p with Kernel = turned; Targets = targets }))

[<Fact>]
[<Law "every sample twice at C/2 = every sample once at C">]
let ``samples given twice at half the cost are samples given once`` () =
    Spec.holds 100 show (problems [ gaussian ] 10) (fun p ->
        let n = p.Targets.Count
        let twice = Numbers.Build.Dense(2 * n, 2 * n, (fun s t -> p.Kernel[s % n, t % n]))
        let targets = Vector<float>.Build.Dense(2 * n, (fun s -> p.Targets[s % n]))
        let cross = Numbers.Build.Dense(n, 2 * n, (fun s t -> p.Kernel[s, t % n]))
        areNear p (directions p.Kernel p) (directions cross { Kernel = twice; Targets = targets; Cost = p.Cost / 2.0 }))
