#:package HadamardNtk@*

// A support vector machine with the kernel of a network, on two spirals.
using HadamardNtk;

var x = new double[120, 2];
var labels = new long[120];
for (var i = 0; i < 120; i++)
{
    labels[i] = i % 2;
    var angle = 0.5 + 0.08 * i;
    var radius = (i % 2 == 0 ? 1 : -1) * (0.5 + angle / 5);
    (x[i, 0], x[i, 1]) = (radius * Math.Cos(angle), radius * Math.Sin(angle));
}

foreach (var net in new[] { "dense dense", "(dense(w=1.41421356,b=1) relu)^3 dense" })
{
    var kernel = Network.Parse(net).Ntk();
    var machine = SupportVectorMachine.Fit(kernel, x, labels, new() { Cost = 100 });
    var right = machine.Predict(x).Zip(labels).Count(pair => pair.First == pair.Second);
    Console.WriteLine($"{net}: {right} of 120 right");
}

// > dense dense: 79 of 120 right
// > (dense(w=1.41421356,b=1) relu)^3 dense: 120 of 120 right
