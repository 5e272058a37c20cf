using System.Globalization;
using System.Numerics;

namespace HadamardNtk;

/// <summary>The sizes of the tiles of a matrix whose pairs are whole blocks of positions.</summary>
/// <param name="Side">The largest number of rows and of columns of a tile.</param>
/// <param name="AtOnce">
/// The largest number of pairs whose blocks are computed at once: a power of 2, so that it does not follow every change
/// of the free memory.
/// </param>
/// <param name="Threads">The number of threads, each of which computes as many.</param>
/// <param name="PairBytes">The number of bytes that a pair takes in float64.</param>
internal readonly record struct BlockShape(int Side, int AtOnce, int Threads, long PairBytes)
{
    // A core's cache holds a few values of a part of this size in bytes.
    private const long Cached = 1 << 18;

    // The greatest number of pairs at once, whose values are few where only equal positions meet.
    private const long Most = 1 << 20;

    /// <summary>Chooses the sizes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="settings">The user's settings.</param>
    /// <param name="isCuda">Whether the device is a GPU, which computes one part after the other.</param>
    /// <param name="free">The number of free bytes on the device.</param>
    /// <param name="threads">The number of threads.</param>
    /// <exception cref="InsufficientMemoryException">A single pair needs more memory on the processor.</exception>
    internal static BlockShape Of(GramRequest request, TorchSettings settings, bool isCuda, long free, int threads)
    {
        var program = request.Program.Blocks(request.Kind, request.X.Columns, request.Precision);
        var (numbers, number) = (BlockCost.Numbers(program), request.Precision == Precision.Float32 ? 4L : 8L);
        var needed = numbers * sizeof(double);
        // On a GPU memory that libtorch keeps for itself counts as taken, so that a pair is tried there.
        if (!isCuda && needed > free)
        {
            throw TooLittle(needed, free);
        }

        var longest = Math.Max(request.Rows, request.Columns);
        var atOnce = isCuda
            ? free / 4 / (numbers * number)
            : Cached / (BlockCost.Largest(program) * number);
        var side = settings.Tile ?? (isCuda ? 256 : Math.Clamp(longest / 8, 4, 64));
        return new(
            Math.Min(Math.Min(side, longest), TileShape.Largest),
            1 << BitOperations.Log2((uint)Math.Clamp(atOnce, 1, Most)),
            isCuda ? threads : (int)Math.Clamp(free / needed, 1, threads),
            needed);
    }

    /// <summary>The failure where a pair's blocks do not fit.</summary>
    internal static InsufficientMemoryException TooLittle(long needed, long free, Exception? cause = null) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"expected {needed:N0} bytes on the device for the blocks of one pair of samples; {free:N0} are free: ")
        + "take the backend cpu, or smaller images",
        cause);
}
