using System.Text;

namespace HadamardNtk.Api.Tests;

/// <summary>A few changes to the bytes of a file, such as a slip, a bad disk or another program makes.</summary>
internal static class Mutation
{
    internal static readonly byte[][] Words =
    [
        .. new[]
        {
            ",", "\n", "\r", "\r\n", ";", "\t", " ", "\"", "\"\"", "#N/A", "NaN", "-", ".", "1e999", "a", "2019", "\0", "\uFEFF", "ü", "1,5", "-inf",
            "\n\n", ",,", "0x1", "1e5", "Unnamed: 0", "--1", "+", "#", "\n#", "\v", "\u2028",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    internal static readonly byte[][] NpyWords =
    [
        .. new[]
        {
            "(2, 3)", "(-1,)", "()", "(0,)", "True", "False", "<f8", "<f4", "<i8", ">f8", "|u1", "|O", "'descr'", "99999999999999999999", "L", ",", "{", "}", "\n", "\0",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    /// <summary>The bytes with none to four changes.</summary>
    internal static byte[] Of(byte[] bytes, Random random, byte[][] words)
    {
        var list = bytes.ToList();
        for (var n = random.Next(5); n > 0 && list.Count > 0; n--) Change(list, random, words);
        return [.. list];
    }

    private static void Change(List<byte> list, Random random, byte[][] words)
    {
        var at = random.Next(list.Count);
        var length = random.Next(Math.Min(16, list.Count - at)) + 1;
        switch (random.Next(words.Length > 0 ? 8 : 6))
        {
            case 0: list[at] = (byte)random.Next(256); break;
            case 1: list[at] ^= (byte)(1 << random.Next(8)); break;
            case 2: list.RemoveRange(at, length); break;
            case 3: list.InsertRange(random.Next(list.Count + 1), list.GetRange(at, length)); break;
            case 4: list.RemoveRange(at, list.Count - at); break;
            case 5: list.Insert(at, (byte)random.Next(256)); break;
            case 6: list.InsertRange(at, words[random.Next(words.Length)]); break;
            default:
                list.RemoveRange(at, length);
                list.InsertRange(at, words[random.Next(words.Length)]);
                break;
        }
    }
}
