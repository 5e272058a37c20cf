namespace HadamardNtk;

/// <summary>
/// Reads numbers from comma-separated text: one row a line, an optional header line, optional quotes, blank lines at
/// the end only. The first line is a header if none of its fields is a number and one is a name; a first line of
/// numbers and names mixed is refused, so that no row of data is ever dropped for a header.
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

    private CsvReader(string file, Stream stream) => (_file, _records) = (file, new CsvRecords(file, stream));

    /// <summary>Text has no control characters and begins with a character that text begins with.</summary>
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
        return new DataArray(file, [.. reader._values], [reader._rows, reader._columns]);
    }

    private void Add(ReadOnlySpan<byte> record)
    {
        if (CsvFields.Trimmed(record).IsEmpty)
        {
            if (_blankLine == 0) _blankLine = _records.Line;
            return;
        }

        if (_blankLine > 0) throw BlankLine();
        if (_columns >= 0 || !CsvNumber.IsHeader(record)) AddRow(record);
        else _columns = CsvFields.Count(record);
    }

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
        if (column != _columns) throw Ragged(column);
        if (_values.Count > Array.MaxLength - _columns) throw ArrayShape.TooLarge(_file, "more");
        _rows++;
    }

    private DataFormatException NotANumber(ReadOnlySpan<byte> record, ReadOnlySpan<byte> field, int column)
    {
        var fields = CsvFields.Count(record);
        if (_columns >= 0 && fields != _columns) return Ragged(fields);
        var came = field.IsEmpty ? "an empty field" : OneLine.Quote(field);
        return new DataFormatException(
            _file, "a finite number", $"{came} in row {_rows}, column {column} (counted from 0; line {_records.Line})",
            _rows == 0 && _columns < 0
                ? "put a number there, or, if this line is a header, give every column a name that is not a number"
                : "put a number there: fields are separated by commas, decimals by a point");
    }

    private DataFormatException Ragged(int columns) => new(
        _file, $"{_columns} {(_columns == 1 ? "field" : "fields")} in every row",
        $"{columns} in row {_rows} (counted from 0; line {_records.Line})", "make all rows equally long");

    private DataFormatException BlankLine() => new(
        _file, $"a number in row {_rows}, column 0 (counted from 0; line {_blankLine})",
        "a blank line with rows behind it", "remove it");
}
