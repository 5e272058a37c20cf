namespace HadamardNtk.Core

open System
open System.Numerics

/// The alignment of two rows, decided without rounding.
type internal Alignment =
    /// The rows are not proportional, or one of them is zero.
    | Apart = 0
    /// x' = k x for some k > 0.
    | Along = 1
    /// x' = k x for some k < 0.
    | Against = -1

/// The alignment of two rows of a data matrix.
[<RequireQualifiedAccess>]
module internal Alignment =
    /// Writes |x| = m 2^e with an odd integer m and returns (m, e); x must not be zero.
    let private oddPart (x: float) =
        let bits = BitConverter.DoubleToUInt64Bits(abs x)
        let exponent, fraction = int (bits >>> 52), bits &&& 0xFFFFFFFFFFFFFUL

        let whole, e =
            if exponent = 0 then
                fraction, -1074
            else
                (fraction ||| (1UL <<< 52)), exponent - 1075

        let zeros = BitOperations.TrailingZeroCount whole
        struct (whole >>> zeros, e + zeros)

    /// Tests a b = c d exactly, in integer arithmetic that cannot overflow; none of the four may be zero.
    let private areEqual a b c d =
        let struct (ma, ea), struct (mb, eb) = oddPart a, oddPart b
        let struct (mc, ec), struct (md, ed) = oddPart c, oddPart d

        ea + eb = ec + ed
        && ((a < 0.0) <> (b < 0.0)) = ((c < 0.0) <> (d < 0.0))
        && Math.BigMul(ma, mb) = Math.BigMul(mc, md)

    // If the rounded products differ, the exact products differ too.
    let private haveEqualProducts (a: float) (b: float) c d =
        if b = 0.0 || c = 0.0 then b = c else a * b = c * d && areEqual a b c d

    let private firstNonZero (x: ReadOnlySpan<float>) =
        let mutable k = 0

        while k < x.Length && x[k] = 0.0 do
            k <- k + 1

        k

    /// The alignment of two rows of equal length. They are proportional if x_k x'_j = x_j x'_k for all j, where x_k is
    /// the first entry of x that is not zero.
    let ofRows (x: ReadOnlySpan<float>, x': ReadOnlySpan<float>) =
        let k = firstNonZero x

        if k = x.Length || x'[k] = 0.0 then
            Alignment.Apart
        else
            let mutable j = 0

            while j < x.Length && haveEqualProducts x[k] x'[j] x[j] x'[k] do
                j <- j + 1

            if j < x.Length then Alignment.Apart
            elif (x[k] > 0.0) = (x'[k] > 0.0) then Alignment.Along
            else Alignment.Against
