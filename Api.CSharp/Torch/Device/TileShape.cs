using System.Numerics;
using TorchSharp;

namespace HadamardNtk;

/// <summary>How a matrix is cut into tiles, and those into parts that are computed at once.</summary>
/// <param name="Side">Rows and columns of a tile, at most.</param>
/// <param name="Height">Rows of a part, at most.</param>
internal readonly record struct TileShape(int Side, int Height)
{
    /// <summary>Bytes of a part on the processor, of which a few are in a core's cache at once.</summary>
    private const int Cached = 1 << 17;

    /// <summary>The side of a tile that one span holds.</summary>
    private const int Largest = 16000;

    /// <summary>The shape.</summary>
    /// <param name="request">What is computed.</param>
    /// <param name="settings">What the user says.</param>
    /// <param name="device">Where.</param>
    /// <param name="live">Numbers that a pair needs at once.</param>
    internal static TileShape Of(GramRequest request, TorchSettings settings, torch.Device device, int live)
    {
        var (longest, isCuda) = (Math.Max(request.Rows, request.Columns), device.type == DeviceType.CUDA);
        var side = Math.Min(Math.Min(settings.Tile ?? (isCuda ? 4096 : ForCores(longest)), longest), Largest);
        if (!isCuda)
        {
            return new(side, Math.Clamp(Cached / (request.Precision == Precision.Float32 ? sizeof(float) : sizeof(double)) / side, 1, side));
        }

        var numbers = DeviceMemory.Free(device) / 4 / (sizeof(double) * (live + 1));
        while (settings.Tile is null && side > 256 && (long)side * side > numbers)
        {
            side = (int)BitOperations.RoundUpToPowerOf2((uint)side) / 2;
        }

        return new(side, (int)Math.Clamp(numbers / side, 1, side));
    }

    // Some hundred tiles for the cores to share, of which each is worth its overhead.
    private static int ForCores(int longest) => (int)Math.Clamp(BitOperations.RoundUpToPowerOf2((uint)longest) / 16, 256, 512);
}
