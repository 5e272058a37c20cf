namespace HadamardNtk;

/// <summary>
/// Reads a table from text: one row on each line, an optional header line, optional quotes, comments and blank lines.
/// The first line is a header if every field is a name (<see cref="CsvHeader"/>). A column with a field that is no
/// number is a text column, which is refused where its numbers are asked for (<see cref="CsvTable"/>). A first line
/// that mixes numbers and names is refused, so that no header is taken for data and no row dropped as a header.
/// </summary>
internal sealed class CsvReader
{
    private const int BytesLookedAt = 512;

    private readonly string _file;
    private readonly CsvRecords _records;
    private readonly byte _separator;
    private readonly CsvErrors _errors;
    private readonly CsvFirstLine _first = new();
    private readonly List<double> _values = [];
    private readonly SortedDictionary<int, CsvNoNumber> _texts = [];
    private readonly List<string[]> _comments = [];
    private string[]? _header;
    private int _columns = -1;
    private int _rows;
    private long _blankLine;
    private long _hashLine;
    private bool _isFirstUnnamed;

    private CsvReader(string file, Stream stream, DataFileOptions options)
    {
        (_file, _records, _separator) = (file, new CsvRecords(file, stream), options.Mark);
        _errors = new(file, _records, _separator);
    }

    /// <summary>
    /// Whether the stream begins like text: without control characters, and with a first byte that UTF-8 allows.
    /// </summary>
    public static bool Is(Stream stream)
    {
        var head = DataSource.Head(stream, BytesLookedAt);
        return head.All(b => b is >= 32 or 9 or 10 or 13) && head is [< 0x80 or (>= 0xc0 and < 0xfe), ..];
    }

    /// <summary>Reads the numbers of a table; text columns have NaN where there is none.</summary>
    public static DataArray Read(string file, Stream stream, DataFileOptions options)
    {
        var reader = new CsvReader(file, stream, options);
        while (reader._records.TryNext(out var record)) reader.Add(record);
        return reader.Table();
    }

    private DataArray Table()
    {
        if (_header is not null && IsHeaderOneOfTheRows()) AddHeaderAsRow();
        if (_rows == 0)
            throw new DataFormatException(
                _file, "rows of numbers", "a file without any", "give a file with data");
        _first.Require(_texts, _rows, _errors);
        if (_hashLine > 0 && _texts.ContainsKey(0)) throw _errors.Hash(_hashLine);
        return new DataArray(_file, [.. _values], [_rows, _columns], IsFirstUnnamed: _isFirstUnnamed)
        {
            Table = new(_header ?? _comments.FindLast(names => names.Length == _columns), _header is not null, _texts),
        };
    }

    private void Add(ReadOnlySpan<byte> record)
    {
        if (CsvFields.Trimmed(record, _separator).IsEmpty)
        {
            if (_blankLine == 0) _blankLine = _records.Line;
        }
        else if (CsvHeader.IsComment(record, _separator))
        {
            AddComment(record);
        }
        else if (_columns < 0 && CsvHeader.Is(record, _separator))
        {
            _header = CsvFields.Texts(record, _separator);
            _isFirstUnnamed = CsvHeader.IsFirstUnnamed(record, _separator);
            _columns = _header.Length;
            _first.Header(_header);
        }
        else
        {
            AddRow(record);
        }
    }

    // A comment before the first row may name the columns, as numpy.savetxt writes. A later one with as many fields as
    // a row may be a row whose first field begins with a hash.
    private void AddComment(ReadOnlySpan<byte> record)
    {
        if (_columns < 0)
        {
            _comments.Add(CsvFields.Texts(CsvFields.Trimmed(record, _separator).TrimStart("# \t"u8), _separator));
        }
        else if (_hashLine == 0 && _rows > 0 && CsvFields.Count(record, _separator) == _columns)
        {
            _hashLine = _records.Line;
        }
    }

    private void AddRow(ReadOnlySpan<byte> record)
    {
        var column = 0;
        foreach (var field in new CsvFields(record, _separator))
        {
            var isNumber = CsvNumber.TryParse(field, out var value);
            _values.Add(isNumber ? value : double.NaN);
            if (!isNumber) AddText(record, field, column);
            if (_rows < 2 || !isNumber) _first.See(_rows, column, field, isNumber);
            column++;
        }

        if (_columns < 0) _columns = column;
        if (column != _columns) throw _errors.Ragged(record, _rows, column, _columns);
        if (_blankLine > 0 && _columns == 1) throw _errors.BlankLine(record, _rows, _blankLine);
        _blankLine = 0;
        if (_values.Count > Array.MaxLength - _columns) throw ArrayShape.TooLarge(_file, "more");
        _rows++;
    }

    private void AddText(ReadOnlySpan<byte> record, ReadOnlySpan<byte> field, int column)
    {
        if (!_texts.ContainsKey(column))
        {
            var isFirstLine = _rows == 0 && _columns < 0;
            _texts[column] = new(
                _rows, System.Text.Encoding.UTF8.GetString(field),
                _errors.NotANumber(record, field, (_rows, column), isFirstLine));
        }
    }

    // In a table of texts alone, a first line whose fields all occur again below it is a row.
    private bool IsHeaderOneOfTheRows() => _texts.Count == _columns && _first.IsHeaderRepeated;

    private void AddHeaderAsRow()
    {
        _values.InsertRange(0, Enumerable.Repeat(double.NaN, _columns));
        for (var column = 0; column < _columns; column++)
        {
            _texts[column] = new(0, _header![column], _errors.Text(_header[column], column));
        }

        (_header, _isFirstUnnamed) = (null, false);
        _rows++;
    }
}
