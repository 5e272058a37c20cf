using System.Numerics;

namespace HadamardNtk;

/// <summary>The data that all threads of a request on slices share.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class SliceWork<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly CpuSettings _settings;
    private readonly Func<SliceProgram, VectorWidth, bool, SliceWorker<T>> _make;
    private readonly Lazy<SliceWork<double>>? _exact;

    internal SliceWork(
        GramRequest request,
        SliceProgram program,
        CpuSettings settings,
        Func<SliceProgram, VectorWidth, bool, SliceWorker<T>> make,
        Workers workers)
    {
        (Request, Program, _settings, _make) = (request, program, settings, make);
        Columns = request.Prepared is { } prepared
            ? prepared.Get((typeof(SliceSamples<T>), program, settings.Width), () => Samples(request.Other, workers))
            : Samples(request.Other, workers);
        Rows = request.X == request.Other ? Columns : Samples(request.X, workers);
        if (typeof(T) == typeof(float))
        {
            _exact = new(() => new(request, program, settings, SliceEngines.Double, workers with { Threads = 1 }));
        }
    }

    /// <summary>The request.</summary>
    internal GramRequest Request { get; }

    /// <summary>The program of the kernel.</summary>
    internal SliceProgram Program { get; }

    /// <summary>The rows' samples.</summary>
    internal SliceSamples<T> Rows { get; }

    /// <summary>The columns' samples.</summary>
    internal SliceSamples<T> Columns { get; }

    /// <summary>The same work in float64, for pairs that float32 does not resolve.</summary>
    internal SliceWork<double> Exact => _exact!.Value;

    /// <summary>A worker for one thread.</summary>
    internal SliceWorker<T> NewWorker() =>
        _make(Program, _settings.Width, _settings.Compiled ?? StripRunners.CanCompile);

    public void Dispose()
    {
        // Prepared samples are kept with what their finalizers free.
        if (Request.Prepared is null)
        {
            Columns.Dispose();
        }

        if (Rows != Columns)
        {
            Rows.Dispose();
        }

        if (_exact is { IsValueCreated: true })
        {
            _exact.Value.Dispose();
        }
    }

    private SliceSamples<T> Samples(Matrix x, Workers workers) =>
        new(Program, x, NewWorker, whole: false, workers);
}
