/// Kernels of networks on graphs by the colors of vertices.
module HadamardNtk.Core.Spec.GraphSpec

open System
open System.Collections.Generic
open HadamardNtk
open HadamardNtk.Core
open HadamardNtk.Core.Spec.SpatialSpec
open FsCheck.FSharp
open Xunit

let private holds count law =
    Spec.holds count (fun (seed: int) -> $"seed {seed}") (Gen.choose (1, 100000) |> Arb.fromGen) (fun seed ->
        law (Random seed))

let private oneOf (random: Random) (items: 'a list) = items[random.Next items.Length]

let private activation random = oneOf random [ "relu"; "erf"; "gelu"; "abs"; "sin"; "leaky_relu(0.2)"; "rbf(0.5)" ]

/// A generated network on vertices, which ends in a Gaussian signal.
let rec private vertices (random: Random) depth =
    let dense () = sprintf "dense(w=1.2,b=%s)" (oneOf random [ "0"; "0.3" ])
    let aggregate () = sprintf "aggregate(kind=%s)" (oneOf random [ "sum"; "mean" ])

    match (if depth = 0 then 0 else random.Next 5) with
    | 0 -> $"{aggregate ()} {dense ()}"
    | 1 -> $"{vertices random (depth - 1)} {activation random} {aggregate ()} {dense ()}"
    | 2 -> $"hadamard({vertices random (depth - 1)} {activation random}, {dense ()} {activation random}) {dense ()}"
    | 3 -> $"sum({vertices random (depth - 1)}, {dense ()} {activation random} {aggregate ()} {dense ()})"
    | _ ->
        $"concat({vertices random (depth - 1)} {activation random}, constant(0.5)) {dense ()} layer_norm(0.1) {dense ()}"

let private network (random: Random) =
    let pool = oneOf random [ "global_sum_pool"; "global_avg_pool" ]
    let last = oneOf random [ "dense"; "dense relu dense"; "" ]
    $"aggregate {vertices random 3} {activation random} {pool} {last}"

// Weights that are no powers of two, so that sums in another order would round otherwise.
let private graph (random: Random) =
    let n = 1 + random.Next 7
    let isEdge = Array2D.init n n (fun p q -> p > q && random.Next 2 = 0)

    let weight =
        Array2D.init n n (fun p q -> if isEdge[p, q] || isEdge[q, p] then 0.1 + random.NextDouble() else 0.0)

    let near p =
        [| for q in 0 .. n - 1 do
               if weight[p, q] <> 0.0 then
                   q |]

    let lists (f: int -> 'a[]) = Array.init n (fun p -> f p :> IReadOnlyList<'a>)
    let features = Array.init n (fun _ -> row random 3)

    Graph(Matrix(array2D features), lists near, lists (fun p -> near p |> Array.map (fun q -> weight[p, q]))),
    SpatialKernel.ofGraph features (Array2D.init n n (fun p q -> if p = q then 1.0 else weight[p, q]))

[<Fact>]
[<Law "graphs: K by colors of vertices = K by blocks of all vertices, to 1e-11 sqrt(K K')">]
let ``kernels by colors are those by blocks`` () =
    holds 60 (fun random ->
        let text = network random
        let graphs = Array.init 4 (fun _ -> graph random)
        let set = GraphSet(Array.map fst graphs)
        let nngp, ntk = kernels (parsed text) (Array.map snd graphs) (Array.map snd graphs)

        for kind, truth in [ KernelKind.Nngp, nngp; KernelKind.Ntk, ntk ] do
            let found = Network.Parse(text).GraphKernel(kind).Gram(set)

            for i in 0..3 do
                for j in 0..3 do
                    let scale = sqrt (truth[i, i] * truth[j, j])
                    Spec.near $"{kind} of {text}" (1e-11 * scale) truth[i, j] found[i, j])
