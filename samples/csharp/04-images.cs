#:package HadamardNtk@*

// A convolutional network on images of 6 x 6: horizontal and vertical bars at places that training has not seen.
using HadamardNtk;

static double[] Bar(int place, bool isVertical) =>
    [.. Enumerable.Range(0, 36).Select(p => (isVertical ? p % 6 : p / 6) == place ? 1.0 : 0.1)];

var (images, labels) = (new List<double[]>(), new List<string>());
foreach (var place in new[] { 0, 2, 4 })
{
    foreach (var isVertical in new[] { false, true })
    {
        images.Add(Bar(place, isVertical));
        labels.Add(isVertical ? "vertical" : "horizontal");
    }
}

var window = new Window(3) { Padding = WindowPadding.Circular };
var network = Network.Input.Image(6, 6, 1)
    .Conv(window, 1.41421356).Relu().Conv(window, 1.41421356).Relu().GlobalAveragePool().Dense();
var options = new RegressionOptions { Ridge = Ridge.Relative(1e-6) };
var classifier = KernelClassifier.Fit(network.Ntk(), new Matrix(images), labels, options);

var others = new Matrix([Bar(1, true), Bar(3, false), Bar(5, true)]);
Console.WriteLine(string.Join(", ", classifier.Predict(others).Labels));

// > vertical, horizontal, vertical
