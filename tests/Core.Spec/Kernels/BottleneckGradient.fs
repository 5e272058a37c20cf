/// The gradient of the tangent kernel of a head, against differences in 32 digits, and by every backend that computes it.
module HadamardNtk.Core.Spec.BottleneckGradient

open System
open FsCheck
open FsCheck.FSharp
open HadamardNtk.Core
open Xunit

let private parse text =
    match Notation.parse text with
    | Ok network -> network
    | Error reason -> invalidOp (string reason)

let internal headOf text =
    match Head.ofNetwork (parse text) with
    | Ok head -> head
    | Error refusal -> invalidOp (string refusal)

/// Activations whose dual has a closed form: every family, joined ones among them.
let private words =
    [ "relu"; "abs"; "leaky_relu(alpha=0.3)"; "abrelu(a=-0.4,b=1.3)"; "rectified_monomial(k=2)" ]
    @ [ "rectified_monomial(k=3)"
        "rectified_monomial(k=5)"
        "monomial(k=1)"
        "monomial(k=4)"
        "hermite(k=3)" ]
    @ [ "polynomial(c=0.3:-1:0.5:0.2)"
        "erf"
        "erf(a=0.7,b=1.4,c=0.2)"
        "sigmoid_like"
        "gelu"
        "sin"
        "cos" ]
    @ [ "sin(a=1.2,b=0.8,c=0.3)"
        "rbf(gamma=0.4)"
        "exp(a=0.8,b=0.3)"
        "gaussian(a=1,b=-0.7)"
        "relu relu" ]
    @ [ "hadamard(identity, relu)"; "identity" ]

let private heads =
    [ for word in words do
          $"dense(w=1.3) {word} dense(w=0.8)"
          $"dense(w=1.1,b=0.4) {word} dense(w=0.9,b=0.2)"
          $"dense(w=1.1,b=0.4,trained=false) {word} dense"
          $"dense(w=1.1,b=0.4) {word} dense(w=1.2,trained=false)" ]

let private normal = Gen.choose (-2500, 2500) |> Gen.map (fun k -> float k / 1000.0)

let private points =
    Gen.choose (2, 5)
    |> Gen.bind (fun d -> Gen.two (Gen.arrayOfLength d normal))
    |> Gen.filter (fun (z, z') ->
        // Beside the kink the third derivative of K_f is great, and differences lose their digits.
        let q, q', c = Kernel.product z z, Kernel.product z' z', Kernel.product z z'
        q > 0.01 && q' > 0.01 && Scalar.gap q q' c > 0.01 * sqrt q * sqrt q')
    |> Arb.fromGen

let private dd = DoubleDoubleArithmetic() :> IArithmetic<DoubleDouble>

let private precise =
    Expr.inArithmetic (DoubleDoubleArithmetic()) (fun _ _ _ _ -> invalidOp "closed forms only") (fun _ _ ->
        invalidOp "closed forms only")

/// K_f(z, z') in double-double.
let private exactly (head: Head) (z: DoubleDouble[]) (z': DoubleDouble[]) =
    let square x = DoubleDouble.product x x
    let d = DoubleDouble.ofFloat (float z.Length)

    let moment x y =
        let sum = Array.fold2 (fun sum a b -> sum + a * b) (DoubleDouble.ofFloat 0.0) x y
        square head.First.Weight * dd.Divide(sum, d) + square head.First.Bias

    Expr.evaluate precise (moment z z) (moment z' z') (moment z z') (Head.kernel head)

// Richardson's rule over steps h and h/2 leaves an error of h^4; h = 2^-24 leaves 16 to 20 digits.
let private difference head (z: float[]) (z': float[]) k =
    let precisely = Array.map DoubleDouble.ofFloat
    let other = precisely z'

    let along h =
        let at sign = precisely z |> Array.mapi (fun i x -> if i = k then x + DoubleDouble.ofFloat (sign * h) else x)

        DoubleDouble.scale (0.5 / h) (exactly head (at 1.0) other - exactly head (at -1.0) other)

    let h = Math.ScaleB(1.0, -24)
    let four, third = DoubleDouble.scale 4.0 (along (0.5 * h)), DoubleDouble.ofFloat 3.0
    dd.Divide(four - along h, third).Hi

let private size (g: float[]) = sqrt (Array.sumBy (fun x -> x * x) g)

[<Fact>]
[<Law "grad_z K_f(z, z') = w1^2/d (dK/dc z' + 2 dK/dq z)">]
let ``the gradient of the tangent kernel is that of its differences, for every activation with a closed form`` () =
    Spec.holds 40 (fun (z, z') -> $"%A{z}, %A{z'}") points (fun (z, z') ->
        for text in heads do
            let head = headOf text

            match Head.gradient head with
            | Error refusal -> Assert.Fail(string refusal)
            | Ok gradient ->
                let found = Head.evaluateGradient head gradient z z'
                let expected = Array.init z.Length (difference head z z')
                let wrong = Array.map2 (-) found expected |> size
                let self x = Head.evaluate head (Head.kernel head) x x
                let allowed = 1e-13 * (size expected + sqrt (self z) * sqrt (self z') * (1.0 + 1.0 / size z))

                if not (wrong <= allowed) then
                    Assert.Fail $"{text}: {found |> List.ofArray}, not {expected |> List.ofArray}")

/// The gradients of `dense(w=1.25,b=0.5) phi dense(w=0.75,b=0.25)`, by differences of textbook forms in 60 digits.
let private table =
    [ "relu",
      [| 0.5; -1.25; 0.75 |],
      [| 1.5; 0.25; -0.5 |],
      [ 0.28154633441431907272; -0.013945643135009847472; -0.05200063099781302702 ]
      "relu",
      [| 0.5; -1.25; 0.75 |],
      [| 0.5; -1.25; 0.875 |],
      [ 0.13311373160795874341; -0.33278432901989685853; 0.3263526580756982794 ]
      "rectified_monomial(k=2)",
      [| 0.5; -1.25; 0.75 |],
      [| 1.5; 0.25; -0.5 |],
      [ 1.4304698932192905529; -0.21450745068338166542; -0.16544141679689491347 ]
      "rectified_monomial(k=2)",
      [| 0.5; -1.25; 0.75 |],
      [| 0.5; -1.25; 0.875 |],
      [ 1.5834736542606025388; -3.958684135651506347; 2.7103794506880283551 ]
      "erf",
      [| 0.5; -1.25; 0.75 |],
      [| 1.5; 0.25; -0.5 |],
      [ 0.2670509757090400305; 0.079943831412096253111; -0.11337878503216868069 ]
      "erf",
      [| 0.5; -1.25; 0.75 |],
      [| 0.5; -1.25; 0.875 |],
      [ 0.052257801095059219433; -0.13064450273764804858; 0.13592306850482574751 ]
      "sin",
      [| 0.5; -1.25; 0.75 |],
      [| 1.5; 0.25; -0.5 |],
      [ 0.18617184743690183247; 0.079823018232286617639; -0.095603416661519325479 ]
      "sin",
      [| 0.5; -1.25; 0.75 |],
      [| 0.5; -1.25; 0.875 |],
      [ 0.072702661102440357998; -0.181756652756100895; 0.17392597999092464009 ]
      "gaussian",
      [| 0.5; -1.25; 0.75 |],
      [| 1.5; 0.25; -0.5 |],
      [ 0.0034476209777593230948; 0.053234804756277728415; -0.037353095358825790212 ]
      "gaussian",
      [| 0.5; -1.25; 0.75 |],
      [| 0.5; -1.25; 0.875 |],
      [ 0.0098487033002276465848; -0.024621758250569116462; 0.095522393678207047255 ]
      "polynomial(c=0:1:0:0.5)",
      [| 0.5; -1.25; 0.75 |],
      [| 1.5; 0.25; -0.5 |],
      [ 11.058247089385986328; -0.39328336715698242187; -2.1486092358827590942 ]
      "polynomial(c=0:1:0:0.5)",
      [| 0.5; -1.25; 0.75 |],
      [| 0.5; -1.25; 0.875 |],
      [ 14.001621957868337631; -35.004054894670844078; 23.359140381217002869 ] ]

[<Fact>]
let ``the gradient of the tangent kernel is that of differences in 60 digits`` () =
    for word, z, z', expected in table do
        let head = headOf $"dense(w=1.25,b=0.5) {word} dense(w=0.75,b=0.25)"

        match Head.gradient head with
        | Error refusal -> Assert.Fail(string refusal)
        | Ok gradient ->
            let scale = List.map abs expected |> List.max

            List.ofArray (Head.evaluateGradient head gradient z z')
            |> List.iter2 (fun e g -> Spec.near word (2e-14 * scale) e g) expected

[<Fact>]
let ``the tangent kernel of a head is the NTK of its network`` () =
    Spec.holds 40 (fun (z, z') -> $"%A{z}, %A{z'}") points (fun (z, z') ->
        for text in heads do
            let head = headOf text

            match Kernel.ofNetwork head.Layer with
            | Error refusal -> Assert.Fail(string refusal)
            | Ok kernel ->
                let nngp, ntk = Kernel.cross kernel [| z |] [| z' |]

                let near' what expected found =
                    Spec.near $"{text}: {what}" (1e-13 * (1.0 + abs expected)) expected found

                near' "K_f" ntk[0, 0] (Head.evaluate head (Head.kernel head) z z')
                near' "Sigma_f" nngp[0, 0] (Head.evaluate head (Head.covariance head) z z'))

[<Fact>]
let ``at the kink of relu the jumping term of the gradient is 0`` () =
    let head = headOf "dense(w=1.41421356237309515) relu dense"

    match Head.gradient head with
    | Error refusal -> Assert.Fail(string refusal)
    | Ok gradient ->
        let z = [| 0.6; -1.2; 0.3 |]
        let at scale = Head.evaluateGradient head gradient z (Array.map ((*) scale) z)
        // [|z'| sin th zh + 2 (pi - th) z']/(pi d), at th = 0 and th = pi.
        Array.iter2 (fun x g -> Spec.near "th = 0" 1e-15 (2.0 * 2.5 * x / 3.0) g) z (at 2.5)
        Array.iter (fun g -> Spec.near "th = pi" 1e-15 0.0 g) (at -0.7)

        Array.iter (fun g -> Spec.near "z = 0" 1e-15 0.0 g) (Head.evaluateGradient head gradient z [| 0.0; 0.0; 0.0 |])

[<Fact>]
let ``activations without a gradient are refused with the reason`` () =
    let refused (text: string) (reason: string) =
        match parse text |> Head.ofNetwork |> Result.bind Head.gradient with
        | Ok _ -> Assert.Fail $"{text} was accepted"
        | Error refusal -> Assert.Contains(reason, string refusal)

    refused "dense sign dense" "sign jumps"
    refused "dense rectified_monomial(k=0) dense" "jumps"
    refused "dense tanh dense" "the dual activation of tanh has no closed form"
    refused "dense hadamard(relu, tanh) dense" "has no closed form"
