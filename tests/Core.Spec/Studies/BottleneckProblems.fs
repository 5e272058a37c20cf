/// Small trainings of networks with bottlenecks, for laws.
module HadamardNtk.Core.Spec.BottleneckProblems

open FsCheck
open FsCheck.FSharp
open HadamardNtk.Core
open MathNet.Numerics.LinearAlgebra

type M = Matrix<float>

let parse text =
    match Notation.parse text with
    | Ok network -> network
    | Error reason -> invalidOp (string reason)

/// A training: a network, n training samples, one other sample, targets, and what it is trained by.
type Problem =
    { Text: string
      X: float[][]
      Y: float[][]
      Width: int
      Seed: int64
      Training: BottleneckTraining
      Steps: int }

let show problem =
    $"{problem.Text} on {Data.showRows problem.X} for {Data.showRows problem.Y}, M = {problem.Width}, "
    + $"seed {problem.Seed}, {problem.Steps} steps of {problem.Training}"

let private number = Gen.choose (-1500, 1500) |> Gen.map (fun k -> float k / 1000.0)

let private features =
    Gen.elements [ "dense erf dense"; "dense(b=0.3) relu dense(b=0.1)"; "ccp(degree=2) dense"; "dense" ]

let private closed =
    [ "relu"; "erf"; "sin"; "rectified_monomial(k=2)"; "polynomial(c=0:1:0.4)"; "identity" ]

let private headWith words = Gen.elements words |> Gen.map (fun word -> $"dense(w=1.2,b=0.3) {word} dense(b=0.2)")

/// Networks whose heads have one of the given activations, with one bottleneck or two.
let private networks words =
    Gen.map3
        (fun g (f, h) (d, e) ->
            match h with
            | None -> $"{g} bottleneck(width={d}) {f}"
            | Some h -> $"{g} bottleneck(width={d}) {f} bottleneck(width={e}) {h}")
        features
        (Gen.zip (headWith words) (Gen.optionOf (headWith words)))
        (Gen.two (Gen.choose (2, 3)))

let private rowsFor loss outputs n =
    match loss with
    | Squared -> Gen.arrayOfLength n (Gen.arrayOfLength outputs number)
    | Logistic -> Gen.arrayOfLength n (Gen.arrayOfLength outputs (Gen.elements [ -1.0; 1.0 ]))
    | Softmax ->
        Gen.arrayOfLength n (Gen.choose (0, outputs - 1))
        |> Gen.map (Array.map (fun c -> Array.init outputs (fun k -> if k = c then 1.0 else 0.0)))

let private generated words =
    gen {
        let! text = networks words
        let! n = Gen.choose (2, 4)
        let! x = Gen.arrayOfLength (n + 1) (Gen.arrayOfLength 3 number)
        let! loss = Gen.elements [ Squared; Logistic; Softmax ]
        let! outputs = Gen.choose ((if loss = Softmax then 2 else 1), 3)
        let! y = rowsFor loss outputs n
        let! width = Gen.choose (3, 9)
        let! seed = Gen.choose (0, 1_000_000)
        let! multiplier = Gen.elements [ 1.0; 0.5; -2.0 ]
        let! rates = Gen.two (Gen.elements [ 0.0; 0.02; 0.05 ])
        let! steps = Gen.choose (1, 5)

        return
            { Text = text
              X = x
              Y = y
              Width = width
              Seed = int64 seed
              Training =
                { Loss = loss
                  Multiplier = multiplier
                  HeadRate = fst rates
                  FeatureRate = if rates = (0.0, 0.0) then 0.02 else snd rates }
              Steps = steps }
    }

/// Problems with activations whose kernels have a gradient.
let smooth = Arb.fromGen (generated closed)

/// Problems with any activation.
let any = Arb.fromGen (generated (closed @ [ "tanh"; "gelu"; "sigmoid"; "leaky_relu(alpha=0.2)" ]))

let matrix (rows: float[][]) =
    HadamardNtk.Matrix(rows |> Seq.map (fun row -> row :> System.Collections.Generic.IReadOnlyList<float>))

let network problem = HadamardNtk.Network.Parse problem.Text

/// The options of a problem from a start, or from its seed, for targets times a factor.
let optionsFrom (start: HadamardNtk.BottleneckStart | null) labelScale mode problem =
    let n = problem.Y.Length

    HadamardNtk.BottleneckOptions(
        Steps = problem.Steps,
        RecordEvery = 1,
        Mode = mode,
        HeadWidth = problem.Width,
        HeadRate = System.Nullable problem.Training.HeadRate,
        FeatureRate = System.Nullable problem.Training.FeatureRate,
        Loss =
            (match problem.Training.Loss with
             | Squared -> HadamardNtk.Loss.Squared
             | Logistic -> HadamardNtk.Loss.Logistic
             | Softmax -> HadamardNtk.Loss.Softmax),
        OutputMultiplier = problem.Training.Multiplier,
        LabelScale = labelScale,
        Start = start,
        Seed = problem.Seed,
        TestSamples = matrix problem.X[n..]
    )

let options mode problem = optionsFrom null 1.0 mode problem

let trainWith (options: HadamardNtk.BottleneckOptions) problem =
    HadamardNtk.BottleneckRun.Train(
        network problem,
        matrix problem.X[.. problem.Y.Length - 1],
        matrix problem.Y,
        options
    )

let train mode problem = trainWith (options mode problem) problem

let rowsOf (m: HadamardNtk.Matrix) = Array.init m.Rows (fun i -> m.Row(i).ToArray())

/// The networks of the definition.
let definition problem =
    match Bottleneck.ofNetwork (parse problem.Text) with
    | Ok network -> network
    | Error refusal -> invalidOp (string refusal)

/// The state of the definition at the start of a run.
let startOf mode problem (start: HadamardNtk.BottleneckStart) =
    let network = definition problem
    let outputs = List.tail network.Widths @ [ problem.Y[0].Length ]

    let heads =
        List.zip3 network.Heads network.Widths outputs
        |> List.mapi (fun l (head, inputs, outputs) ->
            let p = Bottleneck.parameters problem.Width inputs outputs head start.Heads[l]

            match mode with
            | HadamardNtk.BottleneckMode.Hybrid -> FiniteHead p
            | _ -> InfiniteHead(p, []))

    { Embeddings = rowsOf start.Embeddings; Heads = heads }

/// Theta_g between all samples and those of training.
let kernelOf problem =
    match Kernel.ofNetwork (definition problem).Features with
    | Ok kernel -> Kernel.cross kernel problem.X problem.X[.. problem.Y.Length - 1] |> snd |> M.Build.DenseOfArray
    | Error refusal -> invalidOp (string refusal)
