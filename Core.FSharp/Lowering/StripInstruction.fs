namespace HadamardNtk.Core

/// The place of a number that a strip program reads.
type internal StripPlace =
    /// A constant, which is the same at every pair.
    | Constant = 0
    /// A value of the row's sample, which is the same along a strip.
    | Row = 1
    /// A value of a column's sample, one for each pair of the strip.
    | Column = 2
    /// The result of an earlier instruction.
    | Value = 3
    /// x.x'.
    | Product = 4
    /// A known value of a pair of positions.
    | Slice = 5

/// A number that an instruction reads.
[<Struct>]
type internal StripOperand =
    {
        /// The place of the number.
        Place: StripPlace
        /// The index of the number at its place.
        Index: int
    }

/// An operation of strip programs.
type internal StripOperation =
    /// a + b.
    | Add = 0
    /// a - b.
    | Subtract = 1
    /// a b.
    | Multiply = 2
    /// a / b.
    | Divide = 3
    /// a b + c, rounded once.
    | Fma = 4
    /// sqrt(a).
    | Sqrt = 5
    /// exp(a).
    | Exp = 6
    /// atan2(a, b), the angle of the point (b, a).
    | Atan2 = 7
    /// atan2(a, b) for b > 0.
    | AtanRight = 8
    /// rho = a b c, where a = Sigma(x,x') and b and c are the inverse roots of the second moments. Rounding can make
    /// |rho| exceed 1.
    | Correlation = 9
    /// arccos(a).
    | Angle = 10
    /// sqrt((1 - a)(1 + a)).
    | Sine = 11
    /// max(a, |b|).
    | Greatest = 12
    /// 2 if exp(a) may not be small and a is a sum of much greater numbers, of which b is the greatest, and 0
    /// otherwise. The thresholds depend on the precision.
    | Cancelled = 13
    /// E f(u) f(v) by Mehler's series at the correlation a.
    | Series = 14
    /// (1 - a)(1 + a).
    | SineSquared = 15
    /// 1 - (1 - |a|) min(1, b), which is |a|, moved nearer to 1 if b is small.
    | Strained = 17
    /// 1 - min(1, (1 - |a|) b), which is near 1 if 1 - |a| is small compared with 1/b.
    | Near = 21
    /// (a - b)/2 for a = exp(c - m) and b = exp(-c - m), which is exp(-m) sinh(c). It is accurate to the last digits at
    /// small c.
    | OddPart = 16
    /// The number of [-1, 1] that is nearest to a.
    | Clamped = 18
    /// 1 if a = b, -1 if a = -b, and 0 otherwise or if a = 0.
    | Turn = 19
    /// b if a = 0, and c otherwise.
    | IfZero = 20
    /// The sign of a if |a| is 1 up to a few roundings, or greater, and a otherwise.
    | Aligned = 22

/// An instruction on a strip of pairs.
type internal StripInstruction =
    {
        /// The operation.
        Operation: StripOperation
        /// The operands.
        Operands: StripOperand[]
        /// The index of the table of a series, and -1 for other operations.
        Table: int
    }

/// A number that a strip program reads for each sample.
type internal SampleValue =
    /// A value of the samples' part, or a constant of the program.
    | Stored of Operand
    /// sqrt(q).
    | Root of Operand
    /// 1/sqrt(q), and 0 for q = 0.
    | InverseRoot of Operand
    /// 1/sqrt(q), and infinity for q = 0.
    | Slack of Operand
    /// 1/q.
    | Inverse of Operand
    /// sqrt(e/e_t), where a pair is in doubt at any angle for 1 - |rho| below e, and at table t for 1 - |rho| below
    /// e_t. It is a great number for e_t = 0.
    | Steep of table: int
    /// The number of the sample's direction. Rows that are positive multiples of one another share it, opposite rows
    /// have its negative, and rows of zeros have 0.
    | Direction

/// The facts about the samples for which a strip program is made. Pairs to which they do not apply have the same bits
/// without them.
[<Struct>]
type internal StripVariant =
    {
        /// Some rows are proportional. The exact angles of such pairs are not computed and not in doubt.
        Rays: bool
        /// Some samples make a table steep. Pairs that are near by the steepness of that table are in doubt.
        Steep: bool
    }
