using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>The plainest reading of a file that is known to be right; it takes nothing from the product.</summary>
internal static partial class Plain
{
    /// <summary>A file by its first bytes: what is left of an npy file may be text.</summary>
    internal static (int[] Shape, double[] Values) Of(byte[] bytes) => bytes switch
    {
        [0x93, (byte)'N', ..] => Npy(bytes),
        [0, 0, ..] => Idx(bytes),
        _ => Csv(Text(bytes)),
    };

    /// <summary>Bytes as text, by their byte order mark.</summary>
    internal static string Text(byte[] bytes) => bytes switch
    {
        [0xff, 0xfe, ..] => Encoding.Unicode.GetString(bytes),
        [0xfe, 0xff, ..] => Encoding.BigEndianUnicode.GetString(bytes),
        _ => Encoding.UTF8.GetString(bytes),
    };

    /// <summary>Every line of a text is a row, but a first one of names, comments and blank ones.</summary>
    internal static (int[] Shape, double[] Values) Csv(string text)
    {
        var lines = Lines(text.TrimStart('\uFEFF')).Where(line => line.Trim(' ', '\t').Length > 0 && !IsComment(line)).ToList();
        if (Fields(lines[0]).All(field => !IsNumber(field))) lines.RemoveAt(0);
        var rows = lines.Select(line => Fields(line).Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        Assert.Single(rows.Select(row => row.Length).Distinct());
        return ([rows.Length, rows[0].Length], [.. rows.SelectMany(row => row)]);
    }

    /// <summary>What its header says, of the bytes that follow.</summary>
    internal static (int[] Shape, double[] Values) Npy(byte[] bytes)
    {
        var length = bytes[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)) : BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        var start = bytes[6] == 1 ? 10 : 12;
        var header = Encoding.Latin1.GetString(bytes, start, length);
        var type = Descr().Match(header).Groups[1].Value;
        var shape = Axes().Match(header).Groups[1].Value.Split(',').Where(axis => axis.Trim().Length > 0)
            .Select(axis => int.Parse(axis.Trim().TrimEnd('L'), CultureInfo.InvariantCulture)).ToArray();
        var values = Numbers(bytes.AsSpan(start + length), type, shape.Aggregate(1, (a, b) => a * b));
        return (shape, FortranTrue().IsMatch(header) ? RowMajor(values, shape) : values);
    }

    /// <summary>The same of an idx file.</summary>
    internal static (int[] Shape, double[] Values) Idx(byte[] bytes)
    {
        var shape = Enumerable.Range(0, bytes[3]).Select(axis => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4 + 4 * axis))).ToArray();
        var (start, count) = (4 + 4 * shape.Length, shape.Aggregate(1, (a, b) => a * b));
        return (shape, [.. Enumerable.Range(0, count).Select(i => BigEndian(bytes.AsSpan(start), bytes[2], i))]);
    }

    private static IEnumerable<string> Lines(string text)
    {
        var (line, isQuoted) = (new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            isQuoted ^= text[i] == '"';
            if (isQuoted || text[i] is not ('\n' or '\r'))
            {
                line.Append(text[i]);
                continue;
            }

            yield return line.ToString();
            line.Clear();
            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n') i++;
        }

        if (line.Length > 0) yield return line.ToString();
    }

    private static IEnumerable<string> Fields(string line)
    {
        var (field, isQuoted) = (new StringBuilder(), false);
        foreach (var c in line + ',')
        {
            isQuoted ^= c == '"';
            if (c == ',' && !isQuoted)
            {
                yield return field.ToString().Trim(' ', '\t').Trim('"').Trim(' ', '\t');
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }
    }

    private static bool IsComment(string line) => line.TrimStart(' ', '\t').StartsWith('#');

    private static bool IsNumber(string field) => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static double[] Numbers(ReadOnlySpan<byte> data, string type, int count)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = type switch
            {
                "<f8" => BitConverter.ToDouble(data[(8 * i)..]),
                "<f4" => BitConverter.ToSingle(data[(4 * i)..]),
                "<i4" => BitConverter.ToInt32(data[(4 * i)..]),
                "<i8" => BitConverter.ToInt64(data[(8 * i)..]),
                _ => data[i],
            };
        }

        Assert.Equal(data.Length, count * (type == "|u1" ? 1 : int.Parse(type[2..], CultureInfo.InvariantCulture)));
        return values;
    }

    private static double[] RowMajor(double[] values, int[] shape)
    {
        var (rows, columns) = (shape[0], values.Length / shape[0]);
        Assert.InRange(shape.Length, 1, 2);
        return [.. Enumerable.Range(0, values.Length).Select(k => values[k / columns + k % columns * rows])];
    }

    private static double BigEndian(ReadOnlySpan<byte> data, byte code, int i) => code switch
    {
        8 => data[i],
        9 => (sbyte)data[i],
        11 => BinaryPrimitives.ReadInt16BigEndian(data[(2 * i)..]),
        12 => BinaryPrimitives.ReadInt32BigEndian(data[(4 * i)..]),
        13 => BinaryPrimitives.ReadSingleBigEndian(data[(4 * i)..]),
        _ => BinaryPrimitives.ReadDoubleBigEndian(data[(8 * i)..]),
    };

    [GeneratedRegex("""['"]descr['"]\s*:\s*['"]([^'"]*)['"]""")]
    private static partial Regex Descr();

    [GeneratedRegex("""['"]shape['"]\s*:\s*\(([^)]*)\)""")]
    private static partial Regex Axes();

    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*True""")]
    private static partial Regex FortranTrue();
}
