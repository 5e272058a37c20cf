using System.Collections.Concurrent;

namespace HadamardNtk;

/// <summary>
/// Samples that a network's kernels have prepared once, for Gram matrices with many other sets of samples: the values
/// of each row, its tables of Hermite coefficients, and the rows as inner products read them. Results with prepared
/// samples are those with the samples themselves, to the last bit. <see cref="InfiniteKernel.Prepare"/> makes them.
/// Immutable, and safe to share between threads.
/// </summary>
/// <remarks>
/// What a precision or a kernel needs is made when it is first asked for, and kept as long as this object: about n × d
/// numbers beside the samples, and a few hundred for each sample, each of its positions, and activation without a
/// closed form. The cpu backends use it; others take the samples themselves.
/// </remarks>
public sealed class PreparedSamples
{
    private readonly ConcurrentDictionary<object, Part> _parts = new();
    private long _pairs;

    internal PreparedSamples(KernelProgram program, Matrix samples) => (Program, Samples) = (program, samples);

    /// <summary>The network whose kernels the samples are prepared for.</summary>
    public Network Network => Program.Network;

    /// <summary>n, the number of samples.</summary>
    public int Count => Samples.Rows;

    /// <summary>The samples, n × d.</summary>
    public Matrix Samples { get; }

    /// <summary>The program of the kernels.</summary>
    internal KernelProgram Program { get; }

    /// <summary>The values of the rows in the program, with interpolated tables or without.</summary>
    internal SampleSet Set(Workers workers, bool? areMany = null)
    {
        var many = areMany ?? SampleSet.AreMany(Count, Count);
        return Get((typeof(SampleSet), many), () => new SampleSet(Program, Samples, workers, areMany: many));
    }

    /// <summary>A part of the preparation by its key, made by the first thread that asks for it.</summary>
    /// <param name="key">The key, which tells all that the part depends on.</param>
    /// <param name="make">Makes the part. If it fails, the next caller tries again.</param>
    internal T Get<T>(object key, Func<T> make) where T : class
    {
        var part = _parts.GetOrAdd(key, _ => new());
        if (Volatile.Read(ref part.Value) is T known)
        {
            return known;
        }

        lock (part)
        {
            if (part.Value is not T made)
            {
                made = make();
                Volatile.Write(ref part.Value, made);
            }

            return made;
        }
    }

    /// <summary>Memory that one request leaves to the next. Finalizers free it.</summary>
    internal ConcurrentBag<object> Spare { get; } = [];

    /// <summary>Counts pairs that are about to be computed, and returns the number of all pairs so far.</summary>
    internal long CountPairs(long pairs) => Interlocked.Add(ref _pairs, pairs);

    private sealed class Part
    {
        internal object? Value;
    }
}
