#:package HadamardNtk@*

// Infinitely wide networks while gradient descent trains them: the mean and the spread of their ensemble over time.
using HadamardNtk;

Matrix x = new[,] { { -1.0 }, { -0.5 }, { 0.5 }, { 1.0 } };
Matrix y = new[,] { { 1.0 }, { 0.2 }, { 0.3 }, { 0.9 } };
var kernel = Network.Parse("dense(w=1.5,b=0.5) erf dense").Ntk();

var dynamics = TrainingDynamics.Create(kernel, x, y);
var points = dynamics.At(new[,] { { 0.0 } });
foreach (var time in new[] { 0, 10, 1000, double.PositiveInfinity })
{
    var ensemble = points.Ensemble(Training.Flow(time));
    Console.WriteLine($"time {time,8}: f(0) = {ensemble.Mean[0, 0]:F3} ± {Math.Sqrt(ensemble.Covariance[0, 0]):F3}");
}

var rate = 0.9 * dynamics.MaximumRate();
var mean = points.Mean(Training.Descent(rate, steps: 100));
Console.WriteLine($"100 steps at 0.9 of the greatest rate: f(0) = {mean[0, 0]:F3}");

// > time        0: f(0) = 0.000 ± 0.465
// > time       10: f(0) = 0.395 ± 0.208
// > time     1000: f(0) = -0.208 ± 0.120
// > time Infinity: f(0) = -0.208 ± 0.120
// > 100 steps at 0.9 of the greatest rate: f(0) = -0.197
