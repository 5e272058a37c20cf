using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace HadamardNtk;

/// <summary>Writes images in PNG (ISO/IEC 15948) with a palette of at most 256 colors.</summary>
internal static class Png
{
    /// <summary>An image as the bytes of a file.</summary>
    /// <param name="pixels">A color of the palette for each pixel, row by row.</param>
    /// <param name="width">The number of pixels of a row.</param>
    /// <param name="palette">Red, green and blue of each color.</param>
    internal static byte[] Of(byte[] pixels, int width, IReadOnlyList<(byte Red, byte Green, byte Blue)> palette)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), pixels.Length / width);
        (header[8], header[9]) = (8, 3); // The header says: 8 bits per pixel, colors of a palette.
        return
        [
            0x89, .. "PNG\r\n\u001a\n"u8,
            .. Chunk("IHDR", header),
            .. Chunk("PLTE", [.. palette.SelectMany(color => new[] { color.Red, color.Green, color.Blue })]),
            .. Chunk("IDAT", Compressed(pixels, width)),
            .. Chunk("IEND", []),
        ];
    }

    // The 0 before each row says that the row is not filtered.
    private static byte[] Compressed(byte[] pixels, int width)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZLibStream(bytes, CompressionLevel.SmallestSize))
        {
            for (var i = 0; i < pixels.Length; i += width)
            {
                zip.WriteByte(0);
                zip.Write(pixels, i, width);
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] chunk = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(type), .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4..), ZipChecksum.Of(chunk.AsSpan(4..^4)));
        return chunk;
    }
}
