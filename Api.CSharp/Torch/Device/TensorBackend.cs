using TorchSharp;

namespace HadamardNtk;

/// <summary>Runs the network's program on tensors, tile by tile. The bits of an entry depend on its tile.</summary>
internal sealed class TensorBackend : IKernelBackend
{
    private readonly TorchDevice _device;
    private readonly TorchSettings _settings;
    private readonly DenseLibrary _dense;

    internal TensorBackend(TorchDevice device, TorchSettings settings)
    {
        (_device, _settings) = (device, settings);
        _dense = new(
            Name,
            Description,
            new TensorAlgebra<double>(device, n => DenseLibraries.ForOrder(n).Double),
            new TensorAlgebra<float>(device, n => DenseLibraries.ForOrder(n).Single));
    }

    public string Name => _device.BackendName;

    public string Description => $"TorchSharp tensors on {Where}, libtorch {torch.__version__}";

    DenseLibrary? IKernelBackend.Dense => _dense;

    private torch.Device Device => _device.Tensors;

    private string Where =>
        _device.IsCuda ? $"GPU {_device.Index} ({CudaDriver.Name(_device.Index)})" : "the processor, all cores";

    public string Identity(GramRequest request)
    {
        if (request.Program.Positions is not null)
        {
            return $"{Name}, libtorch {torch.__version__}, {BlockRequests.Identity(request, _settings, _device)}";
        }

        var plan = new SampleSet(request.Program, request.X.SelectRows(0, 1))
            .NewPlan(request.Kind, new(rays: true, steep: true));
        var tile = TileShape.Of(request, _settings, Device, TensorProgram.MostLive(plan));
        return $"{Name}, libtorch {torch.__version__}, tiles of {tile.Side} in parts of {tile.Height} rows";
    }

    public void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
    {
        if (request.Program.Positions is not null)
        {
            ComputeBlocks(request, sink, options, cancellation);
            return;
        }

        With(request, options, cancellation, (tile, host, shape) =>
        {
            using var run = new TileRun(request, (tile, host, shape, Device), sink, options, cancellation);
            run.Start();
            return true;
        });
    }

    public Matrix Multiply(GramRequest request, Matrix v, ComputeOptions options, CancellationToken cancellation)
    {
        if (request.Program.Positions is null)
        {
            return With(request, options, cancellation, (tile, host, shape) =>
                new ProductRun(request, v, tile, host, shape, Device).Run(options, cancellation));
        }

        var sink = new ProductSink(request, v);
        ComputeBlocks(request, sink, options, cancellation);
        return sink.Result;
    }

    private void ComputeBlocks(
        GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var context = new TorchContext(_device, _settings, options.Threads);
        using var scope = torch.NewDisposeScope();
        try
        {
            BlockRequests.Compute(request, sink, options, (_settings, _device), cancellation);
        }
        catch (Exception e) when (DeviceMemory.IsExhausted(e) && e is not InsufficientMemoryException)
        {
            throw new InsufficientMemoryException(
                $"expected memory on the device for the positions of {request.Rows} samples; "
                + "there is not enough: give fewer rows, or take the backend cpu", e);
        }
    }

    private R With<R>(
        GramRequest request, ComputeOptions options, CancellationToken cancellation,
        Func<TensorTile, HostPairs, TileShape, R> work)
    {
        cancellation.ThrowIfCancellationRequested();
        using var context = new TorchContext(_device, _settings, options.Threads);
        using var scope = torch.NewDisposeScope();
        var workers = new Workers(options.Threads, cancellation);
        var areMany = SampleSet.AreMany(request.Rows, request.Columns);
        var rows = new SampleSet(request.Program, request.X, workers, areMany: areMany);
        var columns = request.Other == request.X
            ? rows
            : new SampleSet(request.Program, request.Other, workers, rows.Directions, areMany);
        var shape = TileShape.Of(
            request, _settings, Device, TensorProgram.MostLive(rows.Plan(request.Kind, columns, request.Precision)));
        try
        {
            using var tile = new TensorTile(request, rows, columns, Device, workers);
            return work(tile, new(rows, columns), shape);
        }
        catch (Exception e) when (DeviceMemory.IsExhausted(e) && e is not InsufficientMemoryException)
        {
            throw new InsufficientMemoryException(
                $"expected memory on the device for {rows.X.Rows} samples and tiles of {shape.Side}; "
                + "there is not enough: set a smaller tile, give fewer rows, or take another backend", e);
        }
    }
}
