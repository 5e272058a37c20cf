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
            "WidthAdvice.Of", "PointDynamics.Mean", "SampleGradient.Sum", "SphereSpectrum.Of", "BlockPhase.Of",
            "BlockPhase.Iterate", "Spectrum.Align", "BottleneckStart.OfFinite", "TangentKernel", "ReadMatrix",
            "ReadSamples", "ReadTargets", "ReadLabels", "ReadTextLabels", "Load", "LoadAsync", "Save", "SaveAsync",
            "GraphData.Read", "ReadAll", "PrecomputedKernel.Of",
        ],
        ["HadamardNtk.Torch"] =
        [
            "Gram", "Cross", "Diagonal", "Trace", "Multiply", "MultiplyOutputs", "Outputs", "Linearized", "Fit",
            "Alignment", "Predict", "Classify", "Run", "Train", "TangentKernel", "AnisotropyDirections.Of", "Load",
            "Save", "NetworkModules.ToModule",
        ],
    };

    /// <summary>What takes no time: all overloads of a name, or those of what they take first.</summary>
    private static readonly string[] Short =
    [
        "NpyTileWriter.Create", "ModuleTangentKernel.Create", "TorchTraining.Create",
        "Prediction.Deviations", "Training.Flow", "PrecomputedKernel.Of(GramMatrix)",
    ];

    /// <summary>Entry points without progress, by the reason. The times are those of two cores.</summary>
    private static readonly Dictionary<string, string[]> Silent = new()
    {
        ["an extension of every kernel reports instead, KernelDiagonals.Diagonal"] = ["Diagonal"],
        ["numbers of single samples: 0.3 s for 10,000 of 784 features; positions are prepared by Gram"] = ["Prepare"],
        ["the pairs of one sample: 0.4 s with 10,000 of 784 features"] = ["SampleGradient.At"],
        ["a product of a matrix that is there with the columns of outputs: 0.02 s for 2000 x 2000"] =
            ["PointDynamics.Mean"],
        ["lists of places: 0.2 s for 10 folds of 100,000 graphs"] = ["ReadAll"],
        ["the task of a training has the listener"] = ["IFiniteTraining.Train", "TorchTraining.Train"],
    };

    public static TheoryData<string> Libraries => ["HadamardNtk", "HadamardNtk.Torch"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_entry_point_has_an_overload_with_a_token(string library) => Assert.Empty(
        from overloads in Overloads(library)
        where !overloads.Any(method => method.GetParameters().Any(p => p.ParameterType == typeof(CancellationToken)))
        select overloads.Key);

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_entry_point_that_can_has_an_overload_that_says_how_far_it_is(string library) => Assert.Empty(
        from overloads in Overloads(library)
        where !IsSilent(overloads.First())
        where !overloads.Any(method => method.GetParameters().Any(p => Reports(p.ParameterType, [])))
        select overloads.Key);

    [Fact]
    public void What_is_silent_has_no_progress() => Assert.Empty(
        from library in Entries.Keys
        from method in Methods(library)
        where IsSilent(method) && method.DeclaringType != typeof(KernelDiagonals)
        where method.GetParameters().Any(p => Reports(p.ParameterType, []))
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
        var found = Entries.Keys.SelectMany(All)
            .SelectMany(method => new[] { method.Name, Full(method), OfSubject(method) }).ToHashSet();
        Assert.Empty(Silent.Values.SelectMany(names => names).Except(found));
        Assert.Empty(Short.Except(found));
    }

    private static bool IsSilent(MethodInfo method) =>
        Silent.Values.Any(names => names.Contains(method.Name) || names.Contains(Full(method)));

    private static IEnumerable<IGrouping<string, MethodInfo>> Overloads(string library) =>
        Methods(library).GroupBy(m => $"{Full(m)}({Subject(m)})");

    // Overloads are those that take the same thing first.
    private static Type? Subject(MethodInfo method) => method.GetParameters().Select(p => p.ParameterType)
        .FirstOrDefault(type => type != typeof(CancellationToken) && !Reports(type, []));

    private static IEnumerable<MethodInfo> All(string library) =>
        from type in (library == "HadamardNtk" ? typeof(Network) : typeof(TorchBackend)).Assembly.ExportedTypes
        from method in type.GetMethods(Declared)
        select method;

    private static IEnumerable<MethodInfo> Methods(string library) =>
        from method in All(library)
        where Entries[library].Contains(method.Name) || Entries[library].Contains(Full(method))
        where !Short.Contains(Full(method)) && !Short.Contains(OfSubject(method)) && !method.IsSpecialName
        select method;

    private static string Full(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    private static string OfSubject(MethodInfo method) => $"{Full(method)}({Subject(method)?.Name})";

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
