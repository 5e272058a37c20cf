namespace HadamardNtk;

/// <summary>Reads npy files, versions 1 to 3, C or Fortran order.</summary>
internal static class NpyReader
{
    public static bool Is(ReadOnlySpan<byte> head) => head.StartsWith(NpyHeader.Magic);

    public static DataArray Read(string file, Stream stream)
    {
        var header = NpyHeader.Read(file, stream);
        var type = ElementType.Npy(header.Descr) ?? throw Unsupported(file, header.Descr);
        var array = NumberBlock.Read(file, stream, header.Shape, type, header.FortranOrder);
        return array with { SampleShape = OfSample(array.Shape) };
    }

    private static SampleShape? OfSample(int[] shape) => shape switch
    {
        [_, var length, var channels] => SampleShape.Sequence(length, channels),
        [_, var height, var width, var channels] => SampleShape.Image(height, width, channels),
        _ => null,
    };

    private static DataFormatException Unsupported(string file, string descr) => new(
        file, $"dtype {ElementType.NpyNames}", $"dtype {MessageText.Quote(descr)}", "save it with array.astype('<f8')");
}
