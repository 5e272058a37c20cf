namespace HadamardNtk;

/// <summary>The errors of text files, each with the row, the column and the line.</summary>
internal sealed class CsvErrors(string file, CsvRecords records, byte separator)
{
    private string Separated => separator switch
    {
        (byte)',' => "commas",
        (byte)';' => "semicolons",
        (byte)'\t' => "tabs",
        _ => "spaces",
    };

    /// <summary>A field that is no number where one is asked for.</summary>
    internal DataFormatException NotANumber(
        ReadOnlySpan<byte> record, ReadOnlySpan<byte> field, (int Row, int Column) at, bool isFirstLine)
    {
        var came = field.IsEmpty ? "an empty field" : MessageText.Quote(field);
        return new DataFormatException(
            file, "a finite number",
            $"{came} in row {at.Row}, column {at.Column} (counted from 0; line {records.Line})",
            CsvSeparator.Suggestion(record, separator) ?? Suggestion(field, isFirstLine));
    }

    /// <summary>The same in a table of texts, whose first line was read.</summary>
    internal DataFormatException Text(string field, int column) => new(
        file, "a finite number", $"{MessageText.Quote(field)} in row 0, column {column} (counted from 0)",
        "select columns of numbers");

    /// <summary>A row of another length.</summary>
    internal DataFormatException Ragged(ReadOnlySpan<byte> record, int row, int columns, int expected) =>
        CsvSeparator.Suggestion(record, separator) is { } suggestion
            ? new DataFormatException(
                file, $"fields separated by {Separated}",
                $"{MessageText.Quote(record)} in row {row} (counted from 0; line {records.Line})", suggestion)
            : new DataFormatException(
                file, $"{expected} {(expected == 1 ? "field" : "fields")} in every row",
                $"{columns} in row {row} (counted from 0; line {records.Line})",
                "make all rows equally long"
                + (columns == 2 * expected ? ", or, if these commas are decimal ones, write points" : ""));

    /// <summary>A blank line between the rows of a single column.</summary>
    internal DataFormatException BlankLine(ReadOnlySpan<byte> record, int row, long line) => new(
        file, $"a number in row {row}, column 0 (counted from 0; line {line})",
        "a blank line with rows behind it, which in a single column is a missing value",
        CsvSeparator.Suggestion(record, separator) ?? "remove it");

    /// <summary>A line that may be a comment, or a row whose first field begins with a hash.</summary>
    internal DataFormatException Hash(long line) => new(
        file, "comments that differ from rows",
        $"a comment in line {line} with as many fields as a row, where the first column has texts",
        "put the first field in quotes if it is data, and remove the line if it is a comment");

    /// <summary>A first line that may be data or a header.</summary>
    internal DataFormatException DoubtfulFirstLine(string field) => new(
        file, "a first line that is a header or data",
        $"one with {MessageText.Quote(field)}, which no other row has in its column, among whole numbers",
        "if it is a header, give every column a name that is not a number; if it is data, put a header before it");

    private string Suggestion(ReadOnlySpan<byte> field, bool isFirstLine)
    {
        var missing = CsvHeader.IsMissing(field)
            ? "fill the missing value in or leave its row out"
            : "put a number there, or select other columns as in 'file[:,0:2]'";
        return isFirstLine
            ? $"{missing}, or, if this line is a header, give every column a name that is not a number"
            : $"{missing}: fields are separated by {Separated}, decimals by a point";
    }
}
