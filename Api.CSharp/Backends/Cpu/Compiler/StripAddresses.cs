using System.Numerics;
using System.Runtime.CompilerServices;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The addresses of a plan's steps on strips of rows. From strip to strip, only the addresses that depend on the row,
/// the columns or the line change.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class StripAddresses<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly StripPlan _plan;
    private readonly StripTable<T> _table;

    // The places in the table that depend on the row, the columns or the line, and the address of sample 0's value.
    private readonly int[] _rowPlaces, _columnPlaces, _linePlaces;
    private readonly T*[] _rowValues, _columnValues;
    private StripSamples<T>? _rows, _columns;
    private bool _isInLine;
    private T* _line;

    internal StripAddresses(StripPlan plan)
    {
        (_plan, _table) = (plan, new(plan, StripRunner<T>.Longest));
        (_rowPlaces, _columnPlaces) = (Places(StripPlace.Row), Places(StripPlace.Column));
        (_rowValues, _columnValues) = (new T*[_rowPlaces.Length], new T*[_columnPlaces.Length]);
        _linePlaces = [.. Places(StripPlace.Product), .. ResultPlaces()];
    }

    /// <summary>The number of steps.</summary>
    internal int Steps => _table.Steps;

    /// <summary>The address of the kernel's values.</summary>
    internal T* Result => _isInLine ? _line : _table.Strip(_plan.Result);

    /// <summary>The address of the doubts, or of the likeness if the plan has no doubts.</summary>
    internal T* Doubt => _table.Strip(_plan.Doubt);

    /// <summary>The address of the likeness, |ρ| of the inputs.</summary>
    internal T* Likeness => _table.Strip(_plan.Likeness);

    /// <summary>The addresses of a step's inputs.</summary>
    internal void** Inputs(int step) => _table.Inputs(step);

    /// <summary>The addresses of a step's outputs.</summary>
    internal void** Outputs(int step) => _table.Outputs(step);

    /// <summary>Sets the addresses that depend on row i, columns j, ... and the line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Set(StripSamples<T> rows, int i, StripSamples<T> columns, int j, T* line)
    {
        if (rows != _rows || columns != _columns)
        {
            (_rows, _columns) = (rows, columns);
            Find(StripPlace.Row, rows, _rowValues);
            Find(StripPlace.Column, columns, _columnValues);
        }

        _line = line;
        var table = _table.Start;
        for (var k = 0; k < _rowPlaces.Length; k++)
        {
            table[_rowPlaces[k]] = _rowValues[k] + i;
        }

        for (var k = 0; k < _columnPlaces.Length; k++)
        {
            table[_columnPlaces[k]] = _columnValues[k] + j;
        }

        foreach (var place in _linePlaces)
        {
            table[place] = line;
        }
    }

    public void Dispose() => _table.Dispose();

    private int[] Places(StripPlace what) => [.. _table.Operands(what).Select(o => o.Place)];

    // A chunk reads all inputs of a vector before it writes, so that the kernel of the last chunk can overwrite the
    // products.
    private int[] ResultPlaces()
    {
        var last = _plan.Steps[^1];
        var output = Array.IndexOf(last.Outputs, _plan.Result);
        _isInLine = last.Chunk is not null
            && output >= 0
            && _plan.Result != _plan.Doubt
            && _plan.Result != _plan.Likeness;
        return _isInLine ? [_table.Outputs().Last(o => o.Strip == _plan.Result).Place] : [];
    }

    private void Find(StripPlace what, StripSamples<T> samples, T*[] values)
    {
        var k = 0;
        foreach (var (_, index) in _table.Operands(what))
        {
            values[k++] = samples.Value(index, 0);
        }
    }
}
