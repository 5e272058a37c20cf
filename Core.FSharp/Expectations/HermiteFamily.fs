namespace HadamardNtk.Core

open System
open System.Numerics
open System.Collections.Concurrent

/// The Hermite tables of one function on an interval of variances, as polynomials in log q through the tables at the
/// Chebyshev points.
type private Piece =
    {
        /// The Chebyshev points, as values of log q.
        Points: float[]
        /// E f(u)^2 at the points.
        Squares: float[]
        /// The coefficients at the points, the same number at each point. For odd and even functions the zeros are left
        /// out.
        Coefficients: float[][]
        /// The number of coefficients, including the zeros.
        Length: int
        /// The number of coefficients that float32 needs.
        Short: int
    }

/// The interpolation on one interval of variances.
module private Piece =
    /// The length of an interval in log q, which is a factor of 2^(1/4).
    [<Literal>]
    let Width = 0.17328679513998632

    [<Literal>]
    let private Nodes = 12

    // The greatest permitted difference from the definition, relative to sqrt(E f^2).
    [<Literal>]
    let private Good = 1e-14

    let private angle i = Math.PI * (float i + 0.5) / float Nodes

    let private weights = Array.init Nodes (fun i -> (if i % 2 = 0 then 1.0 else -1.0) * sin (angle i))

    let private first f = if f.Parity = Odd then 1 else 0
    let private step f = if f.Parity = Neither then 1 else 2

    // Tails below this fraction of E f^2 are not needed in float32.
    [<Literal>]
    let private Rest = 1e-15

    let private shortLength (table: HermiteTable) =
        match Array.tryFindIndex (fun tail -> tail <= Rest * table.Square) table.Tails with
        | Some k -> max 1 (min k table.Coefficients.Length)
        | None -> table.Coefficients.Length

    let private fit f index =
        let middle = (float index + 0.5) * Width
        let points = Array.init Nodes (fun i -> middle + 0.5 * Width * cos (angle i))
        let longest least = points |> Array.map (fun t -> Expectation.longTable least f (exp t))
        let length = longest 0 |> Array.map _.Coefficients.Length |> Array.max
        let tables = longest length
        let kept = [| first f .. step f .. length - 1 |]
        // If the moments do not exist at a variance, its table has only the first coefficient.
        let at (table: HermiteTable) k = if k < table.Coefficients.Length then table.Coefficients[k] else nan

        { Points = points
          Squares = tables |> Array.map _.Square
          Coefficients = tables |> Array.map (fun t -> kept |> Array.map (at t))
          Length = length
          Short = tables |> Array.map shortLength |> Array.max }

    /// The weights of the points at t by Berrut's barycentric formula. They add up to 1.
    let private shares piece t =
        let share = Array.zeroCreate Nodes
        let mutable sum = 0.0

        for i in 0 .. Nodes - 1 do
            let distance = t - piece.Points[i]
            share[i] <- weights[i] / (if distance = 0.0 then 1e-300 else distance)
            sum <- sum + share[i]

        for i in 0 .. Nodes - 1 do
            share[i] <- share[i] / sum

        share

    let private addMultiple (a: float[]) (x: float) (b: float[]) =
        let w = Vector<float>.Count
        let mutable k = 0

        while k + w <= a.Length do
            (Vector<float>(a, k) + x * Vector<float>(b, k)).CopyTo(a, k)
            k <- k + w

        while k < a.Length do
            a[k] <- a[k] + x * b[k]
            k <- k + 1

    let private square piece (share: float[]) =
        let mutable sum = 0.0

        for i in 0 .. Nodes - 1 do
            sum <- sum + share[i] * piece.Squares[i]

        sum

    /// A table at variance q with E f(u)^2 and one coefficient, E f(u).
    let moments f piece q =
        let share = shares piece (log q)
        let mutable mean = 0.0

        if first f = 0 then
            for i in 0 .. Nodes - 1 do
                mean <- mean + share[i] * piece.Coefficients[i][0]

        HermiteTable.OfSeries(f, q, [| mean |], square piece share)

    let private coefficients f piece share length =
        let first, step = first f, step f
        let kept = Array.zeroCreate ((length - first + step - 1) / step)

        for i in 0 .. Nodes - 1 do
            addMultiple kept (Array.get share i) piece.Coefficients[i]

        let a = Array.zeroCreate length

        for i in 0 .. kept.Length - 1 do
            a[first + i * step] <- kept[i]

        a

    /// The table at variance q.
    let table f piece q =
        let share = shares piece (log q)
        HermiteTable.OfSeries(f, q, coefficients f piece share piece.Length, square piece share)

    /// The table at variance q with the coefficients that float32 needs.
    let shortTable f piece q =
        let share = shares piece (log q)
        let square = square piece share
        let kept = coefficients f piece share piece.Short

        // The tail of a truncated series is known only as a difference from E f^2.
        if piece.Short < HermiteTable.Terms then
            HermiteTable.OfSeries(f, q, kept, square, Rest * square)
        else
            HermiteTable.OfSeries(f, q, kept, square)

    let private isGood f piece t =
        let exact, near = Expectation.longTable piece.Length f (exp t), table f piece (exp t)
        let bound = Good * sqrt exact.Square

        Double.IsFinite exact.Square
        && abs (exact.Square - near.Square) <= Good * exact.Square
        && Seq.forall2 (fun x y -> abs (x - y) <= bound) exact.Coefficients near.Coefficients

    /// The interpolation on an interval, or None if it is less accurate than the definition.
    let make f index =
        let piece = fit f index
        let at share = (float index + share) * Width

        if List.forall (fun share -> isGood f piece (at share)) [ 0.04; 0.46 ] then
            Some piece
        else
            None

/// The Hermite tables of one function at many variances. E f(u)^2 and the coefficients a_k(q) are smooth functions of
/// log q, so most tables are interpolated from a few, within microseconds and up to an error of 1e-14 sqrt(E f^2). On
/// every interval of variances the interpolation is first compared with the definition, and it is used only if it is as
/// accurate. The class is safe to share between threads. The same variance always gives the same table.
[<Sealed>]
type internal HermiteFamily(f: ScalarFunction) =
    let pieces = ConcurrentDictionary<int, Lazy<Piece option>>()

    /// The function.
    member _.Function = f

    member private _.Read(q, ofPiece: Piece -> HermiteTable) =
        if q > 1e-200 && q < 1e200 then
            let index = int (floor (log q / Piece.Width))

            match pieces.GetOrAdd(index, (fun i -> lazy (Piece.make f i))).Value with
            | Some piece -> ofPiece piece
            | None -> Expectation.table f q
        else
            Expectation.table f q

    /// The table at variance q.
    member this.Table q = this.Read(q, (fun piece -> Piece.table f piece q))

    /// The table at variance q with the coefficients that float32 needs, with an error of 3e-8 sqrt(E f^2).
    member this.ShortTable q = this.Read(q, (fun piece -> Piece.shortTable f piece q))

    /// A table at variance q with E f(u)^2 and E f(u), and without further coefficients.
    member this.Moments q = this.Read(q, (fun piece -> Piece.moments f piece q))

    /// The table of f and of the derivative f' at variance q, with the coefficients that float32 needs if it is short.
    /// It is made from the function whose coefficients determine those of both.
    static member Slopes(value: HermiteFamily, slope: HermiteFamily, q, isShort) =
        let moments, moments' = value.Moments q, slope.Moments q
        let read (family: HermiteFamily) = if isShort then family.ShortTable q else family.Table q

        if SlopeTable.isByValue moments moments' then
            SlopeTable.ofValue (read value) moments'
        else
            SlopeTable.ofSlope moments (read slope)
