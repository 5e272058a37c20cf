using System.Globalization;
using System.Text;

namespace HadamardNtk;

/// <summary>Reads npy files of texts (dtypes U and S), as numpy.save writes arrays of strings.</summary>
internal static class NpyTexts
{
    private const int BytesOfCharacter = 4;

    /// <summary>The texts of a file and its shape; null where the file holds something else.</summary>
    /// <exception cref="DataFormatException">The file is damaged.</exception>
    internal static (string[] Texts, int[] Shape)? Read(string file, Stream stream)
    {
        stream.Position = 0;
        var header = NpyHeader.Read(file, stream);
        if (Type(header.Descr) is not var (encoding, size)) return null;
        var type = new ElementType(header.Descr, size, "a text", (_, _) => { });
        var shape = ArrayShape.Checked(file, stream, header.Shape, type);
        if (header.FortranOrder && shape.Count(length => length > 1) > 1)
        {
            throw new DataFormatException(
                file, "texts row by row", $"texts of {MessageText.Shape(header.Shape)} in Fortran order",
                "save them with numpy.ascontiguousarray(array)");
        }

        var (texts, bytes) = (new string[shape.Aggregate(1, (product, axis) => product * axis)], new byte[size]);
        for (var i = 0; i < texts.Length; i++)
        {
            stream.ReadExactly(bytes);
            texts[i] = encoding.GetString(bytes).TrimEnd('\0');
        }

        return (texts, shape);
    }

    private static (Encoding Encoding, int Size)? Type(string descr) =>
        descr.Length < 3
            || !int.TryParse(descr.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length is 0 or > 1 << 20
            ? null
            : descr[1] switch
            {
                'U' => (new UTF32Encoding(descr[0] == '>', byteOrderMark: false), BytesOfCharacter * length),
                'S' => (Encoding.Latin1, length),
                _ => null,
            };
}
