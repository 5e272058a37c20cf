using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>Converts the bytes of an array file to the numbers that they stand for. It may change the bytes.</summary>
internal delegate void DecodeElements(Span<byte> bytes, Span<double> values);

/// <summary>
/// A number type of an array file. An integer that float64 does not hold exactly is read as NaN, and hence refused; so
/// is a truth value whose byte is neither 0 nor 1.
/// </summary>
/// <param name="Name">The type's name in the format.</param>
/// <param name="Size">The number of bytes of a value.</param>
/// <param name="Expected">The condition on every value, for messages.</param>
/// <param name="Decode">Converts bytes to values.</param>
/// <param name="Refused">What came where the condition does not hold; null for the value itself.</param>
internal sealed record ElementType(
    string Name, int Size, string Expected, DecodeElements Decode, string? Refused = null)
{
    /// <summary>Float64 holds every integer of at most this size, 2^53, exactly.</summary>
    private const long LargestExact = 1L << 53;

    private static readonly ElementType[] NpyTypes =
    [
        LittleEndian<float>("<f4"), LittleEndian<double>("<f8"), LittleEndian<Half>("<f2"),
        LittleEndian<int>("<i4"), LittleEndian<short>("<i2"), LittleEndian<sbyte>("|i1"),
        LittleEndian<uint>("<u4"), LittleEndian<ushort>("<u2"), LittleEndian<byte>("|u1"),
        Exact("<i8", ExactIntegers), Exact("<u8", ExactCounts), new("|b1", 1, "a truth value, 0 or 1", Truths, "neither"),
        BigEndian<float>(">f4"), BigEndian<double>(">f8"), BigEndian<Half>(">f2"), BigEndian<int>(">i4"),
        BigEndian<short>(">i2"), BigEndian<uint>(">u4"), BigEndian<ushort>(">u2"),
        Exact(">i8", Reversed(sizeof(long), ExactIntegers)), Exact(">u8", Reversed(sizeof(ulong), ExactCounts)),
    ];

    /// <summary>The idx types by their code.</summary>
    private static readonly Dictionary<byte, ElementType> IdxTypes = new()
    {
        [0x08] = BigEndian<byte>("unsigned byte"),
        [0x09] = BigEndian<sbyte>("signed byte"),
        [0x0b] = BigEndian<short>("short"),
        [0x0c] = BigEndian<int>("int"),
        [0x0d] = BigEndian<float>("float"),
        [0x0e] = BigEndian<double>("double"),
    };

    /// <summary>The names of the npy types that are read.</summary>
    public static string NpyNames => string.Join(", ", NpyTypes.Select(type => type.Name).Where(name => name[0] != '>'))
        + " or the same big-endian";

    public static ElementType? Npy(string name) => NpyTypes.FirstOrDefault(type => type.Name == name);

    public static ElementType? Idx(byte code) => IdxTypes.GetValueOrDefault(code);

    private static ElementType LittleEndian<T>(string name) where T : unmanaged, INumberBase<T> =>
        new(name, Unsafe.SizeOf<T>(), "a finite number", Numbers<T>);

    private static ElementType BigEndian<T>(string name) where T : unmanaged, INumberBase<T> =>
        new(name, Unsafe.SizeOf<T>(), "a finite number", Reversed(Unsafe.SizeOf<T>(), Numbers<T>));

    private static ElementType Exact(string name, DecodeElements decode) => new(
        name, 8, "an integer of at most 2^53 in size, which float64 holds exactly", decode, "a larger one");

    // A file is read in few long calls, which end before the runtime would optimize the method on its own.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Numbers<T>(Span<byte> bytes, Span<double> values) where T : unmanaged, INumberBase<T>
    {
        var numbers = MemoryMarshal.Cast<byte, T>(bytes);
        for (var i = 0; i < values.Length; i++) values[i] = double.CreateTruncating(numbers[i]);
    }

    /// <summary>Decodes values whose bytes are in the opposite order.</summary>
    private static DecodeElements Reversed(int size, DecodeElements decode) => (bytes, values) =>
    {
        for (var at = 0; size > 1 && at < bytes.Length; at += size) bytes.Slice(at, size).Reverse();
        decode(bytes, values);
    };

    private static void ExactIntegers(Span<byte> bytes, Span<double> values)
    {
        var integers = MemoryMarshal.Cast<byte, long>(bytes);
        for (var i = 0; i < values.Length; i++)
            values[i] = integers[i] is >= -LargestExact and <= LargestExact ? integers[i] : double.NaN;
    }

    private static void ExactCounts(Span<byte> bytes, Span<double> values)
    {
        var counts = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (var i = 0; i < values.Length; i++) values[i] = counts[i] <= LargestExact ? counts[i] : double.NaN;
    }

    private static void Truths(Span<byte> bytes, Span<double> values)
    {
        for (var i = 0; i < values.Length; i++) values[i] = bytes[i] <= 1 ? bytes[i] : double.NaN;
    }
}
