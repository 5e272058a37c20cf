namespace HadamardNtk;

/// <summary>
/// The options of a training of a network of finite width from rows of a matrix. They are immutable; change them by
/// <c>with</c>.
/// </summary>
public sealed record NetworkTrainingOptions
{
    private readonly int _width = 1024;
    private readonly int? _threads;
    private readonly string _device = "cpu";

    /// <summary>m, the width of every dense layer that states none. The default is 1024.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1.</exception>
    public int Width
    {
        get => _width;
        init => _width = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"Expected a width of at least 1, not {value}.");
    }

    /// <summary>The seed that the parameters are drawn from. The default is 0.</summary>
    public long Seed { get; init; }

    /// <summary>The precision of parameters and samples. The default is float32.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Whether the mean of the training rows is subtracted from every row. The default is false.</summary>
    public bool Center { get; init; }

    /// <summary>
    /// Whether every row is scaled to unit norm, after it is centered. The default is false. Numbers of a row are then
    /// about 1/√d, and so are the first outputs of a network that is homogeneous.
    /// </summary>
    public bool Unit { get; init; }

    /// <summary>
    /// Whether the linearization of the network at its first parameters is trained in place of the network itself. The
    /// default is false.
    /// </summary>
    public bool Linearized { get; init; }

    /// <summary>
    /// Where the network is trained: <c>cpu</c>, which is the default, <c>cuda</c>, or <c>cuda:1</c> for the second
    /// GPU.
    /// </summary>
    /// <exception cref="ArgumentException">The name is none of these.</exception>
    public string Device
    {
        get => _device;
        init => _device = TorchDevice.TryParse(value, out _)
            ? value
            : throw new ArgumentException($"Expected the device cpu, cuda or cuda:N, not '{value}'.", nameof(value));
    }

    /// <summary>
    /// The number of threads of an operation on the processor. It may change the last bits of the result. By default it
    /// is TorchSharp's present number.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int? Threads
    {
        get => _threads;
        init => _threads = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"Expected at least 1 thread, not {value}.");
    }

    /// <summary>
    /// The loss, the optimizer, the number of epochs, and all else that concerns the training itself. Its samples for
    /// validation come from the call, not from here.
    /// </summary>
    public ModuleTrainingOptions Training { get; init; } = new();
}
