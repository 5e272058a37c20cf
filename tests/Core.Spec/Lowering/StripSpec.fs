/// Strip programs: what the cpu backend runs, evaluated here one pair at a time in plain float64.
module HadamardNtk.Core.Spec.StripSpec

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Data
open HadamardNtk.Core.Spec.Generators
open HadamardNtk.Core.Spec.Nets
open Xunit

let private kernelOf network =
    match Kernel.ofNetwork network with
    | Ok kernel -> kernel
    | Error refusal -> invalidOp (string refusal)

/// E f(u) f(v) at the correlation rho, by its definition.
let private series (t: HermiteTable) (t': HermiteTable) rho =
    if t.Variance = 0.0 || t'.Variance = 0.0 then
        t.Mean * t'.Mean
    else
        Expectation.pair t t' (rho * (sqrt t.Variance * sqrt t'.Variance))

/// What an operation does, as StripOperation says it.
let private apply operation (a: float) (b: float) (c: float) =
    match operation with
    | StripOperation.Add -> a + b
    | StripOperation.Subtract -> a - b
    | StripOperation.Multiply -> a * b
    | StripOperation.Divide -> a / b
    | StripOperation.Fma -> Math.FusedMultiplyAdd(a, b, c)
    | StripOperation.Sqrt -> sqrt a
    | StripOperation.Exp -> exp a
    | StripOperation.Atan2 -> Math.Atan2(a, b)
    | StripOperation.AtanRight -> Math.Atan2(a, b)
    | StripOperation.Correlation -> a * (b * c)
    | StripOperation.Clamped -> max -1.0 (min 1.0 a)
    | StripOperation.Angle -> acos a
    | StripOperation.Sine -> sqrt ((1.0 - a) * (1.0 + a))
    | StripOperation.Greatest -> max a (abs b)
    | StripOperation.Cancelled -> if b > 1e3 && a + Math.ScaleB(b, -48) > -40.0 then 2.0 else 0.0
    | StripOperation.Near -> 1.0 - min 1.0 ((1.0 - abs a + 1e-18) * b)
    | StripOperation.Strained -> 1.0 - (1.0 - abs a) * min 1.0 b
    | StripOperation.SineSquared -> (1.0 - a) * (1.0 + a)
    | StripOperation.Turn ->
        if a = 0.0 || abs a <> abs b then 0.0
        elif a = b then 1.0
        else -1.0
    | StripOperation.IfZero -> if a = 0.0 then b else c
    // b exp(c) sinh(c), because a - b has no digits at small c.
    | StripOperation.OddPart -> if abs c < 0.125 then 0.5 * b * Scalar.expm1 (2.0 * c) else 0.5 * (a - b)
    | other -> invalidOp $"{other} is not done on numbers."

type private Float64 = Interpreter<float, Float64Arithmetic>

/// The kernel, the doubt and the likeness of a pair.
let private evaluate
    (strip: StripProgram)
    (steepness: Steepness)
    (interpreter: Float64)
    (row: SampleState<float>)
    column
    product
    =
    let ofSample (state: SampleState<float>) (o: Operand) =
        if o.Bank = Bank.Constants then
            interpreter.Constants[o.Index]
        else
            state.Values[o.Index]

    let read state value =
        match value with
        | Stored o -> ofSample state o
        | Root o -> sqrt (ofSample state o)
        | InverseRoot o ->
            let q = ofSample state o
            if q = 0.0 then 0.0 else 1.0 / sqrt q
        | Slack o -> 1.0 / sqrt (ofSample state o)
        | Inverse o -> 1.0 / ofSample state o
        | Steep t ->
            let within = steepness.At(t, state.Tables[t].Variance, false)
            if within > 0.0 then min 1e15 (sqrt (interpreter.Nearness / within)) else 1e15
        | Direction -> invalidOp "Only programs that know of proportional rows ask for directions."

    let values = Array.zeroCreate strip.Instructions.Length

    let find (o: StripOperand) =
        match o.Place with
        | StripPlace.Constant -> strip.Constants[o.Index]
        | StripPlace.Row -> read row strip.Samples[o.Index]
        | StripPlace.Column -> read column strip.Samples[o.Index]
        | StripPlace.Product -> product
        | _ -> values[o.Index]

    strip.Instructions
    |> Array.iteri (fun i instruction ->
        let at k = if k < instruction.Operands.Length then find instruction.Operands[k] else nan

        values[i] <-
            match instruction.Operation with
            | StripOperation.Series ->
                series row.Tables[instruction.Table] (column: SampleState<float>).Tables[instruction.Table] (at 0)
            | operation -> apply operation (at 0) (at 1) (at 2))

    struct (find strip.Result, find strip.Doubt, find strip.Likeness)

let private dot (x: float[]) (x': float[]) = Array.fold2 (fun sum a b -> sum + a * b) 0.0 x x'

/// What a law is told of one kernel of a network on data.
type private Case =
    { Kernel: Kernel
      Rows: float[][]
      Interpreter: Float64
      States: SampleState<float>[]
      Kind: string
      Result: Operand }

let private lower case =
    let interpreter = case.Interpreter

    StripProgram.lower
        { Rays = false; Steep = true }
        case.Kernel.Program
        interpreter.Constants
        case.Rows[0].Length
        case.Result

let private onStrips law (net, rows: float[][]) =
    let kernel = kernelOf (toLayer net)
    let interpreter = Kernel.interpreter rows[0].Length kernel
    let states = rows |> Array.map (fun x -> interpreter.Sample(Kernel.product x x, Array.average x))

    for kind, result in [ "NNGP", kernel.Program.Nngp; "NTK", kernel.Program.Ntk ] do
        law
            { Kernel = kernel
              Rows = rows
              Interpreter = interpreter
              States = states
              Kind = kind
              Result = result }

let private each count law =
    Spec.holds count showOnData (onData closedNetworks plainData) (onStrips law)
    Spec.holds count showOnData (onData tameNetworks hardData) (onStrips law)
    Spec.holds (count / 8) showOnData (onData networks plainData) (onStrips law)

let private pairsOf case =
    seq {
        for i in 0 .. case.Rows.Length - 1 do
            for j in 0 .. case.Rows.Length - 1 do
                i, j, dot case.Rows[i] case.Rows[j]
    }

let private interpreted case =
    let scratch = Array.zeroCreate case.Interpreter.ScratchLength

    fun i j ->
        let product = dot case.Rows[i] case.Rows[j] / float case.Rows[0].Length
        let struct (nngp, ntk) = case.Interpreter.Pair(case.States[i], case.States[j], product, scratch)
        if case.Kind = "NNGP" then nngp else ntk

// An error of 1e-16 in rho is one of 1e-16/th in the angle; nearer than this are pairs for the lanes.
let private clear = 1.0 - 1e-6

[<Fact>]
let ``a strip program is its program`` () =
    each 160 (fun case ->
        let strip, expected = lower case, interpreted case
        let tolerance = max 1e-12 (1e-15 * greatestVariance case.Kernel case.Rows)
        let selves = Array.init case.Rows.Length (fun i -> expected i i)

        for i, j, product in pairsOf case do
            let struct (value, doubt, _) =
                evaluate strip case.Kernel.Program.Steepness case.Interpreter case.States[i] case.States[j] product

            if doubt <= clear then
                let scale = sqrt selves[i] * sqrt selves[j]
                Spec.near $"{case.Kind} ({i}, {j})" (tolerance * scale) (expected i j) value)

[<Fact>]
[<Law "k(x, x', c) = k(x', x, c)">]
let ``row and column may be exchanged, to the last bit`` () =
    each 160 (fun case ->
        let strip = lower case

        for i, j, product in pairsOf case do
            let struct (value, doubt, likeness) =
                evaluate strip case.Kernel.Program.Steepness case.Interpreter case.States[i] case.States[j] product

            let struct (value', doubt', likeness') =
                evaluate strip case.Kernel.Program.Steepness case.Interpreter case.States[j] case.States[i] product

            Spec.same $"{case.Kind} ({i}, {j})" value value'
            Spec.same $"doubt ({i}, {j})" doubt doubt'
            Spec.same $"likeness ({i}, {j})" likeness likeness')

[<Fact>]
let ``equal rows are alike, and in doubt wherever an angle matters`` () =
    each 80 (fun case ->
        let strip = lower case

        for i in 0 .. case.Rows.Length - 1 do
            let product = dot case.Rows[i] case.Rows[i]

            if product > 0.0 then
                let struct (_, doubt, likeness) =
                    evaluate strip case.Kernel.Program.Steepness case.Interpreter case.States[i] case.States[i] product

                Spec.near "likeness" 1e-15 1.0 likeness

                if strip.Instructions |> Array.exists (fun i -> i.Operation = StripOperation.Angle) then
                    // Not a number, where rounding took a correlation past 1, is doubt too.
                    Assert.False(doubt < 1.0 - 1e-10, $"{case.Kind} ({i}, {i}): the doubt is {doubt}"))

let private valuesOf (instruction: StripInstruction) =
    instruction.Operands |> Seq.filter (fun o -> o.Place = StripPlace.Value) |> Seq.map _.Index

[<Fact>]
let ``every instruction is used, comes after its operands, and is there once`` () =
    each 160 (fun case ->
        let strip = lower case

        let results =
            [ strip.Result; strip.Doubt; strip.Likeness ] |> List.filter (fun o -> o.Place = StripPlace.Value)

        Assert.Contains(strip.Result, results)
        let used = Collections.Generic.HashSet(results |> List.map _.Index)

        for i in strip.Instructions.Length - 1 .. -1 .. 0 do
            Assert.True(used.Contains i, $"nothing reads instruction {i}")
            Assert.All(valuesOf strip.Instructions[i], (fun o -> Assert.InRange(o, 0, i - 1)))
            used.UnionWith(valuesOf strip.Instructions[i])

        let steps = strip.Instructions |> Array.map (fun i -> i.Operation, i.Table, List.ofArray i.Operands)
        Assert.Equal(steps.Length, (Array.distinct steps).Length)
        Assert.Equal(strip.Constants.Length, (Array.distinct strip.Constants).Length)
        Assert.Equal(strip.Samples.Length, (Array.distinct strip.Samples).Length))

let private stepsOf text select =
    let kernel = kernelOf (Grams.parsed text)
    let interpreter = Kernel.interpreter 5 kernel

    let strip =
        StripProgram.lower
            { Rays = false; Steep = false }
            kernel.Program
            interpreter.Constants
            5
            (select kernel.Program)

    HadamardNtk.StripPlan(strip, HadamardNtk.KernelKind.Ntk).Steps

/// The distinct chunks of machine code of a network's tangent kernel.
let private chunks text =
    let steps = stepsOf text _.Ntk
    steps.Length, steps |> Seq.map _.Chunk |> Seq.distinct |> Seq.length

/// The numbers of series, and of those that give a derivative too.
let private seriesOf (steps: HadamardNtk.StripStep[]) =
    let series = steps |> Array.filter (fun step -> isNull step.Chunk)
    series.Length, series |> Array.filter (fun step -> step.Slope >= 0) |> Array.length

[<Theory>]
[<InlineData("(dense(w=1.41421356) tanh)^3 dense", 3, 3, 3)>]
[<InlineData("dense softplus dense sigmoid dense", 2, 2, 2)>]
[<InlineData("dense elu dense", 2, 0, 1)>]
[<InlineData("dense tanh elu dense", 2, 0, 1)>]
let ``a tangent kernel has one series for a smooth function and its derivative`` (text: string) all both nngp =
    Assert.Equal((all, both), seriesOf (stepsOf text _.Ntk))
    Assert.Equal((nngp, 0), seriesOf (stepsOf text _.Nngp))

[<Fact>]
let ``a deep network is a few chunks of machine code, many times`` () =
    let shallow = chunks "(dense(w=1.41421356) relu)^20 dense"
    let deep = chunks "(dense(w=1.41421356) relu)^60 dense"
    Assert.True(fst deep > 2 * fst shallow, $"{deep} for 60 layers, {shallow} for 20")
    Assert.InRange(snd deep, 1, 6)

[<Fact>]
let ``60 layers are the truth, in code and interpreted`` () =
    let kernel =
        HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse "(dense(w=1.41421356) relu)^60 dense")

    let rows = Array.init 40 (fun i -> Array.init 5 (fun k -> sin (float (1 + 7 * i + k * k))))

    for kind in Compiled.kinds do
        let truth = Compiled.truth kernel kind rows rows

        for compiled in [ true; false ] do
            // Measured in float32: 2.1e-5; every layer adds its own rounding.
            for precision, tolerance in [ Compiled.Precision.Float64, 1e-12; Compiled.Precision.Float32, 5e-5 ] do
                let cpu = Compiled.settings HadamardNtk.VectorWidths.Widest compiled
                let what = $"{kind}, {precision}, compiled: {compiled}"
                Compiled.near what tolerance truth (Compiled.gram cpu precision kind rows kernel)
