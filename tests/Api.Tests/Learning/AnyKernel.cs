using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>All that learns takes any kernel, and the same numbers from any kernel give the same result.</summary>
public class AnyKernel
{
    private static readonly Network Net = Network.Parse("(dense(w=1.4142135623730951,b=0.1) relu)^2 dense");
    private static readonly Matrix All = Samples.Random(50, 3, 1);
    private static readonly Matrix X = All.SelectRows(0, 40);
    private static readonly Matrix New = All.SelectRows(40, 10);
    private static readonly Matrix Y = Samples.Random(40, 2, 3);
    private static readonly long[] Labels = [.. Enumerable.Range(0, 40).Select(i => X[i, 0] > 0 ? 1L : X[i, 1] > 0 ? 2 : 3)];
    private static readonly PrecomputedKernel Given = PrecomputedKernel.Of(Net.Ntk().Gram(All));
    private static readonly IReadOnlyList<int> Training = [.. Enumerable.Range(0, 40)];
    private static readonly IReadOnlyList<int> Test = [.. Enumerable.Range(40, 10)];

    public static TheoryData<string> Solvers => ["cholesky", "eigen", "float64", "float32", "file", "none", "falkon", "few centers"];

    private static Solver Of(string name) => name switch
    {
        "cholesky" => Solver.Cholesky,
        "eigen" => Solver.Eigen,
        "falkon" => Solver.Falkon,
        "few centers" => new FalkonSolver { Centers = 5, KeptNumbers = 0, RoundedNumbers = 0 },
        _ => new ConjugateGradientSolver { Rank = 3, Storage = Enum.Parse<GramStorage>(name, ignoreCase: true) },
    };

    [Theory]
    [MemberData(nameof(Solvers))]
    public void A_regression_on_given_kernels_is_the_one_on_the_network_s(string solver)
    {
        var options = new RegressionOptions { Ridge = Ridge.Relative(1e-2), Solver = Of(solver) };
        var (here, there) = (KernelRegression.Fit(Net.Ntk(), X, Y, options), KernelRegression.Fit(Given, Training, Y, options));
        Assert.Equal(here.Ridge, there.Ridge, 1e-12);
        Assert.Equal(here.LeaveOneOutRmse is null, there.LeaveOneOutRmse is null);
        Assert.Equal(here.LeaveOneOutRmse ?? 0, there.LeaveOneOutRmse ?? 0, 1e-10);
        Assert.Equal(here.LogMarginalLikelihood ?? 0, there.LogMarginalLikelihood ?? 0, 1e-8);
        Assert.Equal(here.Solution.Kind, there.Solution.Kind);
        Assert.Equal(here.Weights.Rows, there.Weights.Rows);
        Samples.Near(here.Weights, there.Weights, 1e-6);
        Samples.Near(here.Predict(New).Mean, there.Predict(Test).Mean, 1e-6);
        if (there.Solution.Kind == SolverKind.Falkon)
        {
            Assert.Throws<NotSupportedException>(() => there.Predict(Test, Uncertainty.Deviation));
            return;
        }

        var (deviation, covariance) = (there.Predict(Test, Uncertainty.Deviation).Deviation!, there.Predict(Test, Uncertainty.Covariance).Covariance!);
        Samples.Near(here.Predict(New, Uncertainty.Covariance).Covariance!, covariance, 1e-10);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(deviation[i] * deviation[i], covariance[i, i], 1e-10);
        }
    }

    [Fact]
    public void Classes_of_given_kernels_are_those_of_the_network_s()
    {
        var options = new RegressionOptions { Ridge = Ridge.Relative(1e-2) };
        var (here, there) = (KernelClassifier.Fit(Net.Ntk(), X, Labels, options), KernelClassifier.Fit(Given, Training, Labels, options));
        Assert.Equal(here.Classes, there.Classes);
        Assert.Equal(here.Predict(New).Labels, there.Predict(Test).Labels);
        Samples.Near(here.Predict(New).Scores, there.Predict(Test, Uncertainty.Deviation).Scores, 1e-10);
        Samples.SameBits(here.Targets(Labels), there.Targets(Labels));

        var machine = SupportVectorMachine.Fit(Given, Training, Labels, new() { Tolerance = 1e-9 });
        var other = SupportVectorMachine.Fit(Net.Ntk(), X, Labels, new() { Tolerance = 1e-9 });
        Assert.Equal(other.Machine.Support, machine.Machine.Support);
        Assert.Equal(other.Predict(New), machine.Predict(Test));
    }

    [Fact]
    public void Training_with_given_kernels_is_that_with_the_network_s()
    {
        var (here, there) = (TrainingDynamics.Create(Net.Ntk(), X, Y), TrainingDynamics.Create(Given, Training, Y));
        Assert.Equal(here.LargestEigenvalue, there.LargestEigenvalue, 1e-9);
        foreach (var time in new[] { 0, 0.7, 300 })
        {
            Samples.Near(here.At(New).Mean(HadamardNtk.Training.Flow(time)), there.At(Test).Mean(HadamardNtk.Training.Flow(time)), 1e-9);
            Samples.Near(here.At().Mean(HadamardNtk.Training.Flow(time)), there.At().Mean(HadamardNtk.Training.Flow(time)), 1e-9);
        }

        // A matrix alone does not say what the functions were before training.
        var refusal = Assert.Throws<InvalidOperationException>(() => there.At(Test).Ensemble(HadamardNtk.Training.Flow(1)));
        Assert.Contains("PrecomputedKernel has none", refusal.Message);
    }

    [Fact]
    public void A_finite_network_that_is_linearised_goes_from_its_outputs_to_the_targets()
    {
        var finite = FiniteNetwork.Create(Net, width: 256, features: 3, seed: 2);
        Matrix y = Matrix.Wrap(Y.Column(0), 40, 1);
        var dynamics = TrainingDynamics.Create(finite.Ntk(), X, y, new() { InitialFunction = finite.Outputs });
        Samples.Near(finite.Outputs(New), dynamics.At(New).Mean(HadamardNtk.Training.Flow(0)), 1e-12);
        Samples.Near(y, dynamics.At().Mean(HadamardNtk.Training.Flow(double.PositiveInfinity)), 1e-6);
    }

    [Fact]
    public void The_evidence_of_a_family_of_kernels_is_that_of_the_networks()
    {
        EvidenceStep Best<TSamples>(Func<IReadOnlyList<double>, IKernel<TSamples>> family, TSamples x) where TSamples : class =>
            MarginalLikelihood.Maximize(family, [1.5], x, Y, new() { Ridge = Ridge.Absolute(0.1) }, new() { MaximumEvaluations = 30 });
        InfiniteKernel Of(double w) => Network.Input.Dense(w).Relu().Dense().Ntk();
        var here = Best(p => Of(p[0]), X);
        var there = Best(p => PrecomputedKernel.Of(Of(p[0]).Gram(X)), Training);
        Assert.Equal(here.LogMarginalLikelihood, there.LogMarginalLikelihood, 1e-9);
        Assert.Equal(here.Parameters[0], there.Parameters[0], 1e-9);
        Assert.Contains("(-1)", Assert.Throws<ArgumentException>(() => MarginalLikelihood.Maximize(p => Of(p[0]), [-1.0], X, Y)).Message);
    }

    [Fact]
    public void What_only_rows_have_is_refused_for_other_samples()
    {
        foreach (var options in new RegressionOptions[] { new() { Center = true }, new() { Unit = true }, new() { Samples = Precision.Float32 } })
        {
            Assert.Contains("rows of a Matrix", Assert.Throws<ArgumentException>(() => KernelRegression.Fit(Given, Training, Y, options)).Message);
        }

        Assert.Contains("rows of a Matrix", Assert.Throws<ArgumentException>(() => SupportVectorMachine.Fit(Given, Training, Labels, new() { Unit = true })).Message);
        Assert.Contains("40 samples; there are 3", Assert.Throws<ArgumentException>(() => KernelRegression.Fit(Given, Training, Y.SelectRows(0, 3))).Message);
        Assert.Contains("at least one sample", Assert.Throws<ArgumentException>(() => KernelRegression.Fit(Given, [], Y.SelectRows(0, 0))).Message);
    }

    [Fact]
    public void A_model_does_not_follow_the_list_that_it_was_fitted_on()
    {
        List<int> places = [.. Training];
        var model = KernelRegression.Fit(Given, places, Y);
        var before = model.Predict(Test).Mean;
        places.Reverse();
        Samples.SameBits(before, model.Predict(Test).Mean);
    }
}
