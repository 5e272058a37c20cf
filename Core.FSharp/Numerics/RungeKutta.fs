namespace HadamardNtk.Core

open System
open MathNet.Numerics.LinearAlgebra

/// Steps and solutions of an ordinary differential equation dy/dt = slope(y). Source: Dormand and Prince, A family of
/// embedded Runge-Kutta formulae (1980).
[<RequireQualifiedAccess>]
module internal RungeKutta =
    // The coefficients of the Dormand-Prince pair of orders 5 and 4: the stages, and the difference of the two results.
    let private stages =
        [ [ 1.0 / 5.0 ]
          [ 3.0 / 40.0; 9.0 / 40.0 ]
          [ 44.0 / 45.0; -56.0 / 15.0; 32.0 / 9.0 ]
          [ 19372.0 / 6561.0; -25360.0 / 2187.0; 64448.0 / 6561.0; -212.0 / 729.0 ]
          [ 9017.0 / 3168.0; -355.0 / 33.0; 46732.0 / 5247.0; 49.0 / 176.0; -5103.0 / 18656.0 ]
          [ 35.0 / 384.0; 0.0; 500.0 / 1113.0; 125.0 / 192.0; -2187.0 / 6784.0; 11.0 / 84.0 ] ]

    let private difference =
        [ 71.0 / 57600.0
          0.0
          -71.0 / 16695.0
          71.0 / 1920.0
          -17253.0 / 339200.0
          22.0 / 525.0
          -1.0 / 40.0 ]

    let private combine (weights: float list) (slopes: Matrix<float> list) =
        List.map2 (fun (w: float) (s: Matrix<float>) -> w * s) weights slopes |> List.reduce (+)

    /// A step of size h from y, where the slope is `first`. It returns the new point of order 5, the slope there (the
    /// first of the next step), and the difference to the point of order 4, which estimates the error.
    let step slope (h: float) (y: Matrix<float>) (first: Matrix<float>) =
        let mutable slopes, reached = [ first ], y

        for weights in stages do
            reached <- y + h * combine weights slopes
            slopes <- slopes @ [ slope reached ]

        reached, List.last slopes, h * (combine difference slopes)

    /// The reason why a solution ends before its last time.
    type Halt =
        /// It has taken as many steps as allowed.
        | OutOfSteps
        /// The slope at the start is not finite.
        | NotFinite
        /// No step is small enough.
        | NoSmallStep

    let private isFinite (m: Matrix<float>) = m.Enumerate() |> Seq.forall Double.IsFinite

    /// Solves dy/dt = slope(y) from `start` at time 0. It returns y at each of the times, which must be finite and in
    /// ascending order. Steps are of order 5. Each one has `error reached difference` of at most 1, where `difference`
    /// is the difference of the point `reached` to that of order 4. If the solution cannot go on, it raises what
    /// `halted` makes of the time and the reason. It calls `told` with the time that each step has reached.
    let solveTold
        (told: float -> unit)
        slope
        error
        maximumSteps
        (halted: float -> Halt -> exn)
        (start: Matrix<float>)
        (times: float list)
        =
        let mutable y, first = start, slope start
        let mutable time, h, steps = 0.0, Double.PositiveInfinity, 0

        if not (isFinite first) then
            raise (halted time NotFinite)

        let advance until =
            while time < until do
                if steps = maximumSteps then
                    raise (halted time OutOfSteps)

                steps <- steps + 1
                let size = min h (until - time)

                if time + size = time then
                    raise (halted time NoSmallStep)

                let reached, last, difference = step slope size y first
                let wrong: float = error reached difference
                let factor = if wrong = 0.0 then 5.0 else min 5.0 (max 0.2 (0.9 * Math.Pow(wrong, -0.2)))

                if wrong <= 1.0 then
                    y <- reached
                    first <- last
                    time <- if size = until - time then until else time + size
                    told time

                h <- if Double.IsFinite wrong then size * factor else size * 0.1

            y

        times |> List.map advance

    /// The same solution, which is told to nobody.
    let solve slope error maximumSteps halted start times = solveTold ignore slope error maximumSteps halted start times
