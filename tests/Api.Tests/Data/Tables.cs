using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace HadamardNtk.Api.Tests;

/// <summary>Small files of every kind as programs write them.</summary>
internal static class Tables
{
    private static readonly string[] Ends = ["\n", "\r\n", "\r"];
    private static readonly string[] Types = ["<f8", "<f4", "<i4", "<i8", "|u1"];
    private static readonly string[] Notes = ["# made on Monday", "", "#1,2"];

    /// <summary>Comma-separated text, with a header or without, quoted or not.</summary>
    internal static string Csv(Random random)
    {
        var (rows, columns, end) = (random.Next(1, 7), random.Next(1, 5), Ends[random.Next(Ends.Length)]);
        var lines = Enumerable.Range(0, rows).Select(_ => Line(columns, () => Number(random), random)).ToList();
        if (random.Next(3) == 0) lines.Insert(0, Line(columns, () => "abcxyz"[random.Next(6)].ToString(), random));
        if (random.Next(4) == 0) lines.Insert(random.Next(lines.Count + 1), Notes[random.Next(Notes.Length)]);
        return string.Join(end, lines) + (random.Next(4) == 0 ? "" : end);
    }

    /// <summary>An npy file of any type that is read.</summary>
    internal static byte[] Npy(Random random)
    {
        var (rows, columns, type) = (random.Next(1, 5), random.Next(1, 5), Types[random.Next(Types.Length)]);
        var count = rows * columns;
        var shape = random.Next(3) == 0 ? $"({count},)" : $"({rows}, {columns})";
        return NpyBytes.Of(type, shape, Data(type, count, random), fortran: random.Next(4) == 0, version: (byte)random.Next(1, 4));
    }

    /// <summary>An idx file of bytes, integers or floats.</summary>
    internal static byte[] Idx(Random random)
    {
        var (rows, columns) = (random.Next(1, 5), random.Next(1, 5));
        var (code, size) = random.Next(3) switch { 0 => (8, 1), 1 => (12, 4), _ => (14, 8) };
        byte[] axes = random.Next(2) == 0 ? Axes(rows, columns) : Axes(rows, columns, 1);
        var data = new byte[rows * columns * size];
        for (var i = 0; i < rows * columns; i++)
        {
            if (code == 8) data[i] = (byte)random.Next(256);
            else if (code == 12) BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4 * i), random.Next(-1000, 1000));
            else BinaryPrimitives.WriteDoubleBigEndian(data.AsSpan(8 * i), random.NextDouble());
        }

        return [0, 0, (byte)code, (byte)(axes.Length / 4), .. axes, .. data];
    }

    private static string Line(int columns, Func<string> field, Random random) =>
        string.Join(',', Enumerable.Range(0, columns).Select(_ => random.Next(10) == 0 ? $"\"{field()}\"" : field()));

    private static string Number(Random random) => random.Next(4) switch
    {
        0 => random.Next(-9, 100).ToString(CultureInfo.InvariantCulture),
        1 => (random.NextDouble() - 0.5).ToString("R", CultureInfo.InvariantCulture),
        2 => $"{random.Next(9)}e{random.Next(-20, 20)}",
        _ => $" {random.Next(99)}.5 ",
    };

    private static byte[] Data(string type, int count, Random random) => type switch
    {
        "<f8" => Bytes(count, _ => random.NextDouble()),
        "<f4" => Bytes(count, _ => random.NextSingle()),
        "<i4" => Bytes(count, _ => random.Next()),
        "<i8" => Bytes(count, _ => (long)random.Next()),
        _ => Bytes(count, _ => (byte)random.Next(256)),
    };

    private static byte[] Bytes<T>(int count, Func<int, T> value) where T : unmanaged =>
        MemoryMarshal.AsBytes<T>(Enumerable.Range(0, count).Select(value).ToArray()).ToArray();

    private static byte[] Axes(params int[] lengths)
    {
        var bytes = new byte[4 * lengths.Length];
        for (var i = 0; i < lengths.Length; i++) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * i), lengths[i]);
        return bytes;
    }
}
