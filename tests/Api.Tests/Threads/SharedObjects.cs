using Xunit;

namespace HadamardNtk.Api.Tests.Threads;

/// <summary>Thirty-two threads on one object have the bits of one thread.</summary>
public class SharedObjects : DataFolder
{
    private const int Threads = 32;

    private static readonly Matrix X = Samples.Random(50, 3, 1);
    private static readonly Matrix Y = Samples.Random(50, 2, 2);
    private static readonly Matrix Others = Samples.Random(20, 3, 3);
    private static readonly GramOptions One = new() { Threads = 1 };

    [Theory]
    [InlineData("hadamard(dense relu, dense(b=0.1) relu) dense")]
    [InlineData("dense swish dense")]
    [InlineData("sequence(3x1) conv relu global_avg_pool dense")]
    public void One_kernel(string network)
    {
        var expected = Network.Parse(network).Ntk().Gram(X, One);
        var kernel = Network.Parse(network).Ntk();
        foreach (var gram in AtOnce(_ => kernel.Gram(X, One)))
        {
            Samples.SameBits(expected, gram);
        }
    }

    [Fact]
    public void One_model_whose_first_deviations_all_ask_for_at_once()
    {
        var folder = Place("model");
        var options = new RegressionOptions { Ridge = Ridge.Absolute(0.1) };
        KernelRegression.Fit(Network.Parse("dense(b=1) relu dense").Ntk(), X, Y, options).Save(folder);
        var expected = KernelRegression.Load(folder).Predict(Others, Uncertainty.Covariance, One);
        var model = KernelRegression.Load(folder);
        foreach (var prediction in AtOnce(_ => model.Predict(Others, Uncertainty.Covariance, One)))
        {
            Samples.SameBits(expected.Mean, prediction.Mean);
            Samples.SameBits(expected.Covariance!, prediction.Covariance!);
            Assert.Equal(expected.Deviation, prediction.Deviation);
        }
    }

    [Fact]
    public void The_matrix_of_a_model_that_kept_none_is_computed_once()
    {
        var kernel = new Counting();
        var solver = new RegressionOptions { Ridge = Ridge.Absolute(0.1), Solver = Solver.ConjugateGradients };
        var model = KernelRegression.Fit(kernel, X, Y, solver);
        var before = kernel.Grams;
        AtOnce(_ => model.Predict(Others, Uncertainty.Deviation, One));
        Assert.Equal(before + 1, kernel.Grams);
        model.PrepareUncertainty();
        Assert.Equal(before + 1, kernel.Grams);
    }

    [Fact]
    public void A_model_can_be_made_ready_before_it_is_asked()
    {
        var kernel = new Counting();
        var solver = new RegressionOptions { Ridge = Ridge.Absolute(0.1), Solver = Solver.ConjugateGradients };
        var model = KernelRegression.Fit(kernel, X, Y, solver);
        model.PrepareUncertainty();
        var ready = kernel.Grams;
        model.Predict(Others, Uncertainty.Deviation);
        Assert.Equal(ready, kernel.Grams);
        var falkon = KernelRegression.Fit(kernel, X, Y, solver with { Solver = Solver.Falkon });
        Assert.Throws<NotSupportedException>(() => falkon.PrepareUncertainty());
    }

    [Fact]
    public void One_classifier()
    {
        string[] labels = [.. Enumerable.Range(0, 50).Select(i => i % 3 == 0 ? "a" : "b")];
        var classifier = KernelClassifier.Fit(Network.Parse("dense(b=1) relu dense").Ntk(), X, labels);
        var expected = classifier.Predict(Others, Uncertainty.Deviation, One);
        foreach (var found in AtOnce(_ => classifier.Predict(Others, Uncertainty.Deviation, One)))
        {
            Assert.Equal(expected.Labels, found.Labels);
            Samples.SameBits(expected.Probabilities(), found.Probabilities());
        }
    }

    [Fact]
    public void One_finite_network()
    {
        var finite = FiniteNetwork.Create(Network.Parse("hadamard(dense relu, dense relu) dense"), 16, 3, 1);
        var expected = finite.Ntk().Gram(X, One);
        Assert.All(AtOnce(_ => finite.Ntk().Gram(X, One)), gram => Samples.SameBits(expected, gram));
    }

    [Fact]
    public void One_matrix_in_a_file()
    {
        var (path, kernel) = (Place("K.npy"), Network.Parse("dense relu dense").Ntk());
        kernel.WriteGram(path, X);
        using var gram = GramMatrix.Open(path);
        var expected = kernel.Gram(X);
        Assert.All(AtOnce(k => gram.ReadRows(k, 5)), (rows, k) => Samples.SameBits(expected.SelectRows(k, 5), rows));
    }

    [Fact]
    public void The_dynamics_of_one_set_of_samples()
    {
        var kernel = Network.Parse("dense(b=1) erf dense").Ntk();
        var expected = TrainingDynamics.Create(kernel, X, Y).At(Others).Ensemble(Training.Flow(3));
        var dynamics = TrainingDynamics.Create(kernel, X, Y);
        foreach (var ensemble in AtOnce(_ => dynamics.At(Others).Ensemble(Training.Flow(3))))
        {
            Samples.SameBits(expected.Mean, ensemble.Mean);
            Samples.SameBits(expected.Covariance, ensemble.Covariance);
        }
    }

    /// <summary>What threads of their own compute that all begin together.</summary>
    private static T[] AtOnce<T>(Func<int, T> work)
    {
        var results = new T[Threads];
        var failures = new Exception?[Threads];
        using var start = new Barrier(Threads);
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(k => new Thread(() =>
        {
            start.SignalAndWait();
            failures[k] = Record.Exception(() => results[k] = work(k));
        }))];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.All(failures, Assert.Null);
        return results;
    }

    /// <summary>A kernel that counts the Gram matrices that are asked of it.</summary>
    private sealed class Counting : RowKernel
    {
        private readonly InfiniteKernel _kernel = Network.Parse("dense(b=1) relu dense").Ntk();
        private int _grams;

        internal int Grams => Volatile.Read(ref _grams);

        public override Matrix Gram(Matrix x, GramOptions? options, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _grams);
            return _kernel.Gram(x, options, cancellation);
        }

        public override Matrix Cross(Matrix x, Matrix other, GramOptions? options, CancellationToken cancellation) =>
            _kernel.Cross(x, other, options, cancellation);

        public override double[] Diagonal(Matrix x, CancellationToken cancellation) =>
            _kernel.Diagonal(x, cancellation);
    }
}
