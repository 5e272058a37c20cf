#r "nuget: HadamardNtk"

// Not every network has a kernel. One that has none is refused, with the layer, the reason and a way to mend it.
open HadamardNtk

let kernel (text: string) =
    try
        Ok(Network.Parse(text).Ntk())
    with
    | :? NetworkRefusedException as refusal -> Error $"{refusal.Layer}: {refusal.Suggestion}"
    | :? NetworkSyntaxException as syntax -> Error $"column {syntax.Column}: {syntax.Suggestion}"

for text in [ "relu dense"; "dense rleu dense"; "dense relu dense" ] do
    match kernel text with
    | Ok kernel -> printfn $"{text}: {kernel.Evaluate([| 1.0 |], [| 1.0 |]):F2}"
    | Error message -> printfn $"{text}: {message}"

// > relu dense: relu: put a dense before relu
// > dense rleu dense: column 7: did you mean 'relu'?
// > dense relu dense: 1.00
