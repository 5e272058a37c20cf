namespace HadamardNtk;

/// <summary>
/// The color map viridis of matplotlib (van der Walt and Smith, 2015), between ten of its colors: its lightness grows
/// evenly, so that it reads without color too.
/// </summary>
internal static class Viridis
{
    private static readonly int[] Colors =
        [0x440154, 0x482878, 0x3E4989, 0x31688E, 0x26828E, 0x1F9E89, 0x35B779, 0x6ECE58, 0xB5DE2B, 0xFDE725];

    /// <summary>The color of a level from 0 to 1: red, green and blue.</summary>
    internal static (byte Red, byte Green, byte Blue) At(double level)
    {
        var place = Math.Clamp(level, 0, 1) * (Colors.Length - 1);
        var k = Math.Min((int)place, Colors.Length - 2);
        var part = place - k;
        byte Channel(int shift) => (byte)Math.Round(
            (1 - part) * ((Colors[k] >> shift) & 255) + part * ((Colors[k + 1] >> shift) & 255));
        return (Channel(16), Channel(8), Channel(0));
    }

    /// <summary>The color of a level as text, such as #440154.</summary>
    internal static string Text(double level)
    {
        var (red, green, blue) = At(level);
        return $"#{red:x2}{green:x2}{blue:x2}";
    }
}
