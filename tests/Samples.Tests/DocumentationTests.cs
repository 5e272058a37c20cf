using HadamardNtk.Samples.Tests.Programs;
using Microsoft.CodeAnalysis;
using Xunit;

namespace HadamardNtk.Samples.Tests;

/// <summary>Every public member says what it is, and what its parameters are.</summary>
public class DocumentationTests
{
    private static readonly string[] WaysIn =
    [
        "Activation", "Backends", "BlockPhase", "BottleneckRun", "CrossValidation", "DataFile", "FiniteNetwork",
        "FittedModel", "GramMatrix", "GramOptions", "GramParts", "Graph", "GraphKernel", "GraphSet", "HtmlReport",
        "InfiniteKernel", "KernelAverage", "KernelClassifier", "KernelComparison", "KernelDerivatives",
        "KernelRegression", "KernelTuning", "LinearizedModule", "MarginalLikelihood", "Matrix", "Metrics",
        "ModuleTangentKernel", "ModuleTrainer", "Network", "NetworkExplanation", "NetworkKernels", "NetworkModule",
        "PrecomputedKernel", "Prediction", "RayGrowth", "RegressionOptions", "RowKernel", "Solver",
        "SpectralBiasStudy", "Spectrum", "SphereSpectrum", "StationaryKernel", "SupportVectorMachine",
        "TorchBackend", "TrainedNetwork", "TrainingDynamics", "WidthAdvice", "Window",
    ];

    public static TheoryData<string> Libraries =>
    [
        "HadamardNtk", "HadamardNtk.Torch", "HadamardNtk.Cluster", "HadamardNtk.Reports",
        "HadamardNtk.DependencyInjection",
    ];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_public_member_has_a_summary_and_says_what_its_parameters_are(string library)
    {
        var document = ApiDocument.Of(library);
        string[] missing = [.. document.Members.SelectMany(document.Missing).Order()];
        Assert.True(missing.Length == 0, $"{missing.Length} are missing:\n{string.Join('\n', missing)}");
    }

    [Fact]
    public void The_ways_in_have_an_example()
    {
        var shown = Libraries.Select(row => ApiDocument.Of(row.Data)).SelectMany(document => document.Members
            .Where(member => document.Examples(member).Any())
            .Select(member => (member as INamedTypeSymbol ?? member.ContainingType).Name)).ToHashSet();
        Assert.Empty(WaysIn.Except(shown));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_example_compiles_with_what_is_taken_as_given(string library)
    {
        var document = ApiDocument.Of(library);
        var examples = document.Members.SelectMany(member => document.Examples(member).Select(code => (member, code)));
        Assert.All(examples, example =>
        {
            var variables = Given.Variables(library == "HadamardNtk.Torch");
            var failure = Record.Exception(() => CSharpProgram.Compile(
                example.code, before: Given.Usings, beside: variables));
            Assert.True(failure is null, $"{example.member.ToDisplayString()}\n{failure?.Message}\n{example.code}");
        });
    }
}
