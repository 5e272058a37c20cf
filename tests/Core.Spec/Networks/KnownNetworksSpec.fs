/// Published networks that are words of the notation.
module HadamardNtk.Core.Spec.KnownNetworksSpec

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.SpatialSpec
open Xunit

[<Theory>]
[<InlineData("myrtle(5)", "(c)^2 avg_pool c avg_pool c global_avg_pool")>]
[<InlineData("myrtle(7)", "(c)^2 avg_pool (c)^2 avg_pool (c)^2 global_avg_pool")>]
[<InlineData("myrtle(depth=10)", "(c)^3 avg_pool (c)^3 avg_pool (c)^3 global_avg_pool")>]
[<Law "myrtle(d) = its three parts of conv relu and pools; d - 1 layers with weights">]
let ``a Myrtle network is its parts`` (text: string, parts: string) =
    for options, conv in [ "", "w=he"; "w=1.5,b=0.25", "w=1.5,b=0.25" ] do
        let given = if options = "" then text else text.Replace(")", $",{options})")
        let network = parsed given

        Assert.Equal<Layer>(
            parsed (parts.Replace("(c)", $"(conv({conv}) relu)").Replace(" c ", $" conv({conv}) relu ")),
            network
        )

        Assert.Equal<Layer>(network, parsed (Notation.print network))

        match Calculus.analyse (Layer.serial [ Layer.shaped [ 32; 32; 3 ]; network; Layer.dense 1.0 0.0 ]) with
        | Error refusal -> Assert.Fail(string refusal)
        | Ok signal ->
            let dense = Signal.ancestry signal |> List.filter _.Rule.IsDense

            Assert.Equal(
                int (text.Trim([| 'm'; 'y'; 'r'; 't'; 'l'; 'e'; '('; ')'; 'd'; 'p'; 'h'; '=' |])),
                dense.Length
            )
            // The second of two 2 x 2 means leaves 8 x 8 positions to the last convolutions.
            Assert.Equal(Grid [ 8; 8 ], dense[dense.Length - 2].Facts.Space)

/// The GNTK by the recursion of its paper: for every block Sigma and Theta are summed over neighbors, and R times
/// go through relu at weights of variance 2. With jumping knowledge the kernels of all blocks are added.
let private byRecursion blocks mlp (x: float[][], a: float[,]) (x': float[][], a': float[,]) =
    let n, n' = x.Length, x'.Length
    let product (u: float[]) (v: float[]) = Array.fold2 (fun s p q -> s + p * q) 0.0 u v / float u.Length

    let around (a: float[,]) (a': float[,]) (k: float[,]) =
        Array2D.init (Array2D.length1 k) (Array2D.length2 k) (fun p q ->
            let mutable sum = 0.0

            for r in 0 .. Array2D.length1 k - 1 do
                for s in 0 .. Array2D.length2 k - 1 do
                    sum <- sum + a[p, r] * a'[q, s] * k[r, s]

            sum)

    let relu q q' c =
        let angle = acos (max -1.0 (min 1.0 (c / sqrt (q * q'))))
        sqrt (q * q') / Math.PI * (sin angle + (Math.PI - angle) * cos angle), (Math.PI - angle) / Math.PI

    let gram (x: float[][]) (x': float[][]) = Array2D.init x.Length x'.Length (fun p q -> product x[p] x'[q])
    let total k = k |> Seq.cast<float> |> Seq.sum
    let mutable row, column = around a a (gram x x), around a' a' (gram x' x')
    let mutable sigma = around a a' (gram x x')
    let mutable theta = sigma
    let mutable nngp, ntk = total (gram x x'), total (gram x x')

    for block in 1..blocks do
        if block > 1 then
            row <- around a a row
            column <- around a' a' column
            sigma <- around a a' sigma
            theta <- around a a' theta

        for _ in 1..mlp do
            let at (k: float[,]) (k': float[,]) (c: float[,]) =
                Array2D.init (Array2D.length1 c) (Array2D.length2 c) (fun p q -> relu k[p, p] k'[q, q] c[p, q])

            let duals = at row column sigma
            let through (c: float[,]) k k' = at k k' c |> Array2D.map fst
            theta <- Array2D.init n n' (fun p q -> theta[p, q] * snd duals[p, q] + fst duals[p, q])
            sigma <- Array2D.map fst duals
            let row', column' = through row row row, through column column column
            row <- row'
            column <- column'

        nngp <- nngp + total sigma
        ntk <- ntk + total theta

    nngp, ntk

[<Fact>]
[<Law "gntk(B, R) = the recursion of Du et al. with jumping knowledge, Sigma and Theta, to 1e-7 of the scale">]
let ``the graph network has the kernel of its paper`` () =
    for seed in 1..12 do
        let random = Random seed

        let graph () =
            let n = 2 + random.Next 4
            let a = Array2D.init n n (fun _ _ -> 0.0)

            for p in 0 .. n - 1 do
                for q in p .. n - 1 do
                    let weight = if p = q || random.Next 2 = 0 then 1.0 else 0.0
                    a[p, q] <- weight
                    a[q, p] <- weight

            Array.init n (fun _ -> row random 3), a

        let means (a: float[,]) = a |> Array2D.mapi (fun p _ v -> v / Array.sum a[p, *])
        let x, x' = graph (), graph ()

        for blocks, mlp in [ 1, 1; 2, 1; 3, 2; 4, 3 ] do
            for kind, weighed in [ NeighborSum, id; NeighborMean, means ] do
                let network = KnownNetworks.gntk blocks mlp kind
                let of' (x, a) = [| SpatialKernel.ofGraph x a |]
                let nngp, ntk = kernels network (of' x) (of' x')
                let weigh (x, a) = x, weighed a
                let sigma, theta = byRecursion blocks mlp (weigh x) (weigh x')
                // The angles of nearly parallel vertices are known to 1e-8 by the arc cosine.
                let own (x, a) = snd (byRecursion blocks mlp (x, a) (x, a))
                let scale = sqrt (own (weigh x) * own (weigh x'))
                Spec.near $"NNGP of {blocks} x {mlp}, {kind}" (1e-7 * scale) sigma nngp[0, 0]
                Spec.near $"NTK of {blocks} x {mlp}, {kind}" (1e-7 * scale) theta ntk[0, 0]

[<Fact>]
let ``sizes of published networks are checked`` () =
    for make in
        [ fun () -> KnownNetworks.myrtle 6 1.0 0.0
          fun () -> KnownNetworks.gntk 0 1 NeighborSum
          fun () -> KnownNetworks.gntk 1 251 NeighborMean ] do
        Assert.Throws<ArgumentException>(fun () -> make () |> ignore) |> ignore

    for text, expected in
        [ "myrtle(depth=6)", "5 or 7 or 10"
          "myrtle", "myrtle(depth=...)"
          "gntk(kind=mean)", "gntk(blocks=...)" ] do
        match Notation.parse text with
        | Ok _ -> Assert.Fail "This text must be refused."
        | Error e -> Assert.Contains(expected, string e)
