#:package HadamardNtk@*

// A Gram matrix in a file, which may be larger than memory. What a kill interrupts goes on where it was.
using HadamardNtk;

var x = new double[500, 3];
for (var i = 0; i < 1500; i++)
{
    x[i / 3, i % 3] = Math.Sin(i);
}

var kernel = Network.Parse("(dense(w=1.41421356) relu)^3 dense").Ntk();
var options = new GramOptions { Precision = Precision.Float32 };
Console.WriteLine($"written: {kernel.WriteGram("K.npy", x, options: options, resume: true)}");
Console.WriteLine($"again:   {kernel.WriteGram("K.npy", x, options: options, resume: true)}");

using (var gram = GramMatrix.Open("K.npy"))                         // memory-mapped
{
    Console.WriteLine($"{gram.Rows} x {gram.Columns}, {gram.Provenance?.Network}");
    Console.WriteLine($"entry (3, 400): {gram[3, 400]:F4}, computed: {kernel.Gram(x)[3, 400]:F4}");
}

var ones = new Matrix(Enumerable.Repeat<double[]>([1.0], 500));
var sums = kernel.Multiply(x, ones);                                // K V, without K
Console.WriteLine($"the sum of row 0: {sums[0, 0]:F1}");

// > written: True
// > again:   False
// > 500 x 500, (dense(w=1.41421356) relu)^3 dense
// > entry (3, 400): 0.3279, computed: 0.3279
// > the sum of row 0: 393.5
