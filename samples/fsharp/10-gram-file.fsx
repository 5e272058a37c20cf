#r "nuget: HadamardNtk"

// A Gram matrix in a file, which may be larger than memory. What a kill interrupts goes on where it was.
open HadamardNtk

let x = Matrix(Array2D.init 500 3 (fun i j -> sin (float (3 * i + j))))
let kernel = Network.Parse("(dense(w=1.41421356) relu)^3 dense").Ntk()

for _ in 1..2 do
    printfn $"""written: {kernel.WriteGram("K.npy", x, resume = true)}"""

let gram = GramMatrix.Open "K.npy"
printfn $"{gram.Rows} x {gram.Columns}, entry (3, 400): {gram[3, 400]:F4}"
gram.Dispose()

// > written: True
// > written: False
// > 500 x 500, entry (3, 400): 0.3279
