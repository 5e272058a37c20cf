/// The algebra under every kernel: positive semidefinite matrices are closed under + and the Hadamard product, and a
/// signal Sigma + eps Theta, eps^2 = 0, is a dual number over the ring that the two make.
module HadamardNtk.Core.Spec.Schur

open System
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Data
open HadamardNtk.Core.Spec.Generators
open HadamardNtk.Core.Spec.Nets
open HadamardNtk.Core.Spec.Grams
open MathNet.Numerics.LinearAlgebra
open Xunit

type private Square = Matrix<float>

/// The law of DualNumber read in n x n matrices: + is the sum, * the Hadamard product, numbers multiples of all ones.
let private matrices n : Numbers<Square> =
    { Number = fun x -> Matrix<float>.Build.Dense(n, n, x)
      Pi = Matrix<float>.Build.Dense(n, n, Math.PI)
      Apply =
        fun operation operands ->
            match operation, operands with
            | Add, [ a; b ] -> a + b
            | Multiply, [ a; b ] -> a.PointwiseMultiply b
            | _ -> invalidOp $"{operation} is no operation of the ring"
      Expect = fun _ _ _ _ -> invalidOp "no operation of the ring"
      Mean = fun _ _ -> invalidOp "no operation of the ring" }

let private signal id rule = { Id = id; Path = []; Rule = rule; Crosses = []; Facts = Facts.input }

/// What the library's law makes of given signals under a rule of theirs.
let private applyWith crosses (rule: Signal list -> Op<Signal>) (parts: DualNumber<Square> list) =
    let n = parts.Head.Theta.RowCount
    let values = matrices n
    let zero = values.Number 0.0
    let product = { Row = zero; Column = zero; Pair = zero }
    let moments = { Product = product; Average = (zero, zero); FeatureCount = zero }
    let below = parts |> List.mapi (fun i _ -> signal i Op.Input)
    let made = { signal parts.Length (rule below) with Crosses = crosses below }
    DualNumber.step values moments (fun s -> parts[s.Id]) made

let private apply rule parts = applyWith (fun _ -> []) rule parts
let private plus a b = apply Op.Sum [ a; b ]
let private times a b = apply Op.Hadamard [ a; b ]

let private constantLike (a: DualNumber<Square>) c = apply (fun _ -> Op.Constant c) [ a ]

/// A centered signal that has the same second moment at all three places.
let private dual (sigma: Square) (theta: Square) =
    let zero = Matrix<float>.Build.Dense(theta.RowCount, theta.RowCount)
    let moments = { Row = sigma; Column = sigma; Pair = sigma }
    { Sigma = moments; Theta = theta; Mean = lazy (zero, zero); Covariance = lazy moments }

let private equal what (a: DualNumber<Square>) (b: DualNumber<Square>) =
    Assert.True(a.Sigma.Pair.Equals b.Sigma.Pair, $"Sigma of {what}: {a.Sigma.Pair}, not {b.Sigma.Pair}")
    Assert.True(a.Sigma.Row.Equals b.Sigma.Row && a.Sigma.Column.Equals b.Sigma.Column, $"diagonals of {what}")
    Assert.True(a.Theta.Equals b.Theta, $"Theta of {what}: {a.Theta}, not {b.Theta}")

// Whole numbers below 10 keep all sums and products of a few exact.
let private wholes rows columns =
    Gen.choose (-9, 9)
    |> Gen.map float
    |> Gen.arrayOfLength (rows * columns)
    |> Gen.map (fun values -> Matrix<float>.Build.Dense(rows, columns, values))

let private duals n = Gen.map2 dual (wholes n n) (wholes n n)

let private showDual (a: DualNumber<Square>) = $"{a.Sigma.Pair} + eps {a.Theta}"

let private triples =
    Gen.choose (1, 4)
    |> Gen.bind (fun n -> Gen.zip3 (duals n) (duals n) (duals n))
    |> fun made -> Arb.fromGenShrink (made, fun _ -> Seq.empty)

let private forTriples =
    Spec.holds 300 (fun (a, b, c) -> String.concat " | " (List.map showDual [ a; b; c ])) triples

[<Fact>]
let ``signals are a commutative ring under sum and hadamard, with the constants 0 and 1 as units`` () =
    forTriples (fun (a, b, c) ->
        equal "a + b" (plus a b) (plus b a)
        equal "(a + b) + c" (plus (plus a b) c) (plus a (plus b c))
        equal "a * b" (times a b) (times b a)
        equal "(a * b) * c" (times (times a b) c) (times a (times b c))
        equal "a * (b + c)" (times a (plus b c)) (plus (times a b) (times a c))
        equal "a + 0" a (plus a (constantLike a 0.0))
        equal "a * 1" a (times a (constantLike a 1.0))
        equal "a * 0" (constantLike a 0.0) (times a (constantLike a 0.0))
        // Products and sums of three at once are those of two.
        equal "a * b * c" (times (times a b) c) (apply Op.Hadamard [ a; b; c ])
        equal "a + b + c" (plus (plus a b) c) (apply Op.Sum [ a; b; c ]))

[<Fact>]
let ``Theta is the infinitesimal part: it obeys the product rule, and its square vanishes`` () =
    forTriples (fun (a, b, _) ->
        let zero = a.Theta - a.Theta
        let product = times a b
        let leibniz = a.Theta.PointwiseMultiply b.Sigma.Pair + a.Sigma.Pair.PointwiseMultiply b.Theta
        Assert.Equal<Square>(a.Sigma.Pair.PointwiseMultiply b.Sigma.Pair, product.Sigma.Pair)
        Assert.Equal<Square>(leibniz, product.Theta)
        equal "eps^2" (dual zero zero) (times (dual zero a.Theta) (dual zero b.Theta)))

// Schur -----------------------------------------------------------------------------------------------------------

/// G G^T of an n x r matrix G of rank as low as 1, whose rows may be 1e-3 to 1e3 times each other.
let private semidefinite n =
    gen {
        let! r = Gen.choose (1, 6)
        let! g = wholes n r
        let! scales = Gen.arrayOfLength n (Gen.elements [ 1e-3; 0.3; 1.0; 1.0; 1.0; 7.0; 1e3 ])
        let scaled = Matrix<float>.Build.DiagonalOfDiagonalArray scales * g
        return scaled * scaled.Transpose()
    }

let private arePositive =
    Gen.choose (1, 6)
    |> Gen.bind (fun n -> Gen.zip (Gen.two (semidefinite n)) (Gen.two (semidefinite n)))
    |> fun made -> Arb.fromGenShrink (made, fun _ -> Seq.empty)

// With r <= 6 columns an entry of G G^T errs by r eps sqrt(A_ii A_jj), one of a product of two by 13 eps of the same, one
// of Theta, a sum of two of those, by 14; eigenvalues so by 14 eps tr <= 14 n eps lambda_max. The solver adds a few n eps.
let private roundings = 32.0

let private isPositive what (a: Square) =
    let values = a.Evd(Symmetricity.Symmetric).EigenValues |> Seq.map _.Real
    let least, most = Seq.min values, Seq.max values

    let allowed =
        roundings * float a.RowCount * Double.Epsilon + roundings * float a.RowCount * 2.2e-16 * most

    Assert.True(least >= -allowed, $"{what} has the eigenvalues {least} and {most}")

[<Fact>]
let ``sums and Hadamard products of positive semidefinite matrices are positive semidefinite`` () =
    let show ((a: Square, b: Square), (t: Square, u: Square)) = $"{a} | {b} | {t} | {u}"

    Spec.holds 500 show arePositive (fun ((a, b), (t, u)) ->
        let x, y = dual a t, dual b u

        for what, z in [ "sum", plus x y; "product", times x y ] do
            isPositive $"Sigma of a {what}" z.Sigma.Pair
            isPositive $"Theta of a {what}" z.Theta)

[<Fact>]
let ``means that multiply in a sum keep it positive semidefinite: it is the covariances' sum and the square of the means'``
    ()
    =
    let made =
        gen {
            let! n = Gen.choose (1, 5)
            let! g, h = Gen.two (wholes n 3)
            let! m, k = Gen.two (wholes n 1)
            return g * g.Transpose(), h * h.Transpose(), m, k
        }

    let values = Arb.fromGenShrink (made, fun _ -> Seq.empty)

    Spec.holds 300 (sprintf "%A") values (fun (c, d, m, k) ->
        let ones = Matrix<float>.Build.Dense(1, m.RowCount, 1.0)

        // Between samples i and j the mean at the row's sample is m_i, at the column's m_j.
        let withMean (covariance: Square) (mean: Square) =
            let spread = mean * ones

            { dual (covariance + mean * mean.Transpose()) covariance with
                Mean = lazy (spread, spread.Transpose())
                Covariance = lazy { Row = covariance; Column = covariance; Pair = covariance } }

        let sum = applyWith (fun below -> [ below[0], below[1] ]) Op.Sum [ withMean c m; withMean d k ]

        let both = m + k
        Assert.Equal<Square>(c + d + both * both.Transpose(), sum.Sigma.Pair)
        isPositive "Sigma" sum.Sigma.Pair)

[<Fact>]
let ``Oppenheim: det(A o B) >= det A prod B_ii`` () =
    let square n = wholes n n |> Gen.map (fun g -> g * g.Transpose())

    let values =
        Gen.choose (1, 4)
        |> Gen.bind (square >> Gen.two)
        |> Gen.filter (fun (a, b) -> Seq.forall ((<) 0.0) (Seq.append (a.Diagonal()) (b.Diagonal())))
        |> fun made -> Arb.fromGenShrink (made, fun _ -> Seq.empty)

    let unit (a: Square) = a.MapIndexed(fun i j x -> x / sqrt (a[i, i] * a[j, j]))

    Spec.holds 500 (sprintf "%A") values (fun (a, b) ->
        // Both sides divided by prod A_ii B_ii; determinants of unit diagonals are at most 1, and elimination in four
        // rows errs by 4 x 16 x 8 (growth) units in the last place of that.
        let a, b = unit a, unit b
        let product = (times (dual a a) (dual b b)).Sigma.Pair
        let left, right = product.Determinant(), a.Determinant()
        Assert.True(left >= right - 1e-13, $"{left} < {right}"))

// Networks --------------------------------------------------------------------------------------------------------

[<Fact>]
let ``a network times itself is refused, or a square whose Sigma is E phi^4 >= (E phi^2)^2, never a Hadamard square``
    ()
    =
    let p = Layer.name "itself"
    let squared net = Layer.letIn "itself" (toLayer net) (Layer.hadamard [ p; p ])
    let mutable refused, greater = 0, 0

    Spec.holds 240 showOnData (onData tameNetworks plainData) (fun (net, rows) ->
        match Calculus.analyse (squared net) with
        | Error refusal ->
            Assert.True(refusal.Reason.Contains "share" || refusal.Reason.Contains "alike", string refusal)
            refused <- refused + 1
        | Ok _ ->
            let sigma, _ = gram (toLayer net) rows
            let square, _ = gram (squared net) rows

            for i in 0 .. rows.Length - 1 do
                let independent = sigma[i, i] * sigma[i, i]
                // Equality where phi^2 is constant (sign, constants, w = 0), to the roundings of a deep network.
                Assert.True(square[i, i] >= independent * (1.0 - 1e-11), $"{square[i, i]} < {independent}")

                if square[i, i] > 1.1 * independent then
                    greater <- greater + 1)

    Assert.True(refused > 10 && greater > 100, $"{refused} refused, {greater} greater")
