#:package HadamardNtk@*

// The two exact kernels of an infinitely wide network: NNGP, of its random weights, and NTK, of its training.
using HadamardNtk;

var network = Network.Parse("(dense(w=1.41421356) relu)^2 dense");
var same = Network.Input.Dense(1.41421356).Relu().Repeat(2).Dense();
Console.WriteLine($"{network}, written twice: {network == same}");

Matrix x = new[,] { { 1.0, 0.0 }, { 0.6, 0.8 }, { -1.0, 2.0 } };
var kernel = network.Ntk();
Matrix gram = kernel.Gram(x);
Console.WriteLine($"entry (0, 1) of {gram.Rows} x {gram.Columns}: {gram[0, 1]:F6}");

var (nngp, ntk) = kernel.EvaluateBoth([1.0, 0.0], [0.6, 0.8]);
Console.WriteLine($"NNGP {nngp:F6}, NTK {ntk:F6}");

// > (dense(w=1.41421356) relu)^2 dense, written twice: True
// > entry (0, 1) of 3 x 3: 0.772208
// > NNGP 0.366717, NTK 0.772208
