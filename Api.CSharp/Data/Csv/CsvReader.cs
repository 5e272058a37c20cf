namespace HadamardNtk;

/// <summary>
/// Reads numbers from comma-separated text: one row on each line, an optional header line, optional quotes, and blank
/// lines at the end only. The first line is a header if every field is a name (<see cref="CsvHeader"/>). A first line
/// that mixes numbers and names is refused, so that no row of data is dropped as a header.
/// </summary>
internal sealed class CsvReader
{
    private const int BytesLookedAt = 512;

    private readonly string _file;
    private readonly CsvRecords _records;
    private readonly List<double> _values = [];
    private int _columns = -1;
    private int _rows;
    private long _blankLine;
    private bool _isFirstUnnamed;

    private CsvReader(string file, Stream stream) => (_file, _records) = (file, new CsvRecords(file, stream));

    /// <summary>
    /// Whether the stream begins like text: without control characters, and with a first byte that UTF-8 allows.
    /// </summary>
    public static bool Is(Stream stream)
    {
        var head = DataSource.Head(stream, BytesLookedAt);
        return head.All(b => b is >= 32 or 9 or 10 or 13) && head is [< 0x80 or (>= 0xc0 and < 0xfe), ..];
    }

    public static DataArray Read(string file, Stream stream)
    {
        var reader = new CsvReader(file, stream);
        while (reader._records.TryNext(out var record)) reader.Add(record);
        if (reader._rows == 0)
            throw new DataFormatException(file, "rows of numbers", "a file without any", "give a file with data");
        return new DataArray(
            file, [.. reader._values], [reader._rows, reader._columns], IsFirstUnnamed: reader._isFirstUnnamed);
    }

    private void Add(ReadOnlySpan<byte> record)
    {
        if (CsvFields.Trimmed(record).IsEmpty)
        {
            if (_blankLine == 0) _blankLine = _records.Line;
            return;
        }

        if (_blankLine > 0) throw BlankLine();
        if (_columns >= 0 || !CsvHeader.Is(record)) AddRow(record);
        else AddHeader(record);
    }

    private void AddHeader(ReadOnlySpan<byte> record) =>
        (_columns, _isFirstUnnamed) = (CsvFields.Count(record), CsvHeader.IsFirstUnnamed(record));

    private void AddRow(ReadOnlySpan<byte> record)
    {
        var column = 0;
        foreach (var field in new CsvFields(record))
        {
            if (!CsvNumber.TryParse(field, out var value)) throw NotANumber(record, field, column);
            _values.Add(value);
            column++;
        }

        if (_columns < 0) _columns = column;
        if (column != _columns) throw Ragged(record, column);
        if (_values.Count > Array.MaxLength - _columns) throw ArrayShape.TooLarge(_file, "more");
        _rows++;
    }

    private DataFormatException NotANumber(ReadOnlySpan<byte> record, ReadOnlySpan<byte> field, int column)
    {
        var fields = CsvFields.Count(record);
        if (_columns >= 0 && fields != _columns) return Ragged(record, fields);
        var came = field.IsEmpty ? "an empty field" : MessageText.Quote(field);
        return new DataFormatException(
            _file, "a finite number", $"{came} in row {_rows}, column {column} (counted from 0; line {_records.Line})",
            CsvSeparator.Suggestion(record) ?? Suggestion(field));
    }

    private string Suggestion(ReadOnlySpan<byte> field)
    {
        var missing = CsvHeader.IsMissing(field)
            ? "fill the missing value in or leave its row out"
            : "put a number there";
        return _rows > 0 || _columns >= 0 ? $"{missing}: fields are separated by commas, decimals by a point"
            : $"{missing}, or, if this line is a header, give every column a name that is not a number";
    }

    private DataFormatException Ragged(ReadOnlySpan<byte> record, int columns) =>
        CsvSeparator.Suggestion(record) is { } mend
            ? new DataFormatException(
                _file, "fields separated by commas",
                $"{MessageText.Quote(record)} in row {_rows} (counted from 0; line {_records.Line})", mend)
            : new DataFormatException(
                _file, $"{_columns} {(_columns == 1 ? "field" : "fields")} in every row",
                $"{columns} in row {_rows} (counted from 0; line {_records.Line})",
                "make all rows equally long"
                + (columns == 2 * _columns ? ", or, if these commas are decimal ones, write points" : ""));

    private DataFormatException BlankLine() => new(
        _file, $"a number in row {_rows}, column 0 (counted from 0; line {_blankLine})",
        "a blank line with rows behind it", "remove it");
}
