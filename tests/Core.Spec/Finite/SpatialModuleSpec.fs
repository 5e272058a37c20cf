/// Networks on positions as TorchSharp modules, where there is libtorch: a module is the finite reading of its network.
module HadamardNtk.Core.Spec.SpatialModuleSpec

open System
open HadamardNtk.Core
open HadamardNtk.Core.Spec.SpatialSpec
open TorchSharp
open Xunit

/// Networks on 3 x 4 images of two channels, or on sequences of as many numbers.
let private networks =
    [ "image(3x4x2) conv(w=1.4,b=0.3) erf conv(w=1.3,stride=2) erf global_avg_pool dense"
      "image(3x4x2) hadamard(conv(w=1.2) gelu, conv(k=2,b=0.4) erf) flatten dense"
      "hadamard(image(3x4x2) conv erf, take(0:5) dense(w=1.3) erf) conv(stride=2,pad=circular) global_sum_pool dense"
      "image(3x4x2) (let p = conv(b=0.2) in sum(p erf, p gelu, constant(c=0.5))) avg_pool conv(k=1) flatten dense"
      "image(3x4x2) conv(pad=circular,width=40,param=standard,w=1.3) layer_norm erf sum_pool(stride=1,pad=same) conv(pad=valid,k=2) flatten dense(width=3)"
      "image(3x4x2) concat(conv erf, conv(b=0.5), constant, weights=1:3:1) dense gelu global_avg_pool dense"
      "sum(image(3x4x2) conv(trained=false), take(0:2) dense(b=0.2) tanh, constant(c=0.5)) gelu flatten dense"
      "sequence(6x4) conv(k=3,w=1.4,b=0.1) erf avg_pool conv(k=2) erf flatten dense"
      "sequence(6x4) dense(b=0.3) erf self_attention(wq=1.1,wv=1.2,b=0.2) global_avg_pool dense"
      "sequence(6x4) conv erf self_attention(kind=identity,scaling=root,wk=0.5) erf flatten dense" ]

let private samples = [| for seed in 1..3 -> row (Random seed) 24 |]
let private tensor (rows: float[][]) = torch.tensor (Array2D.init rows.Length rows[0].Length (fun i j -> rows[i][j]))
let private numbers (t: torch.Tensor) = t.detach().reshape(-1L).data<float>().ToArray()

let private agree what tolerance (expected: float[]) (actual: float[]) =
    Assert.Equal(expected.Length, actual.Length)
    let size = expected |> Array.fold (fun most x -> max most (abs x)) 0.0
    Array.iteri2 (fun i -> Spec.near $"{what}[{i}]" (tolerance * size)) expected actual

/// What holds of a finite network and its module at three samples and at one.
let private holdsOfModules check =
    let isThere, _, reason = HadamardNtk.TorchBackend.TryCreate "cpu"
    Assert.SkipUnless(isThere, reason)

    for text in networks do
        for rows in [ samples; samples[..0] ] do
            use _ = torch.NewDisposeScope()
            let network = HadamardNtk.Network.Parse text
            let net = HadamardNtk.NetworkModules.ToModule(network, 24, 30, 7L, HadamardNtk.Precision.Float64)
            check text (FiniteNetwork.create 30 24 7L (parsed text)) net rows

[<Fact>]
[<Law "the module of a network on positions = its finite reading, to 1e-12">]
let ``a module on positions is the function of the finite network with its seed`` () =
    holdsOfModules (fun text finite net rows ->
        Assert.Equal(finite.Channels, net.Outputs)
        let expected = rows |> Array.collect (FiniteNetwork.outputs finite)
        agree text 1e-12 expected (numbers (net.call (tensor rows))))

[<Fact>]
[<Law "Theta of the module = Theta_m of the finite network on positions, to 1e-11">]
let ``the tangent kernel of a module on positions is the finite network's`` () =
    holdsOfModules (fun text finite net rows ->
        let expected = EmpiricalKernel.tangentKernel finite rows rows
        let theta = (HadamardNtk.ModuleTangentKernel.Create net).Gram(tensor rows).ToArray()
        agree text 1e-11 [| yield! Seq.cast<float> expected |] [| yield! Seq.cast<float> theta |])

let private changesOf (net: HadamardNtk.NetworkModule) (values: float[]) =
    let mutable start = 0

    [ for struct (name, parameter) in net.named_parameters () do
          let count = int (parameter.numel ())
          name, (values[start .. start + count - 1], parameter)
          start <- start + count ]

[<Fact>]
[<Law "f_lin(x) = f(x; p0) + J(x) delta on positions, to 1e-10">]
let ``a linearized module on positions is the function to first order in the changes`` () =
    holdsOfModules (fun text finite net rows ->
        let linearized = HadamardNtk.LinearizedModule.Of net
        let delta = Draws.normals 107L finite.ParameterCount

        (use _ = torch.no_grad ()

         for name, (values, parameter) in changesOf net delta do
             if parameter.requires_grad then
                 use change = torch.tensor(values).reshape parameter.shape
                 linearized.Changes[name].copy_ change |> ignore)

        let expected =
            [| for x in rows do
                   let f = FiniteNetwork.outputs finite x

                   for c in 0 .. finite.Channels - 1 do
                       f[c] + Array.fold2 (fun sum a b -> sum + a * b) 0.0 (FiniteNetwork.gradient finite c x) delta |]

        agree text 1e-10 expected (numbers (linearized.call (tensor rows))))

[<Fact>]
let ``networks on graphs have no module`` () =
    let isThere, _, reason = HadamardNtk.TorchBackend.TryCreate "cpu"
    Assert.SkipUnless(isThere, reason)
    let graph = HadamardNtk.Network.Parse "aggregate dense relu global_sum_pool dense"

    let e =
        Assert.Throws<ArgumentException>(fun () -> HadamardNtk.NetworkModules.ToModule(graph, 3, 4, 1L) |> ignore)

    Assert.Contains("it reads graphs", e.Message)
