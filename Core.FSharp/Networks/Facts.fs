namespace HadamardNtk.Core

/// A set of random weights, or the input as source 0. Signals are dependent through common sources.
type internal Source = int

/// The number of channels of a signal.
type internal Width =
    /// The input's own number of features.
    | Features
    /// A given number.
    | Channels of int
    /// Infinitely many channels, without a given number.
    | Unstated

/// The facts about a signal's randomness.
type internal Facts =
    {
        /// The sources that reach a channel pointwise.
        Local: Set<Source>
        /// All sources that the signal depends on.
        Depends: Set<Source>
        /// The sources whose sign flip (W, b) -> -(W, b) flips the signal.
        Odd: Set<Source>
        /// The signal is centered Gaussian, given the signals below it.
        Gaussian: bool
        /// All channels are alike (exchangeable).
        Uniform: bool
        /// The mean over weights and channels is 0 for every input.
        Centered: bool
        /// The number of channels.
        Width: Width
        /// The positions. A signal of one position that meets one of several has the same value at each of them.
        Space: Space
    }

/// The effect of each layer on the facts.
///
///     input      local = {input}, depends = {input}, odd = {}
///     dense i    local = {i}, depends + i, odd = {i} + (odd if b = 0), Gaussian, uniform
///     phi        keeps local, depends, uniform; keeps odd where phi is odd
///     hadamard   unions; odd in s where each factor is odd in s or free of it, and an odd number of them is odd
///     sum        unions; odd = intersection; Gaussian if all are
///     concat     unions; not Gaussian, not uniform
///     patches    not Gaussian, not uniform; flatten too. Other maps of positions keep all.
///
/// The other layers are described where they are: constant, layer_norm, views and attention.
[<RequireQualifiedAccess>]
module internal Facts =
    /// The raw input: the source 0.
    let input =
        { Local = Set.singleton 0
          Depends = Set.singleton 0
          Odd = Set.empty
          Gaussian = false
          Uniform = false
          Centered = false
          Width = Features
          Space = Space.point }

    /// The constant c.
    let constant c =
        { Local = Set.empty
          Depends = Set.empty
          Odd = Set.empty
          Gaussian = false
          Uniform = true
          Centered = (c = 0.0)
          Width = Unstated
          Space = Space.point }

    /// A dense layer's signal. Flipping a source's sign flips its own layer only if the layer's input does not depend
    /// on that source.
    let dense source (options: Dense) (below: Facts) =
        let own = if below.Depends.Contains source then Set.empty else Set.singleton source
        let kept = if options.Bias = 0.0 then below.Odd.Remove source else Set.empty

        { Local = Set.singleton source
          Depends = below.Depends.Add source
          Odd = own + kept
          Gaussian = true
          Uniform = true
          Centered = true
          Width = options.Width |> Option.map Channels |> Option.defaultValue Unstated
          Space = below.Space }

    /// phi(z) of a Gaussian z.
    let pointwise (phi: Activation) (below: Facts) =
        let isOdd = phi.Function.Parity = Odd

        { below with
            Odd = (if isOdd then below.Odd else Set.empty)
            Gaussian = Activation.isLinear phi
            Centered = isOdd }

    /// Self-attention. Its weights flip it as those of a dense layer do.
    let attention source (options: Attention) (below: Facts) =
        let output =
            { Weight = options.Output
              Bias = options.Bias
              Width = None
              Parameterization = NtkParameterization
              Trained = true }

        dense source output below

    /// The raw input read as positions.
    let viewed (view: View) (below: Facts) =
        match view.Shape, view.Columns with
        | Some shape, _ ->
            { below with Width = Channels(List.last shape); Space = Grid(List.take (shape.Length - 1) shape) }
        | None, Some(first, last) -> { below with Width = Channels(last - first) }
        | None, None -> below

    /// A map of positions to a space.
    let mapped map space (below: Facts) =
        match map, below.Width with
        | (Patches _ | Flatten), width ->
            { below with
                Gaussian = false
                Uniform = false
                Space = space
                Width =
                    match width with
                    | Channels n ->
                        let channels = int64 n * int64 (Space.copies map below.Space)

                        if channels > int64 System.Int32.MaxValue then
                            Unstated
                        else
                            Channels(int channels)
                    | other -> other }
        | _ -> { below with Space = space }

    /// The space of signals that meet: the one that is no point.
    let private meeting (parts: Facts list) =
        parts |> List.map _.Space |> List.tryFind ((<>) Space.point) |> Option.defaultValue Space.point

    let private union (select: Facts -> Set<Source>) parts = parts |> List.map select |> Set.unionMany

    /// A product of independent factors.
    let product width (parts: Facts list) =
        let depends = union _.Depends parts

        let flips (source: Source) =
            let hears = parts |> List.filter (fun f -> f.Depends.Contains source)
            hears.Length % 2 = 1 && hears |> List.forall (fun f -> f.Odd.Contains source)

        { Local = union _.Local parts
          Depends = depends
          Odd = union _.Odd parts |> Set.filter flips
          Gaussian = false
          Uniform = parts |> List.forall _.Uniform
          Centered = parts |> List.exists _.Centered
          Width = width
          Space = meeting parts }

    /// A sum.
    let sum width (parts: Facts list) =
        { Local = union _.Local parts
          Depends = union _.Depends parts
          Odd = parts |> List.map _.Odd |> Set.intersectMany
          Gaussian = parts |> List.forall _.Gaussian
          Uniform = parts |> List.forall _.Uniform
          Centered = parts |> List.forall _.Centered
          Width = width
          Space = meeting parts }

    /// Channels side by side.
    let concat width (parts: Facts list) = { sum width parts with Odd = Set.empty; Gaussian = false; Uniform = false }

    /// Whether no source reaches channels of both signals.
    let disjoint (a: Facts) (b: Facts) = Set.isEmpty (Set.intersect a.Local b.Local)

    /// Whether a sign flip turns one of the two signals and leaves the other, so that all their cross moments vanish.
    let uncorrelated (a: Facts) (b: Facts) =
        let turnsAlone a b = a.Odd |> Set.exists (fun source -> not (b.Depends.Contains source))
        turnsAlone a b || turnsAlone b a
