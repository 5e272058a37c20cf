namespace HadamardNtk.Bench;

/// <summary>The inner products of a Gram matrix and nothing else: tiles as the backend cuts them, forgotten at once.</summary>
internal static class ProductsOnly
{
    // What the backend computes before the program runs over it.
    private const int Height = 96, Width = 256;

    /// <summary>On and above the diagonal, in float32, with the preparation, on all cores.</summary>
    internal static void Single(ProductLibrary library, Matrix x)
    {
        using var products = library.Single(x, x, new(Environment.ProcessorCount));
        Run(products, x.Rows);
    }

    /// <summary>The same in float64.</summary>
    internal static void Double(ProductLibrary library, Matrix x)
    {
        using var products = library.Double(x, x, new(Environment.ProcessorCount));
        Run(products, x.Rows);
    }

    private static unsafe void Run<T>(InnerProducts<T> products, int n) where T : unmanaged
    {
        using var rooms = new ThreadLocal<NativeBuffer<T>>(() => new(Height * Width), trackAllValues: true);
        Workers.All.For(Blocking.Count(n, Height), p =>
        {
            var row = (int)p * Height;
            for (var column = row / Width * Width; column < n; column += Width)
            {
                products.Tile(row, Math.Min(Height, n - row), column, Math.Min(Width, n - column), rooms.Value!.Start, Width);
            }
        });
        foreach (var room in rooms.Values)
        {
            room.Dispose();
        }
    }
}
