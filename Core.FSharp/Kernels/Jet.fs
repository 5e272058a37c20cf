namespace HadamardNtk.Core

/// A value and its derivative in one direction: v + t v' with t^2 = 0.
type internal Jet<'v> =
    {
        /// The value v.
        Value: 'v
        /// The derivative v', or None for 0.
        Slope: 'v option
    }

/// A direction in which the kernels of a network are differentiated.
[<RequireQualifiedAccess>]
type internal Direction =
    /// By a parameter t on which options of the layers depend: dw/dt and db/dt of a dense layer at its path without
    /// copies, and the derivatives of the options of an activation, by key and index.
    | Options of scales: (LayerPath -> float * float) * activations: (Activation -> (string * int * float) list)
    /// By x.x/d of the row's sample.
    | RowNorm
    /// By the average feature of the row's sample.
    | RowAverage
    /// By x.x'/d.
    | Product

/// Forward-mode differentiation of the law of dual numbers, over any type of values.
[<RequireQualifiedAccess>]
module internal Jet =
    /// Raised if a kernel has no derivative in a direction.
    exception Undifferentiable of Refusal

    let private constant value = { Value = value; Slope = None }
    let private constant' _ value = constant value
    let private moving (n: Numbers<'v>) value = { Value = value; Slope = Some(n.Number 1.0) }

    /// a f(v) + b g(w) for two derivatives, each of which may be 0.
    let private join (n: Numbers<'v>) operation a b =
        match a, b with
        | Some a, Some b -> Some(n.Apply operation [ a; b ])
        | Some a, None -> Some a
        | None, Some b when operation = Subtract -> Some(n.Apply Subtract [ n.Number 0.0; b ])
        | None, b -> b

    let private times (n: Numbers<'v>) a b = n.Apply Multiply [ a; b ]

    let private slope (n: Numbers<'v>) operation (operands: Jet<'v> list) value =
        match operation, operands with
        | (Add | Subtract), [ a; b ] -> join n operation a.Slope b.Slope
        | Multiply, [ a; b ] ->
            join n Add (a.Slope |> Option.map (times n b.Value)) (b.Slope |> Option.map (times n a.Value))
        | Divide, [ a; b ] ->
            join n Subtract a.Slope (b.Slope |> Option.map (times n value))
            |> Option.map (fun top -> n.Apply Divide [ top; b.Value ])
        | Sqrt, [ a ] -> a.Slope |> Option.map (fun top -> n.Apply Divide [ top; times n (n.Number 2.0) value ])
        | _ -> invalidOp $"{operation} does not occur outside dual activations."

    let private numbers (n: Numbers<'v>) : Numbers<Jet<'v>> =
        { Number = n.Number >> constant
          Pi = constant n.Pi
          Apply =
            fun operation operands ->
                let value = n.Apply operation (operands |> List.map _.Value)
                { Value = value; Slope = slope n operation operands value }
          Expect = fun _ _ _ _ -> invalidOp "The expectations of dual activations are differentiated as a whole."
          Mean = fun _ _ -> invalidOp "The expectations of dual activations are differentiated as a whole." }

    /// The path of a layer in the network as it is written, in which copies are one layer.
    let written (path: LayerPath) : LayerPath =
        path
        |> List.filter (function
            | Copy _ -> false
            | Child _ -> true)

    let private refuse label reason mend = raise (Undifferentiable(Refusal.make label [] reason mend))

    let private partialsOf (phi: Activation) =
        match DualGradient.partials phi with
        | Ok partials -> partials
        | Error reason -> refuse (string phi) reason "take an activation with a closed form"

    /// The words of which an activation is joined.
    let rec private words (phi: Activation) =
        match phi.Origin with
        | Joined(_, parts) -> List.collect words parts
        | _ -> [ phi ]

    let private byOption (phi: Activation) (key, index, slope: float) =
        match Catalogue.byOption phi key index with
        | Some dual -> dual, slope
        | None ->
            refuse
                (string phi)
                $"{key} is a whole number, so that the kernel has no derivative by it"
                $"leave {key} fixed"

    let private moment (n: Numbers<'v>) options (phi: Activation) (part: Dual -> Expr) q1 q2 c =
        let at expr = Expr.evaluate n q1.Value q2.Value c.Value expr
        let along expr (slope: 'v option) = slope |> Option.map (fun slope -> times n (at expr) slope)

        let varied =
            match phi.Origin with
            | Word -> options phi |> List.map (byOption phi)
            | _ ->
                match
                    words phi |> List.filter (fun word -> word.Origin.IsWord && not (List.isEmpty (options word)))
                with
                | [] -> []
                | word :: _ ->
                    refuse
                        (string phi)
                        ($"{word} acts on the same signal as another activation, "
                         + "so that its options have no derivative here")
                        "leave its options fixed, or put a dense between the two"

        let bySignals =
            if q1.Slope.IsNone && q2.Slope.IsNone && c.Slope.IsNone then
                []
            else
                let partials = partialsOf phi

                [ along (part partials.ByRow) q1.Slope
                  along (part partials.ByColumn) q2.Slope
                  along (part partials.ByPair) c.Slope ]

        let byOptions =
            varied |> List.map (fun (dual, slope) -> Some(times n (at (part dual)) (n.Number slope)))

        { Value = at (part phi.Dual); Slope = bySignals @ byOptions |> List.fold (join n Add) None }

    /// The operations on positions, which are linear in what they move. `filled` gets a value and its derivative, and
    /// gives the derivative at the positions of the value.
    let positions (filled: 'v -> 'v -> 'v) (at: PositionValues<'v>) : PositionValues<Jet<'v>> =
        let both f jet = { Value = f jet.Value; Slope = jet.Slope |> Option.map (filled jet.Value >> f) }

        { OfRow = both at.OfRow
          OfColumn = both at.OfColumn
          Across = fun map space side -> both (at.Across map space side)
          AcrossMean = fun map space side -> both (at.AcrossMean map space side)
          Attend =
            fun _ _ _ _ ->
                refuse
                    "self_attention"
                    "the derivative of its weights by the scores is not known"
                    "take kind=identity with scaling=root, or a pool"
          Viewed =
            fun view ->
                let moments = at.Viewed view

                { Product =
                    { Row = constant moments.Product.Row
                      Column = constant moments.Product.Column
                      Pair = constant moments.Product.Pair }
                  Average = constant (fst moments.Average), constant (snd moments.Average)
                  FeatureCount = constant moments.FeatureCount } }

    /// The values of layers in a direction, with the operations on positions.
    let layersOn at (n: Numbers<'v>) direction : LayerValues<Jet<'v>> =
        let scales, options =
            match direction with
            | Direction.Options(scales, activations) -> scales, activations
            | _ -> (fun _ -> 0.0, 0.0), (fun _ -> [])

        let scale (value: float) slope =
            { Value = n.Number value; Slope = if slope = 0.0 then None else Some(n.Number slope) }

        { Numbers = numbers n
          Scales =
            fun path dense ->
                let byWeight, byBias = scales (written path)
                scale dense.Weight byWeight, scale dense.Bias byBias
          Moment = moment n options
          Positions = at }

    /// The values of layers of a network on one position in a direction.
    let layers n direction = layersOn (DualNumber.onePosition ()) n direction

    /// The moments of the input in a direction.
    let input (n: Numbers<'v>) direction (moments: InputMoments<'v>) : InputMoments<Jet<'v>> =
        let row, average, product =
            match direction with
            | Direction.RowNorm -> moving, constant', constant'
            | Direction.RowAverage -> constant', moving, constant'
            | Direction.Product -> constant', constant', moving
            | Direction.Options _ -> constant', constant', constant'

        { Product =
            { Row = row n moments.Product.Row
              Column = constant moments.Product.Column
              Pair = product n moments.Product.Pair }
          Average = average n (fst moments.Average), constant (snd moments.Average)
          FeatureCount = constant moments.FeatureCount }

    /// Requires that the kernels of a network have derivatives in a direction, or says why they have none. The values
    /// of this reading are nothing.
    let require direction (signal: Signal) : Result<unit, Refusal> =
        let nothing: Numbers<unit> =
            { Number = ignore
              Pi = ()
              Apply = fun _ _ -> ()
              Expect = fun _ _ _ _ -> ()
              Mean = fun _ _ -> () }

        let moments = { Product = { Row = (); Column = (); Pair = () }; Average = (), (); FeatureCount = () }

        let at =
            { OfRow = id
              OfColumn = id
              Across = fun _ _ _ _ -> ()
              AcrossMean = fun _ _ _ _ -> ()
              Attend = fun _ _ _ _ -> ()
              Viewed = fun _ -> moments }

        try
            let values = layersOn (positions (fun _ slope -> slope) at) nothing direction
            DualNumber.readWith values (input nothing direction moments) ignore signal signal |> ignore
            Ok()
        with Undifferentiable refusal ->
            Error refusal
