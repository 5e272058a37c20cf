#r "nuget: HadamardNtk"

// Kernel regression is the posterior of a Gaussian process: every prediction has an interval.
open HadamardNtk

let places = [ for i in 0..39 -> 0.15 * float (i - 20) ]
let x = array2D [ for p in places -> [ p ] ]
let y = [| for i, p in List.indexed places -> sin (2.0 * p) + 0.1 * cos (37.0 * float i) |]

let kernel = Network.Parse("dense(w=2,b=1) erf dense(b=1)").Ntk()
let options = RegressionOptions(Ridge = Ridge.Relative 1e-3, Scale = VarianceScale.Estimated)
let model = KernelRegression.Fit(kernel, x, y, options)

let prediction = model.Predict(array2D [ [ 0.5 ]; [ 1.5 ]; [ 4.0 ] ], Uncertainty.Deviation)
let interval = prediction.Interval 0.95

for i in 0..2 do
    printfn $"{prediction.Mean[i, 0]:F2} in [{interval.Lower[i, 0]:F2}, {interval.Upper[i, 0]:F2}]"

// > 0.76 in [0.67, 0.85]
// > 0.09 in [0.00, 0.17]
// > 0.26 in [-0.41, 0.92]
