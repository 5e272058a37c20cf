#:package HadamardNtk@*

// A fitted model in a folder, which the command line and other programs can load.
using HadamardNtk;

Matrix x = new[,] { { 0.0, 0.1 }, { 0.2, 1.0 }, { 1.0, 0.0 }, { 0.9, 1.1 } };
string[] labels = ["same", "different", "different", "same"];
var network = Network.Parse("hadamard(dense(b=1) relu, dense(b=1) relu) dense");
var fitted = KernelClassifier.Fit(network.Ntk(), x, labels, new() { Ridge = Ridge.Relative(1e-6) });
fitted.Save("model");

var loaded = KernelClassifier.Load<string>("model");
Console.WriteLine(string.Join(", ", loaded.Predict(x).Labels));
Console.WriteLine($"kernel: {loaded.Regression.Kernel}");

IFittedModel any = FittedModel.Load("model");                       // whatever it is
Console.WriteLine($"{any.Regression.Weights.Rows} samples of {any.Regression.Features} features");

// > same, different, different, same
// > kernel: NTK of hadamard(dense(b=1) relu, dense(b=1) relu) dense
// > 4 samples of 2 features
