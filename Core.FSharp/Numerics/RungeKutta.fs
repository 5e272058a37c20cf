namespace HadamardNtk.Core

open MathNet.Numerics.LinearAlgebra

/// Steps of an ordinary differential equation dy/dt = slope(y). Source: Dormand and Prince, A family of embedded
/// Runge-Kutta formulae (1980).
[<RequireQualifiedAccess>]
module RungeKutta =
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
