namespace HadamardNtk.Core

/// Total scalar maps.
[<RequireQualifiedAccess>]
module Scalar =
    /// The square.
    let square (x: float) = x * x
