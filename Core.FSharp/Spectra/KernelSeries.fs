namespace HadamardNtk.Core

open System

/// The power series kappa(t) = sum_j a_j t^j of a network's kernel at samples x, x' with x.x/d = x'.x'/d = 1 and x.x'/d
/// = t. All second moments of single samples are constants there, and a pair's part of the program is evaluated in the
/// arithmetic of power series.
[<RequireQualifiedAccess>]
module internal KernelSeries =
    let private number = DoubleDouble.ofFloat
    let private zero, one = number 0.0, number 1.0

    /// Bounds on the coefficients of a sum over n >= count of b_n rho^n with b_n >= 0, whose sum is given. Those of rho
    /// are not negative and add up to at most 1, so that the coefficient of t^j in rho^n is at most rho(x)^n x^-j for
    /// every x in (0, 1].
    let private beyondOf radius (rho: PowerSeries) count sum =
        let bounds =
            [| for x in [ 1.0; 0.9; 0.8; 0.7; 0.6; 0.5; 0.4; 0.3; 0.2; 0.1; 0.03; 0.01; 1e-3; 1e-4 ] do
                   let mutable value, power = 0.0, 1.0

                   for j in 0 .. rho.Length - 1 do
                       value <- value + abs rho[j].Hi * power
                       power <- power * (x / radius)

                   struct (float count * log (min 1.0 value), log (radius / x)) |]

        fun j ->
            if sum = 0.0 then
                0.0
            else
                let least = bounds |> Array.map (fun (struct (a, b)) -> a + float j * b) |> Array.min
                sum * exp (min 600.0 least)

    /// The values of the series at which a program is evaluated: one for each instruction of a pair.
    let private evaluate told order radius (program: Program) (interpreter: Interpreter<DoubleDouble, _>) =
        let state: SampleState<DoubleDouble> = interpreter.Sample(one, zero)
        let constants = interpreter.Constants |> Array.map PowerSeries.constant
        let sample = state.Values |> Array.map PowerSeries.constant
        let pairs: PowerSeries[] = Array.zeroCreate program.Pairs.Length

        let at (o: Operand) =
            match o.Bank with
            | Bank.Constants -> constants[o.Index]
            | Bank.Pairs -> pairs[o.Index]
            | _ -> sample[o.Index]

        // The gap and the angle of one signal have s^2 + c^2 = q1 q2, which does not depend on t.
        let isAngleOfGap (operands: Operand[]) =
            operands[0].Bank = Bank.Pairs
            && (let gap = program.Pairs[operands[0].Index]
                gap.Step = Compute Gap && gap.Operands[2] = operands[1])

        // For u and v with the variance q, E f(u) f(v) = sum_n a_n^2 rho^n.
        let expectation told t (operands: Operand[]) =
            let table = state.Tables[t]
            let c, q = at operands[0], at operands[1]

            let struct (coefficients, beyond), relative =
                match table.Precise, table.Function.Precise with
                | null, _
                | _, None -> struct (table.Coefficients |> Array.map number, Array.last table.Tails), 1e-15
                | table, Some precise -> PreciseExpectation.firstCoefficients table precise order, 1e-30

            let size = relative * sqrt table.Square
            let squares = coefficients |> Array.map (fun a -> a * a)
            let errors = coefficients |> Array.map (fun a -> 2.0 * abs a.Hi * size + size * size)
            let rho = PowerSeries.scale (one / q[0]) c
            let parity = Parity.composition table.Function.Parity (PowerSeries.parity rho)

            PowerSeries.composeTold told order squares errors rho
            |> PowerSeries.blurred order parity (beyondOf radius rho coefficients.Length beyond)

        // The square of a multiple of a gap is a polynomial in second moments. The gap itself has a singularity where
        // its square has none.
        let rec squareOf (o: Operand) =
            let instruction = if o.Bank = Bank.Pairs then Some program.Pairs[o.Index] else None

            match instruction |> Option.map (fun i -> i.Step, i.Operands) with
            | Some(Compute Gap, operands) ->
                let square = PowerSeries.multiply order (at operands[2]) (at operands[2])
                PowerSeries.subtract order (PowerSeries.multiply order (at operands[0]) (at operands[1])) square
            | Some(Compute Multiply, operands) ->
                PowerSeries.multiply order (squareOf operands[0]) (squareOf operands[1])
            | _ -> PowerSeries.multiply order (at o) (at o)

        let compute index operation (operands: Operand[]) =
            let a i = at operands[i]

            if operands |> Array.forall (fun o -> PowerSeries.isConstant (at o)) then
                Expr.perform (DoubleDoubleArithmetic()) operation (fun i -> (a i)[0]) |> PowerSeries.constant
            else
                match operation with
                | Add -> PowerSeries.add order (a 0) (a 1)
                | Subtract -> PowerSeries.subtract order (a 0) (a 1)
                | Multiply -> PowerSeries.multiply order (a 0) (a 1)
                | Divide -> PowerSeries.divide order (a 0) (a 1)
                | Sqrt -> PowerSeries.sqrt order (a 0)
                | Exp -> PowerSeries.exp order (a 0)
                | Atan2 -> PowerSeries.atan2 order (a 0) (a 1)
                | Gap ->
                    let self = { Bank = Bank.Pairs; Index = index }
                    PowerSeries.sqrt order (squareOf self)
                | Hypotenuse -> PowerSeries.add order (a 0) (squareOf operands[1]) |> PowerSeries.sqrt order
                | Angle when isAngleOfGap operands -> PowerSeries.angle order (a 0) (a 1)
                | Angle -> PowerSeries.atan2 order (a 0) (a 1)
                | ExpSinh ->
                    let m, c = a 0, a 1
                    let up = PowerSeries.exp order (PowerSeries.subtract order c m)
                    let negative = PowerSeries.scale (number -1.0) (PowerSeries.add order c m)
                    let down = PowerSeries.exp order negative
                    PowerSeries.scale (number 0.5) (PowerSeries.subtract order up down)

        program.Pairs
        |> Array.iteri (fun i instruction ->
            let toldOfAll part = told ((float i + part) / float pairs.Length)

            toldOfAll 0.0

            pairs[i] <-
                match instruction.Step with
                | LoadProduct -> PowerSeries.variable radius
                | TablePair t -> expectation toldOfAll t instruction.Operands
                | Compute operation -> compute i operation instruction.Operands
                | step -> invalidOp $"{step} does not belong to the pairs of a program.")

        pairs, at

    /// The symmetry of a network's functions under x -> -x for all weights, which its kernels inherit.
    let symmetry top =
        let step below signal =
            match signal.Rule with
            | Op.Input -> Odd
            | Op.Constant _ -> Even
            | Op.Dense(_, options, z) -> if options.Bias = 0.0 then below z else Parity.sum Even (below z)
            | Op.Phi(phi, z) -> Parity.composition phi.Function.Parity (below z)
            | Op.LayerNorm(_, z) -> below z
            | Op.Viewed _
            | Op.Attention _
            | Op.Spatial _ -> Signal.onePosition ()
            | Op.Hadamard parts -> parts |> List.map below |> List.reduce Parity.product
            | Op.Sum parts -> parts |> List.map below |> List.reduce Parity.sum
            | Op.Concat parts -> parts |> List.map (snd >> below) |> List.reduce Parity.sum

        Signal.read step top top

    // Below the first, numbers lose the second half of their digits; sums and products reach beyond both.
    let private smallest, largest = 1e-270, 1e270

    let private sizes upTo (a: PowerSeries) =
        seq {
            for j in 0 .. min upTo a.Length - 1 do
                if a[j].Hi <> 0.0 then
                    abs a[j].Hi
        }

    /// The coefficients a_j r^j, j < order, of a kernel's power series, with r > 1 if they become too small otherwise.
    /// It calls `told` with the part that is done for one r.
    let expand (told: float -> unit) order needed symmetry program interpreter (pick: Program -> Operand) =
        let rec attempt radius =
            let pairs, at = evaluate told order radius program interpreter
            let small = pairs |> Array.exists (sizes needed >> Seq.exists (fun x -> x < smallest))

            let great = pairs |> Array.exists (sizes order >> Seq.exists (fun x -> not (x < largest)))

            if great then
                None
            elif small && radius < 65536.0 then
                match attempt (4.0 * radius) with
                | None -> Some struct (at (pick program) |> PowerSeries.symmetric symmetry, radius)
                | found -> found
            else
                Some struct (at (pick program) |> PowerSeries.symmetric symmetry, radius)

        attempt 1.0
