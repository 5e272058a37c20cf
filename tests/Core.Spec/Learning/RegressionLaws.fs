/// Laws of kernel regression that rounding must not break.
module HadamardNtk.Core.Spec.RegressionLaws

open System
open HadamardNtk.Core
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics
open Xunit

[<Fact>]
[<Law "var(x) >= 0">]
let ``a posterior variance is never negative, though rounding would make it so`` () =
    let n, random = 9, Random 5
    let a = Matrix<float>.Build.Dense(n, 2 * n, (fun _ _ -> random.NextDouble() - 0.5))
    let k = a * a.Transpose()
    let regression = Regression.fit 1e-12 k (Matrix<float>.Build.Dense(n, 1, 1.0))
    // At the training rows it is 1e-12; their own kernels rounded down by 1e-9 leave less than nothing.
    let diagonal = k.Diagonal() * (1.0 - 1e-9)

    for variance in Regression.variance k diagonal regression do
        Spec.same "variance" 0.0 variance

[<Fact>]
[<Law "d/dr log p(y) > 0 below the optimal ridge, < 0 above">]
let ``the marginal likelihood's slope changes its sign at the ridge that maximises it`` () =
    Spec.holds 30 string (FsCheck.FSharp.Gen.choose (1, 10000) |> FsCheck.FSharp.Arb.fromGen) (fun seed ->
        let n, random = 8, Random seed
        let draw rows columns = Matrix<float>.Build.Dense(rows, columns, (fun _ _ -> random.NextDouble() - 0.5))
        let a = draw n 3
        // Targets that a kernel of rank 3 explains in part: the best ridge is neither 0 nor infinity.
        let k, y = a * a.Transpose(), a * draw 3 1 + 0.2 * draw n 1
        let fitted (r: float) = Regression.fit r k y
        let value (p: float[]) = Regression.logMarginalLikelihood (fitted p[0])
        let best, found = Evidence.maximize 1e-12 400 (fun _ _ _ -> ()) value [| 0.1 |]
        Spec.same "value" (value best) found
        Assert.True(Regression.ridgeSlope (fitted (0.9 * best[0])) > 0.0, $"below {best[0]}")
        Assert.True(Regression.ridgeSlope (fitted (1.1 * best[0])) < 0.0, $"above {best[0]}")
        // The slope itself, by central differences.
        let r = 0.7 * best[0]
        let h = 1e-5 * r
        let slope = (value [| r + h |] - value [| r - h |]) / (2.0 * h)
        Spec.near "slope" (1e-6 * (1.0 + abs slope)) slope (Regression.ridgeSlope (fitted r)))

[<Fact>]
[<Law "k(x,x') - K(x,X) (K + r I)^-1 K(X,x') >= 0, its diagonal the posterior variances">]
let ``a posterior covariance is positive semidefinite and has the variances on its diagonal`` () =
    Spec.holds 100 string (FsCheck.FSharp.Gen.choose (1, 10000) |> FsCheck.FSharp.Arb.fromGen) (fun seed ->
        let n, m, random = 6, 4, Random seed
        let a = Matrix<float>.Build.Dense(n + m, 1 + random.Next 12, (fun _ _ -> random.NextDouble() - 0.5))
        let joint = a * a.Transpose()
        let cross, own = joint.SubMatrix(n, m, 0, n), joint.SubMatrix(n, m, n, m)

        let regression =
            Regression.fit 1e-3 (joint.SubMatrix(0, n, 0, n)) (Matrix<float>.Build.Dense(n, 1, 1.0))

        let covariance = Regression.covariance cross own regression
        // K + r I has a condition of 1e4 at most: 1e4 n eps |K| with room.
        let bound = 1e-10 * (1.0 + own.L2Norm())
        Assert.True(covariance.Evd(Symmetricity.Unknown).EigenValues.Real().Minimum() >= -bound)

        let variances = Regression.variance cross (own.Diagonal()) regression

        for i in 0 .. m - 1 do
            Spec.near "variance" bound variances[i] covariance[i, i])

// Some kernel of n samples and m others, targets of two outputs, and a ridge that keeps the condition below 1e4.
let private drawn seed =
    let n, m, random = 7, 4, Random(seed: int)
    let draw rows columns = Matrix<float>.Build.Dense(rows, columns, (fun _ _ -> random.NextDouble() - 0.5))
    let a = draw (n + m) 12
    let joint = a * a.Transpose()

    joint.SubMatrix(0, n, 0, n), joint.SubMatrix(n, m, 0, n), joint.SubMatrix(n, m, n, m), draw n 2

let private seeds = FsCheck.FSharp.Gen.choose (1, 10000) |> FsCheck.FSharp.Arb.fromGen

[<Fact>]
[<Law "y -> a y + b gives a f + b and s -> |a| s">]
let ``predictions with centered targets and an estimated scale go with the unit of the targets`` () =
    Spec.holds 100 string seeds (fun seed ->
        let k, cross, _, y = drawn seed
        let r, random = 1e-2, Random seed
        let a, b = (random.NextDouble() - 0.5) * 200.0, (random.NextDouble() - 0.5) * 200.0

        let predicted (y: Matrix<float>) =
            let fitted = Regression.fit r k (Regression.centered y)
            let means = Regression.means y
            (Regression.predict cross fitted).MapIndexed(fun _ c f -> f + means[c]), Regression.scales fitted

        let mean, scales = predicted y
        let moved, others = predicted (y.Map(fun v -> a * v + b))
        // K + r I has a condition below 1e4, and centering loses the digits that b has over a: |b| n eps.
        let bound = 1e-10 * (1.0 + abs a + abs b)

        for c in 0..1 do
            Spec.near "deviation" bound (abs a * sqrt scales[c]) (sqrt others[c])

            for i in 0 .. mean.RowCount - 1 do
                Spec.near "mean" bound (a * mean[i, c] + b) moved[i, c])

[<Fact>]
[<Law "d/ds^2 log N(y; 0, s^2 (K + r I)) = 0 at s^2 = y^T (K + r I)^-1 y / n">]
let ``the estimated scale maximises the density of the targets`` () =
    Spec.holds 30 string seeds (fun seed ->
        let k, _, _, y = drawn seed
        let r = 1e-2
        let output = y.SubMatrix(0, y.RowCount, 0, 1)
        let density (s2: float) = Regression.logMarginalLikelihood (Regression.fit (s2 * r) (s2 * k) output)
        let best = (Regression.scales (Regression.fit r k output))[0]
        Assert.True(best > 0.0)

        for other in [ 0.8; 0.99; 1.01; 1.25 ] do
            Assert.True(density best > density (other * best), $"at {other} times the scale"))

[<Fact>]
[<Law "level < level' gives an interval inside the other's">]
let ``intervals nest, and hold a normal number as often as they say`` () =
    let levels =
        [ 1e-6; 0.1; 0.5; 0.6826894921370859; 0.9; 0.95; 0.9544997361036416; 0.99; 1.0 - 1e-9; 1.0 - 2e-16 ]

    let widths = levels |> List.map (fun level -> Regression.halfWidth level 2.0)
    Assert.All(widths, (fun width -> Assert.True(Double.IsFinite width)))
    Assert.All(List.pairwise widths, (fun (inner, outer) -> Assert.True(inner < outer)))

    for level, width in List.zip levels widths do
        // Phi and its inverse have 15 digits of their own.
        Spec.near "probability" 1e-13 level (2.0 * Scalar.normalDistribution (width / 2.0) - 1.0)

    Spec.near "one deviation" 1e-12 2.0 (Regression.halfWidth 0.6826894921370859 2.0)

    for level in [ 0.0; 1.0; -0.5; 95.0; nan ] do
        Assert.Throws<ArgumentException>(fun () -> Regression.halfWidth level 1.0 |> ignore) |> ignore

[<Fact>]
[<Law "var(x) < n eps k(x,x) has no digit">]
let ``a variance that rounding decides is known as such`` () =
    let n = 9
    Assert.True(Regression.isDetermined n 2.0 1e-10)
    Assert.False(Regression.isDetermined n 2.0 0.0)
    Assert.False(Regression.isDetermined n 2.0 -1e-12)
    Assert.False(Regression.isDetermined n 2.0 (1.9 * Roundoff.ofSum n))
    // Where the prior has no variance, 0 is exact.
    Assert.True(Regression.isDetermined n 0.0 0.0)

[<Fact>]
[<Law "E f = mean, E (f - mean) (f - mean)^T = cov, singular or not">]
let ``samples of the posterior have its mean and its covariance`` () =
    Spec.holds 10 string seeds (fun seed ->
        let count = 20000
        let k, cross, own, y = drawn seed
        let fitted = Regression.fit 1e-2 k y
        // The last point is the first one again: the covariance is singular, and indefinite by rounding.
        let again (m: Matrix<float>) = m.InsertRow(m.RowCount, m.Row 0)
        let cross, own = again cross, (again (again(own).Transpose())).Transpose()
        let covariance = Regression.covariance cross own fitted
        let covariance = 0.5 * (covariance + covariance.Transpose())
        let root = Regression.root covariance
        Assert.True((root * root.Transpose() - covariance).L2Norm() < 1e-9)
        let mean = (Regression.predict cross fitted).Column 0
        let samples = Regression.samples (int64 seed) count mean covariance
        // Six standard errors: a mean has sqrt(c_ii / N), a product sqrt((c_ii c_jj + c_ij^2) / N); 1e-9 for rounding.
        let within name expected variance actual =
            Spec.near name (1e-9 + 6.0 * sqrt (variance / float count)) expected actual

        let moved = samples.MapIndexed(fun i _ f -> f - mean[i])

        for i in 0 .. mean.Count - 1 do
            within "mean" 0.0 (abs covariance[i, i]) (moved.Row(i).Sum() / float count)

            for j in 0..i do
                let variance = abs (covariance[i, i] * covariance[j, j]) + covariance[i, j] ** 2.0
                within "covariance" covariance[i, j] variance (moved.Row(i) * moved.Row(j) / float count)

        Assert.True((samples.Row(0) - samples.Row(mean.Count - 1)).AbsoluteMaximum() < 1e-5))
