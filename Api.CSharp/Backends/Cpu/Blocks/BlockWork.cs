using System.Numerics;

namespace HadamardNtk;

/// <summary>What all threads that fill blocks of a Gram matrix share.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal abstract class BlockWork<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected BlockWork(
        GramRequest request, SampleSet rows, SampleSet columns, StripPlan plan, InnerProducts<T> products, CpuSettings settings, Workers workers)
    {
        (Request, Rows, Columns, Plan, Products, Settings) = (request, rows, columns, plan, products, settings);
        RowValues = new(rows, plan, workers);
        ColumnValues = rows == columns ? RowValues : new(columns, plan, workers);
        Compiled = settings.Compiled ?? (long)request.Rows * request.Columns >= StripRunners.WorthCompiling;
    }

    /// <summary>What is computed.</summary>
    internal GramRequest Request { get; }

    /// <summary>The rows' samples.</summary>
    internal SampleSet Rows { get; }

    /// <summary>The columns' samples.</summary>
    internal SampleSet Columns { get; }

    /// <summary>The program.</summary>
    internal StripPlan Plan { get; }

    /// <summary>The inner products.</summary>
    internal InnerProducts<T> Products { get; }

    /// <summary>What the program reads of the rows.</summary>
    internal StripSamples<T> RowValues { get; }

    /// <summary>What the program reads of the columns.</summary>
    internal StripSamples<T> ColumnValues { get; }

    private protected CpuSettings Settings { get; }

    private protected bool Compiled { get; }

    /// <summary>A runner for one thread.</summary>
    internal abstract StripRunner<T> NewRunner();

    /// <summary>One for each thread.</summary>
    internal abstract BlockWorker<T> NewWorker();

    public virtual void Dispose()
    {
        Products.Dispose();
        RowValues.Dispose();
        ColumnValues.Dispose();
    }
}
