using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>Creates runners by precision and vector width.</summary>
internal static class StripRunners
{
    /// <summary>Whether machine code can be generated. It cannot in programs compiled ahead of time.</summary>
    internal static bool CanCompile => RuntimeFeature.IsDynamicCodeCompiled;

    /// <summary>The number of entries from which generating code is faster than interpretation.</summary>
    internal const long WorthCompiling = 250_000;

    /// <summary>
    /// The same for all entries so far with prepared samples, which are likely to be asked for many more.
    /// </summary>
    internal const long WorthCompilingEarly = 20_000;

    /// <summary>Creates a runner in float32.</summary>
    internal static StripRunner<float> Single(StripPlan plan, VectorWidth width, bool compiled) => width switch
    {
        VectorWidth.Bits512 => new StripRunner<SingleFunctionSet<Single512>, Single512, float>(plan, compiled),
        VectorWidth.Bits256 => new StripRunner<SingleFunctionSet<Single256>, Single256, float>(plan, compiled),
        _ => new StripRunner<SingleFunctionSet<Single128>, Single128, float>(plan, compiled),
    };

    /// <summary>Creates a runner in float64.</summary>
    internal static StripRunner<double> Double(StripPlan plan, VectorWidth width, bool compiled) => width switch
    {
        VectorWidth.Bits512 => new StripRunner<DoubleFunctionSet<Double512>, Double512, double>(plan, compiled),
        VectorWidth.Bits256 => new StripRunner<DoubleFunctionSet<Double256>, Double256, double>(plan, compiled),
        _ => new StripRunner<DoubleFunctionSet<Double128>, Double128, double>(plan, compiled),
    };
}
