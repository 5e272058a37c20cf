namespace HadamardNtk.Core

open System

/// The checks of a function that the user supplies. It must be deterministic and finite, and must have the stated
/// parity and derivative. The checks also bound the relative error of its expectations. A failed check raises
/// ArgumentException with the point at which it failed.
[<RequireQualifiedAccess>]
module internal Inspection =
    let private refuse argument (message: string) = invalidArg argument message

    // The indices of the intervals up to |x| = 16, which standard normal signals do not exceed.
    let private window = [ 0; -1; 1; -2; 2; -3; 3; -4; 4; -5 ]

    /// Wraps the function so that its exceptions become ArgumentExceptions that state x.
    let private guarded argument name (phi: float -> float) x =
        try
            phi x
        with e ->
            raise (ArgumentException($"{name}({Expr.showNumber x}) fails: {e.Message}", argument, e))

    // Irregularly spaced points of (0, 16], with the same number in each octave.
    let private points =
        [ for octave in -8 .. 3 do
              for i in 1..24 do
                  Math.ScaleB(1.0 + float i * 0.6180339887498949 % 1.0, octave) ]

    let private both = points @ List.map (~-) points

    let private checkTwice argument name (apply: float -> float) =
        for x in both do
            let first, second = apply x, apply x

            if Double.IsNaN first then
                refuse argument $"{name}({Expr.showNumber x}) is {first}; it must be a number."

            if not (first.Equals second) then
                refuse
                    argument
                    ($"{name}({Expr.showNumber x}) is {first} at first and {second} the next time; "
                     + "a function has one value.")

    let private checkFinite argument name (apply: float -> float) kinks =
        for x in 0.0 :: kinks do
            let y = apply x

            if not (Double.IsFinite y) then
                refuse argument $"{name}({Expr.showNumber x}) is {y}; it must be a finite number."

    let private checkKinks name kinks =
        for k: float in kinks do
            if not (Double.IsFinite k) then
                refuse "kinks" $"A kink of {name} is at {k}; it must be a finite number."

    // If the function overflows within the window, its expectations may still exist at small variances.
    let private checkResolved argument (f: ScalarFunction) =
        for index in window do
            match f.Resolution.Value.Interval(index).Failure with
            | Some failure when index = 0 || index = -1 || not failure.IsGrowth ->
                refuse argument $"{f.Name} cannot be resolved at x = {Expr.showNumber failure.At}: {failure.Reason}."
            | _ -> ()

        if ScalarFunction.outgrows f then
            let at =
                Seq.initInfinite (fun i -> 1.01 ** float i)
                |> Seq.find (fun x -> not (Double.IsFinite(abs (f.Apply x) + abs (f.Apply -x))))

            refuse
                argument
                ($"{f.Name} grows faster than any exp(b x^2), and overflows at x = {Expr.showNumber at}: "
                 + "no signal has a mean square after it.")

    let private panelsOf (f: ScalarFunction) = window |> Seq.collect (fun i -> f.Resolution.Value.Interval(i).Panels)

    let private inside share (panel: LegendrePanel) = panel.From + share * (panel.To - panel.From)

    let private checkParity (f: ScalarFunction) =
        let sign = if f.Parity = Odd then -1.0 else 1.0
        let word = if f.Parity = Odd then "odd" else "even"
        let within = panelsOf f |> Seq.collect (fun p -> [ inside 0.13 p; inside 0.59 p; inside 0.91 p ])

        let scale x = max (abs (f.Apply x)) (f.Resolution.Value.Interval(Resolution.IndexOf x).Greatest)

        let check x =
            let here, there = f.Apply x, f.Apply -x

            if Double.IsFinite here && not (abs (there - sign * here) <= 1e-12 * scale x) then
                refuse
                    "parity"
                    $"{f.Name} is not {word} at x = {Expr.showNumber x}: it is {here} there and {there} at -x."

        if f.Parity <> Neither then
            check 0.0
            both |> Seq.append within |> Seq.iter check

    // The derivative is compared with the measured slope at points, and its integral with the rise of the function.
    let private checkDerivative (f: ScalarFunction) (slopes: ScalarFunction) (d: ScalarFunction) =
        let check (panel: LegendrePanel) (slope: LegendrePanel) =
            let width = panel.To - panel.From
            let allowed = 1e-7 * slope.Greatest + 8.0 * slope.Residual + 1e-12 * panel.Greatest / width

            for share in [ 0.07; 0.29; 0.5; 0.67; 0.93 ] do
                let x = inside share panel
                let given, found = d.Apply x, LegendrePanel.evaluate slope x

                if not (abs (given - found) <= allowed) then
                    refuse
                        "derivative"
                        ($"The derivative of {f.Name} is {given} at x = {Expr.showNumber x}, "
                         + $"where {f.Name} has the slope {found}.")

            let rise = LegendrePanel.evaluate panel panel.To - LegendrePanel.evaluate panel panel.From
            let there = LegendrePanel.through d.Apply 0 panel.From panel.To
            let integral = width * there.Coefficients[0]
            let most = max panel.Greatest (width * there.Greatest)

            if not (abs (rise - integral) <= 1e-11 * most + width * there.Residual + panel.Residual) then
                let x = Expr.showNumber (inside 0.5 panel)

                refuse
                    "derivative"
                    ($"The derivative of {f.Name} has the integral {integral} about x = {x}, "
                     + $"where {f.Name} rises by {rise}.")

        Seq.zip (panelsOf f) (panelsOf slopes)
        |> Seq.filter (fun (panel, slope) ->
            slope.Coefficients.Length > 1 && panel.To - panel.From > 1e-9 * abs panel.From)
        |> Seq.iter (fun (panel, slope) -> check panel slope)

    // The tested variances are small, moderate and great. A variance without moments is skipped.
    let private variances = [ 1e-4; 1e-2; 1.0; 1e2 ]

    // The bound is four times the worst error among the tested variances at which that is up to `goodBound`, or four
    // times the least one if there are none. At variances with greater errors expectations are not a number. A function
    // whose bound exceeds `largestBound` is refused.
    let private goodBound, largestBound = 1e-9, 1e-5

    let private bounded argument (f: ScalarFunction) =
        let found = variances |> List.map (Expectation.error f) |> List.filter Double.IsFinite
        let good = found |> List.filter (fun e -> 4.0 * e <= goodBound)
        let errors = if good.IsEmpty then found else good

        match errors with
        | [] ->
            let at = both |> List.maxBy (fun x -> abs (f.Apply x))

            refuse
                argument
                ($"The square of {f.Name} has no mean that a float holds: "
                 + $"{f.Name}({Expr.showNumber at}) is {f.Apply at}.")
        | _ ->
            let worst = if good.IsEmpty then List.min errors else List.max errors
            let bound = max ScalarFunction.exactBound (4.0 * worst)

            if bound > largestBound then
                let panel = panelsOf f |> Seq.maxBy _.Residual

                refuse
                    argument
                    ($"{f.Name} has too few digits at x = {Expr.showNumber (inside 0.5 panel)}: "
                     + $"its expectations come out to {bound} of themselves.")

            { f with Bound = bound }

    /// Checks a function of the user and returns it and its derivative as `ScalarFunction`. A derivative that is not
    /// given is computed by interpolation.
    let functions name (phi: float -> float) (derivative: (float -> float) option) (kinks: float list) parity =
        checkKinks name kinks
        let kinks = kinks |> List.distinct |> List.sort

        let bare argument name apply parity =
            let apply = guarded argument name apply
            checkTwice argument name apply
            checkFinite argument name apply kinks

            { ScalarFunction.settling name parity kinks apply with Settles = false }

        let f = bare "phi" name phi parity |> ScalarFunction.resolvedBy (fun _ _ -> [])
        checkResolved "phi" f
        checkParity f
        let f = bounded "phi" f
        let slopes = ScalarFunction.differentiate f
        checkResolved "phi" slopes

        match derivative with
        | None -> f, bounded "phi" slopes
        | Some d ->
            let d =
                bare "derivative" $"{name}'" d (Parity.derivative parity)
                |> ScalarFunction.resolvedBy (ScalarFunction.kinksWithin f)

            checkResolved "derivative" d
            checkDerivative f slopes d
            f, bounded "derivative" d
