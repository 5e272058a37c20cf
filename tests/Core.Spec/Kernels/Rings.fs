/// Sum and hadamard are the operations of a commutative ring, wherever they are defined.
module HadamardNtk.Core.Spec.Rings

open FsCheck.FSharp
open HadamardNtk.Core
open HadamardNtk.Core.Spec.Generators
open HadamardNtk.Core.Spec.Nets
open HadamardNtk.Core.Spec.Grams
open Xunit

let private triple = Gen.zip3 tameNetworks.Generator closedNetworks.Generator tameNetworks.Generator

let private triples =
    Arb.fromGenShrink (
        triple,
        fun (a, b, c) ->
            seq {
                for a' in tameNetworks.Shrinker a do
                    a', b, c

                for b' in closedNetworks.Shrinker b do
                    a, b', c

                for c' in tameNetworks.Shrinker c do
                    a, b, c'
            }
    )

let private showTriple (a, b, c) = $"{show a} | {show b} | {show c}"

let private plain = [| [| 1.0; -0.4; 0.3 |]; [| 0.2; 2.0; -1.0 |] |]

/// Both sides are refused, or both have the same kernels up to the order of their roundings; returns whether they have.
let private bothOrNeither what units left right =
    match Kernel.ofNetwork left, Kernel.ofNetwork right with
    | Ok _, Ok _ ->
        let at network =
            try
                Some(gram network plain)
            with KernelUndefinedException _ ->
                None

        match at left, at right with
        | Some a, Some b ->
            close what units a b
            true
        | None, None -> false
        | _ -> invalidOp $"{what}: one side is undefined"
    | Error _, Error _ -> false
    | Ok _, Error refusal
    | Error refusal, Ok _ -> invalidOp $"{what}: one side is refused: {refusal}"

let private ringLaw count law =
    let mutable compared = 0

    Spec.holds count showTriple triples (fun (a, b, c) ->
        if law (toLayer a) (toLayer b) (toLayer c) then
            compared <- compared + 1)

    Assert.True(compared > count / 10, $"only {compared} of {count} networks had kernels to compare")

let private operations = [ "sum", Layer.sum; "hadamard", Layer.hadamard ]

[<Fact>]
[<Law "a + b = b + a, a o b = b o a">]
let ``sum and hadamard are commutative`` () =
    for name, make in operations do
        ringLaw 120 (fun a b _ -> bothOrNeither name 8.0 (make [ a; b ]) (make [ b; a ]))

[<Fact>]
[<Law "(a + b) + c = a + (b + c), (a o b) o c = a o (b o c)">]
let ``sum and hadamard are associative`` () =
    for name, make in operations do
        ringLaw 120 (fun a b c -> bothOrNeither name 32.0 (make [ make [ a; b ]; c ]) (make [ a; make [ b; c ] ]))

[<Fact>]
[<Law "a + 0 = a, a o 1 = a">]
let ``the constants 0 and 1 are the units`` () =
    for name, make, unit in [ "sum", Layer.sum, 0.0; "hadamard", Layer.hadamard, 1.0 ] do
        ringLaw 120 (fun a _ _ -> bothOrNeither name 8.0 a (make [ Layer.constant unit; a ]))
        ringLaw 60 (fun a _ _ -> bothOrNeither name 8.0 a (make [ a ]))

[<Fact>]
[<Law "a o (b + c) = a o b + a o c">]
let ``a factor distributes over a sum`` () =
    let c2 = Layer.constant -1.5
    let times a b = Layer.hadamard [ a; b ]

    ringLaw 120 (fun a b _ ->
        bothOrNeither "constant" 32.0 (times c2 (Layer.sum [ a; b ])) (Layer.sum [ times c2 a; times c2 b ]))

    // A shared factor: both sides are defined when the summands end in a dense of their own, which a flip tells apart.
    let dense = Layer.dense 1.0 0.0

    ringLaw 80 (fun a b c ->
        let b, c = Layer.serial [ b; dense ], Layer.serial [ c; dense ]
        let p = Layer.name "q"
        let shared body = Layer.letIn "q" (Layer.serial [ a; dense ]) body

        bothOrNeither
            "shared factor"
            32.0
            (shared (times p (Layer.sum [ b; c ])))
            (shared (Layer.sum [ times p b; times p c ])))
