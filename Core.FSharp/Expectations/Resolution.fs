namespace HadamardNtk.Core

open System
open System.Collections.Concurrent

/// The reason why a function could not be resolved on an interval.
type internal Unresolved =
    {
        /// A point at which the resolution fails.
        At: float
        /// The failure at that point, as a phrase for messages.
        Reason: string
        /// Whether the function overflows at that point. Expectations at smaller variances do not depend on its values
        /// there.
        IsGrowth: bool
    }

/// A function on one interval: panels on which it is a polynomial up to rounding, and the kinks between them.
type internal ResolvedInterval =
    {
        /// The panels in ascending order. There are none if the function is not resolved.
        Panels: LegendrePanel[]
        /// The points of the interval at which the function or one of its derivatives jumps.
        Kinks: float[]
        /// The greatest absolute value on this interval and on those nearer to 0.
        Greatest: float
        /// The reason why there are no panels, if there are none.
        Failure: Unresolved option
    }

/// A function to be resolved, and its possible kinks.
type internal ResolutionSource =
    {
        /// The function. It may raise ArgumentException and may return infinities and NaN.
        Apply: float -> float
        /// The known kinks.
        Known: float list
        /// The points of an interval at which kinks may be, found by other means than sampling the function.
        Suspects: float -> float -> float list
    }

/// The resolution of a function, computed on demand on [0, 1], [1, 2], [2, 4], ... and their mirror images. An interval
/// is halved until the function is a polynomial up to rounding on every panel. Halving converges to kinks, which
/// replace the panels that led there. A function that jumps at thousands of places or has few digits is a polynomial on
/// no panel. Its panels keep their residual if that is small; otherwise the interval is not resolved. The class is safe
/// to share between threads.
[<Sealed; AllowNullLiteral>]
type internal Resolution(outgrows: Lazy<bool>, make: Resolution -> int -> ResolvedInterval) =
    let intervals = ConcurrentDictionary<int, Lazy<ResolvedInterval>>()

    /// The bounds of the interval with an index: 0, 1, 2, ... are [0, 1], [1, 2], [2, 4], ..., and -1, -2, ... are
    /// their mirror images.
    static member Bounds index =
        let n = if index >= 0 then index else -index - 1
        let lower, upper = (if n = 0 then 0.0 else Math.ScaleB(1.0, n - 1)), Math.ScaleB(1.0, n)
        if index >= 0 then struct (lower, upper) else struct (-upper, -lower)

    /// The index of the interval that contains x.
    static member IndexOf(x: float) =
        let n = if abs x < 1.0 then 0 else Math.ILogB(abs x) + 1
        if x >= 0.0 then n else -n - 1

    /// Whether the function grows faster than exp(b x^2) for every b, as far as float64 values can show.
    member _.Outgrows = outgrows.Value

    /// The resolved interval with an index.
    member this.Interval index = intervals.GetOrAdd(index, (fun i -> lazy (make this i))).Value

    /// The indices of the intervals that overlap [lower, upper], in ascending order.
    static member Indices(lower: float, upper: float) =
        let first, last = Resolution.IndexOf lower, Resolution.IndexOf upper
        // A bound that is an end of an interval belongs to the interval on its inner side.
        let first =
            if first >= 0 || not (Double.IsPow2 -lower && lower <= -1.0) then
                first
            else
                first + 1

        let last =
            if last <= 0 || not (Double.IsPow2 upper && upper >= 1.0) then
                last
            else
                last - 1

        [ first..last ]

    /// The reason why the function is not resolved on [lower, upper], if it is not. The failure nearest to 0 is
    /// returned.
    member this.Failure(lower, upper) =
        if not (Double.IsFinite lower && Double.IsFinite upper) then
            Some { At = upper; Reason = "out of range"; IsGrowth = true }
        else
            Resolution.Indices(lower, upper)
            |> Seq.sortBy (fun i -> if i >= 0 then i else -i - 1)
            |> Seq.tryPick (fun i -> this.Interval(i).Failure)

    /// The panels that overlap [lower, upper].
    member this.Panels(lower, upper) =
        Resolution.Indices(lower, upper)
        |> Seq.collect (fun i -> this.Interval(i).Panels)
        |> Seq.filter (fun p -> p.To > lower && p.From < upper)
        |> Array.ofSeq

    /// The kinks in [lower, upper].
    member this.Kinks(lower, upper) =
        if not (Double.IsFinite lower && Double.IsFinite upper) then
            []
        else
            Resolution.Indices(lower, upper)
            |> Seq.collect (fun i -> this.Interval(i).Kinks)
            |> Seq.filter (fun k -> k >= lower && k <= upper)
            |> Seq.distinct
            |> List.ofSeq

    /// The panel that contains x, if the function is resolved there. At a common end of two panels it is the right one.
    member this.Panel(x: float) =
        let panels = this.Interval(Resolution.IndexOf x).Panels
        let mutable low, high = 0, panels.Length - 1

        while low < high do
            let middle = (low + high) / 2
            if x < panels[middle].To then high <- middle else low <- middle + 1

        if panels.Length = 0 then ValueNone else ValueSome panels[low]

/// The search for panels and kinks.
[<RequireQualifiedAccess>]
module internal Resolution =
    exception private Failed of Unresolved

    let private fail at reason isGrowth = raise (Failed { At = at; Reason = reason; IsGrowth = isGrowth })

    // An interval is abandoned after `mostTries` interpolations, each of some thirty evaluations, or if it has more
    // than `mostPanels` panels.
    let private mostTries, mostPanels = 40_000, 4096

    // A residual that does not shrink with the panel shows the digits that the function has. It is accepted up to this
    // fraction of the greatest value.
    let private noise = 1e-7

    // A greatest value that exceeds those around a kink by this factor shows that the function grows without bound
    // there.
    let private unbounded = 100.0

    /// The state of the search on one interval.
    type private Search =
        { Source: ResolutionSource
          Inside: float
          // The greatest of the values on the whole interval that are sampled before the search.
          mutable Whole: float
          // The greatest value to which digits are relative. It is used below 1 only, where panels shrink with the
          // variance.
          mutable About: float
          Known: Collections.Generic.HashSet<float>
          mutable Tries: int }

    // The rounding of x may add at most this fraction of the value to the tolerance.
    let private steepest = 1e-9

    let private epsilon = 2.220446049250313e-16

    // The tolerance allows for the roundings of x and of the function's own steps. Both are about as great as the
    // change of the value when x changes by its rounding.
    let private tolerance search (panel: LegendrePanel) =
        let far = max (abs panel.From) (abs panel.To)
        let about = max search.About (max search.Inside panel.Greatest)
        24.0 * epsilon * about + min (12.0 * epsilon * far * panel.Steepness) (steepest * about)

    let private isGood search (panel: LegendrePanel) = panel.Residual <= tolerance search panel

    // Near a point at which the function overflows it is nearly as great; near a pole it need not be.
    let private grows (apply: float -> float) x = abs (apply (1.001 * x)) > 1e150 && abs (apply (0.999 * x)) > 1e150

    let private look search extra a b =
        search.Tries <- search.Tries + 1

        if search.Tries > mostTries then
            fail (0.5 * (a + b)) "it changes at too many places to be resolved" false

        let watched x =
            let y = search.Source.Apply x

            if Double.IsNaN y then
                fail x "it is not a number there" false
            elif Double.IsInfinity y then
                fail x $"it is {y} there" (grows search.Source.Apply x)
            else
                y

        LegendrePanel.through watched extra a b

    // The test points resolve features of a width of 1e-3, or of 1e-3 |x| if that is greater.
    let private extra (a: float) (b: float) = int (1000.0 * (b - a) / max 1.0 (max (abs a) (abs b)))

    let private tryPanel search a b = look search (extra a b) a b

    // A point is a kink if the function is not a polynomial on any of three panels around it, each half as long as the
    // last.
    let private isKink search k width =
        [ 0.5; 0.25; 0.125 ]
        |> List.forall (fun share -> not (isGood search (look search 0 (k - share * width) (k + share * width))))

    let private isNarrow (a: float) (b: float) = b - a <= 1e-30 || Math.BitIncrement a >= b

    let private widthOf (p: LegendrePanel) = p.To - p.From

    // Replaces the panels of [a, b] by two that meet at one kink, if these two represent the function.
    let private fewer search a b (panels: LegendrePanel list) =
        let kinks = panels |> List.map _.To |> List.filter (fun x -> x < b && search.Known.Contains x)

        let candidates =
            match kinks with
            | k :: _ when List.last kinks - k <= 8.0 * epsilon * abs k -> kinks
            | [] when panels.Length > 5 ->
                let narrowest = panels |> List.minBy widthOf

                if widthOf narrowest < (b - a) / 32.0 then
                    [ 0.5 * (narrowest.From + narrowest.To); narrowest.From; narrowest.To ]
                    |> List.filter (fun k -> k > a && k < b)
                else
                    []
            | _ -> []

        // Halving stops where rounding hides the kink. The point at which the polynomials of both sides meet is nearer
        // to it.
        let polished k =
            let left, right = look search 0 a k, look search 0 k b
            let slope panel = LegendrePanel.evaluate (LegendrePanel.derivative panel) k
            let apart = LegendrePanel.evaluate left k - LegendrePanel.evaluate right k
            let moved = k - apart / (slope left - slope right)
            if abs (moved - k) < 1e-6 * (b - a) then [ moved ] else []

        let meeting k =
            let left = tryPanel search a k

            if isGood search left then
                let right = tryPanel search k b
                if isGood search right then Some(k, [ left; right ]) else None
            else
                None

        candidates
        |> Seq.collect (fun k -> polished k @ [ k ])
        |> Seq.filter (fun k -> k > a && k < b)
        |> Seq.tryPick meeting
        |> Option.map (fun (k, both) ->
            kinks |> List.iter (search.Known.Remove >> ignore)
            search.Known.Add k |> ignore
            both)
        |> Option.defaultValue panels

    // A residual that falls by less than the factor `stay` in this many halvings in a row is rounding; a kink's
    // residual falls by a half each time. Small residuals are accepted after fewer halvings.
    let private mostStays, stay = 4, 0.8
    let private fewStays, small = 2, 1e-11

    let rec private resolve search (before: float) stays a b : LegendrePanel list =
        let panel = tryPanel search a b
        let residual = panel.Residual
        let stays = if residual > stay * before then stays + 1 else 0
        let about = max search.Inside panel.Greatest

        if isGood search panel then
            [ { panel with Residual = 0.0 } ]
        elif stays >= mostStays && residual <= noise * about || stays >= fewStays && residual <= small * about then
            [ panel ]
        elif isNarrow a b then
            // The panel contains the kink and is no wider than the rounding of the kink's place.
            if panel.Greatest > unbounded * max search.Whole search.Inside then
                fail a $"it is {panel.Greatest} there, as at a pole" false

            search.Known.Add b |> ignore
            [ { panel with Residual = 0.0 } ]
        else
            let middle = 0.5 * (a + b)
            let left = resolve search residual stays a middle
            let right = resolve search residual stays middle b

            let l, r = List.last left, List.head right

            if isGood search l && isGood search r && not (isNarrow l.From l.To || isNarrow r.From r.To) then
                if isKink search middle (min (widthOf l) (widthOf r)) then
                    search.Known.Add middle |> ignore

            let all = fewer search a b (left @ right)

            if all.Length > mostPanels then
                fail middle "it has too many kinks" false

            all

    // The panel on the other side of the interval's end nearest to 0.
    let private beyond (whole: Resolution) index =
        let first i = (whole.Interval i).Panels |> Array.tryHead
        let last i = (whole.Interval i).Panels |> Array.tryLast

        if index > 0 then last (index - 1)
        elif index = 0 then None
        else first (index + 1)

    // Tests whether the function is smooth across the interval's end nearest to 0.
    let private joins search whole (panels: LegendrePanel[]) index =
        let struct (lower, upper) = Resolution.Bounds index
        let at, inner = if index >= 0 then lower, panels[0] else upper, panels[panels.Length - 1]
        let other = beyond whole index |> Option.map widthOf |> Option.defaultValue infinity
        not (isKink search at (List.min [ widthOf inner; other; (if at = 0.0 then 1.0 else 0.25 * abs at) ]))

    let private inside (whole: Resolution) index =
        let n = if index >= 0 then index else -index - 1

        if n = 0 then
            0.0
        else
            let both = [ whole.Interval(n - 1); whole.Interval(-n) ]

            match both |> List.tryPick _.Failure with
            | Some failure -> raise (Failed failure)
            | None -> both |> List.map _.Greatest |> List.max

    let private greatestOn search (lower: float) (upper: float) =
        Seq.init 256 (fun i -> lower + (upper - lower) * ((float i + 0.5) * 0.6180339887498949 % 1.0))
        |> Seq.map (search.Source.Apply >> abs)
        |> Seq.filter Double.IsFinite
        |> Seq.fold max 0.0

    // Removes points that differ from others by rounding only.
    let private apart known points =
        let add kept k =
            if List.exists (fun k' -> abs (k - k') <= 1e-14 * max 1.0 (abs k)) (known @ kept) then
                kept
            else
                k :: kept

        List.fold add [] points

    let private interval source whole index =
        let struct (lower, upper) = Resolution.Bounds index

        let nothing failure = { Panels = [||]; Kinks = [||]; Greatest = nan; Failure = Some failure }

        try
            if not (Double.IsFinite lower && Double.IsFinite upper) then
                fail lower "it is out of range" true

            let search =
                { Source = source
                  Inside = inside whole index
                  Whole = 0.0
                  About = 0.0
                  Known = Collections.Generic.HashSet<float>()
                  Tries = 0 }

            let known = source.Known |> List.filter (fun k -> k >= lower && k <= upper)

            let suspects =
                source.Suspects lower upper |> List.filter (fun k -> k > lower && k < upper) |> apart known

            search.Known.UnionWith known
            search.Known.UnionWith suspects

            let first = look search 0 lower upper
            search.Whole <- greatestOn search lower upper
            search.About <- if index = 0 || index = -1 then first.Greatest else 0.0

            let panels =
                Quadrature.between (known @ suspects) lower upper
                |> List.collect (fun struct (a, b) -> resolve search infinity 0 a b)
                |> Array.ofList

            // Adding 0.0 turns -0.0 into 0.0.
            let start = (if index >= 0 then lower else upper) + 0.0

            if not (search.Known.Contains start || joins search whole panels index) then
                search.Known.Add start |> ignore

            { Panels = panels
              Kinks = search.Known |> Seq.sort |> Array.ofSeq
              Greatest = panels |> Seq.map _.Greatest |> Seq.max |> max search.Inside
              Failure = None }
        with
        | Failed failure -> nothing failure
        | :? ArgumentException as e -> nothing { At = lower; Reason = e.Message; IsGrowth = false }

    // The function outgrows exp(b x^2) if log |f|, at the greatest x of a grid with finite values, lies above the
    // parabola through its values at three smaller x.
    let private outgrows apply side =
        let size x =
            try
                abs (apply (side * x))
            with :? ArgumentException ->
                infinity

        let grid = Seq.init 80 (fun i -> Math.Pow(2.0, 0.25 * float (i - 16)))

        match grid |> Seq.tryFindIndex (fun x -> not (Double.IsFinite(size x))) with
        | Some last when last > 0 ->
            let step = 0.25 * Seq.item (last - 1) grid
            let log i = log (size (float i * step))
            let parabola = 3.0 * log 3 - 3.0 * log 2 + log 1
            log 4 > 50.0 && log 4 - parabola > 0.02 * log 4
        | _ -> false

    /// Creates the resolution of a function.
    let make source = Resolution(lazy (outgrows source.Apply 1.0 || outgrows source.Apply -1.0), interval source)

    // Measures the distance between the polynomial's slope and the slopes of two other polynomials through the same
    // function.
    let private slopeResidual apply (panel: LegendrePanel) (slope: LegendrePanel) =
        let cut = panel.From + 0.4371 * widthOf panel

        let differ a b =
            let other = LegendrePanel.through apply 0 a b |> LegendrePanel.derivative

            [ 0.02; 0.31; 0.5; 0.77; 0.98 ]
            |> List.map (fun share ->
                let x = a + share * (b - a)
                abs (LegendrePanel.evaluate slope x - LegendrePanel.evaluate other x))
            |> List.max

        max (differ panel.From cut) (differ cut panel.To)

    let private isSliver (panel: LegendrePanel) = isNarrow panel.From panel.To

    let private greatest (panel: LegendrePanel) =
        [ panel.From; 0.5 * (panel.From + panel.To); panel.To ]
        |> List.map (LegendrePanel.evaluate panel >> abs)
        |> List.max

    // A sliver around a kink contributes nothing to expectations, unless the slopes beside it grow without bound.
    let private steepSliver (panels: LegendrePanel[]) =
        let mass (p: LegendrePanel) = widthOf p * p.Greatest * p.Greatest
        let all = panels |> Array.filter (isSliver >> not) |> Array.sumBy mass

        panels
        |> Array.pairwise
        |> Array.tryPick (fun (p, p') ->
            let sliver, beside = if isSliver p then p, p' else p', p

            if isSliver p <> isSliver p' && widthOf sliver * beside.Greatest * beside.Greatest > 1e-13 * all then
                Some { At = sliver.From; Reason = "its slope grows without bound there"; IsGrowth = false }
            else
                None)

    let private slopesOf apply (found: ResolvedInterval) =
        let panels =
            found.Panels
            |> Array.map (fun panel ->
                if isSliver panel then
                    { panel with Coefficients = [| 0.0 |]; Greatest = 0.0 }
                else
                    let slope = LegendrePanel.derivative panel
                    { slope with Greatest = greatest slope; Residual = slopeResidual apply panel slope })

        match found.Failure |> Option.orElse (steepSliver panels) with
        | Some failure -> { found with Panels = [||]; Greatest = nan; Failure = Some failure }
        | None -> { found with Panels = panels; Greatest = panels |> Array.map _.Greatest |> Array.max }

    /// The resolution of the derivative, whose panels hold the slopes of the polynomials of `resolution`.
    let derivative apply (resolution: Resolution) =
        Resolution(lazy resolution.Outgrows, (fun _ index -> resolution.Interval index |> slopesOf apply))
