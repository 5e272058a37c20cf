namespace HadamardNtk.Core

open System

/// The values of a second moment at all pairs (p, p') of positions of two samples, or of a mean at all positions p of
/// one. A value that does not depend on a position is kept once.
[<RequireQualifiedAccess>]
type Block =
    /// One value.
    | Constant of float
    /// A value for each p.
    | ByRow of float[]
    /// A value for each p'.
    | ByColumn of float[]
    /// A value for each pair, positions p first.
    | Whole of float[,]

/// The weights with which a map of positions takes the values of a sample's positions, by the position of its result.
/// `Copies` maps put values side by side, so that each of them meets its like alone.
type PositionMap =
    /// For each new position the old ones and their weights.
    | Weighted of (int * float)[][]
    /// For each new position the old ones in the order of the copies, and -1 for zeros.
    | Copies of int[][]

/// Maps of the positions of grids.
[<RequireQualifiedAccess>]
module PositionMap =
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
module Block =
    let private at i j block =
        match block with
        | Block.Constant x -> x
        | Block.ByRow values -> values[i]
        | Block.ByColumn values -> values[j]
        | Block.Whole values -> values[i, j]

    let private rows blocks =
        blocks
        |> List.tryPick (function
            | Block.ByRow values -> Some values.Length
            | Block.Whole values -> Some(Array2D.length1 values)
            | _ -> None)

    let private columns blocks =
        blocks
        |> List.tryPick (function
            | Block.ByColumn values -> Some values.Length
            | Block.Whole values -> Some(Array2D.length2 values)
            | _ -> None)

    /// A function of the values of blocks.
    let map (f: float list -> float) (blocks: Block list) =
        let values i j = f (List.map (at i j) blocks)

        match rows blocks, columns blocks with
        | None, None -> Block.Constant(values 0 0)
        | Some n, None -> Block.ByRow(Array.init n (fun i -> values i 0))
        | None, Some m -> Block.ByColumn(Array.init m (values 0))
        | Some n, Some m -> Block.Whole(Array2D.init n m values)

    /// The operations of expressions on blocks.
    let numbers: Numbers<Block> =
        let one f x = map (fun values -> f values[0]) [ x ]

        { Number = Block.Constant
          Pi = Block.Constant Expr.floats.Pi
          Apply = fun operation blocks -> map (Expr.floats.Apply operation) blocks
          Expect = fun f q1 q2 c -> map (fun v -> Expr.floats.Expect f v[0] v[1] v[2]) [ q1; q2; c ]
          Mean = fun f q -> one (Expr.floats.Mean f) q }

    /// The values at (p, p) by p.
    let ofRow block =
        match block with
        | Block.Whole values -> Block.ByRow(Array.init (Array2D.length1 values) (fun p -> values[p, p]))
        | Block.ByColumn values -> Block.ByRow values
        | other -> other

    /// The values at (p', p') by p'.
    let ofColumn block =
        match ofRow block with
        | Block.ByRow values -> Block.ByColumn values
        | other -> other

    // A value that a map reads beyond the edge is 0.
    let private copied block (p: int) (p': int) = if p < 0 || p' < 0 then 0.0 else at p p' block

    /// The second moment at the new positions of two samples.
    let across (row: PositionMap) (column: PositionMap) block =
        match row, column with
        | Weighted row, Weighted column ->
            Block.Whole(
                Array2D.init row.Length column.Length (fun p p' ->
                    let mutable sum = 0.0

                    for i, a in row[p] do
                        for j, b in column[p'] do
                            sum <- sum + a * b * at i j block

                    sum)
            )
        | Copies row, Copies column ->
            Block.Whole(
                Array2D.init row.Length column.Length (fun p p' ->
                    Seq.map2 (copied block) row[p] column[p'] |> Seq.average)
            )
        | _ -> invalidArg "column" "Expected the same map for the row and for the column."

    /// The mean at the new positions of a sample.
    let acrossMean (map: PositionMap) block =
        match map with
        | Weighted weights -> weights |> Array.map (Array.sumBy (fun (p, a) -> a * at p 0 block)) |> Block.ByRow
        | Copies taken -> taken |> Array.map (Array.averageBy (fun p -> copied block p p)) |> Block.ByRow

    /// The weights of positions by their second moment: a softmax over each row, times the factor.
    let softmax factor block =
        match block with
        | Block.Whole values ->
            Weighted(
                Array.init (Array2D.length1 values) (fun p ->
                    let row = Array.map ((*) factor) values[p, *]
                    let most = Array.max row
                    let weights = row |> Array.map (fun x -> exp (x - most))
                    let total = Array.sum weights
                    weights |> Array.mapi (fun q w -> q, w / total))
            )
        | Block.Constant _ -> Weighted [| [| 0, 1.0 |] |]
        | _ -> invalidArg "block" "Expected a second moment at all pairs of positions."

    /// The one value of a block of one position.
    let single block = at 0 0 block
