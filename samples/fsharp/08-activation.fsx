#r "nuget: HadamardNtk"

// An activation of your own: its dual is integrated to all digits, and its derivative and kinks are found.
open HadamardNtk

let hat = Activation.Custom("hat", (fun x -> max 0.0 (1.0 - abs x)), kinks = [ -1.0; 0.0; 1.0 ])
let kernel = Network.Input.Dense().Apply(hat).Dense().Ntk()
printfn $"{kernel}: {kernel.Evaluate([| 0.5; 1.0 |], [| 1.0; -0.5 |]):F4}"
printfn $"hat'(0.25) = {hat.EvaluateDerivative 0.25:F2}"

// > NTK of dense hat dense: 0.1996
// > hat'(0.25) = -1.00
