namespace HadamardNtk.Core

open System.Collections.Generic

/// One operation of an unrolled network. It acts on signals of type 'z: their numbers, or the values that a reading
/// gave them.
[<RequireQualifiedAccess>]
type internal Op<'z> =
    /// The raw input x.
    | Input
    /// The constant c in every channel.
    | Constant of float
    /// A dense layer. Its path names its weights.
    | Dense of LayerPath * Dense * 'z
    /// A pointwise nonlinearity.
    | Phi of Activation * 'z
    /// Layer normalization with its epsilon.
    | LayerNorm of float * 'z
    /// The sum of signals.
    | Sum of 'z list
    /// The channelwise product of signals.
    | Hadamard of 'z list
    /// A linear map of positions.
    | Spatial of SpatialMap * 'z
    /// The raw input read as positions.
    | Viewed of View * 'z
    /// Self-attention over the positions. Its path names its weights.
    | Attention of LayerPath * Attention * 'z
    /// Channels side by side, in proportion to the weights.
    | Concat of (float * 'z) list

/// Functions of all operations.
[<RequireQualifiedAccess>]
module internal Op =
    /// The same operation on other signals.
    let map (f: 'a -> 'b) (op: Op<'a>) : Op<'b> =
        match op with
        | Op.Input -> Op.Input
        | Op.Constant c -> Op.Constant c
        | Op.Dense(path, options, z) -> Op.Dense(path, options, f z)
        | Op.Phi(phi, z) -> Op.Phi(phi, f z)
        | Op.LayerNorm(eps, z) -> Op.LayerNorm(eps, f z)
        | Op.Spatial(map, z) -> Op.Spatial(map, f z)
        | Op.Viewed(view, z) -> Op.Viewed(view, f z)
        | Op.Attention(path, options, z) -> Op.Attention(path, options, f z)
        | Op.Sum parts -> Op.Sum(List.map f parts)
        | Op.Hadamard parts -> Op.Hadamard(List.map f parts)
        | Op.Concat parts -> Op.Concat(parts |> List.map (fun (w, z) -> w, f z))

    /// The signals that an operation acts on, in order.
    let operands (op: Op<'z>) : 'z list =
        let found = ResizeArray()
        map found.Add op |> ignore
        List.ofSeq found

    /// The layer that an operation stands for, in the notation.
    let label op =
        match op with
        | Op.Input -> "input"
        | Op.Constant c -> Printer.constant c
        | Op.Dense(_, options, _) -> Printer.dense options
        | Op.Phi(phi, _) -> string phi
        | Op.LayerNorm(eps, _) -> Printer.layerNorm eps
        | Op.Spatial(map, _) -> Printer.spatial map
        | Op.Viewed(view, _) -> Printer.view view
        | Op.Attention(_, options, _) -> Printer.attention options
        | Op.Sum _ -> "sum"
        | Op.Hadamard _ -> "hadamard"
        | Op.Concat _ -> "concat"

/// The reason why a network cannot be read.
type Refusal =
    {
        /// The layer, in the notation.
        Layer: string
        /// The path of the layer.
        Path: LayerPath
        /// The reason for the refusal.
        Reason: string
        /// The proposed change.
        Suggestion: string
    }

    /// One line: the layer, the reason, the mend.
    override this.ToString() = $"network refused at {this.Layer}: {this.Reason}; {this.Suggestion}"

/// The refusals that all readings of a network share.
[<RequireQualifiedAccess>]
module internal Refusal =
    /// A refusal of a layer.
    let make layer path reason mend = { Layer = layer; Path = path; Reason = reason; Suggestion = mend }

    /// A network may not use a name that it does not define.
    let undefined name = make name [] "the name is not defined" $"put 'let {name} = ... in' before the network"

    /// A network may not have more layers than can be read.
    let tooLarge =
        make "the network" [] $"it has more than {Layer.maximumSize} layers, copies counted" "make it shallower"

    /// Signals that meet channel by channel have one width.
    let unequalWidths layer path (a: int) (b: int) =
        make layer path $"signals of {a} and of {b} channels meet" "give the layers before it the same width"

    /// Signals that meet live on one space, or at one position.
    let unequalSpaces layer path a b =
        make
            layer
            path
            $"signals on {Space.describe a} and on {Space.describe b} meet"
            "give them the same positions, or end one of them in a global pool"

    /// A reading may know flat signals only.
    let positions layer path =
        make
            layer
            path
            "it reads positions of images, sequences or graphs, and what was asked for knows flat rows alone"
            ("name a network of flat rows here; kernels of images and sequences are known to the backends cpu and "
             + "reference, and those of graphs to GraphKernel")

    /// One set of weights acts on signals of one width.
    let unequalInputs layer path =
        make
            layer
            path
            "one set of weights meets inputs of different widths"
            "use the name only on signals of one width"

    /// A concat's weights are in proportion to the widths of its networks.
    let disproportion path =
        make
            "concat"
            path
            "its weights contradict the widths of its networks"
            "give weights in proportion to the widths"

/// One layer of an unrolled network: its path, and its operation on the nodes of the given numbers.
type internal Node = { Path: LayerPath; Op: Op<int> }

/// An unrolled network, in which every layer is a node for each copy and each signal that it acts on. Two layers with
/// equal operations remain two nodes: a finite network rounds each of them, while the kernel calculus makes them one
/// signal.
type internal Graph =
    {
        /// The nodes, each after those that it acts on. The first one is the raw input.
        Nodes: Node[]
        /// The number of the node that the network ends in, or the reason why it could not be unrolled further.
        End: Result<int, Refusal>
    }

/// The unrolling of networks, which all readings share.
[<RequireQualifiedAccess>]
module internal Graph =
    exception private Stopped of Refusal

    type private Context = { Path: LayerPath; Names: Map<string, int -> int> }

    let private at step (context: Context) = { context with Path = step :: context.Path }

    let private inSeries steps context z = steps |> Seq.fold (fun z (step, part) -> part (at step context) z) z

    let private children parts context z = parts |> List.mapi (fun i part -> part (at (Child i) context) z)

    // A name on the same signal is the same variable, and is not unrolled again.
    let private remembering (act: int -> int) =
        let known = Dictionary<int, int>()

        fun z ->
            match known.TryGetValue z with
            | true, value -> value
            | _ ->
                let value = act z
                known[z] <- value
                value

    /// The function from the number of a network's input node to that of its output. `make` adds a node and gives its
    /// number.
    let private unrolled make visit finiteLayer layer : Context -> int -> int =
        let leaf act context z =
            visit ()
            act context.Path z

        let joined op parts context z = make context.Path (op (children parts context z))

        layer
        |> Layer.fold (fun shape ->
            match shape with
            | Shape.Identity -> leaf (fun _ z -> z)
            | Shape.Constant c -> leaf (fun path _ -> make path (Op.Constant c))
            | Shape.Dense options -> leaf (fun path z -> make path (Op.Dense(path, options, z)))
            | Shape.Activation phi -> leaf (fun path z -> make path (Op.Phi(phi, z)))
            | Shape.LayerNorm eps -> leaf (fun path z -> make path (Op.LayerNorm(eps, z)))
            | Shape.Spatial map -> leaf (fun path z -> make path (Op.Spatial(map, z)))
            | Shape.Viewed view -> leaf (fun path z -> make path (Op.Viewed(view, z)))
            | Shape.Attention options -> leaf (fun path z -> make path (Op.Attention(path, options, z)))
            | Shape.Bottleneck width -> leaf (fun path _ -> raise (Stopped(finiteLayer path width)))
            | Shape.Serial parts -> inSeries (parts |> List.mapi (fun i part -> Child i, part))
            | Shape.Sum parts -> joined Op.Sum parts
            | Shape.Hadamard parts -> joined Op.Hadamard parts
            | Shape.Concat(weights, parts) ->
                let weights = weights |> Option.defaultValue (List.map (fun _ -> 1.0) parts)
                joined (List.zip weights >> Op.Concat) parts
            | Shape.Repeat(count, part) -> inSeries (Seq.init count (fun i -> Copy i, part))
            | Shape.Let(name, definition, body) ->
                fun context z ->
                    let defined = remembering (definition (at (Child 0) context))
                    body { at (Child 1) context with Names = Map.add name defined context.Names } z
            | Shape.Name name -> fun context -> leaf (fun _ z -> context.Names[name] z) context)

    /// Unrolls a network in the order of its layers. Copies get weights of their own, and a name is one set of weights.
    /// `finiteLayer` is the reading's answer to a finite layer, given its path and width.
    let unroll finiteLayer layer =
        let nodes = ResizeArray<Node>()
        let visits = ref 0

        let make path op =
            nodes.Add { Path = path; Op = op }
            nodes.Count - 1

        let visit () =
            visits.Value <- visits.Value + 1

            if visits.Value > Layer.maximumSize then
                raise (Stopped Refusal.tooLarge)

        let ending =
            match Seq.tryHead (Layer.freeNames layer) with
            | Some name -> Error(Refusal.undefined name)
            | None ->
                try
                    Ok(unrolled make visit finiteLayer layer { Path = []; Names = Map.empty } (make [] Op.Input))
                with Stopped refusal ->
                    Error refusal

        { Nodes = nodes.ToArray(); End = ending }

    /// The space of the raw input: graphs, which alone have neighbors, where the network aggregates, and else one
    /// position.
    let internal inputSpace graph =
        let isOfGraphs (node: Node) =
            match node.Op with
            | Op.Spatial(Aggregate _, _) -> true
            | _ -> false

        let isViewed (node: Node) = node.Op.IsViewed

        if Array.exists isOfGraphs graph.Nodes && not (Array.exists isViewed graph.Nodes) then
            Vertices
        else
            Space.point
