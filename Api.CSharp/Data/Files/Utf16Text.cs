using System.Text;

namespace HadamardNtk;

/// <summary>Recognizes text in UTF-16 by its byte order mark.</summary>
internal static class Utf16Text
{
    private const string Suggestion = "save it as UTF-8";

    /// <summary>True for the byte order mark of UTF-16. The mark of UTF-32 begins with the same bytes.</summary>
    public static bool Is(ReadOnlySpan<byte> head) =>
        head is [0xff, 0xfe, ..] or [0xfe, 0xff, ..] && head is not [0xff, 0xfe, 0, 0, ..];

    /// <summary>The same text in UTF-8, from the stream's beginning on.</summary>
    public static Stream ToUtf8(Stream stream)
    {
        var encoding = DataSource.Head(stream, 1)[0] == 0xff ? Encoding.Unicode : Encoding.BigEndianUnicode;
        return ChunkStream.Drain(Encoding.CreateTranscodingStream(stream, encoding, Encoding.UTF8, leaveOpen: true));
    }

    /// <summary>The name of a wide encoding that is not read, and a remedy; null for other heads.</summary>
    public static (string Actual, string Suggestion)? Unread(ReadOnlySpan<byte> head) => head switch
    {
        [0xff, 0xfe, 0, 0, ..] or [0, 0, 0xfe, 0xff, ..] => ("text in UTF-32", Suggestion),
        [>= 32 or 9, 0, >= 32 or 9, 0, ..] or [0, >= 32, 0, >= 32, ..] =>
            ("text in UTF-16 without a byte order mark", Suggestion),
        _ => null,
    };
}
