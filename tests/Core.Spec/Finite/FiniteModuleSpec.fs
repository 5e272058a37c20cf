/// Laws of networks as TorchSharp modules, where there is libtorch: a module is the finite reading of its network.
module HadamardNtk.Core.Spec.FiniteModuleSpec

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.FiniteSpec
open HadamardNtk.Core.Spec.Generators
open HadamardNtk.Core.Spec.Nets
open TorchSharp
open Xunit

let private requireTorch () =
    let isThere, _, reason = HadamardNtk.TorchBackend.TryCreate "cpu"
    Assert.SkipUnless(isThere, reason)

let private moduleOf seed (network: Layer) =
    let text = HadamardNtk.Network.Parse(Notation.print network)
    HadamardNtk.NetworkModules.ToModule(text, 2, m, seed, HadamardNtk.Precision.Float64)

let private tensor (rows: float[][]) = torch.tensor (Array2D.init rows.Length rows[0].Length (fun i j -> rows[i][j]))

let private numbers (t: torch.Tensor) = t.detach().reshape(-1L).data<float>().ToArray()

/// Every number agrees to `tolerance` times the largest.
let private agree what tolerance (expected: float[]) (actual: float[]) =
    Assert.Equal(expected.Length, actual.Length)
    let size = expected |> Array.fold (fun most x -> max most (abs x)) 1e-300

    if Double.IsFinite size then
        Array.iteri2 (fun i -> Spec.near $"{what}[{i}]" (tolerance * size)) expected actual

let private checkOutputs seed network =
    use _ = torch.NewDisposeScope()
    let finite = read seed network
    let net = moduleOf seed network
    Assert.Equal(finite.Channels, net.Outputs)
    let expected = rows |> Array.collect (FiniteNetwork.outputs finite)
    agree "f" 1e-12 expected (numbers (net.call (tensor rows)))

[<Fact>]
let ``a module is the function of the finite network with its seed`` () =
    requireTorch ()
    Spec.holds (times 200) show (readable closedNetworks) (fun net -> checkOutputs 7L (toLayer net))

    for text in mixed do
        checkOutputs 3L (parse text)

/// The gradient of the sum of channel c over all rows, in the order of the parameters.
let private gradients (net: HadamardNtk.NetworkModule) channel =
    use outputs = net.call (tensor rows)
    let sum = outputs.select(1L, channel).sum()

    if sum.requires_grad then
        net.zero_grad ()
        sum.backward ()

    [| for p in net.parameters () do
           match p.grad with
           | null -> yield! Array.zeroCreate<float>(int (p.numel ()))
           | grad -> yield! numbers grad |]

let private checkGradients seed network =
    use _ = torch.NewDisposeScope()
    let finite = read seed network
    let net = moduleOf seed network

    for c in 0 .. min 2 (finite.Channels - 1) do
        let expected = rows |> Array.map (FiniteNetwork.gradient finite c) |> Array.reduce (Array.map2 (+))

        agree $"grad f_{c}" 1e-11 expected (gradients net (int64 c))

[<Fact>]
let ``its gradients are those of the finite network`` () =
    requireTorch ()
    Spec.holds (times 100) show smooth (fun net -> checkGradients 5L (toLayer net))

    for text in mixed do
        checkGradients 2L (parse text)

[<Fact>]
let ``every activation of the notation is the same function on tensors, with the same derivative`` () =
    requireTorch ()
    use _ = torch.NewDisposeScope()
    let points = [| for i in -50 .. 50 -> 0.21 * float i + 0.004 |]
    use x = torch.tensor (Array2D.init points.Length 1 (fun i _ -> points[i]))

    for entry in Catalogue.activations do
        let given =
            [ for option in entry.Options do
                  match option.Kind with
                  | Whole(_, most) -> option.Key, [ float (min most 3) ]
                  | Numbers _ -> option.Key, [ 0.5; -1.0; 0.0; 0.25 ]
                  | Real when option.Key <> "b" || entry.Word <> "gaussian" ->
                      option.Key, [ option.Default.Value.Head * 0.7 - 0.1 ]
                  | _ -> () ]

        let phi = Catalogue.activation entry.Word given

        let net =
            HadamardNtk.NetworkModules.ToModule(
                HadamardNtk.Network.Parse(string phi),
                1,
                1,
                0L,
                HadamardNtk.Precision.Float64
            )

        let at = x.detach().requires_grad_()
        let values = net.call at
        values.sum().backward()
        agree (string phi) 1e-14 (Array.map phi.Function.Apply points) (numbers values)
        agree (string phi + "'") 1e-13 (Array.map phi.Derivative.Apply points) (numbers (nonNull at.grad))

let private checkTangents seed network =
    use _ = torch.NewDisposeScope()
    let finite = read seed network
    let net = moduleOf seed network

    if FiniteNetwork.trained finite |> Array.contains true then
        let expected = EmpiricalKernel.tangentKernel finite rows rows
        let kernel = HadamardNtk.ModuleTangentKernel.Create net

        if Seq.cast<float> expected |> Seq.forall Double.IsFinite && Array2D.get expected 0 0 > 0.0 then
            let theta = kernel.Gram(tensor rows).ToArray()
            agree "Theta_m" 1e-11 [| yield! Seq.cast<float> expected |] [| yield! Seq.cast<float> theta |]

            Assert.Equal<string>(
                [ for k, layer in Seq.indexed net.Layers do
                      if layer.Weight.requires_grad then
                          $"dense{k + 1}" ],
                kernel.LayersWithoutJacobian(tensor rows)
            )

[<Fact>]
let ``its tangent kernel is the finite network's, and no layer of it needs a Jacobian`` () =
    requireTorch ()

    for text in mixed do
        checkTangents 2L (parse text)

    Spec.holds (times 60) show (readable tameNetworks) (fun net -> checkTangents 4L (toLayer net))

/// The changes of all parameters in their order, 0 for those that are not trained.
let private setChanges (linearized: HadamardNtk.LinearizedModule) (net: HadamardNtk.NetworkModule) (values: float[]) =
    use _ = torch.no_grad ()

    (0, net.named_parameters ())
    ||> Seq.fold (fun start (struct (name, parameter)) ->
        let count = int (parameter.numel ())

        if parameter.requires_grad then
            use change = torch.tensor(values[start .. start + count - 1]).reshape parameter.shape
            linearized.Changes[name].copy_ change |> ignore

        start + count)
    |> ignore

let private checkLinearized seed network =
    use _ = torch.NewDisposeScope()
    let finite = read seed network
    let net = moduleOf seed network

    if FiniteNetwork.trained finite |> Array.contains true then
        let linearized = HadamardNtk.LinearizedModule.Of net
        let delta = Draws.normals (seed + 100L) finite.ParameterCount
        setChanges linearized net delta

        let expected =
            [| for x in rows do
                   let f = FiniteNetwork.outputs finite x

                   for c in 0 .. finite.Channels - 1 do
                       f[c] + Array.fold2 (fun sum a b -> sum + a * b) 0.0 (FiniteNetwork.gradient finite c x) delta |]

        agree "f + J delta" 1e-10 expected (numbers (linearized.call (tensor rows)))

[<Fact>]
[<Law "f_lin(x) = f(x; p0) + J(x) delta">]
let ``a linearized module is the function to first order in the changes`` () =
    requireTorch ()

    for text in mixed do
        checkLinearized 2L (parse text)

    Spec.holds (times 60) show (readable tameNetworks) (fun net -> checkLinearized 4L (toLayer net))
