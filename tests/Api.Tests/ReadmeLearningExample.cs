using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>The program of docs/learning.md for what is learned.</summary>
public class ReadmeLearningExample
{
    [Fact]
    public void The_program_of_the_page_trains_chooses_and_classifies()
    {
        var network = Network.Parse("(dense(w=1.41421356,b=0.1) relu)^2 dense");
        Matrix x = Samples.Random(30, 3, 1), y = Samples.Random(30, 1, 2), points = Samples.Random(4, 3, 3);
        long[] labels = [.. Enumerable.Range(0, 30).Select(i => x[i, 0] > 0 ? 1L : 0L)];

        // <readme>
        var dynamics = TrainingDynamics.Create(network.Ntk(), x, y);          // infinitely wide networks in training
        NetworkEnsemble ensemble = dynamics.At(points).Ensemble(Training.Flow(5));      // their mean and covariance at time 5
        Matrix mean = dynamics.At(points).Mean(Training.Descent(0.5 * dynamics.MaximumRate(), steps: 100));

        var best = MarginalLikelihood.Maximize(p => Network.Input.Dense(p[0]).Erf().Dense().Ntk(), [1.0], x, y);
        var machine = SupportVectorMachine.Fit(network.Ntk(), x, labels);     // C-SVC, one against one
        var large = KernelRegression.Fit(network.Ntk(), x, y, new() { Solver = Solver.ConjugateGradients });
        var spectrum = Spectrum.Leading(network.Ntk(), x, 10);                // of K/n, which is never stored
        // </readme>

        Assert.Equal((4, 1, 4, 4), (ensemble.Mean.Rows, mean.Columns, ensemble.Covariance.Rows, ensemble.Covariance.Columns));
        Assert.True(best.LogMarginalLikelihood > MarginalLikelihood.Maximize(p => Network.Input.Dense(p[0]).Erf().Dense().Ntk(), [1.0], x, y, search: new() { MaximumEvaluations = 1 }).LogMarginalLikelihood);
        Assert.True(machine.Predict(x).Zip(labels).Count(pair => pair.First == pair.Second) > 25);
        Assert.Equal(Spectrum.Of(network.Ntk(), x).Values[9], spectrum.Values[9], 1e-9 * spectrum.Values[0]);
        var exact = KernelRegression.Fit(network.Ntk(), x, y).Predict(points).Mean;
        Samples.Near(exact, large.Predict(points).Mean, 1e-4);
    }
}
