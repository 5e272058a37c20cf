/// Laws of the cpu backend: it computes what the reference defines, and its bits depend on the two rows alone.
module HadamardNtk.Core.Spec.CompiledSpec

open System
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Compiled
open HadamardNtk.Core.Spec.Data
open HadamardNtk.Core.Spec.Generators
open Xunit

let private bare = pairs bareNetworks (data 1e4 70)
let private closed = pairs tameNetworks (data 30.0 70)
let private ordinary = pairs closedNetworks (data 1.0 70)
let private general = pairs networks (data 1.0 8)

let internal each count law =
    for cases, share in [ bare, 3; closed, 2; ordinary, 2; general, 1 ] do
        Spec.holds (count * share / 8) showOnData cases law

/// The same for a law that counts the cases of which it says something.
let internal eachMostly least count law =
    let counted = Spec.Checked least
    each count (law counted)
    counted.Require()

/// Relative to sqrt(K_ii K_jj): the numbers of KernelNearness, where functions may be steep ten times more for the NNGP,
/// and what rounded variances cost. In float32 the worst of SingleSpec.
let internal tolerance precision kind variance =
    let least =
        match precision, kind with
        | Precision.Float32, _ -> 2e-5
        | _, Kind.Nngp when variance = 0.0 -> 1e-11
        | _ -> 1e-10

    max least (1e-15 * variance)

// Below this float32 has fewer digits, or none.
let internal isSmall (truth: Truth) =
    Seq.append (fst truth.Selves) (snd truth.Selves) |> Seq.exists (fun k -> k <> 0.0 && k < 1e-30)

let internal isLarge (plain: float[,]) = plain |> Seq.cast<float> |> Seq.exists (fun k -> abs k > float Single.MaxValue)

// A constant and the raw input add to squares, 1 + 2 m + x.x'/d, whose terms may cancel.
let internal mayCancel (kernel: HadamardNtk.InfiniteKernel) =
    Signal.ancestry kernel.Program.Core.Signal |> Seq.exists (fun signal -> not signal.Crosses.IsEmpty)

/// Whether a backend has digits to compare with those of the truth.
let internal isComparable kernel precision (truth: Truth) =
    match truth.Plain with
    | None -> false
    | Some plain -> precision = Precision.Float64 || not (isLarge plain || isSmall truth || mayCancel kernel)

let internal refuses work = Assert.Throws<HadamardNtk.KernelUndefinedException>(fun () -> work () |> ignore) |> ignore

/// The cpu backend's symmetric and rectangular matrices are the definition, or it refuses with the reference.
let private agrees precision (counted: Spec.Checked) (net, rows: float[][]) =
    let kernel = kernelOf net
    let top = rows[.. (rows.Length - 1) / 3]
    let variance = lazy greatestVariance kernel.Program.Core rows

    for kind in kinds do
        let truth = truth kernel kind rows rows
        let work () = gram quick precision kind rows kernel
        counted.Add(isComparable kernel precision truth)

        match truth.Plain with
        | None -> refuses work
        | Some plain when precision = Precision.Float32 && isLarge plain -> refuses work
        | Some _ when not (isComparable kernel precision truth) -> ()
        | Some _ ->
            let k = work ()
            near $"{kind}" (tolerance precision kind variance.Value) truth k
            let part = cross quick precision kind top rows kernel
            sameBits $"{kind} of the first rows" k[.. top.Length - 1, *] part

[<Fact>]
let ``a matrix in float64 is the reference's, and the truth where the reference does not know angles`` () =
    eachMostly 0.75 160 (agrees Precision.Float64)

[<Fact>]
[<Law "|K32_ij - K_ij| <= 2e-5 sqrt(K_ii K_jj)">]
let ``a matrix in float32 is the truth to 2e-5 sqrt(K_ii K_jj)`` () = eachMostly 0.75 160 (agrees Precision.Float32)

/// What a backend gives, or none where it refuses.
let private attempt work =
    try
        Some(work ())
    with :? HadamardNtk.KernelUndefinedException ->
        None

let private sameAttempt what expected actual =
    match expected, actual with
    | Some a, Some b -> sameBits what a b
    | None, None -> ()
    | _ -> Assert.Fail $"{what}: one refuses, the other does not"

let private everyRequest law (net, rows) =
    let kernel = kernelOf net

    for kind in kinds do
        for precision in precisions do
            law kernel kind precision rows (attempt (fun () -> gram quick precision kind rows kernel))

let private sameAtEveryWidth =
    everyRequest (fun kernel kind precision rows expected ->
        for width in widths do
            for compiled in [ true; false ] do
                attempt (fun () -> gram (settings width compiled) precision kind rows kernel)
                |> sameAttempt $"{kind}, {precision}, {width}, compiled: {compiled}" expected)

[<Fact>]
let ``vectors of every width give the same bits, compiled and interpreted`` () = each 16 sameAtEveryWidth

[<Fact>]
let ``vectors of every width give the same bits, also of series in float32`` () =
    Spec.holds 4 showOnData (pairs networks (data 1.0 70)) sameAtEveryWidth

[<Fact>]
let ``the number of threads does not show`` () =
    each
        24
        (everyRequest (fun kernel kind precision rows expected ->
            for threads in [ 1; 3; 16 ] do
                attempt (fun () -> gramBy quick threads precision kind rows kernel)
                |> sameAttempt $"{kind}, {precision}, {threads} threads" expected))

[<Fact>]
[<Law "K(P X) = P K(X) P^T">]
let ``permuted rows have a permuted matrix`` () =
    each
        40
        (everyRequest (fun kernel kind precision rows expected ->
            let order = Array.init rows.Length id
            Random(rows.Length).Shuffle order
            let moved = attempt (fun () -> gram quick precision kind (order |> Array.map (fun i -> rows[i])) kernel)

            expected
            |> Option.map (fun k -> Array2D.init rows.Length rows.Length (fun i j -> k[order[i], order[j]]))
            |> fun expected -> sameAttempt $"{kind}, {precision}" expected moved))

// Tables of 64 rows and more are interpolated.
[<Fact>]
[<Law "K(X_I, X_J) = K(X)_IJ">]
let ``a block of rows alone has the block of the matrix`` () =
    each
        40
        (everyRequest (fun kernel kind precision rows expected ->
            let from, to' = rows.Length / 3, rows.Length - 1

            match expected with
            | Some k ->
                sameBits
                    $"{kind}, {precision}"
                    k[from..to', from..to']
                    (gram quick precision kind rows[from..to'] kernel)
            | None -> ()))

[<Fact>]
[<Law "K(X_I, prepared X) = K(X_I, X)">]
let ``samples that are prepared once change no bit`` () =
    each
        24
        (everyRequest (fun kernel kind precision rows expected ->
            if expected.IsSome then
                let kernel, options = kernel.Of kind, HadamardNtk.GramOptions(Precision = precision)
                let all, top = matrix rows, matrix rows[.. (rows.Length - 1) / 3]
                let prepared = kernel.Prepare all

                for _ in 1..2 do
                    let whole, part = kernel.Gram(prepared, options), kernel.Cross(top, prepared, options)
                    sameBits $"{kind}, {precision}" (kernel.Gram(all, options).ToArray()) (whole.ToArray())
                    sameBits $"{kind}, {precision}, rows" (kernel.Cross(top, all, options).ToArray()) (part.ToArray())))
