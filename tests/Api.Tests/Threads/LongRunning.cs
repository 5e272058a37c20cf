using System.Reflection;
using Xunit;

namespace HadamardNtk.Api.Tests.Threads;

/// <summary>Whatever may take longer than a second can be stopped, and says how far it is.</summary>
public class LongRunning
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The entry points: every overload of these names, in each type that declares them.</summary>
    private static readonly Dictionary<string, string[]> Entries = new()
    {
        ["HadamardNtk"] =
        [
            "Gram", "Cross", "Diagonal", "Multiply", "Compute", "WriteGram", "WriteGramPart", "Prepare", "Join", "Fit",
            "Predict", "PrepareUncertainty", "Probabilities", "Sample", "Maximize", "Run", "Train", "Leading", "Decide",
            "Outputs", "At", "Flow", "Ensemble", "Deviations", "Create", "Spectrum.Of", "KernelAverage.Of",
            "WidthAdvice.Of", "PointDynamics.Mean",
        ],
        ["HadamardNtk.Torch"] =
        [
            "Gram", "Cross", "Diagonal", "Trace", "Multiply", "MultiplyOutputs", "Outputs", "Linearized", "Fit",
            "Alignment", "Predict", "Classify", "Run", "Train", "TangentKernel", "AnisotropyDirections.Of",
        ],
    };

    /// <summary>Overloads of these names that take no time.</summary>
    private static readonly string[] Short =
    [
        "NpyTileWriter.Create", "FiniteNetwork.Create", "ModuleTangentKernel.Create",
        "TorchTraining.Create", "Prediction.Deviations", "Training.Flow",
    ];

    /// <summary>
    /// Entry points without progress: some numbers for each sample, a few products of matrices that are there, or what
    /// the caller's own function does.
    /// </summary>
    private static readonly string[] Silent =
    [
        "Diagonal", "Prepare", "Probabilities", "Sample", "Decide", "Outputs", "Trace", "Alignment", "Linearized",
        "MultiplyOutputs", "PointDynamics.Mean", "PointDynamics.Ensemble", "PointDynamics.Deviations",
        "PointDynamics.Flow", "TrainingDynamics`1.At", "KernelAverage.Of", "SampleGradient.At",
        "GramSupportVectorMachine.Predict", "TrainedNetwork.Predict", "TrainedNetwork.Classify",
        "LinearizedFit.Predict", "ModuleTangentKernel.Fit", "AnisotropyDirections.Of", "TorchTraining.Train",
        "TorchTraining.TangentKernel", "IFiniteTraining.Train", "IFiniteTraining.TangentKernel",
        "ModuleTangentKernel.Gram", "ModuleTangentKernel.Cross",
    ];

    public static TheoryData<string> Libraries => ["HadamardNtk", "HadamardNtk.Torch"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_entry_point_has_an_overload_with_a_token(string library) => Assert.Empty(
        from overloads in Methods(library).GroupBy(m => $"{Full(m)}({m.GetParameters()[0].ParameterType})")
        where !overloads.Any(method => method.GetParameters().Any(p => p.ParameterType == typeof(CancellationToken)))
        select overloads.Key);

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_entry_point_that_can_says_how_far_it_is(string library) => Assert.Empty(
        from method in Methods(library)
        where !Silent.Contains(method.Name) && !Silent.Contains(Full(method))
        where !method.GetParameters().Any(parameter => Reports(parameter.ParameterType, []))
        select Named(method));

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_lists_name_what_there_is(string library)
    {
        var found = Methods(library).SelectMany(method => new[] { method.Name, Full(method) }).ToHashSet();
        Assert.Empty(Entries[library].Except(found));
    }

    [Fact]
    public void The_lists_of_exceptions_name_what_there_is()
    {
        var found = Entries.Keys.SelectMany(All).SelectMany(method => new[] { method.Name, Full(method) }).ToHashSet();
        Assert.Empty(Silent.Except(found));
        Assert.Empty(Short.Except(found));
    }

    private static IEnumerable<MethodInfo> All(string library) =>
        from type in (library == "HadamardNtk" ? typeof(Network) : typeof(TorchBackend)).Assembly.ExportedTypes
        from method in type.GetMethods(Declared)
        select method;

    private static IEnumerable<MethodInfo> Methods(string library) =>
        from method in All(library)
        where Entries[library].Contains(method.Name) || Entries[library].Contains(Full(method))
        where !Short.Contains(Full(method)) && !method.IsSpecialName
        select method;

    private static string Full(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    private static string Named(MethodInfo method) =>
        $"{Full(method)}({string.Join(", ", method.GetParameters().Select(p => p.ParameterType.Name))})";

    /// <summary>Whether a parameter is a listener, or options that have one, also in options of theirs.</summary>
    private static bool Reports(Type type, HashSet<Type> seen)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IProgress<>)) return true;
        var isOptions = type.Name.Split('`')[0].EndsWith("Options", StringComparison.Ordinal) || type == typeof(Solver);
        return isOptions && seen.Add(type)
            && type.GetProperties().Any(property => Reports(property.PropertyType, seen));
    }
}
