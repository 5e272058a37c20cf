namespace HadamardNtk;

/// <summary>
/// Reads arrays of numbers. An argument is a file name, optionally followed by a selection as in numpy:
/// <c>file[rows]</c> or <c>file[rows,columns]</c>, each a slice <c>start:stop:step</c> (clipped to the array) or a
/// single index (which has to exist), negative ones counted from the end. A single index drops its axis:
/// <c>[:1200,-1]</c> is one-dimensional. Images are flattened to n x d before the selection. A file whose name is the
/// whole argument, brackets and all, is read as it is.
/// <para>
/// The format is recognized by content: npy (versions 1 to 3, dtypes &lt;f4 &lt;f8 &lt;i4 &lt;i8 |u1, C or Fortran
/// order), idx (the format of MNIST), and comma-separated numbers with an optional header line, in UTF-8 or, with a
/// byte order mark, in UTF-16. Each may be gzipped. A first line is a header if every field is a name; the first field
/// may be empty. A number in it, such as 2019, or a missing number (NA, #N/A, ?, an empty field) makes it a row of
/// data, and every field of such a row must be a number.
/// </para>
/// <para>
/// The whole file is checked, not only the selection. NaN, infinity, integers beyond 2^53, ragged rows, missing
/// numbers, and files that are empty, cut short or too long are refused with a <see cref="DataFormatException"/>.
/// </para>
/// </summary>
public static class DataFile
{
    /// <summary>
    /// Reads samples, n x d, one row for each sample. One axis gives n x 1; a single row <c>[i]</c> gives 1 x d.
    /// </summary>
    /// <param name="argument">The file, with or without a selection.</param>
    /// <exception cref="DataFormatException">The file or the selection cannot be used.</exception>
    public static Matrix ReadMatrix(string argument) => Read(argument).AsMatrix();

    /// <summary>Reads targets, n x outputs. One axis gives n x 1, also for a single row <c>[i]</c>.</summary>
    /// <param name="argument">The file, with or without a selection.</param>
    /// <exception cref="DataFormatException">
    /// The file or the selection cannot be used, or has more than two axes.
    /// </exception>
    public static Matrix ReadTargets(string argument) => Read(argument).AsTargets();

    /// <summary>Reads n labels, integers from -(2^53 - 1) to 2^53 - 1, from an array of shape n or n x 1.</summary>
    /// <param name="argument">The file, with or without a selection.</param>
    /// <exception cref="DataFormatException">
    /// The file or the selection cannot be used, a value is no integer, or there are several columns.
    /// </exception>
    public static long[] ReadLabels(string argument) => Read(argument).AsLabels();

    /// <summary>Reads the array in its own shape, or in that of the selection.</summary>
    internal static DataArray Read(string argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        var (path, selection) = Selection.Split(argument);
        using var content = DataSource.Open(path);
        var array = Read(path, content);
        return selection is null ? array : selection.Of(array);
    }

    /// <summary>Reads the array in an open file, from the file's start.</summary>
    internal static DataArray Read(string path, Stream content) =>
        DataSource.Guard(path, () => ReadContent(path, content));

    private static DataArray ReadContent(string file, Stream content)
    {
        var head = DataSource.Head(content, 8);
        if (head.Length == 0) throw Refusal(file, "an empty file");
        if (NpyReader.Is(head)) return NpyReader.Read(file, content);
        if (IdxReader.Is(head)) return IdxReader.Read(file, content);
        if (Utf16Text.Is(head)) return ReadWide(file, content);
        if (Utf16Text.Unread(head) is var (came, mend))
            throw new DataFormatException(file, "text in UTF-8", came, mend);
        return CsvReader.Is(content)
            ? CsvReader.Read(file, content)
            : throw Refusal(file, $"a file that begins with the bytes {MessageText.Hex(head)}");
    }

    private static DataArray ReadWide(string file, Stream content)
    {
        using var text = Utf16Text.ToUtf8(content);
        return CsvReader.Is(text)
            ? CsvReader.Read(file, text)
            : throw Refusal(file, "a file that begins as text in UTF-16, but is none");
    }

    private static DataFormatException Refusal(string file, string came) => new(
        file, "an npy, csv or idx file, gzipped or not", came,
        "save numbers with numpy.save or as comma-separated text");
}
