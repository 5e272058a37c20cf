/// Every activation of the notation, with its function written once more.
module HadamardNtk.Core.Spec.DualTable

open System
open MathNet.Numerics
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Integration

/// An activation, its function by another hand, and what quadrature has to know of it.
type Case =
    {
        Activation: Activation
        Phi: float -> float
        Shape: Shape
        /// sqrt(E phi~(u)^2) bounds the rounding of E phi(u)^2, with phi~ the sum of the absolute values of phi's terms.
        Terms: float -> float
        /// The variances at which its moments exist and its 16-point panels suffice.
        Largest: float
        /// Whether the square of phi(u) phi(v) varies little enough to be sampled at q <= 1.
        Sampled: bool
    }

let private sigmoid x = 1.0 / (1.0 + exp -x)
let private normalDistribution x = 0.5 * SpecialFunctions.Erfc(-x / sqrt 2.0)
let private softplus x = if x > 30.0 then x + exp -x else Math.Log(1.0 + exp x)

/// e^x - 1 = 2 e^{x/2} sinh(x/2).
let private expm1 x = if x < -50.0 then -1.0 else 2.0 * exp (x / 2.0) * sinh (x / 2.0)

let private case word options shape phi =
    { Activation = Catalogue.activation word options
      Phi = phi
      Shape = shape
      Terms = phi
      Largest = 100.0
      Sampled = true }

let private kinked = { smooth with Kinked = true }

/// Panels of a wave of wave number b: never longer than 2/b.
let private wave b = { smooth with Longest = 2.0 / b; Finest = min 1.0 (1.0 / b) }

let private kink word options a b = case word options kinked (fun x -> a * min x 0.0 + b * max x 0.0)

/// x^k; the density times x^2k has its peak at sqrt(2k) standard deviations.
let private steep k = { kinked with Reach = 12.0 + sqrt (2.0 * float k) }

let private monomial k =
    { case "monomial" [ "k", [ float k ] ] (steep k) (fun x -> Math.Pow(x, float k)) with
        Sampled = k < 4 }

let private rectified k =
    let phi x =
        if x > 0.0 then Math.Pow(x, float k)
        elif x = 0.0 && k = 0 then 0.5
        else 0.0

    { case "rectified_monomial" [ "k", [ float k ] ] (steep k) phi with Sampled = k < 4 }

/// He_k/sqrt(k!) by h_{k+1} = (x h_k - sqrt(k) h_{k-1})/sqrt(k+1).
let private hermite k =
    let phi x =
        let mutable before, h = 0.0, 1.0

        for i in 0 .. k - 1 do
            let next = (x * h - sqrt (float i) * before) / sqrt (float (i + 1))
            before <- h
            h <- next

        h

    // |He_k(ix)|: every term with the same sign.
    let terms x =
        let mutable before, h = 0.0, 1.0

        for i in 0 .. k - 1 do
            let next = (abs x * h + sqrt (float i) * before) / sqrt (float (i + 1))
            before <- h
            h <- next

        h

    { case "hermite" [ "k", [ float k ] ] (steep k) phi with Sampled = k < 4; Terms = terms }

let private polynomial c =
    let at c x = c |> List.mapi (fun i a -> a * Math.Pow(x, float i)) |> List.sum
    let terms x = at (List.map abs c) (abs x)
    { case "polynomial" [ "c", c ] (steep c.Length) (at c) with Terms = terms }

let private numbers a b c = [ "a", [ a ]; "b", [ b ]; "c", [ c ] ]

let private erf a b c =
    case "erf" (numbers a b c) { smooth with Finest = min 1.0 (1.0 / abs b) } (fun x ->
        a * SpecialFunctions.Erf(b * x) + c)

let private sine word a b c f = case word (numbers a b c) (wave (abs b)) (fun x -> a * f (b * x + c))

let private rbf (gamma: float) =
    let b = sqrt (2.0 * gamma)
    case "rbf" [ "gamma", [ gamma ] ] (wave (max b 0.1)) (fun x -> sqrt 2.0 * sin (b * x + Math.PI / 4.0))

/// e^{2bx} times the density peaks 2 b sigma standard deviations out: 20 for b sigma = 10.
let private exponential a b =
    let shape = { smooth with Reach = 12.0 + 20.0 * abs b; Longest = 2.0 / abs b }
    { case "exp" [ "a", [ a ]; "b", [ b ] ] shape (fun x -> a * exp (b * x)) with Sampled = false }

/// The square's density has variance q/(1 - 4 b q), 5 times q at the largest q where b > 0.
let private gaussian a b =
    let shape =
        if b > 0.0 then
            { smooth with Reach = 30.0 }
        else
            { smooth with Finest = min 1.0 (1.0 / sqrt -b) }

    let largest = if b > 0.0 then 0.2 / b else 100.0

    { case "gaussian" [ "a", [ a ]; "b", [ b ] ] shape (fun x -> a * exp (b * x * x)) with
        Largest = largest
        Sampled = b < 0.0 }

let private plain word shape phi = case word [] shape phi

let private selu x =
    if x < 0.0 then
        1.0507009873554805 * 1.6732632423543772 * expm1 x
    else
        1.0507009873554805 * x

/// Every activation at its default options and at others.
let cases =
    [ kink "relu" [] 0.0 1.0
      kink "abs" [] -1.0 1.0
      plain "sign" kinked (fun x -> float (sign x))
      plain "gelu" smooth (fun x -> x * normalDistribution x)
      plain "sigmoid_like" smooth (fun x -> 0.5 + SpecialFunctions.Erf(x / 2.4020563531719796) / 2.0)
      kink "leaky_relu" [] 0.01 1.0
      kink "leaky_relu" [ "alpha", [ -2.0 ] ] -2.0 1.0
      kink "abrelu" [] 0.0 1.0
      kink "abrelu" [ "a", [ -1.5 ]; "b", [ 0.25 ] ] -1.5 0.25
      kink "abrelu" [ "a", [ 0.7 ]; "b", [ 0.7 ] ] 0.7 0.7
      erf 1.0 1.0 0.0
      erf 2.0 0.5 -0.3
      erf -1.0 3.0 0.0
      sine "sin" 1.0 1.0 0.0 sin
      sine "sin" 1.5 2.0 0.7 sin
      sine "cos" 1.0 1.0 0.0 cos
      sine "cos" 0.5 -0.3 -1.0 cos
      rbf 1.0
      rbf 0.2
      rbf 0.0
      exponential 1.0 1.0
      exponential 0.5 -0.4
      gaussian 1.0 -1.0
      gaussian 2.0 -0.3
      gaussian -0.5 0.1
      for k in [ 0; 1; 2; 3; 6; 10 ] do
          monomial k
      for k in 0..5 do
          rectified k
      for k in [ 0; 1; 2; 3; 5; 10 ] do
          hermite k
      polynomial [ 1.0 ]
      polynomial [ 0.5; -1.0; 0.3; 0.2 ]
      polynomial [ 0.0; 0.0; -1.0; 0.0; 0.25 ]
      plain "tanh" smooth tanh
      plain "sigmoid" smooth sigmoid
      plain "softplus" smooth softplus
      plain "swish" smooth (fun x -> x * sigmoid x)
      plain "elu" kinked (fun x -> if x < 0.0 then expm1 x else x)
      plain "selu" kinked selu
      plain "mish" smooth (fun x -> x * tanh (softplus x)) ]

/// T, T' and the mean of a dual at second moments.
let value (activation: Activation) q1 q2 c = Expr.evaluate Expr.floats q1 q2 c activation.Dual.Value

let slope (activation: Activation) q1 q2 c = Expr.evaluate Expr.floats q1 q2 c activation.Dual.Derivative

let meanAt (activation: Activation) q = Expr.evaluate Expr.floats q q q activation.Dual.Mean

/// The test rows of `cases`, named by the notation.
let names = cases |> List.map (fun c -> string c.Activation) |> List.distinct

let caseOf name = cases |> List.find (fun c -> string c.Activation = name)
