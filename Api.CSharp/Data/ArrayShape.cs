namespace HadamardNtk;

/// <summary>The shape a file claims, checked against what it holds before anything is allocated.</summary>
internal static class ArrayShape
{
    private const string Mend = "save or fetch the file again";

    /// <summary>The shape and the number of values, if the rest of the stream is exactly that many.</summary>
    /// <exception cref="DataFormatException">No axis, an empty one, or bytes that do not match the shape.</exception>
    public static int[] Checked(string file, Stream stream, long[] shape, ElementType type)
    {
        if (shape.Length == 0) throw Refusal(file, "an array with rows", "a single number (shape ())");
        if (shape.Any(d => d < 0)) throw Refusal(file, "axes of positive length", $"shape {OneLine.Shape(shape)}");
        if (shape.Contains(0)) throw Refusal(file, "at least one value", $"an empty array ({OneLine.Shape(shape)})");
        var count = RequireBytes(file, stream, shape, type);
        if (count > Array.MaxLength) throw TooLarge(file, OneLine.Shape(shape));
        return Array.ConvertAll(shape, d => (int)d);
    }

    /// <summary>The number of values, if the rest of the stream is exactly that many.</summary>
    /// <exception cref="DataFormatException">Bytes that do not match the shape.</exception>
    public static long RequireBytes(string file, Stream stream, long[] shape, ElementType type)
    {
        var count = Count(file, shape);
        RequireBytes(file, shape, type, (Int128)count * type.Size, stream.Length - stream.Position);
        return count;
    }

    public static DataFormatException TooLarge(string file, string came) => new(
        file, $"at most {Array.MaxLength} values, what one array holds", $"{came} of them", "split the file");

    private static long Count(string file, long[] shape)
    {
        Int128 count = 1;
        foreach (var length in shape)
            count = count * length is var next && next <= long.MaxValue
                ? next
                : throw TooLarge(file, OneLine.Shape(shape));
        return (long)count;
    }

    private static void RequireBytes(string file, long[] shape, ElementType type, Int128 claimed, long held)
    {
        if (claimed == held) return;
        var what = held < claimed ? "a truncated file" : "a file with bytes behind its array";
        throw new DataFormatException(
            file, $"{claimed} bytes for {OneLine.Shape(shape)} values of type {type.Name}",
            $"{held} bytes, {what}", Mend);
    }

    private static DataFormatException Refusal(string file, string expected, string came) =>
        new(file, expected, came, "give an array with one row a sample");
}
