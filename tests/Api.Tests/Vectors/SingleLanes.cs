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

    public readonly struct ExpM1 : ILaneFunction<float>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, float> => SingleFunctions.ExpM1(x);
    }

    public readonly struct Log : ILaneFunction<float>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, float> => SingleFunctions.Log(x);
    }

    public readonly struct Log1P : ILaneFunction<float>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, float> => SingleFunctions.Log1P(x);
    }

    public readonly struct Sin : ILaneFunction<float>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, float> => SingleFunctions.Sin(x);
    }

    public readonly struct Cos : ILaneFunction<float>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, float> => SingleFunctions.Cos(x);
    }

    public readonly struct Tanh : ILaneFunction<float>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, float> => SingleFunctions.Tanh(x);
    }

    public readonly struct Erf : ILaneFunction<float>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, float> => SingleFunctions.Erf(x);
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

    public readonly struct ExpSinh : ILaneFunction<float>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, float> => SingleFunctions.ExpSinh(x, y);
    }
}
