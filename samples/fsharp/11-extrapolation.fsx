#r "nuget: HadamardNtk"

// Beyond its data the kernel of a ReLU network goes on along a line, that of a product of layers along a polynomial.
open HadamardNtk

let cubic t = t ** 3.0 - 2.0 * t
let places = [| for i in -10 .. 10 -> 0.2 * float i |]
let x = array2D [ for p in places -> [ p ] ]
printfn $"the truth: {cubic 6.0:F0}"

for net in [ "dense(b=1) relu dense"; "ccp(degree=3) dense" ] do
    let options = RegressionOptions(Ridge = Ridge.Relative 1e-9)
    let model = KernelRegression.Fit(Network.Parse(net).Ntk(), x, Array.map cubic places, options)
    printfn $"{net}: {model.Predict(array2D [ [ 6.0 ] ]).Mean[0, 0]:F0}"

// > the truth: 204
// > dense(b=1) relu dense: 14
// > ccp(degree=3) dense: 204
