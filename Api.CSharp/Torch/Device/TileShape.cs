using System.Numerics;
using TorchSharp;

namespace HadamardNtk;

/// <summary>The sizes of the tiles of a matrix, and of their parts, which are computed at once.</summary>
/// <param name="Side">The largest number of rows and of columns of a tile.</param>
/// <param name="Height">The largest number of rows of a part.</param>
internal readonly record struct TileShape(int Side, int Height)
{
    /// <summary>
    /// The number of bytes of a part on the processor. A core's cache holds a few such parts at once.
    /// </summary>
    private const int Cached = 1 << 18;

    /// <summary>The largest side of a tile that one span can hold.</summary>
    internal const int Largest = 16000;

    /// <summary>Chooses the sizes.</summary>
    /// <param name="request">The request that is computed.</param>
    /// <param name="settings">The user's settings.</param>
    /// <param name="device">The device.</param>
    /// <param name="live">The number of numbers in memory for a pair.</param>
    internal static TileShape Of(GramRequest request, TorchSettings settings, torch.Device device, int live)
    {
        var (longest, isCuda) = (Math.Max(request.Rows, request.Columns), device.type == DeviceType.CUDA);
        var side = Math.Min(Math.Min(settings.Tile ?? (isCuda ? 4096 : ForCores(longest)), longest), Largest);
        if (!isCuda)
        {
            return new(
                side,
                Math.Clamp(
                    Cached / (request.Precision == Precision.Float32 ? sizeof(float) : sizeof(double)) / side,
                    1,
                    side));
        }

        var numbers = DeviceMemory.Free(device) / 4 / (sizeof(double) * (live + 1));
        while (settings.Tile is null && side > 256 && (long)side * side > numbers)
        {
            side = (int)BitOperations.RoundUpToPowerOf2((uint)side) / 2;
        }

        return new(side, (int)Math.Clamp(numbers / side, 1, side));
    }

    // The cores share a few hundred tiles, each of which is large compared with its overhead.
    private static int ForCores(int longest) =>
        (int)Math.Clamp(BitOperations.RoundUpToPowerOf2((uint)longest) / 16, 256, 512);
}
