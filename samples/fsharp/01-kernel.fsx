#r "nuget: HadamardNtk"

// The two exact kernels of an infinitely wide network: NNGP, of its random weights, and NTK, of its training.
open HadamardNtk

let network = Network.Parse "(dense(w=1.41421356) relu)^2 dense"
let kernel = network.Ntk()

let x = array2D [ [ 1.0; 0.0 ]; [ 0.6; 0.8 ]; [ -1.0; 2.0 ] ]
printfn $"{kernel.Gram x}" // a value shows itself; in F# Interactive it is enough to name it

let pair = kernel.EvaluateBoth([| 1.0; 0.0 |], [| 0.6; 0.8 |])
printfn $"NNGP {pair.Nngp:F6}, NTK {pair.Ntk:F6}"

// > Matrix 3 x 3
// >        1.5  0.772208  0.411374
// >   0.772208       1.5   1.40846
// >   0.411374   1.40846       7.5
// > NNGP 0.366717, NTK 0.772208
