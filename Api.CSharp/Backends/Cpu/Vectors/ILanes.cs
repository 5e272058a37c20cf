namespace HadamardNtk;

/// <summary>
/// A vector of numbers that arithmetic acts on lane by lane. Implementations are structs around a hardware vector, so
/// that code generic over them is compiled once for each, without calls. Every operation is the correctly rounded one of
/// IEEE 754, so the bits of a lane depend neither on its place nor on the number of lanes.
/// </summary>
/// <remarks>Comparisons give masks: all bits set where true, none where false.</remarks>
/// <typeparam name="TSelf">The vector.</typeparam>
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

    /// <summary>The lanes from memory, which need not be aligned.</summary>
    static abstract TSelf Load(T* from);

    /// <summary>The lanes to memory, which need not be aligned.</summary>
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

    /// <summary>The bits that both have.</summary>
    static abstract TSelf operator &(TSelf a, TSelf b);

    /// <summary>The bits that either has.</summary>
    static abstract TSelf operator |(TSelf a, TSelf b);

    /// <summary>The bits that one has and the other has not.</summary>
    static abstract TSelf operator ^(TSelf a, TSelf b);

    /// <summary>The bits of a that b has not.</summary>
    static abstract TSelf Without(TSelf a, TSelf b);

    /// <summary>Where a is less than b.</summary>
    static abstract TSelf Less(TSelf a, TSelf b);

    /// <summary>Where a is at most b.</summary>
    static abstract TSelf AtMost(TSelf a, TSelf b);

    /// <summary>Where a equals b; nowhere where one is not a number.</summary>
    static abstract TSelf Equal(TSelf a, TSelf b);

    /// <summary>a where the mask is set, else b.</summary>
    static abstract TSelf Select(TSelf mask, TSelf a, TSelf b);

    /// <summary>Whether the mask is set anywhere.</summary>
    static abstract bool Any(TSelf mask);

    /// <summary>Bit k is set where lane k of the mask is.</summary>
    static abstract uint Bits(TSelf mask);

    /// <summary>a b + c, rounded once.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    /// <summary>The square root.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>|a|.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>The lesser; not a number where b is not, and b (or not a number) where only a is not.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>The greater; not a number where b is not, and b (or not a number) where only a is not.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The nearest whole number, ties to even.</summary>
    static abstract TSelf Round(TSelf a);

    /// <summary>2^n for whole n within the range of normal numbers, from their exponent bits.</summary>
    static abstract TSelf PowerOfTwo(TSelf n);

    /// <summary>The exponent n of a = m 2^n, 1 ≤ m &lt; 2, as a number, for positive normal a.</summary>
    static abstract TSelf Exponent(TSelf a);

    /// <summary>The significand m of a = m 2^n, 1 ≤ m &lt; 2, for positive normal a.</summary>
    static abstract TSelf Significand(TSelf a);
}
