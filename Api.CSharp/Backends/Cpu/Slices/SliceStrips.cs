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

    private readonly SliceProgram _program;
    private readonly StripPlan _plan;
    private readonly int[] _series;
    private readonly ChunkMethod?[] _code;
    private readonly StripTable<T> _table;
    private readonly NativeBuffer<T> _room;

    // The indices in the table that depend on the positions, and the number of the input, value or result.
    private readonly (int Place, int Index)[] _slices, _rows, _columns, _results;
    private readonly (int From, int To)[] _copies;

    internal SliceStrips(SliceProgram program, StripPlan plan, int[] series, bool compiled)
    {
        (_program, _plan, _series) = (program, plan, series);
        var chunks = plan.Steps.Select(s => s.Chunk).OfType<Chunk>();
        _code = [.. plan.Steps.Select(s => compiled && s.Chunk is { } chunk ? ChunkCode<F, V, T>.Of(chunk) : null)];
        _room = new(compiled ? 1 : Longest * V.Count * chunks.Max(c => ChunkInterpreter<F, V, T>.Room(c)));
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
    /// <param name="line">The values of samples.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Run(T** slices, T** results, in SliceLine<T> line)
    {
        var table = _table.Start;
        T* row = (T*)line.Row, column = (T*)line.Column;
        for (var at = 0; at < line.Positions; at += Longest)
        {
            var place = (nint)at * V.Count;
            foreach (var (k, input) in _slices)
            {
                table[k] = slices[input] + place;
            }

            foreach (var (k, value) in _rows)
            {
                table[k] = row + value * line.RowStride + (nint)at * line.RowStep;
            }

            foreach (var (k, value) in _columns)
            {
                table[k] = column + value * line.ColumnStride + place;
            }

            foreach (var (k, result) in _results)
            {
                table[k] = results[result] + place;
            }

            var count = (nint)Math.Min(Longest, line.Positions - at) * V.Count;
            for (var s = 0; s < _code.Length; s++)
            {
                void** inputs = _table.Inputs(s), outputs = _table.Outputs(s);
                if (_code[s] is { } code)
                {
                    code(inputs, outputs, count);
                }
                else if (_plan.Steps[s].Chunk is { } chunk)
                {
                    ChunkInterpreter<F, V, T>.Run(chunk, inputs, outputs, count, _room.Start);
                }
                else
                {
                    Series(s, line, at, (int)count / V.Count, (T*)inputs[0], outputs);
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

    private void Series(int step, in SliceLine<T> line, int at, int count, T* rho, void** outputs)
    {
        var (rows, columns) = (line.RowTables[_series[step]]!, line.ColumnTables[_series[step]]!);
        var (p, q) = (line.RowPosition + at, line.ColumnPosition + at);
        T* to = (T*)outputs[0], slopes = _plan.Steps[step].Slope < 0 ? null : (T*)outputs[1];
        var isWhole = rows.Lanes == 1
            ? SliceSeries<OneRow<V, T>, V, T>.Run(rows, p, columns, q, count, rho, to, slopes)
            : SliceSeries<OwnRows<V, T>, V, T>.Run(rows, p, columns, q, count, rho, to, slopes);
        if (!isWhole)
        {
            var plan = _program.Series[_series[step]];
            SliceDefinitions<T>.Fill(_program.Families.Of(plan.Function), rows, p, columns, q, count, rho, to);
            if (slopes != null)
            {
                SliceDefinitions<T>.Fill(_program.Families.Of(plan.Slope!), rows, p, columns, q, count, rho, slopes);
            }
        }
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
