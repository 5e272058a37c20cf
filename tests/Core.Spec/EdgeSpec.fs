/// The library from F#: arrays and lists where C# has collections.
module HadamardNtk.Core.Spec.EdgeSpec

open HadamardNtk
open Xunit

let private network = Network.Parse "dense(he) relu dense"
let private rows = [ [ 1.0; 0.0; 2.0 ]; [ 0.5; -1.0; 0.0 ]; [ -2.0; 1.0; 1.0 ] ]

[<Fact>]
let ``kernels take arrays without conversions`` () =
    let kernel = network.Ntk()
    let gram = kernel.Gram(array2D rows)
    let cross = kernel.Cross(array2D rows, array2D [ rows[1] ])
    let value = kernel.Evaluate([| 1.0; 0.0; 2.0 |], [| 0.5; -1.0; 0.0 |])
    Assert.Equal(kernel.Gram(Matrix(array2D rows)).ToArray(), gram.ToArray())
    Assert.Equal(value, gram[0, 1], 1e-15 * gram[0, 0])
    Assert.Equal(value, cross[0, 0], 1e-15 * gram[0, 0])

[<Fact>]
let ``rows and columns are selected by lists`` () =
    let matrix = Matrix(array2D rows)
    Assert.Equal(array2D [ rows[2]; rows[0] ], matrix.SelectRows([ 2; 0 ]).ToArray())
    Assert.Equal(array2D [ [ 2.0 ]; [ 0.0 ]; [ 1.0 ] ], matrix.SelectColumns([ 2 ]).ToArray())

[<Fact>]
let ``networks are equal by their layers`` () =
    Assert.True((network = Network.Parse "dense(w=sqrt(2)) relu dense"))
    Assert.True((network <> Network.Parse "dense relu dense"))
