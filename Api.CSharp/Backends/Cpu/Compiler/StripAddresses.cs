using System.Numerics;
using System.Runtime.CompilerServices;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The addresses of the inputs and outputs of a plan's steps, as one table. From strip to strip, only the addresses
/// that depend on the row, the columns or the line change.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class StripAddresses<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly StripPlan _plan;
    private readonly NativeBuffer<T> _constants;
    private readonly NativeBuffer<T> _strips;
    private readonly NativeBuffer<nint> _table;
    private readonly int[] _first;

    // The indices in the table that depend on the row, the columns or the line, and the address of sample 0's value.
    private readonly int[] _rowPlaces, _columnPlaces, _linePlaces;
    private readonly T*[] _rowValues, _columnValues;
    private StripSamples<T>? _rows, _columns;
    private bool _isInLine;
    private T* _line;

    internal StripAddresses(StripPlan plan)
    {
        _plan = plan;
        _constants = new NativeBuffer<T>(plan.Program.Constants.Length);
        for (var k = 0; k < plan.Program.Constants.Length; k++)
        {
            _constants.Start[k] = T.CreateTruncating(plan.Program.Constants[k]);
        }

        _strips = new NativeBuffer<T>(plan.Strips * StripRunner<T>.Longest);
        _first = new int[plan.Steps.Length + 1];
        for (var s = 0; s < plan.Steps.Length; s++)
        {
            _first[s + 1] = _first[s] + plan.Steps[s].Inputs.Length + plan.Steps[s].Outputs.Length;
        }

        _table = new NativeBuffer<nint>(_first[^1]);
        (_rowPlaces, _columnPlaces) = (Places(StripPlace.Row), Places(StripPlace.Column));
        (_rowValues, _columnValues) = (new T*[_rowPlaces.Length], new T*[_columnPlaces.Length]);
        _linePlaces = [.. Places(StripPlace.Product), .. ResultPlaces()];
        SetStrips();
    }

    /// <summary>The number of steps.</summary>
    internal int Steps => _first.Length - 1;

    /// <summary>The address of the kernel's values.</summary>
    internal T* Result => _isInLine ? _line : Strip(_plan.Result);

    /// <summary>The address of the doubts, or of the likeness if the plan has no doubts.</summary>
    internal T* Doubt => Strip(_plan.Doubt);

    /// <summary>The address of the likeness, |ρ| of the inputs.</summary>
    internal T* Likeness => Strip(_plan.Likeness);

    /// <summary>The addresses of a step's inputs.</summary>
    internal void** Inputs(int step) => (void**)(_table.Start + _first[step]);

    /// <summary>The addresses of a step's outputs.</summary>
    internal void** Outputs(int step) => Inputs(step) + _plan.Steps[step].Inputs.Length;

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
        var table = (T**)_table.Start;
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

    public void Dispose()
    {
        _constants.Dispose();
        _strips.Dispose();
        _table.Dispose();
    }

    private IEnumerable<(int Place, StripOperand Operand)> Operands()
    {
        for (var s = 0; s < _plan.Steps.Length; s++)
        {
            var inputs = _plan.Steps[s].Inputs;
            for (var k = 0; k < inputs.Length; k++)
            {
                yield return (_first[s] + k, inputs[k]);
            }
        }
    }

    private int[] Places(StripPlace what) => [.. Operands().Where(o => o.Operand.Place == what).Select(o => o.Place)];

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
        return _isInLine ? [_first[^2] + last.Inputs.Length + output] : [];
    }

    private void SetStrips()
    {
        foreach (var (place, operand) in Operands())
        {
            _table.Start[place] = operand.Place switch
            {
                StripPlace.Constant => (nint)(_constants.Start + operand.Index),
                StripPlace.Value => (nint)Strip(operand.Index),
                _ => 0,
            };
        }

        for (var s = 0; s < _plan.Steps.Length; s++)
        {
            for (var k = 0; k < _plan.Steps[s].Outputs.Length; k++)
            {
                Outputs(s)[k] = Strip(_plan.Steps[s].Outputs[k]);
            }
        }
    }

    private void Find(StripPlace what, StripSamples<T> samples, T*[] values)
    {
        var k = 0;
        foreach (var (_, operand) in Operands())
        {
            if (operand.Place == what)
            {
                values[k++] = samples.Value(operand.Index, 0);
            }
        }
    }

    private T* Strip(int strip) => _strips.Start + strip * StripRunner<T>.Longest;
}
