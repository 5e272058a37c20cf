namespace HadamardNtk;

/// <summary>
/// Reads arrays of numbers. An argument is a file name, optionally followed by a selection as in numpy:
/// <c>file[rows]</c> or <c>file[rows,columns]</c>, each a slice <c>start:stop:step</c> (clipped to the array), a
/// single index (which has to exist), negative ones counted from the end, or a list of these in brackets. A single
/// index drops its axis: <c>[:1200,-1]</c> is one-dimensional. Columns of a text file with a header may be named:
/// <c>[:,species]</c>, <c>[:,[width,"a, b"]]</c>, and <c>[:,first:last]</c> with both ends. Images are flattened to
/// n x d before the selection. A file whose name is the whole argument, brackets and all, is read as it is.
/// <para>
/// The format is recognized by content: npy (versions 1 to 3, dtypes f2 f4 f8, i1 i2 i4 i8, u1 u2 u4 u8 and b1, of
/// either byte order, C or Fortran order), npz (<c>file.npz:member</c>, or <c>file.npz</c> where it has one array), idx
/// (the format of MNIST), and comma-separated numbers with an optional header line, in UTF-8 or, with a byte order
/// mark, in UTF-16. Each may be gzipped. A first line is a header if every field is a name; the first field may be
/// empty. A number in it, such as 2019, or a missing number (NA, #N/A, ?, an empty field) makes it a row of data.
/// A line that begins with a hash is a comment, and names the columns where no header does. Blank lines are skipped,
/// but not inside a single column.
/// </para>
/// <para>
/// Every row of the selected columns is checked, not only the selected rows. NaN, infinity, integers beyond 2^53,
/// ragged rows, missing numbers, texts, and files that are empty, cut short or too long are refused with a
/// <see cref="DataFormatException"/>. Columns that are not selected may hold texts.
/// </para>
/// </summary>
/// <example><code>
/// Matrix x = DataFile.ReadMatrix("iris.csv[:,sepal_length:petal_width]");
/// string[] species = DataFile.ReadTextLabels("iris.csv[:,species]");
/// </code></example>
public static class DataFile
{
    private static readonly DataFileOptions Usual = new();

    /// <summary>
    /// Reads samples, n x d, one row for each sample. One axis gives n x 1; a single row <c>[i]</c> gives 1 x d.
    /// </summary>
    /// <param name="argument">The file, with or without a selection.</param>
    /// <exception cref="DataFormatException">The file or the selection cannot be used.</exception>
    public static Matrix ReadMatrix(string argument) => ReadMatrix(argument, Usual);

    /// <inheritdoc cref="ReadMatrix(string)"/>
    /// <param name="argument">The file, with or without a selection.</param>
    /// <param name="options">How text is read; a comma between fields unless given.</param>
    /// <param name="progress">Receives the part of the file that is read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static Matrix ReadMatrix(
        string argument,
        DataFileOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        Read(argument, options, new(progress, cancellation)).AsMatrix();

    /// <summary>
    /// Reads samples as <see cref="ReadMatrix(string)"/> does, and the shape that a file of several dimensions gives
    /// them. A selection of rows keeps the shape, and one of columns does not.
    /// </summary>
    /// <param name="argument">The file, with or without a selection.</param>
    /// <param name="options">How text is read; a comma between fields unless given.</param>
    /// <param name="progress">Receives the part of the file that is read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DataFormatException">The file or the selection cannot be used.</exception>
    public static ShapedSamples ReadSamples(
        string argument,
        DataFileOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        Read(argument, options, new(progress, cancellation)).AsSamples();

    /// <summary>Reads targets, n x outputs. One axis gives n x 1, also for a single row <c>[i]</c>.</summary>
    /// <param name="argument">The file, with or without a selection.</param>
    /// <exception cref="DataFormatException">
    /// The file or the selection cannot be used, or has more than two axes.
    /// </exception>
    public static Matrix ReadTargets(string argument) => ReadTargets(argument, Usual);

    /// <inheritdoc cref="ReadTargets(string)"/>
    /// <param name="argument">The file, with or without a selection.</param>
    /// <param name="options">How text is read; a comma between fields unless given.</param>
    /// <param name="progress">Receives the part of the file that is read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static Matrix ReadTargets(
        string argument,
        DataFileOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        Read(argument, options, new(progress, cancellation)).AsTargets();

    /// <summary>Reads n labels, integers from -(2^53 - 1) to 2^53 - 1, from an array of shape n or n x 1.</summary>
    /// <param name="argument">The file, with or without a selection.</param>
    /// <exception cref="DataFormatException">
    /// The file or the selection cannot be used, a value is no integer, or there are several columns.
    /// </exception>
    public static long[] ReadLabels(string argument) => ReadLabels(argument, Usual);

    /// <inheritdoc cref="ReadLabels(string)"/>
    /// <param name="argument">The file, with or without a selection.</param>
    /// <param name="options">How text is read; a comma between fields unless given.</param>
    /// <param name="progress">Receives the part of the file that is read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static long[] ReadLabels(
        string argument,
        DataFileOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        Read(argument, options, new(progress, cancellation)).AsLabels();

    /// <summary>
    /// Reads n labels as the texts of one column of a text file or of an npy file (dtypes U and S), or the integers of
    /// other files as their digits.
    /// </summary>
    /// <param name="argument">The file, with or without a selection.</param>
    /// <param name="options">How text is read; a comma between fields unless given.</param>
    /// <param name="progress">Receives the part of the file that is read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DataFormatException">
    /// The file or the selection cannot be used, there are several columns, or a label is missing.
    /// </exception>
    public static string[] ReadTextLabels(
        string argument,
        DataFileOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        DataLabels.Read(argument, options ?? Usual, asTexts: true, new(progress, cancellation)).Texts();

    /// <summary>Reads the array in its own shape, or in that of the selection.</summary>
    internal static DataArray Read(string argument, DataFileOptions? options = null, Watch watch = default)
    {
        ArgumentNullException.ThrowIfNull(argument);
        var named = DataArgument.Parse(argument);
        using var content = DataSource.Open(named.Path, watch);
        var array = Read(named, content, options ?? Usual);
        watch.Progress?.Report(1);
        return array;
    }

    /// <summary>Reads an array from its file, which is open.</summary>
    internal static DataArray Read(DataArgument named, Stream content, DataFileOptions options)
    {
        var array = DataContent.Open(named, content).Read(options);
        return named.Selection is null ? array.Numbers() : named.Selection.Of(array);
    }

    /// <summary>Reads the array in an open file, from the file's start.</summary>
    internal static DataArray Read(string path, Stream content) =>
        Read(new DataArgument(path, null, null), content, Usual);
}
