using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class SupportVectorErrors
{
    private static readonly Network Net = Network.Parse("dense relu dense");
    private static readonly Matrix X = Samples.Random(6, 3, 1);
    private static readonly long[] Labels = [0, 1, 0, 1, 0, 1];
    private static readonly Matrix Gram = Net.Ntk().Gram(X);

    [Theory]
    [InlineData(new long[] { 3, 3, 3, 3, 3, 3 }, "there is 1")]
    [InlineData(new long[] { 1, 2 }, "6 samples; there are 2")]
    public void Labels_that_cannot_be_learnt_are_refused(long[] labels, string said)
    {
        Assert.Contains(said, Assert.Throws<ArgumentException>("labels", () => GramSupportVectorMachine.Fit(Gram, labels)).Message);
        Assert.Contains(said, Assert.Throws<ArgumentException>("labels", () => SupportVectorMachine.Fit(Net.Ntk(), X, labels)).Message);
    }

    [Fact]
    public void No_samples_have_no_classes() =>
        Assert.Contains("there is 0", Assert.Throws<ArgumentException>(() => GramSupportVectorMachine.Fit(Matrix.Wrap([], 0, 0), [])).Message);

    [Fact]
    public void A_matrix_that_is_none_of_kernels_is_refused()
    {
        var wide = Matrix.Wrap(new double[6], 2, 3);
        Assert.Contains("2 x 3", Assert.Throws<ArgumentException>("gram", () => GramSupportVectorMachine.Fit(wide, [0, 1])).Message);
        Matrix bad = new[,] { { 1, 0 }, { double.NaN, 1 } };
        Assert.Contains(
            "samples 1 and 0", Assert.Throws<ArgumentException>("gram", () => GramSupportVectorMachine.Fit(bad, [0, 1])).Message);
    }

    [Fact]
    public void Errors_that_leave_float64_are_no_solution()
    {
        const double scale = 1e308, cost = 1e300;
        var gram = Matrix.Wrap([scale, 0.9 * scale, 0.9 * scale, scale], 2, 2);
        var error = Assert.ThrowsAny<ArithmeticException>(() => GramSupportVectorMachine.Fit(gram, [0, 1], new() { Cost = cost }));
        Assert.Contains("scale the rows down", error.Message);
    }

    [Fact]
    public void A_kernel_of_any_size_that_float64_has_room_for_separates_its_classes()
    {
        const double scale = 1e200;
        var gram = Matrix.Wrap([scale, 0.9 * scale, 0.9 * scale, scale], 2, 2);
        var machine = GramSupportVectorMachine.Fit(gram, [0, 1], new() { Cost = scale });
        Assert.InRange(machine.Violation, 0, 1e-3);
        Assert.Equal([0, 1], machine.Predict(gram));
    }

    // Gram matrices with such numbers are refused before; the solver does not rely on that.
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Errors_that_are_no_numbers_violate_the_conditions(double entry)
    {
        var problem = PairProblem.Of(Matrix.Wrap([1, entry, 0, entry, 1, 0, 0, 0, 1], 3, 3), [0, 1, 1], 0, 1);
        var solution = new PairSolver(problem, 1).Solve(1e-3, 100, default);
        Assert.Equal(double.PositiveInfinity, solution.Violation);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.All([0, -1, double.NaN, double.PositiveInfinity], cost =>
            Assert.Contains("cost", Assert.Throws<ArgumentOutOfRangeException>(() => new SupportVectorOptions { Cost = cost }).Message));
        Assert.All([0, -1, 1.5, double.NaN], tolerance => Assert.Contains(
            "tolerance", Assert.Throws<ArgumentOutOfRangeException>(() => new SupportVectorOptions { Tolerance = tolerance }).Message));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SupportVectorOptions { Steps = 0 });
    }

    [Fact]
    public void New_samples_that_do_not_fit_are_refused()
    {
        var machine = SupportVectorMachine.Fit(Net.Ntk(), X, Labels);
        Assert.Contains("3 features", Assert.Throws<ArgumentException>("x", () => machine.Predict(Samples.Random(2, 4, 3))).Message);
        var onGram = GramSupportVectorMachine.Fit(Gram, Labels);
        Assert.Contains("6 samples", Assert.Throws<ArgumentException>("cross", () => onGram.Predict(Matrix.Wrap(new double[5], 1, 5))).Message);
        Assert.Empty(machine.Predict(Matrix.Wrap([], 0, 3)));
    }

    [Fact]
    public void Too_few_steps_are_said_with_the_violation_they_left()
    {
        var error = Assert.Throws<ArithmeticException>(
            () => GramSupportVectorMachine.Fit(Gram, Labels, new() { Cost = 100, Tolerance = 1e-9, Steps = 2 }));
        Assert.Contains("2 steps", error.Message);
        Assert.Contains("KKT violation", error.Message);
    }

    [Fact]
    public void A_tolerance_that_float64_cannot_reach_is_said_and_not_waited_for()
    {
        // At beta up to 1000 and kernels up to 2.56 an error is known to some 1e-11.
        Matrix x = new[,] { { -1.3 }, { -0.4 }, { 0.1 }, { 0.7 }, { 0.9 }, { 1.6 } };
        var gram = Network.Parse("dense").Ntk().Gram(x);
        var error = Assert.Throws<ArithmeticException>(
            () => GramSupportVectorMachine.Fit(gram, [0, 1, 0, 0, 1, 0], new() { Cost = 1e3, Tolerance = 1e-12 }));
        Assert.Matches(@"after \d{1,5} steps with a KKT violation", error.Message);
    }

    [Fact]
    public void A_row_at_which_the_kernel_is_not_finite_is_named()
    {
        var exponential = Network.Parse("dense exp(b=2) dense");
        Matrix bad = new[,] { { 1.0 }, { 30 } };
        Assert.Equal(1, Assert.Throws<KernelUndefinedException>(() => SupportVectorMachine.Fit(exponential.Ntk(), bad, [0, 1])).Row);
        var fitted = SupportVectorMachine.Fit(exponential.Ntk(), new double[,] { { 1 }, { 2 } }, [0, 1]);
        Assert.Equal(1, Assert.Throws<KernelUndefinedException>(() => fitted.Predict(bad)).Row);
    }

    [Fact]
    public void Missing_arguments_are_named()
    {
        Assert.Throws<ArgumentNullException>("kernel", () => SupportVectorMachine.Fit((InfiniteKernel)null!, X, Labels));
        Assert.Throws<ArgumentNullException>("x", () => SupportVectorMachine.Fit(Net.Ntk(), null!, Labels));
        Assert.Throws<ArgumentNullException>("labels", () => SupportVectorMachine.Fit(Net.Ntk(), X, null!));
        Assert.Throws<ArgumentNullException>("gram", () => GramSupportVectorMachine.Fit(null!, Labels));
        Assert.Throws<ArgumentNullException>("labels", () => GramSupportVectorMachine.Fit(Gram, null!));
        Assert.Throws<ArgumentNullException>("cross", () => GramSupportVectorMachine.Fit(Gram, Labels).Predict(null!));
    }

    [Fact]
    public void Fitting_and_predicting_can_be_cancelled()
    {
        var cancelled = new CancellationToken(true);
        Assert.ThrowsAny<OperationCanceledException>(() => GramSupportVectorMachine.Fit(Gram, Labels, cancellation: cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => SupportVectorMachine.Fit(Net.Ntk(), X, Labels).Predict(X, cancellation: cancelled));
    }
}
