namespace HadamardNtk;

/// <summary>
/// A vector of numbers with arithmetic lane by lane. Implementations are structs around a hardware vector, so that code
/// generic over them is compiled once for each, without calls. Every operation is the correctly rounded one of IEEE
/// 754. Hence the bits of a lane depend neither on its position nor on the number of lanes.
/// </summary>
/// <remarks>Comparisons give masks: all bits of a lane are set where true, and none where false.</remarks>
/// <typeparam name="TSelf">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal unsafe interface ILanes<TSelf, T>
    where TSelf : struct, ILanes<TSelf, T>
    where T : unmanaged
{
    /// <summary>The number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>x in every lane.</summary>
    static abstract TSelf Create(T x);

    /// <summary>x, rounded to T, in every lane.</summary>
    static abstract TSelf Number(double x);

    /// <summary>x, rounded to T.</summary>
    static abstract T Rounded(double x);

    /// <summary>Loads the lanes from memory, which need not be aligned.</summary>
    static abstract TSelf Load(T* from);

    /// <summary>The lanes from float32 numbers in memory.</summary>
    static abstract TSelf Widen(float* from);

    /// <summary>Stores the lanes to memory, which need not be aligned.</summary>
    static abstract void Store(TSelf a, T* to);

    /// <summary>a + b.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>a - b.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>a b.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>a / b.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>-a.</summary>
    static abstract TSelf operator -(TSelf a);

    /// <summary>The bitwise and.</summary>
    static abstract TSelf operator &(TSelf a, TSelf b);

    /// <summary>The bitwise or.</summary>
    static abstract TSelf operator |(TSelf a, TSelf b);

    /// <summary>The bitwise exclusive or.</summary>
    static abstract TSelf operator ^(TSelf a, TSelf b);

    /// <summary>The bits of a that are not set in b.</summary>
    static abstract TSelf Without(TSelf a, TSelf b);

    /// <summary>The mask of a &lt; b.</summary>
    static abstract TSelf Less(TSelf a, TSelf b);

    /// <summary>The mask of a ≤ b.</summary>
    static abstract TSelf AtMost(TSelf a, TSelf b);

    /// <summary>The mask of a = b, which is false where one of them is not a number.</summary>
    static abstract TSelf Equal(TSelf a, TSelf b);

    /// <summary>a where the mask is set, else b.</summary>
    static abstract TSelf Select(TSelf mask, TSelf a, TSelf b);

    /// <summary>Whether the mask is set in any lane.</summary>
    static abstract bool Any(TSelf mask);

    /// <summary>The mask as bits: bit k is set if lane k is.</summary>
    static abstract uint Bits(TSelf mask);

    /// <summary>a b + c, rounded once.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    /// <summary>The square root.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>|a|.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>
    /// The lesser. If b is not a number, neither is the result; if only a is not, it is b or not a number.
    /// </summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>
    /// The greater. If b is not a number, neither is the result; if only a is not, it is b or not a number.
    /// </summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The nearest whole number, ties to even.</summary>
    static abstract TSelf Round(TSelf a);

    /// <summary>2^n for whole n within the range of normal numbers, by its exponent bits.</summary>
    static abstract TSelf PowerOfTwo(TSelf n);
}
