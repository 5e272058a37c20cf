#:package HadamardNtk@*

// Scales of weights and biases and the ridge by the marginal likelihood: of any family, or by names and gradients.
using HadamardNtk;

var x = new double[50, 1];
var y = new double[50];
for (var i = 0; i < 50; i++)
{
    x[i, 0] = 0.1 * (i - 25);
    y[i] = Math.Sin(3 * x[i, 0]) + 0.3 * Math.Sin(i * i);
}

var options = new RegressionOptions { Ridge = Ridge.Absolute(0.1) };
var best = MarginalLikelihood.Maximize(
    p => Network.Input.Dense(p[0], 1).Erf().Dense(p[1]).Nngp(), [3.0, 1.0], x, y, options);
Console.WriteLine($"w = {best.Parameters[0]:F1} and {best.Parameters[1]:F1}, ridge {best.Ridge.Value:F2}");
Console.WriteLine($"log p(y) = {best.LogMarginalLikelihood:F1}");

var start = Network.Parse("dense(w=3,b=1) erf dense").Nngp();
var targets = new Matrix(y.Select(value => (double[])[value]));
var tuned = KernelTuning.Maximize(start, ["w", "b"], x, targets, options);
Console.WriteLine($"by gradients: log p(y) = {tuned.Score:F1}, converged: {tuned.Converged}");

// > w = 1.0 and 12.4, ridge 0.05
// > log p(y) = -24.1
// > by gradients: log p(y) = -24.5, converged: True
