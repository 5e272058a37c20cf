/// Fixed points and slopes of the variance and correlation maps of repeated blocks: order, chaos and depth scales.
[<HadamardNtk.Core.Spec.Chapter "Spectra">]
module HadamardNtk.Core.Spec.PhaseSpec

open System
open System.Collections.Generic
open FsCheck.FSharp
open HadamardNtk.Core
open Xunit

let private parsed text =
    match Notation.parse text with
    | Ok network -> network
    | Error error -> invalidOp (string error)

let private phaseWith options network =
    match Phase.ofBlock options network with
    | Ok phase -> phase
    | Error refusal -> invalidOp $"{Notation.print network}: {refusal}"

let private phaseOf text = phaseWith Phase.defaults (parsed text)

let private isolated points =
    match points with
    | FixedPoints.Isolated found -> found
    | FixedPoints.All -> invalidOp "Every number is fixed."

let private isAll points = points = FixedPoints.All

// Random blocks ---------------------------------------------------------------------------------------------------

let private bounded = [ "tanh"; "erf"; "sin"; "cos"; "sigmoid"; "rbf(gamma=0.7)"; "gaussian(b=-0.5)" ]

/// Blocks of bounded functions with a bias: V(0) > 0 and V is bounded, so that each has a fixed variance.
let private blockOf seed =
    let random = Random(seed: int)
    let between low high = low + (high - low) * random.NextDouble()
    let dense () = sprintf "dense(w=%.3f,b=%.3f)" (between 0.4 2.5) (between 0.1 0.8)
    let layer () = dense () + " " + bounded[random.Next bounded.Length]

    match seed % 4 with
    | 0 -> layer ()
    | 1 -> $"hadamard({layer ()}, {layer ()})"
    | 2 -> $"{layer ()} {layer ()}"
    | _ -> $"sum({layer ()}, {dense ()} tanh)"

let private known = Dictionary<int, string * BlockPhase>()

let private block seed =
    lock known (fun () ->
        match known.TryGetValue seed with
        | true, found -> found
        | _ ->
            let text = blockOf seed
            known[seed] <- (text, phaseOf text)
            known[seed])

let private seeds = Gen.choose (0, 23) |> Arb.fromGen
let private show seed = $"{seed}: {blockOf seed}"

/// Sigma(q, q, c) of a network, in double-double.
let private sigma network =
    match Kernel.ofNetwork network with
    | Error refusal -> invalidOp (string refusal)
    | Ok kernel ->
        let interpreter = Kernel.exactInterpreter 2 kernel

        fun (q: DoubleDouble) (c: DoubleDouble) ->
            let state = interpreter.Sample(q, DoubleDouble.ofFloat nan)
            let struct (value, _) = interpreter.Pair(state, state, c, Array.zeroCreate interpreter.ScratchLength)
            value

let private number = DoubleDouble.ofFloat

/// f' by central differences of order 8.
let private central (f: DoubleDouble -> DoubleDouble) (x: float) (h: float) =
    let at k = f (number x + DoubleDouble.product (float k) h)

    ([ 1, 4.0 / 5.0; 2, -1.0 / 5.0; 3, 4.0 / 105.0; 4, -1.0 / 280.0 ]
     |> List.sumBy (fun (k, weight) -> weight * (at k - at -k).Hi))
    / h

/// f' by differences of order 6 with points below x alone.
let private below (f: DoubleDouble -> DoubleDouble) (x: float) (h: float) =
    let top = f (number x)
    let drop k = (top - f (number x - DoubleDouble.product (float k) h)).Hi

    ([ 1, 6.0; 2, -7.5; 3, 20.0 / 3.0; 4, -3.75; 5, 1.2; 6, -1.0 / 6.0 ]
     |> List.sumBy (fun (k, weight) -> weight * drop k))
    / h

// Laws ------------------------------------------------------------------------------------------------------------

[<Fact>]
[<Law "|V(q*)/q* - 1| < 1e-12, |C(rho*) - rho*| < 1e-12">]
let ``fixed points are fixed`` () =
    Spec.holds 40 show seeds (fun seed ->
        let _, phase = block seed
        let points = isolated phase.Variances

        for q in points do
            Spec.near "V(q)/q" 1e-12 1.0 (BlockMap.variance q.Value phase.Map / q.Value)

        Assert.Contains(phase.Variance, points)
        let q = phase.Variance.Value
        let correlations = isolated phase.Correlations
        Spec.near "the last one" 0.0 1.0 (List.last correlations).Value

        for rho in correlations do
            let struct (q', q'', c) = BlockMap.apply (struct (q, q, rho.Value * q)) phase.Map
            Spec.near "V(q)" (1e-12 * q) q q'
            Spec.same "V(q) of the other sample" q' q''
            Spec.near "C(rho)" 1e-12 rho.Value (c / q'))

[<Fact>]
[<Law "V'(q*), C'(rho*): differences of order 8 in double-double">]
let ``slopes are the derivatives of the maps`` () =
    Spec.holds 40 show seeds (fun seed ->
        let text, phase = block seed
        let sigma = sigma (parsed text)

        for q in isolated phase.Variances do
            let slope = central (fun q -> sigma q q) q.Value (q.Value / 256.0)
            Spec.near "V'" (1e-10 * (1.0 + abs slope)) slope q.Slope

        let q = number phase.Variance.Value
        let correlation rho = sigma q (rho * q) / sigma q q

        for rho in isolated phase.Correlations do
            let slope =
                if rho.Value = 1.0 then
                    below correlation 1.0 (1.0 / 4096.0)
                else
                    central correlation rho.Value (min (1.0 / 512.0) ((1.0 - abs rho.Value) / 16.0))

            Spec.near $"C'({rho.Value})" (1e-9 * (1.0 + abs slope)) slope rho.Slope)

[<Fact>]
[<Law "chi_1 < 1: rho* = 1; chi_1 > 1: 0 <= rho* < 1 and C'(rho*) < 1; C(rho) > rho below rho*, < rho above">]
let ``a correlation map leads to one fixed point from all correlations that are not negative`` () =
    let mutable ordered, chaotic = 0, 0

    Spec.holds 40 show seeds (fun seed ->
        let _, phase = block seed
        let limit = phase.Limit.Value
        Assert.True(phase.Limit.Slope < 1.0, "The limit is stable.")

        match phase.Phase with
        | Ordered ->
            ordered <- ordered + 1
            Assert.True(phase.Slope < 1.0 && limit = 1.0)
        | Chaotic ->
            chaotic <- chaotic + 1
            Assert.True(phase.Slope > 1.0 && limit >= 0.0 && limit < 1.0)
        | Critical -> invalidOp "No block of these is critical."

        let values =
            [ for i in 0..19 -> float i / 20.0 ]
            |> List.map (fun rho -> rho, Array.last (Phase.iterate rho 1 phase))

        for rho, next in values do
            if rho < limit - 1e-9 then
                Assert.True(next > rho)

            if rho > limit + 1e-9 then
                Assert.True(next < rho)

        // Coefficients that are not negative make C convex and increasing on [0, 1].
        for (_, a), (_, b) in List.pairwise values do
            Assert.True(b > a, "C increases.")

        for (_, a), (_, b), (_, c) in List.zip3 values[..17] values[1..18] values[2..] do
            Assert.True(a + c > 2.0 * b - 1e-14, "C is convex."))

    Assert.True(ordered > 0 && chaotic > 0, $"There are {ordered} ordered and {chaotic} chaotic cases.")

[<Fact>]
[<Law "rho_l of l copies of a block = Sigma(x,x')/Sigma(x,x) of (block)^l">]
let ``iterating a map is the kernel of the block in series`` () =
    Spec.holds 40 show seeds (fun seed ->
        let text, phase = block seed
        let q = number phase.Variance.Value
        let depth = 2 + seed % 5
        let rho = float (seed % 7) / 3.5 - 0.9
        let correlations = Phase.iterate rho depth phase
        Spec.same "the first one" rho correlations[0]
        Assert.Equal(depth + 1, correlations.Length)
        let sigma = sigma (Layer.repeat depth (parsed text))
        Spec.near "rho" 1e-12 (sigma q (number rho * q) / sigma q q).Hi correlations[depth])

[<Fact>]
[<Law "xi = -1/log |C'(rho*)|: |rho_l - rho*| ~ exp(-l/xi)">]
let ``a depth scale is the decay that iterations show`` () =
    let mutable measured = 0

    Spec.holds 40 show seeds (fun seed ->
        let _, phase = block seed
        let scale = Phase.depthScale phase.Tolerance phase.Limit
        let distance = Phase.iterate 0.5 60 phase |> Array.map (fun rho -> abs (rho - phase.Limit.Value))
        // The ratio is that of the limit up to the distance itself, and up to the rounding of the correlations.
        let last = distance |> Array.findIndexBack (fun d -> d > 1e-8)

        if distance[last] < 1e-3 && last > 0 then
            measured <- measured + 1
            let decay = log (distance[last - 1] / distance[last])
            Spec.near "1/xi" (1e-6 + 20.0 * distance[last - 1]) (1.0 / scale) decay)

    Assert.True(measured > 30, $"The decay was measured in {measured} cases alone.")

[<Fact>]
[<Law "(dense(w) relu): V(q) = w^2 q/2; w^2 = 2: every q fixed, chi_1 = 1, 1 - rho_l ~ (9 pi^2/2)/l^2">]
let ``relu with weights of variance 2 is critical at every variance`` () =
    let phase = phaseOf "dense(w=1.4142135623730951) relu"
    Assert.True(isAll phase.Variances)
    Assert.Equal(Critical, phase.Phase)
    Spec.near "chi_1" 1e-15 1.0 phase.Slope
    Assert.Equal<FixedPoint list>([ phase.Limit ], isolated phase.Correlations)
    Spec.same "xi_c" infinity (Phase.depthScale phase.Tolerance phase.Limit)
    Spec.same "xi_q" infinity (Phase.depthScale phase.Tolerance phase.Variance)
    // The next term of the expansion is 3 log(l)/l, and that after it 8.7/l for rho_0 = 0.
    let l = 4000.0
    let left = Array.last (Phase.iterate 0.0 4000 phase)
    Spec.near "l^2 (1 - rho)" ((3.0 * log l + 12.0) / l * 44.5) (4.5 * Math.PI * Math.PI) (l * l * (1.0 - left))

    for q in [ 1e-5; 0.3; 4e4 ] do
        Spec.near "V'" 1e-15 1.0 (BlockMap.varianceSlope q phase.Map)
        let near = phaseWith { Phase.defaults with Near = Some q } (parsed "dense(w=1.4142135623730951) relu")
        Spec.same "the chosen variance" q near.Variance.Value
        Spec.near "rho" 1e-15 (Array.last (Phase.iterate 0.3 3 phase)) (Array.last (Phase.iterate 0.3 3 near))

[<Fact>]
[<Law "(dense(w) relu)^N of independent factors: V(q) = (w^2/2)^N q^N; q* = (w^2/2)^(-N/(N-1)), chi_q = N">]
let ``a product of relu factors has one fixed variance, which is unstable`` () =
    for n in 2..5 do
        for w in [ 0.8; 1.0; 1.7 ] do
            let factor = Layer.serial [ Layer.dense w 0.0; Layer.word "relu" ]
            let phase = phaseWith Phase.defaults (Layer.hadamard (List.replicate n factor))
            let expected = Math.Pow(w * w / 2.0, -float n / float (n - 1))
            let point = List.exactlyOne (isolated phase.Variances)
            Spec.near "q*" (1e-13 * expected) expected point.Value
            Spec.near "chi_q" 1e-13 (float n) point.Slope
            Assert.Equal(Unstable, Phase.stability phase.Tolerance point)
            Spec.near "chi_1" 1e-13 (float n) phase.Slope
            Spec.same "xi_q" infinity (Phase.depthScale phase.Tolerance point)

[<Fact>]
[<Law "erf: q* = (2/pi) asin(2v/(1+2v)), chi_1 = w^2 (4/pi)/sqrt(1+4v), v = w^2 q* + b^2">]
let ``erf has the fixed variance and the slope of its closed form`` () =
    Spec.holds 30 string seeds (fun seed ->
        let random = Random(seed: int)
        let w, b = 0.5 + 3.0 * random.NextDouble(), 0.05 + random.NextDouble()
        let phase = phaseWith Phase.defaults (Layer.serial [ Layer.dense w b; Layer.word "erf" ])
        let q = phase.Variance.Value
        let v = w * w * q + b * b
        Spec.near "q" 1e-14 (2.0 / Math.PI * Math.Asin(2.0 * v / (1.0 + 2.0 * v))) q
        let slope = w * w * 4.0 / Math.PI / sqrt (1.0 + 4.0 * v)
        Spec.near "chi_1" (1e-14 * (1.0 + slope)) slope phase.Slope
        // dV/dv = (4/pi)/((1+2v) sqrt(1+4v)).
        let chi = w * w * 4.0 / Math.PI / ((1.0 + 2.0 * v) * sqrt (1.0 + 4.0 * v))
        Spec.near "chi_q" (1e-14 * (1.0 + chi)) chi phase.Variance.Slope)

// Thirty digits of quadrature with mpmath, as w, b, q* and chi_1.
let private tanhValues =
    [ 1.5, 0.1, 0.35703214527683156, 1.1290526986640531
      2.5, 0.3, 0.63825982004515936, 1.585224765006033
      1.1, 0.3, 0.22275716798896662, 0.79064450343225971 ]

[<Fact>]
[<Law "tanh: q* = E tanh^2(u), chi_1 = w^2 E (1 - tanh^2(u))^2, u ~ N(0, w^2 q* + b^2)">]
let ``tanh has the values of a quadrature in thirty digits`` () =
    for w, b, q, slope in tanhValues do
        let phase = phaseWith Phase.defaults (Layer.serial [ Layer.dense w b; Layer.word "tanh" ])
        Spec.near "q*" 1e-15 q phase.Variance.Value
        Spec.near "chi_1" 1e-15 slope phase.Slope

    let first = (phaseOf "dense(w=1.5,b=0.1) tanh").Limit
    Spec.near "rho*" 1e-14 0.16987765115826167 first.Value
    Spec.near "C'(rho*)" 1e-14 0.93485634403156456 first.Slope

// By mpmath: the function, b, and the w with chi_1 = 1.
let private boundaries: (string * float * float) list =
    [ "erf", 0.05, 0.9936862903544264664
      "erf", 0.3, 1.233672505839020669
      "erf", 1.0, 1.6487514525650797293
      "tanh", 0.05, 1.1225390047695756407
      "tanh", 0.3, 1.3955839751549022117
      "tanh", 1.0, 1.8555891011388918127 ]

[<Fact>]
[<Law "chi_1(w, b) = 1 on the edge of chaos: ordered below it, chaotic above">]
let ``order and chaos meet at the boundary of a quadrature in thirty digits`` () =
    for word, b, w in boundaries do
        let at w = phaseWith Phase.defaults (Layer.serial [ Layer.dense w b; Layer.word word ])
        Assert.Equal(Ordered, (at (w - 1e-6)).Phase)
        Assert.Equal(Critical, (at w).Phase)
        Spec.near "chi_1" 1e-14 1.0 (at w).Slope
        let above = at (w + 1e-6)
        Assert.Equal(Chaotic, above.Phase)
        // The limit leaves 1 at once, and is no more than 1 - rho = 2 (chi_1 - 1)/C''(1) away.
        Assert.InRange(1.0 - above.Limit.Value, 1e-8, 1e-4)
        Assert.True(above.Limit.Slope < 1.0)

[<Fact>]
[<Law "sign: C(rho) = (2/pi) asin((w^2 rho + b^2)/(w^2 + b^2)), chi_1 = infinity">]
let ``a function that jumps is chaotic with an infinite slope`` () =
    for w, b in [ 1.0, 0.0; 2.0, 1.0; 0.3, 0.7 ] do
        let phase = phaseWith Phase.defaults (Layer.serial [ Layer.dense w b; Layer.word "sign" ])
        Spec.same "q*" 1.0 phase.Variance.Value
        Spec.near "chi_q" 1e-30 0.0 phase.Variance.Slope
        Spec.same "chi_1" infinity phase.Slope
        Assert.Equal(Chaotic, phase.Phase)
        let share, rho = w * w / (w * w + b * b), phase.Limit.Value
        let angle = Math.Asin(share * rho + 1.0 - share)
        Spec.near "rho*" 1e-14 (2.0 / Math.PI * angle) rho
        Spec.near "slope" 1e-13 (2.0 / Math.PI * share / cos angle) phase.Limit.Slope

    // What does not depend on the input does not pass the infinite slope of its step on.
    let still = phaseOf "hadamard(dense(w=0,b=1) sign, dense(w=1.5,b=0.1) erf)"
    Spec.near "chi_1" 1e-14 (phaseOf "dense(w=1.5,b=0.1) erf").Slope still.Slope

[<Fact>]
[<Law "C(-1) = -1 where C is odd, with the slope of 1; no other fixed correlation is negative">]
let ``blocks have the fixed correlation -1 if they are odd, and no other that is negative`` () =
    for text in [ "dense(w=2) tanh"; "dense(w=1.7) erf dense(w=2) sin"; "dense(w=1.3) sign dense(w=2) tanh" ] do
        let phase = phaseOf text
        let points = isolated phase.Correlations
        Assert.Equal<float list>([ -1.0; 0.0; 1.0 ], points |> List.map _.Value)
        Spec.same "slope" points[2].Slope points[0].Slope
        Spec.near "C(-1)" 1e-15 -1.0 (Array.last (Phase.iterate -1.0 1 phase))

    Spec.holds 40 show seeds (fun seed ->
        let _, phase = block seed
        Assert.True(isolated phase.Correlations |> List.forall (fun point -> point.Value >= 0.0))

        for i in 0..40 do
            let rho = float i / 40.0 - 1.0
            Assert.True(Array.last (Phase.iterate rho 1 phase) > rho))

[<Fact>]
let ``linear blocks keep every correlation, and layer norm fixes the variance`` () =
    let linear = phaseOf "dense"
    Assert.True(isAll linear.Variances && isAll linear.Correlations)
    Assert.Equal((Critical, 1.0), (linear.Phase, linear.Slope))
    let normed = phaseOf "dense(w=3,b=0.2) layer_norm"
    Spec.near "q*" 1e-11 1.0 (List.exactlyOne (isolated normed.Variances)).Value
    Assert.Equal(Ordered, normed.Phase)
    Spec.near "chi_1" 1e-11 (9.0 / 9.04) normed.Slope

[<Fact>]
let ``several fixed variances are found, and the one that is asked for is taken`` () =
    let text = "sum(hadamard(dense(w=0.3), dense(w=0.3)), constant(c=0.5))"
    let points = isolated (phaseOf text).Variances
    // V(q) = (0.09 q)^2 + 1/4: the roots of 0.0081 q^2 - q + 1/4.
    let root sign = (1.0 + sign * sqrt (1.0 - 0.0081)) / 0.0162
    Spec.near "the stable one" 1e-14 (root -1.0) points[0].Value
    Spec.near "the unstable one" 1e-11 (root 1.0) points[1].Value
    Spec.same "chosen" points[0].Value (phaseOf text).Variance.Value
    let near = phaseWith { Phase.defaults with Near = Some 100.0 } (parsed text)
    Spec.same "asked for" points[1].Value near.Variance.Value

[<Fact>]
let ``what has no phase is refused with the reason`` () =
    for text, words in
        [ "relu", "put a dense before relu"
          "dense(w=1.4) relu", "vanishes"
          "dense(w=0.9) tanh", "vanishes"
          "dense(w=1.5) relu", "grows without bound"
          "sum(identity, dense)", "grows without bound"
          "sum(identity, dense relu)", "average feature"
          "dense(w=0,b=1) relu", "same for all inputs"
          "constant", "same for all inputs"
          "dense tanh sign", "jumps"
          "dense bottleneck(width=3)", "finite layer" ] do
        match Phase.ofBlock Phase.defaults (parsed text) with
        | Error refusal -> Assert.Contains(words, string refusal)
        | Ok _ -> invalidOp $"{text} has a phase."

    let refused options =
        Assert.ThrowsAny<ArgumentException>(fun () -> Phase.ofBlock options (parsed "dense tanh") |> ignore)
        |> ignore

    refused { Phase.defaults with Lowest = 0.0 }
    refused { Phase.defaults with Lowest = 2.0; Highest = 1.0 }
    refused { Phase.defaults with Tolerance = 0.0 }
    refused { Phase.defaults with Near = Some 1e7 }
    let phase = phaseOf "dense"
    Assert.ThrowsAny<ArgumentException>(fun () -> Phase.iterate 1.1 1 phase |> ignore) |> ignore
    Assert.ThrowsAny<ArgumentException>(fun () -> Phase.iterate 1.0 -1 phase |> ignore) |> ignore

[<Fact>]
[<Law "xi(s) = -1/log |s|: 0 for 0, infinite within the tolerance of 1 and beyond">]
let ``stability and depth scale are those of the slope`` () =
    let at slope = ({ Value = 0.0; Slope = slope }: FixedPoint)
    let scale slope = Phase.depthScale 1e-8 (at slope)
    Spec.near "1/e" 1e-15 1.0 (scale (exp -1.0))
    Spec.near "-1/e" 1e-15 1.0 (scale (-(exp -1.0)))
    Spec.same "0" 0.0 (scale 0.0)
    Spec.same "1" infinity (scale 1.0)
    Spec.same "almost 1" infinity (scale (1.0 - 1e-9))
    Spec.same "2" infinity (scale -2.0)

    Assert.Equal<Stability list>(
        [ Stable; Neutral; Unstable; Unstable ],
        [ -0.5; 1.0 + 1e-9; 1.001; infinity ] |> List.map (at >> Phase.stability 1e-8)
    )
