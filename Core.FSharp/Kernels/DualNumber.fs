namespace HadamardNtk.Core

/// The values of a second moment at a pair of samples (x, x').
type internal Moments<'v> =
    {
        /// The value at (x, x).
        Row: 'v
        /// The value at (x', x').
        Column: 'v
        /// The value at (x, x').
        Pair: 'v
    }

/// A signal at a pair of samples: Sigma + eps Theta with eps^2 = 0, and its mean at x and at x'.
type internal DualNumber<'v> =
    {
        /// Sigma, the NNGP kernel: the second moment of a channel, without subtracting means.
        Sigma: Moments<'v>
        /// Theta, the tangent kernel, at (x, x').
        Theta: 'v
        /// The mean over weights and channels, at x and at x'.
        Mean: Lazy<'v * 'v>
        /// Sigma less the product of the means at x and x'.
        Covariance: Lazy<Moments<'v>>
    }

/// The moments of a network's input at a pair of samples.
type internal InputMoments<'v> =
    {
        /// x.x/d, x'.x'/d and x.x'/d.
        Product: Moments<'v>
        /// The average features of x and x'.
        Average: 'v * 'v
        /// d, the number of features.
        FeatureCount: 'v
    }

/// The sample, or the pair of samples, that a value of a second moment belongs to.
type internal Side =
    /// x, as the row.
    | AtRow
    /// x', as the column.
    | AtColumn
    /// x and x'.
    | AtPair

/// The values of a signal at positions. A second moment has one for every pair (p, p') of positions, and a mean has one
/// for every p of its sample.
type internal PositionValues<'v> =
    {
        /// At (p, p') the value that a moment has at (p, p), or that a mean has at p.
        OfRow: 'v -> 'v
        /// At (p, p') the value that a moment has at (p', p'), or that a mean has at p'.
        OfColumn: 'v -> 'v
        /// A map of the positions of a second moment that has the given space.
        Across: SpatialMap -> Space -> Side -> 'v -> 'v
        /// A map of the positions of a mean.
        AcrossMean: SpatialMap -> Space -> Side -> 'v -> 'v
        /// The sums of a second moment's values over all positions, with the weights of an attention that a signal of
        /// the given second moment has: softmax over p' of w_q w_k Sigma(x, x)[p, p'], or these scores themselves.
        Attend: Attention -> Moments<'v> -> Side -> 'v -> 'v
        /// The moments of the input read as positions.
        Viewed: View -> InputMoments<'v>
    }

/// The values that a reading of a network gives to the options of its layers and to its dual activations.
type internal LayerValues<'v> =
    {
        /// The operations on values.
        Numbers: Numbers<'v>
        /// w and b of the dense layer at a path.
        Scales: LayerPath -> Dense -> 'v * 'v
        /// The value of one of the expressions of an activation's dual at the second moments q1, q2 and c.
        Moment: Activation -> (Dual -> Expr) -> 'v -> 'v -> 'v -> 'v
        /// The operations on positions.
        Positions: PositionValues<'v>
    }

/// The meaning of a network: forward-mode differentiation over the ring of kernels under + and the Hadamard product.
///
///     input      Sigma = x.x'/d                      Theta = 0
///     dense      Sigma <- w^2 Sigma + b^2            Theta <- Sigma_new + w^2 Theta
///     phi        Sigma <- T[phi](Sigma)              Theta <- T[phi'](Sigma) * Theta       chain rule
///     sum        Sigma <- sum Sigma_i + cross terms  Theta <- sum Theta_i
///                      = sum of covariances + product of the sums of means, in which nothing cancels
///     hadamard   Sigma <- prod Sigma_i               Theta <- sum_i Theta_i prod_{j/=i} Sigma_j
///     concat     weighted means of both
///     constant   Sigma = c^2                         Theta = 0
///     layer_norm both divided by sqrt((eps + q1)(eps + q2))
///     patches    both <- mean over d of their values at (s p + d, s p' + d), and 0 beyond an edge
///     pools, ... both <- B M B'^T for the map B of the positions of x and B' of those of x'
///     flatten    both <- mean over p of their values at (p, p)
///     attention  Sigma <- (w_o w_v)^2 G Sigma G'^T + b^2
///                Theta <- (w_o w_v)^2 G Theta G'^T + b^2 + 2 (Sigma_new - b^2), G = softmax of w_q w_k Sigma(x, x)
///                or these scores; where they are random, with w = w_q w_k w_o w_v and sums <., .> over all (p, p'),
///                Sigma <- w^2 <Sigma, Sigma> Sigma + b^2
///                Theta <- w^2 (<Sigma, Sigma> Theta + 2 <Sigma, Theta> Sigma) + b^2 + 4 (Sigma_new - b^2)
///
/// Where signals live on positions, every value is that of a pair (p, p'), q1 that of (p, p) and q2 that of (p', p').
///
/// The law is written over any type of values: float64 gives the kernel of a pair, and instructions give its program.
[<RequireQualifiedAccess>]
module internal DualNumber =
    let private number (n: Numbers<'v>) x = n.Number x
    let private add (n: Numbers<'v>) a b = n.Apply Add [ a; b ]
    let private times (n: Numbers<'v>) a b = n.Apply Multiply [ a; b ]

    let private subtract (n: Numbers<'v>) a b = n.Apply Subtract [ a; b ]

    let private map f m = { Row = f m.Row; Column = f m.Column; Pair = f m.Pair }

    let private map2 f a b = { Row = f a.Row b.Row; Column = f a.Column b.Column; Pair = f a.Pair b.Pair }

    /// The products m(x) m(x), m(x') m(x') and m(x) m(x').
    let private products (values: LayerValues<'v>) (m, m') =
        let n, at = values.Numbers, values.Positions
        let product a b = times n (at.OfRow a) (at.OfColumn b)
        { Row = product m m; Column = product m' m'; Pair = product m m' }

    let private zeroMean (n: Numbers<'v>) = lazy (number n 0.0, number n 0.0)

    let private input (values: LayerValues<'v>) moments =
        let n = values.Numbers

        { Sigma = moments.Product
          Theta = number n 0.0
          Mean = lazy moments.Average
          Covariance = lazy (map2 (subtract n) moments.Product (products values moments.Average)) }

    let private constant n c =
        let square = times n (number n c) (number n c)

        { Sigma = { Row = square; Column = square; Pair = square }
          Theta = number n 0.0
          Mean = lazy (number n c, number n c)
          Covariance = lazy (let zero = number n 0.0 in { Row = zero; Column = zero; Pair = zero }) }

    /// The contribution to Theta of training the layer's own weights. It is Sigma_new, or N Sigma + [b /= 0] in the
    /// standard parameterization with fan-in N.
    let private own n (dense: Dense) fanIn below sigma =
        match dense.Trained, dense.Parameterization with
        | false, _ -> number n 0.0
        | true, NtkParameterization -> sigma.Pair
        | true, StandardParameterization ->
            add n (times n fanIn below.Sigma.Pair) (number n (if dense.Bias = 0.0 then 0.0 else 1.0))

    let private dense (values: LayerValues<'v>) path (options: Dense) fanIn below =
        let n = values.Numbers
        let w, b = values.Scales path options
        let w2, b2 = times n w w, times n b b
        let sigma = below.Sigma |> map (fun s -> add n (times n w2 s) b2)

        { Sigma = sigma
          Theta = add n (own n options fanIn below sigma) (times n w2 below.Theta)
          Mean = zeroMean n
          Covariance = lazy sigma }

    let private pointwise (values: LayerValues<'v>) (phi: Activation) below =
        let q = below.Sigma
        let moment = values.Moment phi
        let at = values.Positions
        let mean q = let q = at.OfRow q in moment _.Mean q q q

        let moments part =
            { Row = moment part (at.OfRow q.Row) (at.OfColumn q.Row) q.Row
              Column = moment part (at.OfRow q.Column) (at.OfColumn q.Column) q.Column
              Pair = moment part (at.OfRow q.Row) (at.OfColumn q.Column) q.Pair }

        { Sigma = moments _.Value
          Theta = times values.Numbers (moment _.Derivative (at.OfRow q.Row) (at.OfColumn q.Column) q.Pair) below.Theta
          Mean = lazy (mean q.Row, mean q.Column)
          Covariance = lazy (moments _.Covariance) }

    let private layerNorm (values: LayerValues<'v>) eps below =
        let n = values.Numbers

        let inverse q =
            n.Apply Divide [ number n 1.0; n.Apply Sqrt [ add n (number n eps) (values.Positions.OfRow q) ] ]

        let row, column = inverse below.Sigma.Row, inverse below.Sigma.Column

        let scale = products values (row, column)

        let sigma = map2 (times n) below.Sigma scale

        { Sigma = sigma
          Theta = times n below.Theta scale.Pair
          Mean = zeroMean n
          Covariance = lazy sigma }

    let private combine f (parts: DualNumber<'v> list) =
        lazy (parts |> List.map _.Mean.Value |> List.reduce (fun (a, a') (b, b') -> f a b, f a' b'))

    let private total n parts = List.reduce (map2 (add n)) parts

    // The cross terms m_i(x) m_j(x') + m_j(x) m_i(x') are part of the product of the sums of the means.
    let private sum (values: LayerValues<'v>) parts hasCrosses =
        let n = values.Numbers
        let mean = combine (add n) parts
        let covariance = lazy (parts |> List.map _.Covariance.Value |> total n)

        { Sigma =
            if hasCrosses then
                map2 (add n) covariance.Value (products values mean.Value)
            else
                parts |> List.map _.Sigma |> total n
          Theta = parts |> List.map _.Theta |> List.reduce (add n)
          Mean = mean
          Covariance = covariance }

    /// The product (Sigma_1 + eps Theta_1)(Sigma_2 + eps Theta_2) with eps^2 = 0.
    let private multiply (values: LayerValues<'v>) a b =
        let n = values.Numbers

        { Sigma = map2 (times n) a.Sigma b.Sigma
          Theta = add n (times n a.Theta b.Sigma.Pair) (times n a.Sigma.Pair b.Theta)
          Mean = combine (times n) [ a; b ]
          Covariance =
            lazy
                (let c, c' = a.Covariance.Value, b.Covariance.Value
                 let m, m' = products values a.Mean.Value, products values b.Mean.Value
                 total n [ map2 (times n) c c'; map2 (times n) c m'; map2 (times n) m c' ]) }

    let private concat (values: LayerValues<'v>) parts =
        let n = values.Numbers
        let share w x = times n (number n w) x

        let weighted f = parts |> List.map (fun (w, part) -> f part |> map (share w)) |> total n
        let sigma = weighted _.Sigma

        let mean =
            parts
            |> List.map (fun (w, part) -> let m, m' = part.Mean.Value in share w m, share w m')
            |> List.reduce (fun (a, a') (b, b') -> add n a b, add n a' b')

        { Sigma = sigma
          Theta = parts |> List.map (fun (w, part) -> share w part.Theta) |> List.reduce (add n)
          Mean = lazy mean
          Covariance = lazy (map2 (subtract n) sigma (products values mean)) }

    // A map that puts channels side by side keeps no covariance of one channel, as concat does.
    let private spatial (values: LayerValues<'v>) map space below =
        let across side v = values.Positions.Across map space side v
        let moments m = { Row = across AtRow m.Row; Column = across AtColumn m.Column; Pair = across AtPair m.Pair }
        let sigma = moments below.Sigma

        let mean =
            lazy
                (let m, m' = below.Mean.Value
                 let across side v = values.Positions.AcrossMean map space side v
                 across AtRow m, across AtColumn m')

        { Sigma = sigma
          Theta = across AtPair below.Theta
          Mean = mean
          Covariance =
            match map with
            | Patches _
            | Flatten -> lazy (map2 (subtract values.Numbers) sigma (products values mean.Value))
            | _ -> lazy (moments below.Covariance.Value) }

    let private fanIn n moments width =
        match width with
        | Features -> moments.FeatureCount
        | Channels count -> number n (float count)
        | Unstated -> number n 1.0

    // The scores of a head are a Gaussian matrix, whose entries (p, r) and (p', r') have the covariance
    // (w_q w_k)^2 Sigma[p,p'] Sigma[r,r']. Each of the four weights adds Sigma_new - b^2 to Theta, and each of queries,
    // keys and values hands on the Theta below.
    let private randomAttention (values: LayerValues<'v>) (options: Attention) space below =
        let n = values.Numbers
        let w2 = number n ((options.Query * options.Key * options.Output * options.Value) ** 2.0)
        let b2 = number n (options.Bias ** 2.0)
        let inner side a b = values.Positions.Across GlobalTotal space side (times n a b)
        let cube side q = times n w2 (times n (inner side q q) q)
        let q = below.Sigma
        let without = { Row = cube AtRow q.Row; Column = cube AtColumn q.Column; Pair = cube AtPair q.Pair }
        let sigma = map (fun s -> add n s b2) without
        let ofQueries = times n (inner AtPair q.Pair q.Pair) below.Theta
        let ofOthers = times n (number n 2.0) (times n (inner AtPair q.Pair below.Theta) q.Pair)

        { Sigma = sigma
          Theta = add n (times n w2 (add n ofQueries ofOthers)) (add n b2 (times n (number n 4.0) without.Pair))
          Mean = zeroMean n
          Covariance = lazy sigma }

    let private attention (values: LayerValues<'v>) (options: Attention) below =
        let n = values.Numbers
        let w2 = number n ((options.Output * options.Value) ** 2.0)
        let b2 = number n (options.Bias ** 2.0)
        let attend = values.Positions.Attend options below.Sigma
        let weighed side v = times n w2 (attend side v)
        let q = below.Sigma

        let without =
            { Row = weighed AtRow q.Row; Column = weighed AtColumn q.Column; Pair = weighed AtPair q.Pair }

        let sigma = map (fun s -> add n s b2) without

        { Sigma = sigma
          Theta = add n (weighed AtPair below.Theta) (add n b2 (times n (number n 2.0) without.Pair))
          Mean = zeroMean n
          Covariance = lazy sigma }

    /// The values of one position.
    let onePosition<'v> () : PositionValues<'v> =
        { OfRow = id
          OfColumn = id
          Across = fun _ _ _ _ -> Signal.onePosition ()
          AcrossMean = fun _ _ _ _ -> Signal.onePosition ()
          Attend = fun _ _ _ _ -> Signal.onePosition ()
          Viewed = fun _ -> Signal.onePosition () }

    /// The values of layers whose options are constants.
    let constants (n: Numbers<'v>) =
        { Numbers = n
          Scales = fun _ options -> number n options.Weight, number n options.Bias
          Moment = fun phi part q1 q2 c -> Expr.evaluate n q1 q2 c (part phi.Dual)
          Positions = onePosition () }

    /// The dual number of a signal, from the dual numbers of the signals below it.
    let stepWith (values: LayerValues<'v>) moments (below: Signal -> DualNumber<'v>) (signal: Signal) =
        let n = values.Numbers

        match signal.Rule with
        | Op.Input -> input values moments
        | Op.Viewed(view, _) -> input values (values.Positions.Viewed view)
        | Op.Spatial(map, z) -> spatial values map z.Facts.Space (below z)
        | Op.Attention(_, options, z) when options.Scaling = ScoreScaling.Root ->
            randomAttention values options z.Facts.Space (below z)
        | Op.Attention(_, options, z) -> attention values options (below z)
        | Op.Constant c -> constant n c
        | Op.Dense(path, options, z) -> dense values path options (fanIn n moments z.Facts.Width) (below z)
        | Op.Phi(phi, z) -> pointwise values phi (below z)
        | Op.LayerNorm(eps, z) -> layerNorm values eps (below z)
        | Op.Sum parts -> sum values (List.map below parts) (not signal.Crosses.IsEmpty)
        | Op.Hadamard parts -> parts |> List.map below |> List.reduce (multiply values)
        | Op.Concat parts -> parts |> List.map (fun (w, z) -> w, below z) |> concat values

    /// The dual number of a signal in a network whose options are constants.
    let step (n: Numbers<'v>) moments below signal = stepWith (constants n) moments below signal

    /// The dual numbers of a network's signal and of those below it at a pair of samples. `enter` is called with each
    /// signal before it is evaluated.
    let readWith values moments enter signal =
        let entered below next =
            enter next
            stepWith values moments below next

        Signal.read entered signal

    /// The dual numbers of a network whose options are constants.
    let read (n: Numbers<'v>) moments enter signal = readWith (constants n) moments enter signal

    /// The NNGP kernel and the NTK of a pair of samples with d features, from x.x/d, x'.x'/d, x.x'/d and the average
    /// features. The law is evaluated directly in float64.
    let pair (features: int) (product: Moments<float>) average signal =
        let moments = { Product = product; Average = average; FeatureCount = float features }
        let result = read Expr.floats moments ignore signal signal
        struct (result.Sigma.Pair, result.Theta)
