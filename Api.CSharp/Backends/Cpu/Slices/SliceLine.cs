using System.Numerics;

namespace HadamardNtk;

/// <summary>The values of samples along a run of positions of a row's sample, and of the columns' samples.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="Row">The address of the first value of the row's positions.</param>
/// <param name="RowStride">The distance from one of its values to the next.</param>
/// <param name="RowStep">The distance from a position to the next.</param>
/// <param name="Column">The address of the first value of the columns' positions.</param>
/// <param name="ColumnStride">The distance from one of its values to the next.</param>
/// <param name="Positions">The number of positions.</param>
/// <param name="RowPosition">The row's first position.</param>
/// <param name="ColumnPosition">The columns' first position.</param>
/// <param name="RowTables">The row's tables by series.</param>
/// <param name="ColumnTables">The columns' tables by series.</param>
internal readonly unsafe record struct SliceLine<T>(
    nint Row,
    nint RowStride,
    int RowStep,
    nint Column,
    nint ColumnStride,
    int Positions,
    int RowPosition,
    int ColumnPosition,
    SliceTable<T>?[] RowTables,
    SliceTable<T>?[] ColumnTables)
    where T : unmanaged, IFloatingPointIeee754<T>;
