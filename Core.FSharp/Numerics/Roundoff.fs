namespace HadamardNtk.Core

open System

/// The rounding of sums in float64.
[<RequireQualifiedAccess>]
module internal Roundoff =
    /// 2^-52, the distance from 1 to the next number.
    let epsilon = Math.ScaleB(1.0, -52)

    /// n 2^-52. A number that is at most this part of the largest of n numbers counts as 0 where it was computed from
    /// all of them: an eigenvalue beside the largest, a pivot beside its diagonal entry.
    let ofSum (n: int) = float n * epsilon
