/// The cpu backend as laws ask for it, data that is hard for it, and how near it has to come.
module HadamardNtk.Core.Spec.Compiled

open System
open FsCheck
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Nets
open Xunit

type Cpu = HadamardNtk.CpuSettings
type Width = HadamardNtk.VectorWidth
type Kind = HadamardNtk.KernelKind
type Precision = HadamardNtk.Precision

let widths = [ Width.Bits128; Width.Bits256; Width.Bits512 ]
let kinds = [ Kind.Nngp; Kind.Ntk ]
let precisions = [ Precision.Float64; Precision.Float32 ]

/// The settings of a backend whose programs are always machine code, or never.
let settings width compiled = Cpu(Width = width, Compiled = Nullable compiled)

/// Vectors as wide as here, by interpreting: the same bits as machine code, without its making.
let quick = settings HadamardNtk.VectorWidths.Widest false

let private options (cpu: Cpu) precision threads =
    HadamardNtk.GramOptions(Backend = HadamardNtk.CpuBackend cpu, Precision = precision, Threads = threads)

let matrix (rows: float[][]) =
    HadamardNtk.Matrix(rows |> Seq.map (fun row -> row :> Collections.Generic.IReadOnlyList<float>))

/// A network's kernels as C# asks for them.
let kernelOf net = HadamardNtk.NetworkKernels.Ntk(HadamardNtk.Network.Parse(show net))

let gramBy cpu threads precision kind (rows: float[][]) (kernel: HadamardNtk.InfiniteKernel) =
    kernel.Of(kind).Gram(matrix rows, options cpu precision threads).ToArray()

let gram cpu precision kind rows kernel = gramBy cpu 2 precision kind rows kernel

let cross cpu precision kind (rows: float[][]) (columns: float[][]) (kernel: HadamardNtk.InfiniteKernel) =
    kernel.Of(kind).Cross(matrix rows, matrix columns, options cpu precision 2).ToArray()

// How a row is made from an earlier one. Nearly equal rows differ in every feature.
let private relatives greatest (random: Random) =
    let near size (x: float[]) = x |> Array.map (fun v -> v * (1.0 + size * (2.0 * random.NextDouble() - 1.0)))
    let times (k: float) = Array.map ((*) k)

    let turned = [ near 1e-3; near 1e-7; near 1e-12; times -3.0 >> near 1e-9; times greatest >> near 1e-7 ]
    let long = [ times 0.0; times 1e-6; times 2.5; times greatest ]
    Array.copy :: times -1.0 :: turned @ long

let private normal (random: Random) =
    sqrt (-2.0 * log (1.0 - random.NextDouble())) * cos (2.0 * Math.PI * random.NextDouble())

/// n rows of d features: unit normals, and one in three the relative of one of them, its multiple by `greatest` at most.
let private rowsOf greatest n d seed =
    let random = Random(seed: int)
    let made = relatives greatest random
    let plain = Array.init n (fun _ -> Array.init d (fun _ -> normal random))

    plain
    |> Array.mapi (fun i x ->
        if i > 0 && random.Next 3 = 0 then
            made[random.Next made.Length] plain[random.Next i]
        else
            x)

let private fewer (rows: float[][]) =
    let n = rows.Length

    seq {
        if n > 3 then
            rows[.. n / 2 - 1]
            rows[n / 2 ..]

        if n > 1 && n < 12 then
            for i in 0 .. n - 1 do
                Array.removeAt i rows
    }

/// Data of up to `most` rows, now and then 300: among unit normals duplicates, antipodes, rows nearly the same, zeros, and
/// multiples by 1e-6 up to `greatest`.
let data greatest most =
    let made =
        gen {
            let! d = Gen.elements [ 1; 2; 5; 16 ]
            let! n = Gen.frequency [ 12, Gen.choose (1, most); (if most < 64 then 0 else 1), Gen.constant 300 ]
            let! seed = Gen.choose (0, Int32.MaxValue - 1)
            return rowsOf greatest n d seed
        }

    Arb.fromGenShrink (made, fewer)

/// Networks with data; the data comes first when a counterexample is shrunk.
let pairs (nets: Arbitrary<Net>) (data: Arbitrary<float[][]>) =
    Arb.fromGenShrink (
        Gen.zip nets.Generator data.Generator,
        fun (net, rows) ->
            Seq.append
                (data.Shrinker rows |> Seq.map (fun r -> net, r))
                (nets.Shrinker net |> Seq.map (fun n -> n, rows))
    )

/// 1 - |rho| of two rows; 1 where one is zero, 0 where they are equal.
let private nearness (x: float[]) (x': float[]) =
    let dot = Kernel.product
    let norms = sqrt (dot x x) * sqrt (dot x' x')
    if norms = 0.0 then 1.0 else 1.0 - min 1.0 (abs (dot x x') / norms)

/// The kernels between rows and columns by their definition.
type Truth =
    {
        /// In float64, by the reference; none where it is not defined.
        Plain: float[,] option
        /// In double-double, of one pair.
        Exact: int -> int -> float
        /// The kernels of the rows and of the columns with themselves.
        Selves: float[] * float[]
        /// Whether float64 inner products blur the pair's angle and double-double is quick.
        IsNear: int -> int -> bool
    }

/// The definition of a kernel at data on which it is defined in float64.
let truth (kernel: HadamardNtk.InfiniteKernel) (kind: Kind) (rows: float[][]) (columns: float[][]) =
    let of' (nngp, ntk) = if kind = Kind.Nngp then nngp else ntk

    let exact =
        lazy
            (let ofRows (x: float[][]) = HadamardNtk.ExactSamples(kernel.Program, matrix x)
             let a, b = ofRows rows, ofRows columns
             let scratch = a.NewScratch()
             fun i j -> a.Pair(i, b, j, scratch).[kind])

    let defined work =
        try
            Some(work ())
        with KernelUndefinedException _ ->
            None

    // Elsewhere double-double takes a second a pair, and has the word only where the reference is contradicted.
    let isClosed = kernel.Program.Core.Program.Tables.Length = 0
    let plain = defined (fun () -> of' (Kernel.cross kernel.Program.Core rows columns))

    { Plain = plain
      Exact = fun i j -> exact.Value i j
      Selves =
        (if plain.IsSome then
             kernel.Of(kind).Diagonal(matrix rows), kernel.Of(kind).Diagonal(matrix columns)
         else
             [||], [||])
      IsNear = fun i j -> isClosed && rows[i] <> columns[j] && nearness rows[i] columns[j] < 1e-6 }

/// The entry that is the farthest from the truth, and how far relative to sqrt(K_ii K_jj). Pairs that the reference does
/// not know, and those at which it says something else than `actual`, are compared with double-double.
let worst tolerance (truth: Truth) (actual: float[,]) =
    let row, column = truth.Selves
    let mutable place, most = (0, 0), 0.0

    for i in 0 .. row.Length - 1 do
        for j in 0 .. column.Length - 1 do
            let error expected =
                let difference = abs (actual[i, j] - expected)
                if difference = 0.0 then 0.0 else difference / (sqrt row[i] * sqrt column[j])

            let plain = if truth.IsNear i j then nan else error truth.Plain.Value[i, j]
            let error = if plain <= tolerance then plain else error (truth.Exact i j)

            if not (error <= most) then
                place <- (i, j)
                most <- error

    place, most

/// Fails where an entry is off by more than the tolerance times sqrt(K_ii K_jj).
let near what tolerance (truth: Truth) (actual: float[,]) =
    let (i, j), error = worst tolerance truth actual

    Assert.True(
        error <= tolerance,
        $"{what} ({i}, {j}): {actual[i, j]:R}, not {truth.Exact i j:R}; off by {error:E2} sqrt(K_ii K_jj), not {tolerance:E0}"
    )

/// Fails unless all bits are the same, but for the sign of a zero.
let sameBits what (expected: float[,]) (actual: float[,]) =
    for i in 0 .. Array2D.length1 expected - 1 do
        for j in 0 .. Array2D.length2 expected - 1 do
            Spec.same $"{what} ({i}, {j})" expected[i, j] actual[i, j]
