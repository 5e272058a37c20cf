#:package HadamardNtk@*

// Classification with labels of any type; probabilities come from the posterior of the scores.
using HadamardNtk;

var x = new double[150, 2];
var labels = new string[150];
for (var i = 0; i < 150; i++)
{
    var (angle, radius) = (2.4 * i, i % 3 + 1.0);
    (x[i, 0], x[i, 1]) = (radius * Math.Cos(angle), radius * Math.Sin(angle));
    labels[i] = (i % 3) switch { 0 => "inner", 1 => "middle", _ => "outer" };
}

var network = Network.Parse("(dense(w=2,b=2) relu)^3 dense");
var classifier = KernelClassifier.Fit(network.Ntk(), x, labels, new() { Ridge = Ridge.Relative(1e-4) });
var seen = classifier.Predict(x);
Console.WriteLine($"{classifier.Classes.Count} classes, accuracy {Metrics.Accuracy(seen.Labels, labels):F1} percent");

var found = classifier.Predict(new[,] { { 0.0, 1.1 }, { 2.0, 0.1 }, { -2.0, 2.2 } }, Uncertainty.Deviation);
var probabilities = found.Probabilities();
for (var i = 0; i < found.Labels.Count; i++)
{
    var most = probabilities.Row(i).ToArray().Max();
    Console.WriteLine($"{found.Labels[i]}, with probability {most:F1}");
}

// > 3 classes, accuracy 100.0 percent
// > inner, with probability 1.0
// > middle, with probability 1.0
// > outer, with probability 1.0
