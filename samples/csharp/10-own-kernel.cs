#:package HadamardNtk@*

// Regression, spectra and dynamics take any kernel. One of your own on rows gives three members.
using HadamardNtk;

var kernel = new Polynomial(3);
Matrix x = new[,] { { -2.0 }, { -1.0 }, { 0.0 }, { 1.0 }, { 2.0 } };
double[] y = [-8, -1, 0, 1, 8];

var model = KernelRegression.Fit(kernel, x, y, new() { Ridge = Ridge.Absolute(1e-9) });
Console.WriteLine($"f(3) = {model.Predict(new[,] { { 3.0 } }).Mean[0, 0]:F3}");
var alignment = Spectrum.Of(kernel, x).Align(y, Ridge.Absolute(1e-9));
Console.WriteLine($"squared norm of the cube: {alignment.SquaredNorms[0]:F3}");

/// <summary>k(x, x') = (1 + x.x')^degree.</summary>
sealed class Polynomial(int degree) : RowKernel
{
    public override Matrix Gram(Matrix x, GramOptions? options = null, CancellationToken cancellation = default) =>
        Cross(x, x, options, cancellation);

    public override Matrix Cross(
        Matrix x, Matrix other, GramOptions? options = null, CancellationToken cancellation = default) =>
        new(Enumerable.Range(0, x.Rows).Select(i => (double[])
            [.. Enumerable.Range(0, other.Rows).Select(j => Value(x.Row(i), other.Row(j)))]));

    public override double[] Diagonal(Matrix x, CancellationToken cancellation = default) =>
        [.. Enumerable.Range(0, x.Rows).Select(i => Value(x.Row(i), x.Row(i)))];

    private double Value(ReadOnlySpan<double> x, ReadOnlySpan<double> other)
    {
        var product = 0.0;
        for (var k = 0; k < x.Length; k++) product += x[k] * other[k];
        return Math.Pow(1 + product, degree);
    }
}

// > f(3) = 27.000
// > squared norm of the cube: 1.000
