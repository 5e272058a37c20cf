using System.Collections.Concurrent;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The rows of a matrix, each with its values in the samples' part of the program.</summary>
internal sealed class SampleSet
{
    private readonly Interpreter<double, Float64Arithmetic> _interpreter;
    private readonly Core.Program _program;
    private readonly SampleState<double>[] _states;
    private readonly double[] _norms;
    private readonly double[] _averages;
    private readonly Conditions _conditions;
    private readonly HermiteFamilies _families;
    private readonly HermiteMoments _moments;
    private readonly ConcurrentDictionary<(KernelKind Kind, int Features, StripVariant Variant), StripPlan> _plans;
    private readonly Lazy<bool>[] _isSteep;
    private readonly double[] _numbers;

    private const int Many = 64;
    private readonly ExactSamples _exact;
    private readonly bool _isMany;

    internal SampleSet(KernelProgram program, Matrix x)
        : this(program, x, new Workers(1))
    {
    }

    /// <summary>Prepares rows for pairs with one another and with those that the same object numbered.</summary>
    /// <param name="program">The program.</param>
    /// <param name="x">The rows.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="directions">Numbers the directions of all rows that make pairs; null for a new one.</param>
    /// <param name="areMany">
    /// Whether tables are interpolated; null for <see cref="AreMany"/> of these rows alone. It is the same for all rows
    /// that make pairs, so that a table does not depend on which rows it stands beside.
    /// </param>
    internal SampleSet(
        KernelProgram program, Matrix x, Workers workers, RowDirections? directions = null, bool? areMany = null)
    {
        if (x.Columns == 0)
        {
            throw new ArgumentException("Expected samples with at least one feature.", nameof(x));
        }

        (X, _program, _isMany) = (x, program.Core.Program, areMany ?? AreMany(x.Rows, x.Rows));
        _interpreter = program.Interpreter(x.Columns);
        _states = new SampleState<double>[x.Rows];
        (_norms, _averages) = (new double[x.Rows], new double[x.Rows]);
        (_families, _moments, _conditions) = (program.Families, program.Families.Moments, program.Conditions);
        _plans = program.Plans;
        _exact = new ExactSamples(program, x);
        _isSteep = [new(() => HasSteepRows(single: false)), new(() => HasSteepRows(single: true))];

        // A few rows without tables are done sooner than threads start.
        Prepare(TableCount == 0 && x.Rows < Many ? workers with { Threads = 1 } : workers);
        Directions = directions ?? new();
        _numbers = _interpreter.HasRays ? Directions.Number(x, i => _norms[i] == 0, workers) : [];
    }

    /// <summary>
    /// Whether Hermite tables of so many rows and columns are interpolated, and made where they are needed, because
    /// they would take more memory than the samples.
    /// </summary>
    internal static bool AreMany(int rows, int columns) => Math.Max(rows, columns) >= Many;

    /// <summary>The samples, one a row.</summary>
    internal Matrix X { get; }

    /// <summary>The numbers of the directions of the rows.</summary>
    internal RowDirections Directions { get; }

    /// <summary>The number of tables of every sample.</summary>
    internal int TableCount => _program.Tables.Length;

    /// <summary>1 - |ρ| below which float64 does not know a pair's angle.</summary>
    internal double Nearness => _interpreter.Nearness;

    /// <summary>The function of table t.</summary>
    internal ScalarFunction Function(int t) => _program.Tables[t].Function;

    /// <summary>Table t of sample i. For float32 it has only the coefficients that float32 can use.</summary>
    internal HermiteTable Table(int i, int t, bool single)
    {
        if (_states[i].Tables is { Length: > 0 } tables)
        {
            return tables[t]!;
        }

        var (family, variance) = (_families.Of(Function(t)), Value(i, _program.Tables[t].Variance));
        return (single ? family.ShortTable(variance) : family.Table(variance))!;
    }

    /// <summary>Table t of sample i, and that of the derivative, which is table <paramref name="slope"/>.</summary>
    internal SlopeTable Slopes(int i, int t, int slope, bool single)
    {
        if (_states[i].Tables is { Length: > 0 } tables)
        {
            return SlopeTableModule.isByValue(tables[t]!, tables[slope]!)
                ? SlopeTableModule.ofValue(tables[t]!, tables[slope]!)
                : SlopeTableModule.ofSlope(tables[t]!, tables[slope]!);
        }

        var variance = Value(i, _program.Tables[t].Variance);
        return HermiteFamily.Slopes(_families.Of(Function(t)), _families.Of(Function(slope)), variance, single);
    }

    /// <summary>A constant, or a value of sample i.</summary>
    internal double Value(int i, Core.Operand operand) =>
        operand.Bank == Bank.Constants ? _interpreter.Constants[operand.Index] : _states[i].Values[operand.Index];

    /// <summary>The number of the direction of sample i, as in <see cref="SampleValue.Direction"/>.</summary>
    internal double Direction(int i) => _numbers[i];

    /// <summary>
    /// The plan that computes one of the kernels of pairs with other samples in a precision. It handles proportional
    /// rows and steep functions if there are any.
    /// </summary>
    internal StripPlan Plan(KernelKind kind, SampleSet others, Precision precision)
    {
        var single = precision == Precision.Float32 ? 1 : 0;
        var variant = new StripVariant(
            rays: Directions.Shares(others.Directions)
                && (Directions.HaveMultiples || others.Directions.HaveMultiples),
            steep: _isSteep[single].Value && others._isSteep[single].Value);
        return _plans.GetOrAdd((kind, X.Columns, variant), key => NewPlan(kind, key.Variant));
    }

    /// <summary>Makes a plan for one of the kernels.</summary>
    internal StripPlan NewPlan(KernelKind kind, StripVariant variant = default)
    {
        var result = kind == KernelKind.Ntk ? _program.Ntk : _program.Nngp;
        return new(StripProgramModule.lower(variant, _program, _interpreter.Constants, X.Columns, result), kind);
    }

    /// <summary>Whether roundings grow too far at sample i for a kernel in float32 or float64.</summary>
    internal bool IsBeyond(int i, KernelKind kind, bool single) =>
        _conditions.IsBeyond(kind, single, X.Columns, Conditions.Length(_norms[i], X.Row(i)), _averages[i]);

    private bool IsBeyond(int i) =>
        IsBeyond(i, KernelKind.Nngp, single: false) || IsBeyond(i, KernelKind.Ntk, single: false);

    /// <summary>The value of 1 - |ρ| within which table t is in doubt at sample i, or 0 where it never is.</summary>
    internal double SteepWithin(int i, int t, bool single) =>
        _program.Steepness.At(t, Value(i, _program.Tables[t].Variance), single);

    /// <summary>Computes Σ and Θ of a pair in double-double, from the rows themselves.</summary>
    internal KernelValue Exact(int i, SampleSet others, int j, PairMemory memory) =>
        _exact.Pair(i, others._exact, j, memory.Exact);

    /// <summary>Computes Σ and Θ of sample i with itself.</summary>
    internal KernelValue Self(int i, PairMemory memory) => Pair(i, this, i, _norms[i], memory);

    /// <summary>
    /// The smallest nonzero number among the second moments of sample i and its kernels with itself. The values of the
    /// sample's pairs are proportional to these. The tangent kernel is exact within a few octaves only.
    /// </summary>
    internal double Smallest(int i)
    {
        var least = double.PositiveInfinity;
        void Take(double value) => least = value != 0 && Math.Abs(value) < least ? Math.Abs(value) : least;
        foreach (var moment in _program.Moments)
        {
            Take(_states[i].Values[moment]);
        }

        Take(_conditions.RoughNtk(X.Columns, _norms[i], _averages[i]));
        return least;
    }

    /// <summary>Memory for one thread's pairs.</summary>
    internal PairMemory NewScratch() => new(new double[_interpreter.ScratchLength], _exact.NewScratch());

    /// <summary>x·x/d of row i.</summary>
    internal double Norm(int i) => _norms[i];

    /// <summary>
    /// Computes Σ and Θ of a pair from x·x′/d. If the pair is so nearly collinear that float64 does not resolve its
    /// angle, it is computed again in double-double, from the rows themselves.
    /// </summary>
    internal KernelValue Pair(int i, SampleSet others, int j, double product, PairMemory memory, Lanes? lanes = null)
    {
        var (row, column) = (State(i), others.State(j));
        var alignment = IsAligned(i, others, j) ? AlignmentModule.ofRows(X.Row(i), others.X.Row(j)) : Alignment.Apart;
        var (nngp, ntk) = _interpreter.Pair(row, column, product, alignment, memory.Plain);
        if (!double.IsFinite(nngp) || !double.IsFinite(ntk))
        {
            throw Undefined(i, memory.Plain);
        }

        var isSelf = others == this && i == j;
        var isNear = !isSelf
            && _interpreter.IsNear(row, column, alignment, memory.Plain)
            && !X.Row(i).SequenceEqual(others.X.Row(j));
        if (isNear || IsBeyond(i) || others.IsBeyond(j))
        {
            lanes?.CountExact();
            return _exact.Pair(i, others._exact, j, memory.Exact);
        }

        lanes?.CountQuadrature();
        return new(nngp, ntk);
    }

    // Samples without common numbers of directions are compared themselves.
    private bool IsAligned(int i, SampleSet others, int j) =>
        _interpreter.HasRays
        && (!Directions.Shares(others.Directions) || Math.Abs(_numbers[i]) == Math.Abs(others._numbers[j]));

    private KernelUndefinedException Undefined(int i, double[] scratch) =>
        new(_interpreter.UndefinedPair(_states[i], scratch), i);

    // A thread takes several rows at a time, because one row takes less time than asking for the next.
    private void Prepare(Workers workers)
    {
        var several = Math.Clamp(X.Rows / 64, 1, 64);
        workers.For((X.Rows + several - 1) / several, p =>
        {
            for (var i = (int)p * several; i < Math.Min(X.Rows, (p + 1) * several); i++)
            {
                Prepare(i);
            }
        });
    }

    private void Prepare(int i)
    {
        var row = X.Row(i);
        (_norms[i], _averages[i]) = (RowProducts.Dot(row, row) / X.Columns, _program.HasAverage ? Average(row) : 0);
        var state = _isMany ? _interpreter.Sample(_norms[i], _averages[i], _moments) : Run(i);
        if (_interpreter.Check(state) is { } undefined)
        {
            throw new KernelUndefinedException(undefined.Value, i);
        }

        _states[i] = _isMany ? new(state.Values, []) : state;
    }


    private SampleState<double> Run(int i) =>
        _isMany
            ? _interpreter.Sample(_norms[i], _averages[i], _families)
            : _interpreter.Sample(_norms[i], _averages[i]);

    private SampleState<double> State(int i) => _states[i].Tables.Length == TableCount ? _states[i] : Run(i);

    private bool HasSteepRows(bool single)
    {
        for (var t = 0; t < TableCount; t++)
        {
            for (var i = 0; i < X.Rows; i++)
            {
                if (SteepWithin(i, t, single) > 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static double Average(ReadOnlySpan<double> row)
    {
        // The rounding error of each addition is added at the end.
        var (sum, rest) = (0.0, 0.0);
        foreach (var value in row)
        {
            var next = sum + value;
            var taken = next - sum;
            rest += (sum - (next - taken)) + (value - taken);
            sum = next;
        }

        return (sum + rest) / row.Length;
    }
}

/// <summary>Memory for one thread's pairs.</summary>
/// <param name="Plain">The memory of the float64 program.</param>
/// <param name="Exact">The memory of the double-double program.</param>
internal sealed record PairMemory(double[] Plain, Core.DoubleDouble[] Exact);
