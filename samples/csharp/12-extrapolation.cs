#:package HadamardNtk@*

// Beyond its data the kernel of a ReLU network goes on along a line, that of a product of layers along a polynomial.
using HadamardNtk;

var x = new double[21, 1];
var y = new double[21];
for (var i = 0; i < 21; i++)
{
    x[i, 0] = 0.2 * (i - 10);
    y[i] = Math.Pow(x[i, 0], 3) - 2 * x[i, 0];
}

Matrix far = new[,] { { 6.0 } };
Console.WriteLine($"the truth:       f(6) = {Math.Pow(6, 3) - 2 * 6:F0}");
foreach (var net in new[] { "dense(b=1) relu dense", "ccp(degree=3) dense" })
{
    var model = KernelRegression.Fit(Network.Parse(net).Ntk(), x, y, new() { Ridge = Ridge.Relative(1e-9) });
    Console.WriteLine($"{net,-23} f(6) = {model.Predict(far).Mean[0, 0]:F0}");
    Matrix direction = new[,] { { 1.0 } };
    var growth = RayGrowth.Of(points => model.Predict(points).Mean, direction, [10, 20, 40, 80]);
    Console.WriteLine($"{"",-23} grows as t^{growth.Exponent:F1}");
}

// > the truth:       f(6) = 204
// > dense(b=1) relu dense   f(6) = 14
// >                         grows as t^1.0
// > ccp(degree=3) dense     f(6) = 204
// >                         grows as t^3.0
