using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>The elementary functions of one precision, as the strip operations need them.</summary>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal interface IFunctionSet<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    /// <summary>arccos x for x in [-1, 1].</summary>
    static abstract V Acos(V x);

    /// <summary>The angle of the point (x, y), from -π to π.</summary>
    static abstract V Atan2(V y, V x);

    /// <summary>e^x.</summary>
    static abstract V Exp(V x);

    /// <summary>The angle of the point (x, y) for x > 0.</summary>
    static abstract V AtanRight(V y, V x);

    /// <summary>(e^2c - 1)/(2c) for |c| at most 1/8.</summary>
    static abstract V OddQuotient(V c);
}

/// <summary>The elementary functions of float32.</summary>
internal readonly struct SingleFunctionSet<V> : IFunctionSet<V, float>
    where V : struct, ILanes<V, float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Acos(V x) => SingleFunctions.Acos(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Atan2(V y, V x) => SingleFunctions.Atan2(y, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp(V x) => SingleFunctions.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V AtanRight(V y, V x) => SingleFunctions.AtanRight(y, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V OddQuotient(V c) => SingleFunctions.OddQuotient(c);
}

/// <summary>The elementary functions of float64.</summary>
internal readonly struct DoubleFunctionSet<V> : IFunctionSet<V, double>
    where V : struct, ILanes<V, double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Acos(V x) => DoubleFunctions.Acos(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Atan2(V y, V x) => DoubleFunctions.Atan2(y, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp(V x) => DoubleFunctions.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V AtanRight(V y, V x) => DoubleFunctions.AtanRight(y, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V OddQuotient(V c) => DoubleFunctions.OddQuotient(c);
}
