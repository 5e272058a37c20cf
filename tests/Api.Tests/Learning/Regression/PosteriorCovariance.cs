using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class PosteriorCovariance
{
    private static readonly Network Net = Network.Parse("(dense(w=1.4142135623730951,b=0.1) relu)^2 dense");
    private static readonly Matrix X = Samples.Random(40, 3, 1);
    private static readonly Matrix New = Samples.Random(13, 3, 2);
    private static readonly Matrix Y = Samples.Random(40, 2, 3);

    public static TheoryData<string> Solvers => ["cholesky", "eigen", "cg"];

    [Theory]
    [MemberData(nameof(Solvers))]
    public void It_is_the_one_of_the_formula_and_has_the_deviations_on_its_diagonal(string solver)
    {
        // The condition of K + r I is below n/1e-2 = 4000; two ways differ by 4000 n ε = 4e-11 of the size.
        var options = new RegressionOptions { Ridge = Ridge.Relative(1e-2), Center = true, Solver = Of(solver) };
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y, options);
        var (mean, deviation, covariance) = fitted.Predict(New, Uncertainty.Covariance);
        var prediction = fitted.Predict(New, Uncertainty.Deviation);
        Samples.SameBits(prediction.Mean, mean);
        Assert.Null(prediction.Covariance);
        var expected = Formula(fitted.Ridge);
        for (var i = 0; i < New.Rows; i++)
        {
            Assert.Equal(prediction.Deviation![i] * prediction.Deviation[i], covariance![i, i], 1e-10);
            Assert.Equal(Math.Sqrt(covariance[i, i]), deviation![i]);
            for (var j = 0; j < New.Rows; j++)
            {
                Assert.Equal(expected[i, j], covariance[i, j], 1e-10);
                Assert.Equal(covariance[j, i], covariance[i, j]);
            }
        }

        var smallest = Wide(covariance!).Evd(Symmetricity.Symmetric).EigenValues.Real().Minimum();
        Assert.True(smallest > -1e-10, $"{smallest}");
    }

    [Fact]
    public void Other_features_and_centers_alone_are_refused()
    {
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y);
        Assert.Contains("3 features", Assert.Throws<ArgumentException>(() => fitted.Predict(new[,] { { 1.0 } }, Uncertainty.Covariance)).Message);
        var centers = KernelRegression.Fit(Net.Ntk(), X, Y, new() { Solver = Solver.Falkon });
        Assert.Throws<NotSupportedException>(() => centers.Predict(New, Uncertainty.Covariance));
    }

    private static Solver Of(string name) => name switch
    {
        "eigen" => Solver.Eigen,
        "cg" => Solver.ConjugateGradients,
        _ => Solver.Cholesky,
    };

    private static Matrix<double> Formula(double ridge)
    {
        var kernel = Net.Ntk();
        var mean = Enumerable.Range(0, 3).Select(k => X.Column(k).Average()).ToArray();
        Matrix Centered(Matrix m) => Matrix.Wrap([.. m.Data.Select((v, at) => v - mean[at % 3])], m.Rows, 3);
        var (x, points) = (Centered(X), Centered(New));
        var train = Wide(kernel.Gram(x)) + ridge * Matrix<double>.Build.DenseIdentity(X.Rows);
        var cross = Wide(kernel.Cross(points, x));
        return Wide(kernel.Gram(points)) - cross * train.Inverse() * cross.Transpose();
    }

    private static Matrix<double> Wide(Matrix m) => Matrix<double>.Build.DenseOfRowMajor(m.Rows, m.Columns, m.Data);
}
