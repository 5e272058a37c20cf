using System.Text.RegularExpressions;
using HadamardNtk.Samples.Tests.Programs;
using Xunit;

namespace HadamardNtk.Samples.Tests;

/// <summary>
/// What F# Interactive shows of the library's values, without a printer: their own texts, at most a screen.
/// </summary>
public partial class InteractiveDisplay(InteractiveDisplay.Session session) : IClassFixture<InteractiveDisplay.Session>
{
    private const string Script =
        """
        #r "nuget: HadamardNtk"
        open HadamardNtk;;
        let x = array2D [ for i in 0 .. 39 -> [ float i / 10.0; sin (float i) ] ];;
        let y = [| for i in 0 .. 39 -> cos (float i / 10.0) |];;
        let labels = [| for i in 0 .. 39 -> if i < 20 then "low" else "high" |];;
        let shown_network = Network.Parse "dense(w=1.41421356,b=0.1) relu dense";;
        let kernel = shown_network.Ntk();;
        let shown_kernel = kernel;;
        let shown_small = Matrix(array2D [ [ 1.0; 2.5 ]; [ -3.0; 1e-7 ] ]);;
        let shown_gram = kernel.Gram(x);;
        let shown_array = kernel.Gram(array2D [ [ 1.0; 2.0 ] ]);;
        let shown_pair = kernel.EvaluateBoth([| 1.0; 2.0 |], [| 2.0; 1.0 |]);;
        let shown_explanation = shown_network.Explain();;
        let shown_finite = FiniteNetwork.Create(shown_network, 16, 2, 1L);;
        let shown_finite_kernel = shown_finite.Ntk();;
        let options = RegressionOptions(Ridge = Ridge.Absolute 1e-3);;
        let column = Matrix(array2D [ for v in y -> [ v ] ]);;
        let folds = SelectionCriterion.CrossValidation 5;;
        let shown_model = KernelRegression.Fit(kernel, x, y, options);;
        let shown_mean = shown_model.Predict(array2D [ [ 1.0; 0.5 ] ]);;
        let shown_prediction = shown_model.Predict(x, Uncertainty.Deviation);;
        let shown_interval = shown_prediction.Interval 0.95;;
        let shown_classifier = KernelClassifier.Fit(kernel, x, labels, options);;
        let shown_classes = shown_classifier.Predict(array2D [ [ 0.1; 0.2 ]; [ 3.0; 0.1 ] ]);;
        let dynamics = TrainingDynamics.Create(kernel, x, y, DynamicsOptions(Ridge = Ridge.Absolute 1e-3));;
        let shown_dynamics = dynamics;;
        let points = dynamics.At(Matrix(array2D [ [ 1.0; 0.5 ] ]));;
        let shown_points = points;;
        let shown_ensemble = points.Ensemble(Training.Flow 5.0);;
        let shown_spectrum = Spectrum.Of(kernel, x);;
        let shown_alignment = shown_spectrum.Align y;;
        let shown_sphere = SphereSpectrum.Of(Network.Parse("dense relu dense").Ntk(), 3, 20);;
        let family (p: float) = Network.Input.Dense(p).Erf().Dense().Ntk();;
        let shown_evidence = MarginalLikelihood.Maximize((fun p -> family p[0]), [ 1.0 ], x, y, options);;
        let shown_folds = CrossValidation.Run(kernel, x, column, folds, options);;
        let shown_machine = SupportVectorMachine.Fit(kernel, x, [| for i in 0 .. 39 -> int64 (i / 20) |]);;
        let shown_phase = BlockPhase.Of(Network.Parse "dense(w=1.5,b=0.1) tanh");;
        let finite seed = FiniteNetwork.Create(shown_network, 16, 2, seed);;
        let shown_average = KernelAverage.Of([ 1L; 2L ], fun seed -> (finite seed).Ntk().Gram(x));;
        let compared = [| for net in [ "dense relu dense"; "dense erf dense" ] -> StudyNetwork.Parse(net, net) |];;
        let shown_comparison = KernelComparison.Run(compared, x, column, ComparisonOptions(Folds = 4, Seeds = 1));;
        let shown_derivative = kernel.Derivative "w";;
        kernel.WriteGram("K.npy", x);;
        let shown_file = GramMatrix.Open "K.npy";;
        shown_file.Dispose();;
        let shown_closed = shown_file;;
        """;

    [Fact]
    public void Nothing_goes_wrong() => Assert.Equal("", session.Errors);

    [Fact]
    public void Every_value_shows_itself_in_at_most_a_screen() => Assert.All(session.Shown, value =>
    {
        Assert.Contains(" =", value.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", value.Value, StringComparison.Ordinal);
        var lines = value.Value.TrimEnd().Split('\n');
        Assert.InRange(lines.Length, 1, 24);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 120));
    });

    [Fact]
    public void The_list_of_values_is_whole() => Assert.Equal(Names().Count(Script), session.Shown.Count);

    [Theory]
    [InlineData("shown_network", "val shown_network: Network = dense(w=1.41421356,b=0.1) relu dense")]
    [InlineData("shown_kernel", "val shown_kernel: InfiniteKernel = NTK of dense(w=1.41421356,b=0.1) relu dense")]
    [InlineData("shown_small", "val shown_small: Matrix = Matrix 2 x 2\n      1    2.5\n     -3  1E-07")]
    public void Some_are_known_to_the_letter(string name, string text) =>
        Assert.Equal(text, session.Shown[name].TrimEnd());

    [GeneratedRegex("(?m)^let shown_[a-z_]+")]
    private static partial Regex Names();

    /// <summary>One session, whose values have the name of their variable.</summary>
    public sealed partial class Session
    {
        private readonly FSharpOutput _output = FSharpScripts.Run([new("display", Script)], echo: true)["display"];

        internal string Errors => _output.Errors;

        internal IReadOnlyDictionary<string, string> Shown => Values().Matches(_output.Output)
            .ToDictionary(match => match.Groups[1].Value, match => match.Value);

        [GeneratedRegex(@"(?ms)(?<=^(?:> )*)val (shown_[a-z_]+):.*?(?=^> |\z)")]
        private static partial Regex Values();
    }
}
