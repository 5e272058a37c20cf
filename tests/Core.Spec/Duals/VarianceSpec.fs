/// Dual activations at variances of any size: the closed forms beside 32 digits, and functions that are lines at 0.
[<HadamardNtk.Core.Spec.Chapter "Any variance">]
module HadamardNtk.Core.Spec.VarianceSpec

open System
open FsCheck
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Compiled
open Xunit

let private precise =
    let none () = invalidOp "There is a closed form."
    Expr.inArithmetic (DoubleDoubleArithmetic()) (fun _ _ _ _ -> none ()) (fun _ _ -> none ())

let private wide expr q1 q2 c =
    let number = DoubleDouble.ofFloat
    Expr.evaluate precise (number q1) (number q2) (number c) expr

/// Activations in closed form that are defined at any variance and whose kernels grow no faster than it.
let private activations =
    let word name options = Catalogue.activation name options

    [ word "relu" []
      word "abs" []
      word "sign" []
      word "leaky_relu" []
      word "rectified_monomial" [ "k", [ 0.0 ] ]
      word "gelu" []
      word "erf" []
      word "erf" [ "b", [ 3.0 ] ]
      word "sigmoid_like" []
      word "gaussian" []
      word "gaussian" [ "b", [ -0.3 ] ] ]

/// Variances from 1e-300 to 1e300 and a correlation, near 1 and -1 as often as not.
let private moments =
    gen {
        let! exponent = Gen.choose (-3000, 3000)
        let! apart = Gen.frequency [ 2, Gen.constant 0; 2, Gen.choose (-40, 40); 1, Gen.choose (-3000, 3000) ]
        let! distance = Gen.choose (-160, 0)
        let! sign = Gen.elements [ -1.0; 1.0 ]
        let! isEqual = Gen.frequency [ 1, Gen.constant true; 5, Gen.constant false ]
        let power n = 1.2345 * Math.Pow(10.0, float (min 3000 (max -3000 n)) / 10.0)
        let q1, q2 = power exponent, power (exponent + apart)
        let rho = if isEqual then sign else sign * (1.0 - Math.Pow(10.0, float distance / 10.0))

        return
            if isEqual then
                struct (q1, q1, sign * q1)
            else
                struct (q1, q2, rho * (sqrt q1 * sqrt q2))
    }

[<Fact>]
[<Law "T and T' in floats are those of 32 digits, q from 1e-300 to 1e300">]
let ``closed forms keep their digits at any variance`` () =
    let cases = Arb.fromGenShrink (Gen.zip (Gen.elements activations) moments, fun _ -> Seq.empty)
    let show (phi, struct (q1: float, q2: float, c: float)) = $"{string phi} at ({q1:R}, {q2:R}, {c:R})"

    Spec.holds 6000 show cases (fun (phi, struct (q1, q2, c)) ->
        for what, expr in [ "T", phi.Dual.Value; "T'", phi.Dual.Derivative ] do
            let diagonal q = Math.Abs((wide expr q q q).Hi)
            let scale = sqrt (diagonal q1) * sqrt (diagonal q2)
            Assert.True(Double.IsFinite scale, $"{what}: the diagonal is {scale}")
            let expected = (wide expr q1 q2 c).Hi
            Spec.near what (4e-15 * scale) expected (Expr.evaluate Expr.floats q1 q2 c expr))

[<Fact>]
[<Law "gelu: T'(q, q, q) = 1/2 + 1/(4 pi sqrt(2q)) + O(1/q) for large q">]
let ``the tangent of gelu at great variance is that of relu`` () =
    let gelu = Catalogue.activation "gelu" []

    for exponent in 24..8..300 do
        let q = Math.Pow(10.0, float exponent)
        let expected = 0.5 + 1.0 / (4.0 * Math.PI * sqrt (2.0 * q))
        Spec.near $"q = {q}" 1e-15 expected (Expr.evaluate Expr.floats q q q gelu.Dual.Derivative)

    // Near the diagonal with a variance of 1e14, where the sum in brackets once had no digits left.
    let q = 1e14
    let expected = 0.5 + 1.0 / (4.0 * Math.PI * sqrt (2.0 * q))
    Spec.near "q = 1e14" 1e-14 expected (Expr.evaluate Expr.floats q q q gelu.Dual.Derivative)

[<Fact>]
let ``gaps and hypotenuses of 32 digits have any size`` () =
    let number = DoubleDouble.ofFloat

    for e in [ -990; -600; -300; 0; 300; 600; 990 ] do
        let scale x = Math.ScaleB(x, e)
        let s = DoubleDouble.gap (number (scale 2.0)) (number (scale 8.0)) (number (scale 1.0))
        // sqrt(2 8 - 1)
        let expected = DoubleDouble.sqrt (number 15.0)
        Assert.Equal(scale expected.Hi, s.Hi)
        let h = DoubleDouble.hypotenuse (number 3.0) (number (scale 1.0))

        Spec.near
            $"2^{e}"
            (4e-16 * max 2.0 (scale 1.0))
            (if e > 100 then scale 1.0 else Scalar.hypotenuse 3.0 (scale 1.0))
            h.Hi

/// What the functions are near 0, as activations of the notation.
let lines =
    let data = TheoryData<string, string>()

    for word, line in
        [ "tanh", "abrelu(a=1,b=1)"
          "elu", "abrelu(a=1,b=1)"
          "swish", "abrelu(a=0.5,b=0.5)"
          "mish", "abrelu(a=0.6,b=0.6)"
          "selu", "abrelu(a=1.7580993408473766,b=1.0507009873554805)" ] do
        data.Add(word, line)

    data

/// Rows in a plane, near ones, opposite and proportional ones among them.
let private plane scale =
    [| 0.0; 1.0; 1.0 + 1e-4; 1.0 + 1e-9; 2.5; Math.PI; 4.1 |]
    |> Array.mapi (fun i a ->
        let length = scale * (1.0 + float i)
        [| length * cos a; length * sin a |])

[<Theory>]
[<MemberData(nameof lines)>]
[<Law "f(x) = f'(0) x at tiny x: K_f = K of the line, at norms from 1e-60 to 1e-140">]
let ``a function at tiny rows is its slope at 0`` (word: string) (line: string) =
    for exponent in [ -60; -77; -90; -110; -140 ] do
        let rows = plane (Math.Pow(10.0, float exponent))
        let kernel = HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse($"dense {word} dense"))
        let linear = HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse($"dense {line} dense"))

        for kind in kinds do
            let expected =
                linear.Of(kind).Gram(matrix rows, HadamardNtk.GramOptions(Backend = HadamardNtk.Backends.Exact))

            for backend in [ HadamardNtk.Backends.Reference; HadamardNtk.Backends.Exact; HadamardNtk.Backends.Default ] do
                let actual = kernel.Of(kind).Gram(matrix rows, HadamardNtk.GramOptions(Backend = backend))

                for i in 0 .. rows.Length - 1 do
                    for j in 0 .. rows.Length - 1 do
                        // The definition takes the angle of near rows from rounded moments.
                        let tolerance = if backend.Name = "reference" then 1e-7 else 1e-11
                        let scale = sqrt expected[i, i] * sqrt expected[j, j]

                        Spec.near
                            $"1e{exponent}, {kind}, {backend.Name} ({i}, {j})"
                            (tolerance * scale)
                            expected[i, j]
                            actual[i, j]
