namespace HadamardNtk.Core

open System

/// The values of a second moment at all pairs (p, p') of positions of two samples, or of a mean at all positions p of
/// one. A value that does not depend on a position is kept once.
[<RequireQualifiedAccess>]
type internal Block =
    /// One value.
    | Constant of float
    /// A value for each p.
    | ByRow of float[]
    /// A value for each p'.
    | ByColumn of float[]
    /// A value for each p = p' of one sample, where no others are needed.
    | Diagonal of float[]
    /// A value for each pair, those of one p after those of the one before, and their number for one p.
    | Whole of values: float[] * columns: int

/// The weights with which a map of positions takes the values of a sample's positions, by the position of its result.
/// `Copies` maps put values side by side, so that each of them meets its like alone.
type internal PositionMap =
    /// For each new position the old ones and their weights.
    | Weighted of (int * float)[][]
    /// For each new position the old ones in the order of the copies, and -1 for zeros.
    | Copies of int[][]

/// Maps of the positions of grids.
[<RequireQualifiedAccess>]
module internal PositionMap =
    let private equal (numbers: int[]) weight =
        numbers |> Array.filter (fun p -> p >= 0) |> Array.map (fun p -> p, weight)

    /// The map of all positions, of the given number, to one, or None if the map reads windows or graphs.
    let ofAll map count =
        let all = Array.init count id

        match map with
        | Flatten -> Some(Copies [| all |])
        | GlobalAverage -> Some(Weighted [| equal all (1.0 / float count) |])
        | GlobalTotal -> Some(Weighted [| equal all 1.0 |])
        | _ -> None

    /// The map of a grid's positions. The grid must be one that the map has a result on.
    let ofGrid map extents =
        match map with
        | Patches window -> Copies(Space.windows window extents)
        | Average window ->
            Weighted(Space.windows window extents |> Array.map (fun p -> equal p (1.0 / float p.Length)))
        | Total window -> Weighted(Space.windows window extents |> Array.map (fun p -> equal p 1.0))
        | map ->
            match ofAll map (Space.count extents) with
            | Some made -> made
            | None -> invalidOp "Grids have no neighbors."

/// Operations on blocks: those on numbers, value by value, and maps of positions.
[<RequireQualifiedAccess>]
module internal Block =
    /// The value at (p, p') is number p * byRow + p' * byColumn of the values. Beside a diagonal, p' is p.
    let private strides isDiagonal block =
        match block with
        | Block.Constant c -> struct ([| c |], 0, 0)
        | Block.ByRow values
        | Block.Diagonal values -> struct (values, 1, 0)
        | Block.ByColumn values -> if isDiagonal then struct (values, 1, 0) else struct (values, 0, 1)
        | Block.Whole(values, columns) ->
            if isDiagonal then
                struct (values, columns + 1, 0)
            else
                struct (values, columns, 1)

    let private rows block =
        match block with
        | Block.ByRow values -> Some values.Length
        | Block.Whole(values, columns) -> Some(values.Length / columns)
        | _ -> None

    let private columns block =
        match block with
        | Block.ByColumn values -> Some values.Length
        | Block.Whole(_, columns) -> Some columns
        | _ -> None

    let private diagonal block =
        match block with
        | Block.Diagonal values -> Some values.Length
        | _ -> None

    /// The block of the form that blocks have together. `fill` gets the memory, the number of columns, and whether the
    /// values are those of a diagonal.
    let private made blocks (fill: float[] -> int -> bool -> unit) =
        let create count columns isDiagonal form =
            let values = Array.zeroCreate count
            fill values columns isDiagonal
            form values

        match List.tryPick diagonal blocks, List.tryPick rows blocks, List.tryPick columns blocks with
        | Some n, _, _ -> create n 1 true Block.Diagonal
        | None, Some n, Some m -> create (n * m) m false (fun values -> Block.Whole(values, m))
        | None, Some n, None -> create n 1 false Block.ByRow
        | None, None, Some m -> create m m false Block.ByColumn
        | None, None, None -> create 1 1 false (Array.head >> Block.Constant)

    /// Whether the values of one sample are finite at equal positions.
    let isFiniteAtEqual block =
        let struct (values, down, _) = strides true block

        Seq.forall
            (fun p -> Double.IsFinite values[p])
            (seq { 0 .. max 1 down .. (if down = 0 then 0 else values.Length - 1) })

    let inline private map1 ([<InlineIfLambda>] f: float -> float) a =
        made [ a ] (fun values columns isDiagonal ->
            let struct (a, down, right) = strides isDiagonal a

            for k in 0 .. values.Length - 1 do
                values[k] <- f a[k / columns * down + k % columns * right])

    let inline private map2 ([<InlineIfLambda>] f: float -> float -> float) a b =
        made [ a; b ] (fun values columns isDiagonal ->
            let struct (a, aDown, aRight) = strides isDiagonal a
            let struct (b, bDown, bRight) = strides isDiagonal b

            for i in 0 .. values.Length / columns - 1 do
                for j in 0 .. columns - 1 do
                    values[i * columns + j] <- f a[i * aDown + j * aRight] b[i * bDown + j * bRight])

    let inline private map3 ([<InlineIfLambda>] f: float -> float -> float -> float) a b c =
        made [ a; b; c ] (fun values columns isDiagonal ->
            let struct (a, aDown, aRight) = strides isDiagonal a
            let struct (b, bDown, bRight) = strides isDiagonal b
            let struct (c, cDown, cRight) = strides isDiagonal c

            for i in 0 .. values.Length / columns - 1 do
                for j in 0 .. columns - 1 do
                    values[i * columns + j] <-
                        f a[i * aDown + j * aRight] b[i * bDown + j * bRight] c[i * cDown + j * cRight])

    // Each operation has a loop of its own.
    let private apply operation operands =
        let n = Float64Arithmetic() :> IArithmetic<float>

        match operation, operands with
        | Add, [ a; b ] -> map2 (fun x y -> x + y) a b
        | Subtract, [ a; b ] -> map2 (fun x y -> x - y) a b
        | Multiply, [ a; b ] -> map2 (fun x y -> x * y) a b
        | Divide, [ a; b ] -> map2 (fun x y -> x / y) a b
        | Gap, [ a; b; c ] -> map3 (fun x y z -> n.Gap(x, y, z)) a b c
        | _, [ a ] -> map1 (fun x -> Expr.floats.Apply operation [ x ]) a
        | _, [ a; b ] -> map2 (fun x y -> Expr.floats.Apply operation [ x; y ]) a b
        | _ -> invalidOp $"{operation} has another number of operands."

    /// E f(u) f(v) at every pair of positions. A table is made once for each value of q1 and q2, of which a block has
    /// one for each p and p'.
    let private expect f q1 q2 c =
        let tables (values: float[]) = values |> Array.map (Expectation.table f)

        made [ q1; q2; c ] (fun values columns isDiagonal ->
            let struct (q1, down1, right1) = strides isDiagonal q1
            let struct (q2, down2, right2) = strides isDiagonal q2
            let struct (c, cDown, cRight) = strides isDiagonal c
            let tables1, tables2 = tables q1, tables q2

            for i in 0 .. values.Length / columns - 1 do
                for j in 0 .. columns - 1 do
                    values[i * columns + j] <-
                        Expectation.pair
                            tables1[i * down1 + j * right1]
                            tables2[i * down2 + j * right2]
                            c[i * cDown + j * cRight])

    /// The operations of expressions on blocks.
    let numbers: Numbers<Block> =
        { Number = Block.Constant
          Pi = Block.Constant Expr.floats.Pi
          Apply = apply
          Expect = expect
          Mean = fun f q -> map1 (Expr.floats.Mean f) q }

    /// The values at (p, p) by p.
    let ofRow block =
        match block with
        | Block.Whole(values, columns) -> Block.ByRow(Array.init columns (fun p -> values[p * (columns + 1)]))
        | Block.ByColumn values
        | Block.Diagonal values -> Block.ByRow values
        | other -> other

    /// The values at (p', p') by p'.
    let ofColumn block =
        match ofRow block with
        | Block.ByRow values -> Block.ByColumn values
        | other -> other

    let private whole columns (values: float[]) =
        if values.Length = 1 then
            Block.Constant values[0]
        else
            Block.Whole(values, columns)

    /// B M B'^T, rows first.
    let private weighted (row: (int * float)[][]) (column: (int * float)[][]) block old =
        let struct (values, down, right) = strides false block
        let half = Array.zeroCreate (row.Length * old)

        row
        |> Array.iteri (fun p terms ->
            for i, a in terms do
                for j in 0 .. old - 1 do
                    half[p * old + j] <- half[p * old + j] + a * values[i * down + j * right])

        Array.init (row.Length * column.Length) (fun k ->
            let start = k / column.Length * old
            let mutable sum = 0.0

            for j, b in column[k % column.Length] do
                sum <- sum + b * half[start + j]

            sum)
        |> whole column.Length

    // A value that a map reads beyond the edge is 0.
    let private copied (row: int[][]) (column: int[][]) block =
        let struct (values, down, right) = strides false block

        Array.init (row.Length * column.Length) (fun k ->
            let from, from' = row[k / column.Length], column[k % column.Length]
            let mutable sum = 0.0

            for d in 0 .. from.Length - 1 do
                if from[d] >= 0 && from'[d] >= 0 then
                    sum <- sum + values[from[d] * down + from'[d] * right]

            sum / float from.Length)
        |> whole column.Length

    let private meanOf (values: float[]) step (taken: int[]) =
        let mutable sum = 0.0

        for p in taken do
            if p >= 0 then
                sum <- sum + values[p * step]

        sum / float taken.Length

    /// The second moment at the new positions of two samples. `old` is the number of the column's positions before.
    let across (row: PositionMap) (column: PositionMap) old block =
        match row, column, block with
        | Copies [| all |], _, Block.Diagonal values -> Block.Constant(meanOf values 1 all)
        | Copies taken, _, Block.Diagonal values -> Block.Diagonal(Array.map (meanOf values 1) taken)
        // The other values are not there, because no signal needs what this map makes of them.
        | Weighted [| _ |], _, Block.Diagonal _ -> Block.Constant nan
        | Weighted terms, _, Block.Diagonal _ -> Block.Diagonal(Array.create terms.Length nan)
        | Weighted row, Weighted column, block -> weighted row column block old
        | Copies row, Copies column, block -> copied row column block
        | _ -> invalidArg "column" "Expected the same map for the row and for the column."

    /// The mean at the new positions of a sample.
    let acrossMean (map: PositionMap) block =
        let struct (values, step, _) = strides false (ofRow block)

        let moved =
            match map with
            | Weighted weights -> weights |> Array.map (Array.sumBy (fun (p, a) -> a * values[p * step]))
            | Copies taken -> Array.map (meanOf values step) taken

        if moved.Length = 1 then Block.Constant moved[0] else Block.ByRow moved

    /// The weights of positions by their second moment: a softmax over each row, times the factor.
    let softmax factor block =
        match block with
        | Block.Whole(values, columns) ->
            Weighted(
                values
                |> Array.chunkBySize columns
                |> Array.map (fun row ->
                    let scaled = Array.map ((*) factor) row
                    let most = Array.max scaled
                    let weights = scaled |> Array.map (fun x -> exp (x - most))
                    let total = Array.sum weights
                    weights |> Array.mapi (fun q w -> q, w / total))
            )
        | Block.Constant _ -> Weighted [| [| 0, 1.0 |] |]
        | _ -> invalidArg "block" "Expected a second moment at all pairs of positions."

    /// The scores of positions by their second moment, times the factor, as weights.
    let scores factor block =
        match block with
        | Block.Whole(values, columns) ->
            Weighted(values |> Array.chunkBySize columns |> Array.map (Array.mapi (fun q x -> q, factor * x)))
        | Block.Constant x -> Weighted [| [| 0, factor * x |] |]
        | _ -> invalidArg "block" "Expected a second moment at all pairs of positions."

    /// The one value of a block of one position.
    let single block =
        match block with
        | Block.Constant x -> x
        | _ -> invalidArg "block" "Expected a signal of one position."
