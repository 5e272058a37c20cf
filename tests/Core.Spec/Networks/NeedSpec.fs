/// The pairs of positions that a network needs.
module HadamardNtk.Core.Spec.NeedSpec

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.SpatialSpec
open FsCheck.FSharp
open Xunit

let private seeds = Gen.choose (1, 100000) |> Arb.fromGen
let private holds count law = Spec.holds count (fun (seed: int) -> $"seed {seed}") seeds (fun seed -> law (Random seed))
let private oneOf (random: Random) (items: 'a list) = items[random.Next items.Length]

/// The coordinates of a position of a grid.
let private place (extents: int list) p =
    List.foldBack (fun extent (rest, p) -> p % extent :: rest, p / extent) extents ([], p) |> fst

let private offset extents p p' = List.map2 (-) (place extents p') (place extents p)

// The definition on windows ---------------------------------------------------------------------------------------

/// The offsets that a map of windows reads, pair by pair.
let private byPairs map window extents out need =
    let windows = Space.windows window extents

    [ for p in 0 .. windows.Length - 1 do
          for p' in 0 .. windows.Length - 1 do
              if Set.contains (offset out p p') need then
                  let together =
                      match map with
                      | Patches _ -> Seq.zip windows[p] windows[p']
                      | _ -> Seq.allPairs windows[p] windows[p']

                  for a, a' in together do
                      if a >= 0 && a' >= 0 then
                          offset extents a a' ]
    |> Set.ofList

let private generatedWindow (random: Random) extents =
    let padding = oneOf random [ Same; Valid; Circular ]
    let size extent = if padding = Valid then 1 + random.Next(min 4 extent) else 1 + random.Next 4

    { Size = List.map size extents
      Stride = extents |> List.map (fun _ -> 1 + random.Next 3)
      Padding = padding }

[<Fact>]
[<Law "below B (need) = {a' - a : B[p,a] B'[p',a'] /= 0, p' - p in need}, for patches, means and sums of all windows">]
let ``the offsets that a window reads are those of its pairs`` () =
    holds 400 (fun random ->
        let extents = List.init (1 + random.Next 2) (fun _ -> 1 + random.Next 6)
        let window = generatedWindow random extents

        for map in [ Patches window; Average window; Total window ] do
            match Space.mapped map (Grid extents) with
            | Ok(Grid out) ->
                let all = Need.offsets out All

                for need in
                    [ all; all |> Set.filter (fun _ -> random.Next 3 = 0); Set.singleton (List.map (fun _ -> 0) out) ] do
                    let given = if need = all then All else Offsets need
                    let found = Need.below map (Grid extents) given
                    Assert.Equal<Set<int list>>(byPairs map window extents out need, Need.offsets extents found)
                    Assert.True((found = All) = (Need.offsets extents found = Need.offsets extents All))
            | other -> Assert.Fail $"{other}")

[<Fact>]
[<Law "below (a + b) = below a + below b, so that below is monotone; a + a = a, a + b = b + a, a + all = all">]
let ``needs are a semilattice and maps keep it`` () =
    holds 200 (fun random ->
        let extents = [ 1 + random.Next 5; 1 + random.Next 5 ]

        let map =
            oneOf random [ Patches(generatedWindow random extents); Average(generatedWindow random extents); Flatten ]

        match Space.mapped map (Grid extents) with
        | Ok(Grid out) ->
            let some () =
                oneOf random [ All; Offsets(Need.offsets out All |> Set.filter (fun _ -> random.Next 2 = 0)) ]

            let a, b = some (), some ()
            let at need = Need.offsets extents (Need.below map (Grid extents) need)
            Assert.Equal<Set<int list>>(at a + at b, at (Need.join a b))
            Assert.Equal(Need.join a b, Need.join b a)
            Assert.Equal(a, Need.join a a)
            Assert.Equal(All, Need.join a All)
        | other -> Assert.Fail $"{other}")

// The trace of a network ------------------------------------------------------------------------------------------

let private values (x: float[]) (x': float[]) : LayerValues<Block> =
    let mapOf map space =
        match space with
        | Grid extents -> PositionMap.ofGrid map extents, Space.count extents
        | Vertices -> invalidOp "These are grids."

    let viewed (view: View) =
        let read (row: float[]) =
            let first, last = view.Columns |> Option.defaultValue (0, row.Length)
            let taken = row[first .. last - 1]
            Array.chunkBySize (view.Shape |> Option.map List.last |> Option.defaultValue taken.Length) taken

        let product (x: float[][]) (x': float[][]) =
            let all = Array.allPairs x x' |> Array.map (fun (a, b) -> Kernel.product a b)
            if all.Length = 1 then Block.Constant all[0] else Block.Whole(all, x'.Length)

        let x, x' = read x, read x'

        { Product = { Row = product x x; Column = product x' x'; Pair = product x x' }
          Average = Block.Constant nan, Block.Constant nan
          FeatureCount = Block.Constant(float x[0].Length) }

    { DualNumber.constants Block.numbers with
        Positions =
            { OfRow = Block.ofRow
              OfColumn = Block.ofColumn
              Across = fun map space _ block -> let m, count = mapOf map space in Block.across m m count block
              AcrossMean = fun map space _ mean -> Block.acrossMean (fst (mapOf map space)) mean
              Attend =
                fun options q side block ->
                    let weights = Block.softmax (options.Query * options.Key)
                    let row, column = weights q.Row, weights q.Column

                    match side, column with
                    | AtPair, Weighted terms -> Block.across row column terms.Length block
                    | AtRow, Weighted terms -> Block.across row row terms.Length block
                    | _, Weighted terms -> Block.across column column terms.Length block
                    | _ -> invalidOp "Attention weighs."
              Viewed = viewed } }

/// A block with one entry moved.
let private moved count entry block =
    let zeros =
        if count = 1 then
            Block.Constant 0.0
        else
            Block.Whole(Array.zeroCreate (count * count), count)

    match Block.numbers.Apply Add [ block; zeros ] with
    | Block.Whole(numbers, columns) ->
        Block.Whole(numbers |> Array.mapi (fun k v -> if k = entry then v + 1e-3 else v), columns)
    | Block.Constant v -> Block.Constant(v + 1e-3)
    | other -> other

/// The offsets of the entries of a signal's blocks on which the kernels depend.
let private traced (x: float[]) (x': float[]) (top: Signal) (target: Signal) =
    let all, extents =
        values x x',
        (match target.Facts.Space with
         | Grid extents -> extents
         | Vertices -> [])

    let count = Space.count extents

    let kernels entry =
        let step below (signal: Signal) =
            let made = DualNumber.stepWith all (all.Positions.Viewed { Columns = None; Shape = None }) below signal

            match entry with
            | Some entry when signal = target ->
                let moved = moved count entry
                let moments (m: Moments<_>) = { m with Pair = moved m.Pair }

                { made with
                    Sigma = moments made.Sigma
                    Theta = moved made.Theta
                    Covariance = lazy (moments made.Covariance.Value) }
            | _ -> made

        let ending = Signal.read step top top
        Block.single ending.Sigma.Pair, Block.single ending.Theta

    let sigma, theta = kernels None

    [ for p in 0 .. count - 1 do
          for p' in 0 .. count - 1 do
              let changed, changed' = kernels (Some(p * count + p'))

              if abs (changed - sigma) + abs (changed' - theta) > 1e-13 * (abs sigma + abs theta) then
                  offset extents p p' ]
    |> Set.ofList

let private generated (random: Random) (extents: int list) =
    let join (numbers: int list) = numbers |> List.map string |> String.concat "x"

    let window word =
        let window = generatedWindow random (List.map (fun _ -> 2) extents)
        let pad = (string window.Padding).ToLowerInvariant()
        $"{word}(k={join window.Size},stride={join window.Stride},pad={pad})"

    let phi () = oneOf random [ "relu"; "erf"; "gelu" ]
    let shape = if extents.Length = 1 then "sequence" else "image"

    let middle =
        oneOf
            random
            [ window "conv" + " " + phi ()
              window "avg_pool"
              $"dense {phi ()} dense layer_norm"
              $"sum(dense {phi ()}, dense {phi ()})"
              "hadamard(dense relu, dense, dense)"
              "concat(dense, dense erf)"
              window "sum_pool" + " " + window "conv" ]

    let ending =
        oneOf random [ "flatten"; "global_avg_pool"; window "conv" + " relu flatten"; "conv self_attention flatten" ]

    $"{shape}({join extents}x2) conv {phi ()} {middle} dense {phi ()} {ending} dense"

[<Fact>]
[<Law "the needed offsets of every signal = those of the entries that change the kernels when they change: the least set">]
let ``a network needs the pairs that its kernels depend on`` () =
    let check (random: Random) extents =
        match Calculus.analyse (parsed (generated random extents)) with
        // Windows that do not fit after others are refused.
        | Error _ -> ()
        | Ok top ->
            let x, x' = row random (2 * Space.count extents), row random (2 * Space.count extents)
            let needed = Need.ofSignal top

            for signal in Signal.ancestry top |> List.filter (fun s -> not (s.Rule.IsInput || s.Rule.IsConstant)) do
                let found =
                    match signal.Facts.Space with
                    | Grid extents -> Need.offsets extents (needed signal)
                    | Vertices -> Set.empty

                Assert.Equal<Set<int list>>(traced x x' top signal, found)

    holds 60 (fun random -> check random [ 2 + random.Next 5 ])
    holds 12 (fun random -> check random [ 2 + random.Next 2; 2 + random.Next 2 ])

[<Fact>]
[<Law "pairs of an offset o on h x w: (h - |o_1|)(w - |o_2|); of all: (h w)^2">]
let ``the cost of a pair of samples is counted`` () =
    // Below the pool are the offsets -1 .. 1 along both axes, (8 + 2 * 7)^2 pairs, and behind it 4 x 4 pairs.
    for text, expected in
        [ "image(8x8x3) conv relu global_avg_pool dense", 4L * 4096L + 2L
          "image(8x8x3) conv relu flatten dense", 4L * 64L + 2L
          "image(8x8x3) conv relu avg_pool flatten dense", 4L * 484L + 16L + 2L ] do
        let explained = Explain.network (parsed text)
        Assert.Equal(Some expected, explained.Pairs)
        Assert.Equal("8x8 x 3", explained.Positions.Head.Shape)

[<Fact>]
let ``networks of graphs need all pairs of vertices, and flat networks have no positions`` () =
    let graph = Explain.network (parsed "aggregate dense relu global_sum_pool dense")
    Assert.Equal(None, graph.Pairs)
    Assert.Equal("vertices x d", graph.Positions.Head.Shape)

    for line in graph.Positions do
        let isOfGraphs = line.Shape.Contains "vertices"
        Assert.Equal((if isOfGraphs then "all" else "p' = p"), line.Offsets)
        Assert.Equal((if isOfGraphs then None else Some 1L), line.Pairs)

    Assert.Empty (Explain.network (parsed "dense relu dense")).Positions
    Assert.Empty (Explain.network (parsed "image(4x4x1) conv relu")).Positions
    Assert.Empty (Explain.network (parsed "image(4x4x1) relu flatten dense")).Positions
