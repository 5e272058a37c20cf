namespace HadamardNtk;

/// <summary>Settings of the Torch backend. They are immutable; change them by <c>with</c>.</summary>
public sealed record TorchSettings
{
    private readonly int? _tile;
    private readonly string? _libtorchFolder;

    /// <summary>
    /// The folder of libtorch, or one with libtorch in its subfolder lib, such as an unpacked archive of PyTorch or the
    /// torch folder of a Python installation. It must have the version that TorchSharp needs, and is used for the life
    /// of the process. If it is null, the environment variable HNTK_LIBTORCH names the folder; without that variable
    /// libtorch is searched beside the program and then in NuGet's cache.
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public string? LibtorchFolder
    {
        get => _libtorchFolder;
        init => _libtorchFolder = value is null || value.Trim().Length > 0
            ? value
            : throw new ArgumentException(
                "Expected a folder with libtorch, or null to look for it, not an empty name.", nameof(value));
    }

    /// <summary>
    /// The largest number of rows and of columns of a tile, which the sink gets at once. The default on a GPU is the
    /// number that its free memory allows, at most 4096; on the processor it is 256 to 512, the more the more samples
    /// there are. It is never more than 16000. A tile for which the device has too little memory is computed in smaller
    /// parts. The default for images and sequences is at most 256 on a GPU and 64 on the processor.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int? Tile
    {
        get => _tile;
        init => _tile = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"Expected a tile of at least 1 row, not {value}.");
    }

    /// <summary>
    /// Whether float32 inner products on a GPU may be rounded to TensorFloat-32, which has 11 significant bits. That is
    /// faster, but only about three digits are correct. The default is false.
    /// </summary>
    public bool AllowTensorFloat32 { get; init; }
}
