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
    private readonly StripTable<T> _table;
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
        _table = new(plan, Longest * V.Count);
        _copies =
        [
            .. Enumerable.Range(0, plan.Slices.Length)
                .Select(r => (From: Array.IndexOf(plan.Slices, plan.Slices[r]), To: r))
                .Where(c => c.From != c.To)
        ];
        (_slices, _rows, _columns) = (
            _table.Operands(StripPlace.Slice), _table.Operands(StripPlace.Row), _table.Operands(StripPlace.Column));
        _results = [.. ResultPlaces()];
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
        var table = _table.Start;
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
                void** inputs = _table.Inputs(s), outputs = _table.Outputs(s);
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
            var doubt = _table.Strip(_plan.Doubt);
            for (nint k = 0; k < count; k += V.Count)
            {
                Doubt += V.Load(doubt + k);
            }
        }
    }

    // The strip of a result is the memory of its slot. No other value takes the strip after it.
    private IEnumerable<(int Place, int Index)> ResultPlaces() =>
        _table.Operands(StripPlace.Value)
            .Concat(_table.Outputs())
            .Select(o => (o.Item1, Array.IndexOf(_plan.Slices, o.Item2)))
            .Where(o => o.Item2 >= 0);
}
