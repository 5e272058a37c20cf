#:package HadamardNtk@*

// Kernel regression is the posterior of a Gaussian process: every prediction has an interval.
using HadamardNtk;

const int Samples = 40;
var x = new double[Samples, 1];
var y = new double[Samples];
for (var i = 0; i < Samples; i++)
{
    x[i, 0] = 0.15 * (i - 20);
    y[i] = Math.Sin(2 * x[i, 0]) + 0.1 * Math.Cos(37 * i);         // a wave, and what stands for noise
}

var kernel = Network.Parse("dense(w=2,b=1) erf dense(b=1)").Ntk();
var options = new RegressionOptions { Ridge = Ridge.Relative(1e-3), Scale = VarianceScale.Estimated };
var model = KernelRegression.Fit(kernel, x, y, options);

Matrix points = new[,] { { 0.5 }, { 1.5 }, { 4.0 } };
var prediction = model.Predict(points, Uncertainty.Deviation);
var (lower, upper) = prediction.Interval(0.95);
for (var i = 0; i < points.Rows; i++)
{
    Console.WriteLine($"f({points[i, 0]:F1}) = {prediction.Mean[i, 0]:F2} in [{lower[i, 0]:F2}, {upper[i, 0]:F2}]");
}

// > f(0.5) = 0.76 in [0.67, 0.85]
// > f(1.5) = 0.09 in [0.00, 0.17]
// > f(4.0) = 0.26 in [-0.41, 0.92]
