/// The independence calculus does not care in which order networks are named.
module HadamardNtk.Core.Spec.CalculusOrder

open HadamardNtk.Core
open Xunit

let private isAccepted text =
    match Notation.parse text with
    | Ok network -> Result.isOk (Calculus.analyse network)
    | Error e -> invalidOp $"'{text}': {e}"

/// Two networks, in the scope of `d` and `p`, and whether sum, hadamard and concat of them have kernels.
let private table =
    [ ("dense(width=3) d", "dense(width=4) d"), [ false; false; false ]
      ("dense(width=3) d", "dense(width=3) d"), [ true; false; true ]
      ("d", "dense(width=3) d"), [ false; false; false ]
      ("dense(width=3)", "dense(width=4)"), [ false; false; false ]
      ("dense(width=3)", "dense"), [ true; true; true ]
      ("p", "p layer_norm"), [ false; false; true ]
      ("p tanh", "p relu dense"), [ true; true; true ]
      ("p relu", "p dense tanh"), [ true; true; true ]
      ("identity", "concat(dense, dense)"), [ false; false; true ] ]

let private scoped join (a, b) = $"let d = dense in let p = dense in {join}({a}, {b})"

let rows = TheoryData<int>(table |> List.indexed |> List.map fst)

[<Theory>]
[<MemberData(nameof rows)>]
[<Law "a + b is defined where b + a is, and so are a o b and concat">]
let ``networks are accepted or refused in either order`` row =
    let (a, b), expected = table[row]

    let word accepted = if accepted then "accepted" else "refused"

    for join, wanted in List.zip [ "sum"; "hadamard"; "concat" ] expected do
        for parts in [ a, b; b, a ] do
            let text = scoped join parts
            Assert.Equal($"'{text}' is {word wanted}", $"'{text}' is {word (isAccepted text)}")
