/// Networks to try laws on, of every layer.
module HadamardNtk.Core.Spec.Generators

open System
open FsCheck
open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Nets

/// What networks are drawn from.
type private Pool = { Number: Gen<float>; Dense: Gen<Net>; Activation: Gen<Net>; Loose: bool }

/// Hundredths between the bounds.
let private hundredths lower upper = Gen.choose (100 * lower, 100 * upper) |> Gen.map (fun n -> float n / 100.0)

/// Numbers of every size that a text can hold.
let private anyNumber =
    Gen.frequency
        [ 3, hundredths -9 9
          2, Gen.elements [ 0.0; 1.0; -1.0; 5e-324; 1.7976931348623157e308; -1e-12; 0.1; 1e21; 123456789.0; 1.0 / 3.0 ]
          1, Gen.choose (-300, 300) |> Gen.map (fun n -> 1.2345678901234567 * Math.Pow(10.0, float n)) ]

let private optionOf number largest (option: LayerOption) =
    match option.Kind with
    | Real -> number |> Gen.map List.singleton
    | NonNegative -> number |> Gen.map (fun x -> [ abs x ])
    | Whole(lower, upper) -> Gen.choose (lower, min upper largest) |> Gen.map (fun n -> [ float n ])
    | Numbers _ -> Gen.choose (1, 4) |> Gen.bind (fun n -> Gen.listOfLength n number)

let private activationOf number largest (entry: Entry) =
    gen {
        let! given = entry.Options |> List.map (optionOf number largest) |> Gen.sequenceToList
        let! kept = Gen.listOfLength given.Length (Gen.elements [ true; false ])

        let chosen =
            List.zip3 (entry.Options |> List.map _.Key) given kept
            |> List.filter (fun (key, _, kept) ->
                kept || (entry.Options |> List.find (fun o -> o.Key = key)).Default.IsNone)
            |> List.map (fun (key, value, _) -> key, value)

        return Catalogue.activation entry.Word chosen
    }

let private words accepted = Catalogue.activations |> List.filter (fun e -> accepted e.Word)

/// The activations that have no closed form, which cost a thousand times the others.
let isGeneral word = List.contains word [ "tanh"; "sigmoid"; "softplus"; "swish"; "elu"; "selu"; "mish" ]

/// Continuous activations whose moments exist at any variance and that grow no faster than a line.
let private isTame word =
    not (isGeneral word)
    && word <> "sign"
    && not (List.contains word [ "exp"; "gaussian"; "monomial"; "rectified_monomial"; "hermite"; "polynomial" ])

let private leaf made = made |> Gen.map Leaf

let private activations number largest accepted =
    words accepted
    |> Gen.elements
    |> Gen.bind (activationOf number largest)
    |> Gen.map Layer.activation
    |> leaf

let private denseOf number width parameterisation trained =
    gen {
        let! w, b = Gen.zip number (Gen.oneof [ Gen.constant 0.0; number ])
        let! width, parameterisation, trained = Gen.zip3 width parameterisation trained

        return
            Layer.denseWith
                { Weight = w; Bias = b; Width = width; Parameterization = parameterisation; Trained = trained }
            |> Leaf
    }

let private mostly usual other = Gen.frequency [ 4, Gen.constant usual; 1, Gen.constant other ]

let private seriesOf parts =
    parts
    |> List.collect (function
        | Serial items -> items
        | part -> [ part ])
    |> Serial

let private severalOf depth part =
    Gen.choose (1, (if depth > 1 then 3 else 2)) |> Gen.bind (fun n -> Gen.listOfLength n part)

/// Networks of blocks that mostly end as what comes next needs them to. `level` numbers the names, `names` are those in
/// scope.
let rec private block pool level names depth : Gen<Net> =
    let shallow =
        [ 3, pool.Dense
          1, Gen.constant (Leaf Layer.identity)
          1, pool.Number |> Gen.map (Layer.constant >> Leaf)
          1, polynomialNet pool
          if names <> [] then
              4, Gen.elements names |> Gen.map Use ]

    let before last =
        gen {
            let! z = gaussian pool level names depth
            let! f = last
            return seriesOf [ z; f ]
        }

    let several make =
        gen {
            let! parts = severalOf depth (block pool level names (depth - 1))
            return make parts
        }

    if depth <= 0 then
        Gen.frequency shallow
    else
        [ 8, before pool.Activation
          1, before (chained pool)
          2, before (norm pool)
          3, several Sum
          3, several Hadamard
          3, joined pool level names depth
          2, concat pool level names depth
          3, shared pool level names depth
          2, copies pool level names depth
          2, inputFree pool level names depth ]
        |> List.append shallow
        |> Gen.frequency

/// What the input does not reach: any block on a constant.
and private inputFree pool level names depth =
    gen {
        let! c = pool.Number
        let! above = block pool level names (depth - 1)
        return seriesOf [ Leaf(Layer.constant c); above ]
    }

/// What ends in a dense layer.
and private gaussian pool level names depth =
    gen {
        let! dense = pool.Dense
        let! kind = Gen.choose (0, (if pool.Loose then 5 else 3))

        if kind < 2 then
            return dense
        else
            let! below = block pool level names (depth - 1)
            return if kind < 4 then seriesOf [ below; dense ] else below
    }

/// Functions of one Gaussian signal, added or multiplied.
and private joined pool level names depth =
    gen {
        let! z = gaussian pool level names depth
        let! count = Gen.choose (2, 3)
        let! functions = Gen.listOfLength count pool.Activation
        let! make = Gen.elements [ Sum; Hadamard ]
        return seriesOf [ z; make functions ]
    }

/// Activations one after the other.
and private chained pool =
    Gen.choose (2, 3) |> Gen.bind (fun n -> Gen.listOfLength n pool.Activation) |> Gen.map seriesOf

and private norm pool =
    Gen.oneof [ Gen.constant 1e-12; pool.Number |> Gen.map abs ] |> Gen.map (Layer.layerNorm >> Leaf)

and private concat pool level names depth =
    gen {
        let! parts = severalOf depth (block pool level names (depth - 1))
        let! weights = Gen.listOfLength parts.Length (Gen.choose (1, 5) |> Gen.map float)
        return! Gen.elements [ Concat(None, parts); Concat(Some weights, parts) ]
    }

and private shared pool level names depth =
    let name = $"p{level}"

    gen {
        let! definition = block pool level names (depth - 1)
        let! body = block pool (level + 1) (name :: names) (depth - 1)
        let! last = pool.Dense
        let skip = Sum [ Hadamard [ body; Serial [ Use name; last ] ]; Use name ]
        return! Gen.elements [ Let(name, definition, body); Let(name, definition, skip) ]
    }

and private copies pool level names depth =
    gen {
        let! first = gaussian pool level names depth
        let! inner = block pool level [] (depth - 1)
        let! f, last = Gen.zip pool.Activation pool.Dense
        let! count = Gen.choose (1, 4)

        return!
            Gen.elements
                [ seriesOf [ first; Repeat(count, Serial [ f; last ]) ]; Repeat(count, Serial [ inner; last ]) ]
    }

and private polynomialNet pool =
    gen {
        let! degree = Gen.choose (1, 3)
        let! w, b = Gen.zip pool.Number (Gen.oneof [ Gen.constant 0.0; pool.Number ])
        let! act = Gen.elements [ None; Some "relu"; Some "sin" ]
        let act = act |> Option.map (fun word -> Catalogue.activation word [])
        let! skip = Gen.elements [ true; false ]
        return! Gen.elements [ Layer.ccp degree w b act; Layer.ncp degree w b act skip ] |> leaf
    }

let private sized pool = Gen.elements [ 0; 1; 2; 2; 3; 3; 3; 4 ] |> Gen.bind (block pool 0 [])

let private kernelNet accepted =
    let number = hundredths -2 2

    // Networks either name no width, or one, so that widths seldom clash; half of these have the standard form.
    let pool width =
        let parameterisation =
            match width with
            | None -> Gen.constant NtkParameterization
            | Some _ -> Gen.elements [ NtkParameterization; StandardParameterization ]

        { Number = number
          Dense = denseOf number (Gen.constant width) parameterisation (mostly true false)
          Activation = activations number 3 accepted
          Loose = false }

    Gen.frequency [ 3, Gen.constant None; 1, Gen.constant (Some 7) ] |> Gen.bind (pool >> sized)

let private tablesOf layer =
    match Kernel.ofNetwork layer with
    | Ok kernel -> Some kernel.Program.Tables
    | Error _ -> None

// Joined activations mostly have no closed form.
let private isClosed layer = tablesOf layer = Some [||]

// A wave without a closed form costs seconds at the variances that generated networks reach.
let private isQuick layer =
    match tablesOf layer with
    | Some tables -> tables.Length < 6 && tables |> Array.forall _.Function.Settles
    | None -> false

/// Networks with a kernel in closed form, of every layer and of every activation that has one.
let closedNetworks = kernelNet (isGeneral >> not) |> arbitrary isClosed

/// Networks with a kernel in closed form at rows of any norm.
let tameNetworks = kernelNet isTame |> arbitrary isClosed

/// Whether a kernel is made of sums, products, quotients, roots and angles of second moments alone.
let internal isBare (program: Program) =
    let takes operation =
        match operation with
        | Exp
        | ExpSinh
        | Operation.Atan2 -> true
        | _ -> false

    program.Tables.Length = 0
    && program.Pairs
       |> Array.forall (fun instruction ->
           match instruction.Step with
           | Compute operation -> not (takes operation)
           | _ -> true)

/// Functions with a scale of their own, such as rbf and erf, take differences of variances, which float64 knows to 1e-16
/// of the variances only: the greatest number that samples bring to such functions, 0 where there are none.
let greatestVariance (kernel: Kernel) (rows: float[][]) =
    if isBare kernel.Program then
        0.0
    else
        let interpreter = Kernel.interpreter rows[0].Length kernel

        rows
        |> Seq.collect (fun x -> interpreter.Sample(Kernel.product x x, Array.average x).Values)
        |> Seq.map abs
        |> Seq.max

let private hasBareKernel layer =
    match Kernel.ofNetwork layer with
    | Ok kernel -> isBare kernel.Program
    | Error _ -> false

/// Networks of whose functions none has a scale of its own.
let bareNetworks =
    kernelNet (fun word -> List.contains word [ "relu"; "leaky_relu"; "abrelu"; "abs" ])
    |> arbitrary hasBareKernel

/// Networks with a kernel, of every layer and activation.
let networks = kernelNet (fun _ -> true) |> arbitrary isQuick

/// Networks of any sense, with options of every size: valid text, accepted or not.
let anyNetworks =
    let pool =
        { Number = anyNumber
          Dense =
            denseOf
                anyNumber
                (Gen.oneof [ Gen.constant None; Gen.choose (1, Int32.MaxValue) |> Gen.map Some ])
                (Gen.elements [ NtkParameterization; StandardParameterization ])
                (mostly true false)
          Activation =
            Gen.frequency
                [ 8, activations anyNumber 12 (fun _ -> true)
                  1, Gen.choose (1, 9) |> Gen.map (Layer.bottleneck >> Leaf) ]
          Loose = true }

    sized pool |> arbitrary (fun _ -> true)

/// What is refused for one reason: the same weights twice, channels not alike, weights that meet two widths.
let private blame pool =
    let wide n = Leaf(Layer.denseWith { Layer.denseOptions 1.0 0.0 with Width = Some n })

    gen {
        let! a, b = Gen.two (block pool 1 [] 1)
        let! f, g = Gen.zip pool.Activation (norm pool)
        let! join = Gen.elements [ Sum; Hadamard ]
        let z = seriesOf [ a; wide 2 ]

        return!
            Gen.elements
                [ Let("p0", z, join [ Serial [ Use "p0"; f ]; Serial [ Use "p0"; g ] ])
                  Let("p0", z, join [ Serial [ Use "p0"; f ]; Hadamard [ b; Serial [ Use "p0"; g ] ] ])
                  join [ Concat(None, [ a; wide 2 ]); b; Concat(None, [ wide 3; a ]) ]
                  Let("p0", z, join [ seriesOf [ wide 3; Use "p0" ]; seriesOf [ b; wide 4; Use "p0" ] ]) ]
    }

/// Networks that the calculus refuses: good ones around what is refused, and such as lack layers here and there.
let refusedNetworks =
    let number = hundredths -2 2

    let pool =
        { Number = number
          Dense =
            denseOf
                number
                (Gen.frequency [ 6, Gen.constant None; 1, Gen.choose (2, 3) |> Gen.map Some ])
                (mostly NtkParameterization StandardParameterization)
                (mostly true false)
          Activation = activations number 3 (fun _ -> true)
          Loose = false }

    let finite = Gen.choose (1, 9) |> Gen.map (Layer.bottleneck >> Leaf)
    let lacking = { pool with Activation = Gen.frequency [ 12, pool.Activation; 1, finite ]; Loose = true }

    let around =
        gen {
            let! below, above = Gen.two (block pool 1 [] 2)
            let! middle = blame pool
            return seriesOf [ below; middle; above ]
        }

    Gen.frequency [ 2, sized lacking; 1, around ] |> arbitrary (Calculus.analyse >> Result.isError)
