/// Random expressions in x: their value and slope in floats and in double-double, and the points at which they have kinks.
module HadamardNtk.Core.Spec.Trees

open System
open HadamardNtk.Core

type Tree =
    | X
    | Constant of float
    | Add of Tree * Tree
    | Subtract of Tree * Tree
    | Multiply of Tree * Tree
    | Divide of Tree * Tree
    | Maximum of Tree * Tree
    | Minimum of Tree * Tree
    | Absolute of Tree
    | Sign of Tree
    | Exponential of Tree
    | Logarithm of Tree
    | Root of Tree
    | Sine of Tree
    | Tanh of Tree
    | Power of Tree * int
    | Clamp of Tree * float * float
    /// if a < b then c else d
    | Choice of Tree * Tree * Tree * Tree

let rec show tree =
    let two word a b = $"{word}({show a}, {show b})"
    let one word a = $"{word}({show a})"

    match tree with
    | X -> "x"
    | Constant c -> string c
    | Add(a, b) -> $"({show a} + {show b})"
    | Subtract(a, b) -> $"({show a} - {show b})"
    | Multiply(a, b) -> $"({show a} * {show b})"
    | Divide(a, b) -> $"({show a} / {show b})"
    | Maximum(a, b) -> two "max" a b
    | Minimum(a, b) -> two "min" a b
    | Absolute a -> one "abs" a
    | Sign a -> one "sign" a
    | Exponential a -> one "exp" a
    | Logarithm a -> one "log" a
    | Root a -> one "sqrt" a
    | Sine a -> one "sin" a
    | Tanh a -> one "tanh" a
    | Power(a, k) -> $"{show a}^{k}"
    | Clamp(a, lower, upper) -> $"clamp({show a}, {lower}, {upper})"
    | Choice(a, b, c, d) -> $"({show a} < {show b} ? {show c} : {show d})"

/// The operations on numbers with slopes.
type Numbers<'n> =
    { Number: float -> 'n
      Add: 'n -> 'n -> 'n
      Multiply: 'n -> 'n -> 'n
      Divide: 'n -> 'n -> 'n
      Exp: 'n -> 'n
      Log: 'n -> 'n
      Sqrt: 'n -> 'n
      SinCos: 'n -> struct ('n * 'n)
      Tanh: 'n -> 'n
      IsLess: 'n -> 'n -> bool }

let rec private evaluate (n: Numbers<'n>) (x: 'n) tree : struct ('n * 'n) =
    let at = evaluate n x
    let zero, one = n.Number 0.0, n.Number 1.0
    let negate a = n.Multiply (n.Number -1.0) a
    let minus a b = n.Add a (negate b)

    let sign a =
        if n.IsLess a zero then n.Number -1.0
        elif n.IsLess zero a then one
        else zero

    let times (struct (a, a')) (struct (b, b')) = struct (n.Multiply a b, n.Add (n.Multiply a' b) (n.Multiply a b'))

    let rec power value k = if k = 0 then struct (one, zero) else times value (power value (k - 1))

    match tree with
    | X -> struct (x, one)
    | Constant c -> struct (n.Number c, zero)
    | Add(a, b) ->
        let struct (a, a'), struct (b, b') = at a, at b
        struct (n.Add a b, n.Add a' b')
    | Subtract(a, b) ->
        let struct (a, a'), struct (b, b') = at a, at b
        struct (minus a b, minus a' b')
    | Multiply(a, b) -> times (at a) (at b)
    | Divide(a, b) ->
        let struct (a, a'), struct (b, b') = at a, at b
        let quotient = n.Divide a b
        struct (quotient, n.Divide (minus a' (n.Multiply quotient b')) b)
    | Maximum(a, b) ->
        let a, b = at a, at b
        let struct (u, _), struct (v, _) = a, b
        if n.IsLess u v then b else a
    | Minimum(a, b) ->
        let a, b = at a, at b
        let struct (u, _), struct (v, _) = a, b
        if n.IsLess v u then b else a
    | Absolute a ->
        let struct (a, a') = at a
        struct (n.Multiply (sign a) a, n.Multiply (sign a) a')
    | Sign a ->
        let struct (a, _) = at a
        struct (sign a, zero)
    | Exponential a ->
        let struct (a, a') = at a
        let e = n.Exp a
        struct (e, n.Multiply e a')
    | Logarithm a ->
        let struct (a, a') = at a
        struct (n.Log a, n.Divide a' a)
    | Root a ->
        let struct (a, a') = at a
        let root = n.Sqrt a
        struct (root, n.Divide a' (n.Multiply (n.Number 2.0) root))
    | Sine a ->
        let struct (a, a') = at a
        let struct (s, c) = n.SinCos a
        struct (s, n.Multiply c a')
    | Tanh a ->
        let struct (a, a') = at a
        let t = n.Tanh a
        struct (t, n.Multiply (minus one (n.Multiply t t)) a')
    | Power(a, k) -> power (at a) k
    | Clamp(a, lower, upper) ->
        let struct (a, a') = at a

        if n.IsLess a (n.Number lower) then struct (n.Number lower, zero)
        elif n.IsLess (n.Number upper) a then struct (n.Number upper, zero)
        else struct (a, a')
    | Choice(a, b, c, d) ->
        let struct (a, _), struct (b, _) = at a, at b
        if n.IsLess a b then at c else at d

let private floats: Numbers<float> =
    { Number = id
      Add = (+)
      Multiply = (*)
      Divide = (/)
      Exp = exp
      Log = log
      Sqrt = sqrt
      SinCos = (fun x -> struct (sin x, cos x))
      Tanh = tanh
      IsLess = (<) }

let private preciseLog (x: DoubleDouble) =
    if not (x.Hi > 0.0 && Double.IsFinite x.Hi) then
        DoubleDouble.ofFloat (log x.Hi)
    else
        let y = DoubleDouble.ofFloat (log x.Hi)
        y + (x * DoubleDouble.exp -y - DoubleDouble.ofFloat 1.0)

let private preciseTanh (x: DoubleDouble) =
    let e = DoubleDouble.expm1 (DoubleDouble.scale -2.0 (DoubleDouble.abs x))
    let t = -e / (e + DoubleDouble.ofFloat 2.0)
    if x.Hi < 0.0 then -t else t

let private precise: Numbers<DoubleDouble> =
    { Number = DoubleDouble.ofFloat
      Add = DoubleDouble.add
      Multiply = DoubleDouble.multiply
      Divide = DoubleDouble.divide
      Exp = DoubleDouble.exp
      Log = preciseLog
      Sqrt = DoubleDouble.sqrt
      SinCos = DoubleDouble.sinCos
      Tanh = preciseTanh
      IsLess = fun a b -> a.Hi < b.Hi || a.Hi = b.Hi && a.Lo < b.Lo }

/// The value and the slope at x in floats, as a user would write them.
let atFloat tree x = evaluate floats x tree

/// The value and the slope at x in double-double.
let atPrecise tree x = evaluate precise x tree

/// What changes its sign where the expression may have a kink.
let rec private switches tree =
    match tree with
    | X
    | Constant _ -> []
    | Add(a, b)
    | Subtract(a, b)
    | Multiply(a, b) -> switches a @ switches b
    | Divide(a, b) -> b :: switches a @ switches b
    | Maximum(a, b)
    | Minimum(a, b) -> Subtract(a, b) :: switches a @ switches b
    | Absolute a
    | Sign a
    | Logarithm a
    | Root a -> a :: switches a
    | Exponential a
    | Sine a
    | Tanh a
    | Power(a, _) -> switches a
    | Clamp(a, lower, upper) -> Subtract(a, Constant lower) :: Subtract(a, Constant upper) :: switches a
    | Choice(a, b, c, d) -> Subtract(a, b) :: List.collect switches [ a; b; c; d ]

let private gridStep = 1.0 / 256.0

/// The points of [-reach, reach] at which a switch changes its sign, by bisection in double-double.
let kinks reach tree =
    let valueOf switch x =
        let struct (v, _) = atPrecise switch (DoubleDouble.ofFloat x)
        v.Hi

    // About 0 the grid is fine, further out as fine as the reach allows.
    let grid =
        let step = max gridStep (reach / 4000.0)

        [| for i in -4000 .. 4000 do
               let x = float i * step

               if abs x <= reach then
                   x |]

    let rec bisect f a b =
        let middle = 0.5 * (a + b)

        if middle <= a || middle >= b then b
        elif (f middle > 0.0) = (f b > 0.0) then bisect f a middle
        else bisect f middle b

    switches tree
    |> List.distinct
    |> List.collect (fun switch ->
        let f = valueOf switch

        grid
        |> Array.map f
        |> Array.pairwise
        |> Array.mapi (fun i (v, w) ->
            if (v > 0.0) <> (w > 0.0) || v = 0.0 then
                Some(if v = 0.0 then grid[i] else bisect f grid[i] grid[i + 1])
            else
                None)
        |> Array.choose id
        |> List.ofArray)
    |> List.distinct
    |> List.sort

/// A random expression of a depth.
let rec random (draw: Random) depth =
    let constant () =
        match draw.Next 3 with
        | 0 -> float (draw.Next(-3, 4))
        | 1 -> Math.Round(4.0 * draw.NextDouble() - 2.0, 2)
        | _ -> Math.Round(20.0 * draw.NextDouble() - 10.0, 1)

    let below () = random draw (depth - 1)

    if depth = 0 then
        if draw.Next 3 = 0 then Constant(constant ()) else X
    else
        match draw.Next 22 with
        | 0
        | 1 -> Add(below (), below ())
        | 2 -> Subtract(below (), below ())
        | 3
        | 4 -> Multiply(below (), below ())
        | 5 -> Divide(below (), below ())
        | 6 -> Divide(below (), Add(Constant 1.0, Power(below (), 2)))
        | 7 -> Maximum(below (), below ())
        | 8 -> Minimum(below (), below ())
        | 9 -> Absolute(below ())
        | 10 -> Sign(below ())
        | 11 -> Exponential(Multiply(Constant -0.5, Power(below (), 2)))
        | 12 -> Exponential(below ())
        | 13 -> Logarithm(Add(Constant 1.0, Absolute(below ())))
        | 14 -> Root(below ())
        | 15 -> Root(Add(Constant 0.5, Power(below (), 2)))
        | 16 -> Sine(below ())
        | 17 -> Tanh(below ())
        | 18 -> Power(below (), draw.Next(2, 5))
        | 19 ->
            let a, b = constant (), constant ()
            Clamp(below (), min a b, max a b)
        | 20 -> Choice(below (), below (), below (), below ())
        | _ -> X
