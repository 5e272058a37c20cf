namespace HadamardNtk.Core

/// An option of one layer of a network that is a number: w or b of a dense layer, or an option of an activation.
type internal OptionPlace =
    {
        /// The path of the layer as it is written, in which copies are one layer.
        Path: LayerPath
        /// The word of the layer.
        Word: string
        /// The key of the option.
        Key: string
        /// The index of the number in an option that is a list, and 0 otherwise.
        Index: int
        /// The value.
        Value: float
    }

/// The numbers of a network's layers, which a search for hyper-parameters may change.
[<RequireQualifiedAccess>]
module internal OptionPlace =
    let private ofDense path (dense: Dense) =
        [ "w", dense.Weight; "b", dense.Bias ]
        |> List.map (fun (key, value) -> { Path = path; Word = "dense"; Key = key; Index = 0; Value = value })

    let private ofActivation path (phi: Activation) =
        match phi.Origin, Catalogue.find phi.Name with
        | Word, Some entry when not entry.Law.IsDiscrete ->
            Catalogue.optionValues phi
            |> List.collect (fun (key, values) ->
                values
                |> List.mapi (fun i value -> { Path = path; Word = phi.Name; Key = key; Index = i; Value = value }))
        | _ -> []

    let private below step path : LayerPath = step :: path

    /// The options of a network's layers, in the order of its text. A repeated network is written once.
    let ofNetwork (network: Layer) : OptionPlace list =
        let read shape : LayerPath -> OptionPlace list =
            match shape with
            | Shape.Dense options -> fun path -> ofDense path options
            | Shape.Activation phi -> fun path -> ofActivation path phi
            | Shape.Repeat(_, part) -> part
            | shape ->
                fun path -> Shape.parts shape |> List.mapi (fun i part -> part (below (Child i) path)) |> List.concat

        Layer.fold read network []

    let private changedDense value path (dense: Dense) =
        match ofDense path dense |> List.map value with
        | [ w; b ] -> Layer.denseWith { dense with Weight = w; Bias = b }
        | _ -> invalidOp "A dense layer has two options."

    let private changedActivation value path (phi: Activation) =
        match ofActivation path phi with
        | [] -> Layer.activation phi
        | places ->
            places
            |> List.groupBy _.Key
            |> List.map (fun (key, numbers) -> key, List.map value numbers)
            |> Catalogue.activation phi.Name
            |> Layer.activation

    /// The network with other values of its options. It raises ArgumentException if a layer does not accept a value.
    let replace (value: OptionPlace -> float) (network: Layer) : Layer =
        let change shape : LayerPath -> Layer =
            match shape with
            | Shape.Dense options -> fun path -> changedDense value path options
            | Shape.Activation phi -> fun path -> changedActivation value path phi
            | Shape.Repeat(count, part) -> fun path -> Layer.ofShape (Shape.Repeat(count, part path))
            | shape ->
                fun path ->
                    let mutable next = -1

                    let part make =
                        next <- next + 1
                        make (below (Child next) path)

                    Layer.ofShape (Shape.map part shape)

        Layer.fold change network []
