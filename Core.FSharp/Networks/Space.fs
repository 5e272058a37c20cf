namespace HadamardNtk.Core

open System

/// The positions that a window reads beyond the edge of a grid.
type Padding =
    /// Zeros, so many that a stride of 1 keeps the size. Of an odd number of them the one more is behind.
    | Same
    /// None: every window lies in the grid.
    | Valid
    /// The positions of the other edge, as many as zeros in `Same`.
    | Circular

/// A window that slides over a grid. A list of one number holds for every axis.
type Window =
    {
        /// The length along each axis.
        Size: int list
        /// The distance from a window to the next along each axis.
        Stride: int list
        /// The positions beyond the edge.
        Padding: Padding
    }

/// The weights of a vertex's neighbors and of the vertex itself.
type AggregateKind =
    /// The entries of the graph's own matrix.
    | NeighborSum
    /// The entries divided by the sum of their row.
    | NeighborMean

/// A linear map of a signal's positions, which has no weights and treats all channels alike.
type SpatialMap =
    /// The channels of all positions of a window side by side.
    | Patches of Window
    /// The mean of a window, divided by its full size at the edges too.
    | Average of Window
    /// The sum of a window.
    | Total of Window
    /// The channels of all positions side by side.
    | Flatten
    /// The mean over all positions.
    | GlobalAverage
    /// The sum over all positions.
    | GlobalTotal
    /// The weighted sum of a vertex and its neighbors.
    | Aggregate of AggregateKind

/// The positions of a signal. At each of them it has all its channels.
type Space =
    /// A grid of the given extents: an image of height and width, or a sequence of a length. Without extents it is the
    /// one position of a flat signal.
    | Grid of int list
    /// The vertices of a graph, of which every sample has its own.
    | Vertices

/// The reading of a row of features as positions.
type View =
    {
        /// The first column and the one after the last; None for all.
        Columns: (int * int) option
        /// The extents of a grid, and the number of channels last; None for one position.
        Shape: int list option
    }

/// Spaces and the maps between them.
[<RequireQualifiedAccess>]
module internal Space =
    /// The space of one position.
    let point = Grid []

    /// The space in words, as in "images of 32x32 positions".
    let describe space =
        match space with
        | Grid [] -> "flat rows"
        | Grid [ length ] -> $"sequences of {length} positions"
        | Grid extents -> sprintf "images of %s positions" (extents |> List.map string |> String.concat "x")
        | Vertices -> "graphs"

    /// The greatest number of positions along an axis, of a window, and of a grid with its channels.
    let most = 100_000_000

    /// The longest axis, window and stride.
    let longest = 999_999

    /// The number of positions of a grid.
    let count extents = List.fold (*) 1 extents

    /// A number for each axis: the given ones, or one given number for all.
    let private forAxes (extents: int list) numbers =
        match numbers with
        | [ single ] -> Some(List.map (fun _ -> single) extents)
        | several when List.length several = extents.Length -> Some several
        | _ -> None

    /// The number of windows along an axis, and the number of positions before the first position that the first
    /// window reads.
    let internal along padding (extent, size, stride) =
        match padding with
        | Valid -> (extent - size) / stride + 1, 0
        | Same
        | Circular ->
            let windows = (extent + stride - 1) / stride
            windows, max ((windows - 1) * stride + size - extent) 0 / 2

    let private sized word (window: Window) extents =
        match forAxes extents window.Size, forAxes extents window.Stride with
        | Some sizes, Some strides ->
            let isTooLong (extent, size) = window.Padding = Valid && size > extent

            match List.zip extents sizes |> List.tryFind isTooLong with
            | Some(extent, size) ->
                Error($"its window of {size} is longer than the {extent} positions of {word}", "take a smaller window")
            | None -> Ok(List.zip3 extents sizes strides)
        | _ ->
            Error(
                $"its window has another number of axes than {word}",
                "give k and stride one number, or one for each axis"
            )

    /// The extent, the size of the window and its stride along each axis of a grid that the window fits.
    let internal axes window extents =
        match sized "the grid" window extents with
        | Ok axes -> axes
        | Error(reason, _) -> invalidArg "window" reason

    /// For every window of a grid the numbers of the positions that it reads, in the order of rows, with -1 for a zero
    /// beyond the edge.
    let windows (window: Window) extents : int[][] =
        // The positions of one axis for each window along it, and then those of several axes together.
        let positions (extent, size, stride) =
            let number, before = along window.Padding (extent, size, stride)

            Array.init number (fun i ->
                Array.init size (fun d ->
                    let at = i * stride + d - before

                    match window.Padding with
                    | Circular -> (at % extent + extent) % extent
                    | _ -> if at < 0 || at >= extent then -1 else at))

        let beside outer (inner, extent) =
            let joined (a, b) = if a < 0 || b < 0 then -1 else a * extent + b

            Array.allPairs outer inner |> Array.map (fun (a, b) -> Array.allPairs a b |> Array.map joined)

        axes window extents
        |> List.map (fun (extent, size, stride) -> positions (extent, size, stride), extent)
        |> List.fold beside [| [| 0 |] |]

    /// For every axis of a grid the length of a window, the distance from one to the next, the number of positions
    /// before the first position that the first window reads, and the number of windows.
    let frames (window: Window) extents : struct (int * int * int * int) list =
        [ for extent, size, stride in axes window extents do
              let number, before = along window.Padding (extent, size, stride)
              struct (size, stride, before, number) ]

    /// Whether a window of a grid reads positions of the other edge.
    let wraps (window: Window) extents =
        let reachesOut extent (struct (size, stride, before, number)) =
            before > 0 || (number - 1) * stride + size - before > extent

        window.Padding = Circular && List.exists2 reachesOut extents (frames window extents)

    let private windowed window space =
        match space with
        | Grid [] ->
            Error("it reads positions, and flat rows have none", "give the input a shape, as in image(28x28x1)")
        | Vertices -> Error("it needs a grid, and graphs have none", "take aggregate, or a global pool")
        | Grid extents ->
            sized (describe space) window extents
            |> Result.map (fun axes -> Grid(axes |> List.map (along window.Padding >> fst)))

    /// The space of a map's result, or the reason why a signal has none and a change that gives it one.
    let mapped map space : Result<Space, string * string> =
        match map, space with
        | (Patches window | Average window | Total window), _ -> windowed window space
        | (Flatten | GlobalAverage | GlobalTotal), Grid [] ->
            Error("it reads positions, and flat rows have none", "leave it out, or give the input a shape")
        | Flatten, Vertices ->
            Error("graphs have different numbers of vertices", "take global_sum_pool or global_avg_pool")
        | (Flatten | GlobalAverage | GlobalTotal), _ -> Ok point
        | Aggregate _, Vertices -> Ok Vertices
        | Aggregate _, Grid _ -> Error($"it needs graphs, and the signal is on {describe space}", "use it on graphs")

    /// The number of positions whose channels a map puts side by side.
    let copies map space =
        match map, space with
        | Patches window, Grid extents -> forAxes extents window.Size |> Option.map count |> Option.defaultValue 1
        | Flatten, Grid extents -> count extents
        | _ -> 1
