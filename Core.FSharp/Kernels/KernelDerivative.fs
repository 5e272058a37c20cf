namespace HadamardNtk.Core

/// The derivatives of a network's two kernels in one direction, as kernels of their own: d Sigma/dt in the place of the
/// NNGP kernel, and d Theta/dt in the place of the NTK.
///
/// They follow from forward-mode differentiation of the law of dual numbers, and dual activations by
///
///     dT/dq1 = E phi''(u) phi(v)/2,   dT/dc = T' = E phi'(u) phi'(v)        (Price's theorem),
///
/// in closed form. The kernel of a kinked activation has no second derivatives at two equal samples: terms that grow as
/// the inverse of the angle are 0 there.
///
/// Source: Price, A useful theorem for nonlinear devices having Gaussian inputs (1958).
[<RequireQualifiedAccess>]
module KernelDerivative =
    let private along (kernel: Kernel) direction =
        Program.compileDerivative kernel.Signal direction
        |> Result.map (fun program -> { kernel with Program = program })

    /// The derivatives by x.x/d of the row's sample: with the others, grad_x K = (2 x dK/d(x.x/d) + x' dK/d(x.x'/d) + 1
    /// dK/d(average of x))/d.
    let byRowNorm kernel = along kernel Direction.RowNorm

    /// The derivatives by x.x'/d.
    let byProduct kernel = along kernel Direction.Product

    /// The derivatives by the average feature of the row's sample. They are zero unless the input itself meets other
    /// signals.
    let byRowAverage kernel = along kernel Direction.RowAverage

    // Layers that are written alike may be one signal, so that they move together or not at all.
    let private activations (moving: (OptionPlace * float) list) network =
        let written =
            OptionPlace.ofNetwork network
            |> List.filter (fun place -> place.Word <> "dense")
            |> List.groupBy (fun place -> place.Path)
            |> List.map (fun (path, places) ->
                let given = places |> List.groupBy _.Key |> List.map (fun (key, ps) -> key, ps |> List.map _.Value)

                let speed place =
                    moving |> List.tryFind (fst >> (=) place) |> Option.map snd |> Option.defaultValue 0.0

                path, Catalogue.activation places.Head.Word given, [ for p in places -> p.Key, p.Index, speed p ])

        let clash =
            written
            |> List.groupBy (fun (_, phi, _) -> string phi)
            |> List.tryFind (fun (_, same) ->
                same |> List.map (fun (_, _, speeds) -> speeds) |> List.distinct |> _.Length > 1)

        match clash with
        | Some(text, _) ->
            Error(
                Refusal.make
                    text
                    []
                    "some of the layers that are written so vary and others do not"
                    "vary the option in all of them, or write them differently"
            )
        | None ->
            let known =
                written |> List.map (fun (_, phi, speeds) -> phi, speeds |> List.filter (fun (_, _, s) -> s <> 0.0))

            Ok(fun phi -> known |> List.tryFind (fst >> (=) phi) |> Option.map snd |> Option.defaultValue [])

    /// The direction of a parameter t on which options of the network's layers depend, given dv/dt of each value v.
    let internal options (network: Layer) (speed: OptionPlace -> float) : Result<Direction, Refusal> =
        let moving = OptionPlace.ofNetwork network |> List.map (fun place -> place, speed place)
        let known = moving |> List.map (fun (place, v) -> (place.Path, place.Key), v) |> Map.ofList

        let scales path =
            let at key = Map.tryFind (path, key) known |> Option.defaultValue 0.0
            at "w", at "b"

        activations moving network |> Result.map (fun activations -> Direction.Options(scales, activations))

    /// The derivatives by a parameter t on which options of the network's layers depend.
    let internal byOptions (kernel: Kernel) speed = options kernel.Network speed |> Result.bind (along kernel)

    /// The direction of a parameter t of a network on positions, or why the kernels have no derivative by it.
    let internal onPositions (network: Layer) (signal: Signal) speed : Result<Direction, Refusal> =
        options network speed
        |> Result.bind (fun direction -> Jet.require direction signal |> Result.map (fun () -> direction))
