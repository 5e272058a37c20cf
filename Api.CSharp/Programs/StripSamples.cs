using System.Numerics;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>How the Hermite tables of samples are laid out.</summary>
internal enum StripTables
{
    /// <summary>In panels, as strips read columns. They serve as rows too.</summary>
    OfColumns,

    /// <summary>As strips read rows, sample by sample where they are few.</summary>
    OfRows,

    /// <summary>In panels, every function by itself.</summary>
    Apart,
}

/// <summary>
/// The values of samples that a strip program reads, and their Hermite coefficients. Value s of sample i is at [s, i],
/// and whole panels are padded with the last sample. A sample has NaN for its length if it is out of the precision's
/// range, or if roundings grow too far at it. The doubts of its pairs are NaN then.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class StripSamples<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // In float32, pairs of samples whose numbers are all above this limit may lose numbers below the normal range,
    // which are less than 1e-8 of those of the samples.
    private const double Least = 1e-30;

    private readonly NativeBuffer<T> _values;
    private readonly nint _stride;

    internal StripSamples(
        SampleSet samples, StripPlan plan, Workers workers, StripTables tables = StripTables.OfColumns)
    {
        var n = samples.X.Rows;
        var padded = (nint)(n + HermitePanels<T>.Width - 1) / HermitePanels<T>.Width * HermitePanels<T>.Width;
        var read = plan.Program.Samples;
        var nearest = typeof(T) == typeof(float) ? plan.SingleNearness : samples.Nearness;
        _stride = Stride(padded);
        _values = new NativeBuffer<T>(read.Length * _stride, clear: false);
        workers.For(padded / HermitePanels<T>.Width, p =>
        {
            for (var i = (int)p * HermitePanels<T>.Width; i < nint.Min(n, (p + 1) * HermitePanels<T>.Width); i++)
            {
                var isSmall = typeof(T) == typeof(float) && samples.Smallest(i) < Least;
                if (isSmall)
                {
                    HasSmall = true;
                }

                var isUnfit = isSmall || samples.IsBeyond(i, plan.Kind, typeof(T) == typeof(float));
                for (var s = 0; s < read.Length; s++)
                {
                    _values.Start[s * _stride + i] = isUnfit && IsLength(read[s])
                        ? T.NaN
                        : Read(samples, read[s], i, nearest);
                }
            }
        });
        for (var s = 0; s < read.Length; s++)
        {
            new Span<T>(Value(s, n), (int)padded - n).Fill(*Value(s, n - 1));
        }

        (Tables, Slopes) = (new HermitePanels<T>?[samples.TableCount], new SlopePanels<T>?[samples.TableCount]);
        var lanes = tables == StripTables.OfRows && n <= HermitePanels<T>.Width ? 1 : HermitePanels<T>.Width;
        foreach (var step in plan.Steps.Where(step => step.Chunk is null))
        {
            if (step.Slope < 0 || tables == StripTables.Apart)
            {
                Tables[step.Table] ??= Panels(samples, step.Table, lanes, workers);
            }

            if (step.Slope >= 0 && tables == StripTables.Apart)
            {
                Tables[step.Slope] ??= Panels(samples, step.Slope, lanes, workers);
            }
            else if (step.Slope >= 0)
            {
                Slopes[step.Table] ??= WithSlopes(samples, step.Table, step.Slope, lanes, workers);
            }
        }
    }

    /// <summary>The values of samples, or those that are kept with them where they are prepared.</summary>
    internal static StripSamples<T> Of(
        SampleSet samples, StripPlan plan, Workers workers, PreparedSamples? prepared) =>
        prepared?.Get(
            (typeof(StripSamples<T>), plan, samples),
            () => new StripSamples<T>(samples, plan, workers) { IsKept = true })
        ?? new StripSamples<T>(samples, plan, workers);

    private bool IsKept { get; init; }

    /// <summary>Whether a sample has a number below float32's range.</summary>
    internal bool HasSmall { get; private set; }

    /// <summary>The Hermite coefficients by table. A table that no series reads is null.</summary>
    internal HermitePanels<T>?[] Tables { get; }

    /// <summary>
    /// The coefficients of a function and its derivative by the table of the function, where one pass reads both.
    /// </summary>
    internal SlopePanels<T>?[] Slopes { get; }

    /// <summary>The address of value s of sample i.</summary>
    internal T* Value(int s, int i) => _values.Start + s * _stride + i;

    /// <summary>Frees the memory unless prepared samples keep it, which the finalizers free.</summary>
    internal void Release()
    {
        if (!IsKept)
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        _values.Dispose();
        foreach (var table in Tables)
        {
            table?.Dispose();
        }

        foreach (var table in Slopes)
        {
            table?.Dispose();
        }
    }

    // The stride from a value to the next is no multiple of a page, because strips of all values are read together and
    // would share the same few sets of the first-level cache.
    private static nint Stride(nint padded)
    {
        nint page = 4096 / sizeof(T), apart = 1088 / sizeof(T);
        return (padded - apart + page - 1) / page * page + apart;
    }

    private static HermitePanels<T> Panels(SampleSet samples, int t, int lanes, Workers workers) =>
        new(samples.Function(t), i => samples.Table(i, t, typeof(T) == typeof(float)), samples.X.Rows, lanes, workers);

    private static SlopePanels<T> WithSlopes(SampleSet samples, int t, int slope, int lanes, Workers workers) => new(
        samples.Function(t),
        samples.Function(slope),
        i => samples.Slopes(i, t, slope, typeof(T) == typeof(float)),
        samples.X.Rows,
        lanes,
        workers);

    private static T Read(SampleSet samples, SampleValue what, int i, double nearest) => what switch
    {
        SampleValue.Stored stored => T.CreateTruncating(samples.Value(i, stored.Item)),
        SampleValue.Root root => T.CreateTruncating(Math.Sqrt(samples.Value(i, root.Item))),
        SampleValue.Inverse inverse => T.CreateTruncating(1 / samples.Value(i, inverse.Item)),
        SampleValue.InverseRoot root => InverseRoot(samples.Value(i, root.Item), T.Zero),
        SampleValue.Steep steep => Steep(samples.SteepWithin(i, steep.table, typeof(T) == typeof(float)), nearest),
        { IsDirection: true } => T.CreateTruncating(samples.Direction(i)),
        SampleValue.Slack slack => InverseRoot(samples.Value(i, slack.Item), T.PositiveInfinity),
        _ => throw new InvalidOperationException($"{what} is not read of a sample."),
    };

    // The program's first value of a sample is x·x/d.
    private static bool IsLength(SampleValue what) =>
        what is SampleValue.InverseRoot { Item: { Bank: Bank.Row, Index: 0 } };

    /// <summary>
    /// The number whose square times 1 - |ρ| tells whether a table is steep. If it is nowhere, that is great at any ρ.
    /// </summary>
    internal static T Steep(double within, double nearest) =>
        T.CreateTruncating(within > 0 ? Math.Min(1e15, Math.Sqrt(nearest / within)) : 1e15);

    /// <summary>1/√q, the given number for q = 0, and not a number where q is out of the precision's range.</summary>
    internal static T InverseRoot(double q, T ofZero)
    {
        var (least, greatest) = typeof(T) == typeof(float) ? (1e-16, 1e16) : (1e-140, 1e140);
        return q == 0 ? ofZero : q >= least && q <= greatest ? T.CreateTruncating(1 / Math.Sqrt(q)) : T.NaN;
    }
}
