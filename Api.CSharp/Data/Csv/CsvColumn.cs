namespace HadamardNtk;

/// <summary>Reads one column of a text file as texts.</summary>
internal static class CsvColumn
{
    /// <summary>The texts of a column, a row each.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="stream">The text, which <see cref="CsvReader"/> has read as a table.</param>
    /// <param name="options">How text is read.</param>
    /// <param name="column">The column, counted from 0.</param>
    /// <param name="hasHeader">Whether the first line that is no comment is a header.</param>
    internal static string[] Read(string file, Stream stream, DataFileOptions options, int column, bool hasHeader)
    {
        var (records, separator, texts) = (new CsvRecords(file, stream), options.Mark, new List<string>());
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        var isHeader = hasHeader;
        while (records.TryNext(out var record))
        {
            if (CsvFields.Trimmed(record, separator).IsEmpty || CsvHeader.IsComment(record, separator)) continue;
            if (!isHeader) texts.Add(Kept(known, Field(record, separator, column)));
            isHeader = false;
        }

        return [.. texts];
    }

    // Labels repeat, and one text for each is kept.
    private static string Kept(Dictionary<string, string> known, string text) =>
        known.TryGetValue(text, out var kept) ? kept : known[text] = text;

    private static string Field(ReadOnlySpan<byte> record, byte separator, int column)
    {
        var fields = new CsvFields(record, separator);
        for (var k = 0; k <= column; k++) fields.MoveNext();
        return fields.Text;
    }
}
