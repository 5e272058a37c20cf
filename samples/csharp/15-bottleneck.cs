#:package HadamardNtk@*

// An infinitely wide network that is narrow in one place learns features there, and its kernel aligns with the targets.
using HadamardNtk;

var x = new double[30, 3];
var y = new double[30, 1];
for (var i = 0; i < 30; i++)
{
    for (var j = 0; j < 3; j++) x[i, j] = Math.Sin(1 + 7 * i + 3 * j);
    y[i, 0] = Math.Sign(x[i, 0]);
}

var network = Network.Parse("dense(w=1.41421356) relu dense bottleneck(width=2) dense erf dense");
var options = new BottleneckOptions { Steps = 60, LabelScale = 3, HeadWidth = 128, Gram = new() { Threads = 1 } };
var run = BottleneckRun.Train(network, x, y, options);
var (first, last) = (run.Records[0], run.Records[^1]);
Console.WriteLine($"loss falls below a tenth: {last.Loss < 0.1 * first.Loss}");
Console.WriteLine($"{last.Embeddings.Rows} embeddings of {last.Embeddings.Columns} numbers move: {last.Motion > 0.1}");

double Alignment(BottleneckRecord record) =>
    Spectrum.Of(record.Kernel(), run.TrainingPlaces).Align(run.Targets).Alignments[0];
Console.WriteLine($"the kernel's alignment rises: {Alignment(last) > Alignment(first)}");

// > loss falls below a tenth: True
// > 30 embeddings of 2 numbers move: True
// > the kernel's alignment rises: True
