namespace HadamardNtk;

/// <summary>
/// The content of a data file: a member of an archive unpacked, and text in UTF-8, both in memory. The file belongs to
/// its opener.
/// </summary>
/// <param name="File">The file, for messages.</param>
/// <param name="Stream">The content.</param>
/// <param name="IsWide">Whether it was text in UTF-16.</param>
internal sealed record DataContent(string File, Stream Stream, bool IsWide = false)
{
    private const int HeadLength = 8;

    /// <summary>Opens the content of a file, which is open.</summary>
    /// <exception cref="DataFormatException">The file or the member cannot be read.</exception>
    internal static DataContent Open(DataArgument named, Stream file) => DataSource.Guard(named.Path, () =>
    {
        var path = named.Path;
        var head = DataSource.Head(file, HeadLength);
        return NpzFile.Is(head)
            ? new DataContent(
                named.Member is null ? path : $"{path}:{named.Member}", NpzFile.Open(path, file, named.Member))
            : named.Member is not null ? throw NoArchive(path, head)
            : Utf16Text.Is(head) ? new(path, WatchedStream.Unpacked(file, Utf16Text.ToUtf8(file)), IsWide: true)
            : new(path, file);
    });

    /// <summary>The texts in an npy file of texts, and its shape; null for other files.</summary>
    /// <exception cref="DataFormatException">It cannot be read.</exception>
    internal (string[] Texts, int[] Shape)? ReadNpyTexts() => DataSource.Guard(File, () =>
        NpyReader.Is(DataSource.Head(Rewound(), HeadLength)) ? NpyTexts.Read(File, Stream) : null);

    /// <summary>Reads the array, from the start. Columns of a text file may have texts.</summary>
    /// <exception cref="DataFormatException">It cannot be read.</exception>
    internal DataArray Read(DataFileOptions options) => DataSource.Guard(File, () => ReadNow(options));

    /// <summary>Reads the texts of a column of a text file, from the start.</summary>
    internal string[] ReadTexts(DataFileOptions options, int column, bool hasHeader) =>
        DataSource.Guard(File, () => CsvColumn.Read(File, Rewound(), options, column, hasHeader));

    private DataArray ReadNow(DataFileOptions options)
    {
        var head = DataSource.Head(Rewound(), HeadLength);
        if (head.Length == 0) throw Refusal("an empty file");
        if (NpyReader.Is(head)) return NpyReader.Read(File, Stream);
        if (IdxReader.Is(head)) return IdxReader.Read(File, Stream);
        if (!IsWide && Utf16Text.Unread(head) is var (came, mend))
            throw new DataFormatException(File, "text in UTF-8", came, mend);
        return CsvReader.Is(Stream) ? CsvReader.Read(File, Stream, options)
            : throw Refusal(
                IsWide ? "a file that begins as text in UTF-16, but is none"
                : $"a file that begins with the bytes {MessageText.Hex(head)}");
    }

    private Stream Rewound()
    {
        Stream.Position = 0;
        return Stream;
    }

    private static DataFormatException NoArchive(string path, ReadOnlySpan<byte> head) => new(
        path, "an npz file, whose arrays have names", $"a file that begins with the bytes {MessageText.Hex(head)}",
        "leave the name behind the colon out");

    private DataFormatException Refusal(string came) => new(
        File, "an npy, npz, csv or idx file, gzipped or not", came,
        "save numbers with numpy.save or as comma-separated text");
}
