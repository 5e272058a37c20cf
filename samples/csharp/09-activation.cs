#:package HadamardNtk@*

// An activation of your own: its dual is integrated to all digits, and its derivative and kinks are found.
using HadamardNtk;

var hat = Activation.Custom("hat", x => Math.Max(0, 1 - Math.Abs(x)), kinks: [-1, 0, 1]);
var kernel = Network.Input.Dense().Apply(hat).Dense().Ntk();
Console.WriteLine($"{kernel}: {kernel.Evaluate([0.5, 1.0], [1.0, -0.5]):F4}");
Console.WriteLine($"hat(0.25) = {hat.Evaluate(0.25):F2}, hat'(0.25) = {hat.EvaluateDerivative(0.25):F2}");

var parsed = Network.Parse("dense hat dense", [hat]);
Console.WriteLine($"as a word of the notation: {parsed.Ntk().Evaluate([0.5, 1.0], [1.0, -0.5]):F4}");

var builtIn = Activation.Custom("mine", Math.Tanh);
var mine = Network.Input.Dense().Apply(builtIn).Dense().Ntk().Evaluate([1.0], [2.0]);
var known = Network.Input.Dense().Tanh().Dense().Ntk().Evaluate([1.0], [2.0]);
Console.WriteLine($"tanh by hand differs from tanh by less than 1e-9: {Math.Abs(mine - known) < 1e-9}");

// > NTK of dense hat dense: 0.1996
// > hat(0.25) = 0.75, hat'(0.25) = -1.00
// > as a word of the notation: 0.1996
// > tanh by hand differs from tanh by less than 1e-9: True
