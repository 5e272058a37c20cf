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

    public readonly struct ExpM1 : ILaneFunction<double>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, double> => DoubleFunctions.ExpM1(x);
    }

    public readonly struct Log : ILaneFunction<double>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, double> => DoubleFunctions.Log(x);
    }

    public readonly struct Log1P : ILaneFunction<double>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, double> => DoubleFunctions.Log1P(x);
    }

    public readonly struct Sin : ILaneFunction<double>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, double> => DoubleFunctions.Sin(x);
    }

    public readonly struct Cos : ILaneFunction<double>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, double> => DoubleFunctions.Cos(x);
    }

    public readonly struct Tanh : ILaneFunction<double>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, double> => DoubleFunctions.Tanh(x);
    }

    public readonly struct Erf : ILaneFunction<double>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, double> => DoubleFunctions.Erf(x);
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

    public readonly struct ExpSinh : ILaneFunction<double>
    {
        public static V At<V>(V x, V y)
            where V : struct, ILanes<V, double> => DoubleFunctions.ExpSinh(x, y);
    }
}
