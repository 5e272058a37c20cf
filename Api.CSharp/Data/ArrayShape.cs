namespace HadamardNtk;

/// <summary>Checks the shape in a file's header against the file's length, before anything is allocated.</summary>
internal static class ArrayShape
{
    private const string Suggestion = "save or fetch the file again";

    /// <summary>The shape, if the rest of the stream has exactly its number of values.</summary>
    /// <exception cref="DataFormatException">
    /// The shape has no axis or an empty one, or the number of bytes does not match it.
    /// </exception>
    public static int[] Checked(string file, Stream stream, long[] shape, ElementType type)
    {
        if (shape.Length == 0) throw Refusal(file, "an array with rows", "a single number (shape ())");
        if (shape.Any(d => d < 0)) throw Refusal(file, "axes of positive length", $"shape {MessageText.Shape(shape)}");
        if (shape.Contains(0))
            throw Refusal(file, "at least one value", $"an empty array ({MessageText.Shape(shape)})");
        var count = RequireBytes(file, stream, shape, type);
        if (count > Array.MaxLength) throw TooLarge(file, MessageText.Shape(shape));
        return Array.ConvertAll(shape, d => (int)d);
    }

    /// <summary>The number of values of the shape, if the rest of the stream has exactly as many.</summary>
    /// <exception cref="DataFormatException">The number of bytes does not match the shape.</exception>
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
                : throw TooLarge(file, MessageText.Shape(shape));
        return (long)count;
    }

    private static void RequireBytes(string file, long[] shape, ElementType type, Int128 claimed, long held)
    {
        if (claimed == held) return;
        var what = held < claimed ? "a truncated file" : "a file with bytes behind its array";
        throw new DataFormatException(
            file, $"{claimed} bytes for {MessageText.Shape(shape)} values of type {type.Name}",
            $"{held} bytes, {what}", Suggestion);
    }

    private static DataFormatException Refusal(string file, string expected, string came) =>
        new(file, expected, came, "give an array with one row a sample");
}
