using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>Turns the bytes of an array file, which it may change, into as many numbers as they are.</summary>
internal delegate void DecodeElements(Span<byte> bytes, Span<double> values);

/// <summary>A number type of an array file. What float64 cannot hold exactly is read as NaN, and so refused.</summary>
/// <param name="Name">The type as the format writes it.</param>
/// <param name="Size">Bytes a value.</param>
/// <param name="Expected">What every value has to be.</param>
/// <param name="Decode">The values in the bytes.</param>
internal sealed record ElementType(string Name, int Size, string Expected, DecodeElements Decode)
{
    /// <summary>Up to here every integer is a float64: 2^53.</summary>
    private const long LargestExact = 1L << 53;

    private static readonly ElementType[] NpyTypes =
    [
        LittleEndian<float>("<f4"),
        LittleEndian<double>("<f8"),
        LittleEndian<int>("<i4"),
        new("<i8", 8, "an integer of at most 2^53 in size, which float64 holds exactly", ExactIntegers),
        LittleEndian<byte>("|u1"),
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
    public static string NpyNames => string.Join(", ", NpyTypes.Select(type => type.Name));

    public static ElementType? Npy(string name) => NpyTypes.FirstOrDefault(type => type.Name == name);

    public static ElementType? Idx(byte code) => IdxTypes.GetValueOrDefault(code);

    private static ElementType LittleEndian<T>(string name) where T : unmanaged, INumberBase<T> =>
        new(name, Unsafe.SizeOf<T>(), "a finite number", Numbers<T>);

    private static ElementType BigEndian<T>(string name) where T : unmanaged, INumberBase<T> =>
        new(name, Unsafe.SizeOf<T>(), "a finite number", ReversedNumbers<T>);

    // Compiled well at once: a file is read in few long calls, before the runtime would come to optimise them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Numbers<T>(Span<byte> bytes, Span<double> values) where T : unmanaged, INumberBase<T>
    {
        var numbers = MemoryMarshal.Cast<byte, T>(bytes);
        for (var i = 0; i < values.Length; i++) values[i] = double.CreateTruncating(numbers[i]);
    }

    private static void ReversedNumbers<T>(Span<byte> bytes, Span<double> values) where T : unmanaged, INumberBase<T>
    {
        var size = Unsafe.SizeOf<T>();
        for (var at = 0; size > 1 && at < bytes.Length; at += size) bytes.Slice(at, size).Reverse();
        Numbers<T>(bytes, values);
    }

    private static void ExactIntegers(Span<byte> bytes, Span<double> values)
    {
        var integers = MemoryMarshal.Cast<byte, long>(bytes);
        for (var i = 0; i < values.Length; i++)
            values[i] = integers[i] is >= -LargestExact and <= LargestExact ? integers[i] : double.NaN;
    }
}
