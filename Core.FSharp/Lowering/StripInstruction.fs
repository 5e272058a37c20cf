namespace HadamardNtk.Core

/// Where a strip program finds a number.
type StripPlace =
    /// A constant: the same at every pair.
    | Constant = 0
    /// A value of the row's sample: the same along a strip.
    | Row = 1
    /// A value of the columns' samples: one a pair of the strip.
    | Column = 2
    /// What an earlier instruction gave.
    | Value = 3
    /// x.x'
    | Product = 4

/// A number that an instruction reads.
[<Struct>]
type StripOperand =
    {
        /// Where it is found.
        Place: StripPlace
        /// Its number there.
        Index: int
    }

/// What an instruction of a strip program does.
type StripOperation =
    /// a + b
    | Add = 0
    /// a - b
    | Subtract = 1
    /// a b
    | Multiply = 2
    /// a / b
    | Divide = 3
    /// a b + c, rounded once
    | Fma = 4
    /// sqrt(a)
    | Sqrt = 5
    /// exp(a)
    | Exp = 6
    /// The angle of the point (b, a).
    | Atan2 = 7
    /// The angle of the point (b, a), b > 0.
    | AtanRight = 8
    /// rho = a b c for a = Sigma(x,x'), b and c the inverse roots of the second moments. Rounding can take it past 1.
    | Correlation = 9
    /// arccos a
    | Angle = 10
    /// sqrt((1 - a)(1 + a))
    | Sine = 11
    /// max(a, |b|)
    | Greatest = 12
    /// 2 where an exponential of a may not be small and a is a sum of much greater numbers, b the greatest of them; else 0.
    /// How much greater, and how far off a may be, depends on the precision.
    | Cancelled = 13
    /// E f(u) f(v) by Mehler's series at the correlation a.
    | Series = 14
    /// (1 - a)(1 + a)
    | SineSquared = 15
    /// 1 - (1 - |a|) min(1, b): |a|, nearer to 1 where b is small.
    | Strained = 17
    /// 1 - min(1, (1 - |a|) b): near to 1 where |a| is near to 1 as measured by b.
    | Near = 21
    /// (a - b)/2 for a = exp(c - m), b = exp(-c - m), and so exp(-m) sinh(c), exact to its last digits at small c.
    | OddPart = 16
    /// The nearest number from -1 to 1.
    | Clamped = 18
    /// 1 where a = b, -1 where a = -b, 0 elsewhere and where a = 0.
    | Turn = 19
    /// b where a = 0, c elsewhere.
    | IfZero = 20

/// One instruction on a strip of pairs.
type StripInstruction =
    {
        /// What it does.
        Operation: StripOperation
        /// On what.
        Operands: StripOperand[]
        /// The table of a series, else -1.
        Table: int
    }

/// What a strip program reads of a sample.
type SampleValue =
    /// A value of the samples' part or a constant of the program.
    | Stored of Operand
    /// sqrt(q)
    | Root of Operand
    /// 1/sqrt(q), 0 where q = 0
    | InverseRoot of Operand
    /// 1/sqrt(q), infinity where q = 0
    | Slack of Operand
    /// 1/q
    | Inverse of Operand
    /// sqrt(e/e_t) for the 1 - |rho| that is in doubt at any angle, e, and that at which table t is, e_t; a great number
    /// where e_t = 0.
    | Steep of table: int
    /// The number of its direction, which it shares with the rows that are positive multiples of it; that of opposite rows
    /// is the negative one, that of a row of zeros is 0.
    | Direction

/// What a strip program is to know of its samples: all others are computed without it, to the same bits.
[<Struct>]
type StripVariant =
    {
        /// Some rows are proportional: the angles that these have exactly are neither computed nor in doubt.
        Rays: bool
        /// Some samples make a table steep: pairs as near as that are in doubt.
        Steep: bool
    }
