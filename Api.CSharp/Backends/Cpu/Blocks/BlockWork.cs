using System.Collections.Concurrent;
using System.Numerics;

namespace HadamardNtk;

/// <summary>The data that all threads that fill blocks of a Gram matrix share.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal abstract class BlockWork<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected BlockWork(
        GramRequest request, SampleSet rows, SampleSet columns, StripPlan plan, InnerProducts<T> products,
        CpuSettings settings, Workers workers)
    {
        (Request, Rows, Columns, Plan, Products, Settings) = (request, rows, columns, plan, products, settings);
        ColumnValues = StripSamples<T>.Of(columns, plan, workers, request.Prepared);
        RowValues = rows == columns ? ColumnValues : new(rows, plan, workers, StripTables.OfRows);
        var pairs = (long)request.Rows * request.Columns;
        Compiled = settings.Compiled ?? (request.Prepared is { } prepared
            ? prepared.CountPairs(pairs) >= StripRunners.WorthCompilingEarly
            : pairs >= StripRunners.WorthCompiling);
    }

    /// <summary>The request that is computed.</summary>
    internal GramRequest Request { get; }

    /// <summary>The rows' samples.</summary>
    internal SampleSet Rows { get; }

    /// <summary>The columns' samples.</summary>
    internal SampleSet Columns { get; }

    /// <summary>The plan of the strip program.</summary>
    internal StripPlan Plan { get; }

    /// <summary>The inner products of the rows of X with those of Y.</summary>
    internal InnerProducts<T> Products { get; }

    /// <summary>The values that the program reads for each row.</summary>
    internal StripSamples<T> RowValues { get; }

    /// <summary>The values that the program reads for each column.</summary>
    internal StripSamples<T> ColumnValues { get; }

    private protected CpuSettings Settings { get; }

    private protected bool Compiled { get; }

    /// <summary>Takes a runner for one thread: with prepared samples one that was put back, if there is one.</summary>
    internal StripRunner<T> TakeRunner() => Runners?.TryTake(out var runner) == true ? runner : NewRunner();

    /// <summary>Puts a runner back for other requests with the same prepared samples, or disposes of it.</summary>
    internal void PutBack(StripRunner<T> runner)
    {
        if (Runners is { } runners)
        {
            runners.Add(runner);
        }
        else
        {
            runner.Dispose();
        }
    }

    private ConcurrentBag<StripRunner<T>>? Runners => Request.Prepared?.Get(
        (typeof(StripRunner<T>), Plan, Settings.Width, Compiled), () => new ConcurrentBag<StripRunner<T>>());

    /// <summary>Creates a runner for one thread.</summary>
    private protected abstract StripRunner<T> NewRunner();

    /// <summary>Creates a worker for one thread.</summary>
    internal abstract BlockWorker<T> NewWorker();

    public virtual void Dispose()
    {
        Products.Dispose();
        RowValues.Release();
        ColumnValues.Release();
    }
}
