namespace HadamardNtk.Core

open MathNet.Numerics.LinearAlgebra

/// A loss function of outputs f (n x C) and targets y (n x C).
type Loss =
    /// 1/(2 n C) |f - y|^2.
    | Squared
    /// 1/(n C) sum log(1 + e^{-y f}) for targets -1 and 1.
    | Logistic
    /// 1/n sum_i (log sum_c e^{f_ic} - sum_c y_ic f_ic), where every row of targets holds probabilities.
    | Softmax

/// The losses, and the training dynamics under them.
[<RequireQualifiedAccess>]
module Loss =
    // Returns e^{f - largest} for a row f, and its largest entry.
    let private powers (f: Vector<float>) =
        let largest = f.Maximum()
        f.Map(fun v -> exp (v - largest)), largest

    let private count (f: Matrix<float>) = float (f.RowCount * f.ColumnCount)

    /// The loss L(f, y).
    let value loss (f: Matrix<float>) (y: Matrix<float>) =
        match loss with
        | Squared -> (f - y).PointwisePower(2.0).RowSums().Sum() / (2.0 * count f)
        | Logistic -> f.Map2((fun f y -> Scalar.softplus (-y * f)), y).RowSums().Sum() / count f
        | Softmax ->
            Seq.zip (f.EnumerateRows()) (y.EnumerateRows())
            |> Seq.map (fun (f, y) ->
                let e, largest = powers f
                largest + log (e.Sum()) - y * f)
            |> Seq.average

    /// The gradient of L(f, y) with respect to f, n x C.
    let gradient loss (f: Matrix<float>) (y: Matrix<float>) =
        match loss with
        | Squared -> (f - y) / count f
        | Logistic -> f.Map2((fun f y -> -y * Scalar.sigmoid (-y * f)), y) / count f
        | Softmax ->
            let rows =
                Seq.zip (f.EnumerateRows()) (y.EnumerateRows())
                |> Seq.map (fun (f, y) ->
                    let e, _ = powers f
                    e / e.Sum() - y)

            Matrix<float>.Build.DenseOfRowVectors rows / float f.RowCount

    /// Raised if a flow takes more steps than allowed.
    exception TooManyStepsException of time: float * steps: int with
        /// The message states the time that was reached and a remedy.
        override this.Message =
            $"The flow took {this.steps} steps and has come to time {this.time}; "
            + "ask for earlier times, or scale the targets or the kernel down."

    /// Raised if a flow cannot continue, because its numbers are not finite or no step is small enough.
    exception FlowStoppedException of time: float * isFinite: bool with
        /// The message states the time that was reached and a remedy.
        override this.Message =
            let reason =
                if this.isFinite then
                    "no step is small enough"
                else
                    "its numbers are not finite"

            $"The flow cannot go on from time {this.time}: {reason}; "
            + "scale the targets, the initial function or the kernel down, or raise the tolerance."

    // The exception of a flow that has come to a time and cannot go on.
    let internal halted maximumSteps time reason : exn =
        match reason with
        | RungeKutta.OutOfSteps -> TooManyStepsException(time, maximumSteps)
        | RungeKutta.NotFinite -> FlowStoppedException(time, false)
        | RungeKutta.NoSmallStep -> FlowStoppedException(time, true)

    /// The same as `flow`, and calls `told` with the time that each step has reached.
    let internal flowTold
        told
        loss
        tolerance
        maximumSteps
        (multiply: Matrix<float> -> Matrix<float>)
        (start: Matrix<float>)
        (y: Matrix<float>)
        (times: float list)
        =
        let slope a = -(gradient loss (start + multiply a) y)

        let error (reached: Matrix<float>) (difference: Matrix<float>) =
            let f = start + multiply reached

            (multiply difference).Map2((fun e f -> abs e / (tolerance * (1.0 + abs f))), f).Enumerate()
            |> Seq.fold max 0.0

        let nothing = Matrix<float>.Build.Dense(y.RowCount, y.ColumnCount)
        RungeKutta.solveTold told slope error maximumSteps (halted maximumSteps) nothing times

    /// Solves da/dt = -grad L(f_0 + K a) with a = 0 at time 0, where `multiply` is a -> K a. It returns a (n x C) at
    /// each of the times, which must be finite and in ascending order. The trained function is f_t(x) = f_0(x) + K(x,X)
    /// a(t) everywhere. An adaptive Runge-Kutta method of order 5 keeps the error of K a in each step below `tolerance`
    /// (1 + |f|), entry by entry. It raises TooManyStepsException and FlowStoppedException.
    let flow loss tolerance maximumSteps multiply start y times =
        flowTold ignore loss tolerance maximumSteps multiply start y times
