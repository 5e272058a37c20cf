using System.Text.RegularExpressions;
using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>Odd but possible uses: each was answered wrongly once.</summary>
public class RobustnessTests : DataFolder
{
    private static readonly Network Net = Network.Parse("dense(w=1.4,b=0.1) relu dense");
    private static readonly Network Exponential = Network.Parse("dense exp(b=2) dense");
    private static readonly Matrix X = Samples.Random(6, 3, 1);
    private static readonly Matrix Y = Samples.Random(6, 1, 2);

    [Fact]
    public void A_model_is_saved_where_the_name_ends_in_a_separator()
    {
        KernelRegression Of(double ridge) => KernelRegression.Fit(Net.Ntk(), X, Y, new() { Ridge = Ridge.Absolute(ridge) });
        Of(0.25).Save(Place("model"));
        Of(0.5).Save(Place("model/"));
        Assert.Equal(0.5, KernelRegression.Load(Place("model")).Ridge);
        Assert.Equal(0.5, KernelRegression.Load(Place("model/")).Ridge);
    }

    [Fact]
    public void Saving_deletes_no_file_that_is_not_a_models()
    {
        Directory.CreateDirectory(Place("work"));
        Put("work/model.json", "{}");
        Put("work/thesis.txt", "mine");
        Assert.Throws<OutputException>(() => KernelRegression.Fit(Net.Ntk(), X, Y).Save(Place("work")));
        Assert.True(File.Exists(Place("work/thesis.txt")));
    }

    [Fact]
    public void To_ask_whether_a_nested_folder_can_be_written_leaves_nothing()
    {
        Assert.Throws<OutputException>(() => FittedModel.RequireWritable(Place("a/b/model")));
        FittedModel.RequireWritable(Place("model"));
        Assert.Empty(Names());
    }

    [Fact]
    public void The_token_of_a_fit_that_is_done_stops_nothing()
    {
        using var source = new CancellationTokenSource();
        var model = KernelRegression.Fit(Net.Ntk(), X, Y, cancellation: source.Token);
        source.Cancel();
        model.Predict(X, Uncertainty.Deviation);
    }

    [Fact]
    public void A_model_does_not_change_with_the_array_that_it_was_fitted_on()
    {
        var x = new Matrix(X.ToArray());
        var model = KernelRegression.Fit(Net.Ntk(), x, Y);
        var before = model.Predict(X).Mean;
        Array.Clear(x.Data);
        Samples.SameBits(before, model.Predict(X).Mean);
    }

    [Fact]
    public void A_bad_row_beyond_the_first_thousand_is_named()
    {
        var x = Matrix.Wrap([.. Enumerable.Range(0, 1500).Select(i => i == 1400 ? 30.0 : 0.1)], 1500, 1);
        var model = KernelRegression.Fit(Exponential.Ntk(), new double[,] { { 1 }, { 2 } }, new double[,] { { 1 }, { 2 } });
        Assert.Equal(1400, Assert.Throws<KernelUndefinedException>(() => model.Predict(x)).Row);
    }

    [Fact]
    public void The_reference_backend_names_a_bad_row_on_the_left()
    {
        Matrix bad = new[,] { { 1.0 }, { 2 }, { 30 } };
        var options = new GramOptions { Backend = Backends.Reference };
        var work = () => Exponential.Ntk().Cross(bad, new double[,] { { 1 } }, options: options);
        Assert.Equal(2, Assert.Throws<KernelUndefinedException>(work).Row);
    }

    [Theory]
    [InlineData("\"Ridge\": ", "\"Ridge\": 5")]
    [InlineData("\"ntk\"", "\"xyz\"")]
    [InlineData(" relu ", " rlu ")]
    [InlineData(" relu ", " relu relu ")]
    [InlineData(" relu ", " erf ")]
    [InlineData("\"Files\": \\{[^}]*\\}", "\"Files\": {}")]
    public void A_changed_manifest_is_refused(string what, string by)
    {
        KernelRegression.Fit(Net.Ntk(), X, Y).Save(Place("model"));
        var path = Place("model/model.json");
        File.WriteAllText(path, Regex.Replace(File.ReadAllText(path), what, by));
        Assert.Throws<DataFormatException>(() => KernelRegression.Load(Place("model")));
    }

    [Fact]
    public void A_closed_form_is_said_to_be_exact()
    {
        foreach (var activation in new[] { Activation.Erf(), Activation.Gelu, Activation.Sin(), Activation.Rbf(), Activation.Exp() })
        {
            Assert.Equal(0, activation.ErrorBound);
        }
    }

    [Fact]
    public void Activations_refuse_what_the_notation_refuses()
    {
        Action[] bad =
        [
            () => Activation.Monomial(31), () => Activation.RectifiedMonomial(6),
            () => Activation.Hermite(31), () => Activation.Rbf(-1), () => Activation.LeakyRelu(double.NaN),
            () => Activation.Polynomial(double.NaN), () => Activation.Polynomial(),
        ];
        Assert.All(bad, action => Assert.ThrowsAny<ArgumentException>(action));
    }

    [Fact]
    public void A_negative_degree_is_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => Activation.Hermite(-1));
        Assert.ThrowsAny<ArgumentException>(() => Activation.RectifiedMonomial(-1));
    }

    [Fact]
    public void A_missing_part_is_a_bad_argument()
    {
        Assert.ThrowsAny<ArgumentException>(() => Network.Sum(Network.Input, null!));
        Assert.ThrowsAny<ArgumentException>(() => Network.Let("p", Network.Input, _ => null!));
        Assert.Throws<ArgumentNullException>("name", () => Network.Name(null!));
        Assert.Throws<ArgumentNullException>("weights", () => Network.Concat((IEnumerable<double>)null!, Network.Input));
        Assert.Throws<ArgumentNullException>("network", () => NetworkKernels.Ntk((Network)null!));
        Assert.Throws<ArgumentNullException>("network", () => new GramRequest(null!, Matrix.Wrap([1], 1, 1)));
        Assert.Throws<ArgumentNullException>("x", () => new GramRequest(Net, null!));
        Assert.ThrowsAny<ArgumentException>(() => Network.Input.Dense(parameterization: (WeightParameterization)7));
        Assert.ThrowsAny<ArgumentException>(() => Net.Ntk().Diagonal(Matrix.Wrap([], 2, 0)));
    }

    [Fact]
    public void The_error_of_a_custom_activation_comes_out_with_the_number_at_which_it_came()
    {
        var late = false;
        var own = Activation.Custom("own", x => late ? throw new InvalidTimeZoneException() : x);
        var kernel = Network.Input.Dense().Apply(own).Dense().Ntk();
        late = true;
        var error = Assert.Throws<ArgumentException>(() => kernel.Gram(X));
        Assert.IsType<InvalidTimeZoneException>(error.InnerException);
        Assert.Contains("own(", error.Message);
    }

    [Theory]
    [InlineData(1e-170)]
    [InlineData(1e170)]
    public void The_length_of_a_row_does_not_matter_where_rows_are_scaled(double length)
    {
        var model = KernelRegression.Fit(Net.Ntk(), new double[,] { { 1 }, { -1 } }, new double[,] { { 1 }, { 2 } }, new() { Unit = true });
        Assert.Equal(model.Predict(new double[,] { { 1 } }).Mean[0, 0], model.Predict(new double[,] { { length } }).Mean[0, 0], 1e-12);
    }

    [Fact]
    public void Duplicate_rows_without_a_ridge_are_not_positive_definite_also_where_rounding_hides_it()
    {
        var accepted = 0;
        for (var seed = 0; seed < 50; seed++)
        {
            var x = Samples.Random(6, 3, seed);
            x.Row(0).CopyTo(x.Data.AsSpan(15));
            try
            {
                KernelRegression.Fit(Net.Ntk(), x, Y, new() { Ridge = Ridge.Absolute(0) });
                accepted++;
            }
            catch (NotPositiveDefiniteException)
            {
                // As it should be.
            }
        }

        Assert.Equal(0, accepted);
    }

    [Fact]
    public void Targets_that_are_not_finite_are_refused() =>
        Assert.ThrowsAny<ArgumentException>(() => KernelRegression.Fit(Net.Ntk(), X, Matrix.Wrap([1, 2, 3, double.NaN, 5, 6], 6, 1)));

    [Fact]
    public void An_ncp_with_skips_may_stand_in_the_scope_of_any_name() =>
        Network.Parse("let p = dense in sum(p, ncp(degree=3,skip=true)) dense").Ntk();
}
