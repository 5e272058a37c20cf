#r "nuget: HadamardNtk"

// Scales of weights and biases and the ridge by the marginal likelihood, and the comparison of networks by folds.
open HadamardNtk

let x = Matrix(array2D [ for i in 0..49 -> [ 0.1 * float (i - 25) ] ])
let y = [| for i in 0..49 -> sin (0.3 * float (i - 25)) + 0.3 * sin (float (i * i)) |]

let kernel w v = Network.Input.Dense(w, 1.0).Erf().Dense(v).Nngp()
let options = RegressionOptions(Ridge = Ridge.Absolute 0.1)
let best = MarginalLikelihood.Maximize((fun p -> kernel p[0] p[1]), [ 3.0; 1.0 ], x, y, options)
printfn $"log p(y) = {best.LogMarginalLikelihood:F1}, ridge {best.Ridge.Value:F2}"

let networks =
    [| for net in [ "dense(b=1) relu dense"; "dense(w=3,b=1) erf dense" ] -> StudyNetwork.Parse(net, net) |]

let targets = Matrix(array2D [ for value in y -> [ value ] ])
let compared = KernelComparison.Run(networks, x, targets, ComparisonOptions(Folds = 5, Seeds = 2))
printfn $"the better one of them: {compared.Best.Name}"

// > log p(y) = -24.1, ridge 0.05
// > the better one of them: dense(b=1) relu dense
