/// The families that the calculus is there for: each of their members has a kernel.
module HadamardNtk.Core.Spec.CalculusFamilies

open FsCheck.FSharp
open HadamardNtk.Core
open Xunit

/// Any activation with its defaults.
let private words =
    Catalogue.activations
    |> List.filter (fun e -> e.Options |> List.forall _.Default.IsSome)
    |> List.map _.Word

let private nested depth start step = Seq.fold (fun below i -> step i below) start (seq { 1..depth })

/// What a member is made of: an activation, a degree or depth, and biases.
let private families: (string * (string -> int -> string -> string)) list =
    [ "CCP", (fun _ n b -> $"ccp(degree={n},w=1.3,b={b})")
      "CCP of activations", (fun act n b -> $"ccp(degree={n},b={b},act={act})")
      "NCP", (fun _ n b -> $"ncp(degree={n},b={b})")
      "NCP with skip", (fun _ n b -> $"ncp(degree={n},b={b},skip=true)")
      "NCP of activations with skip", (fun act n b -> $"ncp(degree={n},b={b},act={act},skip=true)")
      "activations one after the other", (fun act n b -> $"(dense(b={b}) {act} relu {act} dense)^{n}")
      "activations one after the other, joined",
      (fun act n b -> $"(let z = dense(b={b}) in hadamard(z, sum(z {act} tanh, z relu)) {act} dense)^{n}")
      "gated linear unit", (fun act n b -> $"(hadamard(dense(b={b}), dense(b={b}) {act}) dense)^{n}")
      "self-gating", (fun act n b -> $"(let z = dense(b={b}) in hadamard(z, z {act}) dense)^{n}")
      "gates from below",
      (fun act n b -> $"(dense(b={b}) (let p = dense in hadamard(p dense sigmoid, p {act} dense)))^{n}")
      "squeeze and excitation",
      (fun act n b -> $"(let p = dense(b={b}) in hadamard(p {act}, p dense {act} dense sigmoid) dense)^{n}")
      "modulation by a style",
      (fun act n b ->
          "let s = dense relu dense in "
          + nested n "dense" (fun _ below -> $"hadamard({below} dense {act} dense(b={b}), s dense(b={b}))"))
      "residual blocks",
      (fun act n b -> nested n "dense" (fun i below -> $"let p{i} = {below} in sum(p{i}, p{i} {act} dense(b={b}))"))
      "residual blocks, normed",
      (fun act n b ->
          nested n "dense" (fun i below ->
              $"let p{i} = {below} in sum(p{i}, p{i} layer_norm {act} dense(b={b}) dense)"))
      "residual products",
      (fun act n b ->
          nested n "dense" (fun i below ->
              $"let p{i} = {below} in sum(p{i}, hadamard(p{i} dense {act}, p{i} dense(b={b})))"))
      "dense connections",
      (fun act n b ->
          nested n "dense" (fun i below -> $"let p{i} = {below} in concat(p{i}, p{i} dense(b={b}) {act})")
          + " dense")
      "highways",
      (fun act n b ->
          nested n "dense" (fun i below ->
              $"let p{i} = {below} in let t{i} = p{i} dense sigmoid in "
              + $"sum(hadamard(t{i}, p{i} dense {act} dense(b={b})), "
              + $"hadamard(sum(constant, hadamard(constant(c=-1), t{i})), p{i} dense))")) ]

let rows = TheoryData<string>(families |> List.map fst)

[<Theory>]
[<MemberData(nameof rows)>]
[<Law "complete on CCP, NCP with skip, gates, modulation, residual blocks">]
let ``every member of the family has a kernel, and so has a read-out of it`` family =
    let make = families |> List.find (fst >> (=) family) |> snd

    let members =
        gen {
            let! act = Gen.elements words
            let! n = Gen.choose (1, 6)
            let! b = Gen.elements [ "0"; "0.3" ]
            return make act n b
        }

    Spec.holds 60 id (Arb.fromGen members) (fun text ->
        for whole in [ text; $"({text}) dense(b=0.1) relu dense" ] do
            match Notation.parse whole with
            | Error e -> Assert.Fail $"{e}"
            | Ok network ->
                match Calculus.analyse network with
                | Ok _ -> ()
                | Error refusal -> Assert.Fail $"{refusal}")
