namespace HadamardNtk;

/// <summary>The array in a file or a selection: n-dimensional, row-major, finite, never empty.</summary>
/// <param name="File">The file, for messages.</param>
/// <param name="Values">The entries row by row.</param>
/// <param name="Shape">The length of each axis; none for a single number.</param>
/// <param name="IsSample">True for one dimension that is a row of a matrix rather than a column.</param>
/// <param name="IsFirstUnnamed">True for a table whose header leaves its first column without a name.</param>
internal sealed record DataArray(
    string File, double[] Values, int[] Shape, bool IsSample = false, bool IsFirstUnnamed = false)
{
    /// <summary>The largest label, 2^53 - 1. Beyond it neighboring integers share a float64.</summary>
    private const double LargestLabel = 9007199254740991;

    /// <summary>What a text file says of its columns; null for other files, and behind a selection.</summary>
    public CsvTable? Table { get; init; }

    /// <summary>The shape of a row to which the file gives several dimensions, all of it there; else null.</summary>
    public SampleShape? SampleShape { get; init; }

    /// <summary>The same array, once all its columns are known to have numbers.</summary>
    /// <exception cref="DataFormatException">A column of a text file has not; the message has the place.</exception>
    public DataArray Numbers()
    {
        Table?.RequireNumbers(Enumerable.Range(0, Columns));
        return this;
    }

    private int Rows => Shape.Length == 0 || IsSample ? 1 : Shape[0];

    private int Columns => Values.Length / Rows;

    /// <summary>
    /// The array as an n x d matrix, with all axes after the first flattened. One axis gives n x 1, a single sample 1 x
    /// d.
    /// </summary>
    public Matrix AsMatrix() => Matrix.Wrap(Values, Rows, Columns);

    /// <summary>The same matrix as samples with their shape.</summary>
    public ShapedSamples AsSamples() => new(AsMatrix(), SampleShape);

    /// <summary>The array as n x outputs. One axis gives n x 1, also where it is a selected row.</summary>
    /// <exception cref="DataFormatException">There are more than two axes.</exception>
    public Matrix AsTargets() => Shape.Length switch
    {
        0 or 1 => Matrix.Wrap(Values, Values.Length, 1),
        2 => AsMatrix(),
        _ => throw Refusal("targets of shape n or n x outputs"),
    };

    /// <summary>The array as n integers.</summary>
    /// <exception cref="DataFormatException">A value is no integer, or there are several columns.</exception>
    public long[] AsLabels()
    {
        if (Shape.Length > 2 || (Shape.Length == 2 && Columns != 1)) throw Refusal("labels of shape n or n x 1");
        var bad = Array.FindIndex(Values, value => value != Math.Floor(value) || Math.Abs(value) > LargestLabel);
        if (bad >= 0) throw NotALabel(bad);
        return Array.ConvertAll(Values, value => (long)value);
    }

    /// <summary>The same array with at most two axes: all axes after the first become one.</summary>
    public DataArray Flattened() => Shape.Length <= 2 ? this : this with { Shape = [Rows, Columns] };

    /// <summary>The row and column of an entry, as text for messages.</summary>
    public string Place(int entry) => $"row {entry / Columns}, column {entry % Columns} (counted from 0)";

    /// <summary>The shape as in <c>3 x 4</c>.</summary>
    public string ShapeText => Shape.Length == 0 ? "one number" : MessageText.Shape(Shape.Select(d => (long)d));

    /// <summary>The error of several columns in place of labels.</summary>
    internal DataFormatException NotLabels(int rows, int columns) => new(
        File, "labels of shape n or n x 1", $"shape {rows} x {columns}", "select the column, as in 'file[:,-1]'");

    private DataFormatException NotALabel(int row) => new(
        File, "an integer label", $"{Values[row]:R} in row {row} (counted from 0)",
        "select the column of labels, or leave out the classification to fit real targets");

    private DataFormatException Refusal(string expected) =>
        new(File, expected, $"shape {ShapeText}", "select the columns, as in 'file[:,-1]'");
}
