namespace HadamardNtk;

/// <summary>How the Torch backend works. Immutable; change it with <c>with</c>.</summary>
public sealed record TorchSettings
{
    private readonly int? _tile;
    private readonly string? _libtorchFolder;

    /// <summary>
    /// The folder that libtorch is in, or that has it in its lib: an unpacked archive of PyTorch's, or the torch of a Python. It must be the version that
    /// TorchSharp is made for, and stays for the life of the process. Where it is not set, the environment variable HNTK_LIBTORCH names it; where
    /// that is not set either, it is looked for beside the program, then in NuGet's cache.
    /// </summary>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public string? LibtorchFolder
    {
        get => _libtorchFolder;
        init => _libtorchFolder = value is null || value.Trim().Length > 0
            ? value
            : throw new ArgumentException("Expected a folder with libtorch, or null to look for it, not an empty name.", nameof(value));
    }

    /// <summary>
    /// The most rows and columns of a tile, which is what the sink is handed at once; unless set, what the device's free memory
    /// allows, at most 4096 on a GPU and 1024 on the processor; never more than 16000. A tile for which the device has no memory is computed in
    /// smaller ones.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public int? Tile
    {
        get => _tile;
        init => _tile = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected a tile of at least 1 row, not {value}.");
    }

    /// <summary>
    /// Whether float32 inner products on a GPU may be rounded to TensorFloat-32, of 11 bits: faster, and three digits are
    /// left. Not unless set.
    /// </summary>
    public bool AllowTensorFloat32 { get; init; }
}
