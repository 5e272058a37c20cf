namespace HadamardNtk;

/// <summary>Requests for kernels of networks on images and sequences, by whole blocks on a device.</summary>
internal static class BlockRequests
{
    /// <summary>All that the bits of a result depend on besides the request and the backend.</summary>
    internal static string Identity(GramRequest request, TorchSettings settings, TorchDevice device)
    {
        var shape = BlockShape.Of(request, settings, device.IsCuda, DeviceMemory.Free(device.Tensors), 1);
        return $"blocks, tiles of {shape.Side} in parts of {shape.AtOnce} pairs";
    }

    /// <summary>Computes a request.</summary>
    /// <exception cref="NetworkRefusedException">Tensors have no blocks of the network.</exception>
    /// <exception cref="InsufficientMemoryException">The device has no memory for the blocks of one pair.</exception>
    internal static void Compute(
        GramRequest request,
        IGramSink sink,
        ComputeOptions options,
        (TorchSettings Settings, TorchDevice Device) on,
        CancellationToken cancellation)
    {
        var device = on.Device.Tensors;
        var shape = BlockShape.Of(
            request, on.Settings, on.Device.IsCuda, DeviceMemory.Free(device), options.Threads);
        options = options with { Threads = shape.Threads };
        using var tile = new BlockTile(request, shape, device, cancellation);
        using var run = new TileRun(
            request, (tile, null, new(shape.Side, shape.Side), device), sink, options, cancellation);
        run.Start();
    }
}
