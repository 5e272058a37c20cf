#r "nuget: HadamardNtk"

// Classification with labels of any type, here cases of a union; probabilities come from the posterior of the scores.
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

let points = array2D [ [ 0.0; 1.1 ]; [ 2.0; 0.1 ]; [ -2.0; 2.2 ] ]
let found = classifier.Predict(Matrix points, Uncertainty.Deviation)
let probabilities = found.Probabilities().ToArray()

for i in 0..2 do
    printfn $"{found.Labels[i]}, with probability {Array.max probabilities[i, *]:F1}"

// > accuracy 100.0 percent
// > Inner, with probability 1.0
// > Middle, with probability 1.0
// > Outer, with probability 1.0
