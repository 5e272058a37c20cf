/// Kernels true to 40 digits.
module HadamardNtk.Core.Spec.Golden

open System
open System.IO
open System.Text
open System.Text.Json
open HadamardNtk.Core
open Xunit

/// A folder of golden files, found from the folder that the tests run in.
let folderOf (name: string) =
    let rec up (d: DirectoryInfo) =
        if File.Exists(Path.Combine(d.FullName, "Hybrid.sln")) then
            Path.Combine(d.FullName, "tests", name)
        else
            match d.Parent with
            | null -> invalidOp "Hybrid.sln is in no folder above the tests."
            | parent -> up parent

    up (DirectoryInfo AppContext.BaseDirectory)

let private folder = folderOf "golden"

/// The extents and the numbers of a little-endian float64 .npy file, version 1, C order.
let readNumbers (path: string) =
    let bytes = File.ReadAllBytes path
    let length = int (BitConverter.ToUInt16(bytes, 8))
    let header = Encoding.ASCII.GetString(bytes, 10, length)
    Assert.Contains("'<f8'", header)
    Assert.Contains("'fortran_order': False", header)
    let shape = header.Substring(header.IndexOf '(' + 1).Split(')')[0]

    let extents =
        shape.Split(',', StringSplitOptions.RemoveEmptyEntries)
        |> Array.filter (String.IsNullOrWhiteSpace >> not)
        |> Array.map (fun s -> int (s.Trim()))

    extents, Array.init (Array.reduce (*) extents) (fun i -> BitConverter.ToDouble(bytes, 10 + length + 8 * i))

/// Rows of a two-dimensional golden file.
let readNpy name =
    let extents, numbers = readNumbers (Path.Combine(folder, name))
    Array.chunkBySize extents[1] numbers

type private Case = { Name: string; Net: string; Inputs: string; Refused: bool; Exact: bool }

let private cases =
    let text = File.ReadAllText(Path.Combine(folder, "manifest.json"))

    [ for case in JsonDocument.Parse(text).RootElement.EnumerateArray() do
          let get (key: string) = (case.GetProperty key).GetString() |> string
          let has (key: string) = fst (case.TryGetProperty key)

          { Name = get "name"
            Net = get "net"
            Inputs = get "inputs"
            Refused = has "refused"
            Exact = has "or" } ]

let caseNames = TheoryData<string>(cases |> List.map _.Name)

let private caseOf name = cases |> List.find (fun c -> c.Name = name)

let private kernelOf net =
    match Notation.parse net with
    | Ok network -> Kernel.ofNetwork network
    | Error e -> invalidOp $"{net}: {e}"

/// 1 - |rho| of two rows.
let private nearness (x: float[]) (x': float[]) =
    let dot = Kernel.product
    let product = sqrt (dot x x * dot x' x')
    if product = 0.0 then 1.0 else 1.0 - abs (dot x x' / product)

let private worst relative (actual: float[,]) (truth: float[][]) tolerance =
    seq {
        for i in 0 .. truth.Length - 1 do
            for j in 0 .. truth[i].Length - 1 do
                let scale = sqrt (truth[i][i] * truth[j][j])
                let error = abs (actual[i, j] - truth[i][j])
                let error = if error = 0.0 then 0.0 else error / scale
                error / tolerance i j, (i, j, error)
    }
    |> Seq.maxBy fst
    |> fun (ratio, (i, j, error)) ->
        Assert.True(
            ratio <= 1.0,
            $"{relative}: entry ({i}, {j}) is off by {error:E2}, which is {ratio:F2} times the tolerance"
        )

/// The number of nonlinearities along the deepest path, which is how often a diagonal is rounded.
let private depth kernel = kernel.Program.Labels.Length

[<Theory>]
[<MemberData(nameof caseNames)>]
[<Law "|K_ij - truth| <= 1e-11 sqrt(K_ii K_jj) (NNGP), 1e-10 sqrt(K_ii K_jj) (NTK, 5e-8 nearer than 1 - |rho| = 1e-9)">]
let ``a golden kernel is met to 1e-11 (NNGP) and 1e-10 (NTK), or refused where it must be`` (name: string) =
    let case = caseOf name

    match kernelOf case.Net with
    | Error _ -> Assert.True(case.Refused, "this network has a kernel")
    | Ok kernel ->
        Assert.True(not case.Refused || case.Exact, "this network must be refused")
        let x = readNpy $"{case.Inputs}.x.npy"
        let nngp, ntk = Kernel.gram kernel x
        let truth, truth' = readNpy $"{name}.nngp.npy", readNpy $"{name}.ntk.npy"
        worst "NNGP" nngp truth (fun _ _ -> 1e-11)
        // Rows with 1 - |rho| below 1e-9: float64 inner products no longer know the angle.
        worst "NTK" ntk truth' (fun i j -> if i <> j && nearness x[i] x[j] < 1e-9 then 5e-8 else 1e-10)
        let diagonal i j = if i = j then 1e-13 * float (depth kernel) else infinity
        worst "NNGP diagonal" nngp truth diagonal
        worst "NTK diagonal" ntk truth' diagonal

        for i in 0 .. x.Length - 1 do
            for j in 0 .. i - 1 do
                Assert.Equal(nngp[i, j], nngp[j, i])
                Assert.Equal(ntk[i, j], ntk[j, i])
