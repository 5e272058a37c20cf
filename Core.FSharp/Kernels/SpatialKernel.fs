namespace HadamardNtk.Core

open System

/// A sample of a network that reads positions.
type SpatialSample =
    {
        /// The features of each position. A sample on a grid is one row, which the network's `image`, `sequence` or
        /// `take` reads as positions; a graph has a row for each vertex.
        Rows: float[][]
        /// The matrix A of a graph, vertices x vertices, with which `aggregate` takes sums: the adjacency, with 1 on
        /// the diagonal where a vertex counts among its neighbors. It is None for other samples.
        Graph: float[,] option
    }

/// The kernels of networks on images, sequences and graphs by whole blocks of positions, one pair of samples after the
/// other. This is the definition of these kernels; its memory and time grow with the square of the positions.
[<RequireQualifiedAccess>]
module SpatialKernel =
    /// A sample of one row of features.
    let ofRow row = { Rows = [| row |]; Graph = None }

    /// A graph with the features of its vertices, and its matrix A.
    let ofGraph (features: float[][]) (matrix: float[,]) =
        if Array2D.length1 matrix <> features.Length || Array2D.length2 matrix <> features.Length then
            invalidArg
                "matrix"
                ($"Expected a matrix of {features.Length} x {features.Length} for {features.Length} vertices; it is "
                 + $"{Array2D.length1 matrix} x {Array2D.length2 matrix}.")

        { Rows = features; Graph = Some matrix }

    let private aggregated kind (matrix: float[,]) =
        Array.init (Array2D.length1 matrix) (fun p ->
            let row = matrix[p, *]

            let scale =
                match kind with
                | NeighborSum -> 1.0
                | NeighborMean when Array.exists ((<>) 0.0) row && Array.sum row = 0.0 ->
                    invalidArg
                        "x"
                        $"Expected a graph whose rows have sums that are not 0, for their means; row {p} has."
                | NeighborMean -> 1.0 / Array.sum row

            row
            |> Array.indexed
            |> Array.filter (fun (_, a) -> a <> 0.0)
            |> Array.map (fun (q, a) -> q, scale * a))

    /// The map of a sample's positions. `ofGrid` gives those of grids, which do not depend on the sample.
    let private positionMap ofGrid (sample: SpatialSample) map space =
        match map, space, sample.Graph with
        | _, Grid extents, _ -> ofGrid struct (map, extents)
        | Aggregate kind, Vertices, Some matrix -> Weighted(aggregated kind matrix)
        | Aggregate _, Vertices, None ->
            invalidArg "x" "Expected graphs, with their matrices, since the network aggregates; a row came."
        | _, Vertices, _ ->
            match PositionMap.ofAll map sample.Rows.Length with
            | Some made -> made
            | None -> invalidOp "The calculus lets no window act on vertices."

    /// The map of the vertices of a graph.
    let internal mapOfVertices map sample = positionMap (fun _ -> invalidOp "Vertices are no grid.") sample map Vertices

    // The value of one position is that of every position that it meets.
    let private product (x: float[][]) (x': float[][]) =
        match x, x' with
        | [| row |], [| row' |] -> Block.Constant(Kernel.product row row')
        | _ ->
            let values = Array.allPairs x x' |> Array.map (fun (row, row') -> Kernel.product row row')
            Block.Whole(values, x'.Length)

    let private own isWhole (x: float[][]) =
        if isWhole || x.Length = 1 then
            product x x
        else
            Block.Diagonal(x |> Array.map (fun row -> Kernel.product row row))

    let private average (x: float[][]) =
        let mean (row: float[]) = (DoubleDouble.mean (ReadOnlySpan row)).Hi

        if x.Length = 1 then
            Block.Constant(mean x[0])
        else
            Block.ByRow(Array.map mean x)

    /// The moments of two samples whose positions have these features. Their own moments are at equal positions alone
    /// where no others are needed.
    let private moments isWhole (x: float[][]) (x': float[][]) =
        { Product = { Row = own isWhole x; Column = own isWhole x'; Pair = product x x' }
          Average = average x, average x'
          FeatureCount = Block.Constant(float x[0].Length) }

    /// Whether a network needs the own moments of a sample's input at all pairs of its positions, and not only at equal
    /// ones: a mean of positions below an activation does, and so does attention.
    let private needsWhole (signal: Signal) =
        let needed, whole = Collections.Generic.HashSet<int>(), Collections.Generic.HashSet<int>()

        let step (s: Signal) =
            let isNeeded, isWhole = needed.Contains s.Id, whole.Contains s.Id

            let below, belowWhole =
                match s.Rule with
                | Op.Phi _
                | Op.LayerNorm _ -> true, isWhole
                | Op.Attention _ -> true, true
                | Op.Spatial(Flatten, _) -> isNeeded, false
                | Op.Spatial((Average _ | Total _ | GlobalAverage | GlobalTotal | Aggregate _), _) ->
                    isNeeded, isNeeded || isWhole
                | _ -> isNeeded, isWhole

            for z in Op.operands s.Rule do
                if below then
                    needed.Add z.Id |> ignore

                if belowWhole then
                    whole.Add z.Id |> ignore

        let signals = Signal.ancestry signal
        signals |> List.rev |> List.iter step

        signals
        |> List.exists (fun s ->
            match s.Rule with
            | Op.Input
            | Op.Viewed _ -> whole.Contains s.Id
            | _ -> false)

    let private requireView count (view: View) =
        let first, last = view.Columns |> Option.defaultValue (0, count)

        if last > count then
            invalidArg
                "x"
                $"Expected at least {last} features, of which the network takes {first}:{last}; a row has {count}."

        match view.Shape with
        | Some shape when Space.count shape <> last - first ->
            let text = shape |> List.map string |> String.concat "x"
            invalidArg "x" $"Expected rows of {Space.count shape} features for {text}; a row has {last - first}."
        | _ -> ()

    /// Requires that a network reads rows of so many features. It raises ArgumentException otherwise.
    let internal requireFeatures signal count =
        for z in Signal.ancestry signal do
            match z.Rule with
            | Op.Viewed(view, _) -> requireView count view
            | _ -> ()

    let private viewed (view: View) (sample: SpatialSample) =
        let row =
            match sample.Rows with
            | [| row |] -> row
            | rows ->
                invalidArg
                    "x"
                    $"Expected one row of features, which the network reads as positions; {rows.Length} came."

        requireView row.Length view
        let first, last = view.Columns |> Option.defaultValue (0, row.Length)
        let taken = row[first .. last - 1]

        match view.Shape with
        | None -> [| taken |]
        | Some shape -> Array.chunkBySize (List.last shape) taken

    let private values ofGrid isWhole x x' : LayerValues<Block> =
        let maps = Collections.Generic.Dictionary<_, _>(HashIdentity.Structural)

        let at map space side =
            match maps.TryGetValue((map, space, side)) with
            | true, known -> known
            | _ ->
                let made = positionMap ofGrid (if side = AtRow then x else x') map space
                maps[(map, space, side)] <- made
                made

        let count (sample: SpatialSample) space =
            match space with
            | Grid extents -> Space.count extents
            | Vertices -> sample.Rows.Length

        let positions map =
            match map with
            | Weighted terms -> terms.Length
            | Copies taken -> taken.Length

        let ends side =
            match side with
            | AtRow -> AtRow, AtRow
            | AtColumn -> AtColumn, AtColumn
            | AtPair -> AtRow, AtColumn

        { DualNumber.constants Block.numbers with
            Positions =
                { OfRow = Block.ofRow
                  OfColumn = Block.ofColumn
                  Across =
                    fun map space side block ->
                        let row, column = ends side
                        let column' = if column = AtRow then x else x'
                        Block.across (at map space row) (at map space column) (count column' space) block
                  AcrossMean = fun map space side mean -> Block.acrossMean (at map space side) mean
                  Attend =
                    fun options q ->
                        let weights =
                            match options.Kind with
                            | AttentionKind.Softmax -> Block.softmax (options.Query * options.Key)
                            | AttentionKind.Identity -> Block.scores (options.Query * options.Key)

                        let row, column = weights q.Row, weights q.Column
                        let at side = if side = AtRow then row else column

                        fun side block ->
                            let row, column = ends side
                            Block.across (at row) (at column) (positions (at column)) block
                  Viewed = fun view -> moments isWhole (viewed view x) (viewed view x') } }

    let private isOnPositions (signal: Signal) =
        Signal.ancestry signal |> List.exists (fun z -> z.Rule.IsInput && z.Facts.Space <> Space.point)

    let private require signal (sample: SpatialSample) =
        let rows = sample.Rows

        if rows.Length = 0 || rows[0].Length = 0 then
            invalidArg "x" "Expected samples with at least one row and one feature; one has none."

        if rows |> Array.exists (fun row -> row.Length <> rows[0].Length) then
            invalidArg "x" "Expected as many features in every row of a sample; they differ."

        if rows.Length > 1 && not (isOnPositions signal) then
            invalidArg
                "x"
                $"Expected samples of one row, since the network does not read graphs; one has {rows.Length}."

    // The expectation of a pair may exist where that of one of its samples does not: with phi(x) = exp(x^2) that of
    // phi(u) phi(v) exists also at some variances far above those at which that of phi(u)^2 ends. A kernel has a value
    // only where the second moments of both samples have one at every position.
    let private read (block: 'v -> Block) (values: LayerValues<'v>) input signal : DualNumber<'v> * bool =
        let isDefined = ref true

        let step below (next: Signal) =
            let result = DualNumber.stepWith values input below next

            match next.Rule with
            | Op.Phi _ when
                not (
                    Block.isFiniteAtEqual (block result.Sigma.Row) && Block.isFiniteAtEqual (block result.Sigma.Column)
                )
                ->
                isDefined.Value <- false
            | _ -> ()

            result

        let result = Signal.read step signal signal
        result, isDefined.Value

    let private blocks signal (values: LayerValues<Block>) input =
        match read id values input signal with
        | result, true -> struct (Block.single result.Sigma.Pair, Block.single result.Theta)
        | _ -> struct (nan, nan)

    let private slopes signal direction (values: LayerValues<Block>) input =
        let at = Jet.positions (fun _ slope -> slope) values.Positions
        let layers, moments = Jet.layersOn at Block.numbers direction, Jet.input Block.numbers direction input

        match read (fun (jet: Jet<Block>) -> jet.Value) layers moments signal with
        | result, true ->
            let slope (jet: Jet<Block>) = jet.Slope |> Option.map Block.single |> Option.defaultValue 0.0
            struct (slope result.Sigma.Pair, slope result.Theta)
        | _ -> struct (nan, nan)

    // What depends on the network alone is computed once, for any number of pairs and threads.
    let private evaluated (signal: Signal) read : SpatialSample -> SpatialSample -> struct (float * float) =
        if signal.Facts.Space <> Space.point then
            invalidArg
                "signal"
                ($"Expected a network that ends in one position; it ends on {Space.describe signal.Facts.Space}. "
                 + "Put flatten or a global pool before its last layer.")

        let isWhole = needsWhole signal
        let grids = Collections.Concurrent.ConcurrentDictionary<struct (SpatialMap * int list), PositionMap>()
        let ofGrid key = grids.GetOrAdd(key, fun struct (map, extents) -> PositionMap.ofGrid map extents)

        fun x x' ->
            require signal x
            require signal x'

            if x.Rows[0].Length <> x'.Rows[0].Length then
                invalidArg
                    "x'"
                    $"Expected samples with the same number of features; they have {x.Rows[0].Length} and {x'.Rows[0].Length}."

            read (values ofGrid isWhole x x') (moments isWhole x.Rows x'.Rows)

    /// Sigma and Theta of two samples, by the signal that a network ends in. It raises ArgumentException if the network
    /// does not end in one position, and the function does if the samples are not what the network reads.
    let internal evaluator signal = evaluated signal (blocks signal)

    /// The derivatives of Sigma and Theta in a direction that `Jet.require` accepts. It raises the exceptions of
    /// `evaluator`.
    let internal derivative signal direction = evaluated signal (slopes signal direction)

    /// The signal of a network whose samples are rows and which ends in one position, or the reason why it has no
    /// kernel on rows.
    let internal ofRows network : Result<Signal, Refusal> =
        Calculus.analyse network
        |> Result.bind (fun signal ->
            let refuse reason mend = Error(Refusal.make signal.Label signal.Path reason mend)

            if isOnPositions signal then
                refuse "the network reads graphs, and rows are none" "compute its kernel by GraphKernel"
            elif signal.Facts.Space <> Space.point then
                refuse
                    $"the network ends on {Space.describe signal.Facts.Space}"
                    "put flatten or a global pool before its last layer"
            else
                Ok signal)

    /// The NNGP and NTK kernels (n x n') of two sets of samples, or the reason why the network has none. It raises
    /// ArgumentException as `evaluator`, and KernelUndefinedException with the number of the sample among x if a kernel
    /// is not finite.
    let cross network (x: SpatialSample[]) (x': SpatialSample[]) : Result<float[,] * float[,], Refusal> =
        Calculus.analyse network
        |> Result.map (fun signal ->
            let pair = evaluator signal

            let pairs =
                Array2D.init x.Length x'.Length (fun i j ->
                    let struct (sigma, theta) = pair x[i] x'[j]

                    if not (Double.IsFinite sigma && Double.IsFinite theta) then
                        let norm = x[i].Rows |> Array.averageBy (fun row -> Kernel.product row row)
                        let value = if Double.IsFinite sigma then theta else sigma
                        raise (KernelUndefinedException({ Layer = "the read-out"; Value = value; Norm = norm }, i))

                    sigma, theta)

            Array2D.map fst pairs, Array2D.map snd pairs)
