namespace HadamardNtk;

/// <summary>
/// A kernel whose Gram matrix is given. Its samples are the places of rows and columns of that matrix, counted from 0,
/// so that training samples and new samples are two lists of places.
/// </summary>
/// <example><code>
/// var kernel = PrecomputedKernel.Of(gram);                       // n x n, all samples
/// int[] training = [.. Enumerable.Range(0, 100)], test = [100, 101];             // places among the samples
/// var model = KernelRegression.Fit(kernel, training, y);
/// Matrix predictions = model.Predict(test).Mean;
/// </code></example>
public sealed class PrecomputedKernel : IKernel<IReadOnlyList<int>>
{
    // Float32's rounding of both entries and a unit more.
    private static readonly double MostAsymmetry = Math.ScaleB(1, -22);

    private readonly Func<int[], int[], CancellationToken, Matrix> _part;
    private readonly Func<int, int, double> _entry;

    private PrecomputedKernel(
        int size, Func<int[], int[], CancellationToken, Matrix> part, Func<int, int, double> entry) =>
        (Size, _part, _entry) = (size, part, entry);

    /// <summary>The number of rows and columns of the matrix.</summary>
    public int Size { get; }

    /// <summary>The size, as in "Gram matrix 400 x 400".</summary>
    public override string ToString() => $"Gram matrix {Size} x {Size}";

    /// <summary>The kernel with this Gram matrix.</summary>
    /// <param name="gram">K, n × n, symmetric and positive semidefinite. It is kept, not copied.</param>
    /// <param name="progress">Receives the part of K that is checked, from 0 to 1.</param>
    /// <param name="cancellation">Stops the check.</param>
    /// <exception cref="ArgumentException">
    /// K is not square, not finite, or not symmetric to float32's precision; the message says where.
    /// </exception>
    public static PrecomputedKernel Of(
        Matrix gram, IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        Of(gram, Workers.All with { Cancellation = cancellation }, progress);

    /// <summary>The kernel with a Gram matrix that is checked on some threads.</summary>
    /// <inheritdoc cref="Of(Matrix, IProgress{double}, CancellationToken)"/>
    internal static PrecomputedKernel Of(Matrix gram, Workers workers, IProgress<double>? progress = null)
    {
        GramCheck.Require(gram, workers, progress);
        return new(gram.Rows, (rows, columns, _) => SubMatrix.Of(gram, rows, columns), (i, j) => gram[i, j]);
    }

    /// <summary>The kernel whose Gram matrix is in a file, from which rows are read where they are asked for.</summary>
    /// <param name="gram">K, n × n. It must stay open as long as the kernel is used, and is not checked.</param>
    /// <exception cref="ArgumentException">K is not square.</exception>
    public static PrecomputedKernel Of(GramMatrix gram)
    {
        ArgumentNullException.ThrowIfNull(gram);
        RequireSquare(gram.Rows, gram.Columns);
        return new(gram.Rows, (rows, columns, stop) => Read(gram, rows, columns, stop), (i, j) => gram[i, j]);
    }

    /// <summary>The kernel whose Gram matrix is in a file that is opened when an entry is first asked for.</summary>
    /// <param name="size">The number of rows and columns of the matrix.</param>
    /// <param name="open">Opens the matrix, or throws.</param>
    internal static PrecomputedKernel Later(int size, Func<GramMatrix> open)
    {
        var opened = new Lazy<GramMatrix>(open);
        return new(
            size, (rows, columns, stop) => Read(opened.Value, rows, columns, stop), (i, j) => opened.Value[i, j]);
    }

    /// <inheritdoc/>
    public int Count(IReadOnlyList<int> samples) => PlaceLists.Count(samples);

    /// <inheritdoc/>
    public IReadOnlyList<int> Select(IReadOnlyList<int> samples, ReadOnlySpan<int> chosen) =>
        PlaceLists.Select(samples, chosen);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A place lies outside the matrix.</exception>
    public Matrix Gram(
        IReadOnlyList<int> x, GramOptions? options = null, CancellationToken cancellation = default) =>
        PlaceLists.Mirrored(Cross(x, x, options, cancellation));

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A place lies outside the matrix.</exception>
    public Matrix Cross(
        IReadOnlyList<int> x,
        IReadOnlyList<int> other,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        var (rows, columns) = (Places(x, nameof(x)), Places(other, nameof(other)));
        cancellation.ThrowIfCancellationRequested();
        return _part(rows, columns, cancellation);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A place lies outside the matrix.</exception>
    public double[] Diagonal(IReadOnlyList<int> x, CancellationToken cancellation = default) =>
        Array.ConvertAll(Places(x, nameof(x)), place =>
        {
            cancellation.ThrowIfCancellationRequested();
            return _entry(place, place);
        });

    /// <summary>Requires a square matrix of finite numbers.</summary>
    /// <exception cref="ArgumentException">K is not square or not finite; the message says where.</exception>
    internal static void RequireGram(Matrix gram)
    {
        RequireSquare(gram.Rows, gram.Columns);
        var bad = Array.FindIndex(gram.Data, v => !double.IsFinite(v));
        if (bad >= 0)
        {
            RequireFinite(gram.Data[bad], bad / gram.Columns, bad % gram.Columns);
        }
    }

    /// <summary>Requires that an entry is finite.</summary>
    internal static void RequireFinite(double entry, int i, int j)
    {
        if (!double.IsFinite(entry))
        {
            throw new ArgumentException(
                $"Expected finite kernels; that of samples {i} and {j} (counted from 0) is {entry}.", "gram");
        }
    }

    /// <summary>Requires that two entries at mirrored places are equal to float32's precision.</summary>
    /// <param name="a">Entry (i, j).</param>
    /// <param name="b">Entry (j, i).</param>
    /// <param name="i">The row.</param>
    /// <param name="j">The column.</param>
    /// <param name="ii">Entry (i, i).</param>
    /// <param name="jj">Entry (j, j).</param>
    internal static void RequireEqual(double a, double b, int i, int j, double ii, double jj)
    {
        if (a != b && !(Math.Abs(a - b) <= MostAsymmetry * Math.Sqrt(ii) * Math.Sqrt(jj)))
        {
            throw new ArgumentException(
                $"Expected a symmetric Gram matrix; entry ({i}, {j}) is {a}, and entry ({j}, {i}) is {b}.", "gram");
        }
    }

    // Whole rows are read one after the other, since a file is slow where its entries are taken singly.
    private static Matrix Read(GramMatrix gram, int[] rows, int[] columns, CancellationToken cancellation)
    {
        var values = new double[MatrixSize.Of(rows.Length, columns.Length)];
        var row = new double[gram.Columns];
        for (var i = 0; i < rows.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            gram.CopyRow(rows[i], row);
            for (var j = 0; j < columns.Length; j++)
            {
                values[i * columns.Length + j] = row[columns[j]];
            }
        }

        return Matrix.Wrap(values, rows.Length, columns.Length);
    }

    /// <summary>Requires as many rows as columns.</summary>
    internal static void RequireSquare(int rows, int columns)
    {
        if (rows != columns)
        {
            throw new ArgumentException($"Expected a square Gram matrix; it is {rows} x {columns}.", "gram");
        }
    }

    private int[] Places(IReadOnlyList<int> samples, string name) => PlaceLists.Require(samples, Size, name);
}
