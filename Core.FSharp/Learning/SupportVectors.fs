namespace HadamardNtk.Core

open MathNet.Numerics.LinearAlgebra

/// The support vector machine of two classes (C-SVC), by dense linear algebra. These functions define the results of
/// the fast solver. K is n x n, y has 1 or -1 for each sample, and c is the cost C. The dual problem is to maximize sum
/// y_s beta_s - 1/2 beta^T K beta over sum beta_s = 0, with beta_s in [0, C] for y_s = 1 and in [-C, 0] for y_s = -1.
/// Here beta_s is y_s alpha_s of the textbooks. The machine is f(x) = sum beta_s K(x, x_s) + b.
[<RequireQualifiedAccess>]
module SupportVectors =
    /// The lower and the upper bound of beta_s.
    let bounds c y = if y > 0.0 then 0.0, c else -c, 0.0

    /// The dual objective sum y_s beta_s - 1/2 beta^T K beta.
    let dual (k: Matrix<float>) (y: Vector<float>) (beta: Vector<float>) = y * beta - 0.5 * (beta * k * beta)

    /// The primal objective 1/2 beta^T K beta + C sum max(0, 1 - y_s f(x_s)). No value of the dual is greater.
    let primal c (k: Matrix<float>) (y: Vector<float>) (beta: Vector<float>) (b: float) =
        let slack = (1.0 - y.PointwiseMultiply(k * beta + b)).Map(max 0.0)
        0.5 * (beta * k * beta) + c * slack.Sum()

    /// The samples whose beta can increase, and those whose beta can decrease.
    let movable c (y: Vector<float>) (beta: Vector<float>) =
        let all = [ 0 .. y.Count - 1 ]

        all |> List.filter (fun s -> beta[s] < snd (bounds c y[s])),
        all |> List.filter (fun s -> beta[s] > fst (bounds c y[s]))

    /// The amount by which the greatest error y_s - sum_t K_st beta_t of a beta that can increase exceeds the least
    /// error of a beta that can decrease, or 0. The Karush-Kuhn-Tucker conditions hold if it is 0.
    let violation c (k: Matrix<float>) (y: Vector<float>) (beta: Vector<float>) =
        let errors = y - k * beta

        match movable c y beta with
        | [], _
        | _, [] -> 0.0
        | up, down -> max 0.0 (List.max [ for s in up -> errors[s] ] - List.min [ for s in down -> errors[s] ])

    /// The bias b: the mean error of the samples whose beta is strictly between its bounds. If there are none, it is
    /// the middle of the interval of optimal b, and its end where the labels are all of one class, for which every b
    /// beyond is optimal too.
    let bias c (k: Matrix<float>) (y: Vector<float>) (beta: Vector<float>) =
        let errors = y - k * beta
        let up, down = movable c y beta

        match up |> List.filter (fun s -> List.contains s down) with
        | [] when up.IsEmpty -> List.min [ for s in down -> errors[s] ]
        | [] when down.IsEmpty -> List.max [ for s in up -> errors[s] ]
        | [] -> 0.5 * (List.max [ for s in up -> errors[s] ] + List.min [ for s in down -> errors[s] ])
        | free -> List.average [ for s in free -> errors[s] ]
