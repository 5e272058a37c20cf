using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace HadamardNtk.Bench;

/// <summary>One tile of inner products as the backend asks for it, on one core: the mean is ns a pair.</summary>
[Config(typeof(Columns))]
public class MicroKernels
{
    private const int Height = 96, Width = 256, Pairs = Height * Width;

    private Action _tile = null!;
    private IDisposable[] _rooms = [];

    /// <summary>Our kernels, and the BLAS if there is one.</summary>
    public static IEnumerable<string> Libraries =>
        ProductLibrary.TryFindNative(out var library, out _) ? [ProductLibrary.Own.Name, library.Name] : [ProductLibrary.Own.Name];

    /// <summary>Who multiplies.</summary>
    [ParamsSource(nameof(Libraries))]
    public string Library { get; set; } = "";

    /// <summary>In which numbers.</summary>
    [ParamsAllValues]
    public Precision Precision { get; set; }

    /// <summary>d.</summary>
    [Params(16, 784)]
    public int Features { get; set; }

    /// <summary>Packs the samples.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var x = Inputs.Normal(Width, Features);
        var library = ProductLibrary.TryFindNative(out var native, out _) && native.Name == Library ? native : ProductLibrary.Own;
        (_tile, _rooms) = Precision == Precision.Float32
            ? TileOf(library.Single(x, x, new(1)))
            : TileOf(library.Double(x, x, new(1)));
    }

    /// <summary>Frees the samples.</summary>
    [GlobalCleanup]
    public void Free() => Array.ForEach(_rooms, room => room.Dispose());

    /// <summary>The tile.</summary>
    [Benchmark(OperationsPerInvoke = Pairs)]
    public void Pair() => _tile();

    private static unsafe (Action Tile, IDisposable[] Rooms) TileOf<T>(InnerProducts<T> products) where T : unmanaged
    {
        var room = new NativeBuffer<T>(Height * (Width + 32));
        return (() => products.Tile(0, Height, 0, Width, room.Start, Width + 32), [products, room]);
    }

    private sealed class Columns : ManualConfig
    {
        public Columns() => AddColumn(new DerivedColumn(
            "GFLOP/s", "10^9 multiplications and additions a second", (ns, c) => 2 * (int)c.Parameters[nameof(Features)] / ns));
    }
}
