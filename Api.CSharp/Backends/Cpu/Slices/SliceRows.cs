using System.Numerics;
using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>How a series reads the values of the row's positions: one sample's, or each lane's own.</summary>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal unsafe interface ISliceRows<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    /// <summary>Number k of a table.</summary>
    static abstract V Load(T* numbers, nint k);

    /// <summary>The decay at a rung.</summary>
    static abstract V Decay(float* decays, nint rung);
}

/// <summary>One sample against those of the lanes.</summary>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal readonly unsafe struct OneRow<V, T> : ISliceRows<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(T* numbers, nint k) => V.Create(numbers[k]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Decay(float* decays, nint rung) => V.Create(T.CreateTruncating(decays[rung]));
}

/// <summary>The sample of each lane with itself.</summary>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal readonly unsafe struct OwnRows<V, T> : ISliceRows<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(T* numbers, nint k) => V.Load(numbers + k * V.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Decay(float* decays, nint rung) => V.Widen(decays + rung * V.Count);
}

/// <summary>The tables of four pairs of positions.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal unsafe struct SliceFour<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private fixed long _at[4], _rows[4], _columns[4], _rowDecays[4], _columnDecays[4];

    /// <summary>Sets the tables; of fewer than four pairs the last is taken again.</summary>
    internal void Set(SliceTable<T> rows, int p, SliceTable<T> columns, int q, int at, int count)
    {
        for (var j = 0; j < 4; j++)
        {
            var k = Math.Min(at + j, count - 1);
            _at[j] = k;
            _rows[j] = (nint)rows.Coefficients(p + k);
            _columns[j] = (nint)columns.Coefficients(q + k);
            _rowDecays[j] = (nint)rows.Decays(p + k);
            _columnDecays[j] = (nint)columns.Decays(q + k);
        }
    }

    /// <summary>The number of a pair along the strip.</summary>
    internal readonly nint At(int j) => (nint)_at[j];

    internal readonly T* Rows(int j) => (T*)_rows[j];

    internal readonly T* Columns(int j) => (T*)_columns[j];

    internal readonly float* RowDecays(int j) => (float*)_rowDecays[j];

    internal readonly float* ColumnDecays(int j) => (float*)_columnDecays[j];
}
