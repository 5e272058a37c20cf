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
                | NeighborMean -> 1.0 / Array.sum row

            row
            |> Array.indexed
            |> Array.filter (fun (_, a) -> a <> 0.0)
            |> Array.map (fun (q, a) -> q, scale * a))

    /// The map of a sample's positions.
    let private positionMap (sample: SpatialSample) map space =
        match map, space, sample.Graph with
        | _, Grid extents, _ -> PositionMap.ofGrid map extents
        | Aggregate kind, Vertices, Some matrix -> Weighted(aggregated kind matrix)
        | Aggregate _, Vertices, None ->
            invalidArg "x" "Expected graphs, with their matrices, since the network aggregates; a row came."
        | _, Vertices, _ ->
            match PositionMap.ofAll map sample.Rows.Length with
            | Some made -> made
            | None -> invalidOp "The calculus lets no window act on vertices."

    // The value of one position is that of every position that it meets.
    let private product (x: float[][]) (x': float[][]) =
        match x, x' with
        | [| row |], [| row' |] -> Block.Constant(Kernel.product row row')
        | _ -> Block.Whole(Array2D.init x.Length x'.Length (fun p p' -> Kernel.product x[p] x'[p']))

    /// The moments of two samples whose positions have these features.
    let private moments (x: float[][]) (x': float[][]) =
        let mean (row: float[]) = (DoubleDouble.mean (ReadOnlySpan row)).Hi

        let average (x: float[][]) =
            if x.Length = 1 then
                Block.Constant(mean x[0])
            else
                Block.ByRow(Array.map mean x)

        { Product = { Row = product x x; Column = product x' x'; Pair = product x x' }
          Average = average x, average x'
          FeatureCount = Block.Constant(float x[0].Length) }

    let private viewed (view: View) (sample: SpatialSample) =
        let row =
            match sample.Rows with
            | [| row |] -> row
            | rows ->
                invalidArg
                    "x"
                    $"Expected one row of features, which the network reads as positions; {rows.Length} came."

        let first, last = view.Columns |> Option.defaultValue (0, row.Length)

        if last > row.Length then
            invalidArg
                "x"
                $"Expected at least {last} features, of which the network takes {first}:{last}; a row has {row.Length}."

        let taken = row[first .. last - 1]

        match view.Shape with
        | None -> [| taken |]
        | Some shape when Space.count shape = taken.Length -> Array.chunkBySize (List.last shape) taken
        | Some shape ->
            let text = shape |> List.map string |> String.concat "x"
            invalidArg "x" $"Expected rows of {Space.count shape} features for {text}; a row has {taken.Length}."

    let private values x x' : LayerValues<Block> =
        let maps = Collections.Generic.Dictionary<_, _>(HashIdentity.Structural)

        let at map space side =
            match maps.TryGetValue((map, space, side)) with
            | true, known -> known
            | _ ->
                let made = positionMap (if side = AtRow then x else x') map space
                maps[(map, space, side)] <- made
                made

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
                        Block.across (at map space row) (at map space column) block
                  AcrossMean = fun map space side mean -> Block.acrossMean (at map space side) mean
                  Attend =
                    fun options q side block ->
                        let weights (own: Block) = Block.softmax (options.Query * options.Key) own
                        let row, column = ends side
                        let from end' = weights (if end' = AtRow then q.Row else q.Column)
                        Block.across (from row) (from column) block
                  Viewed = fun view -> moments (viewed view x) (viewed view x') } }

    /// Sigma and Theta of two samples, by the signal that a network ends in. It raises ArgumentException if the samples
    /// are not what the network reads, or if it does not end in one position.
    let pair (signal: Signal) (x: SpatialSample) (x': SpatialSample) : struct (float * float) =
        if signal.Facts.Space <> Space.point then
            invalidArg
                "signal"
                ($"Expected a network that ends in one position; it ends on {Space.describe signal.Facts.Space}. "
                 + "Put flatten or a global pool before its last layer.")

        let input = moments x.Rows x'.Rows
        let result = DualNumber.readWith (values x x') input ignore signal signal
        struct (Block.single result.Sigma.Pair, Block.single result.Theta)

    /// The NNGP and NTK kernels (n x n') of two sets of samples, or the reason why the network has none.
    let cross network (x: SpatialSample[]) (x': SpatialSample[]) : Result<float[,] * float[,], Refusal> =
        Calculus.analyse network
        |> Result.map (fun signal ->
            let pairs =
                Array2D.init x.Length x'.Length (fun i j ->
                    let struct (sigma, theta) = pair signal x[i] x'[j]
                    sigma, theta)

            Array2D.map fst pairs, Array2D.map snd pairs)
