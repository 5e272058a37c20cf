namespace HadamardNtk;

/// <summary>Creates workers on slices by precision and vector width.</summary>
internal static class SliceEngines
{
    /// <summary>Creates a worker in float32.</summary>
    internal static SliceWorker<float> Single(SliceProgram program, VectorWidth width, bool compiled) => width switch
    {
        VectorWidth.Bits512 => new SliceEngine<SingleFunctionSet<Single512>, Single512, float>(program, compiled),
        VectorWidth.Bits256 => new SliceEngine<SingleFunctionSet<Single256>, Single256, float>(program, compiled),
        _ => new SliceEngine<SingleFunctionSet<Single128>, Single128, float>(program, compiled),
    };

    /// <summary>Creates a worker in float64.</summary>
    internal static SliceWorker<double> Double(SliceProgram program, VectorWidth width, bool compiled) => width switch
    {
        VectorWidth.Bits512 => new SliceEngine<DoubleFunctionSet<Double512>, Double512, double>(program, compiled),
        VectorWidth.Bits256 => new SliceEngine<DoubleFunctionSet<Double256>, Double256, double>(program, compiled),
        _ => new SliceEngine<DoubleFunctionSet<Double128>, Double128, double>(program, compiled),
    };
}
