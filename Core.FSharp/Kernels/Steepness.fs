namespace HadamardNtk.Core

open System
open System.Collections.Concurrent

/// The distances from the angles 0 and pi within which expectations of functions depend on more digits of a correlation
/// than a precision has. They are computed once for each function and interval of variances. The class is safe to share
/// between threads. The tolerances are `times` as great as usual.
[<Sealed>]
type internal Steepness(functions: ScalarFunction[], times: float) =
    let known = ConcurrentDictionary<struct (int * int * bool), float>()

    // The tolerances are a fifth of those of kernels, because a network has several layers.
    let limits isSingle =
        if isSingle then
            struct (Math.ScaleB(1.0, -24), times * 4e-7)
        else
            struct (Math.ScaleB(1.0, -53), times * 2e-12)

    let make struct (t, index, isSingle) =
        let struct (unit, tolerance) = limits isSingle
        let table = Expectation.table functions[t] (Math.ScaleB(1.0, index) * 1.5)
        Expectation.nearness table unit tolerance

    // A function that is smooth over sqrt(q) is not steep at any angle.
    let isSmooth t isSingle q =
        let struct (unit, tolerance) = limits isSingle
        let f = functions[t]

        not (q > 0.0 && Double.IsFinite q)
        || 16.0 * unit * q <= tolerance * f.Scale * f.Scale
        || ScalarFunction.jumps f

    /// With the usual tolerances.
    new(functions) = Steepness(functions, 1.0)

    /// The value of 1 - |rho| below which E f(u) f(v) is in doubt, for function t at variance q in float32 or float64.
    /// It is 0 if there is no doubt. It is also 0 for functions that jump, which are in doubt near the angles 0 and pi
    /// in any case.
    member _.At(t, q: float, isSingle) =
        if isSmooth t isSingle q then
            0.0
        else
            known.GetOrAdd(struct (t, Math.ILogB q, isSingle), make)

    /// The geometric mean of `At` at the variances of a pair, in float64.
    member this.Double t q1 q2 = sqrt (this.At(t, q1, false) * this.At(t, q2, false))
