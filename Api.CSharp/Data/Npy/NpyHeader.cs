using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace HadamardNtk;

/// <summary>The header of an npy file: magic, version, length, and a Python dict as text.</summary>
/// <param name="Descr">The dtype, as in <c>&lt;f8</c>.</param>
/// <param name="FortranOrder">True for column-major data.</param>
/// <param name="Shape">The length of each axis.</param>
internal sealed record NpyHeader(string Descr, bool FortranOrder, long[] Shape)
{
    private const int Longest = ushort.MaxValue;
    private const int Alignment = 64;

    /// <summary>The offset of the header's length, after magic and version.</summary>
    private const int LengthAt = 8;

    /// <summary>The number of digits for which numpy leaves room in the length of the first axis.</summary>
    private const int GrowthDigits = 21;

    private const string Suggestion = "save the array again with numpy.save";

    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the header at the start of a stream, and leaves the stream at the first value.</summary>
    /// <exception cref="DataFormatException">The stream has no complete header of a known version.</exception>
    public static NpyHeader Read(string file, Stream stream)
    {
        var start = DataSource.Head(stream, LengthAt + sizeof(uint));
        var length = TextLength(file, start, out var from);
        if (length > stream.Length - from)
            throw Refusal(file, $"a header of {length} bytes", $"a file of {stream.Length} bytes, a truncated one");
        if (length > Longest) throw Refusal(file, $"a header of at most {Longest} bytes", $"one of {length}");
        stream.Position = from;
        return Parse(file, ReadText(stream, (int)length));
    }

    /// <summary>The header as numpy writes it, byte for byte: version 1, padded to a multiple of 64 bytes.</summary>
    public byte[] ToBytes()
    {
        var text = $"{{'descr': '{Descr}', 'fortran_order': {FortranOrder}, 'shape': ({Axes()}), }}";
        text += new string(' ', Shape.Length == 0 ? 0 : GrowthDigits - Digits(Shape[0]).Length);
        var before = LengthAt + sizeof(ushort);
        var padding = Alignment - (before + text.Length + 1) % Alignment;
        var bytes = new byte[before + text.Length + padding + 1];
        Magic.CopyTo(bytes);
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(LengthAt), (ushort)(bytes.Length - before));
        Encoding.Latin1.GetBytes(text + new string(' ', padding) + '\n', bytes.AsSpan(before));
        return bytes;
    }

    /// <summary>The lengths of the axes as in a Python tuple: a single axis has a comma after it, (3,).</summary>
    private string Axes() => string.Join(", ", Shape.Select(Digits)) + (Shape.Length == 1 ? "," : "");

    private static string Digits(long length) => length.ToString(CultureInfo.InvariantCulture);

    private static long TextLength(string file, ReadOnlySpan<byte> start, out int from)
    {
        var version = start.Length > 7 ? (start[6], start[7]) : ((byte)0, (byte)0);
        from = LengthAt + (version == (1, 0) ? sizeof(ushort) : sizeof(uint));
        if (start.Length < from)
            throw Refusal(file, "an npy header", $"a file of {start.Length} bytes, a truncated one");
        return version switch
        {
            (1, 0) => BinaryPrimitives.ReadUInt16LittleEndian(start[LengthAt..]),
            (2 or 3, 0) => BinaryPrimitives.ReadUInt32LittleEndian(start[LengthAt..]),
            _ => throw Refusal(file, "npy version 1.0, 2.0 or 3.0", $"version {version.Item1}.{version.Item2}"),
        };
    }

    private static string ReadText(Stream stream, int length)
    {
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return Encoding.Latin1.GetString(bytes);
    }

    private static NpyHeader Parse(string file, string text)
    {
        try
        {
            return new NpyHeaderText(text).Parse();
        }
        catch (FormatException e)
        {
            throw Refusal(file, $"an npy header with {e.Message}", MessageText.Quote(text.Trim()));
        }
    }

    private static DataFormatException Refusal(string file, string expected, string came) =>
        new(file, expected, came, Suggestion);
}
