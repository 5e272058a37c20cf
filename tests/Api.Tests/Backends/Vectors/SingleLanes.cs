namespace HadamardNtk.Api.Tests;

/// <summary>The functions of float lanes as types.</summary>
internal static class SingleLanes
{
    public readonly struct Acos : ILaneFunction<float>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, float> => SingleFunctions.Acos(x);
    }

    public readonly struct Exp : ILaneFunction<float>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, float> => SingleFunctions.Exp(x);
    }

    public readonly struct Atan2 : ILaneFunction<float>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, float> => SingleFunctions.Atan2(x, y);
    }

    public readonly struct AtanRight : ILaneFunction<float>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, float> => SingleFunctions.AtanRight(x, y);
    }
}
