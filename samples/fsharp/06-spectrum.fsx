#r "nuget: HadamardNtk"

// The eigenvalues of a kernel say what is learned first, and how well targets agree with it.
open System
open HadamardNtk

let angles = [ for i in 0..199 -> 2.0 * Math.PI * float i / 200.0 ]
let x = array2D [ for a in angles -> [ sqrt 2.0 * cos a; sqrt 2.0 * sin a ] ]
let kernel = Network.Parse("dense(w=1.41421356) relu dense").Ntk()

let spectrum = Spectrum.Of(kernel, Matrix x)
let largest = [ for j in 0..2 -> round (1000.0 * spectrum.Values[j]) / 1000.0 ]
printfn $"{spectrum.Count} eigenvalues, the largest {largest}"

for frequency in [ 1.0; 6.0 ] do
    let alignment = spectrum.Align [| for a in angles -> cos (frequency * a) |]
    printfn $"alignment with cos {frequency}a: {alignment.Alignments[0]:F3}"

// > 200 eigenvalues, the largest [0.608; 0.5; 0.5]
// > alignment with cos 1a: 0.521
// > alignment with cos 6a: 0.007
