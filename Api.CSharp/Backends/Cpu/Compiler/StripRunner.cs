using System.Numerics;
using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>Runs a plan on strips of pairs, one row against consecutive columns, on one thread.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal abstract unsafe class StripRunner<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The largest number of columns of a strip.</summary>
    internal const int Longest = 256;

    private readonly StripAddresses<T> _addresses;
    private readonly NativeBuffer<T> _room;

    private protected StripRunner(StripPlan plan, int room)
    {
        (Plan, _addresses) = (plan, new(plan));
        _room = new NativeBuffer<T>(Math.Max(room, 1), clear: false);
    }

    /// <summary>The plan that is run.</summary>
    internal StripPlan Plan { get; }

    private protected T* Room => _room.Start;

    /// <summary>
    /// Runs row i against columns j, ..., j + count - 1. On entry <paramref name="line"/> has the inner products, on
    /// return the kernel. Bit p of the result is set if panel p has a pair that may be in doubt or of equal rows;
    /// <see cref="Alike"/> and <see cref="Doubtful"/> then give the pairs.
    /// </summary>
    /// <param name="rows">The rows' samples.</param>
    /// <param name="i">The row.</param>
    /// <param name="columns">The columns' samples.</param>
    /// <param name="j">The first column, a multiple of a panel.</param>
    /// <param name="count">The number of columns, a multiple of a panel, at most <see cref="Longest"/>.</param>
    /// <param name="line">The inner products, then the kernel. It must stay while the pairs are asked for.</param>
    /// <param name="limit">The greatest |ρ| that is not in doubt.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal uint Run(StripSamples<T> rows, int i, StripSamples<T> columns, int j, int count, T* line, T limit)
    {
        _addresses.Set(rows, i, columns, j, line);
        for (var s = 0; s < _addresses.Steps; s++)
        {
            Run(s, rows, i, columns, j, count, _addresses.Inputs(s), _addresses.Outputs(s));
        }

        return Finish(_addresses.Result, _addresses.Doubt, _addresses.Likeness, count, line, limit);
    }

    /// <summary>
    /// The pairs in doubt of a panel of the last strip, a bit for each: a value is not finite, a sample is out of
    /// range, or an angle is nearer to 0 or π than the limit.
    /// </summary>
    /// <param name="place">The panel's first pair.</param>
    /// <param name="limit">The greatest |ρ| that is not in doubt.</param>
    internal uint Doubtful(int place, T limit) =>
        Unknown(place) | (Plan.HasDoubts ? Beyond(_addresses.Doubt + place, limit) : 0);

    /// <summary>The pairs of a panel whose rows may be equal, a bit for each.</summary>
    /// <param name="place">The panel's first pair.</param>
    /// <param name="limit">The greatest |ρ| that is not in doubt.</param>
    internal uint Alike(int place, T limit) => Beyond(_addresses.Likeness + place, limit);

    /// <summary>
    /// The pairs of a panel without a value, a bit for each: the value is not finite, or a sample is out of range.
    /// </summary>
    /// <param name="place">The panel's first pair.</param>
    internal abstract uint Unknown(int place);

    public void Dispose()
    {
        _addresses.Dispose();
        _room.Dispose();
    }

    private protected abstract void Run(
        int step, StripSamples<T> rows, int i, StripSamples<T> columns, int j, nint count,
        void** inputs, void** outputs);

    private protected abstract uint Finish(T* result, T* doubt, T* likeness, nint count, T* line, T limit);

    /// <summary>The numbers of a panel that are not at most the limit, a bit for each.</summary>
    private protected abstract uint Beyond(T* panel, T limit);

    private protected T* Result => _addresses.Result;

    private protected T* Likeness => _addresses.Likeness;
}

/// <summary>Runs a plan with vectors of one type, by machine code or by interpretation.</summary>
/// <typeparam name="F">The elementary functions.</typeparam>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class StripRunner<F, V, T> : StripRunner<T>
    where F : struct, IFunctionSet<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Panel = HermitePanels<T>.Width;

    private readonly ChunkMethod?[] _code;

    internal StripRunner(StripPlan plan, bool compiled)
        : base(
            plan,
            Math.Max(
                Series<V, T>.Room,
                compiled
                    ? 0
                    : Longest * plan.Steps.Max(
                        s => s.Chunk is { } chunk ? ChunkInterpreter<F, V, T>.Room(chunk) : 0))) =>
        _code = [.. plan.Steps.Select(s => compiled && s.Chunk is { } chunk ? ChunkCode<F, V, T>.Of(chunk) : null)];

    /// <inheritdoc/>
    internal override uint Unknown(int place)
    {
        var (infinity, unknown) = (V.Create(T.PositiveInfinity), 0u);
        for (nint k = 0; k < Panel; k += V.Count)
        {
            V known = V.Less(V.Abs(V.Load(Result + place + k)), infinity)
                & V.Less(V.Load(Likeness + place + k), infinity);
            unknown |= V.Bits(V.Without(V.Equal(default, default), known)) << (int)k;
        }

        return unknown;
    }

    private protected override uint Beyond(T* panel, T limit)
    {
        var (most, beyond) = (V.Create(limit), 0u);
        for (nint k = 0; k < Panel; k += V.Count)
        {
            beyond |= V.Bits(V.Without(V.Equal(default, default), V.AtMost(V.Load(panel + k), most))) << (int)k;
        }

        return beyond;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override void Run(
        int step, StripSamples<T> rows, int i, StripSamples<T> columns, int j, nint count,
        void** inputs, void** outputs)
    {
        if (_code[step] is { } code)
        {
            code(inputs, outputs, count);
            return;
        }

        var (chunk, table) = (Plan.Steps[step].Chunk, Plan.Steps[step].Table);
        if (chunk is not null)
        {
            ChunkInterpreter<F, V, T>.Run(chunk, inputs, outputs, count, Room);
        }
        else if (Plan.Steps[step].Slope < 0)
        {
            Series<V, T>.Run(
                rows.Tables[table]!, i, columns.Tables[table]!, j, count, (T*)inputs[0], (T*)outputs[0], Room);
        }
        else
        {
            SlopeSeries<V, T>.Run(
                rows.Slopes[table]!, i, columns.Slopes[table]!, j, count, (T*)inputs[0],
                (T*)outputs[0], (T*)outputs[1], Room);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override uint Finish(T* result, T* doubt, T* likeness, nint count, T* line, T limit)
    {
        var (most, infinity) = (V.Create(limit), V.Create(T.PositiveInfinity));
        var panels = 0u;
        for (nint p = 0; p < count; p += Panel)
        {
            var fine = V.Equal(default, default);
            for (var k = p; k < p + Panel; k += V.Count)
            {
                var value = V.Load(result + k);
                V.Store(value, line + k);
                fine &= V.AtMost(V.Load(doubt + k), most)
                    & V.AtMost(V.Load(likeness + k), most)
                    & V.Less(V.Abs(value), infinity);
            }

            panels |= V.Any(V.Without(V.Equal(default, default), fine)) ? 1u << (int)(p / Panel) : 0;
        }

        return panels;
    }
}
