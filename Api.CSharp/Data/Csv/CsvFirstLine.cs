namespace HadamardNtk;

/// <summary>
/// Compares the first line of a text file with the lines below it, to tell whether it names columns or holds data where
/// its fields alone do not say so.
/// </summary>
internal sealed class CsvFirstLine
{
    private string[] _header = [];
    private bool[] _isRepeated = [];
    private readonly Dictionary<int, FirstText> _texts = [];
    private bool _hasOnlyWholeNumbers = true;

    /// <summary>Whether every field of the header occurs again in its column.</summary>
    internal bool IsHeaderRepeated => _header.Length > 0 && Array.TrueForAll(_isRepeated, isRepeated => isRepeated);

    /// <summary>Takes a line for a header.</summary>
    internal void Header(string[] names) => (_header, _isRepeated) = (names, new bool[names.Length]);

    /// <summary>Looks at a field: all of the first two rows, and texts of the others.</summary>
    internal void See(int row, int column, ReadOnlySpan<byte> field, bool isNumber)
    {
        if (_header.Length > 0)
        {
            if (column < _header.Length && !isNumber && !_isRepeated[column])
            {
                _isRepeated[column] = System.Text.Encoding.UTF8.GetString(field) == _header[column];
            }
        }
        else if (row == 0)
        {
            SeeFirst(column, field, isNumber);
        }
        else if (!isNumber && _texts.TryGetValue(column, out var text))
        {
            text.See(row, field);
        }
    }

    /// <summary>Fails where the first row may be a header that has numbers in it.</summary>
    /// <exception cref="DataFormatException">It may be one.</exception>
    internal void Require(IReadOnlyDictionary<int, CsvNoNumber> texts, int rows, CsvErrors errors)
    {
        if (rows > 1 && _texts.Values.Any(text => text.IsName && !text.IsFollowedByText))
        {
            throw texts.Values.First(text => text.Row == 0).Error;
        }

        if (_texts.Count > 0 && _hasOnlyWholeNumbers && _texts.Values.All(text => text.IsName && text.IsAlone))
        {
            throw errors.DoubtfulFirstLine(_texts.Values.First().Text);
        }
    }

    private void SeeFirst(int column, ReadOnlySpan<byte> field, bool isNumber)
    {
        if (!isNumber)
        {
            _texts[column] = new(
                System.Text.Encoding.UTF8.GetString(field), CsvHeader.IsName(field) && !CsvHeader.IsMissing(field));
        }
        else
        {
            _hasOnlyWholeNumbers &= !field.ContainsAny(".eE"u8);
        }
    }

    /// <summary>A text of the first row and what is below it.</summary>
    private sealed class FirstText(string text, bool isName)
    {
        private string? _second;
        private bool _isSecondRepeated;
        private bool _isRepeated;

        internal string Text => text;

        internal bool IsName => isName;

        /// <summary>Whether another row has text in this column.</summary>
        internal bool IsFollowedByText { get; private set; }

        /// <summary>Whether the text of the second row occurs again, and that of the first does not.</summary>
        internal bool IsAlone => _isSecondRepeated && !_isRepeated;

        internal void See(int row, ReadOnlySpan<byte> field)
        {
            IsFollowedByText = true;
            if (_isRepeated) return;
            var other = System.Text.Encoding.UTF8.GetString(field);
            _isRepeated = other == text;
            _isSecondRepeated |= row > 1 && other == _second;
            if (row == 1) _second = other;
        }
    }
}
