/// Networks and rows that users reported as wrong, and their kin, in every backend and precision against double-double.
[<HadamardNtk.Core.Spec.Chapter "What was wrong once">]
module HadamardNtk.Core.Spec.Reported

open HadamardNtk.Core.Spec.EveryBackend
open Xunit

let private plain =
    let random = System.Random 5
    Array.init 10 (fun _ -> Array.init 3 (fun _ -> 2.0 * random.NextDouble() - 1.0))

[<Theory>]
[<InlineData "hadamard(dense tanh, constant dense tanh) dense relu dense">]
[<InlineData "sum(dense, constant dense tanh dense) dense tanh dense relu dense">]
[<InlineData "sum(dense tanh, constant(c=0.7) dense tanh) dense elu dense">]
[<InlineData "concat(constant dense sigmoid, dense selu) dense tanh dense">]
[<InlineData "hadamard(constant dense tanh dense tanh, dense) dense">]
[<InlineData "sum(constant dense swish, dense) dense relu dense">]
let ``a series on a branch that no sample reaches is a constant`` (text: string) =
    agree text plain [ 0, 0; 0, 1; 3, 7; 8, 9 ]

let private all n =
    [ for i in 0 .. n - 1 do
          for j in i .. n - 1 -> i, j ]

[<Theory>]
[<InlineData("dense rbf dense", "waves_f32")>]
[<InlineData("dense sin dense", "waves_f32")>]
[<InlineData("dense sin(b=100) dense", "waves_f32_b100")>]
[<InlineData("dense cos(b=100) dense relu dense", "waves_f32_b100")>]
[<InlineData("dense rbf dense", "waves_f64")>]
[<InlineData("dense sin(b=100) dense", "waves_f64")>]
[<InlineData("hadamard(dense cos(b=30), dense) dense", "waves_f64")>]
[<InlineData("sum(dense cos, constant(c=-1)) dense", "centered")>]
[<InlineData("sum(dense rbf, constant(c=-1)) dense relu dense", "centered")>]
[<InlineData("sum(dense sigmoid_like, constant(c=-0.5)) dense relu dense", "centered")>]
[<InlineData("sum(dense exp, constant(c=-1)) dense", "centered")>]
[<InlineData("(dense(w=2) sin)^20 dense", "chaos")>]
[<InlineData("(dense(w=1.53) sin)^100 dense", "chaos")>]
let ``near rows of fast waves, centered branches and deep chaos have their kernels`` (text: string) (rows: string) =
    let x = Golden.readNpy $"reported/{rows}.x.npy"
    agree text x (all x.Length)

[<Theory>]
[<InlineData("(dense(w=2.36) rbf)^12 dense(w=1.2,b=0.3) relu dense", 2e-8)>]
[<InlineData("(dense(w=1.16) sin(b=2,c=0.7))^3 dense", 6e-8)>]
[<InlineData("(dense(w=2) sin)^12 dense", 1e-6)>]
[<InlineData("(dense(w=1.3) cos(b=3))^8 dense relu dense", 1e-7)>]
[<InlineData("(dense(w=0.91) layer_norm)^8 dense(w=1.2,b=0.3) relu dense", 0.6)>]
[<InlineData("(dense(w=0.86,b=0.03) layer_norm)^30 dense relu dense", 0.7)>]
let ``waves of waves amplify the roundings of near rows, and norms of norms add theirs up`` (text: string) near =
    let random = System.Random 3
    let first = Array.init 8 (fun _ -> 2.0 * random.NextDouble() - 1.0)

    let rows =
        [| first
           first |> Array.map (fun v -> v * (1.0 + near * (random.NextDouble() - 0.5)))
           Array.map ((*) 2.5) first |]

    agree text rows (all 3)

[<Theory>]
[<InlineData("sum(dense(w=0.16) rbf, constant(c=-1)) dense relu dense", 3, 1.0, 1e-6)>]
[<InlineData("sum(dense(w=0.16) rbf, constant(c=-1))", 3, 1.0, 1e-6)>]
[<InlineData("sum(dense(w=0.16) exp, constant(c=-1)) dense", 3, 1.0, 1e-5)>]
let ``means that cancel in one row count beside another row's`` (text: string) features plain small =
    let random = System.Random 4
    let row scale = Array.init features (fun _ -> scale * (2.0 * random.NextDouble() - 1.0))
    agree text [| row plain; row small; row small |] (all 3)

[<Theory>]
[<InlineData("(dense(w=2.36) rbf)^12 dense(w=1.2,b=0.3) relu dense", 1.4, 2e-8)>]
[<InlineData("(dense(w=2.36) rbf)^12 dense(w=1.2,b=0.3) relu dense", 4.0, 2e-8)>]
[<InlineData("(dense(w=3) rbf)^10 dense", 5.0, 1e-8)>]
let ``near rows of moderate norm lose nothing in exponents of a few tens`` (text: string) length near =
    let random = System.Random 7
    let first = Array.init 16 (fun _ -> length * (2.0 * random.NextDouble() - 1.0))

    let rows =
        [| first
           first |> Array.map (fun v -> v * (1.0 + near * (random.NextDouble() - 0.5)))
           Array.map ((*) 1.3) first |]

    agree text rows (all 3)

[<Theory>]
[<InlineData("dense tanh dense", "tanh_large_norm")>]
[<InlineData("dense sigmoid dense", "tanh_large_norm")>]
[<InlineData("sum(dense sigmoid, constant(c=-0.5)) dense relu dense", "centered")>]
[<InlineData("dense selu dense", "selu_f32")>]
[<InlineData("dense elu dense", "selu_f32")>]
let ``near rows of functions without a closed form have their kernels`` (text: string) (rows: string) =
    agree text (Golden.readNpy $"reported/{rows}.x.npy") [ 0, 1; 0, 2; 1, 2 ]
