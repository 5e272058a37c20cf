using System.Numerics;
using System.Runtime.CompilerServices;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Runs a plan on strips of pairs: one row against consecutive columns. One thread's.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal abstract unsafe class StripRunner<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The most columns of a strip.</summary>
    internal const int Longest = 256;

    private readonly NativeBuffer<T> _constants;
    private readonly NativeBuffer<T> _strips;
    private readonly NativeBuffer<nint> _addresses;
    private readonly NativeBuffer<T> _room;

    private protected StripRunner(StripPlan plan, int room)
    {
        Plan = plan;
        _constants = new NativeBuffer<T>(plan.Program.Constants.Length);
        for (var k = 0; k < plan.Program.Constants.Length; k++)
        {
            _constants.Start[k] = T.CreateTruncating(plan.Program.Constants[k]);
        }

        _strips = new NativeBuffer<T>(plan.Strips * Longest);
        _addresses = new NativeBuffer<nint>(plan.Steps.Max(s => s.Inputs.Length + s.Outputs.Length));
        _room = new NativeBuffer<T>(Math.Max(room, 1));
    }

    /// <summary>The plan.</summary>
    internal StripPlan Plan { get; }

    private protected T* Room => _room.Start;

    /// <summary>
    /// Runs row i against columns j, ..., j + count - 1. On entry <paramref name="line"/> has the inner products, on return
    /// the kernel. Returns whether a pair among them may be in doubt or of equal rows; <see cref="IsDoubtful"/> and
    /// <see cref="IsAlike"/> tell which.
    /// </summary>
    /// <param name="rows">The rows' samples.</param>
    /// <param name="i">The row.</param>
    /// <param name="columns">The columns' samples.</param>
    /// <param name="j">The first column, a multiple of a panel.</param>
    /// <param name="count">The number of columns, a multiple of a panel, at most <see cref="Longest"/>.</param>
    /// <param name="line">Inner products in, kernel out.</param>
    /// <param name="limit">The greatest |ρ| that is not in doubt.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool Run(StripSamples<T> rows, int i, StripSamples<T> columns, int j, int count, T* line, T limit)
    {
        var inputs = (void**)_addresses.Start;
        for (var s = 0; s < Plan.Steps.Length; s++)
        {
            var step = Plan.Steps[s];
            var outputs = inputs + step.Inputs.Length;
            for (var k = 0; k < step.Inputs.Length; k++)
            {
                inputs[k] = Find(step.Inputs[k], rows, i, columns, j, line);
            }

            for (var k = 0; k < step.Outputs.Length; k++)
            {
                outputs[k] = Strip(step.Outputs[k]);
            }

            Run(s, rows, i, columns, j, count, inputs, outputs);
        }

        return Finish(Strip(Plan.Result), Strip(Plan.Doubt), Strip(Plan.Likeness), count, line, limit);
    }

    /// <summary>
    /// Whether pair <paramref name="k"/> of the strip that was run last is in doubt: its value not finite, a sample out of
    /// range, or an angle nearer to 0 or π than the limit.
    /// </summary>
    internal bool IsDoubtful(int k, T limit) => IsUnknown(k) || (Plan.HasDoubts && !(Strip(Plan.Doubt)[k] <= limit));

    /// <summary>Whether there is no value for pair <paramref name="k"/>: it is not finite, or a sample is out of range.</summary>
    internal bool IsUnknown(int k) => !T.IsFinite(Value(k)) || T.IsNaN(Strip(Plan.Likeness)[k]);

    /// <summary>Whether the rows of pair <paramref name="k"/> of the strip that was run last may be equal.</summary>
    internal bool IsAlike(int k, T limit) => !(Strip(Plan.Likeness)[k] <= limit);

    /// <summary>The kernel of pair <paramref name="k"/> of the strip that was run last.</summary>
    internal T Value(int k) => Strip(Plan.Result)[k];

    public void Dispose()
    {
        _constants.Dispose();
        _strips.Dispose();
        _addresses.Dispose();
        _room.Dispose();
    }

    private protected abstract void Run(
        int step, StripSamples<T> rows, int i, StripSamples<T> columns, int j, nint count, void** inputs, void** outputs);

    private protected abstract bool Finish(T* result, T* doubt, T* likeness, nint count, T* line, T limit);

    private T* Strip(int strip) => _strips.Start + strip * Longest;

    private T* Find(StripOperand o, StripSamples<T> rows, int i, StripSamples<T> columns, int j, T* line) => o.Place switch
    {
        StripPlace.Constant => _constants.Start + o.Index,
        StripPlace.Row => rows.Value(o.Index, i),
        StripPlace.Column => columns.Value(o.Index, j),
        StripPlace.Product => line,
        _ => Strip(o.Index),
    };
}

/// <summary>Runs a plan with vectors of one kind, by machine code or by interpreting it.</summary>
/// <typeparam name="F">The elementary functions.</typeparam>
/// <typeparam name="V">The vector.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class StripRunner<F, V, T> : StripRunner<T>
    where F : struct, IFunctionSet<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ChunkMethod?[] _code;

    internal StripRunner(StripPlan plan, bool compiled)
        : base(plan, Math.Max(Series<V, T>.Room, compiled ? 0 : Longest * plan.Steps.Max(s => s.Chunk is { } chunk ? ChunkInterpreter<F, V, T>.Room(chunk) : 0))) =>
        _code = [.. plan.Steps.Select(s => compiled && s.Chunk is { } chunk ? ChunkCode<F, V, T>.Of(chunk) : null)];

    private protected override void Run(
        int step, StripSamples<T> rows, int i, StripSamples<T> columns, int j, nint count, void** inputs, void** outputs)
    {
        var (chunk, table) = (Plan.Steps[step].Chunk, Plan.Steps[step].Table);
        if (chunk is null)
        {
            Series<V, T>.Run(
                rows.Tables[table]!, i, columns.Tables[table]!, j, count, (T*)inputs[0], (T*)outputs[0], Room);
        }
        else if (_code[step] is { } code)
        {
            code(inputs, outputs, count);
        }
        else
        {
            ChunkInterpreter<F, V, T>.Run(chunk, inputs, outputs, count, Room);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override bool Finish(T* result, T* doubt, T* likeness, nint count, T* line, T limit)
    {
        var (most, infinity, fine) = (V.Create(limit), V.Create(T.PositiveInfinity), V.Equal(default, default));
        for (nint k = 0; k < count; k += V.Count)
        {
            var value = V.Load(result + k);
            V.Store(value, line + k);
            fine &= V.AtMost(V.Load(doubt + k), most) & V.AtMost(V.Load(likeness + k), most) & V.Less(V.Abs(value), infinity);
        }

        return V.Any(V.Without(V.Equal(default, default), fine));
    }
}
