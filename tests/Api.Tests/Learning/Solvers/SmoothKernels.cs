using Xunit;

namespace HadamardNtk.Api.Tests.Learning.Solvers;

/// <summary>
/// Kernels so smooth that K has the rank of its rounding, at the default ridge of 1e-8: falkon comes to the regression that
/// Cholesky's factorization does. Rounding of K, n eps of its size, is n eps/1e-8 = 7e-6 of the ridge; of the noise in the targets
/// it moves as much along each of some tens of eigenvectors of about the ridge's size: 1e-3 of the predictions is ten times that.
/// </summary>
public class SmoothKernels
{
    private const int Count = 300;

    public static TheoryData<string, int> All
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach (var net in new[] { "dense rbf(gamma=0.5) dense", "dense(b=0.5) tanh dense", "(dense(b=0.3) erf)^2 dense", "dense(b=1) cos dense" })
            {
                new[] { 1, 2, 3, 5, 10 }.ToList().ForEach(d => all.Add(net, d));
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Falkon_on_all_centers_is_the_regression(string net, int features)
    {
        var (x, y, points) = Data(features, Count);
        var exact = KernelRegression.Fit(Network.Parse(net).Ntk(), x, y).Predict(points).Mean;
        foreach (var (kept, rounded) in new[] { (1L << 24, 0L), (0, 0), (0, 1L << 24) })
        {
            var centered = KernelRegression.Fit(Network.Parse(net).Ntk(), x, y, new() { Solver = Solver.Falkon with { KeptNumbers = kept, RoundedNumbers = rounded } });
            Assert.InRange(centered.Solution.Iterations!.Value, 1, 20);
            Assert.InRange(centered.Solution.Residual!.Value, 0, 1e-7);
            Assert.InRange(Samples.Worst(exact, centered.Predict(points).Mean), 0, 1e-3 * Samples.Size(exact));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Falkon_on_few_centers_comes_to_its_tolerance(string net, int features)
    {
        var (x, y, points) = Data(features, 1200);
        var kept = KernelRegression.Fit(Network.Parse(net).Ntk(), x, y, new() { Solver = Solver.Falkon with { Centers = 100 } });
        Assert.InRange(kept.Solution.Residual!.Value, 0, 1e-8);
        Assert.InRange(kept.Solution.Iterations!.Value, 1, 20);

        // Rows that pass by and are not kept are preconditioned by a third of them.
        foreach (var rounded in new[] { 0, 1L << 24 })
        {
            var passing = KernelRegression.Fit(
                Network.Parse(net).Ntk(), x, y,
                new() { Solver = Solver.Falkon with { Centers = 100, KeptNumbers = 0, RoundedNumbers = rounded } });
            Assert.InRange(Samples.Worst(kept.Predict(points).Mean, passing.Predict(points).Mean), 0, 1e-3 * Samples.Size(y));
        }
    }

    private static (Matrix X, Matrix Y, Matrix Points) Data(int features, int count)
    {
        var x = Samples.Random(count, features, 11);
        var noise = Samples.Random(count, 1, 12);
        var y = Matrix.Wrap([.. Enumerable.Range(0, count).Select(i => Math.Sin(2 * x.Row(i).ToArray().Sum()) + 0.05 * noise[i, 0])], count, 1);
        return (x, y, Samples.Random(50, features, 13));
    }
}
