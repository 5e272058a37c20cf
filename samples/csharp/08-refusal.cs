#:package HadamardNtk@*

// Not every network has a kernel. One that has none is refused, with the layer, the reason and a way to mend it.
using HadamardNtk;

var network = Network.Parse("relu dense relu dense");
try
{
    network.Ntk();
}
catch (NetworkRefusedException refusal)
{
    Console.WriteLine($"layer: {refusal.Layer}");
    Console.WriteLine($"reason: {refusal.Reason}");
    Console.WriteLine($"mend: {refusal.Suggestion}");
}

if (!Network.TryParse("dense rleu dense", out _, out var reason))
{
    Console.WriteLine(reason);
}

Console.WriteLine(Network.Parse("dense relu dense relu dense").Ntk());

// > layer: relu
// > reason: relu needs a Gaussian signal, and input does not give one
// > mend: put a dense before relu
// > network, column 7: read 'rleu'; expected a layer or a name that a let defines; did you mean 'relu'?
// > NTK of dense relu dense relu dense
