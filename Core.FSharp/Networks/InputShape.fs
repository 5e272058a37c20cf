namespace HadamardNtk.Core

/// Networks that read samples of several dimensions. Such a sample is one row of features, in the order of its axes.
/// Its shape is the extents of a grid and the number of channels last.
[<RequireQualifiedAccess>]
module InputShape =
    /// The shape as the word of the notation that reads it.
    let describe shape = Printer.view { Columns = None; Shape = Some shape }

    /// Whether some part of a network has a property.
    let private exists isWanted layer =
        layer |> Layer.fold (fun shape -> isWanted shape || List.exists id (Shape.parts shape))

    // A network that aggregates reads graphs.
    let private readsGrids layer =
        let isOfPositions (shape: Shape<bool>) = shape.IsSpatial || shape.IsAttention

        let isOfGraphs shape =
            match shape with
            | Shape.Spatial(Aggregate _) -> true
            | _ -> false

        exists isOfPositions layer && not (exists isOfGraphs layer)

    // An image of h x w x 1 numbers is a sequence of h x w numbers, as far as the row is concerned.
    let private withoutOnes (shape: int list) = shape |> List.rev |> List.skipWhile ((=) 1) |> List.rev

    /// The first reading of the whole input as another shape, and the path of its layer.
    let private clash shape layer =
        let graph = Graph.unroll (fun path width -> Refusal.make (Printer.bottleneck width) path "" "") layer

        graph.Nodes
        |> Array.tryPick (fun node ->
            match node.Op with
            | Op.Viewed({ Columns = None; Shape = Some named } as view, z) when
                graph.Nodes[z].Op.IsInput && withoutOnes named <> withoutOnes shape
                ->
                Some(Printer.view view, node.Path)
            | _ -> None)

    /// The network that reads samples of a shape. Where it reads positions and names neither a shape nor columns, the
    /// shape stands before it: `image(32x32x3)` or `sequence(100x8)`. Where it names the shape of the whole sample,
    /// that must be the given one, up to axes of length 1 at the end. Other networks read the flat rows as they are.
    /// Raises ArgumentException if the shape has no positions, or is too large.
    let attach shape network : Result<Layer, Refusal> =
        let reading = Layer.shaped shape

        match clash shape network with
        | Some(label, path) ->
            Error(
                Refusal.make
                    label
                    path
                    $"the samples have another shape, that of {describe shape}"
                    $"write {describe shape}, or leave the shape out"
            )
        | None when readsGrids network && not (exists _.IsViewed network) -> Ok(Layer.serial [ reading; network ])
        | None -> Ok network
