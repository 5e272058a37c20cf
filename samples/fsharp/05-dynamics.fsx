#r "nuget: HadamardNtk"

// Infinitely wide networks while gradient descent trains them: the mean and the spread of their ensemble over time.
open HadamardNtk

let x = array2D [ [ -1.0 ]; [ -0.5 ]; [ 0.5 ]; [ 1.0 ] ]
let y = [| 1.0; 0.2; 0.3; 0.9 |]
let kernel = Network.Parse("dense(w=1.5,b=0.5) erf dense").Ntk()

let dynamics = TrainingDynamics.Create(kernel, x, y)
let points = dynamics.At(Matrix(array2D [ [ 0.0 ] ]))

for time in [ 0.0; 10.0; 1000.0; infinity ] do
    let ensemble = points.Ensemble(Training.Flow time)
    printfn $"time {time, 8}: f(0) = {ensemble.Mean[0, 0]:F3} ± {sqrt ensemble.Covariance[0, 0]:F3}"

// > time        0: f(0) = 0.000 ± 0.465
// > time       10: f(0) = 0.395 ± 0.208
// > time     1000: f(0) = -0.208 ± 0.120
// > time Infinity: f(0) = -0.208 ± 0.120
