#r "nuget: HadamardNtk"

// Classification with labels of any type, here cases of a union.
open HadamardNtk

type Ring =
    | Inner
    | Middle
    | Outer

let rings = [| for i in 0..149 -> [| Inner; Middle; Outer |][i % 3] |]

let x =
    array2D
        [ for i in 0..149 do
              let angle, radius = 2.4 * float i, float (i % 3) + 1.0
              [ radius * cos angle; radius * sin angle ] ]

let kernel = Network.Parse("(dense(w=2,b=2) relu)^3 dense").Ntk()
let classifier = KernelClassifier.Fit(kernel, x, rings, RegressionOptions(Ridge = Ridge.Relative 1e-4))
printfn $"accuracy {Metrics.Accuracy((classifier.Predict(Matrix x)).Labels, rings):F1} percent"

let found = classifier.Predict(array2D [ [ 0.0; 1.1 ]; [ 2.0; 0.1 ]; [ -2.0; 2.2 ] ])
printfn $"{List.ofSeq found.Labels}"

// > accuracy 100.0 percent
// > [Inner; Middle; Outer]
