using System.Buffers.Binary;

namespace HadamardNtk;

/// <summary>
/// Reads idx files, the format of MNIST: two zeros, a type, the number of axes, the length of each axis as a big-endian
/// uint32, and the values row by row, big-endian.
/// </summary>
internal static class IdxReader
{
    public static bool Is(ReadOnlySpan<byte> head) =>
        head is [0, 0, var type, _, ..] && ElementType.Idx(type) is not null;

    public static DataArray Read(string file, Stream stream)
    {
        var magic = DataSource.Head(stream, 4);
        stream.Position = magic.Length;
        var array = NumberBlock.Read(
            file, stream, ReadShape(file, stream, magic[3]), ElementType.Idx(magic[2])!, false);
        return array with { SampleShape = OfSample(array.Shape) };
    }

    private static SampleShape? OfSample(int[] shape) => shape switch
    {
        [_, var height, var width] => SampleShape.Image(height, width, 1),
        [_, var height, var width, var channels] => SampleShape.Image(height, width, channels),
        _ => null,
    };

    private static long[] ReadShape(string file, Stream stream, int axes)
    {
        var bytes = new byte[sizeof(uint) * axes];
        if (stream.Length - stream.Position < bytes.Length)
            throw new DataFormatException(
                file, $"an idx header of {4 + bytes.Length} bytes", $"a file of {stream.Length} bytes, a truncated one",
                "fetch the file again");
        stream.ReadExactly(bytes);
        return [.. bytes.Chunk(sizeof(uint)).Select(axis => (long)BinaryPrimitives.ReadUInt32BigEndian(axis))];
    }
}
