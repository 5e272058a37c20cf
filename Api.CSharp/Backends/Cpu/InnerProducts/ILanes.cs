namespace HadamardNtk;

/// <summary>
/// A vector <typeparamref name="V"/> of <see cref="Count"/> numbers <typeparamref name="T"/>: all that a kernel needs,
/// so that one text serves both precisions and every vector width.
/// </summary>
/// <typeparam name="V">The vector.</typeparam>
/// <typeparam name="T">A number in it: float or double.</typeparam>
internal unsafe interface ILanes<V, T>
    where V : struct
    where T : unmanaged
{
    /// <summary>Numbers in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>(from[0], ..., from[Count - 1]).</summary>
    static abstract V Load(T* from);

    /// <summary>(value, ..., value).</summary>
    static abstract V Fill(T value);

    /// <summary>x·y + sum, rounded once, lane by lane.</summary>
    static abstract V MultiplyAdd(V x, V y, V sum);

    /// <summary>x + y, lane by lane.</summary>
    static abstract V Add(V x, V y);

    /// <summary>Writes the numbers to to[0], ..., to[Count - 1].</summary>
    static abstract void Store(V value, T* to);

    /// <summary>The nearest number.</summary>
    static abstract T Round(double value);
}
