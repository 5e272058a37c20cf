namespace HadamardNtk.Core

open System.Globalization

/// An operation of scalar programs. `IArithmetic` defines its value.
type Operation =
    /// a + b.
    | Add
    /// a - b.
    | Subtract
    /// a b.
    | Multiply
    /// a / b.
    | Divide
    /// sqrt(a).
    | Sqrt
    /// exp(a).
    | Exp
    /// atan2(a, b), the angle of the point (b, a).
    | Atan2
    /// sqrt(max(a b - c^2, 0)).
    | Gap
    /// sqrt(a + b^2).
    | Hypotenuse
    /// atan2(a, b), and pi/2 for a = b = 0.
    | Angle
    /// exp(-a) sinh(b).
    | ExpSinh

/// A scalar expression of a dual activation, in the second moments q1 = Sigma(x,x), q2 = Sigma(x',x') and c =
/// Sigma(x,x') of a Gaussian signal at a pair (x, x').
type Expr =
    /// A constant.
    | Number of float
    /// A constant that depends on an option of the activation, with its derivative by the option.
    | Varying of value: float * slope: float
    /// The ratio of a circle's circumference to its diameter.
    | Pi
    /// q1, the second moment at the sample of the row.
    | Row
    /// q2, the second moment at the sample of the column.
    | Column
    /// c, the second moment at the pair.
    | Pair
    /// An operation on expressions.
    | Apply of Operation * Expr list
    /// E f(u) f(v) for (u, v) ~ N(0, [[q1, c], [c, q2]]), used if there is no closed form.
    | Expect of ScalarFunction
    /// E f(u) for u ~ N(0, q1), used if there is no closed form.
    | Mean of ScalarFunction
    /// E f(v) for v ~ N(0, q2), used if there is no closed form.
    | ColumnMean of ScalarFunction

    /// a + b.
    static member (+)(a, b) =
        match a, b with
        | Number 0.0, x
        | x, Number 0.0 -> x
        | _ -> Apply(Add, [ a; b ])

    /// a - b.
    static member (-)(a, b) =
        match b with
        | Number 0.0 -> a
        | _ -> Apply(Subtract, [ a; b ])

    /// a b.
    static member (*)(a, b) =
        match a, b with
        | Number 0.0, _
        | _, Number 0.0 -> Number 0.0
        | Number 1.0, x
        | x, Number 1.0 -> x
        | _ -> Apply(Multiply, [ a; b ])

    /// a / b.
    static member (/)(a, b) =
        match a, b with
        | Number 0.0, _
        | _, Number 1.0 -> a
        | _ -> Apply(Divide, [ a; b ])

/// A type of values as which expressions can be evaluated: numbers of any `IArithmetic`, instructions of a program, or
/// text.
type internal Numbers<'v> =
    {
        /// A constant.
        Number: float -> 'v
        /// The ratio of a circle's circumference to its diameter.
        Pi: 'v
        /// The value of an operation on values.
        Apply: Operation -> 'v list -> 'v
        /// E f(u) f(v) at the second moments q1, q2 and c.
        Expect: ScalarFunction -> 'v -> 'v -> 'v -> 'v
        /// E f(u) at the second moment q.
        Mean: ScalarFunction -> 'v -> 'v
    }

/// Functions that build, evaluate and print expressions.
[<RequireQualifiedAccess>]
module Expr =
    /// sqrt(a).
    let sqrt a = Apply(Sqrt, [ a ])
    /// exp(a).
    let exp a = Apply(Exp, [ a ])
    /// sqrt(a + b^2).
    let hypotenuse a b = Apply(Hypotenuse, [ a; b ])
    /// atan2(y, x), the angle of the point (x, y).
    let atan2 y x = Apply(Atan2, [ y; x ])
    /// exp(-m) sinh(c).
    let expSinh m c = Apply(ExpSinh, [ m; c ])
    /// s = sqrt(max(q1 q2 - c^2, 0)).
    let gap = Apply(Gap, [ Row; Column; Pair ])
    /// th = atan2(s, c), the angle between the signals of the two samples.
    let angle = Apply(Angle, [ gap; Pair ])

    /// a^k for k = 0, 1, ...
    let rec power k a =
        match k with
        | 0 -> Number 1.0
        | 1 -> a
        | _ -> a * power (k - 1) a

    /// c0 + c1 a + c2 a^2 + ..., by Horner's rule.
    let horner (coefficients: Expr list) a = List.foldBack (fun c sum -> c + a * sum) coefficients (Number 0.0)

    /// The expression with q1 and q2 exchanged.
    let rec mirror expr =
        match expr with
        | Row -> Column
        | Column -> Row
        | Mean f -> ColumnMean f
        | ColumnMean f -> Mean f
        | Apply(operation, operands) -> Apply(operation, List.map mirror operands)
        | other -> other

    /// The value of an expression at the second moments q1, q2 and c.
    let rec internal evaluate (n: Numbers<'v>) q1 q2 c expr =
        match expr with
        | Number x
        | Varying(x, _) -> n.Number x
        | Pi -> n.Pi
        | Row -> q1
        | Column -> q2
        | Pair -> c
        | Apply(operation, operands) -> n.Apply operation (List.map (evaluate n q1 q2 c) operands)
        | Expect f -> n.Expect f q1 q2 c
        | Mean f -> n.Mean f q1
        | ColumnMean f -> n.Mean f q2

    /// The value of an operation in a number type.
    let inline internal perform
        (arithmetic: 'A :> IArithmetic<'T>)
        operation
        ([<InlineIfLambda>] operand: int -> 'T)
        : 'T =
        match operation with
        | Add -> arithmetic.Add(operand 0, operand 1)
        | Subtract -> arithmetic.Subtract(operand 0, operand 1)
        | Multiply -> arithmetic.Multiply(operand 0, operand 1)
        | Divide -> arithmetic.Divide(operand 0, operand 1)
        | Sqrt -> arithmetic.Sqrt(operand 0)
        | Exp -> arithmetic.Exp(operand 0)
        | Atan2 -> arithmetic.Atan2(operand 0, operand 1)
        | Gap -> arithmetic.Gap(operand 0, operand 1, operand 2)
        | Hypotenuse -> arithmetic.Hypotenuse(operand 0, operand 1)
        | Angle -> arithmetic.Angle(operand 0, operand 1)
        | ExpSinh -> arithmetic.ExpSinh(operand 0, operand 1)

    /// An operation that is left out where constants tell that its result is one of its operands: x + 0, 1 x and 0 x.
    /// That changes no bit of a finite value but the sign of a zero.
    let perhaps (isConstant: float -> 'v -> bool) (compute: Operation -> 'v list -> 'v) operation operands =
        let isZero, isOne = isConstant 0.0, isConstant 1.0

        match operation, operands with
        | Add, [ a; b ] when isZero a -> b
        | Add, [ a; b ] when isZero b -> a
        | Multiply, [ a; b ] when isZero a || isOne b -> a
        | Multiply, [ a; b ] when isZero b || isOne a -> b
        | _ -> compute operation operands

    /// The values of expressions in a number type, with the given expectations.
    let internal inArithmetic (arithmetic: 'A :> IArithmetic<'T>) expect mean : Numbers<'T> =
        { Number = arithmetic.Number
          Pi = arithmetic.Pi
          Apply = fun operation operands -> perform arithmetic operation (fun i -> List.item i operands)
          Expect = expect
          Mean = mean }

    /// The values of expressions in float64.
    let internal floats =
        inArithmetic
            (Float64Arithmetic())
            (fun f q1 q2 c -> Expectation.pair (Expectation.table f q1) (Expectation.table f q2) c)
            (fun f q -> (Expectation.table f q).Mean)

    /// A float64 as networks and formulas write it: the shortest decimal that reads back as the same number.
    let showNumber (x: float) = x.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e")

    /// A number with six digits, for formulas that people read.
    let showShort (x: float) = x.ToString("G6", CultureInfo.InvariantCulture).Replace("E", "e")

    /// The text of an expression, the precedence of its outermost operation (1 sum, 2 product, 3 atom), and its value
    /// if it is a number.
    type private Shown = { Text: string; Strength: int; Value: float option }

    let private shown text strength = { Text = text; Strength = strength; Value = None }

    let private shownNumber (x: float) = { Text = showShort x; Strength = (if x < 0.0 then 1 else 3); Value = Some x }

    let private wrap strength s = if s.Strength < strength then $"({s.Text})" else s.Text

    let private showFunction operation operands =
        match operation, operands with
        | Angle, _ -> "th"
        | Gap, _ -> "s"
        | Hypotenuse, [ a; b ] -> $"sqrt({a.Text} + {wrap 3 b}^2)"
        | _ ->
            sprintf "%s(%s)" ((string operation).ToLowerInvariant()) (operands |> List.map _.Text |> String.concat ", ")
        |> fun text -> shown text 3

    // Constants are folded, so that (0 - 1) (0 - 1) is printed as 1.
    let private showApply operation operands =
        match operation, operands with
        | Add, [ { Value = Some a }; { Value = Some b } ] -> shownNumber (a + b)
        | Subtract, [ { Value = Some a }; { Value = Some b } ] -> shownNumber (a - b)
        | Multiply, [ { Value = Some a }; { Value = Some b } ] -> shownNumber (a * b)
        | Divide, [ { Value = Some a }; { Value = Some b } ] -> shownNumber (a / b)
        | (Add | Subtract), [ a; { Value = Some 0.0 } ]
        | Add, [ { Value = Some 0.0 }; a ] -> a
        | Multiply, [ { Value = Some 1.0 }; a ]
        | Multiply, [ a; { Value = Some 1.0 } ] -> a
        | Multiply, [ { Value = Some 0.0 } as zero; _ ]
        | Multiply, [ _; { Value = Some 0.0 } as zero ] -> zero
        | Subtract, [ { Value = Some 0.0 }; a ] -> shown $"-{wrap 2 a}" 1
        | Add, [ a; b ] -> shown $"{wrap 1 a} + {wrap 2 b}" 1
        | Subtract, [ a; b ] -> shown $"{wrap 1 a} - {wrap 2 b}" 1
        | Multiply, [ a; b ] when a.Text = b.Text -> shown $"{wrap 3 a}^2" 2
        | Multiply, [ a; b ] -> shown $"{wrap 2 a} {wrap 2 b}" 2
        | Divide, [ a; b ] -> shown $"{wrap 2 a}/{wrap 3 b}" 2
        | _ -> showFunction operation operands

    let private texts: Numbers<Shown> =
        { Number = shownNumber
          Pi = shown "pi" 3
          Apply = showApply
          Expect = fun f _ _ _ -> shown $"E[{f.Name}(u) {f.Name}(v)]" 3
          Mean = fun f q -> shown (if q.Text = "q2" then $"E[{f.Name}(v)]" else $"E[{f.Name}(u)]") 3 }

    /// The expression as text in q1, q2 and c, with s = sqrt(q1 q2 - c^2), th = atan2(s, c) and expsinh(m, c) = exp(-m)
    /// sinh(c).
    let show expr = (evaluate texts (shown "q1" 3) (shown "q2" 3) (shown "c" 3) expr).Text
