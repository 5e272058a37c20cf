module HadamardNtk.Core.Spec.Smoke

open Xunit
open HadamardNtk.Core

[<Fact>]
let ``a square`` () = Assert.Equal(4.0, Scalar.square 2.0)

[<SkippableFact>]
let ``skips`` () = Skip.If(true, "reason")
