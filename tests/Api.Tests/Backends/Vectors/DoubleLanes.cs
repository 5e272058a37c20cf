namespace HadamardNtk.Api.Tests;

/// <summary>The functions of double lanes as types.</summary>
internal static class DoubleLanes
{
    public readonly struct Acos : ILaneFunction<double>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, double> => DoubleFunctions.Acos(x);
    }

    public readonly struct Exp : ILaneFunction<double>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, double> => DoubleFunctions.Exp(x);
    }

    public readonly struct Atan2 : ILaneFunction<double>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, double> => DoubleFunctions.Atan2(x, y);
    }

    public readonly struct AtanRight : ILaneFunction<double>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, double> => DoubleFunctions.AtanRight(x, y);
    }
}
