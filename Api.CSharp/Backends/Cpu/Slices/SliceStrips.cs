using System.Numerics;
using System.Runtime.CompilerServices;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// Runs a pass's strip program along positions side by side, with a vector of samples at each. The addresses that
/// depend on the positions are set for every run.
/// </summary>
/// <typeparam name="F">The elementary functions.</typeparam>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class SliceStrips<F, V, T> : IDisposable
    where F : struct, IFunctionSet<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // The most positions of a run, whose strips stay in the first-level cache.
    private const int Longest = 16;

    private readonly StripPlan _plan;
    private readonly ChunkMethod?[] _code;
    private readonly int[] _first;
    private readonly NativeBuffer<T> _constants;
    private readonly NativeBuffer<T> _strips;
    private readonly NativeBuffer<nint> _table;
    private readonly NativeBuffer<T> _room;

    // The indices in the table that depend on the positions, and the number of the input, value or result.
    private readonly (int Place, int Index)[] _slices, _rows, _columns, _results;
    private readonly (int From, int To)[] _copies;

    internal SliceStrips(StripPlan plan, bool compiled)
    {
        _plan = plan;
        _code = [.. plan.Steps.Select(s => compiled ? ChunkCode<F, V, T>.Of(s.Chunk!) : null)];
        _room = new(
            compiled ? 1 : Longest * V.Count * plan.Steps.Max(s => ChunkInterpreter<F, V, T>.Room(s.Chunk!)));
        _constants = new(plan.Program.Constants.Length);
        for (var k = 0; k < plan.Program.Constants.Length; k++)
        {
            _constants.Start[k] = T.CreateTruncating(plan.Program.Constants[k]);
        }

        _strips = new(plan.Strips * Longest * V.Count);
        _first = new int[plan.Steps.Length + 1];
        for (var s = 0; s < plan.Steps.Length; s++)
        {
            _first[s + 1] = _first[s] + plan.Steps[s].Inputs.Length + plan.Steps[s].Outputs.Length;
        }

        _table = new(_first[^1]);
        _copies =
        [
            .. Enumerable.Range(0, plan.Slices.Length)
                .Select(r => (From: Array.IndexOf(plan.Slices, plan.Slices[r]), To: r))
                .Where(c => c.From != c.To)
        ];
        (_slices, _rows, _columns) = (Places(StripPlace.Slice), Places(StripPlace.Row), Places(StripPlace.Column));
        _results = [.. ResultPlaces()];
        SetFixed();
    }

    /// <summary>The sum of each lane's doubts since it was last set.</summary>
    internal V Doubt { get; set; }

    /// <summary>Runs the program.</summary>
    /// <param name="slices">The addresses of the slices that it reads.</param>
    /// <param name="results">The addresses of the slots that it fills.</param>
    /// <param name="row">The address of the first value of the row's positions.</param>
    /// <param name="rowStride">The distance from one of its values to the next.</param>
    /// <param name="rowStep">The distance from a position to the next.</param>
    /// <param name="column">The address of the first value of the columns' positions.</param>
    /// <param name="columnStride">The distance from one of its values to the next.</param>
    /// <param name="positions">The number of positions.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Run(
        T** slices, T** results, T* row, nint rowStride, int rowStep, T* column, nint columnStride, int positions)
    {
        var table = (T**)_table.Start;
        for (var at = 0; at < positions; at += Longest)
        {
            var place = (nint)at * V.Count;
            foreach (var (k, input) in _slices)
            {
                table[k] = slices[input] + place;
            }

            foreach (var (k, value) in _rows)
            {
                table[k] = row + value * rowStride + (nint)at * rowStep;
            }

            foreach (var (k, value) in _columns)
            {
                table[k] = column + value * columnStride + place;
            }

            foreach (var (k, result) in _results)
            {
                table[k] = results[result] + place;
            }

            var count = (nint)Math.Min(Longest, positions - at) * V.Count;
            for (var s = 0; s < _code.Length; s++)
            {
                var inputs = (void**)(table + _first[s]);
                var outputs = inputs + _plan.Steps[s].Inputs.Length;
                if (_code[s] is { } code)
                {
                    code(inputs, outputs, count);
                }
                else
                {
                    ChunkInterpreter<F, V, T>.Run(_plan.Steps[s].Chunk!, inputs, outputs, count, _room.Start);
                }
            }

            Finish(results, place, count);
        }
    }

    public void Dispose()
    {
        _constants.Dispose();
        _strips.Dispose();
        _table.Dispose();
        _room.Dispose();
    }

    private void Finish(T** results, nint place, nint count)
    {
        foreach (var (from, to) in _copies)
        {
            Unsafe.CopyBlock(results[to] + place, results[from] + place, (uint)(count * sizeof(T)));
        }

        if (_plan.HasDoubts)
        {
            var doubt = Strip(_plan.Doubt);
            for (nint k = 0; k < count; k += V.Count)
            {
                Doubt += V.Load(doubt + k);
            }
        }
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

    private (int, int)[] Places(StripPlace what) =>
        [.. Operands().Where(o => o.Operand.Place == what).Select(o => (o.Place, o.Operand.Index))];

    // The strip of a result is the memory of its slot. No other value takes the strip after it.
    private IEnumerable<(int, int)> ResultPlaces()
    {
        foreach (var (place, operand) in Operands())
        {
            if (operand.Place == StripPlace.Value && Array.IndexOf(_plan.Slices, operand.Index) is >= 0 and var r)
            {
                yield return (place, r);
            }
        }

        for (var s = 0; s < _plan.Steps.Length; s++)
        {
            var step = _plan.Steps[s];
            for (var k = 0; k < step.Outputs.Length; k++)
            {
                if (Array.IndexOf(_plan.Slices, step.Outputs[k]) is >= 0 and var r)
                {
                    yield return (_first[s] + step.Inputs.Length + k, r);
                }
            }
        }
    }

    private void SetFixed()
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
            var step = _plan.Steps[s];
            for (var k = 0; k < step.Outputs.Length; k++)
            {
                _table.Start[_first[s] + step.Inputs.Length + k] = (nint)Strip(step.Outputs[k]);
            }
        }
    }

    private T* Strip(int strip) => _strips.Start + (nint)strip * Longest * V.Count;
}
